"""Stand-in for `aws:ec2/launchTemplate:LaunchTemplate`: volumes, metadata options, tags of what is launched.

A change of anything but tags makes a new version, as in pulumi-aws: `latestVersion` is unknown in such a
preview. Implemented is what a managed node group may set; other arguments are refused by name.
"""

from __future__ import annotations

from typing import Any, ClassVar

from local.plugins.aws.handler import AwsHandler, tag_list, tag_map, unique_name
from local.plugins.aws.iam import one_name
from local.plugins.aws.s3_bucket import partition
from local.plugins.aws.schema import REGION, TAGS, Arg, Arguments
from local.plugins.provider import UNKNOWN, Failure, Values

GONE = ("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound")
BOOLEAN_TEXT = ("true", "false", "")

EBS = {
    "deleteOnTermination": Arg(str, choices=BOOLEAN_TEXT),
    "encrypted": Arg(str, choices=BOOLEAN_TEXT),
    "iops": Arg(int, computed=True),
    "kmsKeyId": Arg(str),
    "snapshotId": Arg(str),
    "throughput": Arg(int, computed=True),
    "volumeSize": Arg(int, computed=True),
    "volumeType": Arg(str, computed=True, choices=("standard", "io1", "io2", "gp2", "sc1", "st1", "gp3")),
}
BLOCK_DEVICE = {"deviceName": Arg(str), "ebs": Arg(EBS), "noDevice": Arg(str), "virtualName": Arg(str)}
METADATA = {
    "httpEndpoint": Arg(str, computed=True, choices=("enabled", "disabled")),
    "httpProtocolIpv6": Arg(str, computed=True, choices=("enabled", "disabled")),
    "httpPutResponseHopLimit": Arg(int, computed=True),
    "httpTokens": Arg(str, computed=True, choices=("optional", "required")),
    "instanceMetadataTags": Arg(str, computed=True, choices=("enabled", "disabled")),
}
TAG_SPECIFICATION = {"resourceType": Arg(str), "tags": Arg(str, "map")}
RESERVATION_TARGET = {"capacityReservationId": Arg(str), "capacityReservationResourceGroupArn": Arg(str)}
RESERVATION = {
    "capacityReservationPreference": Arg(str, choices=("open", "none", "capacity-reservations-only")),
    "capacityReservationTarget": Arg(RESERVATION_TARGET),
}
MARKET = {"marketType": Arg(str, choices=("spot", "capacity-block"))}

DATA = {
    "blockDeviceMappings": "BlockDeviceMappings",
    "capacityReservationSpecification": "CapacityReservationSpecification",
    "ebsOptimized": "EbsOptimized",
    "imageId": "ImageId",
    "instanceMarketOptions": "InstanceMarketOptions",
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "metadataOptions": "MetadataOptions",
    "monitoring": "Monitoring",
    "tagSpecifications": "TagSpecifications",
    "userData": "UserData",
    "vpcSecurityGroupIds": "SecurityGroupIds",
}
"""Arguments that are the content of a version -> their names in the EC2 API."""
TEXT_BOOLEANS = {"Encrypted", "DeleteOnTermination"}


class LaunchTemplate(AwsHandler):
    what = "EC2 Launch Template"
    arguments: ClassVar[Arguments] = {
        "blockDeviceMappings": Arg(BLOCK_DEVICE, "list"),
        "capacityReservationSpecification": Arg(RESERVATION),
        "defaultVersion": Arg(int, computed=True),
        "description": Arg(str),
        "ebsOptimized": Arg(str, choices=BOOLEAN_TEXT),
        "imageId": Arg(str),
        "instanceMarketOptions": Arg(MARKET),
        "instanceType": Arg(str),
        "keyName": Arg(str),
        "metadataOptions": Arg(METADATA),
        "monitoring": Arg({"enabled": Arg(bool)}),
        "name": Arg(str, replaces=True, computed=True),
        "namePrefix": Arg(str, replaces=True, computed=True),
        "region": REGION,
        "tags": TAGS,
        "tagSpecifications": Arg(TAG_SPECIFICATION, "list"),
        "updateDefaultVersion": Arg(bool),
        "userData": Arg(str),
        "vpcSecurityGroupIds": Arg(str, "set"),
    }
    outputs = frozenset({"arn", "latestVersion"})
    name_argument = "name"
    prefix_argument = "namePrefix"
    name_limit = 128

    def conflicts(self, news: Values) -> list[Failure]:
        if news.get("defaultVersion") is not None and news.get("updateDefaultVersion") is not None:
            reason = "Conflicting arguments: 'defaultVersion' and 'updateDefaultVersion'."
            return [Failure("updateDefaultVersion", reason)]
        return one_name(news)

    def preview(self, news: Values, olds: Values | None) -> Values:
        shown = super().preview(news, olds)
        if olds is not None and self._new_content(olds, news):
            shown["latestVersion"] = UNKNOWN
            if news.get("updateDefaultVersion"):
                shown["defaultVersion"] = UNKNOWN
        return shown

    def make(self, news: Values, region: str) -> str:
        options: dict[str, Any] = {"VersionDescription": news["description"]} if news.get("description") else {}
        if news["tagsAll"]:
            tags = {"ResourceType": "launch-template", "Tags": tag_list(news["tagsAll"])}
            options["TagSpecifications"] = [tags]
        made = self.aws.ask(
            "ec2", "create_launch_template", region=region, LaunchTemplateData=_content(news),
            LaunchTemplateName=news.get("name") or unique_name(news["namePrefix"]), **options,
        )  # fmt: skip
        return made["LaunchTemplate"]["LaunchTemplateId"]

    def find(self, id: str, region: str) -> Values | None:
        found = self.aws.call("ec2", "describe_launch_templates", region=region, missing=GONE, LaunchTemplateIds=[id])
        if not found or not found["LaunchTemplates"]:
            return None
        template = found["LaunchTemplates"][0]
        version = self.aws.ask(
            "ec2", "describe_launch_template_versions", region=region, LaunchTemplateId=id,
            Versions=[str(template["LatestVersionNumber"])],
        )["LaunchTemplateVersions"][0]  # fmt: skip
        account = self.aws.ask("sts", "get_caller_identity")["Account"]
        return {
            **_arguments(version["LaunchTemplateData"]),
            "arn": f"arn:{partition(region)}:ec2:{region}:{account}:launch-template/{id}",
            "defaultVersion": template["DefaultVersionNumber"],
            "description": version.get("VersionDescription") or "",
            "latestVersion": template["LatestVersionNumber"],
            "name": template["LaunchTemplateName"],
            "tagsAll": tag_map(template.get("Tags")),
        }

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        default = news.get("defaultVersion")
        if self._new_content(olds, news):
            options: dict[str, Any] = {"VersionDescription": news["description"]} if news.get("description") else {}
            made = self.aws.ask(
                "ec2", "create_launch_template_version", region=region, LaunchTemplateId=id,
                LaunchTemplateData=_content(news), **options,
            )  # fmt: skip
            if news.get("updateDefaultVersion"):
                default = made["LaunchTemplateVersion"]["VersionNumber"]
        elif news.get("updateDefaultVersion"):
            default = olds["latestVersion"]
        if default is not None and default != olds.get("defaultVersion"):
            self.aws.ask(
                "ec2",
                "modify_launch_template",
                region=region,
                LaunchTemplateId=id,
                DefaultVersion=str(default),
            )

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        if remove:
            self.aws.ask("ec2", "delete_tags", region=region, Resources=[id], Tags=[{"Key": k} for k in remove])
        if add:
            self.aws.ask("ec2", "create_tags", region=region, Resources=[id], Tags=tag_list(add))

    def remove(self, id: str, state: Values, region: str) -> None:
        missing = (*GONE, "InvalidLaunchTemplateName.NotFoundException")
        self.aws.call("ec2", "delete_launch_template", region=region, missing=missing, LaunchTemplateId=id)

    def _new_content(self, olds: Values, news: Values) -> bool:
        """Whether the change needs a new version. `olds` are outputs: what EC2 adds to them is no difference."""
        before = {k: v for k, v in _arguments(_content(olds)).items() if v}
        after = {k: v for k, v in _arguments(_content(news)).items() if v} if not _unknown(news) else None
        return before != after or (olds.get("description") or "") != (news.get("description") or "")


def _unknown(news: Values) -> bool:
    return UNKNOWN in str({k: news.get(k) for k in DATA})


def _content(values: Values) -> Values:
    """The arguments as the EC2 API's `LaunchTemplateData`."""
    content = {DATA[k]: _wire(v) for k, v in values.items() if k in DATA and v not in (None, "", [], {})}
    if "EbsOptimized" in content:
        content["EbsOptimized"] = content["EbsOptimized"] == "true"
    for spec, given in zip(content.get("TagSpecifications", []), values.get("tagSpecifications") or [], strict=True):
        spec["Tags"] = tag_list(given.get("tags") or {})
    return content


def _wire(value: Any) -> Any:
    if isinstance(value, list):
        return [_wire(v) for v in value]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for key, item in value.items():
        name = "HttpProtocolIpv6" if key == "httpProtocolIpv6" else key[0].upper() + key[1:]
        if name in TEXT_BOOLEANS and isinstance(item, str):
            if item:
                result[name] = item == "true"
        elif item not in (None, ""):
            result[name] = _wire(item)
    return result


def _arguments(content: Values) -> Values:
    """`LaunchTemplateData` as arguments; each argument is there, None when it is not set."""
    values: Values = {ours: _ours(content.get(theirs)) for ours, theirs in DATA.items()}
    if isinstance(content.get("EbsOptimized"), bool):
        values["ebsOptimized"] = str(content["EbsOptimized"]).lower()
    specs = content.get("TagSpecifications") or []
    values["tagSpecifications"] = [
        {"resourceType": s.get("ResourceType"), "tags": tag_map(s.get("Tags"))} for s in specs
    ]
    return values


def _ours(value: Any) -> Any:
    if isinstance(value, list):
        return [_ours(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {
        k[0].lower() + k[1:]: str(v).lower() if k in TEXT_BOOLEANS and isinstance(v, bool) else _ours(v)
        for k, v in value.items()
    }
