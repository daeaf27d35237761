"""The dynamic providers of AI Conductor, called as the engine calls them, from the first create to the last delete."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown

from project_workspace.conductor import provider as conductor
from project_workspace.conductor.conversions import specs_as_kept
from project_workspace.conductor.provider import AccountProvider, MembershipProvider, WorkspaceProvider
from project_workspace.remote.provider import ProviderError, StackConfig

UNKNOWN = object.__new__(Unknown)
LOGIN = "POST /api/v1/auth/login"


def test_one_up_costs_seven_calls_and_down_leaves_no_trace(site: Any) -> None:
    before = site.server.state
    workspace = site.workspaces.create(site.vision)
    account = site.accounts.create(site.edge)
    props = site.member(workspace.outs["workspaceId"], account.outs["accountId"])
    membership = site.memberships.create(props)
    assert site.server.calls == {
        LOGIN: 1,
        "GET /api/v1/workspaces": 1,
        "POST /api/v1/workspaces": 1,
        "GET /api/v1/accounts": 1,
        "POST /api/v1/accounts": 1,
        "GET /api/v1/workspaces/{workspace_id}/members": 1,
        "POST /api/v1/workspaces/{workspace_id}/members": 1,
    }
    assert membership.id == f"{workspace.id}/{account.id}"
    site.memberships.delete(membership.id, membership.outs)
    site.accounts.delete(account.id, account.outs)
    site.workspaces.delete(workspace.id, workspace.outs)
    after = site.server.state
    # Our administrator's own last login is the one thing that may differ.
    assert {**after, "logins": None} == {**before, "logins": None}
    assert site.server.calls[LOGIN] == 1


def test_a_workspace_answers_whole_outputs(site: Any) -> None:
    made = site.workspaces.create(site.vision)
    row = site.state("workspaces", name="vision-ws")
    given_ = {key: value for key, value in site.vision.items() if key != "__provider"}
    assert made.id == row["id"]
    assert made.outs == {
        **given_,
        "workspaceId": row["id"],
        "namespace": "aic-ns-vision-ws",
        "kubeflowUser": "aic-user-vision-ws@aic.com",
        "labels": {"standard": "vision-ws-standard", "gpu": "vision-ws-gpu"},
        "ecrBasePath": site.server.place.settings.ecr_root,
    }
    assert all(type(n) is int for spec in row["specs"] for n in (spec["vcpu"], spec["ram_gb"], spec["gpu"]))


def test_an_unchanged_preview_makes_no_call(site: Any) -> None:
    made, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    site.server.forget_calls()
    for provider, result, news in ((site.workspaces, made, site.vision), (site.accounts, account, site.edge)):
        olds = {**result.outs, "__provider": news.get("__provider")}
        assert provider.check(olds, news).failures == []
        assert provider.diff(result.id, olds, news).changes is False
    assert site.server.calls == {}


def test_changes_update_in_place_and_names_replace(site: Any) -> None:
    assert site.workspaces.update_on == ("url", "profile", "bucket", "dashboardHash", "specs")
    cases = [
        (site.workspaces, "bucket", []),
        (site.workspaces, "name", ["name"]),
        (site.accounts, "password", []),
        (site.accounts, "loginId", ["loginId"]),
        (site.memberships, "role", []),
        (site.memberships, "workspaceId", ["workspaceId"]),
        (site.memberships, "accountId", ["accountId"]),
        (site.memberships, "loginId", ["loginId"]),
    ]
    for provider, name, replaces in cases:
        found = provider.diff("1", {name: "old"}, {name: "new"})
        assert (name, found.changes, found.replaces) == (name, True, replaces)
        assert provider.diff("1", {name: "old"}, {name: UNKNOWN}).changes is True


def test_a_member_is_known_by_the_login_of_an_account_that_somebody_else_has_made(site: Any) -> None:
    workspace, account = site.workspaces.create(site.vision), site.accounts.create(site.edge)
    given_ = {key: text for key, text in site.member(workspace.id, "").items() if key != "accountId"}
    made = site.memberships.create(given_)
    assert made.id == f"{workspace.id}/{account.id}"
    assert site.memberships.read(made.id, made.outs).outs["role"] == given_["role"]
    site.memberships.delete(made.id, made.outs)
    assert site.state("accounts", login_id="vision-edge")["id"] == account.id

    before = site.server.state
    with pytest.raises(ProviderError) as refused:
        site.memberships.create({**given_, "loginId": "nobody"})
    assert str(refused.value) == (
        f"There is no account 'nobody' in AI Conductor ({site.server.url}). Have it made there, or take it out of "
        "'conductor.members'."
    )
    assert site.server.state == before


def test_an_update_is_written_and_answered_whole(site: Any) -> None:
    made = site.workspaces.create(site.vision)
    news = {
        **site.vision,
        "bucket": "s3-an2-local-dev-new",
        "specs": [{"name": "high", "vcpu": 8.0, "ramGb": 32.0, "gpu": 0.0}],
    }
    del news["dashboardHash"]
    outs = site.workspaces.update(made.id, made.outs, news).outs
    row = site.state("workspaces", name="vision-ws")
    assert (row["s3_bucket_name"], row["dashboard_hash"]) == ("s3-an2-local-dev-new", "")
    assert (outs["bucket"], outs["labels"]) == ("s3-an2-local-dev-new", {"high": "vision-ws-high"})
    assert "dashboardHash" not in outs


def test_a_lost_answer_of_a_create_makes_nothing_twice(site: Any) -> None:
    site.server.faults.add("POST", "accounts$", "cut after")
    result = site.accounts.create(site.edge)
    assert site.server.faults.waiting == 0
    assert site.state("accounts", login_id="vision-edge")["id"] == result.id
    assert site.server.calls["POST /api/v1/accounts"] == 1


def test_a_create_that_was_lost_is_made_by_the_next_run(site: Any) -> None:
    site.server.faults.add("POST", "accounts$", "cut before")
    with pytest.raises(ProviderError, match="It may have happened all the same") as lost:
        site.accounts.create(site.edge)
    assert site.edge["password"] not in str(lost.value)
    assert site.accounts.create(site.edge).id == site.state("accounts", login_id="vision-edge")["id"]


def test_a_workspace_with_content_is_not_deleted(site: Any) -> None:
    made = site.workspaces.create(site.vision)
    site.filled(made.id, 7)
    before = site.server.state
    with pytest.raises(ProviderError) as refused:
        site.workspaces.delete(made.id, made.outs)
    assert str(refused.value) == (
        "AI Conductor workspace 'vision-ws' has 7 AI solution(s): bolt-0, bolt-1, bolt-2, bolt-3, bolt-4 and 2 more. "
        f"It was not deleted ({site.server.url}). Delete them in AI Conductor, or set 'deleteData: true', "
        "run 'pulumi up', and destroy again."
    )
    assert site.server.state == before


def test_the_guard_of_a_workspace_goes_only_when_it_is_empty_and_asks_nobody_before(site: Any) -> None:
    made = site.workspaces.create(site.vision)
    site.filled(made.id, 1)
    asked = site.server.calls
    server = {"url": site.server.url, "profile": "ai-conductor-2.1"}
    inputs = {**server, "workspaceId": made.id, "name": "vision-ws"}
    guard = site.guards.create(inputs)
    assert (guard.id, guard.outs) == (made.id, inputs)
    assert site.guards.read(guard.id, guard.outs).outs == guard.outs
    other = {**inputs, "workspaceId": "another"}
    assert site.guards.check(inputs, other).failures == []
    assert site.guards.diff(guard.id, guard.outs, other).replaces == ["workspaceId"]
    assert site.guards.diff(guard.id, guard.outs, other).delete_before_replace is True
    assert site.server.calls == asked
    with pytest.raises(ProviderError, match=r"has 1 AI solution\(s\): bolt-0\. It was not deleted"):
        site.guards.delete(guard.id, guard.outs)
    conductor.delete_workspace_content(
        StackConfig({}.get),
        {"conductorUrl": site.server.url, "conductorProfile": "ai-conductor-2.1", "workspace": "vision-ws"},
    )
    site.guards.delete(guard.id, guard.outs)


def test_the_teardown_guard_sees_the_content_and_can_delete_it(site: Any) -> None:
    config = StackConfig({}.get)
    outputs = {"conductorUrl": site.server.url, "conductorProfile": "ai-conductor-2.1", "workspace": "vision-ws"}
    assert conductor.workspace_content(config, outputs) is None
    made = site.workspaces.create(site.vision)
    assert conductor.workspace_content(config, outputs) is None
    site.filled(made.id, 2)
    said = conductor.workspace_content(config, outputs)
    assert said == "AI Conductor workspace 'vision-ws' has 2 AI solution(s): bolt-0, bolt-1"
    conductor.delete_workspace_content(config, outputs)
    site.workspaces.delete(made.id, made.outs)
    assert conductor.workspace_content(config, outputs) is None


def test_a_provider_is_stored_as_a_reference_only() -> None:
    for kind in (WorkspaceProvider, AccountProvider, MembershipProvider):
        reference = serialize_provider(kind())
        assert vars(kind()) == {}
        assert kind.__module__ == "project_workspace.conductor.provider"
        assert len(reference) < 200
        assert kind.serialize_as_secret_always is False


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text("abc-", min_size=1, max_size=4),
            "vcpu": st.integers(0, 3),
            "ramGb": st.integers(0, 3),
            "gpu": st.integers(0, 1),
        }
    ),
    max_size=5,
    unique_by=lambda row: row["name"],
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_specs_and_rows_of_zeros_never_make_a_diff(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = copy.deepcopy(rows)
    random.shuffle(shuffled)
    padded = [*shuffled, {"name": "zero", "vcpu": 0, "ramGb": 0, "gpu": 0}]
    provider = WorkspaceProvider()
    assert provider.diff("1", {"specs": rows}, {"specs": padded}).changes is False
    more = [*rows, {"name": "more", "vcpu": 1, "ramGb": 1, "gpu": 0}]
    assert provider.diff("1", {"specs": rows}, {"specs": more}).changes is True
    assert specs_as_kept(rows) == specs_as_kept(padded)
