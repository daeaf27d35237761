"""The local platform: what `make local` and the tests need to run the real program on one machine.

Nothing here is part of the product: `components/` and `__main__.py` never import from this package.
"""
