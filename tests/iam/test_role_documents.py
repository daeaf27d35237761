"""The documents of a workspace's role, whole; and what IAM makes of them, for those who may and those who may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.aws.policies import Call, allows
from project_workspace.iam.role_documents import bucket_permissions, irsa_trust, pod_identity_trust

BUCKET, NAMESPACE = "s3-an2-meerkat-dev-demo", "aic-ns-demo-ws"
CLUSTER = "arn:aws:eks:ap-northeast-2:123456789012:cluster/eks-demo"
ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/0123456789ABCDEF"
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
ROLE = "arn:aws:iam::123456789012:role/demo"
TAG = "aws:RequestTag"
OURS = {
    f"{TAG}/eks-cluster-arn": CLUSTER,
    f"{TAG}/kubernetes-namespace": NAMESPACE,
    f"{TAG}/kubernetes-service-account": "default-editor",
}
TOKEN = {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": f"system:serviceaccount:{NAMESPACE}:default-editor"}


def test_the_trust_for_pod_identity_is_this() -> None:
    assert json.loads(pod_identity_trust(cluster_arn=CLUSTER, namespace=NAMESPACE)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PodsOfTheWorkspace",
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {"StringEquals": OURS},
            }
        ],
    }


def test_the_trust_for_the_clusters_tokens_is_this() -> None:
    assert json.loads(irsa_trust(provider_arn=PROVIDER, namespace=NAMESPACE)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PodsOfTheWorkspace",
                "Effect": "Allow",
                "Principal": {"Federated": PROVIDER},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": TOKEN},
            }
        ],
    }


def test_the_permissions_are_the_buckets_and_with_a_key_the_keys() -> None:
    bucket, objects = f"arn:aws-cn:s3:::{BUCKET}", f"arn:aws-cn:s3:::{BUCKET}/*"
    statements: list[dict[str, Any]] = [
        {
            "Sid": "ListThisBucket",
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            "Resource": bucket,
        },
        {
            "Sid": "UseItsObjects",
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            "Resource": objects,
        },
    ]
    plain = bucket_permissions(partition="aws-cn", bucket=BUCKET)
    assert json.loads(plain) == {"Version": "2012-10-17", "Statement": statements}
    key = {
        "Sid": "UseItsKey",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": KEY,
        "Condition": {"StringLike": {"kms:EncryptionContext:aws:s3:arn": [bucket, objects]}},
    }
    encrypted = bucket_permissions(partition="aws-cn", bucket=BUCKET, kms_key_arn=KEY)
    assert json.loads(encrypted) == {"Version": "2012-10-17", "Statement": [*statements, key]}


def changed(context: dict[str, str]) -> Iterator[Any]:
    yield from ({**context, key: "another"} for key in context)
    yield from ({other: context[other] for other in context if other != key} for key in context)


@pytest.mark.parametrize(
    ("trust", "action", "context"),
    [
        (pod_identity_trust(cluster_arn=CLUSTER, namespace=NAMESPACE), "sts:AssumeRole", OURS),
        (irsa_trust(provider_arn=PROVIDER, namespace=NAMESPACE), "sts:AssumeRoleWithWebIdentity", TOKEN),
    ],
    ids=["pod-identity", "irsa"],
)
def test_these_pods_may_have_the_role_and_no_others(trust: str, action: str, context: dict[str, str]) -> None:
    statements = [{**each, "Resource": "*"} for each in json.loads(trust)["Statement"]]
    assert allows(statements, Call(action, ROLE, context))
    others = list(changed(context))
    assert len(others) == 2 * len(context)
    assert [each for each in others if allows(statements, Call(action, ROLE, each))] == []


@pytest.mark.parametrize(
    ("allowed", "call"),
    [
        (True, Call("s3:ListBucket", f"arn:aws:s3:::{BUCKET}")),
        (True, Call("s3:PutObject", f"arn:aws:s3:::{BUCKET}/models/model.bin")),
        (True, Call("kms:Decrypt", KEY, {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{BUCKET}"})),
        (True, Call("kms:GenerateDataKey", KEY, {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{BUCKET}/m"})),
        (False, Call("s3:GetObject", f"arn:aws:s3:::{BUCKET}2/model.bin")),
        (False, Call("s3:DeleteBucket", f"arn:aws:s3:::{BUCKET}")),
        (False, Call("s3:PutBucketPolicy", f"arn:aws:s3:::{BUCKET}")),
        (False, Call("s3:ListAllMyBuckets", "*")),
        (False, Call("kms:Decrypt", KEY, {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{BUCKET}2/m"})),
        (False, Call("kms:Decrypt", KEY)),
        (False, Call("kms:Decrypt", KEY.replace("0123abcd", "9999abcd"))),
        (False, Call("iam:PassRole", ROLE)),
    ],
    ids=lambda value: str(value) if isinstance(value, bool) else f"{value.action} {value.resource} {value.context}",
)
def test_the_role_may_use_its_bucket_and_nothing_else(allowed: bool, call: Call) -> None:
    document = json.loads(bucket_permissions(partition="aws", bucket=BUCKET, kms_key_arn=KEY))
    assert allows(document["Statement"], call) is allowed


def test_a_key_by_its_alias_is_a_condition_on_the_keys_of_its_account() -> None:
    alias = "arn:aws:kms:ap-northeast-2:123456789012:alias/vision/data"
    *_, key = json.loads(bucket_permissions(partition="aws", bucket=BUCKET, kms_key_arn=alias))["Statement"]
    assert key["Resource"] == "arn:aws:kms:ap-northeast-2:123456789012:key/*"
    assert key["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": "alias/vision/data"}
    assert "StringLike" in key["Condition"]
