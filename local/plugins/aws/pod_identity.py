"""Stand-in for `aws:eks/podIdentityAssociation:PodIdentityAssociation`.

Its id is that of the association alone; it is imported by `CLUSTER,ASSOCIATION`. What replaces it:
docs/facts/pod-identity.md, "The AWS provider". Target roles and session policies are not implemented.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from local.plugins.aws.handler import AwsHandler
from local.plugins.aws.schema import REGION, TAGS, Arg, Arguments
from local.plugins.provider import ReadState, Values

GONE = ("ResourceNotFoundException",)
OUTPUTS = ("associationArn", "associationId", "clusterName", "namespace", "serviceAccount", "roleArn")


class PodIdentityAssociation(AwsHandler):
    what = "EKS Pod Identity Association"
    arguments: ClassVar[Arguments] = {
        "clusterName": Arg(str, required=True, replaces=True),
        "disableSessionTags": Arg(bool, computed=True),
        "namespace": Arg(str, required=True, replaces=True),
        "region": REGION,
        "roleArn": Arg(str, required=True),
        "serviceAccount": Arg(str, required=True, replaces=True),
        "tags": TAGS,
    }
    outputs = frozenset({"associationArn", "associationId"})

    def make(self, news: Values, region: str) -> str:
        names = ("clusterName", "namespace", "serviceAccount", "roleArn")
        more = {"disableSessionTags": news["disableSessionTags"]} if "disableSessionTags" in news else {}
        made = self.aws.ask(
            "eks", "create_pod_identity_association", region=region, tags=news["tagsAll"],
            **{name: news[name] for name in names}, **more,
        )  # fmt: skip
        return f"{news['clusterName']},{made['association']['associationId']}"

    def find(self, id: str, region: str) -> Values | None:
        found = self.aws.call("eks", "describe_pod_identity_association", region=region, missing=GONE, **_named(id))
        if found is None:
            return None
        live = found["association"]
        plain = {name: live[name] for name in OUTPUTS}
        return {**plain, "disableSessionTags": live["disableSessionTags"], "tagsAll": live.get("tags") or {}}

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        self.aws.ask(
            "eks", "update_pod_identity_association", region=region, roleArn=news["roleArn"],
            disableSessionTags=bool(news.get("disableSessionTags")), **_named(id),
        )  # fmt: skip

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        arn = state["associationArn"]
        if remove:
            self.aws.ask("eks", "untag_resource", region=region, resourceArn=arn, tagKeys=remove)
        if add:
            self.aws.ask("eks", "tag_resource", region=region, resourceArn=arn, tags=add)

    def remove(self, id: str, state: Values, region: str) -> None:
        self.aws.call("eks", "delete_pod_identity_association", region=region, missing=GONE, **_named(id))

    # The id without the cluster, which AWS is asked by.

    def create(self, news: Values) -> tuple[str, Values]:
        _, outputs = super().create(news)
        return outputs["associationId"], outputs

    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        found = super().read(_whole(id, {**inputs, **state}), inputs, state)
        return found and replace(found, id=found.outputs["associationId"])

    def update(self, id: str, olds: Values, news: Values) -> Values:
        return super().update(_whole(id, olds), olds, news)

    def delete(self, id: str, state: Values) -> None:
        super().delete(_whole(id, state), state)


def _whole(id: str, known: Values) -> str:
    return id if "," in id else f"{known['clusterName']},{id}"


def _named(id: str) -> dict[str, str]:
    cluster, _, association = id.partition(",")
    return {"clusterName": cluster, "associationId": association}
