"""Everything generated, by `make generate`: one module a file, and a test that fails when a file is stale.

Owns: those modules; each says where its file is (`FILE`) and what it should hold (`text()`), or has that for each
program (`GENERATORS`, `programs.py`), and `generators.py` names them all. Does not own what they read: the option
models, pyproject.toml, the packages' docstrings, the SDKs' data.
Nothing that ships imports this package.
"""
