"""Each difference of the Profile is shown, though Pulumi imports no more of it than its name."""

from __future__ import annotations

from typing import Any, cast

import pytest

from project_workspace.kube.cluster import Cluster, Ref
from workspacectl.adopt import custom_resources, report
from workspacectl.adopt.plan import Plan, Planned

NAMED = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": "aic-ns-demo-ws"}}
OWNER = {"kind": "User", "name": "anna@example.com"}
FOUND: dict[str, Any] = {
    **NAMED,
    "metadata": {"name": "aic-ns-demo-ws", "labels": {"a": "b"}, "annotations": {"theirs": "x", "ours": "old"}},
    "spec": {
        "owner": OWNER,
        "plugins": [{"kind": "theirs"}],
        "resourceQuotaSpec": {"hard": {"cpu": "16000m", "pods": 9}},
    },
}


class Standing:
    """Stands in for a cluster with this one Profile; asked for another it has none, and for another kind it fails."""

    def find(self, ref: Ref) -> dict[str, Any] | None:
        assert ref.kind == "Profile"
        return FOUND if ref.name == FOUND["metadata"]["name"] else None


def shown(spec: dict[str, Any], operation: str = "update", name: str = "aic-ns-demo-ws") -> list[str]:
    inputs = {**NAMED, "metadata": {"name": name, "annotations": {"ours": "new"}}, "spec": spec}
    step = Planned(operation, custom_resources.PROFILE, "demo", NAMED, inputs, ("metadata", "spec"))
    plan = custom_resources.compared(Plan([step], {}), cast("Cluster", Standing()))
    lines = list(report.lines({}, plan, []))
    return [line.strip() for line in lines if line.startswith("      ")]


MARK = 'metadata.annotations.ours: "old" -> "new"'


@pytest.mark.parametrize(
    ("spec", "differences"),
    [
        ({"owner": OWNER, "resourceQuotaSpec": {"hard": {"cpu": "16", "pods": "9"}}}, []),
        (
            {"owner": OWNER, "resourceQuotaSpec": {"hard": {"cpu": "8", "memory": "1Gi"}}},
            [
                'spec.resourceQuotaSpec.hard.cpu: "16" -> "8"',
                'spec.resourceQuotaSpec.hard.memory: absent -> "1Gi"',
                'spec.resourceQuotaSpec.hard.pods: "9" -> absent',
            ],
        ),
        (
            {"owner": OWNER, "resourceQuotaSpec": {"hard": {"cpu": "16", "pods": "9"}}, "plugins": [{"kind": "ours"}]},
            ['spec.plugins[0].kind: "theirs" -> "ours"'],
        ),
        (
            {"owner": OWNER, "resourceQuotaSpec": {}},
            ['spec.resourceQuotaSpec.hard: {"cpu": "16", "pods": "9"} -> absent'],
        ),
        (
            {
                "owner": {**OWNER, "name": "bert@example.com"},
                "resourceQuotaSpec": {"hard": {"cpu": "16", "pods": "9"}},
            },
            ['spec.owner.name: "anna@example.com" -> "bert@example.com"'],
        ),
    ],
)
def test_owner_and_limits_are_compared_with_the_cluster(spec: dict[str, Any], differences: list[str]) -> None:
    assert shown(spec) == [MARK, *differences]


def test_a_profile_that_is_new_has_nothing_to_compare() -> None:
    assert shown({"owner": OWNER}, "create") == []
