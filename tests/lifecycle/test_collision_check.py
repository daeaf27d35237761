"""The look for what exists already, by itself: when it looks, what it refuses, and what a preview may leave open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from project_workspace.lifecycle import collision_check
from project_workspace.remote.errors import (
    CredentialsError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)
from project_workspace.remote.provider import Props, ProviderError, StackConfig

NAMES: Props = {
    "region": "ap-northeast-2",
    "bucket": "s3-an2-meerkat-dev-demo",
    "namespace": "aic-ns-demo-ws",
    "nodeRole": "role-demo",
    "cluster": "eks-demo",
    "nodeGroups": ["ng-standard", "ng-gpu"],
    "dexUser": {"email": "aic-user-demo-ws@aic.com", "namespace": "auth", "configMap": "dex", "key": "config.yaml"},
    "dashboard": {"url": "https://grafana.example.com", "uid": "d4f7k2m9q1x0z"},
    "conductor": {"url": "https://aicond.example.com", "profile": "p", "workspace": "demo-ws", "account": "demo-edge"},
    "adopt": False,
}
WHERE: Any = {"where": "https://example.com", "remedy": "Try again."}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each look finds, or raises; `asked` lists the looks that were made."""
    world: dict[str, Any] = {"asked": [], "profile": None}

    def look_at(name: str) -> Any:
        def look(_: Any, value: Any) -> Iterator[tuple[str, str]]:
            world["asked"].append(name)
            found = world.get(name)
            if isinstance(found, RemoteError):
                raise found
            if found:
                yield found, f"names.{name}"

        return look

    class Cluster:
        def find(self, ref: Any) -> Mapping[str, Any] | None:
            if isinstance(world["profile"], RemoteError):
                raise world["profile"]
            return world["profile"]

    monkeypatch.setattr(collision_check, "_LOOKS", {name: look_at(name) for name in collision_check._LOOKS})
    monkeypatch.setattr(collision_check, "connect", lambda config, inputs: Cluster())
    return world


def provider() -> collision_check.CollisionCheckProvider:
    made = collision_check.CollisionCheckProvider()
    made._config = StackConfig({}.get)
    return made


def refusals(inputs: Props, olds: Props | None = None) -> list[Any]:
    return [(f.property, f.reason) for f in provider().check(olds or {}, inputs).failures]


SENTENCE = (
    "{} exists already, and this stack did not make it. Choose another name ({}), or set 'adopt: true' to take it over."
)
ADOPTION = "See docs/adoption.md."


def test_everything_that_is_there_is_refused_together_and_by_its_setting(looked: dict[str, Any]) -> None:
    looked |= {"bucket": "The S3 bucket 'b'", "namespace": "The namespace 'n'"}
    assert refusals(NAMES) == [
        ("namespace", SENTENCE.format("The namespace 'n'", "names.namespace") + f" {ADOPTION}"),
        ("bucket", SENTENCE.format("The S3 bucket 'b'", "names.bucket") + f" {ADOPTION}"),
    ]


def test_no_preview_logs_in_to_conductor_or_grafana(looked: dict[str, Any]) -> None:
    looked |= {"conductor": "The AI Conductor workspace 'w'", "dashboard": "The Grafana dashboard 'd'"}
    assert refusals(NAMES) == []
    assert looked["asked"] == ["namespace", "dexUser", "bucket", "nodeRole", "nodeGroups"]
    with pytest.raises(ProviderError) as refused:
        provider().create(NAMES)
    found = [
        SENTENCE.format("The Grafana dashboard 'd'", "names.dashboard"),
        SENTENCE.format("The AI Conductor workspace 'w'", "names.conductor"),
    ]
    assert str(refused.value) == f"{' '.join(found).removesuffix('.')} (nothing was made). {ADOPTION}"


def test_where_nothing_is_nothing_is_refused(looked: dict[str, Any]) -> None:
    assert refusals(NAMES) == []
    assert provider().create(NAMES).id == NAMES["bucket"]


def test_nobody_is_asked_again_once_it_is_in_the_state(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    assert refusals({**NAMES, "bucket": "another"}, olds=NAMES) == []
    assert looked["asked"] == []
    assert not provider().diff("id", NAMES, {**NAMES, "adopt": True, "bucket": "another"}).changes


def test_with_adopt_nobody_is_asked(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    adopting = {**NAMES, "adopt": True}
    assert refusals(adopting) == []
    assert provider().create(adopting).id == NAMES["bucket"]
    assert looked["asked"] == []


def test_parts_that_are_left_out_are_not_looked_for(looked: dict[str, Any]) -> None:
    refusals({"region": "r", "bucket": "b", "namespace": "n", "nodeGroups": [], "adopt": False})
    assert looked["asked"] == ["namespace", "bucket"]


@pytest.mark.parametrize(
    "failure",
    [
        UnreachableError("Gone", **WHERE),
        RefusedError("Not yours to see", **WHERE),
        CredentialsError("The token is wrong", **WHERE),
    ],
)
def test_what_cannot_be_looked_at_fails_the_run_and_not_the_preview(
    looked: dict[str, Any], failure: RemoteError
) -> None:
    looked["nodeRole"] = failure
    assert refusals(NAMES) == []
    with pytest.raises(ProviderError) as failed:
        provider().create(NAMES)
    assert str(failed.value) == str(failure)


def test_what_came_between_the_preview_and_the_run_is_refused_too(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    with pytest.raises(ProviderError, match=r"The S3 bucket 'b' exists already.*\(nothing was made\)"):
        provider().create(NAMES)


def test_the_workspace_of_an_earlier_version_of_this_program_is_its_own(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    looked["profile"] = {"metadata": {"annotations": {collision_check.WAIT_FOR: "jsonpath=..."}}}
    assert refusals(NAMES) == []
    assert provider().create(NAMES).id == NAMES["bucket"]

    looked["profile"] = {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}}}
    assert [name for name, _ in refusals(NAMES)] == ["bucket"]


def test_a_preview_that_cannot_tell_whose_it_is_leaves_that_to_the_run(looked: dict[str, Any]) -> None:
    looked |= {"bucket": "The S3 bucket 'b'", "profile": UnreachableError("Gone", **WHERE)}
    assert refusals(NAMES) == []
    with pytest.raises(ProviderError, match="exists already"):
        provider().create(NAMES)


def test_the_mark_is_one_that_this_programs_profiles_have() -> None:
    from project_workspace.kubeflow import component as namespace

    assert collision_check.WAIT_FOR == "pulumi.com/waitFor"
    assert collision_check.WAIT_FOR in Path(namespace.__file__).read_text()


# The shared policies

POLICIES = [
    f"arn:aws-cn:iam::123456789012:policy/policy-s3-{consumer}-an2-meerkat-dev" for consumer in ("kubeflow", "aia")
]
WITH_POLICIES: Props = {**NAMES, "sharedPolicies": POLICIES}
ARNS = ["arn:aws-cn:s3:::s3-an2-meerkat-dev-demo", "arn:aws-cn:s3:::s3-an2-meerkat-dev-demo/*"]


@pytest.fixture
def unfit(looked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, RemoteError]:
    """By policy, why it has no place for the bucket, or the failure of looking; `looked` lists which were asked."""
    found: dict[str, RemoteError] = {}

    def misfit(_: Any, policy: str, arns: list[str]) -> RefusedError | None:
        assert arns == ARNS
        looked["asked"].append(policy)
        error = found.get(policy)
        if isinstance(error, RefusedError) and not isinstance(error, NotFoundError):
            return error
        if error:
            raise error
        return None

    monkeypatch.setattr(collision_check.policy_document, "misfit", misfit)
    monkeypatch.setattr(collision_check.aws, "client", lambda config, props, service, attempts: service)
    return found


NO_PLACE = RefusedError("No place for it", where=POLICIES[1], remedy="Add one.")
MISSING = NotFoundError("Not there", where=POLICIES[0], remedy="Check its name.")


@pytest.mark.parametrize("adopt", [False, True])
def test_a_policy_without_a_place_for_the_bucket_is_refused_before_anything_is_made(
    unfit: dict[str, RemoteError], adopt: bool
) -> None:
    unfit |= {POLICIES[0]: MISSING, POLICIES[1]: NO_PLACE}
    inputs = {**WITH_POLICIES, "adopt": adopt}
    assert refusals(inputs) == [("", str(MISSING)), ("", str(NO_PLACE))]
    with pytest.raises(ProviderError) as refused:
        provider().create(inputs)
    told = f"{MISSING} {NO_PLACE}".removesuffix(".")
    assert str(refused.value) == f"{told} (nothing was made). See docs/shared-objects.md."


def test_what_is_there_and_what_has_no_place_are_refused_together(
    looked: dict[str, Any], unfit: dict[str, RemoteError]
) -> None:
    looked["bucket"], unfit[POLICIES[1]] = "The S3 bucket 'b'", NO_PLACE
    assert refusals(WITH_POLICIES) == [
        ("bucket", SENTENCE.format("The S3 bucket 'b'", "names.bucket") + f" {ADOPTION}"),
        ("", str(NO_PLACE)),
    ]
    with pytest.raises(
        ProviderError, match=r"bucket 'b' exists already.*No place for it.*\(nothing was made\). See docs/ad"
    ):
        provider().create(WITH_POLICIES)


def test_policies_that_have_a_place_are_in_nobodys_way(looked: dict[str, Any], unfit: dict[str, RemoteError]) -> None:
    assert refusals(WITH_POLICIES) == []
    assert provider().create(WITH_POLICIES).id == NAMES["bucket"]
    assert [each for each in looked["asked"] if each in POLICIES] == POLICIES * 2


@pytest.mark.parametrize(
    ("olds", "asked"),
    [
        (WITH_POLICIES, []),
        (NAMES, []),
        ({**WITH_POLICIES, "sharedPolicies": []}, POLICIES),
        ({**WITH_POLICIES, "sharedPolicies": POLICIES[:1]}, POLICIES[1:]),
        ({**WITH_POLICIES, "bucket": "another"}, POLICIES),
    ],
    ids=["nothing is new", "a state of 0.1.0", "the mode is", "a policy is", "the bucket is"],
)
def test_a_stack_that_exists_is_asked_about_what_is_new_to_it(
    looked: dict[str, Any], unfit: dict[str, RemoteError], olds: Props, asked: list[str]
) -> None:
    unfit |= dict.fromkeys(POLICIES, NO_PLACE)
    assert refusals(WITH_POLICIES, olds=olds) == [("", str(NO_PLACE))] * len(asked)
    assert looked["asked"] == asked


def test_a_policy_that_cannot_be_looked_at_fails_the_run_and_not_the_preview(unfit: dict[str, RemoteError]) -> None:
    unfit[POLICIES[0]] = UnreachableError("Gone", **WHERE)
    assert refusals(WITH_POLICIES) == []
    with pytest.raises(ProviderError, match="Gone"):
        provider().create(WITH_POLICIES)
