"""The local AWS: moto with its gaps closed (`server.py`, `gaps/`), and the world before the first workspace
(`seed.py`).
"""
