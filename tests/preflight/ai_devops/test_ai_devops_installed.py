"""What the installer has made: every pod well, the slow starters given their time, the missing parts named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.preflight.ai_devops.conftest import MakeSite, lines_of
from tests.preflight.checklists import broken
from tests.support.real_cluster import Kube, eventually
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks import ai_devops_installed
from workspacectl.preflight.checks.ai_devops_installed import PARTS

OK, WARNING, FAILED = Outcome.OK, Outcome.WARNING, Outcome.FAILED
INSTALLED = "ai-devops-installed"
WELL = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
NOT_READY: dict[str, Any] = {
    "phase": "Running",
    "conditions": [{"type": "Ready", "status": "False"}],
    "containerStatuses": [
        {
            "name": "main",
            "ready": False,
            "restartCount": 4,
            "image": "x",
            "imageID": "",
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        }
    ],
}


class Parts:
    """The parts of the guide's table; nothing runs: what a pod's state is, a test says."""

    def __init__(self, kube: Kube) -> None:
        self.objects = kube.objects

    def install(self) -> None:
        for namespace, names in PARTS.items():
            if not self.objects.get("v1", "Namespace", namespace):
                self.objects.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}, "test")
            for name in names:
                self.objects.create(self.manifest(namespace, name), "test")
        eventually("every part has its pod", lambda: len(self.pods()) == sum(map(len, PARTS.values())))
        for pod in self.pods().values():
            self.say(pod, WELL)

    def manifest(self, namespace: str, name: str) -> dict[str, Any]:
        labels = {"part": name}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "x"}]}}
        kind = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}}
        return {**kind, "spec": {"selector": {"matchLabels": labels}, "template": template}}

    def pods(self) -> dict[str, dict[str, Any]]:
        """By the part's place."""
        listed = [each for namespace in PARTS for each in self.objects.list_all("v1", "Pod", namespace)[0]]
        return {f"{each['metadata']['namespace']}/{each['metadata']['labels']['part']}": each for each in listed}

    def say(self, pod: dict[str, Any], status: dict[str, Any]) -> None:
        self.objects.merge(pod, {"status": {"containerStatuses": None, **status}}, subresource="status")

    def remove(self) -> None:
        for namespace in PARTS:
            for each in self.objects.list_all("apps/v1", "Deployment", namespace)[0]:
                self.objects.delete("apps/v1", "Deployment", each["metadata"]["name"], namespace)
        eventually("they are gone", lambda: not self.pods())


@pytest.fixture(scope="module")
def parts(kube: Kube) -> Iterator[Parts]:
    made = Parts(kube)
    made.install()
    yield made
    made.remove()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Lets so much time pass, as the check sees it."""
    return lambda passed: monkeypatch.setattr(ai_devops_installed, "now", lambda: datetime.now(UTC) + passed)


def test_every_pod_that_runs_and_is_ready_is_well(site: MakeSite, parts: Parts) -> None:
    found = lines_of(site(), INSTALLED)
    assert {name: answer.outcome for name, answer in found.items()} == dict.fromkeys(
        ("cluster-answers", "installed-parts", "installed-pods"), OK
    )
    assert (found["installed-parts"].seen, found["installed-pods"].seen) == ("17 parts", "17 pods")


@pytest.mark.parametrize(
    "part", ["kubeflow/katib-ui", pytest.param("knative-serving/webhook", marks=pytest.mark.thorough)]
)
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (NOT_READY, "Running, not ready, 4 restarts, CrashLoopBackOff"),
        ({"phase": "Pending", "conditions": []}, "Pending"),
    ],
)
def test_a_pod_that_does_not_run_or_is_not_ready_fails_the_line_with_its_reason(
    site: MakeSite, parts: Parts, part: str, status: dict[str, Any], said: str
) -> None:
    well, pod = lines_of(site(), INSTALLED), parts.pods()[part]
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    parts.say(pod, status)
    now = lines_of(site(), INSTALLED)
    parts.say(pod, WELL)
    assert broken(well, now) == {"installed-pods": FAILED}
    assert now["installed-pods"].seen == f"{namespace}/{name}: {said}"
    assert now["installed-pods"].remedy == f"kubectl -n {namespace} describe pod {name}"


@pytest.mark.parametrize(("phase", "lines"), [("Succeeded", {}), ("Failed", {"installed-pods": FAILED})])
def test_a_pod_that_has_done_its_work_is_well_and_one_that_could_not_fails_the_line(
    site: MakeSite, parts: Parts, phase: str, lines: dict[str, Outcome]
) -> None:
    well = {**lines_of(site(), INSTALLED)}
    well["installed-pods"] = replace(well["installed-pods"], seen="18 pods")
    name = "katib-cert-generator"
    metadata = {"name": name, "namespace": "kubeflow", "labels": {"part": name}}
    spec = {"containers": [{"name": "main", "image": "x"}]}
    made = parts.objects.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, "test")
    parts.say(made, {"phase": phase, "conditions": []})
    now = lines_of(site(), INSTALLED)
    parts.objects.delete("v1", "Pod", name, "kubeflow", grace_seconds=0)
    assert broken(well, now) == lines


@pytest.mark.parametrize(
    "part", ["kubeflow/katib-mysql", pytest.param("kubeflow/katib-db-manager", marks=pytest.mark.thorough)]
)
def test_the_slow_starters_have_ten_minutes_and_fail_after(
    site: MakeSite, parts: Parts, later: Callable[[timedelta], None], part: str
) -> None:
    well, pod = lines_of(site(), INSTALLED), parts.pods()[part]
    parts.say(pod, NOT_READY)
    now = lines_of(site(), INSTALLED)
    later(timedelta(minutes=11))
    after = lines_of(site(), INSTALLED)
    parts.say(pod, WELL)
    assert broken(well, now) == {"installed-pods": WARNING}
    assert now["installed-pods"].expected == (
        "Running and ready within 10 minutes, after several restarts of their own"
    )
    assert broken(well, after) == {"installed-pods": FAILED}


def test_another_that_is_not_well_beside_a_slow_one_fails_the_line_and_is_the_one_to_look_at(
    site: MakeSite, parts: Parts
) -> None:
    slow, other = (parts.pods()[name] for name in ("kubeflow/katib-mysql", "kubeflow/tf-job-operator"))
    for pod in (slow, other):
        parts.say(pod, NOT_READY)
    now = lines_of(site(), INSTALLED)["installed-pods"]
    for pod in (slow, other):
        parts.say(pod, WELL)
    assert now.outcome == FAILED
    assert now.remedy == f"kubectl -n kubeflow describe pod {other['metadata']['name']}"


def test_a_part_that_the_installer_has_left_out_is_named(site: MakeSite, parts: Parts) -> None:
    well, name = lines_of(site(), INSTALLED), "notebook-controller-deployment"
    parts.objects.delete("apps/v1", "Deployment", name, "kubeflow")
    eventually("it is gone", lambda: f"kubeflow/{name}" not in parts.pods())
    now = lines_of(site(), INSTALLED)
    parts.objects.create(parts.manifest("kubeflow", name), "test")
    eventually("it is there again", lambda: f"kubeflow/{name}" in parts.pods())
    parts.say(parts.pods()[f"kubeflow/{name}"], WELL)
    assert broken(well, now) == {"installed-parts": WARNING, "installed-pods": OK}
    assert now["installed-pods"].seen == "16 pods"
    assert now["installed-parts"].seen == f"not there: kubeflow/{name}"


def test_where_nothing_is_installed_both_lines_fail(site: MakeSite, parts: Parts) -> None:
    parts.remove()
    now = lines_of(site(), INSTALLED)
    parts.install()
    assert {name: answer.seen for name, answer in now.items() if answer.outcome == FAILED} == {
        "installed-parts": "none of them",
        "installed-pods": "no pod in kubeflow or knative-serving",
    }
