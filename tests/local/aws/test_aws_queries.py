"""The data sources about network, instance types, cluster and account, against the seeded AWS."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import pytest

from local.aws.seed import SeededAws

CLUSTER = "aws:eks/cluster:Cluster"
SUBNETS, TYPE = "aws:ec2/getSubnets:getSubnets", "aws:ec2/getInstanceType:getInstanceType"
OFFERINGS = "aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings"


def test_subnets_are_found_by_filters_and_tags_together(engine: Any, seeded: SeededAws) -> None:
    filters = [
        {"name": "vpc-id", "values": [seeded.vpc_id]},
        {"name": "availability-zone", "values": ["ap-northeast-2a", "ap-northeast-2c"]},
    ]
    tags = {"kubernetes.io/role/internal-elb": "1"}
    found = engine.invoke(SUBNETS, {"filters": filters, "tags": tags})
    assert set(found.pop("ids")) == {seeded.private_subnets["a"], seeded.private_subnets["c"]}
    assert found == {"id": "ap-northeast-2", "filters": filters, "region": "ap-northeast-2", "tags": tags}


def test_no_subnet_is_an_empty_answer(engine: Any) -> None:
    found = engine.invoke(SUBNETS, {"filters": [{"name": "vpc-id", "values": ["vpc-none"]}]})
    assert found["ids"] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "g5.xlarge",
            {
                "defaultVcpus": 4,
                "memorySize": 16384,
                "supportedArchitectures": ["x86_64"],
                "gpuses": [{"count": 1, "manufacturer": "NVIDIA", "memorySize": 22888, "name": "A10G"}],
            },
        ),
        (
            "m5.large",
            {"defaultVcpus": 2, "memorySize": 8192, "supportedArchitectures": ["x86_64"], "gpuses": []},
        ),
        (
            "t4g.medium",
            {"defaultVcpus": 2, "memorySize": 4096, "supportedArchitectures": ["arm64"], "gpuses": []},
        ),
    ],
)
def test_an_instance_type_is_described(engine: Any, name: str, expected: dict[str, Any]) -> None:
    found = engine.invoke(TYPE, {"instanceType": name})
    assert {k: found[k] for k in expected} == expected
    assert (found["id"], found["instanceType"]) == (name, name)


def test_offerings_are_listed_by_zone(engine: Any) -> None:
    filters = [{"name": "instance-type", "values": ["g5.xlarge"]}]
    found = engine.invoke(OFFERINGS, {"filters": filters, "locationType": "availability-zone"})
    zones = [f"ap-northeast-2{z}" for z in "acd"]
    assert found == {
        "id": "ap-northeast-2",
        "filters": filters,
        "instanceTypes": ["g5.xlarge"] * 3,
        "locationType": "availability-zone",
        "locationTypes": ["availability-zone"] * 3,
        "locations": zones,
        "region": "ap-northeast-2",
    }


def test_a_cluster_is_found_by_name_as_resource_and_as_data(engine: Any, seeded: SeededAws) -> None:
    got = engine.get(CLUSTER, seeded.cluster_name)
    subnets = {*seeded.private_subnets.values(), *seeded.public_subnets.values()}
    assert set(got.outputs["vpcConfig"]["subnetIds"]) == subnets
    assert got.outputs["vpcConfig"]["vpcId"] == seeded.vpc_id
    assert got.outputs["accessConfig"] == {"authenticationMode": "API_AND_CONFIG_MAP"}
    assert (got.outputs["roleArn"], got.outputs["version"]) == (seeded.cluster_role_arn, "1.33")
    found = engine.invoke("aws:eks/getCluster:getCluster", {"name": seeded.cluster_name})
    assert found["certificateAuthorities"] == [got.outputs["certificateAuthority"]]
    for same in ("arn", "endpoint", "status", "version", "vpcConfig", "identities", "platformVersion"):
        assert found[same] == got.outputs[same]


def test_a_cluster_can_be_made_for_a_test_and_removed(engine: Any, seeded: SeededAws) -> None:
    inputs = {
        "roleArn": seeded.cluster_role_arn,
        "vpcConfig": {"subnetIds": [seeded.private_subnets["a"], seeded.private_subnets["c"]]},
        "version": "1.33",
        "tags": {"a": "b"},
    }
    made = engine.create(CLUSTER, "small", inputs)
    assert made.outputs["status"] == "ACTIVE"
    assert engine.read(made) == made
    assert engine.diff(made, inputs).changed == []
    retagged = engine.update(made, {**inputs, "tags": {"c": "d"}})
    assert engine.read(retagged).outputs["tagsAll"] == {"c": "d"}
    engine.delete(retagged)
    assert engine.read(retagged) is None
    engine.delete(retagged)


def test_the_account_and_the_region_are_known(engine: Any) -> None:
    identity = engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert (identity["id"], identity["accountId"]) == ("123456789012", "123456789012")
    assert engine.invoke("aws:index/getRegion:getRegion", {}) == {
        "description": "Asia Pacific (Seoul)",
        "endpoint": "ec2.ap-northeast-2.amazonaws.com",
        "id": "ap-northeast-2",
        "name": "ap-northeast-2",
        "region": "ap-northeast-2",
    }
    assert engine.invoke("aws:index/getPartition:getPartition", {}) == {
        "dnsSuffix": "amazonaws.com",
        "id": "aws",
        "partition": "aws",
        "reverseDnsPrefix": "com.amazonaws",
    }


@pytest.mark.parametrize(
    ("token", "args", "message"),
    [
        (
            TYPE,
            {"instanceType": "x9.huge"},
            "reading EC2 Instance Type (x9.huge): operation error DescribeInstanceTypes, "
            "https response error StatusCode: 400, api error InvalidInstanceType: "
            "The following supplied instance types do not exist: [x9.huge]",
        ),
        (TYPE, {}, "getInstanceType: Missing required argument 'instanceType'."),
        (SUBNETS, {"zones": []}, "getSubnets: the stand-in does not implement the argument 'zones'."),
        (SUBNETS, {"tags": {"a": 1}}, "getSubnets: Expected a string for 'tags.a'."),
        (
            "aws:eks/getCluster:getCluster",
            {"name": "none"},
            "reading EKS Cluster (none): couldn't find resource",
        ),
        ("aws:ec2/getAmi:getAmi", {}, "The stand-in for pulumi-aws does not implement 'aws:ec2/getAmi:getAmi'."),
    ],
)
def test_what_cannot_be_answered_is_refused(
    engine: Any, refused: Any, token: str, args: dict[str, Any], message: str
) -> None:
    with pytest.raises(refused) as caught:
        engine.invoke(token, args)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("token", "args"),
    [
        (TYPE, {"instanceType": "g4dn.xlarge"}),
        (OFFERINGS, {}),
        (SUBNETS, {}),
        ("aws:eks/getCluster:getCluster", {"name": "CLUSTER"}),
        ("aws:iam/getPolicyDocument:getPolicyDocument", {"statements": [{"actions": ["s3:*"]}]}),
        ("aws:iam/getRole:getRole", {"name": "role-eks-an2-ai-conductor-ai-conductor-sa"}),
        ("aws:iam/getPolicy:getPolicy", {"name": "policy-s3-aia-an2-meerkat-dev"}),
        ("aws:index/getCallerIdentity:getCallerIdentity", {}),
        ("aws:index/getPartition:getPartition", {}),
        ("aws:index/getRegion:getRegion", {}),
    ],
)
def test_a_function_answers_only_what_the_installed_sdk_knows(
    engine: Any, seeded: SeededAws, token: str, args: dict[str, Any]
) -> None:
    folder, _, name = token.removeprefix("aws:").partition("/")
    name = name.partition(":")[0]
    file = re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", name)
    module = importlib.import_module("pulumi_aws." + ("" if folder == "index" else f"{folder}.") + file)
    result = next(c for n, c in vars(module).items() if n.startswith("Get") and n.endswith("Result"))
    getters = [p.fget for _, p in inspect.getmembers(result, lambda o: isinstance(o, property))]
    known = {getattr(g, "_pulumi_name", g.__name__) for g in getters}
    wanted = {k: seeded.cluster_name if v == "CLUSTER" else v for k, v in args.items()}
    assert set(engine.invoke(token, wanted)) <= known
