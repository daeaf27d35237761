"""Everything generated, by `make generate`: each module owns one kind of file, and a test fails when one is stale.

Does not own what it is generated from. Nothing that ships imports this package.
"""
