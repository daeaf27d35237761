"""The dynamic dex user with an object of its own, on a real API server and a real dex: nothing is ever restarted."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import bcrypt
import pytest
from pulumi.output import Unknown

from local.dex.pod import starts
from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.dex.hashes import CHANGED_OUTSIDE
from project_workspace.dex.password_object import PasswordObjectProvider
from project_workspace.dex.password_storage import object_name
from project_workspace.dex.provider import UserProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.dex.conftest import SECRETS, accepted, config_text, write_config
from tests.support.real_cluster import DexCluster, outs
from workspacectl.recover import carried
from workspacectl.recover.state import in_clear

pytestmark = pytest.mark.usefixtures("short_gathering", "quick_hashes")

KIND = ("dex.coreos.com/v1", "Password")
MARK = {"project-workspace/pulumi-project": "project-workspace", "project-workspace/pulumi-stack": "demo-dev"}


@pytest.fixture
def provider(provided: Callable[[type[PasswordObjectProvider]], PasswordObjectProvider]) -> PasswordObjectProvider:
    return provided(PasswordObjectProvider)


@pytest.fixture(autouse=True)
def as_before(dex_cluster: DexCluster) -> Iterator[None]:
    """Whatever a test did: no user is left."""
    text = config_text(dex_cluster)
    yield
    left = _objects(dex_cluster)
    for each in left:
        dex_cluster.objects.delete(*KIND, each["metadata"]["name"], "auth")
    write_config(dex_cluster, text)
    assert left == []


def _starts(dex_cluster: DexCluster) -> int:
    return len(starts(dex_cluster.kubeconfig.parents[1] / "dex"))


def _inputs(name: str, **more: Any) -> Props:
    inputs = {"email": f"{name}@aic.com", "username": name, "userId": f"id-{name}", "adopt": False}
    place = {"namespace": "auth", "configMap": "dex", "key": "config.yaml"}
    mark = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
    return {**inputs, **place, **mark, "password": SECRETS[0], **more}


def _objects(dex_cluster: DexCluster) -> list[dict[str, Any]]:
    return dex_cluster.objects.list_all(*KIND, "auth")[0]


def _object(dex_cluster: DexCluster, email: str) -> dict[str, Any]:
    found = dex_cluster.objects.get(*KIND, object_name(email), "auth")
    assert found
    return found


def _by_hand(dex_cluster: DexCluster, email: str, password: str, **fields: Any) -> dict[str, Any]:
    """An object as somebody makes it with kubectl."""
    metadata = {"name": object_name(email), "namespace": "auth"}
    hash_ = base64.b64encode(bcrypt.hashpw(password.encode(), bcrypt.gensalt(10))).decode()
    body = {"apiVersion": KIND[0], "kind": KIND[1], "metadata": metadata}
    user = {"email": email.lower(), "hash": hash_, "username": "by-hand", "userID": "by-hand", **fields}
    return dex_cluster.objects.create({**body, **user}, "somebody")


def _change(dex_cluster: DexCluster, email: str, change: dict[str, Any]) -> None:
    target = {"apiVersion": KIND[0], "kind": KIND[1], "metadata": {"name": object_name(email), "namespace": "auth"}}
    dex_cluster.objects.merge(target, change)


def test_a_user_lives_from_make_to_remove(dex_cluster: DexCluster, provider: PasswordObjectProvider) -> None:
    inputs, restarts = _inputs("life"), _starts(dex_cluster)
    text = config_text(dex_cluster)
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])
    made = provider.create(inputs)
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert accepted(dex_cluster, "LIFE@aic.com", SECRETS[0])
    assert bcrypt.checkpw(SECRETS[0].encode(), outs(made)["hash"].encode())
    found = _object(dex_cluster, inputs["email"])
    assert found["metadata"]["annotations"] == MARK
    assert {name: value for name, value in found.items() if name not in ("apiVersion", "kind", "metadata")} == {
        "email": "life@aic.com",
        "hash": base64.b64encode(outs(made)["hash"].encode()).decode(),
        "username": "life",
        "userID": "id-life",
    }
    assert outs(provider.read(made.id, outs(made))) == outs(made)
    assert not provider.diff(made.id, outs(made), inputs).changes

    news = {**inputs, "password": SECRETS[1]}
    changed = outs(provider.update(made.id, outs(made), news))
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])

    provider.delete(made.id, changed)
    assert not accepted(dex_cluster, inputs["email"], SECRETS[1])
    assert provider.read(made.id, changed).id == ""
    provider.delete(made.id, changed)
    assert (_starts(dex_cluster), config_text(dex_cluster)) == (restarts, text), "it is nobody else's affair"
    assert all(accepted(dex_cluster, user.email, user.password) for user in dex_cluster.seeded.users)


def test_a_given_hash_is_written_as_it_is(dex_cluster: DexCluster, provider: PasswordObjectProvider) -> None:
    given = bcrypt.hashpw(SECRETS[1].encode(), bcrypt.gensalt(10)).decode()
    inputs = {name: value for name, value in _inputs("given", passwordHash=given).items() if name != "password"}
    made = provider.create(inputs)
    assert outs(made)["hash"] == given
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    foreign = bcrypt.hashpw(b"foreign", bcrypt.gensalt(10)).decode()
    _change(dex_cluster, inputs["email"], {"hash": base64.b64encode(foreign.encode()).decode()})
    seen = outs(provider.read(made.id, outs(made)))
    assert (seen["hash"], seen["passwordHash"]) == (foreign, foreign)
    provider.delete(made.id, outs(made))


def test_what_an_interrupted_run_left_is_taken_up(dex_cluster: DexCluster, provider: PasswordObjectProvider) -> None:
    inputs = _inputs("interrupted")
    made = provider.create(inputs)
    as_made = _object(dex_cluster, inputs["email"])
    assert outs(provider.create(inputs)) == outs(made), "the hash that opens stays"
    assert _object(dex_cluster, inputs["email"]) == as_made, "nothing was written"
    other = provider.create({**inputs, "password": SECRETS[1]})
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    provider.delete(other.id, outs(other))


@pytest.mark.parametrize(
    ("annotations", "whose"),
    [
        ({}, "this stack did not make it"),
        (
            {**MARK, "project-workspace/pulumi-stack": "blue-dev"},
            "stack 'blue-dev' of Pulumi project 'project-workspace' made it",
        ),
    ],
)
def test_somebody_elses_user_is_refused_unless_adopted(
    dex_cluster: DexCluster, provider: PasswordObjectProvider, annotations: dict[str, str], whose: str
) -> None:
    inputs = _inputs("theirs")
    _by_hand(dex_cluster, inputs["email"], "theirs", groups=["kept"])
    _change(dex_cluster, inputs["email"], {"metadata": {"annotations": annotations, "labels": {"team": "blue"}}})
    with pytest.raises(ProviderError, match=rf"a user theirs@aic.com already, and {whose} \(.*'adopt: true'"):
        provider.create(inputs)
    provider.delete(inputs["email"], {**inputs, "hash": "", "hindrance": ""})
    assert accepted(dex_cluster, inputs["email"], "theirs"), "it was not touched"

    adopted = provider.create({**inputs, "adopt": True})
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    found = _object(dex_cluster, inputs["email"])
    assert found["metadata"]["annotations"] == MARK
    assert (found["groups"], found["metadata"]["labels"]) == (["kept"], {"team": "blue"}), "others' fields stay"
    provider.delete(adopted.id, outs(adopted))


def test_an_adopted_user_keeps_its_hash_when_the_password_is_the_same(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    inputs = _inputs("kept", adopt=True)
    by_hand = _by_hand(dex_cluster, inputs["email"], SECRETS[0])
    adopted = provider.create(inputs)
    assert _object(dex_cluster, inputs["email"])["hash"] == by_hand["hash"]
    provider.delete(adopted.id, outs(adopted))


def test_what_a_killed_run_had_begun_is_carried_through_or_taken_away(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    type_, inputs = "pulumi-python:dynamic/dex:PasswordObject", _inputs("killed")
    provider.create(inputs)
    id_, outputs = carried.through(type_, inputs, provider.config)
    assert (id_, outputs["hindrance"]) == (inputs["email"], "")
    assert "$2b$" not in str({name: value for name, value in outputs.items() if name != "hash"})
    assert in_clear(outputs)["hash"].startswith("$2b$10$")
    carried.away(type_, inputs, provider.config)
    assert _objects(dex_cluster) == []


def test_drift_is_found_and_repaired(dex_cluster: DexCluster, provider: PasswordObjectProvider) -> None:
    inputs = _inputs("drift")
    made = provider.create(inputs)
    foreign = bcrypt.hashpw(b"foreign", bcrypt.gensalt(10)).decode()
    change = {"hash": base64.b64encode(foreign.encode()).decode(), "username": "x", "userID": "y", "email": "z@aic.com"}
    _change(dex_cluster, inputs["email"], change)
    seen = provider.read(made.id, outs(made))
    assert outs(seen) == {
        **outs(made),
        "username": "x",
        "userId": "y",
        "hash": foreign,
        "password": CHANGED_OUTSIDE,
        "hindrance": "its e-mail is 'z@aic.com'",
    }
    assert provider.diff(made.id, outs(seen), inputs).changes
    repaired = outs(provider.update(made.id, outs(seen), inputs))
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert not provider.diff(made.id, outs(provider.read(made.id, repaired)), inputs).changes
    provider.delete(made.id, repaired)


def test_a_mark_that_was_taken_off_is_put_back(dex_cluster: DexCluster, provider: PasswordObjectProvider) -> None:
    inputs = _inputs("unmarked")
    made = provider.create(inputs)
    _change(dex_cluster, inputs["email"], {"metadata": {"annotations": None}})
    seen = outs(provider.read(made.id, outs(made)))
    assert (seen["pulumiProject"], seen["pulumiStack"]) == ("", "")
    assert provider.diff(made.id, seen, inputs).changes
    repaired = outs(provider.update(made.id, seen, inputs))
    assert _object(dex_cluster, inputs["email"])["metadata"]["annotations"] == MARK
    renamed = {**inputs, "pulumiStack": "demo-new"}
    moved = outs(provider.update(made.id, repaired, renamed))
    assert (
        _object(dex_cluster, inputs["email"])["metadata"]["annotations"]["project-workspace/pulumi-stack"] == "demo-new"
    )
    provider.delete(made.id, moved)


def test_a_user_that_another_stack_has_taken_over_is_left_to_it(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    inputs, others = _inputs("taken"), _inputs("taken", pulumiStack="blue-dev", adopt=True)
    made, theirs = provider.create(inputs), provider.create(others)
    with pytest.raises(ProviderError, match="stack 'blue-dev' of Pulumi project 'project-workspace' made it"):
        provider.update(made.id, outs(made), {**inputs, "username": "new"})
    provider.delete(made.id, outs(made))
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    provider.delete(theirs.id, outs(theirs))


def test_a_static_user_of_another_person_is_refused_and_later_seen(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    inputs, before = _inputs("ruled"), config_text(dex_cluster)
    static = Entry(
        email=inputs["email"],
        hash=bcrypt.hashpw(b"theirs", bcrypt.gensalt(10)).decode(),
        username="x",
        user_id="theirs",
    )
    write_config(dex_cluster, dex_config.put(before, static))
    refused = r"dex has a static user ruled@aic.com with the userID 'theirs', who rules over an object \(ConfigMap dex"
    with pytest.raises(ProviderError, match=refused):
        provider.create({**inputs, "adopt": True})
    assert _objects(dex_cluster) == []

    write_config(dex_cluster, before)
    made = provider.create(inputs)
    write_config(dex_cluster, dex_config.put(before, static))
    seen = outs(provider.read(made.id, outs(made)))
    assert seen["hindrance"] == "a static user with the userID 'theirs' rules over it"
    assert provider.diff(made.id, seen, inputs).changes
    with pytest.raises(ProviderError, match=refused):
        provider.update(made.id, seen, inputs)
    provider.delete(made.id, seen)


def test_a_static_user_of_the_same_person_may_be_there_with_the_same_password_alone(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    inputs, before = _inputs("moving"), config_text(dex_cluster)

    def with_static(password: str) -> str:
        hash_ = bcrypt.hashpw(password.encode(), bcrypt.gensalt(10)).decode()
        return dex_config.put(before, Entry(email=inputs["email"], hash=hash_, username="x", user_id=inputs["userId"]))

    write_config(dex_cluster, with_static("an old one"))
    with pytest.raises(
        ProviderError, match=r"a static user moving@aic.com with another password.*move it with the pass"
    ):
        provider.create(inputs)
    write_config(dex_cluster, with_static(SECRETS[0]))
    made = provider.create(inputs)
    assert outs(provider.read(made.id, outs(made)))["hindrance"] == ""
    assert not provider.diff(made.id, outs(provider.read(made.id, outs(made))), inputs).changes

    # An old copy of the ConfigMap was applied: the old password is alive again.
    write_config(dex_cluster, with_static("an old one"))
    seen = outs(provider.read(made.id, outs(made)))
    assert seen["hindrance"] == "a static user with another password rules over it"
    assert provider.diff(made.id, seen, inputs).changes
    with pytest.raises(ProviderError, match=r"else remove the entry there and restart dex"):
        provider.update(made.id, seen, inputs)
    provider.delete(made.id, outs(made))


def test_a_dex_that_reads_no_objects_is_refused_before_anything_is_made(
    dex_cluster: DexCluster, provider: PasswordObjectProvider
) -> None:
    before = config_text(dex_cluster)
    write_config(dex_cluster, before.replace("type: kubernetes", "type: memory"))
    with pytest.raises(ProviderError, match="dex reads no users from objects, because its storage is 'memory'"):
        provider.create(_inputs("none"))
    assert _objects(dex_cluster) == []


def test_a_cluster_without_the_kind_has_no_user_to_find_or_to_remove(
    provider: PasswordObjectProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("project_workspace.dex.password_storage.API", "dex.example.com/v1")
    there = {**_inputs("x"), "hash": "", "hindrance": ""}
    with pytest.raises(ProviderError, match=r"The cluster has no kind Password of dex.example.com/v1"):
        provider.create(_inputs("x"))
    assert provider.read("x@aic.com", there).id == ""
    provider.delete("x@aic.com", there)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"passwordHash": "$2b$12$" + "a" * 53}, "Expected one of password and passwordHash, for example only"),
        ({"password": "é" * 37}, "password: Expected a password of 1 to 72 bytes, for example 'four-words-"),
        ({"email": "x" * 151}, "Expected an e-mail of at most 150 bytes, for example 'alice@example.com'."),
        ({"kubeconfig": "users: [{name: a, user: {token: s3cret}}]"}, "kubeconfig: Expected a kubeconfig without"),
    ],
)
def test_wrong_inputs_are_told_in_the_preview(provider: PasswordObjectProvider, change: Props, reason: str) -> None:
    failures = provider.check({}, {**_inputs("wrong"), **change}).failures
    assert [failure.reason[: len(reason)] for failure in failures] == [reason]
    assert provider.check({}, _inputs("new", password=Unknown())).failures == []


@pytest.mark.parametrize("change", [{"email": "new@aic.com"}, {"namespace": "login"}])
def test_another_place_is_tried_before_the_old_one_goes(provider: PasswordObjectProvider, change: Props) -> None:
    olds = _inputs("moved")
    found = provider.diff("x", olds, {**olds, **change})
    assert (found.replaces, found.delete_before_replace) == (list(change), False)
    assert not provider.diff("x", olds, {**olds, "email": "MOVED@aic.com"}).changes


def test_the_static_way_and_this_one_take_turns_without_a_gap(
    dex_cluster: DexCluster, provider: PasswordObjectProvider, provided: Callable[[type[UserProvider]], UserProvider]
) -> None:
    """What the engine does when the setting changes: the new one is made, then the old one removed, and back."""
    inputs = _inputs("turns")
    static = provided(UserProvider)
    place = {"namespace": "auth", "name": "dex", "key": "config.yaml"}
    as_static = {**inputs, "configMap": place, "deployment": "dex"}
    before, text = _starts(dex_cluster), config_text(dex_cluster)

    entry = static.create(as_static)
    made = provider.create(inputs)
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    static.delete(entry.id, outs(entry))
    assert config_text(dex_cluster) == text
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    back = static.create(as_static)
    provider.delete(made.id, outs(made))
    assert _objects(dex_cluster) == []
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    static.delete(back.id, outs(back))
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert _starts(dex_cluster) == before + 4, "none for the object"
