"""The login of the workspace's user: one entry among the static users of dex, Kubeflow's login server.

Belongs here: how dex's configuration is edited, and the user made of a password. Does not: passwords as such
(`passwords.py`, AI Conductor has some too), the ConfigMap and the restart (`kube/`). Another login server is a room of
its own beside this one.
"""
