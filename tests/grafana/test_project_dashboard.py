"""The project dashboard: whole documents, what is left out, and no value that can break a query or the JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from project_workspace.grafana.project_dashboard import PROGRAM_TAG, render_project_dashboard
from project_workspace.limits import OWNER_TAG
from project_workspace.names import derive

WHOLE = Path(__file__).parent / "project-dashboard.demo.json"
"""What Grafana gets for the workspace below; after a wanted change, write it anew and read the difference."""


def rendered(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "title": "Workspace demo-ws",
        "workspace": "demo-ws",
        "namespace": "aic-ns-demo-ws",
        "bucket": "s3-an2-meerkat-dev-demo",
        "node_labels": ["demo-ws-standard", "demo-ws-high"],
        **changes,
    }
    return json.loads(render_project_dashboard(**values))


def titles(dashboard: Any) -> list[str]:
    return [panel["title"] for panel in dashboard["panels"] if panel["type"] == "row"]


def queries(dashboard: Any) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", []) if "expr" in target]


def test_the_whole_document_is_as_written_down() -> None:
    assert rendered() == json.loads(WHOLE.read_text())


def test_the_same_values_give_the_same_text() -> None:
    values: dict[str, Any] = {"title": "T", "workspace": "a-ws", "namespace": "n", "bucket": "b", "node_labels": ["l"]}
    assert render_project_dashboard(**values) == render_project_dashboard(**values)


def test_without_node_groups_or_bucket_only_their_sections_are_missing() -> None:
    every = ["Quota and requests", "CPU and memory in use", "GPU", "Node groups", "Pods", "Bucket"]
    assert titles(rendered()) == every
    assert titles(rendered(node_labels=[])) == [title for title in every if title != "Node groups"]
    without = rendered(bucket=None)
    assert titles(without) == [title for title in every if title != "Bucket"]
    assert [variable["name"] for variable in without["templating"]["list"]] == ["prometheus"]


def test_it_carries_the_marks_by_which_it_is_known_as_ours() -> None:
    assert rendered()["tags"] == [PROGRAM_TAG, f"{OWNER_TAG}demo-ws"]


def test_it_has_no_id_uid_or_version_of_its_own_and_no_data_source_of_a_site() -> None:
    dashboard = rendered()
    assert not {"id", "uid", "version"} & set(dashboard)
    uids = set(re.findall(r'"uid": ?"([^"]+)"', json.dumps(dashboard)))
    assert uids == {"${prometheus}", "${cloudwatch}", "-- Grafana --"}


def test_panels_are_numbered_and_never_overlap() -> None:
    for dashboard in (rendered(), rendered(node_labels=[]), rendered(bucket=None, node_labels=[])):
        panels = dashboard["panels"]
        assert [panel["id"] for panel in panels] == list(range(1, len(panels) + 1))
        cells = [
            (x, y)
            for panel in panels
            for place in [panel["gridPos"]]
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) == 23


def test_every_query_is_about_this_project_alone() -> None:
    ours = ('namespace="aic-ns-demo-ws"', 'label_aic_role=~"demo-ws-standard|demo-ws-high"')
    found = queries(rendered())
    assert len(found) > 15
    for query in found:
        assert any(part in query for part in ours), query
        for pair in ("()", "[]", "{}"):
            assert query.count(pair[0]) == query.count(pair[1]), query


def test_dots_in_a_node_label_match_only_dots() -> None:
    found = queries(rendered(node_labels=["demo-ws-a.b"]))
    assert any('label_aic_role=~"demo-ws-a[.]b"' in query for query in found)
    assert not any("demo-ws-a.b" in query for query in found)


@pytest.mark.parametrize("value", ['a"b', "a b", "", "a}b", "a|b", "@bucket@", "a\\b"])
@pytest.mark.parametrize("name", ["workspace", "namespace", "node_labels"])
def test_a_value_that_would_change_a_query_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"Expected a .* for example 'demo-ws'"):
        rendered(**{name: [value] if name == "node_labels" else value})


@given(title=st.text())
@example(title='a "quoted" @namespace@ and @unknown@')
def test_any_title_comes_through_as_it_is(title: str) -> None:
    assert rendered(title=title)["title"] == title


@given(project=st.from_regex(r"[a-z][a-z0-9]{0,20}", fullmatch=True), spec=st.sampled_from(["standard", "gpu-a"]))
def test_every_derived_name_fits_and_leaves_no_placeholder(project: str, spec: str) -> None:
    names = derive(
        project=project, environment="dev", infra="meerkat", alias="an2", email_domain="aic.com", specs=[spec]
    )
    label = names.node_groups[spec].label
    text = json.dumps(
        rendered(workspace=names.workspace, namespace=names.namespace, bucket=names.bucket, node_labels=[label])
    )
    assert not re.search(r"@[a-zA-Z]+@", text)
    assert all(name in text for name in (names.workspace, names.namespace, names.bucket, label))
