"""The volumes of a workspace: claims on storage in its namespace.

Belongs here: which claims (PersistentVolumeClaim) there are, what may change of one, and what must not be lost with it.
Does not: the volumes that people make for themselves in Kubeflow's dashboard, and storage classes, which the cluster
has.
"""
