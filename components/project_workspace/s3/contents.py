"""What is in a bucket, for the guard that looks before a teardown.

Owns: one look, in one call, at objects, old versions and delete markers. Does not own: the bucket, and emptying
it (`force_destroy` does that). Why versions count as content: a bucket that looks empty in the console can
still hold all that was ever deleted from it.
"""

from __future__ import annotations

from typing import Any

from project_workspace.aws.client import READ_ATTEMPTS, translate_errors, with_deadline
from project_workspace.aws.provider_connection import client
from project_workspace.remote.errors import NotFoundError
from project_workspace.remote.provider import Props, StackConfig

LOOK_AT = 1000
"""How many versions are counted: the most that one call lists."""


def content_of(config: StackConfig, props: Props) -> str | None:
    """What is in a resource's `bucket`, for example "3 objects and 2 old versions in bucket b"; None when nothing is.

    A bucket that does not exist is empty.
    Raises RefusedError without the permission s3:ListBucketVersions, UnreachableError when S3 does not answer.
    """
    bucket = props["bucket"]
    try:
        with translate_errors("s3:ListBucketVersions", f"bucket {bucket}"):
            s3 = client(config, props, "s3", attempts=READ_ATTEMPTS)
            found = with_deadline(lambda: s3.list_object_versions(Bucket=bucket, MaxKeys=LOOK_AT))
            return _sentence(bucket, found)
    except NotFoundError:
        return None


def _sentence(bucket: str, found: dict[str, Any]) -> str | None:
    # Always there in S3's own answer, and not in a page that reads as an empty one.
    truncated = found["IsTruncated"]
    versions = found.get("Versions", [])
    objects = sum(1 for version in versions if version["IsLatest"])
    counts = {
        "object": objects,
        "old version": len(versions) - objects,
        "delete marker": len(found.get("DeleteMarkers", [])),
    }
    parts = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items() if count]
    if not parts:
        return None
    more = "at least " if truncated else ""
    return f"{more}{' and '.join(parts)} in bucket {bucket}"
