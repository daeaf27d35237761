"""What the pods of a workspace made by hand are on AWS, and how the stack file that describes it says so."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from local.aws.moto_patches import eks_pod_identity
from project_workspace.aws.client import clients
from project_workspace.aws.settings import AwsSettings
from tests.support.faults.clouds import REGION, cloud
from workspacectl.adopt.pod_roles import FoundRole, role_of

CLUSTER, NAMESPACE = "eks-by-hand", "aic-ns-by-hand-ws"
ARN = "arn:aws:iam::123456789012:role/by-hand"


def profile(*plugins: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": NAMESPACE}, "spec": {"owner": {}, "plugins": list(plugins)}}


def test_an_association_is_found_before_what_the_profile_says(monkeypatch: pytest.MonkeyPatch) -> None:
    eks_pod_identity.close()
    by_tokens = profile({"kind": "Other"}, {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": f"{ARN}-irsa"}})
    with cloud() as aws:
        aws.use(monkeypatch)
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        session = boto3.session.Session(region_name=REGION)
        eks: Any = session.client("eks")
        iam, asked = session.client("iam"), clients(AwsSettings(), REGION)
        assert role_of(profile(), asked, CLUSTER) is None, "a cluster that is not there"

        eks.create_cluster(name=CLUSTER, roleArn=ARN, resourcesVpcConfig={"subnetIds": ["subnet-0a"]})
        iam.create_role(RoleName="by-hand", AssumeRolePolicyDocument="{}")
        where = {"clusterName": CLUSTER, "namespace": NAMESPACE}
        eks.create_pod_identity_association(**where, serviceAccount="default-viewer", roleArn=ARN)
        assert role_of(profile(), asked, CLUSTER) is None
        assert role_of(by_tokens, asked, CLUSTER) == FoundRole(f"{ARN}-irsa", "irsa")
        eks.create_pod_identity_association(**where, serviceAccount="default-editor", roleArn=ARN)
        assert role_of(by_tokens, asked, CLUSTER) == FoundRole(ARN, "pod-identity")


def test_the_note_says_how_it_is_taken_over_and_that_others_may_use_it() -> None:
    assert FoundRole(ARN, "irsa").note == (
        f"Pods of default-editor are {ARN} on AWS, by the plugin AwsIamForServiceAccount of its Profile. It stays as "
        "it is. To take it over, if no other namespace uses it: 'access: {mode: workspace-role, assumedBy: irsa}' and "
        "'names: {workspaceRole: by-hand}'."
    )
