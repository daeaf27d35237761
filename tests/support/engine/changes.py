"""The changes of settings that happen in place, and what the engine does for each.

Owns: these tables and the short names of types. Does not own what replaces or is refused (`replacements.py`), or how a
change is made (`changing.py`). Each inner list is one `up` of changes whose operations do not overlap, so that what
each does can be told from the others.
"""

from __future__ import annotations

import json
from typing import Any

import bcrypt

from local.checkout import CHECKOUT
from tests.support.engine.changing import Change, Operations, Secret, address, copy_of
from tests.support.engine.installation import CONSUMER, LOG_BUCKET, OTHER_DEX
from tests.support.engine.workspaces import NODE_GROUPS

AUTHORIZATION = "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ACCOUNT = "pulumi-python:dynamic/conductor:Account"
BUCKET = "aws:s3/bucket:Bucket"
CLUSTER_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
CONDUCTOR_WORKSPACE = "pulumi-python:dynamic/conductor:Workspace"
DASHBOARD = "pulumi-python:dynamic/grafana:Dashboard"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
EDITOR_ROLE = "pulumi-python:dynamic/kubeflow:EditorRole"
GATE = "pulumi-python:dynamic/kubeflow:NamespaceGate"
GENERATED_PASSWORD = "random:index/randomPassword:RandomPassword"
GENERATION = "pulumi-python:dynamic/eks:NodeGroupGeneration"
GRANT = "pulumi-python:dynamic/iam:PolicyGrant"
GUARD = "pulumi-python:dynamic/lifecycle:TeardownGuard"
INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy"
LOOK = "pulumi-python:dynamic/lifecycle:CollisionCheck"
LIMIT_RANGE = "kubernetes:core/v1:LimitRange"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
MANAGED_NODE_GROUP = "eks:index:ManagedNodeGroup"
MEMBERSHIP = "pulumi-python:dynamic/conductor:Membership"
VOLUME_CHECK = "pulumi-python:dynamic/volumes:VolumeCheck"
WORKSPACE_GUARD = "pulumi-python:dynamic/conductor:WorkspaceGuard"
NAMESPACE_GUARD = "pulumi-python:dynamic/kubeflow:NamespaceGuard"
NAMESPACE_MARKS = "pulumi-python:dynamic/kubeflow:NamespaceMetadata"
NAMESPACE_QUOTA = "pulumi-python:dynamic/kubeflow:NamespaceQuota"
NAMESPACE_LABELS = "pulumi-python:dynamic/namespaces:NamespaceLabels"
PLAIN = "kubernetes:core/v1:Namespace"
QUOTA = "kubernetes:core/v1:ResourceQuota"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
OWN_ROLE = "project-workspace:iam:WorkspaceRole"
POD_IDENTITY = "project-workspace:iam:PodIdentity"
PREREQUISITES = "pulumi-python:dynamic/runai:Prerequisites"
PROFILE = "kubernetes:kubeflow.org/v1:Profile"
QUEUE_LABEL = "pulumi-python:dynamic/runai:QueueLabel"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
RUNAI = "project-workspace:runai:RunaiProject"
SHARED_SUBJECTS = "pulumi-python:dynamic/runai:SharedSubjects"
TAG = "aws:autoscaling/tag:Tag"
TENANCY = "project-workspace:tenancy:Tenancy"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
USER = "pulumi-python:dynamic/dex:User"
USER_OBJECT = "pulumi-python:dynamic/dex:PasswordObject"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

WITH_THE_BUCKET = {
    BUCKET,
    BUCKET_POLICY,
    ENCRYPTION,
    LIFECYCLE,
    VERSIONING,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
}
START: dict[str, Any] = {
    "nodeGroups": [{**NODE_GROUPS[0], "desired": 1}, NODE_GROUPS[1]],
    "grafana": {"url": "${GRAFANA_URL}", "folder": "monitoring"},
    "conductor": {"url": "${AIC_FRONTEND_URL}"},
}
STATEMENT = {
    "Sid": "Partner",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::s3-an2-meerkat-dev-changes/*",
}
KMS_KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"


def update(*types: str) -> Operations:
    return {("update", type_) for type_ in types}


def replace(*types: str) -> Operations:
    return {("replace", type_) for type_ in types}


def create(*types: str) -> Operations:
    return {("create", type_) for type_ in types}


def delete(*types: str) -> Operations:
    return {("delete", type_) for type_ in types}


IN_PLACE: list[list[Change]] = [
    [
        Change(
            to={"quota": {"cpu": "8", "pods": "1000"}},
            does=update(PROFILE, NAMESPACE_QUOTA) | create(TENANCY, LIMIT_RANGE),
        ),
        Change(
            to={"members": [{}], "members[0].email": "alice@example.com"},
            does=create(BINDING, AUTHORIZATION),
        ),
        Change(to={"network.isolated": True}, does=create(NETWORK_POLICY)),
        Change(
            to={"runai.project": "changes"},
            does=create(RUNAI, PREREQUISITES, QUEUE_LABEL) | update(NAMESPACE_MARKS),
        ),
        Change(to={"storage.expireOldVersionsDays": 30}, does=update(LIFECYCLE)),
        Change(to={"storage.policy": json.dumps({"Statement": [STATEMENT]})}, does=update(BUCKET_POLICY)),
        Change(to={"access.leaseNamespace": "default"}, does=update(GRANT)),
        Change(to={"nodeGroups[0].max": 5, "nodeGroups[0].min": 1}, does=update(NODE_GROUP)),
        Change(to={"conductor.dashboardHash": "fef30w4jaxla8"}, does=update(CONDUCTOR_WORKSPACE)),
        Change(
            to={
                "conductor.members": [{}],
                "conductor.members[0].loginId": lambda platform: platform.credentials.conductor_user,
            },
            does=create(MEMBERSHIP),
        ),
        Change(to={"adopt": True}, does=set()),
        Change(to={"protect": True}, does=set()),  # the state alone knows
        Change(to={"storage.retain": True}, does=update(GUARD, LOOK)),
    ],
    [
        Change(to={"quota": {"cpu": "16", "requests.nvidia.com/gpu": "1"}}, does=update(PROFILE, NAMESPACE_QUOTA)),
        Change(
            to={"runai.executors": ["alice@example.com"], "runai.viewers": ["bob@example.com"]},
            does=create(BINDING, CLUSTER_BINDING) | update(PREREQUISITES),
        ),
        Change(to={"namespace.labels": {"team": "vision"}}, does=create(NAMESPACE_LABELS) | update(NAMESPACE_MARKS)),
        Change(to={"storage.versioning": False}, does=update(VERSIONING)),
        Change(to={"storage.accessLogging.bucket": LOG_BUCKET}, does=create(LOGGING)),
        Change(to={"storage.tags": {"Name": "vision"}}, does=update(BUCKET)),
        Change(to={"storage.unmanaged": ["lifecycle"]}, does=delete(LIFECYCLE)),
        Change(to={"nodeGroups[0].tags": {"Name": "vision"}}, does=update(NODE_GROUP)),
        Change(to={"nodeGroups[0].desired": 2}, does=set()),  # the autoscaler's
        Change(
            to={"nodeGroups[0].vcpu": 2, "nodeGroups[0].ramGb": 8, "nodeGroups[0].gpu": 1},
            does=update(CONDUCTOR_WORKSPACE),
        ),
        Change(to={"conductor.members[0].role": "MANAGER"}, does=update(MEMBERSHIP)),
        Change(
            to={
                "network.platformNamespaces": ["istio-system", "kubeflow"],
                "network.allow": [{}],
                "network.allow[0].namespace": "gateway",
                "network.allow[0].ports": [8080],
            },
            does=update(NETWORK_POLICY),
        ),
        Change(to={"grafana.folder": None}, does=update(DASHBOARD)),
        Change(to={"adopt": None}, does=set()),
        Change(to={"protect": None}, does=set()),
        Change(to={"storage.retain": False}, does=update(GUARD, LOOK)),
    ],
    [
        Change(
            to={"quota": {"cpu": "16000m", "requests.nvidia.com/gpu": "1.0"}}, does=set()
        ),  # the same in other words
        Change(to={"containerDefaults.requests": {"cpu": "50m"}}, does=update(LIMIT_RANGE)),
        Change(
            to={"runai.template": "without-workloads", "runai.takeOver": True},
            does=create(BINDING) | update(PREREQUISITES),
        ),
        Change(
            to={"network.allow[0].namespace": None, "network.allow[0].cidr": "10.20.0.0/16"},
            does=update(NETWORK_POLICY),
        ),
        Change(to={"members[0].login": True}, does=create("project-workspace:dex:Login", GENERATED_PASSWORD, USER)),
        Change(
            to={
                "kubeflow.userIdHeader": "x-user",
                "kubeflow.userIdPrefix": "accounts.google.com:",
                "kubeflow.gatewayPrincipals": ["cluster.local/ns/istio-system/sa/gateway"],
            },
            does=update(AUTHORIZATION),
        ),
        Change(to={"nodeGroups[0].labels": {"team": "vision"}}, does=update(NODE_GROUP) | create(TAG)),
        Change(to={"grafana.url": address("GRAFANA_URL")}, does=update(DASHBOARD)),
        Change(
            to={
                "conductor.profile": copy_of(
                    CHECKOUT / "components/project_workspace/conductor/profiles/ai-conductor-2.1.json"
                )
            },
            does=update(CONDUCTOR_WORKSPACE, ACCOUNT, MEMBERSHIP, WORKSPACE_GUARD, GUARD),
        ),
        Change(to={"storage.kmsKeyArn": KMS_KEY}, does=update(ENCRYPTION)),
        Change(to={"storage.unmanaged": []}, does=create(LIFECYCLE)),
        Change(to={"storage.accessLogging.prefix": "s3/changes/"}, does=update(LOGGING)),
    ],
    [
        Change(
            to={
                "nodeGroups[0].taints": [{}],
                "nodeGroups[0].taints[0].key": "team",
                "nodeGroups[0].taints[0].value": "vision",
                "nodeGroups[0].taints[0].effect": "NoExecute",
            },
            does=update(NODE_GROUP) | create(TAG),
        ),
        Change(
            to={"runai.bindings": "shared"},
            does=create(SHARED_SUBJECTS) | delete(BINDING, CLUSTER_BINDING) | update(PREREQUISITES),
        ),
        Change(
            to={"quota": None, "containerDefaults.limits": {"memory": "2Gi"}},
            does=update(PROFILE, NAMESPACE_QUOTA, LIMIT_RANGE),
        ),
        Change(
            to={"conductor.url": address("AIC_FRONTEND_URL")},
            does=update(CONDUCTOR_WORKSPACE, ACCOUNT, MEMBERSHIP, WORKSPACE_GUARD, GUARD),
        ),
        Change(
            to={"access.mode": "bucket-policy", "access.principals": [CONSUMER]},
            does=update(BUCKET_POLICY) | delete("project-workspace:iam:SharedPolicyAccess", GRANT),
        ),
    ],
    [
        Change(
            to={"nodeGroups[0].taints[0].value": None, "nodeGroups[0].taints[0].effect": "NoSchedule"},
            does=update(NODE_GROUP, TAG),
        ),
        Change(to={"login.dex.deployment": OTHER_DEX}, does=update(USER)),
        Change(to={"runai.queueLabel": "run.ai/queue"}, does=update(PREREQUISITES, QUEUE_LABEL, NAMESPACE_MARKS)),
        Change(
            to={
                "containerDefaults.requests": None,
                "containerDefaults.limits": None,
                "containerDefaults.enabled": False,
            },
            does=delete(LIMIT_RANGE),
        ),
    ],
    [
        Change(to={"nodeGroups[0].taints": []}, does=update(NODE_GROUP) | delete(TAG)),
        Change(
            to={"access.mode": "workspace-role"},
            does=update(LOOK) | create(OWN_ROLE, POD_IDENTITY, ROLE, INLINE_POLICY, ASSOCIATION),
        ),
    ],
    [
        Change(
            to={
                "nodeGroups[0].disk.sizeGib": 100,
                "nodeGroups[0].disk.iops": 4000,
                "nodeGroups[0].disk.throughput": 250,
                "nodeGroups[0].metadataHopLimit": 2,
            },
            does=update(TEMPLATE, NODE_GROUP, TAG),
        ),
        Change(
            to={"access.assumedBy": "irsa"},
            does=update(LOOK, ROLE, PROFILE) | create(EDITOR_ROLE) | delete(POD_IDENTITY, ASSOCIATION),
        ),
        Change(to={"deleteData": True}, does=update(BUCKET, GUARD, GATE, NAMESPACE_GUARD)),
    ],
    [Change(to={"tags": {"team": "vision"}}, does=update(BUCKET, ROLE, TEMPLATE, NODE_GROUP))],
]

PARTS_LEFT_OUT: list[list[Change]] = [
    [
        Change(
            to={"nodeGroups[0]": None},
            does=update(CONDUCTOR_WORKSPACE, DASHBOARD, LOOK)
            | delete(MANAGED_NODE_GROUP, NODE_GROUP, TEMPLATE, GENERATION, TAG),
        ),
        Change(to={"storage.accessLogging": None}, does=delete(LOGGING)),
        Change(
            to={"runai": None},
            does=delete(RUNAI, PREREQUISITES, QUEUE_LABEL, SHARED_SUBJECTS, BINDING) | update(NAMESPACE_MARKS),
        ),
    ],
    [
        Change(
            to={"conductor": None},
            does=update(GUARD)
            | delete(WORKSPACE_GUARD, MEMBERSHIP, ACCOUNT, CONDUCTOR_WORKSPACE)
            | delete("project-workspace:conductor:Conductor"),
        ),
        Change(to={"grafana": None}, does=delete("project-workspace:grafana:Dashboard", DASHBOARD)),
        Change(
            to={"members": None},
            does=delete(BINDING, AUTHORIZATION, "project-workspace:dex:Login", GENERATED_PASSWORD, USER),
        ),
    ],
]
"""After those that change in place."""


GIVEN, HASHED = "another-Kubeflow-password", "a-password-known-by-its-hash"
HASH = bcrypt.hashpw(HASHED.encode(), bcrypt.gensalt(10)).decode()

LOGIN: list[tuple[Change, str | None]] = [
    (
        Change(to={"login.passwordRotation": "2"}, does=replace(GENERATED_PASSWORD) | update(USER)),
        None,
    ),
    (
        Change(
            to={"login.passwordRotation": None, "login.password": Secret(GIVEN)},
            does=update(USER) | delete(GENERATED_PASSWORD),
        ),
        GIVEN,
    ),
    (
        Change(to={"login.password": None, "login.passwordHash": Secret(HASH)}, does=update(USER)),
        HASHED,
    ),
    (
        Change(to={"login.passwordHash": None}, does=update(USER) | create(GENERATED_PASSWORD)),
        None,
    ),
    (
        Change(to={"login.enabled": False}, does=delete("project-workspace:dex:Login", USER, GENERATED_PASSWORD)),
        "",
    ),
]
"""Each a step of its own, with the password that opens the login after it: None for the generated one, "" for none."""

TO_OBJECTS = Change(to={"login.dex.storedIn": "password-object"}, does=create(USER_OBJECT) | delete(USER))
FROM_OBJECTS = Change(to={"login.dex.storedIn": "config-map"}, does=create(USER) | delete(USER_OBJECT))
"""Of every login, members' too; the password stays."""

SYSTEM_ACCOUNT = Change(to={"conductor.systemAccountPassword": Secret("another-edge-password")}, does=update(ACCOUNT))
