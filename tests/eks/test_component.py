"""A node group that EKS could not make is told in one sentence, not in a traceback."""

from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from project_workspace.eks.component import auto_scaling_group_of

CLUSTER, NAME = "eks-an2-meerkat-dev-1-33-eks-master", "ng-an2-aicond-demo-ws-gpu-g2"


def made(*groups: dict[str, Any] | None) -> Any:
    """A node group's resources, as the provider says them."""
    named = [aws.eks.outputs.NodeGroupResourceAutoscalingGroup(**group) for group in groups if group is not None]
    return aws.eks.outputs.NodeGroupResource(autoscaling_groups=named if groups else None)


def test_the_tags_go_to_the_auto_scaling_group_that_eks_made() -> None:
    assert auto_scaling_group_of(CLUSTER, NAME, [made({"name": "eks-a"})]) == "eks-a"
    assert auto_scaling_group_of(CLUSTER, NAME, [made(), made({"name": "eks-a"})]) == "eks-a"


@pytest.mark.parametrize(
    "resources",
    [None, [], [made()], [made(None)], [made({})], [made({"name": ""})]],
    ids=["none", "empty", "without groups", "with no group", "without a name", "with an empty name"],
)
def test_a_group_without_an_auto_scaling_group_is_told_with_what_to_do(resources: Any) -> None:
    """EKS's answer for a group that is CREATE_FAILED has no resources, or some without an Auto Scaling group."""
    with pytest.raises(pulumi.RunError) as told:  # the engine shows its text, and no traceback
        auto_scaling_group_of(CLUSTER, NAME, resources)
    options = f"--cluster-name {CLUSTER} --nodegroup-name {NAME}"
    assert str(told.value) == (
        f"EKS has no Auto Scaling group for node group {NAME} of cluster {CLUSTER}, so it made no nodes. "
        f"'aws eks describe-nodegroup {options}' says why, under 'health'. "
        f"Then 'aws eks delete-nodegroup {options}', and 'pulumi up --refresh' makes it again."
    )
