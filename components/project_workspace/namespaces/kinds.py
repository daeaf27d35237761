"""How a workspace's namespace comes to be: the values of `namespace.kind`.

Owns: those. Does not own their rule (`options.py`), which needs pydantic: a dynamic provider does without.
"""

PROFILE = "profile"
"""Kubeflow makes it, from a Profile of the stack."""
PLAIN = "plain"
"""The stack makes it."""
EXISTING = "existing"
"""Somebody else has made it, and it stays."""
