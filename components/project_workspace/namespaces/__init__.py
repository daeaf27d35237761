"""The workspace's namespace where no Profile of this stack makes it: a plain one, or one that is there already.

Belongs here: what such a namespace needs of its own, and what is put onto one that somebody else owns. Does not: the
Profile's (`kubeflow/`), and what is the same in every namespace (`tenancy/`, `volumes/`, `runai/`).
"""
