"""`workspacectl ai-devops`: beside the program of that name: the installer's configuration, and an uninstall.

Belongs here: the file that the installer's script reads, and the removal of what its manifests name. Does not: what the
program makes (`pulumi destroy` takes that away), and installing, which is the script's.
"""
