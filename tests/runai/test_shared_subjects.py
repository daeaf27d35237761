"""People in a binding that everybody edits, on a real API server: nobody is lost, and exactly one's own go again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from bench.foreign_subjects import ForeignSubjects
from project_workspace.remote.provider import Props, ProviderError
from project_workspace.runai.claims import GROUP
from project_workspace.runai.shared_subjects import SharedSubjectsProvider
from tests.support.real_cluster import Kube, outs

Provided = Callable[[type[SharedSubjectsProvider]], SharedSubjectsProvider]
SIXTEEN = range(16)


def user(name: str) -> dict[str, Any]:
    return {"apiGroup": GROUP, "kind": "User", "name": name}


@pytest.fixture(params=["RoleBinding", "ClusterRoleBinding"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


class Shared:
    """A binding of somebody else's with people in it, and this program's provider for it."""

    def __init__(self, kube: Kube, kind: str, *people: str) -> None:
        self.kube, self.kind, self.name = kube, kind, f"shared-{uuid4().hex[:12]}"
        self.namespace = kube.new_namespace() if kind == "RoleBinding" else ""
        place = {"namespace": self.namespace} if self.namespace else {}
        role = {"apiGroup": GROUP, "kind": "ClusterRole", "name": "view"}
        body = {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": {"name": self.name, **place}, "roleRef": role}
        kube.objects.create({**body, "subjects": [user(name) for name in people]}, "test")
        self.before = self.now()

    def now(self) -> dict[str, Any]:
        """The binding as it is, without what counts writes."""
        found = self.kube.objects.get(f"{GROUP}/v1", self.kind, self.name, self.namespace or None)
        assert found
        for counts in ("resourceVersion", "managedFields"):
            del found["metadata"][counts]
        return found

    def names(self) -> list[str]:
        return [each["name"] for each in self.now().get("subjects", [])]

    def change(self, subjects: list[dict[str, Any]], **metadata: Any) -> None:
        place = {"namespace": self.namespace} if self.namespace else {}
        target = {"apiVersion": f"{GROUP}/v1", "kind": self.kind, "metadata": {"name": self.name, **place}}
        self.kube.objects.merge(target, {"subjects": subjects, "metadata": metadata})

    def inputs(self, *users: str, stack: str = "demo-dev", **others: Any) -> Props:
        mark = {"pulumiProject": "project-workspace", "pulumiStack": stack}
        return {"binding": self.name, "namespace": self.namespace, "users": list(users), **mark, **others}


def test_people_come_and_go_and_everybody_else_stays(kube: Kube, kind: str, provided: Provided) -> None:
    shared, provider = Shared(kube, kind, "zoe", "nobody"), provided(SharedSubjectsProvider)
    made = provider.create(shared.inputs("alice", "bob"))
    assert shared.names() == ["zoe", "nobody", "alice", "bob"]
    assert outs(made)["made"] == ["alice", "bob"]

    news = shared.inputs("alice", "carol")
    updated = provider.update(made.id, outs(made), news)
    assert shared.names() == ["zoe", "nobody", "alice", "carol"]
    provider.delete(made.id, outs(updated))
    assert shared.now() == shared.before
    provider.delete(made.id, outs(updated))


def test_an_empty_list_is_empty_again(kube: Kube, kind: str, provided: Provided) -> None:
    shared, provider = Shared(kube, kind), provided(SharedSubjectsProvider)
    made = provider.create(shared.inputs("alice"))
    assert shared.names() == ["alice"]
    provider.delete(made.id, outs(made))
    assert shared.now() == shared.before


def test_a_create_that_is_repeated_after_a_killed_run_owns_what_it_made(kube: Kube, provided: Provided) -> None:
    shared, provider = Shared(kube, "RoleBinding", "zoe"), provided(SharedSubjectsProvider)
    provider.create(shared.inputs("alice"))
    again = provider.create(shared.inputs("alice", "zoe"))
    assert outs(again)["made"] == ["alice"]
    provider.delete(again.id, outs(again))
    assert shared.now() == shared.before


def test_an_adoption_takes_over_who_is_there(kube: Kube, provided: Provided) -> None:
    shared, provider = Shared(kube, "RoleBinding", "zoe", "alice"), provided(SharedSubjectsProvider)
    made = provider.create(shared.inputs("alice", adopt=True))
    assert outs(made)["made"] == ["alice"]
    provider.delete(made.id, outs(made))
    assert shared.names() == ["zoe"]


def test_who_was_taken_out_or_lost_the_claim_is_drift_and_is_repaired(kube: Kube, provided: Provided) -> None:
    shared, provider = Shared(kube, "RoleBinding", "zoe"), provided(SharedSubjectsProvider)
    inputs = shared.inputs("alice", "bob")
    made = provider.create(inputs)
    assert not provider.diff(made.id, outs(provider.read(made.id, outs(made))), inputs).changes

    shared.change([user("zoe"), user("bob")])
    seen = provider.read(made.id, outs(made))
    assert outs(seen)["users"] == ["bob"]
    assert seen.inputs is not None
    assert seen.inputs["users"] == ["bob"]
    assert provider.diff(made.id, outs(seen), inputs).changes
    repaired = provider.update(made.id, outs(seen), inputs)
    assert shared.names() == ["zoe", "bob", "alice"]

    kept = shared.now()["metadata"]["annotations"]
    shared.change([user("bob"), user("alice")], annotations=dict.fromkeys(kept))
    seen = provider.read(made.id, outs(repaired))
    assert provider.diff(made.id, outs(seen), inputs).changes
    repaired = provider.update(made.id, outs(seen), inputs)
    assert shared.now()["metadata"]["annotations"] == kept
    provider.delete(made.id, outs(repaired))
    assert shared.names() == []


def test_a_binding_that_is_gone_takes_its_people_along(kube: Kube, kind: str, provided: Provided) -> None:
    shared, provider = Shared(kube, kind), provided(SharedSubjectsProvider)
    inputs = shared.inputs("alice")
    made = provider.create(inputs)
    kube.objects.delete(f"{GROUP}/v1", kind, shared.name, shared.namespace or None)
    assert provider.read(made.id, outs(made)).id == ""
    provider.delete(made.id, outs(made))
    with pytest.raises(ProviderError, match=rf"There is no {kind} {shared.name}.* Run:ai installs it\."):
        provider.create(inputs)


def test_sixteen_stacks_and_a_foreign_writer_lose_nothing(kube: Kube, provided: Provided) -> None:
    shared = Shared(kube, "ClusterRoleBinding", "zoe", "of-nobody")
    everybody, barrier = "of-all@example.com", threading.Barrier(len(SIXTEEN))

    def live(number: int) -> tuple[str, Props]:
        provider = provided(SharedSubjectsProvider)
        barrier.wait()
        stack = f"crowd{number}-dev"
        made = provider.create(shared.inputs(f"first{number}", everybody, stack=stack))
        news = shared.inputs(f"person{number}", everybody, stack=stack)
        return made.id, outs(provider.update(made.id, outs(made), news))

    with ThreadPoolExecutor(len(SIXTEEN)) as pool:
        with ForeignSubjects(kube.kubeconfig, shared.name, pause=0.02) as foreign:
            made = list(pool.map(live, SIXTEEN))
        assert foreign.lost == []
        assert foreign.writes > 0
        assert shared.names()[:2] == ["zoe", "of-nobody"]
        assert sorted(shared.names()[2:]) == sorted([everybody, *(f"person{number}" for number in SIXTEEN)])

        with ForeignSubjects(kube.kubeconfig, shared.name, pause=0.02) as foreign:
            list(pool.map(lambda each: provided(SharedSubjectsProvider).delete(*each), made))
        assert foreign.lost == []
    assert shared.now() == shared.before
