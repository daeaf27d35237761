"""The dynamic providers of AI Conductor: what others changed shows, what is theirs is left to them."""

from typing import Any

import pytest

from project_workspace.remote.provider import ProviderError


def test_what_was_not_touched_does_not_drift(site: Any) -> None:
    made, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    membership = site.memberships.create(site.member(made.id, account.id))
    for provider, result in ((site.workspaces, made), (site.accounts, account), (site.memberships, membership)):
        read = provider.read(result.id, result.outs)
        assert read.outs == result.outs
        assert provider.diff(result.id, read.outs, result.outs).changes is False


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"s3_bucket_name": "s3-other"}, "bucket", "s3-other"),
        ({"dashboard_hash": "zzz"}, "dashboardHash", "zzz"),
        ({"dashboard_hash": ""}, "dashboardHash", ""),
        (
            {"specs": [{"name": "high", "label": "x", "vcpu": 1, "ram_gb": 2, "gpu": 0}]},
            "specs",
            [{"name": "high", "vcpu": 1, "ramGb": 2, "gpu": 0}],
        ),
    ],
)
def test_drift_of_a_workspace_shows_and_is_repaired(site: Any, changes: Any, name: str, value: Any) -> None:
    made = site.workspaces.create(site.vision)
    site.edited("workspaces", "name", "vision-ws", **changes)
    read = site.workspaces.read(made.id, made.outs)
    assert (read.outs[name], read.inputs[name]) == (value, value)
    assert site.workspaces.diff(made.id, read.outs, site.vision).changes is True
    site.workspaces.update(made.id, read.outs, site.vision)
    assert site.workspaces.read(made.id, made.outs).outs == made.outs


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"display_name": "Mallory"}, "displayName", "Mallory"),
        ({"role": "ADMIN"}, "role", "ADMIN"),
        ({"email": "x@y"}, "email", "x@y"),
        ({"company": "Other"}, "company", "Other"),
        ({"department": "Other"}, "department", "Other"),
        ({"is_locked": True, "login_fail_count": 5}, "isLocked", True),
    ],
)
def test_drift_of_an_account_shows_and_is_repaired(site: Any, changes: Any, name: str, value: Any) -> None:
    made = site.accounts.create(site.edge)
    before = site.state("accounts", login_id="vision-edge")
    site.edited("accounts", "login_id", "vision-edge", **changes)
    read = site.accounts.read(made.id, made.outs)
    assert (read.outs[name], read.inputs[name]) == (value, value)
    assert site.accounts.diff(made.id, read.outs, site.edge).changes is True
    assert site.accounts.update(made.id, read.outs, site.edge).outs == made.outs
    after = site.state("accounts", login_id="vision-edge")
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_drift_of_a_membership_shows_and_is_repaired(site: Any) -> None:
    made, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    membership = site.memberships.create(site.member(made.id, account.id))
    site.edited("members", "account_id", account.id, role="MEMBER")
    read = site.memberships.read(membership.id, membership.outs)
    assert read.outs["role"] == "MEMBER"
    site.memberships.update(membership.id, read.outs, site.member(made.id, account.id))
    assert site.state("members", account_id=account.id)["role"] == "MANAGER"


def test_what_is_gone_is_read_as_gone_and_removed_without_complaint(site: Any) -> None:
    made, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    membership = site.memberships.create(site.member(made.id, account.id))
    everything = ((site.memberships, membership), (site.accounts, account), (site.workspaces, made))
    for provider, result in everything:
        assert provider.read(result.id, result.outs).id == result.id
        provider.delete(result.id, result.outs)
    for provider, result in everything:
        assert provider.read(result.id, result.outs).id == ""
        provider.delete(result.id, result.outs)


def test_another_account_under_the_same_login_id_is_not_ours(site: Any) -> None:
    made = site.accounts.create(site.edge)
    site.edited("accounts", "login_id", "vision-edge", id="somebody-else")
    assert site.accounts.read(made.id, made.outs).id == ""


def test_what_an_interrupted_run_left_behind_is_adopted(site: Any) -> None:
    first, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    membership = site.memberships.create(site.member(first.id, account.id))
    site.edited("accounts", "login_id", "vision-edge", password_hash="another run's")
    assert site.workspaces.create(site.vision).outs == first.outs
    assert site.accounts.create(site.edge).outs == account.outs
    assert site.memberships.create(site.member(first.id, account.id)).outs == membership.outs
    assert len(site.server.state["workspaces"]) == 2
    assert site.state("accounts", login_id="vision-edge")["password_hash"] != "another run's"


def test_what_is_somebody_elses_is_refused_and_left_untouched(site: Any) -> None:
    foreign = site.server.state
    workspace, account = foreign["workspaces"][0], foreign["accounts"][1]
    attempts = [
        (site.workspaces, {**site.vision, "name": workspace["name"]}, "AI Conductor workspace 'acoustics-ws'"),
        (site.accounts, {**site.edge, "loginId": account["login_id"]}, "AI Conductor account 'acoustics-edge'"),
        (
            site.memberships,
            site.member(workspace["id"], account["id"], role="MEMBER"),
            "AI Conductor membership",
        ),
    ]
    for provider, props, what in attempts:
        with pytest.raises(ProviderError) as refused:
            provider.create(props)
        assert str(refused.value).startswith(f"The {what}")
        assert "it was left untouched" in str(refused.value)
        assert "set 'adopt: true'" in str(refused.value)
    assert {**site.server.state, "logins": None} == {**foreign, "logins": None}


def test_with_adopt_it_is_taken_over_and_set_as_declared(site: Any) -> None:
    workspace, account = site.server.state["workspaces"][0], site.server.state["accounts"][1]
    site.edited("accounts", "id", account["id"], is_locked=True)
    made = site.workspaces.create({**site.vision, "name": workspace["name"], "adopt": True})
    taken = site.accounts.create({**site.edge, "loginId": account["login_id"], "adopt": True})
    site.memberships.create(site.member(workspace["id"], account["id"], role="MEMBER", adopt=True))
    assert (made.id, taken.id) == (workspace["id"], account["id"])
    assert made.outs["labels"] == {"standard": "acoustics-ws-standard", "gpu": "acoustics-ws-gpu"}
    assert site.state("workspaces", id=made.id)["s3_bucket_name"] == site.vision["bucket"]
    after = site.state("accounts", id=taken.id)
    assert (after["department"], after["is_locked"]) == ("stack vision-dev", False)
    assert site.state("members", account_id=taken.id)["role"] == "MEMBER"
