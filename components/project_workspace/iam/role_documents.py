"""The documents of a workspace's own role: who may assume it, and what it may do.

Owns: their text. Does not own the role (`workspace_role.py`). Why written here and not by the AWS provider: so a first
preview shows them whole, and every word is compared in tests. Sources: docs/facts/pod-identity.md.
"""

import json
from collections.abc import Sequence
from typing import Any, Optional

from project_workspace.aws.arns import bucket_arns
from project_workspace.iam.statements import BUCKET_ACTIONS, OBJECT_ACTIONS

SERVICE_ACCOUNT = "default-editor"
"""The service account by which Kubeflow's notebooks, pipelines and training jobs run in a profile's namespace."""
AUDIENCE = "sts.amazonaws.com"
"""Of the tokens that EKS puts into pods, in every partition."""
KEY_ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"]
"""What S3 asks of a key in the name of whoever reads and writes objects."""
_ALIAS = ":alias/"

Statement = dict[str, Any]


def pod_identity_trust(*, cluster_arn: str, namespace: str) -> str:
    """EKS Pod Identity assumes the role, for pods of one service account of one cluster.

    By the tags that it puts on each session: without the conditions any association of the account could have the role.
    """
    tags = {
        "eks-cluster-arn": cluster_arn,
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": SERVICE_ACCOUNT,
    }
    return _document([
        {
            "Sid": "PodsOfTheWorkspace",
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": {f"aws:RequestTag/{tag}": value for tag, value in tags.items()}},
        }
    ])  # fmt: skip


def irsa_trust(*, provider_arn: str, namespace: str) -> str:
    """Whoever has a token of one service account, made out for STS, assumes the role."""
    issuer = provider_arn.partition("/")[2]
    said = {f"{issuer}:aud": AUDIENCE, f"{issuer}:sub": f"system:serviceaccount:{namespace}:{SERVICE_ACCOUNT}"}
    return _document([
        {
            "Sid": "PodsOfTheWorkspace",
            "Effect": "Allow",
            "Principal": {"Federated": provider_arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": said},
        }
    ])  # fmt: skip


def bucket_permissions(*, partition: str, bucket: str, kms_key_arn: Optional[str] = None) -> str:
    """List, read, write and delete in one bucket, with the key by which S3 encrypts it; nothing else."""
    bucket_arn, objects_arn = bucket_arns(partition, bucket)
    statements = [
        _allow("ListThisBucket", BUCKET_ACTIONS, bucket_arn),
        _allow("UseItsObjects", OBJECT_ACTIONS, objects_arn),
    ]
    if kms_key_arn:
        statements.append(_use_key(kms_key_arn, [bucket_arn, objects_arn]))
    return _document(statements)


def _use_key(arn: str, encrypts: list[str]) -> Statement:
    """Only for what S3 encrypts of this bucket, which is the context of the call: the bucket, or one object.

    IAM knows no alias as a resource: that one is a condition on the keys of its account.
    """
    conditions: dict[str, dict[str, Any]] = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": encrypts}}
    account, is_alias, alias = arn.partition(_ALIAS)
    if is_alias:
        arn = f"{account}:key/*"
        conditions["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": f"alias/{alias}"}
    return {**_allow("UseItsKey", KEY_ACTIONS, arn), "Condition": conditions}


def _allow(sid: str, actions: Sequence[str], resource: str) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _document(statements: list[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
