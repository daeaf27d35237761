"""The AWS account as it is before the first workspace: network, EKS cluster, two consumers, two shared
policies.

Owns: names and contents of that world (docs/facts/ai-conductor.md, "Names around a workspace"); every workspace comes
later and finds it. Idempotent: what exists under its name is left as it is, so that seeding again after work was done
changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.config import Config

REGION = "ap-northeast-2"
ALIAS, INFRA, ENV = "an2", "meerkat", "dev"
KUBERNETES_VERSION = "1.33"
CLUSTER = f"eks-{ALIAS}-{INFRA}-{ENV}-{KUBERNETES_VERSION.replace('.', '-')}-eks-master"
NETWORK = f"eksctl-{CLUSTER}-cluster"
ZONES = "abcd"
FOREIGN_BUCKETS = (
    f"s3-{ALIAS}-{INFRA}-{ENV}-kubeflow",
    f"s3-{ALIAS}-{INFRA}-{ENV}-aia",
    f"s3-{ALIAS}-{INFRA}-{ENV}-old",
)
"""Buckets of others that the shared policies already name; the last joined with the third version."""


@dataclass(frozen=True)
class SeededAws:
    """Names and ids of what is there before the first workspace. Subnets: zone -> id."""

    region: str
    account_id: str
    vpc_id: str
    private_subnets: dict[str, str]
    public_subnets: dict[str, str]
    cluster_name: str
    cluster_arn: str
    cluster_role_arn: str
    oidc_provider_arn: str
    kubeflow_user_arn: str
    conductor_role_arn: str
    kubeflow_policy_arn: str
    conductor_policy_arn: str


def seed(endpoint_url: str, region: str = REGION) -> SeededAws:
    """Make what is missing; answer everything's names and ids. Talks to `endpoint_url` only, with dummy credentials."""
    session = botocore.session.Session()

    def client(service: str) -> Any:
        return session.create_client(
            service, region_name=region, endpoint_url=endpoint_url, config=Config(retries={"max_attempts": 2}),
            aws_access_key_id="local", aws_secret_access_key="local",  # noqa: S106 # no secret: nothing checks it
        )  # fmt: skip

    ec2, eks, iam = client("ec2"), client("eks"), client("iam")
    account = client("sts").get_caller_identity()["Account"]
    vpc = _vpc(ec2)
    private = {z: _subnet(ec2, vpc, region, z, i, public=False) for i, z in enumerate(ZONES)}
    public = {z: _subnet(ec2, vpc, region, z, i + len(ZONES), public=True) for i, z in enumerate(ZONES)}
    cluster_role = _role(iam, f"{NETWORK}-ServiceRole", _trust({"Service": "eks.amazonaws.com"}, "sts:AssumeRole"))
    cluster = _cluster(eks, cluster_role, [*private.values(), *public.values()])
    provider = _oidc_provider(iam, account, cluster["identity"]["oidc"]["issuer"])
    user = _user(iam, f"user-kubeflow-{ALIAS}-{INFRA}-{ENV}")
    web_identity = _trust({"Federated": provider}, "sts:AssumeRoleWithWebIdentity")
    role = _role(iam, f"role-eks-{ALIAS}-ai-conductor-ai-conductor-sa", web_identity)
    kubeflow = _policy(iam, account, f"policy-s3-kubeflow-{ALIAS}-{INFRA}-{ENV}")
    conductor = _policy(iam, account, f"policy-s3-aia-{ALIAS}-{INFRA}-{ENV}")
    iam.attach_user_policy(UserName=user.rpartition("/")[2], PolicyArn=kubeflow)
    iam.attach_role_policy(RoleName=role.rpartition("/")[2], PolicyArn=conductor)
    return SeededAws(
        region=region,
        account_id=account,
        vpc_id=vpc,
        private_subnets=private,
        public_subnets=public,
        cluster_name=CLUSTER,
        cluster_arn=cluster["arn"],
        cluster_role_arn=cluster_role,
        oidc_provider_arn=provider,
        kubeflow_user_arn=user,
        conductor_role_arn=role,
        kubeflow_policy_arn=kubeflow,
        conductor_policy_arn=conductor,
    )


def _vpc(ec2: Any) -> str:
    name = f"{NETWORK}/VPC"
    found = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [name]}])["Vpcs"]
    if found:
        return found[0]["VpcId"]
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=_tags("vpc", {"Name": name}))
    return made["Vpc"]["VpcId"]


def _subnet(ec2: Any, vpc: str, region: str, zone: str, index: int, *, public: bool) -> str:
    kind = "Public" if public else "Private"
    name = f"{NETWORK}/Subnet{kind}{region.replace('-', '').upper()}{zone.upper()}"
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "tag:Name", "Values": [name]}]
    found = ec2.describe_subnets(Filters=filters)["Subnets"]
    if found:
        return found[0]["SubnetId"]
    role = "kubernetes.io/role/elb" if public else "kubernetes.io/role/internal-elb"
    tags = {"Name": name, role: "1", f"kubernetes.io/cluster/{CLUSTER}": "shared"}
    made = ec2.create_subnet(
        VpcId=vpc, CidrBlock=f"10.0.{index * 32}.0/19", AvailabilityZone=f"{region}{zone}",
        TagSpecifications=_tags("subnet", tags),
    )["Subnet"]["SubnetId"]  # fmt: skip
    if public:
        ec2.modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": True})
    return made


def _tags(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]


def _cluster(eks: Any, role_arn: str, subnets: list[str]) -> Any:
    try:
        return eks.describe_cluster(name=CLUSTER)["cluster"]
    except eks.exceptions.ResourceNotFoundException:
        pass
    return eks.create_cluster(
        name=CLUSTER, version=KUBERNETES_VERSION, roleArn=role_arn, resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"}, tags={"Name": CLUSTER},
    )["cluster"]  # fmt: skip


def _oidc_provider(iam: Any, account: str, issuer: str) -> str:
    arn = f"arn:aws:iam::{account}:oidc-provider/{issuer.removeprefix('https://')}"
    known = [p["Arn"] for p in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    if arn not in known:
        iam.create_open_id_connect_provider(
            Url=issuer,
            ClientIDList=["sts.amazonaws.com"],
            ThumbprintList=["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"],
        )
    return arn


def _trust(principal: dict[str, str], action: str) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _role(iam: Any, name: str, trust: str) -> str:
    try:
        return iam.get_role(RoleName=name)["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]


def _user(iam: Any, name: str) -> str:
    try:
        return iam.get_user(UserName=name)["User"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        return iam.create_user(UserName=name)["User"]["Arn"]


def _policy(iam: Any, account: str, name: str) -> str:
    """A shared policy with three versions, each naming one more bucket of somebody else."""
    arn = f"arn:aws:iam::{account}:policy/{name}"
    try:
        return iam.get_policy(PolicyArn=arn)["Policy"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        pass
    iam.create_policy(PolicyName=name, PolicyDocument=policy_document(FOREIGN_BUCKETS[:1]))
    for count in (2, 3):
        document = policy_document(FOREIGN_BUCKETS[:count])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    return arn


def policy_document(buckets: tuple[str, ...]) -> str:
    """The shared policies' text: the buckets' ARNs in `Statement[0].Resource`, and a second statement."""
    resources = [arn for b in buckets for arn in (f"arn:aws:s3:::{b}", f"arn:aws:s3:::{b}/*")]
    actions = ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    statements = [
        {"Sid": "BucketAccess", "Effect": "Allow", "Action": actions, "Resource": resources},
        {"Sid": "ListAll", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)
