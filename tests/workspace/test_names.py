"""Names: the runbook's (docs/facts/runbook.md), right for every service or refused, all at once."""

import re
import string
from dataclasses import asdict

import boto3
from hypothesis import given
from hypothesis import strategies as st

from project_workspace import names
from project_workspace.aws import regions

PROJECTS = st.from_regex(r"[a-z][a-z0-9]{0,80}", fullmatch=True)
SPECS = st.lists(st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True), max_size=3, unique=True)


def derived(project: str = "demo", **changes: object) -> names.Names:
    given_: dict[str, object] = {
        "environment": "dev", "infra": "meerkat", "alias": "an2", "email_domain": "aic.com", "specs": ["standard"],
    }  # fmt: skip
    return names.derive(project=project, **{**given_, **changes})  # pyright: ignore[reportArgumentType]


def test_the_names_are_the_runbooks() -> None:
    assert asdict(derived()) == {
        "workspace": "demo-ws",
        "namespace": "aic-ns-demo-ws",
        "user": "aic-user-demo-ws",
        "email": "aic-user-demo-ws@aic.com",
        "user_id": "f2431b18-5e54-5a0a-a5df-679e366f4408",
        "bucket": "s3-an2-meerkat-dev-demo",
        "kubeflow_policy": "policy-s3-kubeflow-an2-meerkat-dev",
        "conductor_policy": "policy-s3-aia-an2-meerkat-dev",
        "node_role": "role-an2-meerkat-dev-demo-ws-node",
        "workspace_role": None,
        "system_account": "demo-edge",
        "system_account_password": "demo-edge@com",
        "dashboard_uid": "kfa5n4idfhg8i",
        "oidc_client": "oidc-an2-meerkat-dev-demo",
        "node_groups": {"standard": {"group": "ng-an2-aicond-demo-ws-standard", "label": "demo-ws-standard"}},
    }


def test_a_role_of_the_workspaces_own_is_named_as_that_of_its_nodes_and_is_never_longer() -> None:
    found = derived(own_role=True)
    assert found.workspace_role == "role-an2-meerkat-dev-demo-ws-pods"
    assert len(found.workspace_role) == len(found.node_role)
    given = names.NameOptions(node_role="role-of-nodes", namespace="n", user="u", bucket="b" * 9)
    project, infra = "x" * 30, "a" * 25
    assert names.problems(derived(project, infra=infra, overrides=given, specs=[]), project=project) == []
    role = derived(project, infra=infra, overrides=given, specs=[], own_role=True)
    (problem,) = names.problems(role, project=project)
    assert "because the role name" in problem.message


def test_every_name_can_be_overridden_and_the_others_follow_the_workspace() -> None:
    overrides = names.NameOptions(
        workspace="vision-ws", namespace="vision", user="vision-user", bucket="vision-bucket",
        kubeflow_policy="policy-a", conductor_policy="policy-b", node_role="role-c",
        system_account="vision-edge", dashboard_uid="fef30w4jaxla8", oidc_client="notebook-gatekeeper",
    )  # fmt: skip
    found = derived(overrides=overrides, node_group_names={"standard": "by-hand"})
    given_ = overrides.model_dump()
    assert {key: getattr(found, key) for key in given_} == given_
    assert found.email == "vision-user@aic.com"
    assert asdict(found.node_groups["standard"]) == {"group": "by-hand", "label": "vision-ws-standard"}


@given(project=PROJECTS, specs=SPECS)
def test_names_without_problems_fit_every_service(project: str, specs: list[str]) -> None:
    found = derived(project, specs=specs)
    if names.problems(found, project=project):
        return
    label = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
    assert label.fullmatch(found.namespace)
    assert label.fullmatch(found.bucket)
    assert len(found.email.split("@")[0]) <= 64
    assert len(found.node_role) <= 64
    for group in found.node_groups.values():
        assert label.fullmatch(group.label)
        assert len(f"{group.group}-g99") <= 63


@given(project=st.from_regex(r"[a-z][a-z0-9]{40,80}", fullmatch=True))
def test_a_project_that_is_too_long_is_told_how_long_it_may_be_and_that_length_fits(project: str) -> None:
    (problem,) = names.problems(derived(project), project=project)
    room = int(re.search(r"at most (\d+) characters", problem.message)[1])  # pyright: ignore[reportOptionalSubscript]
    assert problem.path == "project"
    assert names.problems(derived(project[:room]), project=project[:room]) == []
    assert names.problems(derived(project[: room + 1]), project=project[: room + 1]) != []


@given(project=PROJECTS, environment=st.sampled_from(["dev", "staging", "prod"]))
def test_a_dashboard_uid_suits_grafana_the_runbooks_pattern_and_kubernetes(project: str, environment: str) -> None:
    uid = derived(project, environment=environment).dashboard_uid
    assert re.fullmatch(r"[a-z][a-z0-9]{12}", uid)
    assert uid == derived(project, environment=environment).dashboard_uid


def test_the_same_project_has_another_dashboard_in_every_environment_and_region() -> None:
    uids = {
        derived(environment=environment, alias=alias).dashboard_uid
        for environment in ("dev", "prod")
        for alias in ("an1", "an2")
    }
    assert len(uids) == 4


def test_every_region_of_aws_has_an_alias_of_its_own() -> None:
    session = boto3.Session()
    known = {
        region
        for partition in ("aws", "aws-cn", "aws-us-gov")
        for region in session.get_available_regions("ec2", partition_name=partition)
    }
    aliases = [region.alias for region in regions.regions().values()]
    assert known <= set(regions.regions())
    assert len(aliases) == len(set(aliases))
    assert all(set(alias) <= set(string.ascii_lowercase + string.digits) for alias in aliases)
    assert regions.regions()["ap-northeast-2"].alias == "an2"
