"""The rights of Workbench's service account: the Role of the document's template, and beside it what a site adds.

Owns: service account, Role and RoleBinding; with OpenShift the right to use one SecurityContextConstraints; the
ClusterRole and its binding where the chart installs an ingress controller, and only there. Does not own the rules,
which are the template's (`rbac_template.json`). As there, only the subject of the wide binding names its namespace: a
RoleBinding's is in the binding's own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.stack_mark import StackMark

API_GROUP = "rbac.authorization.k8s.io"
_GROUP = f"{API_GROUP}/v1"


@dataclass(kw_only=True)
class RightsArgs:
    """The service account of one namespace."""

    namespace: str
    service_account: str
    """Its name, and that of its Role."""
    constraint: Optional[str] = None
    """The SecurityContextConstraints that it may use; default: none, as there is no OpenShift."""
    ingress_role: Optional[str] = None
    """Name of the ClusterRole of the ingress controller; default: the chart installs none."""
    mark: StackMark
    """Whose all of it is."""


class Rights(pulumi.ComponentResource):
    """Ready when the service account may do what it needs."""

    def __init__(self, name: str, args: RightsArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:workbench:Rights", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        account = BuiltIn(name, "core/v1", _account(args), child)
        role = BuiltIn(name, _GROUP, _role(args), child)
        BuiltIn(name, _GROUP, _binding(args), pulumi.ResourceOptions(parent=self, depends_on=[account, role]))
        if args.ingress_role:
            wide = BuiltIn(name, _GROUP, _cluster_role(args, args.ingress_role), child)
            after = pulumi.ResourceOptions(parent=self, depends_on=[account, wide])
            BuiltIn(name, _GROUP, _cluster_binding(args, args.ingress_role), after)
        self.register_outputs({})


def objects(service_account: str) -> list[str]:
    """What is put into the namespace, each as `KIND/NAME`."""
    return [f"{kind}/{service_account}" for kind in ("ServiceAccount", "Role", "RoleBinding")]


def cluster_objects(ingress_role: str) -> list[str]:
    """What is put beside it."""
    return [f"{kind}/{ingress_role}" for kind in ("ClusterRole", "ClusterRoleBinding")]


@cache
def template() -> Mapping[str, Any]:
    """The rules of the document: those of the Role (`role`), and of the ingress controller's (`ingressClusterRole`)."""
    return json.loads((Path(__file__).parent / "rbac_template.json").read_text())


def role_rules(constraint: Optional[str]) -> list[Mapping[str, Any]]:
    """The rules of the Role, with the right to use a SecurityContextConstraints of this name, if one is given."""
    use = {
        "verbs": ["use"],
        "apiGroups": ["security.openshift.io"],
        "resources": ["securitycontextconstraints"],
        "resourceNames": [constraint],
    }
    return [*template()["role"], *([use] if constraint else [])]


def _metadata(args: RightsArgs, name: str, *, within: bool = True) -> dict[str, Any]:
    # All of it is this stack's alone: an edit by hand is drift, to be put right.
    annotations = {**args.mark.annotations, "pulumi.com/patchForce": "true"}
    return {"name": name, **({"namespace": args.namespace} if within else {}), "annotations": annotations}


def _account(args: RightsArgs) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _metadata(args, args.service_account)}


def _role(args: RightsArgs) -> dict[str, Any]:
    rules = role_rules(args.constraint)
    return {"apiVersion": _GROUP, "kind": "Role", "metadata": _metadata(args, args.service_account), "rules": rules}


def _binding(args: RightsArgs) -> dict[str, Any]:
    metadata = _metadata(args, args.service_account)
    return _bound("RoleBinding", "Role", args.service_account, metadata, _subject(args))


def _cluster_role(args: RightsArgs, name: str) -> dict[str, Any]:
    metadata = _metadata(args, name, within=False)
    return {
        "apiVersion": _GROUP,
        "kind": "ClusterRole",
        "metadata": metadata,
        "rules": template()["ingressClusterRole"],
    }


def _cluster_binding(args: RightsArgs, name: str) -> dict[str, Any]:
    metadata = _metadata(args, name, within=False)
    subject = {**_subject(args), "namespace": args.namespace}
    return _bound("ClusterRoleBinding", "ClusterRole", name, metadata, subject)


def _bound(
    kind: str, role_kind: str, role: str, metadata: Mapping[str, Any], subject: Mapping[str, str]
) -> dict[str, Any]:
    ref = {"apiGroup": API_GROUP, "kind": role_kind, "name": role}
    return {"apiVersion": _GROUP, "kind": kind, "metadata": metadata, "roleRef": ref, "subjects": [subject]}


def _subject(args: RightsArgs) -> dict[str, str]:
    return {"kind": "ServiceAccount", "name": args.service_account}
