"""Kubernetes for all rooms: the connection, conditional edits of shared objects, leases, restarts.

Belongs here: what more than one subject needs of a cluster. Does not: what an object means (`kubeflow/`, `dex/`). Why
beside pulumi-kubernetes: shared objects are edited and never owned, and Pulumi's provider owns what it touches.
"""
