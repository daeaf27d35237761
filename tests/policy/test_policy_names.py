"""The rule about names and the program allow the same: what the settings allow, the rule never reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace import limits
from project_workspace.names import Names, derive
from tests.support.policy_pack import Thing, said

RULE = "name-follows-the-convention"
BUCKET = "aws:s3/bucket:Bucket"
PROFILE = "kubernetes:kubeflow.org/v1:Profile"
GROUP = "aws:eks/nodeGroup:NodeGroup"
WORKSPACE = "pulumi-python:dynamic/conductor:Workspace"
PARTS = st.from_regex(limits.DNS_LABEL, fullmatch=True)


def named(names: Names, generation: str = "") -> list[Thing]:
    """The resources that have one of the workspace's names."""
    return [
        Thing(BUCKET, {"bucket": names.bucket}),
        Thing(PROFILE, {"metadata": {"name": names.namespace}}),
        Thing(WORKSPACE, {"name": names.workspace}),
        *(Thing(GROUP, {"nodeGroupName": f"{group.group}{generation}"}) for group in names.node_groups.values()),
    ]


@given(
    project=st.from_regex(limits.PROJECT, fullmatch=True),
    environment=PARTS,
    infra=PARTS,
    alias=PARTS,
    spec=PARTS,
    generation=st.sampled_from(["", "-g2", "-g10"]),
)
def test_a_name_that_the_program_gives_is_never_reported(
    *, project: str, environment: str, infra: str, alias: str, spec: str, generation: str
) -> None:
    names = derive(
        project=project, environment=environment, infra=infra, alias=alias, email_domain="aic.com", specs=[spec]
    )
    assert said(RULE, *named(names, generation)) == []


@pytest.mark.parametrize(
    ("infra", "environment", "alias"),
    [("meer-kat", "dev", "an2"), ("meerkat", "pre-prod", "an2"), ("meerkat", "dev", "asia-2")],
)
def test_the_hyphens_that_the_settings_allow_are_allowed(infra: str, environment: str, alias: str) -> None:
    names = derive(
        project="demo", environment=environment, infra=infra, alias=alias, email_domain="aic.com", specs=["big-gpu"]
    )
    assert said(RULE, *named(names, "-g2")) == []


@pytest.mark.parametrize(
    "thing",
    [
        Thing(BUCKET, {"bucket": "data-an2-meerkat-dev-demo"}),
        Thing(BUCKET, {"bucket": "s3-demo"}),
        Thing(BUCKET, {"bucket": "s3-an2--meerkat--demo"}),
        Thing(PROFILE, {"metadata": {"name": "aic-ns-demo"}}),
        Thing(PROFILE, {"metadata": {"name": "aic-ns-demo-2-ws"}}),
        Thing(GROUP, {"nodeGroupName": "ng-an2-demo-ws-standard"}),
        Thing(WORKSPACE, {"name": "2demo-ws"}),
    ],
    ids=lambda thing: str(thing.props),
)
def test_a_name_that_the_program_would_not_give_is_reported(thing: Thing) -> None:
    [sentence] = said(RULE, thing)
    assert "is not named as the others are. Leave the name to the program, or match " in sentence
