"""`workspacectl values`: the values that a stack's `up` made for a Helm chart, as a file.

Owns: reading them from the stack's outputs, and writing them. Does not own what is in them (`project_workspace.
workbench.values`), nor Helm. Why no file that `up` writes: an `up` runs where it likes, in a workflow mostly, and a
file there would be nobody's.
"""
