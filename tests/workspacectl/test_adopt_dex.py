"""dex is found where it is, on a real API server: the one that has the user, else one that has not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from project_workspace.dex import password_storage
from project_workspace.dex.config_file import Entry
from project_workspace.dex.options import DexOptions
from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.kube.cluster import config_map as ref_of_config_map
from project_workspace.remote.errors import NotFoundError
from tests.support.real_cluster import Answer, Kube, Spoilt
from workspacectl.adopt.dex import dex_of
from workspacectl.adopt.plan import Plan, Planned
from workspacectl.adopt.takeovers import Takeover, takeovers

HASH = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
EMAIL = "vision@example.com"
EMPTY = "issuer: https://dex.example.com\nenablePasswordDB: true\n"
WITH_THE_USER = f"{EMPTY}staticPasswords:\n- email: {EMAIL}\n  hash: {HASH}\n  username: vision\n  userID: '1'\n"


@dataclass
class OneNamespace(Cluster):
    """The real cluster as if it had but one namespace: other tests have a dex in theirs."""

    only: str = ""

    def every(self, kind: Ref) -> Iterator[dict[str, Any]]:
        return super().every(replace(kind, namespace=self.only))


@pytest.fixture
def login(kube: Kube) -> str:
    """A namespace of this test alone."""
    return kube.new_namespace()


def connect(kube: Kube, namespace: str) -> Cluster:
    real = kube.connect()
    return OneNamespace(real.client, real.server, only=namespace)


def config_map(
    kube: Kube, namespace: str, name: str, data: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> None:
    metadata = {"name": name, "namespace": namespace, "labels": dict(labels or {})}
    kube.objects.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(data)}, "test")


def deployment(kube: Kube, namespace: str, name: str, *volumes: dict[str, Any]) -> None:
    labels = {"app": name}
    pod = {"containers": [{"name": "c", "image": "i"}], "volumes": list(volumes)}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}}
    kube.objects.create({**body, "spec": {**spec, "template": {"metadata": {"labels": labels}, "spec": pod}}}, "test")


@pytest.mark.parametrize(
    ("name", "labels"),
    [("my-dex-config", {}), ("login", {"app": "dex"}), ("login", {"app.kubernetes.io/name": "dex"})],
)
def test_the_dex_with_the_user_is_found_with_the_deployment_that_mounts_it(
    kube: Kube, login: str, name: str, labels: dict[str, str]
) -> None:
    config_map(kube, login, name, {"dex.yaml": WITH_THE_USER, "notice": "dex"}, labels)
    config_map(kube, login, "another-dex", {"config.yaml": EMPTY, "broken.yaml": "staticPasswords: [\n"})
    config_map(kube, login, "of-somebody", {"config.yaml": WITH_THE_USER})
    deployment(kube, login, "a-sidecar", {"name": "x", "emptyDir": {}})
    deployment(kube, login, "server", {"name": "x", "projected": {"sources": [{"configMap": {"name": name}}]}})
    found = dex_of(connect(kube, login), EMAIL, {})
    assert found
    assert found.place == DexOptions(namespace=login, config_map=name, key="dex.yaml", deployment="server")
    assert found.user
    assert found.user.hash == HASH


def test_without_a_dex_that_has_the_user_one_that_has_not_is_named(kube: Kube, login: str) -> None:
    config_map(kube, login, "dex", {"config.yaml": EMPTY})
    found = dex_of(connect(kube, login), EMAIL, {})
    assert found
    assert (found.place, found.user) == (DexOptions(namespace=login), None)


IN_THE_CLUSTER = f"{EMPTY}storage: {{type: kubernetes}}\n"


def password_object(kube: Kube, namespace: str, *, email: str = EMAIL, **fields: Any) -> None:
    metadata = {"name": password_storage.object_name(email), "namespace": namespace}
    user = {"email": email, "hash": base64.b64encode(HASH.encode()).decode(), "username": "vision", "userID": "1"}
    body = {"apiVersion": "dex.coreos.com/v1", "kind": "Password", "metadata": metadata, **user, **fields}
    kube.objects.create(body, "test")


@pytest.mark.parametrize("given", [False, True])
def test_a_user_who_has_an_object_is_found_and_so_is_the_setting(kube: Kube, login: str, given: bool) -> None:
    config_map(kube, login, "my-dex", {"config.yaml": IN_THE_CLUSTER})
    password_object(kube, login)
    named = {"namespace": login, "config_map": "my-dex"} if given else {}
    found = dex_of(connect(kube, login), EMAIL, named)
    assert found
    assert found.place == DexOptions(namespace=login, config_map="my-dex", stored_in="password-object")
    assert found.user == Entry(email=EMAIL, hash=HASH, username="vision", user_id="1")


@pytest.mark.parametrize(
    ("text", "user"),
    [
        (EMPTY, None),
        (f"{WITH_THE_USER}storage: {{type: kubernetes}}\n", "1"),
    ],
    ids=["a dex that does not read it", "a static user who rules over it"],
)
def test_an_object_by_which_nobody_logs_in_is_nobodys_login(
    kube: Kube, login: str, text: str, user: str | None
) -> None:
    config_map(kube, login, "my-dex", {"config.yaml": text})
    password_object(kube, login, userID="of-the-object")
    found = dex_of(connect(kube, login), EMAIL, {})
    assert found
    assert (found.place.stored_in, found.user and found.user.user_id) == ("config-map", user)


def test_who_may_not_read_objects_finds_no_user_in_one(kube: Kube, login: str) -> None:
    config_map(kube, login, "dex", {"config.yaml": IN_THE_CLUSTER})
    password_object(kube, login)
    real, given = connect(kube, login), {"namespace": login}
    allowed = Spoilt(real.client, lambda _, call: call())
    found = dex_of(OneNamespace(allowed, real.server, only=login), EMAIL, given)
    assert found
    assert found.user

    def all_but_the_last(_: str, call: Callable[[], Any]) -> Any:
        return Answer(403, b'{"message": "no"}') if len(refused.calls) == len(allowed.calls) else call()

    refused = Spoilt(real.client, all_but_the_last)
    found = dex_of(OneNamespace(refused, real.server, only=login), EMAIL, given)
    assert found
    assert found.user is None


@pytest.mark.parametrize(
    ("login_setting", "note"),
    [({"passwordHash": HASH}, "Its password stays."), ({}, "Its password is replaced by this stack's.")],
)
def test_a_users_object_would_be_taken_over_without_a_restart(
    kube: Kube, login: str, login_setting: dict[str, str], note: str
) -> None:
    password_object(kube, login, userID="by-hand")
    inputs = {"email": EMAIL, "namespace": login, "userId": "id", "username": "vision"}
    step = Planned("create", "pulumi-python:dynamic/dex:PasswordObject", "demo", {}, inputs, ())
    settings = {"project-workspace:login": json.dumps(login_setting)}
    aws: Any = None
    (found,) = takeovers(Plan([step], {}), settings, kube.connect(), aws)
    assert found == Takeover(f"dex user {EMAIL}", [("userID", "by-hand", "id")], [note], step.key)
    nobody = replace(step, inputs={**inputs, "email": "nobody@example.com"})
    assert takeovers(Plan([nobody], {}), settings, kube.connect(), aws) == []


def test_where_no_dex_is_none_is_found(kube: Kube, login: str) -> None:
    config_map(kube, login, "dex-notes", {"config.yaml": "issuer: nobody\n"})
    assert dex_of(connect(kube, login), EMAIL, {}) is None


def test_where_it_is_named_it_is_not_looked_for(kube: Kube, login: str) -> None:
    config_map(kube, login, "users", {"config.yaml": WITH_THE_USER})
    config_map(kube, login, "my-dex", {"config.yaml": WITH_THE_USER})
    deployment(kube, login, "server", {"name": "x", "configMap": {"name": "users"}})
    given = {"namespace": login, "config_map": "users"}
    found = dex_of(connect(kube, login), EMAIL, given)
    assert found
    assert found.place == DexOptions(namespace=login, config_map="users", deployment="server")
    named = dex_of(connect(kube, login), EMAIL, {**given, "deployment": "another"})
    assert named
    assert named.place.deployment == "another"
    with pytest.raises(NotFoundError, match="There is no ConfigMap nowhere"):
        dex_of(connect(kube, login), EMAIL, {**given, "config_map": "nowhere"})


def test_who_may_not_list_finds_only_the_usual_place(kube: Kube, login: str) -> None:
    config_map(kube, login, "my-dex", {"config.yaml": WITH_THE_USER})
    assert dex_of(connect(kube, login), EMAIL, {}), "there is one"
    real = kube.connect()
    answers = iter([Answer(404, b'{"message": "not found"}'), Answer(403, b'{"message": "forbidden"}')])
    refused = Spoilt(real.client, lambda method, call: next(answers))
    assert dex_of(Cluster(refused, real.server), EMAIL, {}) is None
    assert refused.calls == ["GET", "GET"]


def test_a_list_is_read_to_its_last_page(kube: Kube, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("project_workspace.kube.cluster.LISTED", 2)
    names = [f"dex-{number}" for number in range(5)]
    for name in names:
        config_map(kube, login, name, {})
    found = connect(kube, login).every(ref_of_config_map("", ""))
    assert [each["metadata"]["name"] for each in found if each["metadata"]["name"] in names] == names
