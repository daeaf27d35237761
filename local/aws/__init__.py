"""The local AWS: moto with its gaps closed (`server.py`, `moto_patches/`), and the world before the first workspace
(`seed.py`).
"""
