"""Where pods may be put, by the scheduler's rules."""

from __future__ import annotations

from typing import Any

import pytest

from workspacectl.preflight.checks.workbench import placement

TAINT = {"key": "dedicated", "value": "vision", "effect": "NoSchedule"}


def node(*taints: dict[str, str], labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": labels or {}}, "spec": {"taints": list(taints), **spec}}


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        ({"key": "dedicated", "operator": "Equal", "value": "vision", "effect": "NoSchedule"}, True),
        ({"key": "dedicated", "value": "vision"}, True),
        ({"key": "dedicated", "value": "speech"}, False),
        ({"key": "dedicated"}, False),
        ({"key": "dedicated", "operator": "Exists"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "other", "operator": "Exists"}, False),
        ({"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_a_taint_is_tolerated_as_the_scheduler_reads_it(toleration: dict[str, str], tolerated: bool) -> None:
    assert placement.admits(node(TAINT), [toleration]) is tolerated


def test_a_taint_that_only_prefers_keeps_nobody_away_and_a_cordoned_node_does() -> None:
    assert placement.admits(node({**TAINT, "effect": "PreferNoSchedule"}), [])
    assert not placement.admits(node(unschedulable=True), [])
    assert not placement.admits(node(TAINT), [])


def required(*expressions: dict[str, Any]) -> dict[str, Any]:
    terms = {"nodeSelectorTerms": [{"matchExpressions": [each]} for each in expressions]}
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}


@pytest.mark.parametrize(
    ("expression", "matched"),
    [
        ({"key": "pool", "operator": "In", "values": ["a", "b"]}, True),
        ({"key": "pool", "operator": "NotIn", "values": ["a"]}, False),
        ({"key": "none", "operator": "NotIn", "values": ["a"]}, True),
        ({"key": "pool", "operator": "Exists"}, True),
        ({"key": "none", "operator": "DoesNotExist"}, True),
        ({"key": "cores", "operator": "Gt", "values": ["8"]}, True),
        ({"key": "cores", "operator": "Lt", "values": ["8"]}, False),
        ({"key": "pool", "operator": "Gt", "values": ["8"]}, False),
    ],
)
def test_a_required_affinity_is_read_as_the_scheduler_reads_it(expression: dict[str, Any], matched: bool) -> None:
    labels = {"pool": "a", "cores": "16"}
    assert placement.matches(labels, {}, required(expression)) is matched


def test_one_term_is_enough_and_all_of_the_selector_is_needed() -> None:
    other, own = ({"key": "pool", "operator": "In", "values": [value]} for value in ("b", "a"))
    assert placement.matches({"pool": "a"}, {}, required(other, own))
    assert not placement.matches({"pool": "a"}, {}, required(other))
    assert placement.matches({"pool": "a", "x": "y"}, {"pool": "a"}, {})
    assert not placement.matches({"pool": "a"}, {"pool": "a", "x": "y"}, {})
