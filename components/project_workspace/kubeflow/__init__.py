"""The workspace's namespace in Kubeflow: its Profile, owner and quota, and the gates around its life.

Belongs here: Kubeflow's own resources of one workspace. Does not: the login of the namespace's owner (`dex/`), and how
a cluster is reached (`kube/`).
"""
