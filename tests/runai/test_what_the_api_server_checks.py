"""What a real API server makes of bindings (docs/facts/runai.md, "What the API server checks")."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from project_workspace.kube.cluster import binding_ref
from project_workspace.remote.errors import RefusedError
from project_workspace.runai.claims import GROUP, settled
from project_workspace.stack_mark import StackMark
from tests.support.access import allowed
from tests.support.real_cluster import Kube, eventually

ALICE: dict[str, Any] = {"apiGroup": GROUP, "kind": "User", "name": "alice"}
MARK = StackMark("project-workspace", "demo-dev")


def bound(kube: Kube, role: str, *subjects: dict[str, Any]) -> tuple[str, str]:
    """Namespace and name of a binding."""
    namespace, name = kube.new_namespace(), "bound"
    body = {"apiVersion": f"{GROUP}/v1", "kind": "RoleBinding", "metadata": {"name": name, "namespace": namespace}}
    ref = {"apiGroup": GROUP, "kind": "ClusterRole", "name": role}
    kube.objects.create({**body, "roleRef": ref, "subjects": list(subjects)}, "test")
    return namespace, name


def test_a_binding_to_a_role_that_is_not_there_is_accepted_and_gives_nothing(kube: Kube) -> None:
    namespace, _ = bound(kube, "role-that-is-not-there", ALICE)
    there, _ = bound(kube, "view", ALICE)
    look = ("list", "", "pods")
    eventually("the authorizer knows a binding", lambda: allowed(kube.objects, "alice", look, there))
    assert not allowed(kube.objects, "alice", look, namespace)


def test_two_subjects_of_one_name_are_accepted_and_an_empty_list_is_left_out(kube: Kube) -> None:
    namespace, name = bound(kube, "view", ALICE, ALICE)
    found = kube.objects.get(f"{GROUP}/v1", "RoleBinding", name, namespace)
    assert found
    assert found["subjects"] == [ALICE, ALICE]
    namespace, name = bound(kube, "view")
    assert "subjects" not in (kube.objects.get(f"{GROUP}/v1", "RoleBinding", name, namespace) or {})


def test_whoever_may_write_the_binding_and_not_give_its_role_is_told_of_bind(kube: Kube) -> None:
    namespace, name = bound(kube, "view")
    who = f"writer-{uuid4().hex[:12]}"
    role = {"apiVersion": f"{GROUP}/v1", "kind": "Role", "metadata": {"name": "writer", "namespace": namespace}}
    rule = {"apiGroups": [GROUP], "resources": ["rolebindings"], "verbs": ["get", "update"]}
    kube.objects.create({**role, "rules": [rule]}, "test")
    binding = {**role, "kind": "RoleBinding", "roleRef": {"apiGroup": GROUP, "kind": "Role", "name": "writer"}}
    kube.objects.create({**binding, "subjects": [{**ALICE, "name": who}]}, "test")
    writes = ("update", GROUP, "rolebindings")
    eventually("the authorizer knows the writer", lambda: allowed(kube.objects, who, writes, namespace))

    cluster = kube.connect()
    cluster.client.set_default_header("Impersonate-User", who)
    remedy = "Give the identity of your kubeconfig the verb 'bind' on the role that it gives to others"
    with pytest.raises(RefusedError, match=remedy):
        cluster.edit(binding_ref(namespace, name), lambda found: settled(found, ["alice"], mark=MARK), remedy="")
