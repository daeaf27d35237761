"""The profile `run-ai`: what Run:ai must have in the cluster for a project's namespace, each thing one line."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from project_workspace.kube.cluster import Cluster
from tests.preflight.checklists import Lines, broken, lines_of
from tests.preflight.conftest import MakeSite
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import DexCluster
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.profiles import PROFILES

RUNAI: dict[str, Any] = {"project": "vision", "executors": ["alice"], "template": "with-workloads"}
KEY_FLAG = ("--queue-label-key", "runai/queue")
SCHEDULER = Installed("runai", "runai-scheduler-default", {"runai-scheduler": "runai.jfrog.io/scheduler:v2.9.1"})
CONTROLLER = Installed("runai", "runai-project-controller", {"manager": "runai.jfrog.io/pc:v2.9.1"}, KEY_FLAG)
KINDS = ("projects.run.ai", "queues.scheduling.run.ai", "runaiconfigs.run.ai")
CONFIG = {
    "apiVersion": "run.ai/v1",
    "kind": "Runaiconfigs",
    "metadata": {"name": "runai"},
    "spec": {"project-controller": {"createNamespaces": False, "createRoleBindings": False}},
}
PROJECT = {"apiVersion": "run.ai/v1", "kind": "Projects", "metadata": {"name": "vision"}}


@pytest.fixture(scope="module")
def runai(addons: AddOns, dex_cluster: DexCluster) -> Iterator[None]:
    """Run:ai's part of a cluster, with the project."""
    with addons.kinds(*KINDS):
        addons.install(SCHEDULER, CONTROLLER)
        for each in (CONFIG, PROJECT):
            dex_cluster.objects.create(each, "test")
        yield
        addons.remove(SCHEDULER, CONTROLLER)


def runai_lines(site: MakeSite, **options: Any) -> Lines:
    return lines_of(site(runai={**RUNAI, **options}), "run-ai")


def test_where_run_ai_is_as_the_stack_says_nothing_fails(site: MakeSite, runai: None) -> None:
    found = runai_lines(site)
    assert {name: answer.outcome for name, answer in found.items()} == dict.fromkeys(
        [name for name in PROFILES["run-ai"].checks if name != "gpus"], Outcome.OK
    )
    assert found["runai-kinds"].seen == "projects.run.ai (v1), queues.scheduling.run.ai (v1)"
    assert found["runai-scheduler"].seen == "runai/runai-scheduler-default, version v2.9.1, 1 running"
    assert found["runai-queue-label"].seen == "runai/queue, as the project controller says"
    assert found["runai-roles"].seen == "12 ClusterRoles, 0 lists"
    assert found["runai-namespace"].seen == "it is not there yet"


def test_a_stack_without_a_project_has_no_line_of_run_ais(site: MakeSite, runai: None) -> None:
    assert [name for name in lines_of(site(), "run-ai") if name.startswith("runai")] == []


@pytest.mark.parametrize(("check", "addon"), [("runai-scheduler", SCHEDULER), ("runai-controller", CONTROLLER)])
def test_a_program_of_run_ais_that_does_not_run_fails_its_line(
    site: MakeSite, runai: None, addons: AddOns, check: str, addon: Installed
) -> None:
    well = runai_lines(site)
    with addons.stopped(addon):
        assert broken(well, runai_lines(site)) == {check: Outcome.FAILED}


def test_a_project_that_is_not_there_fails_its_line(site: MakeSite, runai: None) -> None:
    well = runai_lines(site)
    now = runai_lines(site, project="speech")
    assert broken(well, now) == {"runai-project": Outcome.FAILED}
    assert now["runai-project"].seen == "no project 'speech' among vision"


def test_a_kind_of_run_ais_that_is_missing_fails_its_line(
    site: MakeSite, runai: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    well, api_of = runai_lines(site), Cluster.api_of
    monkeypatch.setattr(
        Cluster, "api_of", lambda self, group, plural: None if plural == "queues" else api_of(self, group, plural)
    )
    now = runai_lines(site)
    assert broken(well, now) == {"runai-kinds": Outcome.FAILED}
    assert now["runai-kinds"].seen == "no kind queues.scheduling.run.ai"


def test_another_key_than_the_controllers_fails_the_line_of_the_label(site: MakeSite, runai: None) -> None:
    well = runai_lines(site)
    now = runai_lines(site, queueLabel="kai.scheduler/queue")
    assert broken(well, now) == {"runai-queue-label": Outcome.FAILED}
    assert now["runai-queue-label"].expected == "'kai.scheduler/queue', as the stack says"


def test_without_the_controllers_word_the_namespaces_say_which_key_counts(
    site: MakeSite, runai: None, addons: AddOns, dex_cluster: DexCluster
) -> None:
    silent = Installed(CONTROLLER.namespace, CONTROLLER.name, CONTROLLER.containers)
    addons.remove(CONTROLLER)
    addons.install(silent)
    try:
        assert (
            runai_lines(site)["runai-queue-label"].seen == "no namespace has a project yet; the stack sets runai/queue"
        )
        name = dex_cluster.new_namespace()
        target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        dex_cluster.objects.merge(target, {"metadata": {"labels": {"kai.scheduler/queue": "speech"}}})
        now = runai_lines(site)["runai-queue-label"]
        assert (now.outcome, now.seen) == (Outcome.FAILED, "namespaces have kai.scheduler/queue")
        dex_cluster.objects.merge(target, {"metadata": {"labels": {"runai/queue": "speech"}}})
        assert runai_lines(site)["runai-queue-label"].seen == "runai/queue, on 1 namespaces"
        dex_cluster.objects.delete("v1", "Namespace", name)
    finally:
        addons.remove(silent)
        addons.install(CONTROLLER)


@contextmanager
def configured(cluster: DexCluster, **flags: bool | None) -> Generator[None]:
    target = {key: CONFIG[key] for key in ("apiVersion", "kind", "metadata")}
    cluster.objects.merge(target, {"spec": {"project-controller": flags}})
    try:
        yield
    finally:
        cluster.objects.merge(target, {"spec": CONFIG["spec"]})


@pytest.mark.parametrize(
    ("check", "flag"), [("runai-namespaces", "createNamespaces"), ("runai-bindings", "createRoleBindings")]
)
def test_a_run_ai_that_makes_namespaces_or_bindings_itself_is_a_warning(
    site: MakeSite, runai: None, dex_cluster: DexCluster, check: str, flag: str
) -> None:
    well = runai_lines(site)
    for value, said in ((True, f"{flag} is true"), (None, f"{flag} is not set, which is true")):
        with configured(dex_cluster, **{flag: value}):
            now = runai_lines(site)
            assert broken(well, now) == {check: Outcome.WARNING}
            assert now[check].seen == said
            assert f'"{flag}": false' in now[check].remedy
    assert broken(well, runai_lines(site)) == {}


def test_bindings_are_nobodys_affair_without_the_template(site: MakeSite, runai: None) -> None:
    assert "runai-bindings" not in runai_lines(site, template=None)


def test_a_role_that_is_not_installed_fails_its_line(site: MakeSite, runai: None, dex_cluster: DexCluster) -> None:
    role = ("rbac.authorization.k8s.io/v1", "ClusterRole", "workload-controller-rw")
    well = runai_lines(site)
    kept = dex_cluster.objects.get(*role)
    assert kept
    dex_cluster.objects.delete(*role)
    try:
        now = runai_lines(site)
    finally:
        again = {"apiVersion": role[0], "kind": role[1], "metadata": {"name": role[2]}, "rules": kept["rules"]}
        dex_cluster.objects.create(again, "test")
    assert broken(well, now) == {"runai-roles": Outcome.FAILED}
    assert now["runai-roles"].seen == "no ClusterRole workload-controller-rw"


def test_a_namespace_of_another_project_fails_its_line(site: MakeSite, runai: None, dex_cluster: DexCluster) -> None:
    well = runai_lines(site)
    here = dex_cluster.new_namespace()
    target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": here}}
    dex_cluster.objects.merge(target, {"metadata": {"labels": {"runai/queue": "speech"}}})
    now, taken = (
        lines_of(site(runai={**RUNAI, "takeOver": take_over}, names={"namespace": here}), "run-ai")
        for take_over in (False, True)
    )
    assert broken(well, now) == {"runai-namespace": Outcome.FAILED}
    assert "belongs to the Run:ai project 'speech'" in now["runai-namespace"].seen
    assert taken["runai-namespace"].outcome == Outcome.OK
