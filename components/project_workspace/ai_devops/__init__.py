"""ai-devops, a Kubeflow with an installer of its own, prepared: what must be there before its script runs.

Belongs here: the cluster's default StorageClass, the notebooks' client in HyperAuth, the script's configuration. Does
not: what the script installs, which stays whoever's who runs it, and its removal (`workspacectl ai-devops uninstall`).
"""
