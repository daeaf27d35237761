"""A workspace made by the runbook (docs/facts/runbook.md): its own commands, its clicks, what eksctl would make.

Owns: the steps of sections 2-1 to 2-4. Does not own the commands of 2-1 for namespace, user and policies: they are
those of `bench.runbook`, letter for letter, run with kubectl, yq v4 and the aws CLI; jq, which no registry has, is yq
here. The clicks in AI Conductor and Grafana are their HTTP calls. eksctl itself cannot be had; what it makes
(docs/facts/eks-node-groups.md, "What eksctl makes") is made by the same AWS calls: a launch template, a role and a
group, with tags.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
import httpx

from bench.runbook import NAMESPACE_AND_USER, POLICIES, POLICY
from local import toolchain
from local.aws.seed import CLUSTER, REGION
from local.kube.objects import Objects
from local.kube.seed import DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.options import DEFAULT_PROFILE
from project_workspace.conductor.profile import load_profile
from project_workspace.conductor.records import AccountContent, Spec, WorkspaceContent
from project_workspace.iam.policy_document import MAX_VERSIONS
from project_workspace.runai.bindings import SHARED_INDEX, SHARED_VIEWERS, template_bindings
from project_workspace.runai.template import WITHOUT_WORKLOADS
from tests.support.engine.installation import client
from tests.support.real_cluster import eventually

ACCOUNT = "123456789012"
"""The AWS account that moto stands for."""
PASSWORD = "chosen-by-a-person-4711"
DASHBOARD = "d4f7k2m9q1x0z"
ADD_TO_THE_POLICY = (
    "policy_version_id=$(aws iam get-policy --policy-arn arn:aws:iam::${AWS_ACCOUNT_ID}:policy/${POLICY_UPDATE_NAME} "
    "| yq -p json '.Policy.DefaultVersionId'); "
    "aws iam get-policy-version --policy-arn arn:aws:iam::${AWS_ACCOUNT_ID}:policy/${POLICY_UPDATE_NAME} "
    "--version-id ${policy_version_id} | yq -p json -o json '.PolicyVersion.Document' > ${POLICY_UPDATE_NAME}.yaml",
    *POLICY,
    "aws iam create-policy-version --policy-arn arn:aws:iam::${AWS_ACCOUNT_ID}:policy/${POLICY_UPDATE_NAME} "
    "--set-as-default --policy-document file://${POLICY_UPDATE_NAME}.yaml",
)
CONTRIBUTOR = "carol@example.com"
RUNAI_PROJECT, EXECUTOR = "gpus", "CORP\\carol"
QUOTA = {"cpu": "16", "pods": "100"}
"""What an administrator has edited into the Profile."""
LIFECYCLE_RULES: list[dict[str, Any]] = [
    {
        "ID": "archive",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "models/", "Tags": [{"Key": "keep", "Value": "long"}]}},
        "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
    },
    {"ID": "tmp", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 7}},
]
POLICY_OF_OTHERS = {"Version": "2008-10-17", "Id": "partners"}
CALLS_ABOUT_A_BUCKET = (
    "get_bucket_accelerate_configuration",
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_logging",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_replication",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_bucket_website",
    "get_object_lock_configuration",
    "get_public_access_block",
)
NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
    "AmazonEKS_CNI_Policy",
)


@dataclass(frozen=True)
class ByHand:
    """What was made, as far as a test asks."""

    project: str
    email: str
    bucket: str
    group: str
    role: str
    template: str
    scaling_group: str
    subnets: list[str]


@contextmanager
def made_by_hand(platform: Platform, project: str, folder: Path) -> Generator[ByHand]:
    """The workspace; afterwards what eksctl's stack would take away is gone, and dex's text is as it was."""
    objects = Objects.connect(platform.kubeconfig)
    config_map = objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE) or {}
    bucket = f"s3-an2-meerkat-dev-{project}"
    _infrastructure(platform, project, bucket, folder)
    _limits(objects, f"aic-ns-{project}-ws")
    _contributor(objects, f"aic-ns-{project}-ws")
    _runai(objects, f"aic-ns-{project}-ws")
    _bucket(platform, bucket)
    made = _node_group(platform, project, bucket)
    _dashboard(platform, project)
    _workspace_and_account(platform, project, bucket)
    yield made
    _take_the_rest_away(platform, made)
    kept = {
        key: value for key, value in config_map["metadata"].items() if key not in ("resourceVersion", "managedFields")
    }
    objects.replace({**config_map, "metadata": kept})


def _infrastructure(platform: Platform, project: str, bucket: str, folder: Path) -> None:
    """Section 2-1: Profile, user, and the bucket's entries in the two policies."""
    tools = toolchain.ensure(("kubectl", "yq"))
    given = platform.complete_environment()
    folders = [*(str(tool.parent) for tool in tools.values()), str(Path(sys.executable).parent), given["PATH"]]
    environment = {
        **given,
        "PATH": ":".join(folders),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCOUNT_ID": ACCOUNT,
        "PROJECT_KUBEFLOW_NAMESPACE_NAME": f"aic-ns-{project}-ws",
        "PROJECT_KUBEFLOW_USER_NAME": f"aic-user-{project}-ws",
        # The runbook's fixed hash, but of a password that the test knows.
        "PROJECT_KUBEFLOW_USER_PASSWD": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(10)).decode(),
        "PROJECT_KUBEFLOW_USER_UNIQUE_ID": "20261123000000",
        "PROJECT_S3_BUCKET_NAME": bucket,
    }
    for command in NAMESPACE_AND_USER:
        _bash(command, environment, folder)
    for policy in POLICIES:
        _make_room(platform, policy)
        for command in ADD_TO_THE_POLICY:
            _bash(command, {**environment, "POLICY_UPDATE_NAME": policy}, folder)


def _limits(objects: Objects, profile: str) -> None:
    """What `kubectl edit` would do: the runbook sets no quota."""
    named = {"apiVersion": "kubeflow.org/v1", "kind": "Profile", "metadata": {"name": profile}}
    objects.apply({**named, "spec": {"resourceQuotaSpec": {"hard": QUOTA}}}, "kubectl-edit")


def _contributor(objects: Objects, namespace: str) -> None:
    """What Kubeflow makes when the owner adds somebody under "Manage Contributors"."""
    rbac = "rbac.authorization.k8s.io"
    metadata = {
        "name": f"user-{CONTRIBUTOR.replace('@', '-').replace('.', '-')}-clusterrole-edit",
        "namespace": namespace,
        "annotations": {"user": CONTRIBUTOR, "role": "edit"},
    }
    binding = {
        "apiVersion": f"{rbac}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "kubeflow-edit"},
        "subjects": [{"kind": "User", "name": CONTRIBUTOR}],
    }
    principals = [
        "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
        "cluster.local/ns/kubeflow/sa/ml-pipeline-ui",
    ]
    rule = {
        "from": [{"source": {"principals": principals}}],
        "when": [{"key": "request.headers[kubeflow-userid]", "values": [CONTRIBUTOR]}],
    }
    policy = {
        "apiVersion": "security.istio.io/v1beta1",
        "kind": "AuthorizationPolicy",
        "metadata": metadata,
        "spec": {"rules": [rule]},
    }
    eventually(f"there is {namespace}", lambda: objects.get("v1", "Namespace", namespace) is not None)
    for made in (binding, policy):
        objects.create(made, "kfam")


def _runai(objects: Objects, namespace: str) -> None:
    """Run:ai's "Manually Create Projects": the label, the template of the day, and one executor in the three lists."""
    target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    objects.merge(target, {"metadata": {"labels": {"runai/queue": RUNAI_PROJECT}}})
    for binding in template_bindings(namespace, WITHOUT_WORKLOADS, {}).values():
        objects.create({**binding, "subjects": binding.get("subjects", [])}, "kubectl-client-side-apply")
    person = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": EXECUTOR}
    lists = (("", SHARED_VIEWERS), (namespace, "runai-job-executor-manual"), ("runai", SHARED_INDEX))
    for place, name in lists:
        metadata = {"name": name, **({"namespace": place} if place else {})}
        kind = "RoleBinding" if place else "ClusterRoleBinding"
        body = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata}
        objects.merge(body, {"subjects": [person]})


def _make_room(platform: Platform, policy: str) -> None:
    """Delete the oldest version when IAM's five are full, as whoever follows the runbook is then told to."""
    iam, arn = client(platform, "iam"), f"arn:aws:iam::{ACCOUNT}:policy/{policy}"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    others = [int(each["VersionId"][1:]) for each in versions if not each["IsDefaultVersion"]]
    if len(others) == MAX_VERSIONS - 1:
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{min(others)}")


def _bash(command: str, environment: Mapping[str, str], folder: Path) -> None:
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"


def _bucket(platform: Platform, bucket: str) -> None:
    """Section 2-1, "Create S3 Bucket", in the console: with what S3 gives every new bucket, and moto does not."""
    s3 = client(platform, "s3")
    where = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True)
    every = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(every, True))
    owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=owned)
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=bucket, Key="models/model.bin", Body=b"precious")
    _others_in_the_bucket(s3, bucket)


def _others_in_the_bucket(s3: Any, bucket: str) -> None:
    """What people set on a bucket over the years: its versions are kept because of the lock."""
    tags = {"team": "vision", "Name": "models of vision"}
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": LIFECYCLE_RULES})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**POLICY_OF_OTHERS, "Statement": [partner(bucket)]}))
    cors = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://app.example.com"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [cors]})
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    queue = {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:models", "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [queue]})
    s3.create_bucket(Bucket=_copy(bucket), CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=_copy(bucket), VersioningConfiguration={"Status": "Enabled"})
    copied = {
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": "models/"},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{_copy(bucket)}"},
    }
    role = f"arn:aws:iam::{ACCOUNT}:role/replication"
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration={"Role": role, "Rules": [copied]})


def partner(bucket: str) -> dict[str, Any]:
    """The statement by which another account reads the models."""
    return {
        "Sid": "Partner",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": ["s3:GetObject", "s3:GetObjectVersion"],
        "Resource": f"arn:aws:s3:::{bucket}/models/*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/project": "vision"}},
    }


def _copy(bucket: str) -> str:
    return f"{bucket}-copy"


def documents_of(platform: Platform, bucket: str) -> dict[str, Any]:
    """Everything that S3 says of a bucket, call by call, whole."""
    s3, found = client(platform, "s3"), dict[str, Any]()
    for call in CALLS_ABOUT_A_BUCKET:
        try:
            answer = getattr(s3, call)(Bucket=bucket)
        except s3.exceptions.ClientError as error:
            answer = {"error": error.response["Error"]["Code"]}
        found[call] = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    found["get_bucket_policy"] = json.loads(found["get_bucket_policy"]["Policy"])
    return found


def _node_group(platform: Platform, project: str, bucket: str) -> ByHand:
    """Section 2-1, "Nodegroup Creation": what eksctl makes, with an AMI that EKS still has for 1.33."""
    ec2, iam, eks = (client(platform, service) for service in ("ec2", "iam", "eks"))
    name = f"ng-an2-aicond-{project}-ws-standard"
    stack = f"eksctl-{CLUSTER}-nodegroup-{name}"
    own = {"alpha.eksctl.io/nodegroup-name": name, "alpha.eksctl.io/nodegroup-type": "managed"}
    labels = {"aic-role": f"{project}-ws-standard", "alpha.eksctl.io/cluster-name": CLUSTER}
    labels["alpha.eksctl.io/nodegroup-name"] = name
    role = iam.create_role(RoleName=f"eksctl-{name[:30]}-NodeInstanceRole-1A2B3C", AssumeRolePolicyDocument=_trust())
    for policy in NODE_POLICIES:
        iam.attach_role_policy(RoleName=role["Role"]["RoleName"], PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    template = ec2.create_launch_template(LaunchTemplateName=stack, LaunchTemplateData=_template(name))
    group = eks.create_nodegroup(
        clusterName=CLUSTER,
        nodegroupName=name,
        nodeRole=role["Role"]["Arn"],
        instanceTypes=["m5.xlarge"],
        amiType="AL2023_x86_64_STANDARD",
        scalingConfig={"minSize": 0, "desiredSize": 1, "maxSize": 3},
        subnets=_private_subnets(ec2),
        labels=labels,
        launchTemplate={"id": template["LaunchTemplate"]["LaunchTemplateId"], "version": "1"},
        tags=own,
    )["nodegroup"]
    scaling_group = group["resources"]["autoScalingGroups"][0]["name"]
    tags = {**{f"k8s.io/cluster-autoscaler/node-template/label/{k}": v for k, v in labels.items()}, **own}
    client(platform, "autoscaling").create_or_update_tags(
        Tags=[
            {
                "ResourceId": scaling_group,
                "ResourceType": "auto-scaling-group",
                "Key": key,
                "Value": value,
                "PropagateAtLaunch": False,
            }
            for key, value in tags.items()
        ]
    )
    return ByHand(
        project=project,
        email=f"aic-user-{project}-ws@aic.com",
        bucket=bucket,
        group=name,
        role=role["Role"]["RoleName"],
        template=template["LaunchTemplate"]["LaunchTemplateId"],
        scaling_group=scaling_group,
        subnets=sorted(group["subnets"]),
    )


def _trust() -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _template(group: str) -> dict[str, Any]:
    # EC2 deletes an AMI's own disk by itself, moto only when told.
    disk = {"VolumeSize": 50, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125, "DeleteOnTermination": True}
    name = [{"Key": "Name", "Value": f"{CLUSTER}-{group}-Node"}]
    return {
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": disk}],
        "MetadataOptions": {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2},
        "TagSpecifications": [{"ResourceType": kind, "Tags": name} for kind in ("instance", "volume")],
    }


def _private_subnets(ec2: Any) -> list[str]:
    filters = [
        {"Name": "tag:kubernetes.io/role/internal-elb", "Values": ["1"]},
        {"Name": "availability-zone", "Values": [f"{REGION}a", f"{REGION}c"]},
    ]
    return [subnet["SubnetId"] for subnet in ec2.describe_subnets(Filters=filters)["Subnets"]]


def _dashboard(platform: Platform, project: str) -> None:
    """Section 2-2: a dashboard that a person has imported."""
    model = {"uid": DASHBOARD, "title": f"Dashboard of {project}", "panels": []}
    httpx.post(
        f"{platform.url('grafana')}/api/dashboards/db",
        json={"dashboard": model, "folderUid": "monitoring", "overwrite": False},
        headers={"Authorization": f"Bearer {platform.credentials.grafana_token}"},
        trust_env=False,
    ).raise_for_status()


def _workspace_and_account(platform: Platform, project: str, bucket: str) -> None:
    """Sections 2-3 and 2-4, clicked by the administrator."""
    admin = platform.credentials
    conductor = Conductor(
        platform.url("ai-conductor"),
        lambda: (admin.conductor_user, admin.conductor_password),
        load_profile(DEFAULT_PROFILE),
    )
    specs = [Spec("standard", 4, 16, 0)]
    workspace = conductor.create_workspace(f"{project}-ws", WorkspaceContent.of(bucket, DASHBOARD, specs))
    person = AccountContent(f"{project} edge", "DEVELOPER", f"{project}@example.com", "Example", "Vision")
    account = conductor.create_account(f"{project}-edge", f"{project}-edge@com", person)
    conductor.add_member(workspace.id, account.id, "MANAGER")


def _take_the_rest_away(platform: Platform, made: ByHand) -> None:
    iam = client(platform, "iam")
    for policy in NODE_POLICIES:
        iam.detach_role_policy(RoleName=made.role, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.delete_role(RoleName=made.role)
    client(platform, "ec2").delete_launch_template(LaunchTemplateId=made.template)
    client(platform, "s3").delete_bucket(Bucket=_copy(made.bucket))
