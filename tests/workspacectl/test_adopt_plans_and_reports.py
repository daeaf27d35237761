"""What is imported of a plan, and what a person reads of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.checkout import CHECKOUT
from workspacectl.adopt import adoption, report, takeovers
from workspacectl.adopt.plan import Plan, Planned, Stack, _errors, _planned
from workspacectl.adopt.stack_copy import copy_of
from workspacectl.adopt.takeovers import Takeover
from workspacectl.pulumi_cli import Engine, EngineError, Result

BUCKET = "aws:s3/bucket:Bucket"
SKELETON: dict[str, Any] = {
    "nameTable": {"older": "urn:pulumi:demo-dev::project-workspace::project-workspace:eks:NodeGroups::demo"},
    "resources": [
        {"type": "pulumi:providers:kubernetes", "name": "cluster", "inputs": {}},
        {"type": "pulumi:providers:other", "name": "unused", "inputs": {}},
        {"type": "project-workspace:index:ProjectWorkspace", "name": "demo", "component": True},
        {"type": "project-workspace:kubeflow:Namespace", "name": "demoNamespace", "logicalName": "demo",
         "parent": "demo", "component": True},
        {"type": "kubernetes:kubeflow.org/v1:Profile", "name": "demoProfile", "logicalName": "demo",
         "parent": "demoNamespace", "provider": "cluster", "id": "<PLACEHOLDER>"},
        {"type": "project-workspace:dex:Login", "name": "demoLogin", "parent": "demo", "component": True},
        {"type": "aws:autoscaling/tag:Tag", "name": "demo-tag", "parent": "older", "id": "<PLACEHOLDER>"},
        {"type": BUCKET, "name": "demoBucket", "logicalName": "demo", "parent": "demo", "id": "<PLACEHOLDER>"},
    ],
}  # fmt: skip


def step(operation: str, type_: str, before: Any = None, inputs: Any = None, changed: tuple[str, ...] = ()) -> Planned:
    return Planned(operation, type_, "demo", before or {}, inputs or {}, changed)


def lines(steps: list[Planned], taken: list[Takeover] | None = None) -> list[str]:
    return list(report.lines({(BUCKET, "demo"): "s3-demo"}, Plan(steps, {}), taken or []))


def test_only_what_exists_is_imported_with_its_ancestors_and_its_provider() -> None:
    found = {
        ("kubernetes:kubeflow.org/v1:Profile", "demo"): "aic-ns-demo-ws",
        ("aws:autoscaling/tag:Tag", "demo-tag"): "g,k",
    }
    entries = list(adoption._entries(SKELETON, found))
    assert [(entry["name"], entry.get("id")) for entry in entries] == [
        ("cluster", None),
        ("demo", None),
        ("demoNamespace", None),
        ("demoProfile", "aic-ns-demo-ws"),
        ("demo-tag", "g,k"),
    ]


def test_a_step_is_read_with_what_it_was_and_what_it_would_be() -> None:
    urn = "urn:pulumi:demo-dev::project-workspace::project-workspace:s3:Storage$aws:s3/bucket:Bucket::demo"
    update = {"op": "update", "urn": urn, "oldState": {"inputs": {"a": 1}}, "newState": {"inputs": {"a": 2}}}
    assert _planned({**update, "detailedDiff": {"a": {}}}) == step("update", BUCKET, {"a": 1}, {"a": 2}, ("a",))
    assert _planned({"op": "same", "urn": urn, "oldState": {"inputs": {"a": 1}}}).inputs == {"a": 1}


def test_an_error_of_the_engine_is_told_without_the_json_around_it() -> None:
    said = {"diagnostics": [{"severity": "info", "message": "hello"}, {"severity": "error", "message": "not good\n"}]}
    assert _errors(Result(1, json.dumps(said), "")) == "not good"
    assert _errors(Result(1, "no JSON", " error: locked")) == "no JSON error: locked"


def test_what_would_be_replaced_is_shouted() -> None:
    shown = lines([step("replace", "aws:eks/nodeGroup:NodeGroup", {"amiType": "a"}, {"amiType": "b"}, ("amiType",))])
    at = shown.index("WOULD BE REPLACED: protection refuses it. Correct the stack's file (1):")
    assert shown[at + 1 : at + 3] == ["  NodeGroup demo", '      amiType: "a" -> "b"']


def test_of_every_dynamic_resource_an_adoption_knows_whether_it_is_more_than_state() -> None:
    graphs = (CHECKOUT / "tests" / "workspace" / "graphs").glob("*.json")
    declared = {row["type"] for path in graphs for row in json.loads(path.read_text())}
    dynamic = {type_ for type_ in declared if type_.startswith(takeovers.DYNAMIC)}
    state_only = {f"{takeovers.DYNAMIC}{kind}" for kind in report.STATE_ONLY}
    # A person who has the role of a client is told with the client.
    assert dynamic - state_only - {*takeovers.LOOKS} == {f"{takeovers.DYNAMIC}keycloak:RoleMember"}
    assert state_only & {*takeovers.LOOKS} == set()


def test_what_only_stands_in_the_state_is_not_said_to_be_made() -> None:
    dynamic = [f"pulumi-python:dynamic/{name}" for name in (*report.STATE_ONLY, "dex:User", "grafana:Dashboard")]
    steps = [
        step("create", type_) for type_ in (*dynamic, "project-workspace:s3:Storage", "pulumi:pulumi:Stack", BUCKET)
    ]
    taken = [Takeover("dex user", [], [], ("pulumi-python:dynamic/dex:User", "demo"))]
    shown = lines(steps, taken)
    assert shown[shown.index("Does not exist, and would be made by 'pulumi up' (2):") + 1 :] == [
        f"  {'Bucket':<40} demo",
        f"  {'grafana:Dashboard':<40} demo",
        "",
    ]


def test_what_others_have_set_in_a_kubernetes_object_is_no_difference() -> None:
    before = {"metadata": {"finalizers": ["theirs"], "labels": {"a.b/c": "d"}}}
    profile = step("update", "kubernetes:kubeflow.org/v1:Profile", before, {"metadata": {}}, ("metadata.finalizers",))
    assert "Differs, and would be changed by 'pulumi up' (0):" in lines([profile])


def test_where_nothing_is_it_says_nothing() -> None:
    assert list(report.lines({}, Plan([], {}), [])).count("  nothing") == 4


def test_a_stack_whose_secrets_only_the_service_can_read_has_no_copy(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: project-workspace\nruntime: {name: python}\n")
    (tmp_path / "Pulumi.demo-dev.yaml").write_text("config: {}\n")
    (tmp_path / "scratch").mkdir()
    stack = Stack(Engine(tmp_path, {}), "demo-dev")
    with pytest.raises(EngineError, match="can only be read by Pulumi Cloud"), copy_of(stack, tmp_path / "scratch"):
        pass
