"""What a service account may do, asked of the API server itself.

Owns: the question. Does not own which rights are needed. Source: Kubernetes, "Authorization", section "Checking API
Access"; the groups of a service account: "Authenticating", section "Service account tokens".
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from project_workspace.kube.cluster import Cluster, Ref
from workspacectl.permissions.kubernetes import Right
from workspacectl.preflight.site import any_of

REVIEWS = Ref("apis/authorization.k8s.io/v1", "subjectaccessreviews", "SubjectAccessReview", "", "")
AT_ONCE = 8
"""How many questions are asked at the same time."""


def allowed(cluster: Cluster, namespace: str, account: str, rights: Sequence[Right]) -> list[bool]:
    """Of each right whether that service account has it. Raises `RemoteError`."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda right: _is_allowed(cluster, namespace, account, right), rights))


def user_of(namespace: str, account: str) -> str:
    """The name that the API server knows a service account by."""
    return f"system:serviceaccount:{namespace}:{account}"


def _is_allowed(cluster: Cluster, namespace: str, account: str, right: Right) -> bool:
    asked = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": user_of(namespace, account),
            "groups": ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"],
            "resourceAttributes": right.attributes,
        },
    }
    return bool(any_of(cluster.create(REVIEWS, asked), "status", "allowed"))
