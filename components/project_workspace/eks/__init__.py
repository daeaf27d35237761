"""The workspace's nodes: managed node groups of an EKS cluster that exists already.

Belongs here: what a node group is made of (role, launch template, labels, taints, tags for the autoscaler), its rules,
and what AWS is asked of an instance type. Does not: the cluster itself, which is the installation's, and how Kubernetes
is reached (`kube/`).
"""
