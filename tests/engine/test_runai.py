"""A namespace of Run:ai: who may do what in it and elsewhere, whose people stay in shared lists, and what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.access import Call, allowed
from tests.support.engine.changes import (
    BINDING,
    CLUSTER_BINDING,
    PREREQUISITES,
    QUEUE_LABEL,
    SHARED_SUBJECTS,
    create,
    delete,
    update,
)
from tests.support.engine.drifting import seen_by_refresh
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official]

NAMESPACE, OTHER = "aic-ns-gpus-ws", "istio-system"
VIEWERS = "runai-job-viewer-manual"
EXECUTOR, VIEWER, LATER = "CORP\\Carol", "bob@example.com", "dave"
SCHEDULER = "system:serviceaccount:runai:runai-scheduler"
GROUP = "rbac.authorization.k8s.io"
WHAT: dict[str, Call] = {
    "see jobs": ("list", "run.ai", "runaijobs"),
    "see pods": ("get", "", "pods"),
    "read settings": ("get", "", "configmaps"),
    "read logs": ("get", "", "pods/log"),
    "submit jobs": ("create", "run.ai", "runaijobs"),
    "delete deployments": ("delete", "apps", "deployments"),
    "run commands in pods": ("create", "", "pods/exec"),
    "read secrets": ("get", "", "secrets"),
    "give roles": ("create", GROUP, "rolebindings"),
    "place pods": ("create", "", "pods/binding"),
}
SEEING = {"see jobs", "see pods", "read settings"}
SUBMITTING = SEEING | {"read logs", "submit jobs", "delete deployments", "run commands in pods"}
COUNT: Call = ("update", "", "configmaps")
RUNAI = {"project": "gpus", "executors": [EXECUTOR], "viewers": [VIEWER], "template": "without-workloads"}


def may(objects: Objects, user: str, namespace: str = NAMESPACE) -> set[str]:
    return {name for name, call in WHAT.items() if allowed(objects, user, call, namespace)}


def counts_jobs(objects: Objects, user: str) -> bool:
    """Whether the user may write Run:ai's counter of jobs, and no other ConfigMap beside it."""
    others = allowed(objects, user, COUNT, "runai", "another")
    return allowed(objects, user, COUNT, "runai", "runai-cli-index") and not others


def labels(objects: Objects) -> dict[str, str]:
    found = objects.get("v1", "Namespace", NAMESPACE)
    assert found
    return found["metadata"]["labels"]


def subjects(objects: Objects, name: str, namespace: str | None = None) -> list[str]:
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    found = objects.get(f"{GROUP}/v1", kind, name, namespace)
    assert found
    return [each["name"] for each in found.get("subjects", [])]


def put_by_hand(objects: Objects, *names: str) -> None:
    """What `kubectl edit` does to the list of viewers."""
    people = [{"apiGroup": GROUP, "kind": "User", "name": name} for name in names]
    target = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": VIEWERS}}
    objects.merge(target, {"subjects": people})


@pytest.mark.thorough
def test_who_submits_and_who_sees_what_in_a_namespace_of_run_ai_from_its_first_day_to_its_last(
    platform: Platform, before: inventory.Inventory, workspace: Callable[..., Workspace], objects: Objects
) -> None:
    demo = workspace("gpus", nodeGroups=None, conductor=None, grafana=None, login={"enabled": False}, runai=RUNAI)
    nothing: set[str] = set()
    assert [may(objects, each) for each in (EXECUTOR, VIEWER, SCHEDULER)] == [nothing] * 3
    demo.up()
    of_kubeflow = {key: value for key, value in labels(objects).items() if key != "runai/queue"}
    assert labels(objects) == {**of_kubeflow, "runai/queue": "gpus"}
    allowed_to_people(objects)
    assert may(objects, SCHEDULER) == {"place pods"}
    assert may(objects, SCHEDULER, OTHER) == nothing
    assert demo.preview("--refresh", "--expect-no-changes").code == 0

    drift_is_seen_and_repaired(demo, objects, of_kubeflow)
    from_own_bindings_to_shared_lists(demo, objects)

    assert demo.destroy().code == 0
    assert subjects(objects, VIEWERS) == ["zoe"], "who was put in by hand stays"
    put_by_hand(objects)
    eventually("the authorizer has forgotten them", lambda: not may(objects, EXECUTOR, OTHER) | may(objects, LATER))
    assert [may(objects, each) for each in (EXECUTOR, VIEWER, LATER, SCHEDULER)] == [nothing] * 4
    assert not counts_jobs(objects, EXECUTOR)
    assert inventory.differences(before, inventory.take(platform)) == []


def allowed_to_people(objects: Objects) -> None:
    """An executor works in the project and looks everywhere, a viewer looks everywhere, and case counts."""
    eventually("the authorizer knows them", lambda: may(objects, EXECUTOR) == SUBMITTING)
    assert may(objects, EXECUTOR, OTHER) == SEEING
    assert may(objects, EXECUTOR, "") == SEEING
    assert counts_jobs(objects, EXECUTOR)
    assert may(objects, VIEWER) == may(objects, VIEWER, OTHER) == may(objects, VIEWER, "") == SEEING
    assert not counts_jobs(objects, VIEWER)
    assert may(objects, EXECUTOR.lower()) == set()


def drift_is_seen_and_repaired(demo: Workspace, objects: Objects, of_kubeflow: dict[str, str]) -> None:
    """Run:ai's controller writes the labels of a namespace anew; somebody edits a binding of this stack's own."""
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    replaced = {key: None for key in labels(objects) if key != "kubernetes.io/metadata.name"}
    objects.merge(namespace, {"metadata": {"labels": {**replaced, "runai/namespace-version": "v2"}}})
    own = {"name": "workspace-runai-job-executor", "namespace": NAMESPACE}
    eve = {"apiGroup": GROUP, "kind": "User", "name": "eve"}
    objects.merge({"apiVersion": f"{GROUP}/v1", "kind": "RoleBinding", "metadata": own}, {"subjects": [eve]})
    assert {name: [*changed] for name, changed in seen_by_refresh(demo).items()} == {
        f"{QUEUE_LABEL} gpus": ["runaiProject"],
        "pulumi-python:dynamic/kubeflow:NamespaceMetadata gpus": ["labels"],
        f"{BINDING} gpus-executors": ["metadata", "subjects"],
    }
    demo.up()
    assert labels(objects) == {**of_kubeflow, "runai/queue": "gpus", "runai/namespace-version": "v2"}
    objects.merge(namespace, {"metadata": {"labels": {"runai/namespace-version": None}}})
    allowed_to_people(objects)
    assert may(objects, "eve") == set()


def from_own_bindings_to_shared_lists(demo: Workspace, objects: Objects) -> None:
    """Nobody of anybody else's is touched, and one who stood there before is not this stack's."""
    put_by_hand(objects, "zoe", VIEWER)
    demo.write(runai={**RUNAI, "bindings": "shared", "executors": [EXECUTOR, LATER]})
    moved = create(SHARED_SUBJECTS) | delete(BINDING, CLUSTER_BINDING) | update(PREREQUISITES)
    assert operations(demo) == moved
    demo.up()
    assert subjects(objects, VIEWERS) == ["zoe", VIEWER, EXECUTOR, LATER]
    assert subjects(objects, "runai-cli-index-map-editor", "runai") == [EXECUTOR, LATER]
    assert subjects(objects, "runai-job-executor-manual", NAMESPACE) == [EXECUTOR, LATER]
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    eventually("the authorizer knows one more", lambda: may(objects, LATER) == SUBMITTING)
    allowed_to_people(objects)

    put_by_hand(objects, "zoe", LATER)
    seen = {name: changed["users"] for name, changed in seen_by_refresh(demo).items() if "users" in changed}
    assert seen == {f"{SHARED_SUBJECTS} gpus-viewers": ([EXECUTOR, VIEWER, LATER], [LATER])}
    demo.up()
    assert subjects(objects, VIEWERS) == ["zoe", LATER, EXECUTOR, VIEWER]
    allowed_to_people(objects)
