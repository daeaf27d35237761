"""The stack file that describes an existing workspace: whole texts, and what the program would refuse of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from project_workspace.conductor.records import Spec, WorkspaceContent, WorkspaceRecord
from project_workspace.config.loading import SettingsError
from project_workspace.dex.config_file import Entry
from workspacectl.adopt import stack_file_text
from workspacectl.adopt.discovery import Bucket, Found, Question
from workspacectl.adopt.node_groups import FoundGroup, _described
from workspacectl.new.checking import validate

HASH = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
QUESTION = Question(
    project="demo",
    environment="dev",
    infra="meerkat",
    region="ap-northeast-2",
    region_alias=None,
    cluster="eks-demo",
    grafana_url="https://grafana.example.com",
    grafana_folder=None,
    conductor_url="https://aicond.example.com",
)
GROUP: dict[str, Any] = {
    "nodegroupName": "ng-an2-aicond-demo-ws-gpu",
    "instanceTypes": ["g5.xlarge"],
    "amiType": "AL2_x86_64_GPU",
    "capacityType": "SPOT",
    "scalingConfig": {"minSize": 0, "desiredSize": 1, "maxSize": 2},
    "labels": {"aic-role": "demo-ws-gpu", "k8s.amazonaws.com/accelerator": "nvidia-a10g", "team": "vision"},
    "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}],
    "nodeRole": "arn:aws:iam::123456789012:role/path/eksctl-NodeInstanceRole-1A2B",
    "subnets": ["subnet-0c", "subnet-0a"],
    "diskSize": 80,
}
EXPECTED = """\
# yaml-language-server: $schema=stack-file.schema.json
# Written by 'workspacectl adopt stack-file' from what exists. Review it, then see what an adoption would do:
# workspacectl adopt preview --stack demo-dev
config:
  aws:region: ap-northeast-2
  # The login keeps its password: its hash is below, encrypted, as login.passwordHash.
  project-workspace:project: demo
  project-workspace:environment: dev
  project-workspace:infra: meerkat
  project-workspace:cluster: eks-demo
  # As they are. `existing` keeps a group on its own role and launch template, so that no node is replaced; without it
  # the group is replaced by one of this program's own, which is made first.
  project-workspace:nodeGroups:
  - spec: gpu
    instanceType: g5.xlarge
    min: 0
    desired: 1
    max: 2
    zones:
    - a
    - c
    amiType: AL2_x86_64_GPU
    capacityType: spot
    labels:
      team: vision
    taints:
    - key: nvidia.com/gpu
      value: present
      effect: NoSchedule
    disk:
      sizeGib: 80
    existing:
      nodeRole: eksctl-NodeInstanceRole-1A2B
      subnets:
      - subnet-0a
      - subnet-0c
    vcpu: 4
    ramGb: 15
    gpu: 1
    name: ng-of-somebody
  project-workspace:quota:
    requests.nvidia.com/gpu: '2'
  project-workspace:storage:
    versioning: false
    kmsKeyArn: arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab
  project-workspace:login:
    emailDomain: example.com
  project-workspace:grafana:
    url: https://grafana.example.com
  project-workspace:conductor:
    url: https://aicond.example.com
  # Where the names of what exists differ from the derived ones.
  project-workspace:names:
    namespace: aic-ns-old
    user: vision
    bucket: s3-of-before
    dashboardUid: fnewdashboard
  # Those of the bucket.
  project-workspace:tags:
    team: vision
  # Takes over what exists, and protects it. Remove it when 'pulumi up' has run.
  project-workspace:adopt: true
"""


@pytest.fixture(autouse=True)
def zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspacectl.adopt.node_groups._zones", lambda subnets, aws, region: ["a", "c"])


def group(**changes: Any) -> FoundGroup:
    return _described({**GROUP, **changes}, "gpu", clients(AwsSettings(), "ap-northeast-2"), "ap-northeast-2")


def found(**changes: Any) -> Found:
    key = "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
    everything = Found(
        bucket=Bucket(name="s3-of-before", tags={"team": "vision"}, suspended=True, kms_key_arn=key),
        groups=[group(nodegroupName="ng-of-somebody")],
        profile={
            "metadata": {"name": "aic-ns-old"},
            "spec": {
                "owner": {"kind": "User", "name": "vision@example.com"},
                "resourceQuotaSpec": {"hard": {"requests.nvidia.com/gpu": 2}},
            },
        },
        user=Entry(email="vision@example.com", hash=HASH, username="vision", user_id='"1"'),
        workspace=WorkspaceRecord(
            id="1",
            name="demo-ws",
            namespace="aic-ns-old",
            kubeflow_user="",
            ecr_base_path="",
            labels={},
            content=WorkspaceContent.of("s3-of-before", "fnewdashboard", [Spec("gpu", 4, 15, 1)]),
        ),
        account=None,
    )
    return replace(everything, **changes)


NOTHING = Found(bucket=None, profile=None, user=None, workspace=None, account=None)


def text_of(what: Found, question: Question = QUESTION) -> str:
    settings = stack_file_text.settings_of(question, what)
    validate(settings, question.region, {})
    text = stack_file_text.text_of(question, what, settings)
    keys = {key.removeprefix("project-workspace:") for key in yaml.safe_load(text)["config"]}
    assert keys == {"aws:region", *settings}
    return text


def test_a_workspace_with_names_of_its_own_is_described_as_it_is() -> None:
    assert text_of(found()) == EXPECTED


def test_a_workspace_with_the_runbooks_names_needs_no_overrides() -> None:
    text = text_of(
        found(
            bucket=Bucket(name="s3-an2-meerkat-dev-demo", tags={}, suspended=False, kms_key_arn=None),
            groups=[group()],
            profile={
                "metadata": {"name": "aic-ns-demo-ws"},
                "spec": {"owner": {"name": "aic-user-demo-ws@aic.com"}},
            },
            workspace=None,
        )
    )
    config = yaml.safe_load(text)["config"]
    assert "name" not in config["project-workspace:nodeGroups"][0]
    assert not {"names", "storage", "tags", "login", "quota"} & {key.partition(":")[2] for key in config}


def test_where_nothing_exists_the_file_says_what_a_new_workspace_needs() -> None:
    config = yaml.safe_load(text_of(NOTHING))["config"]
    assert {key.partition(":")[2]: value for key, value in config.items()} == {
        "region": "ap-northeast-2",
        "project": "demo",
        "environment": "dev",
        "infra": "meerkat",
        "cluster": "eks-demo",
        "grafana": {"url": "https://grafana.example.com"},
        "conductor": {"url": "https://aicond.example.com"},
        "adopt": True,
    }


def test_a_dashboard_that_is_not_managed_stays_the_workspaces() -> None:
    config = yaml.safe_load(text_of(found(), replace(QUESTION, grafana_url=None)))["config"]
    assert config["project-workspace:conductor"]["dashboardHash"] == "fnewdashboard"
    assert "dashboardUid" not in config["project-workspace:names"]
    assert "project-workspace:grafana" not in config


@pytest.mark.parametrize(
    ("hash_", "said"),
    [
        (stack_file_text.FIXED_HASH, "It is the runbook's fixed one, which is public: change it when you can."),
        ("$2b$04$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "hash cannot be kept"),
        ("", "hash cannot be kept"),
    ],
)
def test_the_file_says_what_becomes_of_the_login_and_never_its_hash(hash_: str, said: str) -> None:
    text = text_of(found(user=Entry(email="vision@example.com", hash=hash_, username="v", user_id="1")))
    assert said in " ".join(line.strip().removeprefix("# ") for line in text.splitlines())
    assert "$2" not in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"instanceTypes": ["g5.xlarge", "g5.2xlarge"]}, "it has 2 instance types, and AI Conductor is told of one"),
        ({"amiType": "CUSTOM"}, "its AMI type is CUSTOM, which this program does not manage"),
        ({"capacityType": "CAPACITY_BLOCK"}, "it is bought as a capacity block"),
        (
            {"taints": [{"key": "a", "effect": effect} for effect in ("NO_SCHEDULE", "NO_EXECUTE")]},
            "two of its taints have the same key, and the autoscaler's tag of a key holds only one",
        ),
    ],
)
def test_a_group_that_cannot_be_adopted_is_named_with_the_reason(changes: dict[str, Any], why: str) -> None:
    text = text_of(found(groups=[group(**changes)]))
    assert f"  # Left out: node group ng-an2-aicond-demo-ws-gpu, because {why}.\n" in text
    assert "nodeGroups" not in text


def test_what_the_program_would_refuse_is_not_written() -> None:
    question = replace(QUESTION, project="demo-2")
    settings = stack_file_text.settings_of(question, NOTHING)
    with pytest.raises(SettingsError, match="project: Expected a project"):
        validate(settings, question.region, {})
