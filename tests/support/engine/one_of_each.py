"""One object of each kind that a workspace is made of, and one change of each by hand.

Owns: making them, changing one field of each setting, taking them and the changes of others' objects away again. Does
not own what must be seen of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from local.aws.seed import CLUSTER, policy_document
from local.kube.objects import Object, Objects
from local.kube.seed import DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from tests.support.engine import installation

NAME = "looked-at"
BUCKET, ROLE, POLICY, GROUP = f"s3-{NAME}", f"role-{NAME}", f"policy-{NAME}", f"ng-{NAME}"
POLICY_ARN = f"arn:aws:iam::123456789012:policy/{POLICY}"
USER = "user-kubeflow-an2-meerkat-dev"
RBAC = "rbac.authorization.k8s.io"
TAG = {"Key": "team", "Value": "vision"}
DENIED = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
GONE_SECONDS = 60.0

Changes = list[tuple[str, Callable[[], object]]]
"""Where in the inventory a change must show, and the change."""


def _thing(api_version: str, kind: str, *, namespace: str | None = NAME, **content: Any) -> Object:
    metadata = {"name": NAME, "labels": {"team": "none"}, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _subject(name: str) -> Object:
    return {"apiGroup": RBAC, "kind": "User", "name": name}


OBJECTS: list[tuple[Object, Object, str]] = [
    (
        _thing("v1", "Namespace", namespace=None),
        {"metadata": {"labels": {"team": "vision"}}},
        f"namespaces, {NAME}, metadata, labels, team",
    ),
    (
        _thing("kubeflow.org/v1", "Profile", namespace=None, spec={"owner": {"kind": "User", "name": "x@example.com"}}),
        {"spec": {"resourceQuotaSpec": {"hard": {"cpu": "1"}}}},
        f"profiles.kubeflow.org, {NAME}, spec, resourceQuotaSpec",
    ),
    (
        _thing("v1", "ConfigMap", data={"key": "value"}),
        {"data": {"key": "other"}},
        f"configmaps, {NAME}/{NAME}, data, key",
    ),
    (
        _thing("v1", "Secret", stringData={"key": "value"}),
        {"stringData": {"key": "other"}},
        f"secrets, {NAME}/{NAME}, data, key",
    ),
    (
        _thing("v1", "ServiceAccount"),
        {"metadata": {"annotations": {"team": "vision"}}},
        f"serviceaccounts, {NAME}/{NAME}, metadata, annotations",
    ),
    (
        _thing("v1", "ResourceQuota", spec={"hard": {"cpu": "1"}}),
        {"spec": {"hard": {"cpu": "2"}}},
        f"resourcequotas, {NAME}/{NAME}, spec, hard, cpu",
    ),
    (
        _thing(
            f"{RBAC}/v1",
            "RoleBinding",
            roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": "kubeflow-view"},
            subjects=[_subject("anna")],
        ),
        {"subjects": [_subject("bob"), _subject("anna")]},
        f"rolebindings.{RBAC}, {NAME}/{NAME}, subjects, bob",
    ),
    (
        _thing("security.istio.io/v1", "AuthorizationPolicy", spec={"action": "ALLOW"}),
        {"spec": {"action": "DENY"}},
        f"authorizationpolicies.security.istio.io, {NAME}/{NAME}, spec, action",
    ),
    (
        _thing("dex.coreos.com/v1", "Password", email="x@example.com", hash="JDJhJDEw", username="x", userID="x"),
        {"userID": "y"},
        f"passwords.dex.coreos.com, {NAME}/{NAME}, userID",
    ),
    (
        _thing("coordination.k8s.io/v1", "Lease", spec={"holderIdentity": "anna"}),
        {"spec": {"holderIdentity": "bob"}},
        f"leases.coordination.k8s.io, {NAME}/{NAME}, spec, holderIdentity",
    ),
]
"""Object, change of it and where that shows. The namespace is nobody's: Kubeflow's controller leaves it alone."""

DEX: Object = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": DEX_NAME, "namespace": DEX_NAMESPACE},
}


class OneOfEach:
    """The objects on one platform."""

    def __init__(self, platform: Platform) -> None:
        self._cluster = Objects.connect(platform.kubeconfig)
        self._s3 = installation.client(platform, "s3")
        self._iam = installation.client(platform, "iam")
        self._eks = installation.client(platform, "eks")
        self._ec2 = installation.client(platform, "ec2")
        self._scaling = installation.client(platform, "autoscaling")

    def make(self) -> None:
        for each, _, _ in OBJECTS:
            self._cluster.create(each, "somebody")
        self._s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        role = self._iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=_trust("ec2.amazonaws.com"))["Role"]
        self._iam.create_policy(PolicyName=POLICY, PolicyDocument=policy_document(("s3-of-others",)))
        data = {"InstanceType": "m5.large"}
        self._ec2.create_launch_template(LaunchTemplateName=NAME, LaunchTemplateData=data)
        self._eks.create_nodegroup(
            clusterName=CLUSTER,
            nodegroupName=GROUP,
            nodeRole=role["Arn"],
            subnets=self._cluster_network()["subnetIds"][:1],
            scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 1},
        )
        pods = {"clusterName": CLUSTER, "namespace": NAME, "serviceAccount": NAME}
        self._pods = self._eks.create_pod_identity_association(roleArn=role["Arn"], **pods)["association"]

    def unmake(self) -> None:
        """Take away what was made, and what was changed of others'."""
        for each, _, _ in reversed(OBJECTS):
            self._cluster.delete(each["apiVersion"], each["kind"], NAME, each["metadata"].get("namespace"))
        self._cluster.merge(DEX, {"metadata": {"labels": {"team": None}}})
        self._empty_bucket()
        self._s3.delete_bucket(Bucket=BUCKET)
        self._iam.delete_user_policy(UserName=USER, PolicyName=NAME)
        self._iam.delete_role_policy(RoleName=ROLE, PolicyName=NAME)
        self._iam.detach_role_policy(RoleName=ROLE, PolicyArn=POLICY_ARN)
        self._iam.delete_role(RoleName=ROLE)
        self._iam.delete_policy_version(PolicyArn=POLICY_ARN, VersionId="v1")
        self._iam.delete_policy(PolicyArn=POLICY_ARN)
        self._eks.delete_pod_identity_association(clusterName=CLUSTER, associationId=self._pods["associationId"])
        self._eks.delete_nodegroup(clusterName=CLUSTER, nodegroupName=GROUP)
        self._ec2.delete_launch_template(LaunchTemplateName=NAME)
        cluster = self._eks.describe_cluster(name=CLUSTER)["cluster"]["arn"]
        self._eks.untag_resource(resourceArn=cluster, tagKeys=["team"])
        self._ec2.delete_tags(Resources=self._network_ids(), Tags=[TAG])
        self._wait_for_the_namespace_to_go()

    def changes_in_the_cluster(self) -> Changes:
        changes: Changes = [
            (f"kubernetes, {path}", lambda each=each, patch=patch: self._cluster.merge(each, patch))
            for each, patch, path in OBJECTS
        ]
        dex = f"kubernetes, deployments.apps, {DEX_NAMESPACE}/{DEX_NAME}, metadata, labels, team"
        return [*changes, (dex, lambda: self._cluster.merge(DEX, {"metadata": {"labels": {"team": "vision"}}}))]

    def changes_of_the_bucket(self) -> Changes:
        s3, path = self._s3, f"buckets, {BUCKET}"
        encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
        expiry = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
        cors = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
        return [
            (f"{path}, bucket_versioning", lambda: s3.put_bucket_versioning(
                Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})),
            (f"{path}, bucket_encryption", lambda: s3.put_bucket_encryption(
                Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)),
            (f"{path}, bucket_lifecycle_configuration", lambda: s3.put_bucket_lifecycle_configuration(
                Bucket=BUCKET, LifecycleConfiguration={"Rules": [expiry]})),
            (f"{path}, bucket_ownership_controls", lambda: s3.put_bucket_ownership_controls(
                Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})),
            (f"{path}, bucket_tagging", lambda: s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [TAG]})),
            (f"{path}, bucket_cors", lambda: s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration=cors)),
            (f"{path}, content", lambda: s3.put_object(Bucket=BUCKET, Key="model.bin", Body=b"weights")),
            (f"{path}, public_access_block", lambda: s3.put_public_access_block(
                Bucket=BUCKET, PublicAccessBlockConfiguration={"BlockPublicAcls": True})),
            (f"{path}, bucket_policy", lambda: s3.put_bucket_policy(Bucket=BUCKET, Policy=_for_ec2())),
        ]  # fmt: skip

    def changes_of_identities(self) -> Changes:
        iam, role = self._iam, f"roles, {ROLE}"
        changed = policy_document(("s3-of-others", "s3-of-mine"))
        return [
            (f"{role}, AssumeRolePolicyDocument", lambda: iam.update_assume_role_policy(
                RoleName=ROLE, PolicyDocument=_trust("pods.eks.amazonaws.com"))),
            (f"{role}, AttachedManagedPolicies", lambda: iam.attach_role_policy(RoleName=ROLE, PolicyArn=POLICY_ARN)),
            (f"{role}, RolePolicyList", lambda: iam.put_role_policy(
                RoleName=ROLE, PolicyName=NAME, PolicyDocument=DENIED)),
            (f"{role}, Tags", lambda: iam.tag_role(RoleName=ROLE, Tags=[TAG])),
            (f"{role}, Description", lambda: iam.update_role(RoleName=ROLE, Description="another")),
            (f"users, {USER}, UserPolicyList", lambda: iam.put_user_policy(
                UserName=USER, PolicyName=NAME, PolicyDocument=DENIED)),
            (f"policies, {POLICY}", lambda: iam.create_policy_version(
                PolicyArn=POLICY_ARN, PolicyDocument=changed, SetAsDefault=True)),
            (f"policies besides their documents, {POLICY}, AttachmentCount", lambda: None),  # attached above
            (f"policies besides their documents, {POLICY}, Tags", lambda: iam.tag_policy(
                PolicyArn=POLICY_ARN, Tags=[TAG])),
        ]  # fmt: skip

    def changes_of_compute(self) -> Changes:
        eks, ec2 = self._eks, self._ec2
        group = eks.describe_nodegroup(clusterName=CLUSTER, nodegroupName=GROUP)["nodegroup"]
        scaling_group = group["resources"]["autoScalingGroups"][0]["name"]
        cluster = eks.describe_cluster(name=CLUSTER)["cluster"]["arn"]
        scaling_tag = {
            **TAG, "ResourceId": scaling_group, "ResourceType": "auto-scaling-group", "PropagateAtLaunch": False
        }  # fmt: skip
        (instance,) = [
            each["InstanceId"]
            for each in self._scaling.describe_auto_scaling_instances()["AutoScalingInstances"]
            if each["AutoScalingGroupName"] == scaling_group
        ]
        vpc, subnet, security_group = self._network_ids()
        return [
            (f"clusters, {CLUSTER}, tags", lambda: eks.tag_resource(resourceArn=cluster, tags={"team": "vision"})),
            (f"node groups, {CLUSTER}, {GROUP}, tags", lambda: eks.tag_resource(
                resourceArn=group["nodegroupArn"], tags={"team": "vision"})),
            (f"node groups, {CLUSTER}, {GROUP}, labels", lambda: eks.update_nodegroup_config(
                clusterName=CLUSTER, nodegroupName=GROUP, labels={"addOrUpdateLabels": {"team": "vision"}})),
            (f"node groups, {CLUSTER}, {GROUP}, modifiedAt", lambda: None),  # by the label
            (f"pod identities, {CLUSTER}, {NAME}/{NAME}, tags", lambda: eks.tag_resource(
                resourceArn=self._pods["associationArn"], tags={"team": "vision"})),
            (f"auto scaling groups, {scaling_group}, Tags, team", lambda: self._scaling.create_or_update_tags(
                Tags=[scaling_tag])),
            (f"launch templates, {NAME}", lambda: ec2.create_launch_template_version(
                LaunchTemplateName=NAME, LaunchTemplateData={"InstanceType": "m5.xlarge"})),
            (f"instances, {instance}, Tags", lambda: ec2.create_tags(Resources=[instance], Tags=[TAG])),
            (f"networks, Vpcs, {vpc}, Tags", lambda: ec2.create_tags(Resources=[vpc], Tags=[TAG])),
            (f"networks, Subnets, {subnet}, Tags", lambda: ec2.create_tags(Resources=[subnet], Tags=[TAG])),
            (f"networks, SecurityGroups, {security_group}, Tags", lambda: ec2.create_tags(
                Resources=[security_group], Tags=[TAG])),
        ]  # fmt: skip

    def _cluster_network(self) -> dict[str, Any]:
        return self._eks.describe_cluster(name=CLUSTER)["cluster"]["resourcesVpcConfig"]

    def _network_ids(self) -> list[str]:
        """The cluster's VPC, one of its subnets, its security group."""
        network = self._cluster_network()
        return [network["vpcId"], network["subnetIds"][0], network["clusterSecurityGroupId"]]

    def _empty_bucket(self) -> None:
        for version in self._s3.list_object_versions(Bucket=BUCKET).get("Versions", []):
            self._s3.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])

    def _wait_for_the_namespace_to_go(self) -> None:
        version = self._cluster.list_all("v1", "Namespace")[1]
        end = time.monotonic() + GONE_SECONDS
        while self._cluster.get("v1", "Namespace", NAME):
            assert time.monotonic() < end, f"namespace {NAME} does not go"
            for event, found in self._cluster.watch("v1", "Namespace", None, version, 5):
                if event == "DELETED" and found["metadata"]["name"] == NAME:
                    break


def _trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _for_ec2() -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
