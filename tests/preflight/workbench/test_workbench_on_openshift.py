"""The lines of the security context on OpenShift: its constraint is an object of a definition like OpenShift's own."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from tests.preflight.workbench.breaking import both, gone, patched, tool
from tests.preflight.workbench.rows import Row, prove
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import ACCOUNT, Object
from tests.support.real_cluster import eventually
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks.workbench.security import SCC_GROUP

FAILED, WARNING, OK = Outcome.FAILED, Outcome.WARNING, Outcome.OK
CONSTRAINT = "securitycontextconstraints"
ANY, RANGE = {"type": "RunAsAny"}, {"type": "MustRunAsRange"}
NOTED = "openshift.io/sa.scc.uid-range"


def definition() -> Object:
    names = {"plural": CONSTRAINT, "singular": CONSTRAINT, "kind": "SecurityContextConstraints"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{CONSTRAINT}.{SCC_GROUP}"},
        "spec": {"group": SCC_GROUP, "names": names, "scope": "Cluster", "versions": [{**version, "subresources": {}}]},
    }


def constraint(scenery: Scenery) -> Object:
    user = f"system:serviceaccount:{scenery.stage.namespace}:{ACCOUNT}"
    return {
        "apiVersion": f"{SCC_GROUP}/v1",
        "kind": "SecurityContextConstraints",
        "metadata": {"name": "workbench"},
        "runAsUser": ANY,
        "fsGroup": ANY,
        "supplementalGroups": ANY,
        "users": [user],
        "groups": [],
    }


@pytest.fixture
def on_openshift(scenery: Scenery) -> Iterator[Scenery]:
    objects, made = scenery.stage.kube.objects, definition()
    objects.create(made, "test")

    def served() -> bool:
        found = objects.get(made["apiVersion"], made["kind"], made["metadata"]["name"]) or {}
        conditions = (found.get("status") or {}).get("conditions") or []
        return {"type": "Established", "status": "True"}.items() <= {
            key: value for each in conditions if each["type"] == "Established" for key, value in each.items()
        }.items()

    eventually("the constraints are served", served)
    scenery.objects["constraint"] = constraint(scenery)
    eventually("it can be made", lambda: _created(scenery))
    scenery.stage.settings["openshift"] = {"enabled": True, "scc": "workbench"}
    scenery.wells.clear()
    try:
        yield scenery
    finally:
        scenery.wells.clear()
        del scenery.objects["constraint"]
        scenery.stage.remove(made)
        eventually(
            "it is gone", lambda: objects.get(made["apiVersion"], made["kind"], made["metadata"]["name"]) is None
        )


def _created(scenery: Scenery) -> bool:
    from kubernetes.dynamic.exceptions import NotFoundError

    from local.kube.objects import UnknownKindError

    try:
        scenery.stage.kube.objects.create(scenery.objects["constraint"], "test")
    except (NotFoundError, UnknownKindError):
        return False
    return True


@contextmanager
def with_a_role(scenery: Scenery) -> Generator[Object]:
    """The Role gives the right to use it, instead of the constraint's own list."""
    rule = {"verbs": ["use"], "apiGroups": [SCC_GROUP], "resources": [CONSTRAINT], "resourceNames": ["workbench"]}
    role = scenery.objects["role"]
    with scenery.stage.patched(role, {"rules": [*role["rules"], rule]}):
        yield {}


ROWS = [
    Row("no oc", {"workbench-oc": FAILED}, "not on the PATH", tool("oc", None)),
    Row(
        "no constraint",
        {"workbench-scc": FAILED, **dict.fromkeys(f"workbench-{each}" for each in ("uid", "gid", "root-for-nfs"))},
        "no SecurityContextConstraints workbench",
        gone("constraint"),
    ),
    Row(
        "a constraint that is others'",
        {"workbench-scc": FAILED},
        f"{ACCOUNT} may not use workbench",
        patched("constraint", {"users": []}),
    ),
    Row("a constraint by the Role", {}, "", both(with_a_role, patched("constraint", {"users": []}))),
    Row(
        "a UID outside of the constraint's range",
        {"workbench-uid": FAILED, "workbench-root-for-nfs": WARNING},
        "UID 1000: it must be one of 2000 to 3000",
        patched("constraint", {"runAsUser": {**RANGE, "uidRangeMin": 2000, "uidRangeMax": 3000}}),
    ),
    Row(
        "a UID outside of the namespace's range",
        {"workbench-uid": FAILED, "workbench-root-for-nfs": WARNING},
        "UID 1000: it must be one of 1000680000 to 1000689999",
        both(
            patched("constraint", {"runAsUser": RANGE}),
            patched("namespace", {"metadata": {"annotations": {NOTED: "1000680000/10000"}}}),
        ),
    ),
    Row(
        "a constraint that lets nobody be root",
        {"workbench-root-for-nfs": WARNING},
        "'runAsUser' of workbench is MustRunAsRange",
        patched("constraint", {"runAsUser": {**RANGE, "uidRangeMin": 1000, "uidRangeMax": 1000}}),
        tell=frozenset({"workbench-uid"}),
    ),
    Row(
        "a group that is not permitted",
        {"workbench-gid": FAILED},
        "GID 0: fsGroup of workbench must be one of 1 to 9",
        patched("constraint", {"fsGroup": {"type": "MustRunAs", "ranges": [{"min": 1, "max": 9}]}}),
    ),
    Row(
        "a group of the namespace's range",
        {},
        "",
        both(
            patched("constraint", {"supplementalGroups": {"type": "MustRunAs"}}),
            patched("namespace", {"metadata": {"annotations": {"openshift.io/sa.scc.supplemental-groups": "0-9"}}}),
        ),
    ),
    Row(
        "a group outside of the namespace's range",
        {"workbench-gid": FAILED},
        "GID 0: supplementalGroups of workbench must be one of 1000 to 1009",
        both(
            patched("constraint", {"supplementalGroups": {"type": "MustRunAs"}}),
            patched("namespace", {"metadata": {"annotations": {"openshift.io/sa.scc.supplemental-groups": "1000/10"}}}),
        ),
    ),
]


@pytest.mark.parametrize("row", first_of_each(ROWS, lambda row: row.about), ids=lambda row: row.what)
def test_what_is_broken_on_openshift_fails_its_line_and_no_other(on_openshift: Scenery, row: Row) -> None:
    prove(on_openshift, row)
