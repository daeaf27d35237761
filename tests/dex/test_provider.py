"""The dynamic dex user on a real API server and a real dex: who is made can log in, who is removed cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bcrypt
import pytest
from pulumi.output import Unknown

from project_workspace.dex import config_file as dex_config
from project_workspace.dex import provider as dex
from project_workspace.dex.config_file import Entry
from project_workspace.dex.hashes import CHANGED_OUTSIDE
from project_workspace.dex.provider import UserProvider
from project_workspace.kube import rollout
from project_workspace.remote.errors import UnreachableError
from project_workspace.remote.provider import Props, ProviderError
from tests.dex.conftest import SECRETS, accepted, config_text, write_config
from tests.support.real_cluster import DexCluster, outs

pytestmark = pytest.mark.usefixtures("short_gathering", "quick_hashes")

PLACE = {"namespace": "auth", "name": "dex", "key": "config.yaml"}


@pytest.fixture
def provider(provided: Callable[[type[UserProvider]], UserProvider]) -> UserProvider:
    return provided(UserProvider)


def _inputs(name: str, **more: Any) -> Props:
    inputs = {"email": f"{name}@aic.com", "username": name, "userId": f"id-{name}", "adopt": False}
    return {**inputs, "configMap": PLACE, "deployment": "dex", "password": SECRETS[0], **more}


def _restarts(dex_cluster: DexCluster) -> int:
    found = dex_cluster.objects.get("apps/v1", "Deployment", "dex", "auth")
    assert found
    return found["metadata"]["generation"]


@pytest.fixture(autouse=True)
def unchanged(dex_cluster: DexCluster) -> Iterator[None]:
    """Whatever a test did: afterwards the configuration is what it was before, to the byte."""
    before = dex_cluster.objects.get("v1", "ConfigMap", "dex", "auth")
    assert before
    yield
    after = dex_cluster.objects.get("v1", "ConfigMap", "dex", "auth")
    assert after
    write_config(dex_cluster, before["data"]["config.yaml"])
    assert after["data"] == before["data"]


def test_a_user_lives_from_make_to_remove(dex_cluster: DexCluster, provider: UserProvider) -> None:
    inputs = _inputs("life")
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])
    before = _restarts(dex_cluster)
    made = provider.create(inputs)
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert made.id == "life@aic.com"
    assert bcrypt.checkpw(SECRETS[0].encode(), outs(made)["hash"].encode())
    assert outs(provider.read(made.id, outs(made))) == outs(made)
    assert not provider.diff(made.id, outs(made), inputs).changes

    news = {**inputs, "password": SECRETS[1]}
    changed = outs(provider.update(made.id, outs(made), news))
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])

    provider.delete(made.id, changed)
    assert not accepted(dex_cluster, inputs["email"], SECRETS[1])
    assert _restarts(dex_cluster) == before + 3, "one restart for each change"
    assert provider.read(made.id, changed).id == ""
    provider.delete(made.id, changed)
    assert _restarts(dex_cluster) == before + 3, "gone is done"
    assert all(accepted(dex_cluster, user.email, user.password) for user in dex_cluster.seeded.users)


def test_a_given_hash_is_written_as_it_is(dex_cluster: DexCluster, provider: UserProvider) -> None:
    given = bcrypt.hashpw(SECRETS[1].encode(), bcrypt.gensalt(10)).decode()
    inputs = {name: value for name, value in _inputs("given", passwordHash=given).items() if name != "password"}
    made = provider.create(inputs)
    assert outs(made)["hash"] == given
    assert dex_config.find(config_text(dex_cluster), inputs["email"]) == Entry(
        email=inputs["email"], hash=given, username="given", user_id="id-given"
    )
    provider.delete(made.id, outs(made))


def test_what_an_interrupted_run_left_is_taken_up(dex_cluster: DexCluster, provider: UserProvider) -> None:
    inputs, before = _inputs("interrupted"), _restarts(dex_cluster)
    made = provider.create(inputs)
    again = provider.create(inputs)
    assert outs(again) == outs(made), "the hash that opens stays"
    assert _restarts(dex_cluster) == before + 1
    other = provider.create({**inputs, "password": SECRETS[1]})
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    provider.delete(other.id, outs(other))


def test_somebody_elses_user_is_refused_unless_adopted(dex_cluster: DexCluster, provider: UserProvider) -> None:
    inputs, before = _inputs("theirs"), config_text(dex_cluster)
    theirs = provider.create(_inputs("theirs", userId="by-hand"))
    by_hand = config_text(dex_cluster)
    with pytest.raises(ProviderError, match=r"a user theirs@aic.com already, with the userID 'by-hand'.*'adopt: true'"):
        provider.create(inputs)
    assert config_text(dex_cluster) == by_hand
    adopted = provider.create({**inputs, "adopt": True, "password": SECRETS[1]})
    assert accepted(dex_cluster, inputs["email"], SECRETS[1])
    provider.delete(adopted.id, outs(adopted))
    assert config_text(dex_cluster) == before
    assert theirs.id == adopted.id


def test_drift_is_found_and_repaired(dex_cluster: DexCluster, provider: UserProvider) -> None:
    inputs = _inputs("drift")
    made = provider.create(inputs)
    foreign_hash = bcrypt.hashpw(b"foreign", bcrypt.gensalt(10)).decode()
    foreign = Entry(email=inputs["email"], hash=foreign_hash, username="x", user_id="y")
    write_config(dex_cluster, dex_config.put(config_text(dex_cluster), foreign))
    seen = provider.read(made.id, outs(made))
    assert outs(seen) == {
        **outs(made),
        "username": "x",
        "userId": "y",
        "hash": foreign_hash,
        "password": CHANGED_OUTSIDE,
    }
    assert provider.diff(made.id, outs(seen), inputs).changes
    repaired = outs(provider.update(made.id, outs(seen), inputs))
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert not provider.diff(made.id, outs(provider.read(made.id, repaired)), inputs).changes
    provider.delete(made.id, repaired)


def test_an_entry_that_came_back_is_read_by_dex_again(dex_cluster: DexCluster, provider: UserProvider) -> None:
    inputs = _inputs("back")
    made = provider.create(inputs)
    with_entry = config_text(dex_cluster)
    write_config(dex_cluster, dex_config.remove(with_entry, inputs["email"], inputs["userId"]))
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dex", "namespace": "auth"}}
    annotations = {rollout.RESTARTED_ANNOTATION: "2000-01-01T00:00:00Z"}
    dex_cluster.objects.merge(target, {"spec": {"template": {"metadata": {"annotations": annotations}}}})
    rollout.wait_for_rollout(dex_cluster.connect(), "auth", "dex", 60)
    assert not accepted(dex_cluster, inputs["email"], SECRETS[0])
    assert provider.read(made.id, outs(made)).id == ""
    repaired = provider.create(inputs)
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    provider.delete(made.id, outs(repaired))


def test_users_that_come_together_share_restarts_and_each_can_log_in(
    dex_cluster: DexCluster, provider: UserProvider
) -> None:
    before, many = _restarts(dex_cluster), [_inputs(f"many{number}") for number in range(8)]
    emails = [inputs["email"] for inputs in many]
    # Logins only between the rounds: a restart of others may cut one in two.
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(provider.create, many))
        assert [accepted(dex_cluster, email, SECRETS[0]) for email in emails] == [True] * 8
        list(pool.map(provider.delete, [each.id for each in made], [outs(each) for each in made]))
    assert [accepted(dex_cluster, email, SECRETS[0]) for email in emails] == [False] * 8
    assert _restarts(dex_cluster) - before <= 8, "16 edits, at most half as many restarts"


def test_a_rollout_that_hangs_is_reported_and_the_next_run_goes_on(
    dex_cluster: DexCluster, provider: UserProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = _inputs("hangs")
    with monkeypatch.context() as patched:
        patched.setattr(rollout, "is_rolled_out", lambda _: False)
        patched.setattr(dex, "ROLLOUT_SECONDS", 0.0)
        with pytest.raises(ProviderError, match=r"Deployment dex in namespace auth does not become ready.*kubectl"):
            provider.create(inputs)
    made = provider.create(inputs)
    assert accepted(dex_cluster, inputs["email"], SECRETS[0])
    provider.delete(made.id, outs(made))


def test_a_configuration_that_dex_refuses_is_left_alone(dex_cluster: DexCluster, provider: UserProvider) -> None:
    before = config_text(dex_cluster)
    write_config(dex_cluster, before.replace("$2a$10$", "$1$"))
    try:
        with pytest.raises(
            ProviderError, match=r"entry 2 of 'staticPasswords' \(Anna.Berg@example.com\) has a malformed"
        ):
            provider.create(_inputs("late"))
    finally:
        write_config(dex_cluster, before)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"passwordHash": "$2b$12$" + "a" * 53},
            "Expected one of password and passwordHash, for example only 'password'.",
        ),
        ({"password": "é" * 37}, "password: Expected a password of 1 to 72 bytes, for example 'four-words-"),
        ({"userId": 12}, "Expected a line of text, for example 'aic-user-demo-ws'."),
        ({"kubeconfig": "users: [{name: a, user: {token: s3cret}}]"}, "kubeconfig: Expected a kubeconfig without"),
    ],
)
def test_wrong_inputs_are_told_in_the_preview(provider: UserProvider, change: Props, reason: str) -> None:
    failures = provider.check({}, {**_inputs("wrong"), **change}).failures
    assert [failure.reason[: len(reason)] for failure in failures] == [reason]
    assert "s3cret" not in str([vars(failure) for failure in failures])


@pytest.mark.parametrize(
    "change", [{"email": "new@aic.com"}, {"configMap": {"namespace": "a", "name": "b", "key": "c"}}]
)
def test_another_place_for_the_entry_is_tried_before_the_old_one_goes(provider: UserProvider, change: Props) -> None:
    olds = _inputs("moved")
    found = provider.diff("x", olds, {**olds, **change})
    assert (found.replaces, found.delete_before_replace) == (list(change), False)


def test_a_password_that_is_not_known_yet_is_no_problem(provider: UserProvider) -> None:
    assert provider.check({}, _inputs("new", password=Unknown())).failures == []


def test_no_secret_is_in_a_message(provider: UserProvider) -> None:
    with pytest.raises(ProviderError) as refused:
        provider.create(_inputs("none", configMap={**PLACE, "name": "none"}))
    assert "There is no ConfigMap none in namespace auth" in str(refused.value)
    assert SECRETS[0] not in str(refused.value)


def test_a_dex_that_is_gone_has_no_users_to_find_or_to_remove(provider: UserProvider) -> None:
    gone = _inputs("x", configMap={**PLACE, "name": "none"})
    assert provider.read("x@aic.com", gone).id == ""
    provider.delete("x@aic.com", gone)


def test_an_entry_that_somebody_else_put_in_our_place_is_not_removed(
    dex_cluster: DexCluster, provider: UserProvider
) -> None:
    made = provider.create(_inputs("replaced"))
    ours = config_text(dex_cluster)
    theirs = Entry(email="replaced@aic.com", hash=outs(made)["hash"], username="by-hand", user_id="by-hand")
    write_config(dex_cluster, dex_config.put(ours, theirs))
    provider.delete(made.id, outs(made))
    assert dex_config.find(config_text(dex_cluster), theirs.email) == theirs
    write_config(dex_cluster, ours)
    provider.delete(made.id, outs(made))


def test_an_api_server_that_is_away_stops_a_removal(provider: UserProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise UnreachableError("No answer", where="server", remedy="Wait.")

    monkeypatch.setattr(dex, "connect", away)
    with pytest.raises(ProviderError, match="No answer"):
        provider.delete("x@aic.com", _inputs("x"))
