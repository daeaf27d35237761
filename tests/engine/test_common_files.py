"""Settings that stacks share, through the real engine, which fills in the schema's defaults before the program runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from local.aws.seed import CLUSTER
from tests.support.engine.workspaces import NODE_GROUPS, Workspace

pytestmark = pytest.mark.engine

SHARED = {
    "environment": "dev",
    "infra": "meerkat",
    "cluster": CLUSTER,
    "nodeGroups": NODE_GROUPS,
    "quota": {"cpu": "40"},
    "grafana": {"url": "${GRAFANA_URL}", "folder": "monitoring"},
    "conductor": {"url": "${AIC_FRONTEND_URL}"},
}


def share(stack: Workspace, **settings: object) -> Path:
    folder = stack.engine.project / "stacks" / "common"
    folder.mkdir(exist_ok=True)
    file = folder / "dev.yaml"
    YAML().dump({"config": {f"project-workspace:{key}": value for key, value in settings.items()}}, file)
    return file


def test_a_stack_of_two_lines_is_a_whole_workspace(workspace: Callable[..., Workspace]) -> None:
    alone = workspace("alone", quota={"cpu": "40"})
    nothing = dict.fromkeys(SHARED)
    sharing = workspace("shared", **{**nothing, "common": ["dev"]})
    share(sharing, **SHARED)

    def planned(stack: Workspace) -> list[tuple[str, str]]:
        steps = json.loads(stack.engine.checked("preview", "--json", "--stack", stack.stack).stdout)["steps"]
        return sorted((step["op"], step["newState"]["type"]) for step in steps)

    assert planned(sharing) == planned(alone)
    assert ("create", "aws:eks/nodeGroup:NodeGroup") in planned(sharing)


def test_what_is_wrong_in_a_common_file_is_told_with_its_name(workspace: Callable[..., Workspace]) -> None:
    stack = workspace("shared", **{**dict.fromkeys(SHARED), "common": ["dev", "prod"]})
    share(stack, **{**SHARED, "cluster": "x y"})
    refused = stack.preview()
    assert refused.code != 0
    assert "cluster: Expected the name of an EKS cluster" in refused.output
    assert "It stands in common/dev.yaml." in refused.output
    assert "common[1]: Expected the name of a file in common/" in refused.output
    assert "Traceback" not in refused.output
