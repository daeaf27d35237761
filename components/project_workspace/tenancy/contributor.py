"""A contributor of a namespace, in the form in which Kubeflow's access management makes, lists and removes one.

Owns: that form: one RoleBinding and one AuthorizationPolicy of one name. Does not own who is one (`component.py`). Why
exactly so: Kubeflow finds them by their annotations and removes them by the name that it computes
(docs/facts/kubeflow-profiles.md, "Contributors").
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROLES = ("admin", "edit", "view")
OWNER_ROLE = "admin"
"""What the owner of a namespace is in it, where no Profile says so."""
USER, ROLE = "user", "role"
"""The annotations by which Kubeflow lists a contributor."""
LONGEST_EMAIL = 253 - len("user--clusterrole-admin")
"""Characters of an e-mail whose binding has a name that Kubernetes takes."""

_OTHERS = re.compile(r"[^a-zA-Z0-9]+")


@dataclass(frozen=True)
class Gateway:
    """How a request that came through Kubeflow's gateway says whose it is."""

    header: str
    prefix: str
    principals: Sequence[str]
    """The workloads from which the header is believed."""


def part_of_names(email: str) -> str:
    """The e-mail as it stands in names; not unique: `a.b@c.io` and `a-b@c.io` have one."""
    return _OTHERS.sub("-", email.lower())


def binding_name(email: str, role: str) -> str:
    """Name of the RoleBinding and of the AuthorizationPolicy."""
    return f"user-{part_of_names(email)}-clusterrole-{role}"


def role_binding(email: str, cluster_role: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The RoleBinding: what Kubernetes allows."""
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": dict(metadata),
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": cluster_role},
        "subjects": [{"apiGroup": group, "kind": "User", "name": email}],
    }


def authorization_rules(email: str, gateway: Gateway) -> list[dict[str, Any]]:
    """The rules of the AuthorizationPolicy: whose requests Istio lets into the namespace."""
    return [
        {
            "from": [{"source": {"principals": list(gateway.principals)}}],
            "when": [{"key": f"request.headers[{gateway.header}]", "values": [f"{gateway.prefix}{email}"]}],
        }
    ]
