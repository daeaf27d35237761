"""`workspacectl preflight`: whether everything is there that a stack's `up` will need, before it is needed.

Belongs here: checks that read and never write, the profiles that name them, how they are run and shown. Does not: what
the program itself refuses in a preview, which looks again by itself.
"""
