"""Zones of a node group: each needs a private subnet and the instance type, and every lack is reported at once."""

import pulumi
import pytest

from project_workspace.eks.ec2_lookups import suitable
from project_workspace.eks.options import NodeGroupOptions

GROUP = NodeGroupOptions(spec="gpu", instance_type="p5.48xlarge", max=1, zones=["a", "b"])


def test_all_subnets_of_all_zones_are_taken_in_a_stable_order() -> None:
    subnets = {"an2a": ["subnet-2", "subnet-9"], "an2b": ["subnet-1"]}
    assert suitable(GROUP, subnets=subnets, offered=["an2b", "an2a"]) == ["subnet-1", "subnet-2", "subnet-9"]


def test_every_zone_without_a_subnet_or_without_the_instance_type_is_named() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        suitable(GROUP, subnets={"an2a": [], "an2b": ["subnet-1"]}, offered=["an2a"])
    assert str(refused.value) == (
        "nodeGroups, spec 'gpu', zones: no private subnet (tag kubernetes.io/role/internal-elb=1) of the cluster's VPC "
        "in an2a; p5.48xlarge is not offered in an2b. Expected zones with both, for example 'zones: [a, c]'."
    )
