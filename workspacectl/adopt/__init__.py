"""Taking over a workspace that was made by hand, without an interruption: see docs/adoption.md and
docs/decisions/0011.

Owns: the commands `workspacectl adopt stack-file | preview | import`, which write a stack file from what exists, show
what an adoption would take over and what differs, and hand AWS and Kubernetes resources to Pulumi's own import. Does
not own any change of what exists: that is `pulumi up`'s. Why beside the program: a program cannot see whether a
resource is in its state already, and the option `import_` fails whenever an input differs.
"""
