"""Arguments of the parts that contradict each other are refused by the parts themselves, without any settings."""

from typing import Any

import pulumi
import pytest

from project_workspace.dex.component import Login, LoginArgs
from project_workspace.eks.node_group import NodeGroupArgs
from project_workspace.iam import component as access
from project_workspace.workspace import ProjectWorkspaceArgs, unfit_arguments

USER = {"email": "aic-user-demo-ws@aic.com", "username": "aic-user-demo-ws", "user_id": "u"}
SECRET = "correct-horse-battery-staple"


def test_a_bucket_policy_for_nobody_is_refused() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        access.bucket_policy_statements(partition="aws", bucket="b", principals=[])
    assert str(refused.value) == (
        "access_principals: Expected ARNs with mode 'bucket-policy' and only there, for example "
        "'arn:aws:iam::123456789012:role/role-eks-an2-ai-conductor-ai-conductor-sa'."
    )


@pytest.mark.parametrize(
    ("mode", "principals", "right"),
    [
        (access.BUCKET_POLICY, ["arn:aws:iam::123456789012:role/a"], True),
        (access.BUCKET_POLICY, [], False),
        (access.SHARED_POLICIES, [], True),
        (access.SHARED_POLICIES, ["arn:aws:iam::123456789012:role/a"], False),
    ],
)
def test_principals_belong_to_a_bucket_policy_alone(mode: str, principals: list[str], right: bool) -> None:
    assert (access.principals_problem(mode, principals) is None) is right


@pytest.mark.parametrize(
    "given", [{"password": SECRET, "password_hash": SECRET}, {"password": "", "password_hash": ""}]
)
def test_a_login_with_a_password_and_a_hash_is_refused_without_showing_them(given: dict[str, Any]) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        Login("demo", LoginArgs(**USER, **given))
    assert str(refused.value) == "login: Expected one of password and passwordHash, for example only 'password'."


def arguments(**more: Any) -> ProjectWorkspaceArgs:
    return ProjectWorkspaceArgs(project="demo", environment="dev", infra="meerkat", region="ap-northeast-2", **more)


def test_arguments_that_fit_are_not_refused() -> None:
    group = NodeGroupArgs(spec="gpu", instance_type="g5.xlarge", max_size=2)
    assert list(unfit_arguments(arguments(node_groups=[group]))) == []


def test_a_program_without_settings_is_told_everything_that_cannot_be() -> None:
    group = NodeGroupArgs(spec="gpu", instance_type="g5.xlarge", min_size=3, max_size=2)
    told = unfit_arguments(arguments(access_mode="bucket-polcy", node_groups=[group]))
    assert [path for path, _ in told] == ["access_mode", "node_groups[0].desired"]
    nobody = arguments(access_mode=access.BUCKET_POLICY)
    assert [path for path, _ in unfit_arguments(nobody)] == ["access_principals"]
