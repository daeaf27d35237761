"""Every bucket with all its settings, and every version of every object in it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from local.inventory import amazon
from local.platform import Platform

SETTINGS = (
    "get_bucket_acl",
    "get_bucket_cors",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_logging",
    "get_bucket_notification_configuration",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_tagging",
    "get_bucket_versioning",
    "get_public_access_block",
)


def buckets(platform: Platform) -> dict[str, amazon.Document]:
    """Name -> settings, content and when it was made."""
    s3 = amazon.client(platform, "s3")
    found = amazon.named(amazon.every(s3, "list_buckets", "Buckets"), "Name")
    return {name: {**listed, **_settings(s3, name), "content": _content(s3, name)} for name, listed in found.items()}


def _settings(s3: Any, bucket: str) -> amazon.Document:
    """Each setting, or the code with which AWS says that there is none."""
    found: amazon.Document = {}
    for operation in SETTINGS:
        try:
            found[operation.removeprefix("get_")] = amazon.answer(getattr(s3, operation), Bucket=bucket)
        except ClientError as error:
            found[operation.removeprefix("get_")] = error.response.get("Error", {}).get("Code", str(error))
    return found


def _content(s3: Any, bucket: str) -> amazon.Document:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket).build_full_result()
    return {kind: amazon.plain(pages.get(kind) or []) for kind in ("Versions", "DeleteMarkers")}
