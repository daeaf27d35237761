"""The dashboard's dynamic provider, called as the engine calls it, against the stand-in for Grafana."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import ConfigureRequest, CreateResult, ReadResult, UpdateResult
from pulumi.dynamic.config import Config
from pulumi.output import Unknown

from project_workspace.grafana.project_dashboard import render_project_dashboard
from project_workspace.grafana.provider import SAVE_ATTEMPTS, DashboardProvider
from project_workspace.remote.provider import ProviderError
from tests.support.faulty_grafana import TOKEN, FaultySite, cut, done_then, faulty_site

UID = "d4f7k2m9q1x0z"
ID_KEY = "__provider"


@pytest.fixture
def site(tmp_path: Path) -> Generator[FaultySite]:
    with faulty_site(tmp_path) as running:
        yield running


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> DashboardProvider:
    monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)
    return configured({})


def configured(config: dict[str, str]) -> DashboardProvider:
    made = DashboardProvider()
    made.configure(ConfigureRequest(Config(config, "workspaces")))
    return made


def model(workspace: str = "demo-ws") -> str:
    return render_project_dashboard(
        title="Workspace demo-ws", workspace=workspace, namespace="aic-ns-demo-ws", bucket="b", node_labels=[]
    )


@pytest.fixture
def inputs(site: FaultySite) -> dict[str, Any]:
    return {
        ID_KEY: "reference",
        "url": site.url,
        "uid": UID,
        "title": "Workspace demo-ws",
        "folder": "monitoring",
        "model": model(),
    }


def outputs_of(inputs: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in inputs.items() if name != ID_KEY}
    return {**kept, "dashboardUrl": f"{inputs['url']}/d/{UID}"}


def outs(result: CreateResult | ReadResult | UpdateResult) -> dict[str, Any]:
    assert result.outs is not None
    return result.outs


def edit(site: FaultySite, **changes: Any) -> None:
    """What a person does in Grafana."""
    found = site.store.dashboards[UID]
    found["folderUid"] = changes.pop("folder", found["folderUid"])
    found["model"] = {**found["model"], **changes}
    found["version"] += 1


def test_a_new_dashboard_costs_two_calls_and_gives_whole_outputs(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    made = provider.create(inputs)
    assert (made.id, made.outs) == (UID, outputs_of(inputs))
    assert site.calls == {"GET": 1, "POST": 1}
    saved = site.store.dashboards[UID]
    assert saved["folderUid"] == "monitoring"
    assert saved["model"] == json.loads(inputs["model"])


def test_an_unchanged_dashboard_needs_no_call_in_a_preview(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    made = provider.create(inputs)
    calls = site.calls.total()
    assert provider.check(inputs, inputs).failures == []
    assert not provider.diff(UID, {**outs(made), ID_KEY: "reference"}, inputs).changes
    assert site.calls.total() == calls


def test_what_an_interrupted_create_left_behind_is_adopted_without_another_save(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    provider.create(inputs)
    assert outs(provider.create(inputs)) == outputs_of(inputs)
    assert site.calls == {"GET": 2, "POST": 1}


def test_an_older_dashboard_of_the_same_workspace_is_adopted_and_brought_up_to_date(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    provider.create(inputs)
    edit(site, panels=[], folder="")
    provider.create(inputs)
    assert site.store.dashboards[UID]["model"] == json.loads(inputs["model"])
    assert site.store.dashboards[UID]["folderUid"] == "monitoring"


@pytest.mark.parametrize("tags", [[], ["workspace:other-ws"], ["project-workspace"]])
def test_somebody_elses_dashboard_is_refused_and_left_untouched(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any], tags: list[str]
) -> None:
    provider.create(inputs)
    edit(site, tags=tags, title="Theirs")
    before = json.dumps(site.store.dump())
    with pytest.raises(ProviderError, match=r"'Theirs', that is not this workspace's .* `adopt: true`"):
        provider.create(inputs)
    assert json.dumps(site.store.dump()) == before


def test_somebody_elses_dashboard_is_taken_over_when_told_to(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    provider.create(inputs)
    edit(site, tags=[], title="Theirs")
    provider.create({**inputs, "adopt": True})
    assert site.store.dashboards[UID]["model"] == json.loads(inputs["model"])


def test_an_update_changes_title_and_folder_in_two_calls(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    olds = outs(provider.create(inputs))
    news = {**inputs, "title": "Renamed"}
    del news["folder"]
    diff = provider.diff(UID, {**olds, ID_KEY: "reference"}, news)
    assert (diff.changes, diff.replaces) == (True, [])
    updated = provider.update(UID, olds, news)
    assert outs(updated) == outputs_of(news)
    saved = site.store.dashboards[UID]
    assert (saved["model"]["title"], saved["folderUid"], saved["version"]) == ("Renamed", "", 2)
    assert site.calls == {"GET": 2, "POST": 2}


def test_an_update_makes_a_dashboard_again_that_was_deleted_meanwhile(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    olds = outs(provider.create(inputs))
    del site.store.dashboards[UID]
    provider.update(UID, olds, {**inputs, "title": "Renamed"})
    assert site.store.dashboards[UID]["model"]["title"] == "Renamed"


def test_only_another_uid_replaces(provider: DashboardProvider, inputs: dict[str, Any]) -> None:
    for name, value in {"url": "https://new", "title": "T", "folder": "f", "model": model("x-ws")}.items():
        diff = provider.diff(UID, inputs, {**inputs, name: value})
        assert (diff.changes, diff.replaces) == (True, []), name
    assert provider.diff(UID, inputs, {**inputs, "uid": "other"}).replaces == ["uid"]


def test_what_means_the_same_is_no_change(provider: DashboardProvider, inputs: dict[str, Any]) -> None:
    told = json.loads(inputs["model"])
    reordered = json.dumps(dict(reversed(told.items())) | {"version": 7, "id": 3, "schemaVersion": 42}, indent=2)
    news = {**inputs, "url": inputs["url"] + "/", "model": reordered, "adopt": True}
    assert not provider.diff(UID, inputs, news).changes
    assert not provider.diff(UID, {**inputs, "folder": ""}, {k: v for k, v in inputs.items() if k != "folder"}).changes


def test_an_unknown_model_is_a_change_and_no_problem(provider: DashboardProvider, inputs: dict[str, Any]) -> None:
    news = {**inputs, "model": Unknown()}
    assert provider.check({}, news).failures == []
    assert provider.diff(UID, inputs, news).changes


def test_a_refresh_of_an_untouched_dashboard_shows_nothing(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    made = outs(provider.create(inputs))
    read = provider.read(UID, made)
    assert (read.id, read.outs) == (UID, made)
    assert site.calls == {"GET": 2, "POST": 1}


def test_a_version_that_others_counted_up_is_no_drift(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    made = outs(provider.create(inputs))
    edit(site)
    assert outs(provider.read(UID, made)) == made


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"title": "Edited"}, "title"),
        ({"folder": ""}, "folder"),
        ({"panels": []}, "model"),
        ({"tags": ["mine"]}, "model"),
        ({"refresh": "5m"}, "model"),
    ],
)
def test_what_a_person_changed_shows_and_is_repaired(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any], change: dict[str, Any], shown: str
) -> None:
    made = outs(provider.create(inputs))
    edit(site, **change)
    read = provider.read(UID, made)
    differing = {name for name in made if outs(read)[name] != made[name]}
    assert differing == {shown}
    assert provider.diff(UID, {**outs(read), ID_KEY: "reference"}, inputs).changes
    provider.update(UID, outs(read), inputs)
    assert outs(provider.read(UID, made)) == made


def test_a_deleted_dashboard_is_gone(provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]) -> None:
    made = outs(provider.create(inputs))
    provider.delete(UID, made)
    assert UID not in site.store.dashboards
    assert sorted(site.store.dashboards) == ["cluster-total", "node-exporter"]
    read = provider.read(UID, made)
    assert (read.id, read.outs) == ("", {})
    provider.delete(UID, made)


def test_a_save_that_meets_another_one_looks_again_and_ends_as_wanted(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    made = outs(provider.create(inputs))

    def somebody_is_faster(running: FaultySite, environ: dict[str, Any], start_response: Any) -> Any:
        edit(running, refresh="10m")
        return running.app(environ, start_response)

    site.plan("POST", *[somebody_is_faster] * (SAVE_ATTEMPTS - 1))
    provider.update(UID, made, {**inputs, "title": "Renamed"})
    saved = site.store.dashboards[UID]["model"]
    assert (saved["title"], saved["refresh"]) == ("Renamed", "1m")

    site.plan("POST", *[somebody_is_faster] * SAVE_ATTEMPTS)
    with pytest.raises(ProviderError, match="Run it again when nobody edits the dashboard"):
        provider.update(UID, made, {**inputs, "title": "Again"})


def test_a_create_that_meets_somebody_elses_on_its_way_refuses_it(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    def somebody_is_faster(running: FaultySite, environ: dict[str, Any], start_response: Any) -> Any:
        theirs = {**running.store.dashboards["node-exporter"], "uid": UID}
        running.store.dashboards[UID] = theirs
        return running.app(environ, start_response)

    site.plan("POST", somebody_is_faster)
    with pytest.raises(ProviderError, match="not this workspace's"):
        provider.create(inputs)
    assert site.store.dashboards[UID]["model"]["title"] == "Nodes"


def test_a_save_whose_answer_was_lost_is_found_done(
    provider: DashboardProvider, site: FaultySite, inputs: dict[str, Any]
) -> None:
    site.plan("POST", done_then(cut))
    assert outs(provider.create(inputs)) == outputs_of(inputs)
    assert site.store.dashboards[UID]["version"] == 1
    assert site.calls == {"GET": 2, "POST": 1}


def test_the_token_comes_from_the_stack_when_the_environment_has_none(
    monkeypatch: pytest.MonkeyPatch, site: FaultySite, inputs: dict[str, Any]
) -> None:
    monkeypatch.delenv("GRAFANA_TOKEN", raising=False)
    configured({"workspaces:grafanaToken": TOKEN}).create(inputs)
    assert UID in site.store.dashboards
    with pytest.raises(ProviderError, match="Set GRAFANA_TOKEN to a service-account token"):
        configured({}).create(inputs)


def test_no_token_reaches_an_output_or_a_message(
    monkeypatch: pytest.MonkeyPatch, provider: DashboardProvider, inputs: dict[str, Any]
) -> None:
    assert TOKEN not in json.dumps(outs(provider.create(inputs)))
    monkeypatch.setenv("GRAFANA_TOKEN", "glsa_wrong-one")
    with pytest.raises(ProviderError) as error:
        provider.create(inputs)
    assert "glsa_wrong-one" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("uid", "a b", "Expected a Grafana uid of at most 40 letters"),
        ("uid", "", "Expected a Grafana uid of at most 40 letters"),
        ("uid", "x" * 41, "Expected a Grafana uid of at most 40 letters"),
        ("folder", "a/b", "Expected a Grafana uid of at most 40 letters"),
        ("url", "grafana.example.com", "Expected a URL with http or https"),
        ("title", " ", "Expected a title, for example"),
        ("model", "{", "Expected the JSON text of a dashboard"),
        ("model", "[]", "Expected the JSON text of a dashboard"),
        ("model", '{"tags": ["workspace:a"], "id": 1}', "without id"),
        ("model", '{"tags": ["mine"]}', "with a tag that names its owner"),
        ("model", json.dumps({"tags": ["workspace:" + "a" * 41]}), "Expected tags of at most 50 characters"),
    ],
)
def test_an_input_that_cannot_be_right_is_refused_in_the_preview(
    provider: DashboardProvider, inputs: dict[str, Any], name: str, value: str, sentence: str
) -> None:
    failures = provider.check({}, {**inputs, name: value}).failures
    assert [failure.property for failure in failures] == [name]
    assert sentence in failures[0].reason
