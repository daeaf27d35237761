"""Whom Kubeflow lists as contributors of a namespace, as members of a stack file.

Owns: the search, and which of them this program can take over: those whose objects it would make as they are. Does not
own their form (`tenancy/contributor.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.tenancy.contributor import ROLE, ROLES, USER, binding_name
from project_workspace.tenancy.member_options import MEMBER_EMAIL


@dataclass(frozen=True)
class FoundMember:
    """One contributor."""

    email: str
    role: str
    why_not: str = ""
    """Why the program cannot take this one over; empty when it can."""


def members_of(cluster: Cluster, namespace: str) -> list[FoundMember]:
    """The contributors, by e-mail. Raises `RemoteError`."""
    bindings = cluster.every(Ref("apis/rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", namespace, ""))
    found = [_member(each) for each in bindings if _listed(each) and _name(each) != OF_THE_OWNER]
    return sorted(found, key=lambda each: (each.email, each.role))


OF_THE_OWNER = "namespaceAdmin"
"""The binding that the profile controller makes for the owner, which has the two annotations as well."""


def _listed(binding: Mapping[str, Any]) -> bool:
    annotations = annotations_of(binding)
    return USER in annotations and ROLE in annotations


def _name(binding: Mapping[str, Any]) -> str:
    return str(binding["metadata"]["name"])


def _member(binding: Mapping[str, Any]) -> FoundMember:
    annotations = binding["metadata"]["annotations"]
    email, role = annotations[USER], annotations[ROLE]
    return FoundMember(email, role, _why_not(binding, email, role))


def _why_not(binding: Mapping[str, Any], email: str, role: str) -> str:
    if not MEMBER_EMAIL.right(email):
        return "the address is not in lower case, or none"
    if role not in ROLES:
        return f"'{role}' is no role of Kubeflow's"
    if _name(binding) != binding_name(email, role):
        return f"the binding is called {_name(binding)}"
    if [each.get("name") for each in binding.get("subjects") or []] != [email]:
        return "the binding is for others too"
    return ""
