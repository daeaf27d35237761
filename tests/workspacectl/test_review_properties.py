"""Differences by property path, as the engine writes paths."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workspacectl.review.events import Step, read
from workspacectl.review.properties import at, changes

values = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab./", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def without_none(value: Any) -> Any:
    """What the engine means by a value: an entry of null is absent."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


@given(values, values)
def test_every_difference_is_found_where_its_path_says(now: Any, then: Any) -> None:
    found = list(changes({"it": now}, {"it": then}, []))
    assert bool(found) == (without_none(now) != without_none(then))
    for path, was, is_ in found:
        assert at({"it": now}, path) == was
        assert at({"it": then}, path) == is_


def test_only_what_is_below_the_named_paths_is_compared() -> None:
    before = {"metadata": {"labels": {"a.b/c": "x"}}, "spec": {"max": 2, "min": 0}}
    after = {"metadata": {"labels": {"a.b/c": "y"}}, "spec": {"max": 3, "min": 1}}
    assert changes(before, after, ["spec.max", 'metadata.labels["a.b/c"]']) == [
        ('metadata.labels["a.b/c"]', "x", "y"),
        ("spec.max", 2, 3),
    ]


def test_texts_that_are_documents_are_compared_as_documents() -> None:
    before, after = ({"policy": json.dumps({"Statement": [{"Action": action}]})} for action in ("s3:Get", "s3:Put"))
    assert changes(before, after, []) == [("policy.Statement[0].Action", "s3:Get", "s3:Put")]


def test_what_the_engine_keeps_for_itself_is_no_property() -> None:
    assert changes({"__provider": "a", "name": "n"}, {"__provider": "b", "__defaults": [], "name": "n"}, []) == []


def drifted(**changed: Any) -> list[Step]:
    """What is told of a volume that was made, and bound afterwards; `changed` are labels that somebody gives it."""
    made = {
        "metadata": {"name": "data", "resourceVersion": "7", "labels": {"a": "b"}, "annotations": {"c": "d"}},
        "spec": {"capacity": {"storage": "1Gi"}},
        "status": {"phase": "Pending"},
    }
    bound = {
        "metadata": {
            **{"name": "data", "resourceVersion": "9", "labels": {"a": "b", **changed}},
            "annotations": {"c": "d", "pv.kubernetes.io/bound-by-controller": "yes"},
        },
        "spec": {"capacity": {"storage": "1Gi"}, "claimRef": {"kind": "PersistentVolumeClaim", "name": "data"}},
        "status": {"phase": "Bound", "conditions": []},
    }
    kind = "kubernetes:core/v1:PersistentVolume"
    seen = {"op": "refresh", "type": kind, "urn": f"urn:pulumi:s::p::{kind}::data"}
    told = {
        "sequence": 1,
        "resOutputsEvent": {"metadata": {**seen, "old": {"outputs": made}, "new": {"outputs": bound}}},
    }
    return read(json.dumps(told), "workbench/trial-dev").steps


def test_what_kubernetes_writes_itself_is_no_drift() -> None:
    [step] = drifted(team="vision")
    assert (step.action, step.changes) == ("drift", [("metadata.labels.team", None, "vision")])
    assert drifted() == []
