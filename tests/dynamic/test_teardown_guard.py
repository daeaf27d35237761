"""The teardown guard by itself: what it looks at, when it refuses, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from components.dynamic import teardown
from components.dynamic.base import Props, ProviderError, StackConfig

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
    monkeypatch.setattr(teardown, "content_of", lambda bucket, region: held["bucket"])
    monkeypatch.setattr(teardown, "workspace_content", lambda config, outputs: held["workspace"])
    monkeypatch.setattr(
        teardown, "delete_workspace_content", lambda config, outputs: held["deleted"].append(outputs["workspace"])
    )
    return held


@pytest.fixture
def provider() -> teardown.TeardownGuardProvider:
    made = teardown.TeardownGuardProvider()
    made._config = StackConfig(lambda key: None)
    return made


def test_an_empty_workspace_may_go(provider: teardown.TeardownGuardProvider, content: dict[str, Any]) -> None:
    provider.delete("guard", GUARD)
    assert content["deleted"] == []


def test_all_content_is_named_at_once_with_what_to_do(
    provider: teardown.TeardownGuardProvider, content: dict[str, Any]
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
    provider: teardown.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["bucket"] = "bucket b has 3 objects"
    provider.delete("guard", {**GUARD, "deleteData": True})
    assert content["deleted"] == ["demo-ws"]


def test_without_ai_conductor_only_the_bucket_is_looked_at(
    provider: teardown.TeardownGuardProvider, content: dict[str, Any]
) -> None:
    content["workspace"] = "would be found if it were asked for"
    bare = {key: value for key, value in GUARD.items() if not key.startswith("conductor")}
    provider.delete("guard", bare)
    provider.delete("guard", {**bare, "deleteData": True})
    assert content["deleted"] == []
    with pytest.raises(ProviderError):
        provider.delete("guard", GUARD)


def test_delete_data_may_be_changed_at_any_time(provider: teardown.TeardownGuardProvider) -> None:
    changed = provider.diff("guard", GUARD, {**GUARD, "deleteData": True})
    assert (changed.changes, changed.replaces) == (True, [])
