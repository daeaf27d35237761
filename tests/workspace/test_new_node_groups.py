"""Each setting of a node group that EKS cannot change in place begins a new group by itself; no other setting does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.workspace.conftest import declared_of

BASE: dict[str, Any] = {"instanceType": "m5.xlarge", "max": 3}
ANEW: dict[str, dict[str, Any]] = {
    "type": {"instanceType": "m6i.xlarge"},
    "spot": {"capacityType": "spot"},
    "ami": {"amiType": "BOTTLEROCKET_x86_64"},
    "zones": {"zones": ["a", "b"]},
    "block": {"capacityType": "capacity-block", "capacityReservationId": "cr-0123456789abcdef0"},
    "other-block": {"capacityType": "capacity-block", "capacityReservationId": "cr-1123456789abcdef0"},
}
IN_PLACE: dict[str, dict[str, Any]] = {
    "size": {"min": 1, "desired": 2, "max": 9},
    "labels": {"labels": {"team": "vision"}},
    "taints": {"taints": [{"key": "team", "value": "vision", "effect": "NoSchedule"}]},
    "disk": {"disk": {"sizeGib": 100, "iops": 4000, "throughput": 250}},
    "hops": {"metadataHopLimit": 2},
    "tags": {"tags": {"team": "vision"}},
    "specs": {"vcpu": 2, "ramGb": 8, "gpu": 0},
}


def test_what_cannot_change_in_place_begins_a_new_group_by_itself(tmp_path: Path) -> None:
    graphs = Path(__file__).parent / "graphs"
    yaml = YAML()
    document = yaml.load(graphs / "common.yaml")
    groups = {"base": BASE, **{spec: {**BASE, **change} for spec, change in {**ANEW, **IN_PLACE}.items()}}
    document["config"]["project-workspace:nodeGroups"] = [{"spec": spec, **group} for spec, group in groups.items()]
    yaml.dump(document, tmp_path / "stack.yaml")

    anew_on = {
        each["name"].removeprefix("demo-"): json.dumps(each["inputs"]["replaceOn"])
        for each in declared_of(tmp_path / "stack.yaml")
        if each["type"] == "pulumi-python:dynamic/eks:NodeGroupGeneration"
    }
    assert set(anew_on) == set(groups)
    assert {spec for spec, values in anew_on.items() if values == anew_on["base"]} == {"base", *IN_PLACE}
    assert len({anew_on[spec] for spec in ("base", *ANEW)}) == 1 + len(ANEW)
