"""Stand-in for `aws:eks/nodeGroup:NodeGroup`.

What replaces the group and what changes in place: docs/facts/eks-node-groups.md, "What replaces a group". SSH access to
nodes (`remoteAccess`), warm pools and node repair are not implemented.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from local.plugins.aws.handler import AwsHandler, unique_name
from local.plugins.aws.schema import DEFAULTS, REGION, TAGS, Arg, Arguments, same, unchanged
from local.plugins.provider import UNKNOWN, Failure, Values

GONE = ("ResourceNotFoundException",)
WAIT_SECONDS, LIMIT_SECONDS = 0.2, 1200.0
"""Between two looks at a group that is being made or deleted, and in all."""
SCALING = {
    "desiredSize": Arg(int, required=True),
    "maxSize": Arg(int, required=True),
    "minSize": Arg(int, required=True),
}
TAINT = {
    "key": Arg(str, required=True),
    "value": Arg(str),
    "effect": Arg(str, required=True, choices=("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE")),
}
TEMPLATE = {"id": Arg(str, computed=True), "name": Arg(str, computed=True), "version": Arg(str, required=True)}
UPDATE = {"maxUnavailable": Arg(int), "maxUnavailablePercentage": Arg(int)}
PREFIX_LIMIT = 63 - 26
"""What the 26 characters that Terraform appends leave of a name."""
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,62}")


class NodeGroup(AwsHandler):
    what = "EKS Node Group"
    arguments: ClassVar[Arguments] = {
        "amiType": Arg(str, replaces=True, computed=True),
        "capacityType": Arg(str, replaces=True, computed=True, choices=("ON_DEMAND", "SPOT", "CAPACITY_BLOCK")),
        "clusterName": Arg(str, required=True, replaces=True),
        "diskSize": Arg(int, replaces=True, computed=True),
        "forceUpdateVersion": Arg(bool),
        "instanceTypes": Arg(str, "list", replaces=True, computed=True),
        "labels": Arg(str, "map"),
        "launchTemplate": Arg(TEMPLATE),
        "nodeGroupName": Arg(str, replaces=True, computed=True),
        "nodeGroupNamePrefix": Arg(str, replaces=True, computed=True),
        "nodeRoleArn": Arg(str, required=True, replaces=True),
        "region": REGION,
        "releaseVersion": Arg(str, computed=True),
        "scalingConfig": Arg(SCALING, required=True),
        "subnetIds": Arg(str, "set", required=True, replaces=True),
        "tags": TAGS,
        "taints": Arg(TAINT, "set"),
        "updateConfig": Arg(UPDATE, computed=True),
        "version": Arg(str, computed=True),
    }
    replaced_paths = frozenset({"launchTemplate.id", "launchTemplate.name"})
    outputs = frozenset({"arn", "resources", "status", "amiType", "capacityType", "instanceTypes", "releaseVersion",
                         "version", "updateConfig"})  # fmt: skip
    name_argument = "nodeGroupName"
    prefix_argument = "nodeGroupNamePrefix"
    name_limit = 63

    def conflicts(self, news: Values) -> list[Failure]:
        failures: list[Failure] = []
        if news.get("nodeGroupName") is not None and news.get("nodeGroupNamePrefix") is not None:
            reason = "Conflicting arguments: 'nodeGroupName' and 'nodeGroupNamePrefix'."
            failures.append(Failure("nodeGroupNamePrefix", reason))
        name = news.get("nodeGroupName")
        if isinstance(name, str) and name != UNKNOWN and not NAME.fullmatch(name):
            reason = f"Expected a name of 1 to 63 of A-Z, a-z, 0-9, '-' and '_', got '{name}'."
            failures.append(Failure("nodeGroupName", reason))
        prefix = news.get("nodeGroupNamePrefix")
        if isinstance(prefix, str) and prefix != UNKNOWN and len(prefix) > PREFIX_LIMIT:
            reason = f"Expected a prefix of at most {PREFIX_LIMIT} characters, got '{prefix}'."
            failures.append(Failure("nodeGroupNamePrefix", reason))
        scaling = news.get("scalingConfig")
        if isinstance(scaling, dict):
            for key, least in (("maxSize", 1), ("minSize", 0), ("desiredSize", 0)):
                if isinstance(scaling.get(key), int) and scaling[key] < least:
                    path = f"scalingConfig.{key}"
                    failures.append(Failure(path, f"Expected '{path}' to be at least {least}, got {scaling[key]}."))
        template = news.get("launchTemplate")
        if isinstance(template, dict) and ("id" in template) == ("name" in template):
            failures.append(Failure("launchTemplate", "Expected one of 'launchTemplate.id' and 'launchTemplate.name'."))
        return failures

    def changed(self, olds: Values, news: Values) -> list[str]:
        """The launch template by its parts: another template replaces the group, another version does not."""
        keys = super().changed(olds, news)
        if "launchTemplate" not in keys:
            return keys
        before, after = olds.get("launchTemplate"), news.get("launchTemplate")
        parts = ["launchTemplate.id"]  # a template added or taken away
        if isinstance(before, dict) and isinstance(after, dict):
            parts = [
                f"launchTemplate.{k}" for k, a in TEMPLATE.items() if not unchanged(a, before.get(k), after.get(k))
            ]
        return sorted([k for k in keys if k != "launchTemplate"] + parts)

    def make(self, news: Values, region: str) -> str:
        name = news.get("nodeGroupName") or unique_name(news["nodeGroupNamePrefix"])
        plain = ("amiType", "capacityType", "diskSize", "instanceTypes", "labels", "launchTemplate", "releaseVersion",
                 "scalingConfig", "taints", "updateConfig", "version")  # fmt: skip
        options: dict[str, Any] = {k: news[k] for k in plain if news.get(k) not in (None, [], {})}
        cluster = news["clusterName"]
        self.aws.ask(
            "eks", "create_nodegroup", region=region, clusterName=cluster, nodegroupName=name,
            nodeRole=news["nodeRoleArn"], subnets=news["subnetIds"], tags=news["tagsAll"], **options,
        )  # fmt: skip
        self._wait("nodegroup_active", cluster, name, region)
        return f"{cluster}:{name}"

    def find(self, id: str, region: str) -> Values | None:
        cluster, _, name = id.partition(":")
        found = self.aws.call(
            "eks", "describe_nodegroup", region=region, missing=GONE, clusterName=cluster, nodegroupName=name
        )
        return None if found is None else _described(found["nodegroup"])

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        cluster, _, name = id.partition(":")
        version = self._version_change(olds, news)
        if version:
            force = {"force": True} if news.get("forceUpdateVersion") else {}
            self._update("update_nodegroup_version", cluster, name, region, **version, **force)
        changes = self._config_change(olds, news)
        if changes:
            self._update("update_nodegroup_config", cluster, name, region, **changes)

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        if remove:
            self.aws.ask("eks", "untag_resource", region=region, resourceArn=state["arn"], tagKeys=remove)
        if add:
            self.aws.ask("eks", "tag_resource", region=region, resourceArn=state["arn"], tags=add)

    def remove(self, id: str, state: Values, region: str) -> None:
        cluster, _, name = id.partition(":")
        found = self.aws.call(
            "eks", "delete_nodegroup", region=region, missing=GONE, clusterName=cluster, nodegroupName=name
        )
        if found is not None:
            self._wait("nodegroup_deleted", cluster, name, region)

    def _label(self, news: Values) -> str:
        return f"{news.get('clusterName')}:{news.get('nodeGroupName') or news.get('nodeGroupNamePrefix')}"

    def _version_change(self, olds: Values, news: Values) -> Values:
        """The arguments of UpdateNodegroupVersion, if anything it changes has changed."""
        changes: Values = {}
        before, after = olds.get("launchTemplate") or {}, news.get("launchTemplate") or {}
        if after and before.get("version") != after["version"]:
            one = "id" if after.get("id") else "name"
            changes["launchTemplate"] = {one: after[one], "version": after["version"]}
        for key in ("version", "releaseVersion"):
            if news.get(key) and news[key] != olds.get(key):
                changes[key] = news[key]
        return changes

    def _config_change(self, olds: Values, news: Values) -> Values:
        """The arguments of UpdateNodegroupConfig, if anything it changes has changed."""
        changes: Values = {}
        old_labels, labels = olds.get("labels") or {}, news.get("labels") or {}
        if old_labels != labels:
            changes["labels"] = {
                "addOrUpdateLabels": {k: v for k, v in labels.items() if old_labels.get(k) != v},
                "removeLabels": sorted(set(old_labels) - set(labels)),
            }
        old_taints, taints = olds.get("taints") or [], news.get("taints") or []
        if not same(self.arguments["taints"], old_taints, taints):
            kept = {(t["key"], t["effect"]) for t in taints}
            changes["taints"] = {
                "addOrUpdateTaints": [t for t in taints if t not in old_taints],
                "removeTaints": [t for t in old_taints if (t["key"], t["effect"]) not in kept],
            }
        for key in ("scalingConfig", "updateConfig"):
            if news.get(key) and news[key] != olds.get(key):
                changes[key] = {k: v for k, v in news[key].items() if k != DEFAULTS}
        return changes

    def _update(self, operation: str, cluster: str, name: str, region: str, **changes: Any) -> None:
        """Run an update and wait until EKS is done with it."""
        self.aws.ask("eks", operation, region=region, clusterName=cluster, nodegroupName=name, **changes)
        self._wait("nodegroup_active", cluster, name, region)

    def _wait(self, waiter: str, cluster: str, name: str, region: str) -> None:
        patience = {"Delay": WAIT_SECONDS, "MaxAttempts": round(LIMIT_SECONDS / WAIT_SECONDS)}
        self.aws.client("eks", region).get_waiter(waiter).wait(
            clusterName=cluster, nodegroupName=name, WaiterConfig=patience
        )


def _described(group: Values) -> Values:
    resources, template = group.get("resources") or {}, group.get("launchTemplate") or {}
    taints = [{k: t[k] for k in ("key", "value", "effect") if t.get(k)} for t in group.get("taints") or []]
    return {
        "amiType": group.get("amiType"),
        "arn": group["nodegroupArn"],
        "capacityType": group.get("capacityType"),
        "clusterName": group["clusterName"],
        "diskSize": group.get("diskSize"),
        "instanceTypes": group.get("instanceTypes") or [],
        "labels": group.get("labels") or {},
        "launchTemplate": {k: template[k] for k in ("id", "name", "version") if template.get(k)} or None,
        "nodeGroupName": group["nodegroupName"],
        "nodeRoleArn": group["nodeRole"],
        "releaseVersion": group.get("releaseVersion"),
        "resources": [
            {
                "autoscalingGroups": [{"name": g["name"]} for g in resources.get("autoScalingGroups") or []],
                "remoteAccessSecurityGroupId": resources.get("remoteAccessSecurityGroup") or "",
            }
        ],
        "scalingConfig": {k: (group.get("scalingConfig") or {}).get(k) for k in SCALING},
        "status": group["status"],
        "subnetIds": group.get("subnets") or [],
        "tagsAll": group.get("tags") or {},
        "taints": taints,
        "updateConfig": group.get("updateConfig"),
        "version": group.get("version"),
    }
