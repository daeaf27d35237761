"""The stack file that describes an existing workspace: whole texts, and what the program would refuse of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml

from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from project_workspace.conductor.records import Spec, WorkspaceContent, WorkspaceRecord
from project_workspace.config.loading import SettingsError
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.dex.config_file import Entry
from project_workspace.dex.options import DexOptions
from workspacectl.adopt import stack_file_text
from workspacectl.adopt.buckets import FoundBucket
from workspacectl.adopt.dex import FoundDex
from workspacectl.adopt.discovery import Found, Question
from workspacectl.adopt.members import FoundMember
from workspacectl.adopt.node_groups import FoundGroup, _described
from workspacectl.adopt.pod_roles import FoundRole
from workspacectl.adopt.runai import FoundRunai
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
    "tags": {"alpha.eksctl.io/nodegroup-type": "managed", "aws:cloudformation:stack-name": "eksctl-demo"},
}
POLICY: dict[str, Any] = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::s3-of-before/*",
            "Condition": {"DateLessThan": {"aws:CurrentTime": "2027-01-01"}},
        }
    ]
}
EXPECTED = """\
# yaml-language-server: $schema=stack-file.schema.json
# Written by 'workspacectl adopt stack-file' from what exists. Review it, then see what an adoption would do:
# workspacectl adopt preview --stack demo-dev
config:
  aws:region: ap-northeast-2
  # Left out: member Bob@example.com, because it is not.
  # Volumes of the namespace stay those of the people who made them: data, research-workspace. To take one over, name
  # it in 'volumes', with the size and the access modes that it has.
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
    tags:
      alpha.eksctl.io/nodegroup-type: managed
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
  # What a container gets that says nothing itself is said there already, by LimitRange by-hand, runai-limit-range.
  project-workspace:containerDefaults:
    enabled: false
  project-workspace:members:
  - email: alice@example.com
    role: edit
  # As it is. Executors stay in the lists that all projects share; whoever sees all projects is in no file.
  project-workspace:runai:
    project: speech
    template: without-workloads
    executors:
    - CORP\\carol
    bindings: shared
  # As it is. `unmanaged` names what stays others'; the statements of `policy` stand beside this program's.
  # The bucket's lifecycle rules stay as they are: archive.
  # It also has CORS rules, which this program leaves alone.
  project-workspace:storage:
    versioning: false
    policy: |-
      {
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "AWS": "arn:aws:iam::210987654321:root"
            },
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::s3-of-before/*",
            "Condition": {
              "DateLessThan": {
                "aws:CurrentTime": "2027-01-01"
              }
            }
          }
        ]
      }
    tags:
      Name: Models of vision
    unmanaged:
    - lifecycle
  project-workspace:login:
    emailDomain: example.com
    dex:
      namespace: login
      key: dex.yaml
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
  # Takes over what exists, and protects it. Remove it when 'pulumi up' has run.
  project-workspace:adopt: true
"""


@pytest.fixture(autouse=True)
def zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspacectl.adopt.node_groups._zones", lambda subnets, aws, region: ["a", "c"])


def group(**changes: Any) -> FoundGroup:
    return _described({**GROUP, **changes}, "gpu", clients(AwsSettings(), "ap-northeast-2"), "ap-northeast-2")


def found(**changes: Any) -> Found:
    bucket = FoundBucket(
        name="s3-of-before",
        settings={
            "versioning": False,
            "policy": json.dumps(POLICY, indent=2),
            "tags": {"Name": "Models of vision"},
            "unmanaged": ["lifecycle"],
        },
        notes=[
            "The bucket's lifecycle rules stay as they are: archive.",
            "It also has CORS rules, which this program leaves alone.",
        ],
    )
    everything = Found(
        bucket=bucket,
        groups=[group(nodegroupName="ng-of-somebody")],
        profile={
            "metadata": {"name": "aic-ns-old"},
            "spec": {
                "owner": {"kind": "User", "name": "vision@example.com"},
                "resourceQuotaSpec": {"hard": {"requests.nvidia.com/gpu": 2}},
            },
        },
        dex=FoundDex(place=DexOptions(namespace="login", key="dex.yaml"), user=user(HASH)),
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
        members=[FoundMember("alice@example.com", "edit"), FoundMember("Bob@example.com", "view", "it is not")],
        runai=FoundRunai("speech", "without-workloads", ["CORP\\carol"]),
        limit_ranges=["by-hand", "runai-limit-range"],
        claims=["data", "research-workspace"],
    )
    return replace(everything, **changes)


def user(hash_: str) -> Entry:
    return Entry(email="vision@example.com", hash=hash_, username="vision", user_id='"1"')


NO_USER = FoundDex(place=DexOptions(), user=None)
NOTHING = Found(bucket=None, profile=None, dex=NO_USER, workspace=None, account=None)


def text_of(what: Found, question: Question = QUESTION) -> str:
    settings = stack_file_text.settings_of(question, what)
    validate(WORKSPACE, settings, question.region, {})
    text = stack_file_text.text_of(question, what, settings)
    keys = {key.removeprefix("project-workspace:") for key in yaml.safe_load(text)["config"]}
    assert keys == {"aws:region", *settings}
    return text


def test_a_workspace_with_names_of_its_own_is_described_as_it_is() -> None:
    assert text_of(found()) == EXPECTED


def test_a_workspace_with_the_runbooks_names_needs_no_overrides() -> None:
    text = text_of(
        found(
            bucket=FoundBucket(name="s3-an2-meerkat-dev-demo", settings={"unmanaged": ["lifecycle"]}),
            dex=NO_USER,
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
    assert not {"names", "tags", "login", "quota"} & {key.partition(":")[2] for key in config}


def test_a_namespace_without_a_profile_is_described_as_one_that_stays() -> None:
    members = [FoundMember("alice@example.com", "view")]
    for name in ("aic-ns-demo-ws", "team-vision"):
        text = text_of(replace(NOTHING, namespace=name, members=members))
        config = {key.partition(":")[2]: value for key, value in yaml.safe_load(text)["config"].items()}
        assert config["namespace"] == {"kind": "existing"}
        assert config["names"] == {"namespace": name}, "named, even as the program would name it"
        assert config["kubeflow"] == {"contributors": True}
        assert "  # No Profile has made it: it stays whoever's it is" in text
    alone = yaml.safe_load(text_of(replace(NOTHING, namespace="team-vision")))["config"]
    assert "project-workspace:kubeflow" not in alone


def test_the_role_that_pods_have_is_said_and_left_as_it_is() -> None:
    role = FoundRole("arn:aws:iam::123456789012:role/by-hand", "irsa")
    text = text_of(found(role=role))
    lines = [line.removeprefix("  # ") for line in text.splitlines() if line.startswith("  # ")]
    assert role.note in " ".join(lines)
    assert yaml.safe_load(text) == yaml.safe_load(EXPECTED)


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
    text = text_of(found(dex=FoundDex(place=DexOptions(), user=user(hash_))))
    assert said in " ".join(line.strip().removeprefix("# ") for line in text.splitlines())
    assert "$2" not in text


def test_where_dex_was_not_found_the_file_says_how_it_is_named() -> None:
    text = " ".join(line.strip().removeprefix("# ") for line in text_of(found(dex=None)).splitlines())
    assert "have this file written again with --dex-namespace, --dex-config-map and --dex-key" in text


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
        validate(WORKSPACE, settings, question.region, {})
