"""The teardown guard by itself: what it looks at, when it refuses, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from project_workspace.lifecycle import teardown_guard
from project_workspace.remote.provider import Props, ProviderError, StackConfig

GUARD: Props = {
    "bucket": "s3-an2-meerkat-dev-demo",
    "region": "ap-northeast-2",
    "deleteData": False,
    "conductorUrl": "https://aicond.example.com",
    "conductorProfile": "ai-conductor-2.1",
    "workspace": "demo-ws",
    "__provider": "reference",
}


@pytest.fixture
def content(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the bucket and the workspace hold; `deleted` tells whose content was removed."""
    held: dict[str, Any] = {"bucket": None, "workspace": None, "deleted": []}
    monkeypatch.setattr(teardown_guard, "content_of", lambda config, props: held["bucket"])
    monkeypatch.setattr(teardown_guard, "workspace_content", lambda config, outputs: held["workspace"])
    monkeypatch.setattr(
        teardown_guard, "delete_workspace_content", lambda config, outputs: held["deleted"].append(outputs["workspace"])
    )
    return held


@pytest.fixture
def provider() -> teardown_guard.TeardownGuardProvider:
    made = teardown_guard.TeardownGuardProvider()
    made._config = StackConfig(lambda key: None)
    return made


def test_an_empty_workspace_may_go(provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]) -> None:
    provider.delete("guard", GUARD)
    assert content["deleted"] == []


def test_all_content_is_named_at_once_with_what_to_do(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["bucket"], content["workspace"] = "bucket b has 3 objects", "workspace w has 1 AI solution"
    with pytest.raises(ProviderError) as refused:
        provider.delete("guard", GUARD)
    assert str(refused.value) == (
        "The workspace still has content: bucket b has 3 objects; workspace w has 1 AI solution. Nothing was deleted "
        "(bucket s3-an2-meerkat-dev-demo). Remove the content, or set 'deleteData: true', run 'pulumi up', and "
        "destroy again."
    )
    assert content["deleted"] == []


def test_with_delete_data_the_conductors_content_goes_and_nothing_is_asked(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["bucket"] = "bucket b has 3 objects"
    provider.delete("guard", {**GUARD, "deleteData": True})
    assert content["deleted"] == ["demo-ws"]


def test_without_ai_conductor_only_the_bucket_is_looked_at(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["workspace"] = "would be found if it were asked for"
    bare = {key: value for key, value in GUARD.items() if not key.startswith("conductor")}
    provider.delete("guard", bare)
    provider.delete("guard", {**bare, "deleteData": True})
    assert content["deleted"] == []
    with pytest.raises(ProviderError):
        provider.delete("guard", GUARD)


def test_delete_data_may_be_changed_at_any_time(provider: teardown_guard.TeardownGuardProvider) -> None:
    changed = provider.diff("guard", GUARD, {**GUARD, "deleteData": True})
    assert (changed.changes, changed.replaces) == (True, [])


def refusals(provider: teardown_guard.TeardownGuardProvider, olds: Props, **change: Any) -> list[tuple[str, str]]:
    """What `check` says of a change: property and sentence; a value of None takes the input away."""
    news = {key: value for key, value in {**olds, **change}.items() if value is not None}
    return [(failure.property, failure.reason) for failure in provider.check(olds, news).failures]


MOVED = {"bucket": "s3-other", "workspace": "other-ws"}


def test_another_bucket_may_come_when_the_old_one_is_empty(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    assert refusals(provider, GUARD, **MOVED) == []
    assert provider.diff("guard", GUARD, {**GUARD, **MOVED}).replaces == []


def test_a_bucket_that_has_content_is_not_replaced_and_ai_conductor_is_not_asked(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["bucket"], content["workspace"] = "3 objects in bucket b", "AI Conductor workspace 'w' has 1 AI solution(s)"
    assert refusals(provider, GUARD, **MOVED) == [
        (
            "bucket",
            "Expected the bucket that there is, 's3-an2-meerkat-dev-demo', because of its content: 3 objects in bucket "
            "b. Move it and remove it, old versions too, or set 'deleteData: true' and run 'pulumi up' before the "
            "change.",
        ),
    ]


@pytest.mark.parametrize(("told", "wanted", "may"), [(True, True, True), (False, True, False), (True, False, False)])
def test_a_full_bucket_is_replaced_only_when_it_was_told_so_and_it_is_still_meant(
    provider: teardown_guard.TeardownGuardProvider, content: dict[str, Any], told: bool, wanted: bool, may: bool
) -> None:
    content["bucket"] = "3 objects in bucket b"
    olds = {**GUARD, "deleteData": told}
    assert (refusals(provider, olds, bucket="s3-other", deleteData=wanted) == []) == may


def test_a_change_of_nothing_that_is_looked_at_asks_nobody(
    provider: teardown_guard.TeardownGuardProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(teardown_guard, "content_of")
    monkeypatch.delattr(teardown_guard, "workspace_content")
    assert refusals(provider, GUARD, deleteData=True, conductorUrl="https://other.example.com") == []
    new = provider.check({}, GUARD)
    assert new.failures == []
