"""Stand-in for `aws:s3/bucket:Bucket`: the bucket itself and its tags.

The deprecated inline settings (versioning, policy, lifecycle rules ...) are not implemented, neither as
arguments nor as outputs: each has a resource of its own, in `s3_settings.py`.
"""

from __future__ import annotations

import re
from typing import Any

from local.plugins.aws.connection import error_code
from local.plugins.aws.handler import AwsHandler, tag_list, tag_map, unique_name
from local.plugins.aws.schema import REGION, TAGS, Arg
from local.plugins.provider import UNKNOWN, Failure, PluginError, Values

GONE = ("NoSuchBucket", "404")
HOSTED_ZONES = {
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "us-east-1": "Z3AQBSTGFYJSTF",
}
"""Route 53 zones of S3 websites (AWS General Reference, S3 endpoints); other regions leave `hostedZoneId` out."""

BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class Bucket(AwsHandler):
    what = "S3 Bucket"
    arguments = {
        "bucket": Arg(str, replaces=True, computed=True),
        "bucketPrefix": Arg(str, replaces=True, computed=True),
        "forceDestroy": Arg(bool, default=False),
        "objectLockEnabled": Arg(bool, replaces=True, computed=True),
        "region": REGION,
        "tags": TAGS,
    }
    outputs = frozenset({"arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName", "hostedZoneId"})
    name_argument = "bucket"
    prefix_argument = "bucketPrefix"
    name_limit = 63

    def shape(self, logical: str) -> str:
        return logical.lower()

    def conflicts(self, news: Values) -> list[Failure]:
        if news.get("bucket") is not None and news.get("bucketPrefix") is not None:
            return [Failure("bucketPrefix", "Conflicting arguments: 'bucket' and 'bucketPrefix'.")]
        name = news.get("bucket")
        if isinstance(name, str) and name != UNKNOWN and not BUCKET_NAME.fullmatch(name):
            return [Failure("bucket", f"Expected a bucket name of 3 to 63 of a-z, 0-9, '.' and '-', got '{name}'.")]
        return []

    def make(self, news: Values, region: str) -> str:
        name = news.get("bucket") or unique_name(news["bucketPrefix"])
        if self.aws.call("s3", "head_bucket", region=region, missing=(*GONE, "403"), Bucket=name) is not None:
            # us-east-1 answers "200 OK" to a second create by the same owner; the provider asks first.
            raise PluginError(f"creating {self.what} ({name}): BucketAlreadyOwnedByYou: you already own this bucket")
        options: dict[str, Any] = {}
        if region != "us-east-1":
            options["CreateBucketConfiguration"] = {"LocationConstraint": region}
        if news.get("objectLockEnabled"):
            options["ObjectLockEnabledForBucket"] = True
        self.aws.ask("s3", "create_bucket", region=region, Bucket=name, **options)
        if news["tagsAll"]:
            self._put_tags(name, news["tagsAll"], region)
        return name

    def find(self, id: str, region: str) -> Values | None:
        if self.aws.call("s3", "head_bucket", region=region, missing=GONE, Bucket=id) is None:
            return None
        lock = self.aws.call(
            "s3", "get_object_lock_configuration", region=region, Bucket=id,
            missing=("ObjectLockConfigurationNotFoundError",),
        )  # fmt: skip
        return {
            "bucket": id,
            "arn": f"arn:{partition(region)}:s3:::{id}",
            "bucketDomainName": f"{id}.s3.amazonaws.com",
            "bucketRegion": region,
            "bucketRegionalDomainName": f"{id}.s3.{region}.amazonaws.com",
            "hostedZoneId": HOSTED_ZONES.get(region),
            "objectLockEnabled": lock is not None,
            "requestPayer": "BucketOwner",
            "tagsAll": self._tags(id, region),
        }

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        """Only `forceDestroy` can change in place, and AWS does not know of it."""

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        tags = {k: v for k, v in self._tags(id, region).items() if k not in remove} | add
        if tags:
            self._put_tags(id, tags, region)
        else:
            self.aws.ask("s3", "delete_bucket_tagging", region=region, Bucket=id)

    def remove(self, id: str, state: Values, region: str) -> None:
        try:
            self.aws.call("s3", "delete_bucket", region=region, missing=GONE, Bucket=id)
        except Exception as error:
            if error_code(error) != "BucketNotEmpty" or not state.get("forceDestroy"):
                raise
            self._empty(id, region)
            self.aws.call("s3", "delete_bucket", region=region, missing=GONE, Bucket=id)

    def _tags(self, id: str, region: str) -> dict[str, str]:
        found = self.aws.call("s3", "get_bucket_tagging", region=region, missing=("NoSuchTagSet",), Bucket=id)
        return tag_map((found or {}).get("TagSet"))

    def _put_tags(self, id: str, tags: dict[str, str], region: str) -> None:
        self.aws.ask("s3", "put_bucket_tagging", region=region, Bucket=id, Tagging={"TagSet": tag_list(tags)})

    def _empty(self, id: str, region: str) -> None:
        """Delete every version and every delete marker."""
        for page in self.aws.client("s3", region).get_paginator("list_object_versions").paginate(Bucket=id):
            items = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in items]
            if objects:
                self.aws.ask(
                    "s3",
                    "delete_objects",
                    region=region,
                    Bucket=id,
                    Delete={"Objects": objects, "Quiet": True},
                )


def partition(region: str) -> str:
    """The ARN partition of a region."""
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(
        region[:6] if region.startswith("us-gov") else region[:2], "aws"
    )
