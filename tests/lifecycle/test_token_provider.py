"""Whether pods could get a role by the tokens of their cluster, on a local AWS."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from project_workspace.lifecycle import token_provider
from project_workspace.remote.errors import RefusedError
from tests.support.faults.clouds import REGION, cloud

CLUSTER = "eks-tokens"


def test_a_cluster_whose_issuer_iam_knows_fits_and_any_other_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with cloud() as aws:
        aws.use(monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        session = boto3.session.Session(region_name=REGION)
        eks: Any = session.client("eks")
        iam = session.client("iam")

        def misfit() -> RefusedError | None:
            return token_provider.misfit(clients(AwsSettings(), REGION), CLUSTER)

        assert "eks:DescribeCluster failed: No cluster found for name: eks-tokens" in str(misfit())

        role = "arn:aws:iam::123456789012:role/cluster"
        cluster = eks.create_cluster(name=CLUSTER, roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-0a"]})
        issuer = cluster["cluster"]["identity"]["oidc"]["issuer"]
        arn = f"arn:aws:iam::123456789012:oidc-provider/{issuer.removeprefix('https://')}"
        assert str(misfit()) == (
            f"IAM has no OIDC provider for the tokens of cluster {CLUSTER} ({arn}). Make it, for example "
            f"'eksctl utils associate-iam-oidc-provider --cluster {CLUSTER} --approve', or set "
            "'access.assumedBy: pod-identity'."
        )

        made = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["other"], ThumbprintList=["0" * 40])
        assert made["OpenIDConnectProviderArn"] == arn
        assert "does not take tokens for sts.amazonaws.com" in str(misfit())

        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        iam.create_open_id_connect_provider(
            Url=issuer, ClientIDList=["other", "sts.amazonaws.com"], ThumbprintList=["0" * 40]
        )
        assert misfit() is None
