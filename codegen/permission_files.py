"""docs/permissions/kubernetes-*.yaml: the rights of `workspacectl`'s list, as ClusterRoles and Roles to be applied.

Owns: how rules become roles, the groups they are bound to, and the installation for which names are written: the one of
docs/permissions.md. Does not own the rules (`workspacectl/permissions/kubernetes.json`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegen.paths import CHECKOUT
from project_workspace.config.workbench_program import WorkbenchStackOptions
from project_workspace.dex.options import DexOptions
from project_workspace.iam.options import AccessOptions
from project_workspace.iam.provider import lease_of
from project_workspace.names import derive
from project_workspace.runai.bindings import INDEX_ROLE, SHARED_INDEX, SHARED_VIEWERS, VIEWER_ROLE
from project_workspace.runai.template import GENERATIONS, WITH_WORKLOADS, executors_of, template
from project_workspace.tenancy.contributor import ROLES
from workspacectl.permissions import workbench_needs
from workspacectl.permissions.kubernetes import AI_DEVOPS, NAMESPACES, RULES, UPDATE, WORKBENCH, Rule

FOLDER = CHECKOUT / "docs" / "permissions"
GROUP = "rbac.authorization.k8s.io"
INSTALLATION = derive(project="demo", environment="dev", infra="meerkat", alias="an2", email_domain="aic.com")
_NFS = {"nfs": {"server": "nfs.example.com", "path": "/exports"}}
WORKBENCH_INSTALLATION = WorkbenchStackOptions.model_validate(
    {
        "environment": "dev",
        "infra": "meerkat",
        "region": "ap-northeast-2",
        "cluster": "eks-an2-meerkat-dev",
        "hostname": "anaconda.example.com",
        "tls": {"mode": "self-signed"},
        "storage": _NFS,
        "persistence": {"nfs": {**_NFS["nfs"], "path": "/others"}},
        "registryLogin": {"user": "robot", "password": "of-the-registry"},
        "nodeGroups": [{"spec": "gpu", "instanceType": "g5.xlarge", "max": 1}],
    }
)
"""One with everything that has a name."""
SEE = "See ../permissions.md."
IN_DEX_NAMESPACE = "In dex's namespace (`login.dex.namespace`)"

VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "bind", "escalate")
"""In the order in which they are written."""
EMPTY = '""'
_Key = tuple[str, str, tuple[str, ...]]
"""API group, resource, names; without names: all objects."""

_ROLES = sorted({*(each.role for one in GENERATIONS for each in template(one)), VIEWER_ROLE, INDEX_ROLE})
NAMES: Mapping[str, Sequence[str]] = {
    "kubeflowRoles": [f"kubeflow-{role}" for role in sorted(ROLES)],
    "kubernetesRoles": sorted(ROLES),
    "runaiRoles": _ROLES,
    "runaiViewers": [SHARED_VIEWERS],
    "runaiIndex": [SHARED_INDEX],
    "runaiExecutors": [executors_of(WITH_WORKLOADS)],
    "dexConfigMap": [DexOptions().config_map],
    "dexDeployment": [DexOptions().deployment],
    "leases": [lease_of(policy) for policy in (INSTALLATION.kubeflow_policy, INSTALLATION.conductor_policy)],
    **workbench_needs.names(WORKBENCH_INSTALLATION),
}
"""What the files have for settings: the defaults, and everything that can be chosen."""


@dataclass(frozen=True)
class _Role:
    """What one object of a file gives."""

    name: str
    namespace: str
    """Empty for a ClusterRole."""
    verbs: str
    """Which verbs of a rule: `verbs` or `preview`."""
    rules: Sequence[Rule]
    comment: str = ""
    """Above it."""
    group: str = ""
    """Whom it is bound to; empty: the workspaces' group of the same jobs."""


@dataclass(frozen=True)
class PermissionFile:
    """One file."""

    FILE: Path
    about: str
    roles: Sequence[_Role]

    def text(self) -> str:
        """What it should hold."""
        return f"# {self.about} {SEE}\n" + "---\n".join(part for role in self.roles for part in _documents(role))


def _documents(role: _Role) -> Iterator[str]:
    """The role, and its binding to the group of its name."""
    kind = "Role" if role.namespace else "ClusterRole"
    group = role.group or f"project-workspace-{role.name.rpartition('-')[2]}"
    above = f"# {role.comment}\n" if role.comment else ""
    comments = {_key(rule): f"  # {rule.comment}\n" for rule in role.rules if rule.comment}
    rules = "\n".join(comments.get(key, "") + _rule(key, verbs) for key, verbs in _merged(role).items() if verbs)
    yield f"{above}{_head(kind, role)}\nrules:\n{rules}\n"
    reference = f"roleRef:\n  apiGroup: {GROUP}\n  kind: {kind}\n  name: {role.name}"
    subjects = f"subjects:\n  - apiGroup: {GROUP}\n    kind: Group\n    name: {group}"
    yield f"{_head(f'{kind}Binding', role)}\n{reference}\n{subjects}\n"


def _key(rule: Rule) -> _Key:
    return rule.group, rule.resource, tuple(rule.named(NAMES)) if rule.names else ()


def _merged(role: _Role) -> dict[_Key, list[str]]:
    """The verbs on each kind, or on its objects of some names: what one rule gives, no other gives again."""
    found: dict[_Key, set[str]] = {}
    for rule in role.rules:
        found.setdefault(_key(rule), set()).update(getattr(rule, role.verbs))
    for group, resource, names in found:
        if names:
            found[group, resource, names] -= found.get((group, resource, ()), set())
    return {key: sorted(verbs, key=VERBS.index) for key, verbs in found.items()}


def _head(kind: str, role: _Role) -> str:
    namespace = f"\n  namespace: {role.namespace}" if role.namespace else ""
    return f"apiVersion: {GROUP}/v1\nkind: {kind}\nmetadata:\n  name: {role.name}{namespace}"


def _rule(key: _Key, verbs: Sequence[str]) -> str:
    group, resource, names = key
    named = _names(names) if names else ""
    return f"  - apiGroups: [{group or EMPTY}]\n    resources: [{resource}]\n{named}    verbs: [{', '.join(verbs)}]"


def _names(names: Sequence[str]) -> str:
    if len(json.dumps(names)) < 100:
        return f"    resourceNames: [{', '.join(names)}]\n"
    return "    resourceNames:\n" + "".join(f"      - {name}\n" for name in names)


def _of(file: str, *, shared: bool) -> list[Rule]:
    """A file's rules: those for dex's namespace, where the Leases are as well, or all others."""
    return [rule for rule in RULES if rule.file == file and (rule.where in ("dex", "leases")) is shared]


def _role(name: str, verbs: str, file: str) -> _Role:
    return _Role(f"project-workspace-{name}", "", verbs, _of(file, shared=False))


def _of_program(program: str, file: str) -> Iterator[PermissionFile]:
    """Of a program beside the workspaces': for groups of its own."""
    for job, verbs, needed_by in (
        ("update", "verbs", "`pulumi up`, `refresh` and `destroy`"),
        ("preview", "preview", "a preview and `pulumi refresh`"),
    ):
        name = f"project-workspace-{program}-{job}"
        role = _Role(name, "", verbs, _of(file, shared=False), group=name)
        about = f"What {needed_by} of stacks of the program {program} need of Kubernetes."
        yield PermissionFile(FOLDER / f"kubernetes-{program}-{job}.yaml", about, [role])


def _in_dex(name: str, verbs: str, comment: str) -> _Role:
    namespace = DexOptions().namespace
    assert namespace == AccessOptions().lease_namespace
    return _Role(f"project-workspace-{name}", namespace, verbs, _of(UPDATE, shared=True), comment)


_LEASES = f"{IN_DEX_NAMESPACE}, where the Leases of the shared policies are as well (`access.leaseNamespace`)."
GENERATORS = (
    PermissionFile(
        FOLDER / "kubernetes-update.yaml",
        "What `pulumi up`, `refresh` and `destroy` need of Kubernetes.",
        [_role("update", "verbs", UPDATE), _in_dex("update", "verbs", _LEASES)],
    ),
    PermissionFile(
        FOLDER / "kubernetes-preview.yaml",
        "What a preview, `pulumi refresh` and `workspacectl adopt` need of Kubernetes: reads.",
        [_role("preview", "preview", UPDATE), _in_dex("preview", "preview", f"{IN_DEX_NAMESPACE}.")],
    ),
    PermissionFile(
        FOLDER / "kubernetes-namespaces.yaml",
        "What stacks with `namespace.kind: plain` or `existing` need of Kubernetes besides.",
        [_role("namespaces-update", "verbs", NAMESPACES), _role("namespaces-preview", "preview", NAMESPACES)],
    ),
    *(
        each
        for program, file in (("workbench", WORKBENCH), ("ai-devops", AI_DEVOPS))
        for each in _of_program(program, file)
    ),
)
"""The generators of these files."""
