"""Launch templates, node groups and the tags on their Auto Scaling groups, against the local AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

TEMPLATE, GROUP, TAG = "aws:ec2/launchTemplate:LaunchTemplate", "aws:eks/nodeGroup:NodeGroup", "aws:autoscaling/tag:Tag"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CONTENT: dict[str, Any] = {
    "blockDeviceMappings": [
        {
            "deviceName": "/dev/xvda",
            "ebs": {"volumeSize": 50, "volumeType": "gp3", "iops": 3000, "throughput": 125, "encrypted": "true"},
        }
    ],
    "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"},
    "tagSpecifications": [{"resourceType": "instance", "tags": {"Name": "node"}}],
    "updateDefaultVersion": True,
}
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture
def template(engine: Any) -> Any:
    made = engine.create(TEMPLATE, "nodes", {**CONTENT, "tags": {"a": "1"}})
    yield made
    engine.delete(made)


@pytest.fixture(scope="module")
def role(engine: Any) -> Any:
    made = engine.create("aws:iam/role:Role", "nodes", {"assumeRolePolicy": TRUST})
    yield made
    engine.delete(made)


@pytest.fixture
def inputs(engine: Any, seeded: Any, template: Any, role: Any) -> dict[str, Any]:
    return {
        "amiType": "AL2023_x86_64_NVIDIA",
        "capacityType": "ON_DEMAND",
        "clusterName": seeded.cluster_name,
        "instanceTypes": ["g5.xlarge"],
        "labels": {"aic-role": "demo-ws-gpu"},
        "launchTemplate": {"id": template.id, "version": "1"},
        "nodeGroupName": "ng-an2-aicond-demo-ws-gpu",
        "nodeRoleArn": role.outputs["arn"],
        "scalingConfig": {"minSize": 0, "maxSize": 3, "desiredSize": 0},
        "subnetIds": [seeded.private_subnets["c"], seeded.private_subnets["a"]],
        "tags": {"project": "demo"},
        "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}],
    }


@pytest.fixture
def group(engine: Any, inputs: dict[str, Any]) -> Any:
    made = engine.create(GROUP, "gpu", inputs)
    yield made
    engine.delete(made)


def scaling_group(client: Any, group: Any) -> Any:
    name = group.outputs["resources"][0]["autoscalingGroups"][0]["name"]
    found = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return found[0] if found else None


def test_a_launch_template_answers_the_documented_outputs(engine: Any, template: Any) -> None:
    assert template.id.startswith("lt-")
    assert template.outputs == {
        **CONTENT,
        "arn": f"arn:aws:ec2:ap-northeast-2:123456789012:launch-template/{template.id}",
        "defaultVersion": 1,
        "description": "",
        "latestVersion": 1,
        "name": template.outputs["name"],
        "region": "ap-northeast-2",
        "tags": {"a": "1"},
        "tagsAll": {"a": "1"},
    }
    assert engine.read(template) == template
    assert engine.diff(template, {**CONTENT, "tags": {"a": "1"}}).changed == []


def test_another_content_is_another_version_and_the_default_one(engine: Any, template: Any) -> None:
    news = {
        **CONTENT,
        "tags": {"a": "1"},
        "metadataOptions": {**CONTENT["metadataOptions"], "httpPutResponseHopLimit": 2},
    }
    shown = engine.preview_update(template, news)
    assert (shown["latestVersion"], shown["defaultVersion"]) == (UNKNOWN, UNKNOWN)
    changed = engine.update(template, news)
    assert (changed.outputs["latestVersion"], changed.outputs["defaultVersion"]) == (2, 2)
    assert engine.read(changed) == changed


def test_other_tags_are_no_other_version(engine: Any, template: Any, client: Any) -> None:
    news = {**CONTENT, "tags": {"b": "2"}}
    assert engine.preview_update(template, news)["latestVersion"] == 1
    changed = engine.update(template, news)
    assert (changed.outputs["latestVersion"], changed.outputs["tagsAll"]) == (1, {"b": "2"})
    data = client("ec2").describe_launch_template_versions(LaunchTemplateId=template.id)["LaunchTemplateVersions"]
    assert [v["LaunchTemplateData"]["TagSpecifications"] for v in data] == [
        [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "node"}]}]
    ]


def test_a_version_made_by_somebody_else_shows_as_drift(engine: Any, template: Any, client: Any) -> None:
    data = {"MetadataOptions": {"HttpTokens": "optional"}}
    client("ec2").create_launch_template_version(LaunchTemplateId=template.id, LaunchTemplateData=data)
    found = engine.read(template)
    assert found.outputs["latestVersion"] == 2
    assert engine.diff(found, {**CONTENT, "tags": {"a": "1"}}).changed == [
        "blockDeviceMappings", "metadataOptions", "tagSpecifications",
    ]  # fmt: skip


def test_a_launch_template_that_is_gone_is_gone(engine: Any) -> None:
    made = engine.create(TEMPLATE, "short", CONTENT)
    engine.delete(made)
    assert engine.read(made) is None
    engine.delete(made)


def test_a_node_group_answers_the_documented_outputs(engine: Any, group: Any, inputs: dict[str, Any]) -> None:
    cluster, name = inputs["clusterName"], inputs["nodeGroupName"]
    assert group.id == f"{cluster}:{name}"
    outputs = group.outputs
    assert outputs == {
        **inputs,
        "arn": outputs["arn"],
        "launchTemplate": {**inputs["launchTemplate"], "name": outputs["launchTemplate"]["name"]},
        "region": "ap-northeast-2",
        "releaseVersion": "1.33.0-20251101",
        "resources": [
            {
                "autoscalingGroups": [{"name": f"eks-{name}-{outputs['arn'].rpartition('/')[2]}"}],
                "remoteAccessSecurityGroupId": "",
            }
        ],
        "status": "ACTIVE",
        "tagsAll": {"project": "demo"},
        "updateConfig": {"maxUnavailable": 1},
        "version": "1.33",
    }
    assert engine.read(group) == group
    assert engine.diff(group, inputs).changed == []


def test_a_node_group_has_a_real_scaling_group_with_the_tags_of_eks(
    engine: Any, group: Any, inputs: dict[str, Any], client: Any
) -> None:
    found = scaling_group(client, group)
    cluster = inputs["clusterName"]
    assert (found["MinSize"], found["MaxSize"], found["DesiredCapacity"]) == (0, 3, 0)
    assert set(found["VPCZoneIdentifier"].split(",")) == set(inputs["subnetIds"])
    assert {(t["Key"], t["Value"], t["PropagateAtLaunch"]) for t in found["Tags"]} == {
        ("eks:cluster-name", cluster, True),
        ("eks:nodegroup-name", inputs["nodeGroupName"], True),
        ("k8s.io/cluster-autoscaler/enabled", "true", True),
        (f"k8s.io/cluster-autoscaler/{cluster}", "owned", True),
        (f"kubernetes.io/cluster/{cluster}", "owned", True),
    }


def test_the_scaling_group_goes_with_the_node_group(engine: Any, inputs: dict[str, Any], client: Any) -> None:
    made = engine.create(GROUP, "short", {**inputs, "nodeGroupName": "short-lived"})
    assert scaling_group(client, made) is not None
    engine.delete(made)
    assert scaling_group(client, made) is None
    assert engine.read(made) is None
    engine.delete(made)


def test_labels_taints_sizes_version_and_tags_change_in_place(
    engine: Any, group: Any, inputs: dict[str, Any], template: Any, client: Any
) -> None:
    engine.update(template, {**CONTENT, "description": "second"})
    news = {
        **inputs,
        "labels": {"aic-role": "other", "k8s.amazonaws.com/accelerator": "nvidia-a10g"},
        "launchTemplate": {"id": template.id, "version": "2"},
        "scalingConfig": {"minSize": 1, "maxSize": 4, "desiredSize": 2},
        "tags": {"owner": "demo"},
        "taints": [{"key": "other", "effect": "NO_EXECUTE"}],
        "updateConfig": {"maxUnavailable": 2},
    }
    found = engine.diff(group, news)
    assert found.changed == [
        "labels", "launchTemplate.version", "scalingConfig", "tags", "taints", "updateConfig",
    ]  # fmt: skip
    assert found.replaces == []
    changed = engine.update(group, news)
    for name in ("labels", "scalingConfig", "tags", "taints", "updateConfig"):
        assert changed.outputs[name] == news[name]
    assert changed.outputs["launchTemplate"]["version"] == "2"
    assert engine.read(changed) == changed
    size = scaling_group(client, changed)
    assert (size["MinSize"], size["MaxSize"], size["DesiredCapacity"], len(size["Instances"])) == (1, 4, 2, 2)


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"amiType": "AL2023_x86_64_STANDARD"}, ["amiType"]),
        ({"capacityType": "SPOT"}, ["capacityType"]),
        ({"instanceTypes": ["g5.2xlarge"]}, ["instanceTypes"]),
        ({"launchTemplate": {"id": "lt-other", "version": "1"}}, ["launchTemplate.id"]),
        ({"nodeRoleArn": "arn:aws:iam::123456789012:role/other"}, ["nodeRoleArn"]),
        ({"subnetIds": ["subnet-other"]}, ["subnetIds"]),
    ],
)
def test_what_eks_cannot_change_replaces_the_group(
    engine: Any, group: Any, inputs: dict[str, Any], change: dict[str, Any], replaces: list[str]
) -> None:
    found = engine.diff(group, {**inputs, **change})
    assert (found.replaces, found.deletes_first) == (replaces, True)


def test_a_group_named_by_a_prefix_is_replaced_new_one_first(engine: Any, inputs: dict[str, Any]) -> None:
    prefixed = {k: v for k, v in inputs.items() if k != "nodeGroupName"} | {"nodeGroupNamePrefix": "ng-gpu-"}
    made = engine.create(GROUP, "prefixed", prefixed)
    assert made.outputs["nodeGroupName"].startswith("ng-gpu-")
    found = engine.diff(made, {**prefixed, "instanceTypes": ["g5.2xlarge"]})
    assert (found.replaces, found.deletes_first) == (["instanceTypes"], False)
    engine.delete(made)


def test_subnets_and_taints_have_no_order(engine: Any, group: Any, inputs: dict[str, Any]) -> None:
    assert engine.diff(group, {**inputs, "subnetIds": inputs["subnetIds"][::-1]}).changed == []


def test_a_size_set_by_the_autoscaler_shows_as_drift(engine: Any, group: Any, inputs: Any, client: Any) -> None:
    client("eks").update_nodegroup_config(
        clusterName=inputs["clusterName"], nodegroupName=inputs["nodeGroupName"],
        scalingConfig={"minSize": 0, "maxSize": 3, "desiredSize": 2},
    )  # fmt: skip
    assert engine.read(group).inputs["scalingConfig"] == {"minSize": 0, "maxSize": 3, "desiredSize": 2}


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"nodeGroupName": "a" * 64}, "nodeGroupName: Expected a name of 1 to 63 of A-Z, a-z, 0-9, '-' and '_', got"),
        ({"scalingConfig": {"minSize": 0, "maxSize": 0, "desiredSize": 0}}, "scalingConfig.maxSize: Expected"),
        ({"scalingConfig": {"minSize": 0, "maxSize": 1}}, "scalingConfig.desiredSize: Missing required argument"),
        ({"launchTemplate": {"version": "1"}}, "launchTemplate: Expected one of 'launchTemplate.id' and"),
        ({"taints": [{"key": "a", "effect": "NoSchedule"}]}, "taints[0].effect: Expected 'taints[0].effect' to be one"),
        ({"remoteAccess": {}}, "remoteAccess: The stand-in does not implement the argument 'remoteAccess'."),
    ],
)
def test_wrong_arguments_of_a_group_are_named(
    engine: Any, inputs: dict[str, Any], change: dict[str, Any], failure: str
) -> None:
    failures = engine.check(GROUP, "x", {**inputs, **change})[1]
    assert len(failures) == 1
    assert failures[0].startswith(failure)


def test_a_tag_is_made_read_changed_and_removed(engine: Any, group: Any, client: Any) -> None:
    name = scaling_group(client, group)["AutoScalingGroupName"]
    key = "k8s.io/cluster-autoscaler/node-template/label/aic-role"
    inputs = {"autoscalingGroupName": name, "tag": {"key": key, "value": "demo", "propagateAtLaunch": False}}
    made = engine.create(TAG, "label", inputs)
    assert (made.id, made.outputs) == (f"{name},{key}", {**inputs, "region": "ap-northeast-2"})
    assert engine.read(made) == made
    assert engine.get(TAG, made.id).outputs == made.outputs
    news = {**inputs, "tag": {**inputs["tag"], "value": "other"}}
    assert (engine.diff(made, news).changed, engine.diff(made, news).replaces) == (["tag.value"], [])
    changed = engine.update(made, news)
    assert engine.read(changed) == changed
    assert engine.diff(made, {**inputs, "tag": {**inputs["tag"], "key": "k"}}).replaces == ["tag.key"]
    engine.delete(changed)
    assert engine.read(changed) is None
    engine.delete(changed)


def test_the_tag_of_a_group_that_is_gone_is_gone(engine: Any, inputs: dict[str, Any], client: Any) -> None:
    made = engine.create(GROUP, "short", {**inputs, "nodeGroupName": "tagged"})
    name = scaling_group(client, made)["AutoScalingGroupName"]
    tag = engine.create(
        TAG, "t", {"autoscalingGroupName": name, "tag": {"key": "k", "value": "v", "propagateAtLaunch": True}}
    )
    engine.delete(made)
    assert engine.read(tag) is None
    engine.delete(tag)


def test_a_tag_on_no_group_is_refused(engine: Any, refused: Any) -> None:
    tag = {"key": "k", "value": "v", "propagateAtLaunch": True}
    with pytest.raises(refused) as caught:
        engine.create(TAG, "t", {"autoscalingGroupName": "eks-none", "tag": tag})
    assert str(caught.value) == (
        "creating Auto Scaling Group Tag (eks-none,k): operation error CreateOrUpdateTags, https response error "
        "StatusCode: 400, api error ValidationError: AutoScalingGroup name not found - AutoScalingGroup 'eks-none' not "
        "found"
    )
