"""What a workspace's namespace has beside its owner and quota, whoever made it: defaults, members, network.

Belongs here: who works in a namespace, what a container in it gets, and who reaches its pods. Does not: how the
namespace comes to be (`kubeflow/`), and how somebody logs in (`dex/`).
"""
