"""What node groups stand on at AWS: subnets, offers of the zones, quotas, images."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from project_workspace.eks.instance_types import AMI_TYPES, ENDED_AMI_TYPES
from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import Lines, broken, lines_of, with_eks
from tests.preflight.conftest import PRIVATE, REGION, MakeSite, client, subnet_in
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.checks.amazon import capacity, node_images
from workspacectl.preflight.checks.amazon.capacity import quota_of

GPU: dict[str, Any] = {"spec": "gpu", "instanceType": "g5.xlarge", "max": 1}
See = Callable[..., Lines]


@pytest.fixture
def see(site: MakeSite, on_eks: dict[str, Any]) -> See:
    """The lines, or only one, of a stack with these node groups, on a cluster that is thus."""

    def look(*groups: dict[str, Any], only: str = "", cluster: Mapping[str, Any] = {}) -> Lines:
        settings = {**on_eks, "nodeGroups": list(groups or on_eks["nodeGroups"])}
        return lines_of(with_eks(site(**settings), **cluster), only=filter(None, [only]))

    return look


# Subnets


def test_a_zone_without_a_private_subnet_fails_its_line(see: See) -> None:
    well = see()
    assert well["subnets"].seen == "; ".join(f"{REGION}{zone}: 4091 addresses free, at most 60 needed" for zone in "ac")
    client("ec2").delete_tags(Resources=[subnet_in("c")], Tags=[{"Key": PRIVATE["Key"]}])
    now = see()
    assert broken(well, now) == {"subnets": Outcome.FAILED}
    assert now["subnets"].seen == (
        "no private subnet (tag kubernetes.io/role/internal-elb=1) of the cluster's VPC in ap-northeast-2c"
    )


def test_a_zone_without_a_free_address_fails_its_line_and_one_with_few_is_a_warning(
    see: See, answers: AwsAnswers
) -> None:
    well = see()

    def described(free: int) -> Mapping[str, Any]:
        subnet = {"SubnetId": "subnet-1", "AvailabilityZone": f"{REGION}a", "AvailableIpAddressCount": free}
        return {"Subnets": [subnet]}

    answers.said["ec2:DescribeSubnets"] = described(0)
    without = see()
    assert broken(well, without) == {"subnets": Outcome.FAILED}
    assert without["subnets"].seen == "no free address in ap-northeast-2a; no free address in ap-northeast-2c"
    answers.said["ec2:DescribeSubnets"] = described(59)
    few = see()
    assert broken(well, few) == {"subnets": Outcome.WARNING}
    assert few["subnets"].expected == "addresses for all nodes of 'max' and their pods"


def test_the_nodes_of_all_groups_of_a_zone_share_its_addresses(see: See) -> None:
    cpu = {"spec": "cpu", "instanceType": "m5.xlarge", "max": 3, "zones": ["a"]}
    assert see(GPU, cpu, only="subnets")["subnets"].seen == (
        "ap-northeast-2a: 4091 addresses free, at most 240 needed; "
        "ap-northeast-2c: 4091 addresses free, at most 60 needed"
    )


def test_a_group_made_by_hand_is_looked_for_in_its_own_subnets(see: See) -> None:
    gone, there = "subnet-0123456789abcdef0", subnet_in("d")
    by_hand = {**GPU, "existing": {"nodeRole": "by-hand", "subnets": [there]}}
    assert see(by_hand, only="subnets")["subnets"].seen == "ap-northeast-2d: 4091 addresses free, at most 60 needed"
    now = see({**by_hand, "existing": {"nodeRole": "by-hand", "subnets": [there, gone]}})
    assert (now["subnets"].outcome, now["subnets"].seen) == (Outcome.FAILED, f"no subnet {gone}")


# Offers


def test_a_zone_that_does_not_offer_the_instance_type_fails_its_line(see: See, answers: AwsAnswers) -> None:
    well = see()
    assert well["instance-offerings"].seen == "g5.xlarge in ap-northeast-2a, ap-northeast-2c"
    offer = {"InstanceType": "g5.xlarge", "LocationType": "availability-zone", "Location": f"{REGION}a"}
    answers.said["ec2:DescribeInstanceTypeOfferings"] = {"InstanceTypeOfferings": [offer]}
    now = see()
    assert broken(well, now) == {"instance-offerings": Outcome.FAILED}
    assert now["instance-offerings"].seen == "spec 'gpu': g5.xlarge is not offered in ap-northeast-2c"


# Quotas


def quotas(values: Mapping[str, float], **more: Any) -> Callable[[Mapping[str, Any]], Mapping[str, Any] | None]:
    """Service Quotas' answer by the code of the request."""

    def said(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
        code = json.loads(request["body"])["QuotaCode"]
        return {"Quota": {"QuotaCode": code, "Value": values[code], **more}} if code in values else None

    return said


G, STANDARD, G_SPOT, NODE_GROUPS = "L-DB2E81BA", "L-1216C47A", "L-3819A6DF", "L-6D54EA21"
METRIC = {"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount", "MetricDimensions": {"Class": "G/OnDemand"}}


@pytest.mark.parametrize(("quota", "outcome"), [(3.0, Outcome.FAILED), (15.0, Outcome.WARNING), (16.0, Outcome.OK)])
def test_a_quota_below_one_node_fails_its_line_and_one_below_max_is_a_warning(
    see: See, answers: AwsAnswers, quota: float, outcome: Outcome
) -> None:
    group = {**GPU, "max": 4}
    well = see(group)
    answers.said["service-quotas:GetServiceQuota"] = quotas({G: quota})
    now = see(group)
    assert broken(well, now) == {"vcpu-quotas": outcome}
    assert now["vcpu-quotas"].seen == (f"G and VT on-demand: at most 16 vCPUs needed, quota {quota:.0f}, use not known")


def test_a_quota_below_the_first_nodes_fails_its_line(see: See, answers: AwsAnswers) -> None:
    answers.said["service-quotas:GetServiceQuota"] = quotas({G: 11.0})
    assert see({**GPU, "min": 2, "max": 4}, only="vcpu-quotas")["vcpu-quotas"].outcome == Outcome.WARNING
    assert see({**GPU, "min": 2, "desired": 3, "max": 4}, only="vcpu-quotas")["vcpu-quotas"].outcome == Outcome.FAILED


def test_what_others_use_of_a_quota_counts_and_what_the_stack_uses_itself_does_not(
    see: See, answers: AwsAnswers
) -> None:
    group = {**GPU, "max": 4}
    answers.said["service-quotas:GetServiceQuota"] = quotas({G: 64.0}, UsageMetric=METRIC)
    early, late = datetime(2026, 11, 27, 11, tzinfo=UTC), datetime(2026, 11, 27, 12, tzinfo=UTC)
    points = [{"Timestamp": late, "Maximum": 56.0}, {"Timestamp": early, "Maximum": 8.0}]
    answers.said["cloudwatch:GetMetricStatistics"] = {"Datapoints": points}
    now = see(group, only="vcpu-quotas")["vcpu-quotas"]
    assert (now.outcome, now.seen) == (
        Outcome.WARNING,
        "G and VT on-demand: at most 16 vCPUs needed, quota 64, 56 used by others",
    )
    running = {"nodegroup": {"nodegroupName": "ng", "scalingConfig": {"desiredSize": 3}}}
    answers.said["eks:DescribeNodegroup"] = running
    now = see(group, only="vcpu-quotas")["vcpu-quotas"]
    assert (now.outcome, now.seen.rpartition(", ")[2]) == (Outcome.OK, "44 used by others")
    answers.deny("cloudwatch:GetMetricStatistics")
    assert see(group, only="vcpu-quotas")["vcpu-quotas"].seen.endswith("use not known")


def test_each_kind_of_capacity_has_its_own_quota_and_a_capacity_block_none(see: See, answers: AwsAnswers) -> None:
    answers.said["service-quotas:GetServiceQuota"] = quotas({G: 100.0, STANDARD: 100.0, G_SPOT: 0.0})
    cpu = {"spec": "cpu", "instanceType": "m5.xlarge", "max": 2}
    found = see(GPU, cpu, {**GPU, "spec": "spot", "capacityType": "spot"}, only="vcpu-quotas")["vcpu-quotas"]
    assert found == Answer(
        Outcome.FAILED,
        "G and VT on-demand: at most 4 vCPUs needed, quota 100, use not known; "
        "Standard on-demand: at most 8 vCPUs needed, quota 100, use not known; "
        "G and VT spot: at most 4 vCPUs needed, quota 0, use not known",
        "4 for the first nodes, 4 for all",
        "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-3819A6DF "
        "--desired-value N",
    )
    block = {**GPU, "capacityType": "capacity-block", "capacityReservationId": "cr-0123456789abcdef0"}
    assert "vcpu-quotas" not in see(block)


def test_a_quota_that_the_account_has_not_noted_is_aws_default(see: See, answers: AwsAnswers) -> None:
    answers.refused["service-quotas:GetServiceQuota"] = ("NoSuchResourceException", "The quota is not there")
    answers.said["service-quotas:GetAWSDefaultServiceQuota"] = {"Quota": {"Value": 5.0}}
    assert (
        see(only="vcpu-quotas")["vcpu-quotas"].seen
        == "G and VT on-demand: at most 4 vCPUs needed, quota 5, use not known"
    )


@pytest.mark.parametrize(
    ("instance_type", "capacity_type", "code"),
    [
        ("m5.xlarge", "on-demand", "L-1216C47A"),
        ("im4gn.large", "spot", "L-34B43A08"),
        ("gr6.4xlarge", "on-demand", "L-DB2E81BA"),
        ("p5en.48xlarge", "on-demand", "L-417A185B"),
        ("p5en.48xlarge", "spot", "L-C4BD4855"),
        ("p4d.24xlarge", "spot", "L-7212CCBC"),
        ("trn1.2xlarge", "on-demand", "L-2C3B7624"),
        ("u-6tb1.56xlarge", "on-demand", "L-43DA4232"),
        ("p9x.48xlarge", "spot", None),
        ("mac1.metal", "on-demand", None),
    ],
)
def test_instances_count_in_the_quota_of_their_family(instance_type: str, capacity_type: str, code: str | None) -> None:
    found = quota_of(instance_type, capacity_type)
    assert (found and found[0]) == code


def test_an_instance_type_of_no_known_quota_could_not_be_checked(see: See, monkeypatch: pytest.MonkeyPatch) -> None:
    well = see()
    monkeypatch.setitem(capacity.QUOTAS["vcpus"], "on-demand", {})
    now = see()
    assert broken(well, now) == {"vcpu-quotas": Outcome.UNKNOWN}
    assert now["vcpu-quotas"].seen == "No quota is known for g5.xlarge on-demand: see Service Quotas, Amazon EC2."


def test_a_cluster_with_no_room_for_another_node_group_fails_its_line(see: See, answers: AwsAnswers) -> None:
    well = see()
    assert well["node-group-quota"].seen == "0 node groups, 1 to come, quota 30"
    answers.said["service-quotas:GetServiceQuota"] = quotas({NODE_GROUPS: 3.0})
    full = [f"ng-of-others-{number}" for number in range(3)]
    answers.said["eks:ListNodegroups"] = {"nodegroups": full}
    now = see()
    assert broken(well, now) == {"node-group-quota": Outcome.FAILED}
    assert (now["node-group-quota"].seen, now["node-group-quota"].expected) == (
        "3 node groups, 1 to come, quota 3",
        "4",
    )
    # The stack's own group is there already, replaced once.
    answers.said["eks:ListNodegroups"] = {"nodegroups": [*full[:2], "ng-an2-aicond-demo-ws-gpu-g2"]}
    assert see(only="node-group-quota")["node-group-quota"].seen == "3 node groups, 0 to come, quota 3"


# Images


def test_an_image_that_eks_has_not_for_the_version_fails_its_line(see: See) -> None:
    well = see(cluster={"version": "1.33"})
    assert well["ami-family"].seen == "AL2023_x86_64_NVIDIA for 1.33"
    ended = {
        **GPU,
        "amiType": "AL2_x86_64_GPU",
        "existing": {"nodeRole": "by-hand", "subnets": [subnet_in("a"), subnet_in("c")]},
    }
    before = see({**ended, "amiType": "AL2023_x86_64_NVIDIA"}, cluster={"version": "1.33"})
    now = see(ended, cluster={"version": "1.33"})
    assert broken(before, now) == {"ami-family": Outcome.FAILED}
    assert now["ami-family"].seen == "spec 'gpu': no AL2_x86_64_GPU for 1.33"
    older = see(ended, cluster={"version": "1.32"}, only="ami-family")["ami-family"]
    assert (older.outcome, older.seen) == (
        Outcome.WARNING,
        "spec 'gpu': AL2_x86_64_GPU is not published any more since 2025-11-26",
    )


def test_where_the_images_may_not_be_asked_for_the_end_of_al2_is_known_all_the_same(
    see: See, answers: AwsAnswers
) -> None:
    answers.deny("ssm:GetParameters")
    assert (
        see(only="ami-family")["ami-family"].seen
        == "AL2023_x86_64_NVIDIA for 1.35, as of 2026-11: ssm:GetParameters is refused"
    )
    existing = {"nodeRole": "by-hand", "subnets": [subnet_in("a"), subnet_in("c")]}
    by_hand = {**GPU, "amiType": "AL2_x86_64_GPU", "existing": existing}
    assert see(by_hand, only="ami-family")["ami-family"].seen == "spec 'gpu': no AL2_x86_64_GPU for 1.35"


def of_type(**facts: Any) -> Mapping[str, Any]:
    """EC2's word on a type that the settings do not know."""
    network = {"MaximumNetworkInterfaces": 4, "Ipv4AddressesPerInterface": 15}
    common = {"InstanceType": "g9.xlarge", "NetworkInfo": network, "VCpuInfo": {"DefaultVCpus": 4}}
    return {"InstanceTypes": [{**common, "ProcessorInfo": {"SupportedArchitectures": ["x86_64"]}, **facts}]}


NVIDIA = {"GpuInfo": {"Gpus": [{"Manufacturer": "NVIDIA"}]}}
AMD = {"GpuInfo": {"Gpus": [{"Manufacturer": "AMD"}]}}
UNSUITABLE = [
    ({"ProcessorInfo": {"SupportedArchitectures": ["arm64"]}, **NVIDIA}, "AL2023_x86_64_NVIDIA", "failed",
     "AL2023_x86_64_NVIDIA does not start on g9.xlarge"),
    (NVIDIA, "AL2023_x86_64_STANDARD", "warning", "AL2023_x86_64_STANDARD has no driver for the GPUs of g9.xlarge"),
    ({}, "BOTTLEROCKET_x86_64_NVIDIA", "warning", "BOTTLEROCKET_x86_64_NVIDIA is for GPUs, which g9.xlarge has not"),
    (AMD, "AL2023_x86_64_STANDARD", "warning", "no image of EKS's serves the GPUs of g9.xlarge"),
    ({"NeuronInfo": {"NeuronDevices": [{}]}}, "AL2023_x86_64_STANDARD", "warning",
     "AL2023_x86_64_STANDARD has no driver for the accelerators of g9.xlarge"),
]  # fmt: skip


@pytest.mark.parametrize("case", first_of_each(UNSUITABLE, lambda case: case[2]), ids=[case[3] for case in UNSUITABLE])
def test_an_image_that_does_not_suit_an_instance_type_that_only_ec2_knows_is_named(
    see: See, answers: AwsAnswers, case: tuple[Mapping[str, Any], str, str, str]
) -> None:
    facts, ami, outcome, said = case
    group = {**GPU, "instanceType": "g9.xlarge", "amiType": ami}
    offers = [{"InstanceType": "g9.xlarge", "Location": f"{REGION}{zone}"} for zone in "ac"]
    answers.said["ec2:DescribeInstanceTypeOfferings"] = {"InstanceTypeOfferings": offers}
    answers.said["ec2:DescribeInstanceTypes"] = of_type(**facts)
    found = see(group, only="ami-family")["ami-family"]
    assert (found.outcome, found.seen) == (outcome, f"spec 'gpu': {said}")
    suitable = {**of_type(**NVIDIA)}
    answers.said["ec2:DescribeInstanceTypes"] = suitable
    assert see({**group, "amiType": "AL2023_x86_64_NVIDIA"}, only="ami-family")["ami-family"].outcome == Outcome.OK


def test_every_ami_type_of_the_settings_has_its_parameter() -> None:
    assert node_images.PARAMETERS["parameters"].keys() == {*AMI_TYPES, *ENDED_AMI_TYPES}


def test_the_checks_of_node_groups_are_no_lines_of_a_stack_without_any(site: MakeSite, see: See) -> None:
    about_groups = {"subnets", "instance-offerings", "vcpu-quotas", "node-group-quota", "ami-family"}
    assert about_groups <= see().keys()
    assert about_groups & lines_of(with_eks(site(cluster="eks-demo"))).keys() == set()
