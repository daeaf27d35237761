"""Adoption: an existing workspace is refused, described, shown, and taken over without an interruption."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from ruamel.yaml import YAML

from local import inventory
from local.aws.seed import CLUSTER, REGION
from local.checkout import CHECKOUT
from local.dex.login import login
from local.kube.objects import Objects
from local.platform import Platform
from local.processes import PlatformError
from tests.support.engine.by_hand import (
    CONTRIBUTOR,
    DASHBOARD,
    EXECUTOR,
    PASSWORD,
    POLICY_OF_OTHERS,
    QUOTA,
    RUNAI_PROJECT,
    ByHand,
    documents_of,
    made_by_hand,
    partner,
)
from tests.support.engine.installation import client
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official]

PROJECT = "handmade"
GROUP = f"ng-an2-aicond-{PROJECT}-ws-standard"
ITS_LABELS = {"alpha.eksctl.io/cluster-name": CLUSTER, "alpha.eksctl.io/nodegroup-name": GROUP}
SEEN_IN_THE_PREVIEW = (
    f"The namespace 'aic-ns-{PROJECT}-ws'",
    f"The dex user 'aic-user-{PROJECT}-ws@aic.com'",
    f"The S3 bucket 's3-an2-meerkat-dev-{PROJECT}'",
    f"The node group '{GROUP}' of {CLUSTER}",
)
SEEN_BY_UP = (
    f"The Grafana dashboard '{DASHBOARD}'",
    f"The AI Conductor workspace '{PROJECT}-ws'",
    f"The AI Conductor account '{PROJECT}-edge'",
)
REPORT = """\
LOOK AT THESE FIRST: 'pulumi up' takes this away. Correct the stack's file to keep it (4):
  BucketLifecycleConfiguration handmade: lifecycle rule 'archive' goes: {{"filter": {{"and": {{"prefix": \
"models/", "tags": {{"keep": "long"}}}}}}, "id": "archive", "status": "Enabled", "transitions": [{{"days": 30, \
"storageClass": "GLACIER"}}]}}
  BucketLifecycleConfiguration handmade: lifecycle rule 'tmp' goes: {{"expiration": {{"days": 7}}, "filter": \
{{"prefix": "tmp/"}}, "id": "tmp", "status": "Enabled"}}
  BucketLifecycleConfiguration handmade: lifecycle rule 'expire-old-versions' begins to remove what is in the \
bucket: {{"filter": {{"prefix": ""}}, "id": "expire-old-versions", "noncurrentVersionExpiration": \
{{"noncurrentDays": 90}}, "status": "Enabled"}}
  BucketPolicy handmade: bucket policy's statement 'Partner' goes: {{"Action": ["s3:GetObject", \
"s3:GetObjectVersion"], "Condition": {{"StringEquals": {{"aws:PrincipalTag/project": "vision"}}}}, "Effect": \
"Allow", "Principal": {{"AWS": "arn:aws:iam::210987654321:root"}}, "Resource": \
"arn:aws:s3:::{bucket}/models/*", "Sid": "Partner"}}

Would be adopted by Pulumi's import, and protected (20):
  Tag                                      {scaling_group},{tag}/label/aic-role
  Tag                                      {scaling_group},{tag}/label/alpha.eksctl.io/cluster-name
  Tag                                      {scaling_group},{tag}/label/alpha.eksctl.io/nodegroup-name
  NodeGroup                                {cluster}:{group}
  Bucket                                   {bucket}
  BucketLifecycleConfiguration             {bucket}
  BucketOwnershipControls                  {bucket}
  BucketPolicy                             {bucket}
  BucketPublicAccessBlock                  {bucket}
  BucketServerSideEncryptionConfiguration  {bucket}
  BucketVersioning                         {bucket}
  Profile                                  aic-ns-handmade-ws
  RoleBinding                              aic-ns-handmade-ws/user-carol-example-com-clusterrole-edit
  RoleBinding                              aic-ns-handmade-ws/researcher-service-rw
  RoleBinding                              aic-ns-handmade-ws/runai-admission-controller-project
  RoleBinding                              aic-ns-handmade-ws/runai-job-controller-project
  RoleBinding                              aic-ns-handmade-ws/runai-job-executor-manual
  RoleBinding                              aic-ns-handmade-ws/runai-project-controller-project
  RoleBinding                              aic-ns-handmade-ws/runai-scheduler-rw
  AuthorizationPolicy                      aic-ns-handmade-ws/user-carol-example-com-clusterrole-edit

Would be taken over by 'pulumi up' (11):
  dex user aic-user-handmade-ws@aic.com
      userID: "\\"20261123000000\\"" -> "00aa0d07-9b6f-5b83-9c90-7bbb3af07877"
      Its password stays.
      dex is restarted once.
  entries in policy-s3-aia-an2-meerkat-dev
  entries in policy-s3-kubeflow-an2-meerkat-dev
  Grafana dashboard d4f7k2m9q1x0z
      title: "Dashboard of handmade" -> "Workspace handmade-ws"
      Its content becomes this program's project dashboard; Grafana keeps the old one in its history.
  people in RoleBinding runai-job-executor-manual in namespace aic-ns-handmade-ws
  people in RoleBinding runai-cli-index-map-editor in namespace runai
  people in ClusterRoleBinding runai-job-viewer-manual
  label runai/queue of namespace aic-ns-handmade-ws
  AI Conductor workspace handmade-ws
  AI Conductor account handmade-edge
      display_name: "handmade edge" -> "Edge Conductor of handmade-ws"
      email: "handmade@example.com" -> "handmade-edge@aic.com"
      company: "Example" -> "project-workspace"
      department: "Vision" -> "project-workspace handmade-dev"
      Its password is set to this stack's; whether that is a change cannot be read.
  AI Conductor member handmade-edge

Differs, and would be changed by 'pulumi up' (14):
  AuthorizationPolicy handmade-carol-example-com
      metadata.annotations["project-workspace/pulumi-project"]: absent -> "project-workspace"
      metadata.annotations["project-workspace/pulumi-stack"]: absent -> "handmade-dev"
      metadata.annotations["pulumi.com/patchForce"]: absent -> "true"
  Bucket handmade
      tags.Name: "models of vision" -> absent
      tags["pulumi:project"]: absent -> "project-workspace"
      tags["pulumi:stack"]: absent -> "handmade-dev"
      tags.team: "vision" -> absent
  BucketLifecycleConfiguration handmade
      rules: [{{"filter": {{"and": {{"prefix": "models/", "tags": {{"keep": "long"}}}}}}, "id": "archive", \
"status": "Enabled", "transitions": [{{"days": 30, "storageClass": "GLACIER"}}]}}, {{"expiration": {{"days": \
7}}, "filter": {{"prefix": "tmp/"}}, "id": "tmp", "status": "Enabled"}}] -> \
[{{"abortIncompleteMultipartUpload": {{"daysAfterInitiation": 7}}, "filter": {{"prefix": ""}}, "id": \
"abort-incomplete-uploads", "status": "Enabled"}}, {{"filter": {{"prefix": ""}}, "id": "expire-old-versions", \
"noncurrentVersionExpiration": {{"noncurrentDays": 90}}, "status": "Enabled"}}, {{"expiration": \
{{"expiredObjectDeleteMarker": true}}, "filter": {{"prefix": ""}}, "id": "remove-lonely-delete-markers", \
"status": "Enabled"}}]
  BucketPolicy handmade
      policy.Id: "partners" -> absent
      policy.Statement[0].Action: ["s3:GetObject", "s3:GetObjectVersion"] -> "s3:*"
      policy.Statement[0].Condition.Bool: absent -> {{"aws:SecureTransport": "false"}}
      policy.Statement[0].Condition.StringEquals: {{"aws:PrincipalTag/project": "vision"}} -> absent
      policy.Statement[0].Effect: "Allow" -> "Deny"
      policy.Statement[0].Principal: {{"AWS": "arn:aws:iam::210987654321:root"}} -> "*"
      policy.Statement[0].Resource: "arn:aws:s3:::{bucket}/models/*" -> ["arn:aws:s3:::{bucket}/*", \
"arn:aws:s3:::{bucket}"]
      policy.Statement[0].Sid: "Partner" -> "DenyWithoutTls"
      policy.Version: "2008-10-17" -> "2012-10-17"
  BucketServerSideEncryptionConfiguration handmade
      rules[0].bucketKeyEnabled: true -> false
  NodeGroup handmade-standard
      tags["pulumi:project"]: absent -> "project-workspace"
      tags["pulumi:stack"]: absent -> "handmade-dev"
  Profile handmade
      metadata.annotations["project-workspace/pulumi-project"]: absent -> "project-workspace"
      metadata.annotations["project-workspace/pulumi-stack"]: absent -> "handmade-dev"
      metadata.annotations["pulumi.com/deletionPropagationPolicy"]: absent -> "background"
      metadata.annotations["pulumi.com/patchForce"]: absent -> "true"
      metadata.annotations["pulumi.com/waitFor"]: absent -> "jsonpath={{.metadata.finalizers[0]}}=profile-finalizer"
      spec.resourceQuotaSpec.hard.cpu: "16" -> "8"
      spec.resourceQuotaSpec.hard.pods: "100" -> absent
  RoleBinding handmade-carol-example-com
      metadata.annotations.project-workspace/pulumi-project: absent -> "project-workspace"
      metadata.annotations.project-workspace/pulumi-stack: absent -> "handmade-dev"
      metadata.annotations["pulumi.com/patchForce"]: absent -> "true"
  RoleBinding handmade-researcher-service-rw
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}
  RoleBinding handmade-runai-admission-controller-project
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}
  RoleBinding handmade-runai-job-controller-project
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}
  RoleBinding handmade-runai-job-executor-manual
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}
  RoleBinding handmade-runai-project-controller-project
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}
  RoleBinding handmade-runai-scheduler-rw
      metadata.annotations: absent -> {{"project-workspace/pulumi-project": "project-workspace", \
"project-workspace/pulumi-stack": "handmade-dev", "pulumi.com/patchForce": "true"}}

Does not exist, and would be made by 'pulumi up' (2):
  LimitRange                               handmade
  Tag                                      handmade-standard-resources/ephemeral-storage

"""


@pytest.fixture(scope="module")
def by_hand(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Generator[ByHand]:
    """The workspace as the runbook makes it; the last test takes it away."""
    before = inventory.take(platform)
    with made_by_hand(platform, PROJECT, tmp_path_factory.mktemp("terminal")) as made:
        yield made
    assert inventory.differences(before, inventory.take(platform)) == []


def adopt(demo: Workspace, *arguments: str) -> str:
    """Run one command of the adoption in the workspace's project folder."""
    ended = subprocess.run(
        [sys.executable, "-m", "workspacectl", "adopt", *arguments, "--folder", str(demo.engine.project)],
        cwd=CHECKOUT,
        env=dict(demo.engine.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def described(demo: Workspace, platform: Platform) -> dict[str, Any]:
    """Let the stack file be written from what exists; answers its configuration."""
    file = demo.engine.project / "stacks" / f"Pulumi.{demo.stack}.yaml"
    file.unlink()
    where = {
        "project": PROJECT,
        "environment": "dev",
        "infra": "meerkat",
        "cluster": CLUSTER,
        "conductor-url": platform.url("ai-conductor"),
        "grafana-url": platform.url("grafana"),
        "grafana-folder": "monitoring",
    }
    adopt(demo, "stack-file", *(part for key, value in where.items() for part in (f"--{key}", value)))
    return YAML(typ="safe").load(file.read_text())["config"]


@contextmanager
def logging_in(platform: Platform, email: str) -> Generator[list[bool]]:
    """The user logs in again and again; the list says whether dex accepted, whenever it could be reached."""
    accepted: list[bool] = []
    enough = threading.Event()

    def again() -> None:
        while not enough.wait(0.3):
            try:
                accepted.append(login(platform.issuer, email, PASSWORD).accepted)
            except PlatformError:
                continue  # dex restarts

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield accepted
    finally:
        enough.set()
        thread.join()


def identity(platform: Platform, made: ByHand) -> dict[str, Any]:
    """What would be another one if it had been made again, and what lies in it."""
    group = client(platform, "eks").describe_nodegroup(clusterName=CLUSTER, nodegroupName=made.group)["nodegroup"]
    templates = client(platform, "ec2").describe_launch_templates(LaunchTemplateIds=[made.template])["LaunchTemplates"]
    model = client(platform, "s3").get_object(Bucket=made.bucket, Key="models/model.bin")["Body"].read()
    namespace = Objects.connect(platform.kubeconfig).get("v1", "Namespace", f"aic-ns-{PROJECT}-ws")
    assert namespace is not None
    return {
        "group": [group[key] for key in ("nodegroupArn", "createdAt", "launchTemplate", "nodeRole", "resources")],
        "versions of the launch template": templates[0]["LatestVersionNumber"],
        "model": model,
        "namespace": namespace["metadata"]["uid"],
    }


def with_its_own(was: dict[str, Any], bucket: str) -> dict[str, Any]:
    """What S3 says of the bucket once it is adopted: all that it said before, and what this program adds."""
    deny = {
        "Sid": "DenyWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}/*", f"arn:aws:s3:::{bucket}"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = was["get_bucket_policy"]
    encryption = deepcopy(was["get_bucket_encryption"])
    # Of no effect with S3's own keys.
    encryption["ServerSideEncryptionConfiguration"]["Rules"][0]["BucketKeyEnabled"] = False
    mark = {"pulumi:project": "project-workspace", "pulumi:stack": f"{PROJECT}-dev"}
    tags = [*was["get_bucket_tagging"]["TagSet"], *({"Key": key, "Value": value} for key, value in mark.items())]
    return {
        **was,
        "get_bucket_encryption": encryption,
        "get_bucket_tagging": {"TagSet": sorted(tags, key=lambda tag: tag["Key"])},
        "get_bucket_policy": {**policy, "Statement": [deny, *policy["Statement"]]},
    }


def refusal(demo: Workspace, things: tuple[str, ...]) -> str:
    """What a refused `up` says, once it has named all of these."""
    refused = demo.engine.run("up", "--yes", "--stack", demo.stack)
    said = " ".join(refused.output.split())
    assert refused.code != 0
    because = "exists already, and this stack did not make it. Choose another name"
    assert [thing for thing in things if f"{thing} {because}" not in said] == []
    assert "or set 'adopt: true' to take it over" in said
    return said


def test_what_was_made_by_hand_is_refused_and_nothing_of_it_is_touched(
    platform: Platform, by_hand: ByHand, workspace: Callable[..., Workspace]
) -> None:
    stands = inventory.take(platform)
    demo = workspace(PROJECT, names={"dashboardUid": DASHBOARD})
    said = refusal(demo, SEEN_IN_THE_PREVIEW)
    assert "Previewing update" in said
    assert "Updating" not in said, "refused in the preview already"
    assert inventory.differences(stands, inventory.take(platform)) == []

    others = {"bucket": "s3-another", "namespace": "another-ns", "user": "another-user", "dashboardUid": DASHBOARD}
    demo.write(names=others, nodeGroups=[])
    said = refusal(demo, SEEN_BY_UP)
    assert "(nothing was made)" in said
    assert demo.destroy().code == 0, "the stack's record of its components goes"
    assert inventory.differences(stands, inventory.take(platform)) == []


def test_a_workspace_made_by_hand_is_taken_over_without_an_interruption(
    platform: Platform, by_hand: ByHand, workspace: Callable[..., Workspace]
) -> None:
    was, stands = identity(platform, by_hand), inventory.take(platform)
    bucket_was = documents_of(platform, by_hand.bucket)
    assert [call for call, said in bucket_was.items() if not said or "error" in said] == [
        "get_bucket_accelerate_configuration",
        "get_bucket_logging",
    ], "everything else is there"
    demo = workspace(PROJECT)

    config = described(demo, platform)
    hash_ = config["project-workspace:login"]["passwordHash"]["secure"]
    assert PASSWORD not in hash_
    assert not hash_.startswith("$2")
    assert {key.removeprefix("project-workspace:"): value for key, value in config.items()} == {
        "aws:region": REGION,
        "project": PROJECT,
        "environment": "dev",
        "infra": "meerkat",
        "cluster": CLUSTER,
        "quota": QUOTA,
        "members": [{"email": CONTRIBUTOR, "role": "edit"}],
        "runai": {
            "project": RUNAI_PROJECT,
            "template": "without-workloads",
            "executors": [EXECUTOR],
            "bindings": "shared",
        },
        "storage": {
            "policy": json.dumps({**POLICY_OF_OTHERS, "Statement": [partner(by_hand.bucket)]}, indent=2),
            "tags": {"Name": "models of vision", "team": "vision"},
            "unmanaged": ["lifecycle"],
        },
        "nodeGroups": [
            {
                "spec": "standard",
                "instanceType": "m5.xlarge",
                "min": 0,
                "desired": 1,
                "max": 3,
                "zones": ["a", "c"],
                "amiType": "AL2023_x86_64_STANDARD",
                "capacityType": "on-demand",
                "labels": ITS_LABELS,
                "taints": [],
                "tags": {
                    "alpha.eksctl.io/nodegroup-name": GROUP,
                    "alpha.eksctl.io/nodegroup-type": "managed",
                },
                "disk": {"sizeGib": 50, "iops": 3000, "throughput": 125},
                "existing": {
                    "nodeRole": by_hand.role,
                    "launchTemplate": {"id": by_hand.template, "version": "1"},
                    "subnets": by_hand.subnets,
                },
                "vcpu": 4,
                "ramGb": 16,
                "gpu": 0,
            }
        ],
        "grafana": {"url": platform.url("grafana"), "folder": "monitoring"},
        "conductor": {"url": platform.url("ai-conductor")},
        "names": {"dashboardUid": DASHBOARD},
        "adopt": True,
        "login": {"passwordHash": {"secure": hash_}},
    }

    state = demo.resources()
    kept = {name: config[f"project-workspace:{name}"] for name in ("storage", "quota")}
    demo.write(storage=None, quota={"cpu": "8"})
    shown = adopt(demo, "preview", "--stack", demo.stack)
    tag = "k8s.io/cluster-autoscaler/node-template"
    assert shown == REPORT.format(
        scaling_group=by_hand.scaling_group, tag=tag, cluster=CLUSTER, group=GROUP, bucket=by_hand.bucket
    )
    assert demo.resources() == state
    demo.write(**kept)

    assert adopt(demo, "import", "--stack", demo.stack).count("  adopted  ") == 19
    assert inventory.differences(stands, inventory.take(platform)) == []

    with logging_in(platform, by_hand.email) as accepted:
        demo.up()
    assert len(accepted) > 3
    assert all(accepted)
    assert login(platform.issuer, by_hand.email, PASSWORD).accepted
    assert identity(platform, by_hand) == was
    assert documents_of(platform, by_hand.bucket) == with_its_own(bucket_was, by_hand.bucket)
    assert demo.preview("--expect-no-changes").code == 0
    assert "Nothing to adopt" in adopt(demo, "import", "--stack", demo.stack)

    protected = {found["type"] for found in demo.resources() if found.get("protect")}
    assert {"aws:s3/bucket:Bucket", "aws:eks/nodeGroup:NodeGroup", "kubernetes:kubeflow.org/v1:Profile"} <= protected

    # Day two: `adopt` goes, and with `existing` the nodes become this program's own, made before the old ones go.
    group = {key: value for key, value in config["project-workspace:nodeGroups"][0].items() if key != "existing"}
    demo.write(adopt=None, deleteData=True, nodeGroups=[group])
    made = demo.up()
    assert made.index("aws:eks:NodeGroup handmade-standard created") < made.index("handmade-standard deleted")
    eks = client(platform, "eks")
    assert eks.list_nodegroups(clusterName=CLUSTER)["nodegroups"] == [f"{GROUP}-g2"]
    destroyed = demo.destroy()
    assert destroyed.code == 0, destroyed.output
