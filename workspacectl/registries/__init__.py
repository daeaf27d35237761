"""Registries of images: asking one, and with whose login.

Belongs here: the distribution API as far as it is read, and where logins of registries are kept. Does not: which images
a stack needs and whether they are there (`images/`, `preflight/checks/workbench/images.py`), nor copying them.
"""
