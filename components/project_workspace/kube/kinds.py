"""The kinds of objects that a stack puts into a namespace or beside it, and how the API server is asked for one.

Owns: API and plural of each. Does not own what is in such an object, nor volumes (`claims.py`).
"""

from collections.abc import Mapping

from project_workspace.kube.cluster import CORE, RBAC, Ref

KINDS: Mapping[str, tuple[str, str]] = {
    "AuthorizationPolicy": ("apis/security.istio.io/v1beta1", "authorizationpolicies"),
    "ClusterRole": (RBAC, "clusterroles"),
    "ClusterRoleBinding": (RBAC, "clusterrolebindings"),
    "LimitRange": (CORE, "limitranges"),
    "NetworkPolicy": ("apis/networking.k8s.io/v1", "networkpolicies"),
    "PersistentVolume": (CORE, "persistentvolumes"),
    "ResourceQuota": (CORE, "resourcequotas"),
    "Role": (RBAC, "roles"),
    "RoleBinding": (RBAC, "rolebindings"),
    "Secret": (CORE, "secrets"),
    "ServiceAccount": (CORE, "serviceaccounts"),
}
"""API and plural by kind."""


def object_ref(kind: str, namespace: str, name: str) -> Ref:
    """The object of that kind; without names the kind itself."""
    return Ref(*KINDS[kind], kind, namespace, name)
