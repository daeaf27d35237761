"""Names that are taken: by whom, what this stack has made itself, and what `adopt` takes over."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient

from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.standins.ai_conductor import inprocess
from local.standins.ai_conductor.inprocess import Running
from project_workspace.grafana.client import Grafana
from project_workspace.names import user_id
from project_workspace.stack_mark import ANNOTATIONS
from project_workspace.workspace.namespace import objects_in_it
from tests.preflight.checklists import broken, lines_of
from tests.preflight.conftest import MakeSite, Said
from tests.support.faulty_grafana import TOKEN, FaultySite, faulty_site
from tests.support.real_cluster import DexCluster
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.sites import WorkspaceSite

ADMIN = ("site-admin", "admin-secret-4711")
MINE = dict(zip(ANNOTATIONS, ("project-workspace", "demo-dev"), strict=True))
THEIRS = dict(zip(ANNOTATIONS, ("project-workspace", "other-dev"), strict=True))
EMAIL = "aic-user-demo-ws@aic.com"
UID = "demo-dashboard1"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GRAFANA_TOKEN": TOKEN, "AIC_ADMIN_USER": ADMIN[0], "AIC_ADMIN_PASSWD": ADMIN[1]}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def grafana(tmp_path: Path) -> Iterator[FaultySite]:
    with faulty_site(tmp_path) as found:
        yield found


@pytest.fixture
def conductor() -> Iterator[Running]:
    with inprocess.serving(*ADMIN) as found:
        yield found


def answer_of(site: Any) -> Answer:
    found = running.ALL["name-collisions"](site)
    assert found
    return found


def test_a_namespace_of_somebody_elses_is_one_line_and_whose_it_is_is_said(
    site: MakeSite, dex_cluster: DexCluster
) -> None:
    here = dex_cluster.new_namespace()
    well = lines_of(site())
    assert well["name-collisions"] == Answer(Outcome.OK, "none")
    now = lines_of(site(names={"namespace": here}))
    assert broken(well, now) == {"name-collisions": Outcome.FAILED}
    assert now["name-collisions"].seen.startswith(
        f"The namespace '{here}' exists already, and this stack did not make it."
    )
    assert "docs/adoption.md" in now["name-collisions"].remedy
    adopted = answer_of(site(names={"namespace": here}, adopt=True))
    assert adopted == Answer(Outcome.OK, f"to be taken over: The namespace '{here}'")
    theirs = dex_cluster.new_namespace(**THEIRS)
    said = answer_of(site(names={"namespace": theirs})).seen
    assert "stack 'other-dev' of Pulumi project 'project-workspace' made it" in said


def test_what_this_stack_has_made_is_its_own(site: MakeSite, dex_cluster: DexCluster) -> None:
    here = dex_cluster.new_namespace(**MINE)
    assert answer_of(site(names={"namespace": here})) == Answer(Outcome.OK, f"this stack's own: The namespace '{here}'")


@contextmanager
def static_user(cluster: DexCluster, id_: str) -> Generator[None]:
    found = cluster.objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE)
    assert found
    text = found["data"][DEX_CONFIG_KEY]
    entry = f'- {{email: {EMAIL}, hashFromEnv: DEX_USER_PASSWORD, username: a, userID: "{id_}"}}'
    changed = text.replace("staticPasswords:\n", f"staticPasswords:\n{entry}\n")
    assert changed != text
    target = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": DEX_NAME, "namespace": DEX_NAMESPACE}}
    cluster.objects.merge(target, {"data": {DEX_CONFIG_KEY: changed}})
    try:
        yield
    finally:
        cluster.objects.merge(target, {"data": {DEX_CONFIG_KEY: text}})


def made(**inputs: Any) -> Said:
    """An engine whose stack has made what these inputs of the program's own look name."""
    return Said(resources=[{"type": "pulumi-python:dynamic/lifecycle:CollisionCheck", "inputs": inputs}])


def test_a_dex_user_is_somebody_elses_unless_this_stack_has_made_one_of_that_name(
    site: MakeSite, dex_cluster: DexCluster
) -> None:
    place = {"namespace": DEX_NAMESPACE, "configMap": DEX_NAME, "key": DEX_CONFIG_KEY}
    well = lines_of(site())
    count = int(well["dex-configuration"].seen.partition(" ")[0])
    with static_user(dex_cluster, user_id(EMAIL)):
        now = lines_of(site())
        # dex has one user more.
        assert broken(well, now) == {"name-collisions": Outcome.FAILED, "dex-configuration": Outcome.OK}
        assert now["dex-configuration"].seen.startswith(f"{count + 1} static users")
        assert now["name-collisions"].seen.startswith(f"The dex user '{EMAIL}' exists already")
        own = made(dexUser={"email": EMAIL, **place})
        assert answer_of(site(engine=own)) == Answer(Outcome.OK, f"this stack's own: The dex user '{EMAIL}'")
        another = made(dexUser={"email": "another@aic.com", **place})
        assert answer_of(site(engine=another)).outcome == Outcome.FAILED


def test_a_dashboard_of_the_uid_is_one_line_unless_this_stack_has_made_it(site: MakeSite, grafana: FaultySite) -> None:
    settings = {"grafana": {"url": grafana.url}, "names": {"dashboardUid": UID}}
    well = lines_of(site(**settings))
    Grafana(grafana.url, TOKEN).save_dashboard(UID, {"title": "Demo"}, folder="", version=0)
    now = lines_of(site(**settings))
    assert broken(well, now) == {"name-collisions": Outcome.FAILED}
    assert now["name-collisions"].seen.startswith(f"The Grafana dashboard '{UID}' exists already")
    # Its address may have changed since.
    own = made(dashboard={"url": "https://before.example.com", "uid": UID})
    assert answer_of(site(engine=own, **settings)).outcome == Outcome.OK


def test_a_workspace_and_an_account_in_ai_conductor_are_one_line(
    site: MakeSite, conductor: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = {"workspace": "acoustics-ws", "systemAccount": "acoustics-edge"}
    settings = {"conductor": {"url": conductor.url}}
    others = {"namespace": "aic-ns-other-ws2", "user": "aic-user-other2"}
    well = lines_of(site(**settings, names=others))
    monkeypatch.setattr("project_workspace.conductor.connection._clients", {})
    now = lines_of(site(**settings, names={**theirs, **others}))
    assert broken(well, now) == {"name-collisions": Outcome.FAILED}
    said = now["name-collisions"].seen
    assert "The AI Conductor workspace 'acoustics-ws' exists already" in said
    assert "The AI Conductor account 'acoustics-edge' exists already" in said


def test_a_claim_of_a_volumes_name_is_one_line(site: MakeSite, dex_cluster: DexCluster) -> None:
    here = dex_cluster.new_namespace(**MINE)
    settings = {"volumes": [{"name": "data", "size": "1Gi", "storageClass": "gp3"}], "names": {"namespace": here}}
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": here},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "gp3",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    well = lines_of(site(**settings))
    dex_cluster.objects.create(claim, "test")
    now = lines_of(site(**settings))
    assert broken(well, now) == {"name-collisions": Outcome.FAILED}
    assert f"Expected a name that no claim in namespace {here} has" in now["name-collisions"].seen


def test_a_run_reads_only(
    site: MakeSite, grafana: FaultySite, conductor: Running, monkeypatch: pytest.MonkeyPatch, on_the_cluster: list[str]
) -> None:
    """What is asked of the API server, Grafana and AI Conductor by all checks of all profiles of a workspace."""
    settings = {
        "grafana": {"url": grafana.url},
        "conductor": {"url": conductor.url},
        "members": [{"email": "alice@example.com"}],
        "volumes": [{"name": "data", "size": "1Gi"}],
        "runai": {"project": "vision", "executors": ["alice"], "template": "with-workloads"},
    }
    for profile in ("workspace", "kubeflow", "run-ai"):
        lines_of(site(**settings), profile)
    reviews = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    written = {call for call in on_the_cluster if not call.startswith("GET ")}
    assert written == {reviews}
    assert len({call for call in on_the_cluster if call.startswith("GET ")}) > 10
    assert set(grafana.calls) == {"GET"}
    assert {call for call in conductor.calls if not call.startswith("GET ")} == {"POST /api/v1/auth/login"}
    assert conductor.calls["POST /api/v1/auth/login"] == 1


@pytest.fixture
def on_the_cluster(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every request to the API server, by the lowest layer of the library."""
    seen: list[str] = []
    call_api: Callable[..., Any] = ApiClient.call_api

    def counted(self: Any, method: str, url: str, *rest: Any, **more: Any) -> Any:
        path = "/" + url.split("/", 3)[3].split("?", maxsplit=1)[0]
        seen.append(f"{method} {path}")
        return call_api(self, method, url, *rest, **more)

    monkeypatch.setattr(ApiClient, "call_api", counted)
    return seen


def test_an_existing_namespace_must_be_there_and_free_of_things_of_the_stacks_names(
    site: MakeSite, dex_cluster: DexCluster
) -> None:
    def settings(namespace: str) -> dict[str, Any]:
        return {"namespace": {"kind": "existing"}, "names": {"namespace": namespace}, "quota": {"pods": "4"}}

    here = dex_cluster.new_namespace()
    well = lines_of(site(**settings(here)))
    assert well["existing-namespace"] == Answer(Outcome.OK, here)
    assert well["name-collisions"] == Answer(Outcome.OK, "none")
    gone = lines_of(site(**settings("nowhere")))
    # Its name stands in the rights that are asked for; how many they are stays.
    assert broken(well, gone) == {"existing-namespace": Outcome.FAILED}
    assert gone["existing-namespace"].seen == "the cluster has no 'nowhere'"
    [quota] = [each for each in objects_in_it(*of(site(**settings(here)))) if each.startswith("ResourceQuota/")]
    metadata = {"name": quota.partition("/")[2], "namespace": here}
    dex_cluster.objects.create({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {}}, "test")
    now = lines_of(site(**settings(here)))
    assert broken(well, now) == {"name-collisions": Outcome.FAILED}
    assert f"in namespace {here} exists already, and this stack did not make it" in now["name-collisions"].seen


def of(site: WorkspaceSite) -> tuple[Any, Any, Any]:
    return site.options, site.names, site.mark
