"""The local platform: what `make local` and the tests need to run the real program on one machine.

Nothing here is part of the product, and nothing of the product imports from this package.
"""
