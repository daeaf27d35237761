"""What the settings of a Workbench's stack mean for the rights that its `up` needs.

Owns: the conditions under which a rule of `kubernetes.json` counts, what stands there for a setting, and the rights
that Kubernetes takes for `escalate` and `bind`: whoever holds what a role gives may write and bind it ("Using RBAC
Authorization", "Privilege escalation prevention and bootstrapping"). Does not own the rules, nor what the vendor's
template gives (`project_workspace.workbench.rbac`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from project_workspace.config.workbench_program import WorkbenchStackOptions
from project_workspace.namespaces.kinds import PLAIN
from project_workspace.volumes.shared import volume_name
from project_workspace.workbench import rbac
from workspacectl.permissions.kubernetes import WORKBENCH, Needs, Right

Rules = Iterable[Mapping[str, Any]]
"""As a Role has them."""


def _secrets(options: WorkbenchStackOptions) -> list[str]:
    login = [options.registry_login.secret] if options.registry_login.user else []
    return [*login, *([options.tls.secret] if options.tls.is_made else [])]


CONDITIONS: Mapping[str, Callable[[WorkbenchStackOptions], bool]] = {
    "always": lambda _: True,
    "makesNamespace": lambda options: options.namespace.kind == PLAIN,
    "secrets": lambda options: bool(_secrets(options)),
    "ingress": lambda options: options.ingress.install,
}
"""By name: whether a stack needs what the rule gives."""


def places(options: WorkbenchStackOptions) -> Mapping[str, str]:
    """The namespaces that rules are about."""
    return {"workbench": options.namespace.name}


def names(options: WorkbenchStackOptions) -> Mapping[str, Sequence[str]]:
    """What stands in a rule for a setting."""
    volumes, namespace = options.volumes(), options.namespace.name
    return {
        "namespace": [namespace],
        "serviceAccount": [options.service_account],
        "ingressRole": [options.derived_names().ingress_role],
        "secrets": _secrets(options),
        "claims": [volume.name for volume in volumes],
        "volumes": [volume_name(namespace, volume.noted) for volume in volumes],
    }


def held(options: WorkbenchStackOptions) -> Mapping[str, Sequence[Right]]:
    """All rights that the stack's roles give."""
    constraint = options.openshift.scc if options.openshift.enabled else None
    return {
        "role": list(rights_in(rbac.role_rules(constraint), options.namespace.name)),
        "ingressRole": list(rights_in(rbac.template()["ingressClusterRole"])),
    }


def rights_in(rules: Rules, namespace: str = "") -> Iterator[Right]:
    """Each right that these rules of a Role, or without a namespace of a ClusterRole, give; a `*` stays one."""
    for rule in rules:
        for group in rule["apiGroups"]:
            for resource in rule["resources"]:
                for name in rule.get("resourceNames", [""]):
                    yield from (Right(verb, group, resource, namespace, name) for verb in rule["verbs"])


NEEDS = Needs(files=(WORKBENCH,), conditions=CONDITIONS, places=places, names=names, held=held)
"""Those of a Workbench's stack."""
