"""Workbench's node groups on AWS, and that what its resource profiles ask for is what these nodes have."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from local import inventory
from local.aws.seed import CLUSTER
from local.platform import Platform
from tests.support.engine.drifting import Hand
from tests.support.engine.workbenches import NAMESPACE
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

DEDICATED = {"key": "dedicated", "value": "jobs", "effect": "NoExecute"}
SHY = {"key": "spot", "effect": "PreferNoSchedule"}
GROUPS: list[dict[str, Any]] = [
    {"spec": "gpu", "instanceType": "g5.xlarge", "max": 2},
    {"spec": "jobs", "instanceType": "m5.xlarge", "max": 3, "taints": [DEDICATED, SHY], "labels": {"pool": "jobs"}},
    {"spec": "plain", "instanceType": "m5.large", "max": 1},
]
PROFILES = [
    {"name": spec, "description": spec, "cpu": "1", "memory": "2Gi", "nodeGroup": spec}
    for spec in ("gpu", "jobs", "plain")
]
EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
ROLE = f"role-an2-meerkat-dev-{NAMESPACE}-node"


def tolerates(toleration: dict[str, Any], taint: dict[str, str]) -> bool:
    """Kubernetes' rule ("Taints and Tolerations")."""
    alike = toleration.get("operator", "Equal") == "Exists" or toleration.get("value", "") == taint.get("value", "")
    effect = toleration.get("effect") in (None, EFFECTS[taint["effect"]])
    return toleration.get("key") in (None, taint["key"]) and alike and effect


def test_workbenchs_node_groups_have_the_labels_and_taints_that_its_profiles_ask_for(
    platform: Platform, before: inventory.Inventory, trial: Workspace
) -> None:
    trial.write(nodeGroups=GROUPS, resourceProfiles=PROFILES)
    trial.up()
    outputs, eks = trial.outputs(), Hand(platform).client("eks")
    names = {spec: f"ng-an2-{NAMESPACE}-{spec}" for spec in ("gpu", "jobs", "plain")}
    assert outputs["nodeGroupNames"] == list(names.values())
    found = {
        spec: eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"]
        for spec, name in names.items()
    }
    profiles = YAML(typ="safe").load(outputs["valuesYaml"])["resource-profiles"]
    for spec, group in found.items():
        labels, taints, profile = group["labels"], group.get("taints") or [], profiles[spec]
        assert profile["node_selector"] == {"aic-role": f"{NAMESPACE}-{spec}"}
        assert profile["node_selector"].items() <= labels.items()
        tolerations = profile.get("tolerations") or []
        assert [taint for taint in taints if not any(tolerates(each, taint) for each in tolerations)] == []
        assert len(tolerations) == len(taints), "and nothing more"
        assert group["nodeRole"].endswith(f":role/{ROLE}")
        assert group["tags"]["pulumi:project"] == "workbench"
    assert [len(group.get("taints") or []) for group in found.values()] == [1, 2, 0]
    assert found["jobs"]["labels"]["pool"] == "jobs"
    selectors = [profile["node_selector"] for profile in profiles.values() if "node_selector" in profile]
    others = [spec for spec in names for each in selectors if each.items() <= found[spec]["labels"].items()]
    assert others == list(names), "each profile's pods fit on one group alone"
    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    trial.write(nodeGroups=GROUPS[:2], resourceProfiles=PROFILES[:2])
    trial.up()
    there = inventory.take(platform, "node groups")
    assert names["plain"] not in str(there)
    assert names["jobs"] in str(there)

    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []
