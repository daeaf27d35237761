"""The world before the first workspace."""

from __future__ import annotations

import json
from typing import Any

from local.aws.seed import FOREIGN_BUCKETS, SeededAws, policy_document, seed


def test_seeding_again_changes_nothing(endpoint: str, seeded: SeededAws, client: Any) -> None:
    iam = client("iam")
    iam.create_policy_version(
        PolicyArn=seeded.conductor_policy_arn, PolicyDocument=policy_document(("mine",)), SetAsDefault=True
    )
    assert seed(endpoint) == seeded
    assert iam.get_policy(PolicyArn=seeded.conductor_policy_arn)["Policy"]["DefaultVersionId"] == "v4"
    iam.set_default_policy_version(PolicyArn=seeded.conductor_policy_arn, VersionId="v3")
    iam.delete_policy_version(PolicyArn=seeded.conductor_policy_arn, VersionId="v4")


def test_the_shared_policies_name_other_peoples_buckets_and_are_attached(seeded: SeededAws, client: Any) -> None:
    iam = client("iam")
    for arn in (seeded.kubeflow_policy_arn, seeded.conductor_policy_arn):
        versions = [v["VersionId"] for v in iam.list_policy_versions(PolicyArn=arn)["Versions"]]
        assert sorted(versions) == ["v1", "v2", "v3"]
        found = iam.get_policy_version(PolicyArn=arn, VersionId="v3")["PolicyVersion"]
        assert found["IsDefaultVersion"]
        assert found["Document"] == json.loads(policy_document(FOREIGN_BUCKETS))
        assert len(found["Document"]["Statement"][0]["Resource"]) == 2 * len(FOREIGN_BUCKETS)
    user = seeded.kubeflow_user_arn.rpartition("/")[2]
    attached = iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]
    assert [p["PolicyArn"] for p in attached] == [seeded.kubeflow_policy_arn]
    role = seeded.conductor_role_arn.rpartition("/")[2]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert [p["PolicyArn"] for p in attached] == [seeded.conductor_policy_arn]


def test_every_zone_has_a_private_and_a_public_subnet_tagged_for_eks(seeded: SeededAws, client: Any) -> None:
    found = client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [seeded.vpc_id]}])["Subnets"]
    tags = {s["SubnetId"]: {t["Key"]: t["Value"] for t in s["Tags"]} for s in found}
    assert set(tags) == {*seeded.private_subnets.values(), *seeded.public_subnets.values()}
    zones = {s["SubnetId"]: s["AvailabilityZone"] for s in found}
    for kind, subnets, role in (
        ("Private", seeded.private_subnets, "kubernetes.io/role/internal-elb"),
        ("Public", seeded.public_subnets, "kubernetes.io/role/elb"),
    ):
        assert sorted(subnets) == list("abcd")
        for zone, id in subnets.items():
            assert zones[id] == f"ap-northeast-2{zone}"
            name = f"eksctl-{seeded.cluster_name}-cluster/Subnet{kind}APNORTHEAST2{zone.upper()}"
            shared = f"kubernetes.io/cluster/{seeded.cluster_name}"
            assert tags[id] == {"Name": name, role: "1", shared: "shared"}


def test_names_follow_the_runbook(seeded: SeededAws) -> None:
    assert seeded.cluster_name == "eks-an2-meerkat-dev-1-33-eks-master"
    assert seeded.kubeflow_user_arn.endswith(":user/user-kubeflow-an2-meerkat-dev")
    assert seeded.conductor_role_arn.endswith(":role/role-eks-an2-ai-conductor-ai-conductor-sa")
    assert seeded.kubeflow_policy_arn.endswith(":policy/policy-s3-kubeflow-an2-meerkat-dev")
    assert seeded.conductor_policy_arn.endswith(":policy/policy-s3-aia-an2-meerkat-dev")
