"""Members of a namespace: what Kubeflow would have made, what each may do, and nothing of one touched for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.dex.login import login
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.access import allowed
from tests.support.engine.changes import AUTHORIZATION, BINDING, create, delete
from tests.support.engine.drifting import GONE, seen_by_refresh
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official]

NAMESPACE = "aic-ns-shared-ws"
ALICE, BOB, CAROL = "alice@example.com", "bob.b@example.com", "carol@example.com"
EDITS = {"email": ALICE, "login": True}
LOOKS_ON = {"email": BOB, "role": "view"}
ADMINISTERS = {"email": CAROL, "role": "admin"}
RBAC = "rbac.authorization.k8s.io"
KINDS = ((f"{RBAC}/v1", "RoleBinding"), ("security.istio.io/v1beta1", "AuthorizationPolicy"))
PRINCIPALS = [
    "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
    "cluster.local/ns/kubeflow/sa/ml-pipeline-ui",
]
WHAT = {
    "look at pods": ("list", "", "pods"),
    "look at volumes": ("get", "", "persistentvolumeclaims"),
    "make pods": ("create", "", "pods"),
    "delete volumes": ("delete", "", "persistentvolumeclaims"),
    "read secrets": ("get", "", "secrets"),
    "give roles": ("create", RBAC, "rolebindings"),
}
LOOKING = {"look at pods", "look at volumes"}
EDITING = LOOKING | {"make pods", "delete volumes", "read secrets"}


@pytest.fixture
def demo(workspace: Callable[..., Workspace]) -> Workspace:
    made = workspace("shared", nodeGroups=None, conductor=None, grafana=None, members=[EDITS, LOOKS_ON])
    made.up()
    return made


def name_of(email: str, role: str) -> str:
    return f"user-{email.replace('@', '-').replace('.', '-')}-clusterrole-{role}"


def of_a_member(objects: Objects, email: str, role: str) -> list[dict[str, Any] | None]:
    """Both objects as they are, without what the API server and Pulumi note on them."""
    found: list[dict[str, Any] | None] = []
    for api_version, kind in KINDS:
        each = objects.get(api_version, kind, name_of(email, role), NAMESPACE)
        if each:
            annotations = each["metadata"]["annotations"]
            told = {key: text for key, text in annotations.items() if not key.startswith(("pulumi.com/", "project-"))}
            each["metadata"] = {**{k: each["metadata"].get(k) for k in ("name", "labels")}, "annotations": told}
        found.append(each)
    return found


def as_kubeflow_makes(email: str, role: str) -> list[dict[str, Any]]:
    """Both objects as Kubeflow's access management makes them (docs/facts/kubeflow-profiles.md, "Contributors")."""
    metadata = {"name": name_of(email, role), "labels": None, "annotations": {"user": email, "role": role}}
    who = {"apiGroup": RBAC, "kind": "User", "name": email}
    role_ref = {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"kubeflow-{role}"}
    when = {"key": "request.headers[kubeflow-userid]", "values": [email]}
    rule = {"from": [{"source": {"principals": PRINCIPALS}}], "when": [when]}
    (binding, policy) = ({"apiVersion": api_version, "kind": kind, "metadata": metadata} for api_version, kind in KINDS)
    return [{**binding, "roleRef": role_ref, "subjects": [who]}, {**policy, "spec": {"rules": [rule]}}]


def may(objects: Objects, email: str, namespace: str = NAMESPACE) -> set[str]:
    """What the API server's authorizer lets the person do in the namespace."""
    return {name for name, call in WHAT.items() if allowed(objects, email, call, namespace)}


def test_a_member_may_do_what_the_role_says_and_is_shown_by_kubeflow(
    platform: Platform, before: inventory.Inventory, demo: Workspace, objects: Objects
) -> None:
    demo.write(members=[EDITS, LOOKS_ON, ADMINISTERS])
    assert operations(demo) == create(BINDING, AUTHORIZATION), "nothing of another is touched"
    demo.up()
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    for email, role in ((ALICE, "edit"), (BOB, "view"), (CAROL, "admin")):
        assert of_a_member(objects, email, role) == as_kubeflow_makes(email, role)
    eventually("the authorizer knows them", lambda: bool(may(objects, CAROL)))
    assert may(objects, BOB) == LOOKING
    assert may(objects, ALICE) == EDITING
    assert may(objects, CAROL) == {*WHAT}
    assert may(objects, "eve@example.com") == set()
    assert may(objects, ALICE, "kubeflow") == set()

    passwords = demo.outputs()["memberPasswords"]
    assert {*passwords} == {ALICE}
    assert login(platform.issuer, ALICE, passwords[ALICE]).accepted
    assert not login(platform.issuer, BOB, passwords[ALICE]).accepted

    demo.write(members=[EDITS, ADMINISTERS])
    assert operations(demo) == delete(BINDING, AUTHORIZATION)
    demo.up()
    eventually("the authorizer has forgotten one", lambda: not may(objects, BOB))
    assert may(objects, ALICE) == EDITING
    assert of_a_member(objects, BOB, "view") == [None, None]

    assert demo.destroy().code == 0
    assert not login(platform.issuer, ALICE, passwords[ALICE]).accepted
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_a_member_who_was_removed_or_changed_by_hand_is_drift(demo: Workspace, objects: Objects) -> None:
    for api_version, kind in KINDS:
        objects.delete(api_version, kind, name_of(ALICE, "edit"), NAMESPACE)
    named = {"metadata": {"name": name_of(BOB, "view"), "namespace": NAMESPACE}}
    binding = {"apiVersion": KINDS[0][0], "kind": KINDS[0][1], **named}
    objects.merge(binding, {"subjects": [{"apiGroup": RBAC, "kind": "User", "name": "eve@example.com"}]})
    eventually("the authorizer knows it", lambda: may(objects, "eve@example.com") == LOOKING)

    seen = seen_by_refresh(demo)
    assert {name: [*what] if what is not GONE else GONE for name, what in seen.items()} == {
        f"{BINDING} shared-alice-example-com": GONE,
        f"{AUTHORIZATION} shared-alice-example-com": GONE,
        f"{BINDING} shared-bob-b-example-com": ["metadata", "subjects"],
    }
    demo.up()
    assert demo.preview("--refresh", "--expect-no-changes").code == 0
    assert of_a_member(objects, ALICE, "edit") == as_kubeflow_makes(ALICE, "edit")
    assert of_a_member(objects, BOB, "view") == as_kubeflow_makes(BOB, "view")
    eventually("the authorizer has forgotten it", lambda: not may(objects, "eve@example.com"))
