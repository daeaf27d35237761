"""Arguments that cannot be are refused when they are made: all at once, in the words of a stack file, without a
resource.
"""

from typing import Any

import pulumi
import pytest

from project_workspace import (
    AccessOptions,
    AllowOptions,
    InvalidOptionsError,
    LoginOptions,
    NodeGroupOptions,
    ProjectWorkspaceArgs,
    StorageOptions,
    TaintOptions,
)
from project_workspace.eks.options import LaunchTemplateOptions
from project_workspace.schema.problem import Problem

SECRET = "correct-horse-battery-staple"
ROLE = "arn:aws:iam::123456789012:role/a"
GROUP: dict[str, Any] = {"spec": "gpu", "instance_type": "g5.xlarge", "max": 2}


def refused(make: Any, **options: Any) -> dict[str, str]:
    with pytest.raises(InvalidOptionsError) as error:
        make(**options)
    assert isinstance(error.value, pulumi.RunError), "the engine shows its text, and no traceback"
    return {problem.path: problem.message for problem in error.value.problems}


def arguments(**more: Any) -> ProjectWorkspaceArgs:
    return ProjectWorkspaceArgs(project="demo", environment="dev", infra="meerkat", region="ap-northeast-2", **more)


def test_arguments_that_fit_are_taken() -> None:
    made = arguments(cluster="eks", node_groups=[NodeGroupOptions(**GROUP)])
    assert made.derived_names().workspace == "demo-ws"
    assert made.node_groups[0].disk.size_gib == 50


@pytest.mark.parametrize(
    ("mode", "principals", "right"),
    [
        ("bucket-policy", [ROLE], True),
        ("bucket-policy", [], False),
        ("workspace-role", [ROLE], True),
        ("workspace-role", [], True),
        ("shared-policies", [], True),
        ("shared-policies", [ROLE], False),
    ],
)
def test_principals_belong_to_a_bucket_policy(mode: str, principals: list[str], right: bool) -> None:
    if right:
        assert AccessOptions(mode=mode, principals=principals).principals == principals
    else:
        assert list(refused(AccessOptions, mode=mode, principals=principals)) == ["principals"]


@pytest.mark.parametrize("given", [SECRET, pulumi.Output.secret(SECRET)], ids=["text", "output"])
def test_a_login_with_a_password_and_a_hash_is_refused_without_showing_them(given: Any) -> None:
    hashed = pulumi.Output.secret("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")
    told = refused(LoginOptions, password=given, password_hash=hashed)
    assert told == {"": "Expected one of password and passwordHash, for example only 'password'."}
    assert SECRET not in str(told)


@pytest.mark.parametrize("wrong", ["", "x" * 73], ids=["empty", "too long"])
def test_a_wrong_secret_is_not_shown(wrong: str) -> None:
    told = refused(LoginOptions, password=wrong)
    assert told == {"password": "Expected a password of 1 to 72 bytes, for example 'four-words-and-more-of-them'."}


def test_a_value_that_another_resource_gives_is_taken_as_it_is() -> None:
    key = pulumi.Output.from_input("arn:aws:kms:…")
    assert StorageOptions(kms_key_arn=key).kms_key_arn is key


@pytest.mark.parametrize(
    ("make", "options", "paths"),
    [
        (TaintOptions, {"key": "a", "effect": "x"}, ["effect"]),
        (NodeGroupOptions, {**GROUP, "capacity_type": "cheap"}, ["capacityType"]),
        (NodeGroupOptions, {**GROUP, "min": 3, "desired": 1, "disk": {"iops": 9}}, ["disk.iops", "min"]),
        (NodeGroupOptions, {**GROUP, "size": 3}, ["size"]),
        (arguments, {"quota": {"cpu": "many", "pods": "1.5"}}, ["quota.cpu"]),
    ],
)
def test_every_rule_of_a_stack_file_holds_for_a_program(make: Any, options: Any, paths: list[str]) -> None:
    assert list(refused(make, **options)) == paths


def test_what_must_fit_together_is_told_with_what_is_wrong_by_itself() -> None:
    told = refused(
        ProjectWorkspaceArgs,
        project="Demo",
        environment="dev",
        infra="meerkat",
        region="ap-northeast-2",
        node_groups=[
            NodeGroupOptions(**GROUP),
            NodeGroupOptions(spec="gpu", instance_type="g5.xlarge", max=2, zones=["x"]),
        ],
        quota={"pods": "1.5"},
    )
    assert list(told) == ["cluster", "nodeGroups[1].spec", "nodeGroups[1].zones[0]", "project", "quota.pods"]


def test_what_is_wrong_by_itself_is_not_told_a_second_time_as_missing() -> None:
    assert list(refused(AllowOptions, cidr="10.20.0.1")) == ["cidr"]
    assert list(refused(AllowOptions)) == [""]


def test_problems_are_counted_sorted_and_each_told_once() -> None:
    error = InvalidOptionsError([Problem("b", "B."), Problem("a", "A."), Problem("b", "B.")])
    assert str(error) == "The options have 2 problems; nothing was touched.\n  a: A.\n  b: B."


@pytest.mark.parametrize(
    ("given", "quoted"),
    [(1234, "1234"), (0, "1234"), (1.1, "1.10"), (True, "true"), (False, "true")],
)
def test_a_number_or_boolean_that_would_be_right_as_text_is_asked_for_in_quotes(given: Any, quoted: str) -> None:
    told = refused(TaintOptions, key="a", effect="NoSchedule", value=given)
    assert told == {
        "value": f"Expected a Kubernetes taint value of at most 63 characters, in quotes, for example '\"{quoted}\"'."
    }


def test_the_example_in_quotes_is_one_that_is_right_there() -> None:
    told = refused(LaunchTemplateOptions, id="lt-1", version=2.0)
    assert told["version"].endswith(", in quotes, for example '\"2\"'.")


@pytest.mark.parametrize("given", [7, 1.5, True])
def test_quotes_are_not_asked_for_where_they_would_not_help(given: Any) -> None:
    told = refused(TaintOptions, key="a", effect=given)
    assert told == {"effect": "Expected one of NoSchedule, NoExecute, PreferNoSchedule, for example 'NoSchedule'."}
    assert refused(NodeGroupOptions, **{**GROUP, "max": "2"}) == {
        "max": "Expected a whole number of at least 1, for example '4'."
    }


def test_a_number_as_a_password_is_not_shown_and_gets_no_easy_example() -> None:
    told = refused(LoginOptions, password=4815162342)
    assert told == {"password": "Expected a password of 1 to 72 bytes, for example 'four-words-and-more-of-them'."}
