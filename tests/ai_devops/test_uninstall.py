"""An uninstall on a real API server: it ends where the installer's own order hangs, and takes nothing unasked."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from local import processes, toolchain
from local.kube import manifests as of_the_platform
from local.kube.objects import Objects
from project_workspace.kube.cluster import Cluster
from project_workspace.remote.errors import DeadlineError
from tests.ai_devops import controllers
from tests.ai_devops.controllers import FINALIZER
from tests.support import real_cluster
from tests.support.real_cluster import Kube, _start
from workspacectl.ai_devops import data, manifests
from workspacectl.ai_devops.plan import Plan, Step
from workspacectl.ai_devops.removal import Removal
from workspacectl.ai_devops.uninstall import Wish, uninstall
from workspacectl.failures import ToolError
from workspacectl.progress import silent

FOLDER = Path(__file__).parent / "manifest"
NAMED = manifests.read(FOLDER)
SECONDS = 180.0
"""The controller of namespaces begins anew, and later each time, while kinds come and go."""
PATIENCE = 1.0
"""How long something is waited for that can never come."""
CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")


@dataclass(frozen=True)
class Installed:
    """A cluster on which the installer has run."""

    kube: Kube

    @property
    def objects(self) -> Objects:
        return self.kube.objects

    @property
    def cluster(self) -> Cluster:
        return self.kube.connect()

    def make(self, api_version: str, kind: str, name: str, namespace: str | None = None, **more: Any) -> None:
        metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
        self.objects.create({"apiVersion": api_version, "kind": kind, "metadata": metadata, **more}, "test")

    def left(self) -> list[str]:
        """What is there of all that the manifests name."""
        return [str(each.ref) for step in Plan(self.cluster, NAMED).steps for each in step.left()]

    def uninstall(self, *, seconds: float = SECONDS, delete_data: bool = False, carry_out: bool = True) -> list[str]:
        return uninstall(self.cluster, NAMED, Wish(seconds, delete_data, carry_out), silent)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kube]:
    """A cluster of these tests' own: they take away kinds and namespaces that others count on."""
    folder = tmp_path_factory.mktemp("alone")
    try:
        yield _start(folder, toolchain.ensure(toolchain.SERVERS))
    finally:
        processes.stop_all(folder / "run")


@pytest.fixture
def installed(alone: Kube) -> Installed:
    """Everything that the manifests name, but what the cluster has no kind for; Istio's namespace was there before."""
    found = Installed(alone)
    if not alone.objects.get("v1", "Namespace", "istio-system"):
        alone.make_namespace("istio-system")
    install(found)
    return found


def eventually(what: str, probe: Callable[[], Any]) -> Any:
    return real_cluster.eventually(what, probe, SECONDS)


def install(found: Installed) -> None:
    documents = [each for path in sorted(FOLDER.glob("*.yaml")) for each in yaml.safe_load_all(path.read_text())]
    wanted = [item for each in documents if each for item in each.get("items", [each]) if item["kind"] != "Gateway"]
    for each in wanted:
        each.get("data", {}).pop("CLIENT_SECRET", None)  # the placeholder, which the installer's script fills in
    # Namespaces and kinds first: the installer is run again by hand until nothing is missing.
    order = ("Namespace", "CustomResourceDefinition")
    of_the_platform.make_missing(found.objects, sorted(wanted, key=lambda each: each["kind"] not in order), "test")
    for api_version, kind in controllers.OF:
        eventually(f"{kind} is served", lambda v=api_version, k=kind: _is_served(found, v, k))


def _is_served(found: Installed, api_version: str, kind: str) -> bool:
    plan = Plan(found.cluster, NAMED)
    return plan.kinds.serves(api_version, kind)


def free_all(found: Installed) -> None:
    """What a test has left hanging may go."""
    for each in Plan(found.cluster, NAMED).custom():
        target = {"apiVersion": each.ref.api.removeprefix("apis/"), "kind": each.ref.kind}
        metadata = {"name": each.ref.name, **({"namespace": each.ref.namespace} if each.ref.namespace else {})}
        found.objects.merge({**target, "metadata": metadata}, {"metadata": {"finalizers": None}})


@contextmanager
def people_at_work(found: Installed) -> Generator[None]:
    """Two people with a notebook, a served model and an experiment, under controllers that run."""
    with controllers.running(found.objects):
        for name in ("alice", "bob"):
            found.make(
                "kubeflow.org/v1", "Profile", name, spec={"owner": {"kind": "User", "name": f"{name}@example.com"}}
            )
            eventually("the namespace is there", lambda n=name: found.objects.get("v1", "Namespace", n))
        found.make("kubeflow.org/v1", "Notebook", "research", "alice")
        found.make("kubeflow.org/v1beta1", "Experiment", "tuning", "alice")
        found.make("serving.kubeflow.org/v1beta1", "InferenceService", "iris", "bob")
        for (api_version, kind), number in zip(controllers.OF, (2, 1, 1), strict=True):
            eventually(
                f"{kind} has its finalizer", lambda v=api_version, k=kind, n=number: _finalized(found, v, k) == n
            )
        yield


def _finalized(found: Installed, api_version: str, kind: str) -> int:
    listed, _ = found.objects.list_all(api_version, kind)
    return sum(FINALIZER in (each["metadata"].get("finalizers") or []) for each in listed)


def test_it_shows_then_refuses_then_takes_everything_in_an_order_in_which_nothing_hangs(installed: Installed) -> None:
    with people_at_work(installed):
        before = installed.left()
        shown = installed.uninstall(carry_out=False)
        with pytest.raises(ToolError) as refused:
            installed.uninstall()
        assert installed.left() == before
        gone = installed.uninstall(delete_data=True)
    assert [line for line in shown if line[0].isdigit()] == [
        "1. Objects of the kinds that the manifests define: 3",
        "2. Profiles, and with each its namespace: 4",
        "3. Webhooks and aggregated APIs: 1",
        "4. Definitions: 4",
        "5. Workloads: 6",
        "6. What else is in a namespace: 5",
        "7. What is in none: 2",
        "8. Namespaces: 2",
    ]
    assert [line.strip() for line in shown if line.startswith("     ")] == before
    assert "Lost for ever: 2 Profile: alice, bob" in shown
    assert "Not running, so what waits for it would hang: Deployment profiles-deployment in namespace kubeflow" in shown
    assert shown[-1] == "Nothing was deleted. With '--yes --delete-data' it goes, in this order."
    assert str(refused.value) == (
        "Expected '--delete-data', because with ai-devops this would go, and nothing brings it back: "
        "1 Experiment: alice/tuning; 1 InferenceService: bob/iris; 1 Notebook: alice/research; 2 Profile: alice, bob. "
        "Nothing was deleted."
    )
    assert gone == [
        "Objects of the kinds that the manifests define: 3 gone",
        "Profiles, and with each its namespace: 4 gone",
        "Webhooks and aggregated APIs: 1 gone",
        "Definitions: 4 gone",
        "Workloads: 6 gone",
        "What else is in a namespace: 5 gone",
        "What is in none: 2 gone",
        "Namespaces: 2 gone",
    ]
    assert installed.left() == []
    assert installed.objects.get("v1", "Namespace", "istio-system"), "nobody's manifest names it"
    assert installed.uninstall() == ["Nothing is left of what the manifests name."]


def test_the_order_of_the_installers_own_script_hangs_and_a_run_after_it_says_why(installed: Installed) -> None:
    with people_at_work(installed):
        for each in NAMED:  # as `kubectl delete -f` of one file after another
            if ref := Plan(installed.cluster, [each]).kinds.ref(each.api_version, each.kind, each.namespace, each.name):
                installed.objects.delete(each.api_version, each.kind, each.name, ref.namespace or None)
            if each.name == "kubeflow":
                eventually("it is gone", lambda: not installed.objects.get("v1", "Namespace", "kubeflow"))
        profiles, _ = installed.objects.list_all("kubeflow.org/v1", "Profile")
        assert [each["metadata"]["finalizers"] for each in profiles] == [[FINALIZER]] * 2
        assert all(each["metadata"].get("deletionTimestamp") for each in profiles)
        definition = installed.objects.get(*CRD, "profiles.kubeflow.org")
        assert definition, "a definition waits for its objects"
        assert definition["metadata"]["deletionTimestamp"]
        assert not installed.objects.get("apps/v1", "Deployment", "profiles-deployment", "kubeflow"), "nobody is left"
        with pytest.raises(DeadlineError) as hangs:
            installed.uninstall(delete_data=True, seconds=PATIENCE)
    said = str(hangs.value)
    assert "'Objects of the kinds that the manifests define' did not end within 1 s; 2 left: " in said
    assert f"Notebook research in namespace alice: waits for {FINALIZER}" in said
    assert """kubectl patch notebooks.kubeflow.org research -n alice --type=merge""" in said
    free_all(installed)
    assert installed.uninstall(delete_data=True)
    assert installed.left() == []


def test_a_volume_with_something_on_it_is_data_and_one_without_is_none(installed: Installed) -> None:
    volume = {
        "capacity": {"storage": "10Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": "/nowhere"},
    }
    plan = Plan(installed.cluster, NAMED)
    assert [str(each.ref) for each in plan.steps[5].left()][:1], "the claim is there, and waits"
    installed.make("v1", "PersistentVolume", "pv-katib", spec=volume)

    def bound() -> bool:
        claim = installed.objects.get("v1", "PersistentVolumeClaim", "katib-mysql", "kubeflow")
        return bool(claim) and claim.get("status", {}).get("phase") == "Bound"

    eventually("the claim is bound", bound)
    with pytest.raises(ToolError, match="1 PersistentVolumeClaim: kubeflow/katib-mysql"):
        installed.uninstall()
    installed.objects.delete("v1", "PersistentVolumeClaim", "katib-mysql", "kubeflow")
    installed.objects.delete("v1", "PersistentVolume", "pv-katib")
    eventually("it is gone", lambda: data.of(Plan(installed.cluster, NAMED)) == [])


@pytest.mark.thorough
@pytest.mark.parametrize("after", range(1, 8))
def test_a_run_that_was_killed_after_any_step_is_gone_on_with(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    carry_out, done = Removal._carry_out, list[str]()

    def until(self: Removal, step: Step) -> str:
        if len(done) == after:
            raise KeyboardInterrupt
        done.append(step.title)
        return carry_out(self, step)

    with people_at_work(installed):
        monkeypatch.setattr(Removal, "_carry_out", until)
        with pytest.raises(KeyboardInterrupt):
            installed.uninstall(delete_data=True)
        monkeypatch.undo()
        assert installed.left() != []
        installed.uninstall(delete_data=True)
    assert installed.left() == []


def test_a_namespace_with_somebody_elses_workload_stays_with_it(installed: Installed) -> None:
    deployment = installed.objects.get("apps/v1", "Deployment", "controller", "knative-serving")
    assert deployment
    installed.make("apps/v1", "Deployment", "theirs", "knative-serving", spec=deployment["spec"])
    told = "Namespace knative-serving stays: the manifests do not name Deployment theirs in it"
    assert told in installed.uninstall(carry_out=False)
    assert installed.uninstall()[-1] == told
    assert installed.objects.get("apps/v1", "Deployment", "theirs", "knative-serving")
    assert not installed.objects.get("v1", "Namespace", "kubeflow")
    installed.objects.delete("apps/v1", "Deployment", "theirs", "knative-serving")


def test_objects_that_an_older_version_of_the_api_named_are_found(installed: Installed, tmp_path: Path) -> None:
    old = {"apiVersion": "apiextensions.k8s.io/v1beta1", "kind": CRD[1], "metadata": {"name": "profiles.kubeflow.org"}}
    (tmp_path / "old.yaml").write_text(yaml.safe_dump(old))
    plan = Plan(installed.cluster, manifests.read(tmp_path))
    assert [str(each.ref) for step in plan.steps for each in step.left()] == [f"{CRD[1]} profiles.kubeflow.org"]
