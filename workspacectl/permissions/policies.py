"""The policies as they stand in the files beside this one.

Owns: reading them. Does not own their meaning for one stack (`needs.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PREVIEW, UPDATE, WORKSPACE_ROLES = "aws-preview.json", "aws-update.json", "aws-workspace-roles.json"
"""For a job that only previews; for whoever runs `up`; the same besides with `access.mode: workspace-role`."""
WORKBENCH = "aws-workbench.json"
"""For whoever runs `up` of a Workbench: UPDATE's statements on node groups, for its names (`codegen`)."""
PREFLIGHT = "aws-preflight.json"
"""For `workspacectl preflight`, beside one of the others."""

Statement = Mapping[str, Any]


def statements(name: str) -> list[Statement]:
    """The statements of one file."""
    return json.loads((FOLDER / name).read_text())["Statement"]


def actions_of(statement: Statement) -> list[str]:
    return listed(statement["Action"])


def resources_of(statement: Statement) -> list[str]:
    return listed(statement["Resource"])


def listed(value: str | list[str]) -> list[str]:
    """IAM takes one text for a list of one."""
    return [value] if isinstance(value, str) else value
