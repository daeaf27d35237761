"""Stand-in for `aws:autoscaling/tag:Tag`: one tag on an Auto Scaling group that somebody else, EKS, has made."""

from __future__ import annotations

from typing import ClassVar

from local.plugins.aws.handler import AwsHandler
from local.plugins.aws.schema import REGION, Arg, Arguments
from local.plugins.provider import PluginError, Values

TAG = {
    "key": Arg(str, required=True),
    "value": Arg(str, required=True),
    "propagateAtLaunch": Arg(bool, required=True),
}


class Tag(AwsHandler):
    what = "Auto Scaling Group Tag"
    arguments: ClassVar[Arguments] = {
        "autoscalingGroupName": Arg(str, required=True, replaces=True),
        "tag": Arg(TAG, required=True),
        "region": REGION,
    }
    replaced_paths = frozenset({"tag.key"})

    def changed(self, olds: Values, news: Values) -> list[str]:
        """Another key is another tag, another value is not."""
        keys = super().changed(olds, news)
        before, after = olds.get("tag"), news.get("tag")
        if "tag" in keys and isinstance(before, dict) and isinstance(after, dict):
            parts = [f"tag.{k}" for k in sorted(TAG) if before.get(k) != after.get(k)]
            return sorted([k for k in keys if k != "tag"] + parts)
        return keys

    def make(self, news: Values, region: str) -> str:
        self._put(news["autoscalingGroupName"], news["tag"], region)
        return f"{news['autoscalingGroupName']},{news['tag']['key']}"

    def find(self, id: str, region: str) -> Values | None:
        group, key = self._parts(id)
        filters = [{"Name": "auto-scaling-group", "Values": [group]}, {"Name": "key", "Values": [key]}]
        found = self.aws.pages("autoscaling", "describe_tags", "Tags", region=region, Filters=filters)
        if not found:
            return None
        tag = {"key": key, "value": found[0]["Value"], "propagateAtLaunch": found[0]["PropagateAtLaunch"]}
        return {"autoscalingGroupName": group, "tag": tag}

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        self._put(news["autoscalingGroupName"], news["tag"], region)

    def remove(self, id: str, state: Values, region: str) -> None:
        if self.find(id, region) is None:
            return
        group, key = self._parts(id)
        tag = {"ResourceId": group, "ResourceType": "auto-scaling-group", "Key": key}
        self.aws.ask("autoscaling", "delete_tags", region=region, Tags=[tag])

    def _label(self, news: Values) -> str:
        return f"{news.get('autoscalingGroupName')},{(news.get('tag') or {}).get('key')}"

    def _put(self, group: str, tag: Values, region: str) -> None:
        wire = {
            "ResourceId": group,
            "ResourceType": "auto-scaling-group",
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": tag["propagateAtLaunch"],
        }
        self.aws.ask("autoscaling", "create_or_update_tags", region=region, Tags=[wire])

    @staticmethod
    def _parts(id: str) -> tuple[str, str]:
        group, comma, key = id.partition(",")
        if not comma:
            raise PluginError(f"Expected an id of group and key, for example 'eks-gpu-1,team', got '{id}'.")
        return group, key
