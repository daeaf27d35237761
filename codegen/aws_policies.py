"""workspacectl/permissions/aws-workbench.json: the policy of whoever runs `up` of a Workbench.

Owns: which statements of the workspaces' policy a Workbench needs, and for whose names they are written there. Does not
own the statements (`workspacectl/permissions/aws-update.json`): what node groups need is said once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codegen.permission_files import WORKBENCH_INSTALLATION
from workspacectl.permissions import policies
from workspacectl.permissions.policies import Statement

FILE = policies.FOLDER / policies.WORKBENCH
STATEMENTS = (
    "ReadRoles",
    "ReadCluster",
    "ReadNodeGroups",
    "LookUp",
    "MakeNodeRoles",
    "AttachWhatNodesNeed",
    "HandNodeRolesToEks",
    "LetEksMakeItsOwnRole",
    "MakeNodeGroups",
    "ChangeNodeGroups",
    "MakeLaunchTemplates",
    "LetEksCheckTheTemplate",
    "TagWhatIsLaunched",
    "TagAutoScalingGroups",
)
OF_WORKSPACES = frozenset({"iam:GetRolePolicy", "eks:ListPodIdentityAssociations", "eks:ListNodegroups"})
"""What those statements have for a workspace's own role, and for an adoption."""
_OURS = WORKBENCH_INSTALLATION.derived_names()
NAMES: Mapping[str, str] = {
    "ng-an2-aicond-*": _OURS.node_groups["gpu"].group.replace("-gpu", "-*"),
    "role-an2-meerkat-dev-*-node": _OURS.node_role,
}
"""How the workspaces' nodes are called in the policy, and how a Workbench's are."""


def text() -> str:
    """What it should hold."""
    every = {statement["Sid"]: statement for statement in policies.statements(policies.UPDATE)}
    document = {"Version": "2012-10-17", "Statement": [_of_workbench(every[sid]) for sid in STATEMENTS]}
    return f"{json.dumps(document, indent=2)}\n"


def _of_workbench(statement: Statement) -> dict[str, Any]:
    kept = [action for action in policies.actions_of(statement) if action not in OF_WORKSPACES]
    resources = [_renamed(resource) for resource in policies.resources_of(statement)]
    return {**statement, "Action": _one_or_more(kept), "Resource": _one_or_more(resources)}


def _renamed(resource: str) -> str:
    for theirs, ours in NAMES.items():
        resource = resource.replace(theirs, ours)
    return resource


def _one_or_more(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
