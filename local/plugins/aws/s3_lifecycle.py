"""Stand-in for `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`.

Owns: rules with expiration, noncurrent versions, transitions and incomplete uploads, filtered by prefix and tags.
Filters by size, which moto would forget, are not implemented and refused by name.
"""

from __future__ import annotations

from typing import Any, ClassVar

from local.plugins.aws.handler import tag_map
from local.plugins.aws.s3_settings import BUCKET, BucketSetting
from local.plugins.aws.schema import REGION, TAGS, Arg, Arguments
from local.plugins.provider import Failure, Values

EXPIRATION = {"date": Arg(str), "days": Arg(int), "expiredObjectDeleteMarker": Arg(bool)}
NONCURRENT_EXPIRATION = {"noncurrentDays": Arg(int, required=True), "newerNoncurrentVersions": Arg(int)}
TRANSITION = {"storageClass": Arg(str, required=True), "date": Arg(str), "days": Arg(int)}
NONCURRENT_TRANSITION = {
    "noncurrentDays": Arg(int, required=True),
    "storageClass": Arg(str, required=True),
    "newerNoncurrentVersions": Arg(int),
}
FILTER = {
    "prefix": Arg(str),
    "tag": Arg({"key": Arg(str, required=True), "value": Arg(str, required=True)}),
    "and": Arg({"prefix": Arg(str), "tags": TAGS}),
}
RULE = {
    "id": Arg(str, required=True),
    "status": Arg(str, required=True, choices=("Enabled", "Disabled")),
    "prefix": Arg(str),
    "filter": Arg(FILTER),
    "abortIncompleteMultipartUpload": Arg({"daysAfterInitiation": Arg(int)}),
    "expiration": Arg(EXPIRATION),
    "noncurrentVersionExpiration": Arg(NONCURRENT_EXPIRATION),
    "noncurrentVersionTransitions": Arg(NONCURRENT_TRANSITION, "set"),
    "transitions": Arg(TRANSITION, "set"),
}

WIRE_NAMES = {
    "id": "ID",
    "status": "Status",
    "filter": "Filter",
    "prefix": "Prefix",
    "tag": "Tag",
    "key": "Key",
    "value": "Value",
    "and": "And",
    "tags": "Tags",
    "abortIncompleteMultipartUpload": "AbortIncompleteMultipartUpload",
    "daysAfterInitiation": "DaysAfterInitiation",
    "expiration": "Expiration",
    "date": "Date",
    "days": "Days",
    "expiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    "noncurrentVersionExpiration": "NoncurrentVersionExpiration",
    "noncurrentVersionTransitions": "NoncurrentVersionTransitions",
    "noncurrentDays": "NoncurrentDays",
    "newerNoncurrentVersions": "NewerNoncurrentVersions",
    "transitions": "Transitions",
    "storageClass": "StorageClass",
}
OUR_NAMES = {theirs: ours for ours, theirs in WIRE_NAMES.items()}


class BucketLifecycleConfiguration(BucketSetting):
    what = "S3 Bucket Lifecycle Configuration"
    arguments: ClassVar[Arguments] = {
        "bucket": BUCKET,
        "rules": Arg(RULE, "list"),
        "region": REGION,
    }
    get_call = "get_bucket_lifecycle_configuration"
    delete_call = "delete_bucket_lifecycle"
    unset = "NoSuchLifecycleConfiguration"

    def conflicts(self, news: Values) -> list[Failure]:
        rules = news.get("rules")
        if not isinstance(rules, list):
            return []
        return [
            Failure(f"rules[{index}].prefix", "Conflicting arguments: 'prefix' and 'filter'.")
            for index, rule in enumerate(rules)
            if isinstance(rule, dict) and rule.get("prefix") is not None and rule.get("filter") is not None
        ]

    def put(self, bucket: str, news: Values, region: str) -> None:
        rules = [_renamed(rule, WIRE_NAMES) for rule in news.get("rules") or []]
        for rule in rules:
            if "Prefix" not in rule and not rule.get("Filter"):
                rule["Filter"] = {"Prefix": ""}
        self.aws.ask(
            "s3", "put_bucket_lifecycle_configuration", region=region, Bucket=bucket,
            LifecycleConfiguration={"Rules": rules},
        )  # fmt: skip

    def parse(self, found: Values) -> Values | None:
        return {"rules": [_renamed(rule, OUR_NAMES) for rule in found["Rules"]]}


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A document with its keys in the other side's writing; a filter on the empty prefix is no filter to us."""
    if isinstance(value, list):
        return [_renamed(v, names) for v in value]
    if isinstance(value, dict):
        if isinstance(value.get("tags"), dict):
            return _renamed({**value, "tags": [{"key": k, "value": v} for k, v in value["tags"].items()]}, names)
        if "Tags" in value:
            return {**_renamed({k: v for k, v in value.items() if k != "Tags"}, names), "tags": tag_map(value["Tags"])}
        return {names[k]: _renamed(v, names) for k, v in value.items() if v is not None and k in names}
    return value.isoformat() if hasattr(value, "isoformat") else value
