"""Gaps of moto's S3: bucket policies, and versions of a bucket whose versioning was suspended.

moto takes a statement with a condition for a denial of everything, so the usual "TLS only" policy would lock
the bucket; and it accepts principals that do not exist and public policies where the public access block
forbids them. A connection to the loopback address counts as secure here; other conditions are not judged:
their statements are left out, as if they did not apply. A bucket with suspended versioning keeps its old versions and
delete markers, each of which can be deleted by its id; moto throws the whole key away, or fails.
"""

from __future__ import annotations

import json
import re
import threading
from typing import Any

from moto.iam.models import iam_backends
from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, S3Backend

POLICY_LIMIT = 20 * 1024
"""Bytes of a bucket policy (Amazon S3 User Guide, "Bucket policies")."""
SUSPENDED = "Suspended"
PRINCIPAL = re.compile(r"arn:[\w-]+:iam::(\d{12}):(user|role)/(?:.*/)?([^/]+)")

_suspended = threading.Lock()
"""Held while a suspended bucket is treated as a versioned one."""


def close() -> None:
    """Judge policies before they are stored, leave conditions out when they are applied, delete versions by id."""
    put_policy, get_permission = S3Backend.put_bucket_policy, FakeBucket.get_permission

    def checked_put(self: S3Backend, bucket_name: str, policy: bytes) -> None:
        _check(self, self.get_bucket(bucket_name), policy)
        put_policy(self, bucket_name, policy)

    def permission_without_conditions(self: FakeBucket, action: str, resource: str) -> Any:
        stored = self.policy
        if stored is None:
            return get_permission(self, action, resource)
        document = json.loads(stored)
        document["Statement"] = [s for s in _statements(document) if not s.get("Condition")]
        from moto.iam.access_control import IAMPolicy

        return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)

    delete_object = S3Backend.delete_object

    def delete_version(
        self: S3Backend, bucket_name: str, key_name: str, version_id: str | None = None, bypass: bool = False
    ) -> Any:
        bucket: Any = self.get_bucket(bucket_name)
        if version_id is None or bucket.versioning_status != SUSPENDED:
            return delete_object(self, bucket_name, key_name, version_id, bypass)
        with _suspended:
            bucket.versioning_status = "Enabled"
            try:
                return delete_object(self, bucket_name, key_name, version_id, bypass)
            finally:
                bucket.versioning_status = SUSPENDED

    S3Backend.delete_object = delete_version
    S3Backend.put_bucket_policy = checked_put
    FakeBucket.get_permission = permission_without_conditions


def _check(backend: S3Backend, bucket: Any, policy: bytes) -> None:
    if len(policy) > POLICY_LIMIT:
        raise S3ClientError("PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
    try:
        statements = _statements(json.loads(policy))
    except (ValueError, KeyError, TypeError):
        raise S3ClientError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'") from None
    for statement in statements:
        principal = statement.get("Principal")
        if principal is None and "NotPrincipal" not in statement:
            raise S3ClientError("MalformedPolicy", "Missing required field Principal")
        _check_principals(backend.account_id, principal)
        _check_resources(bucket.name, statement)
        block = bucket.public_access_block
        public = statement["Effect"] == "Allow" and principal in ("*", {"AWS": "*"}) and not statement.get("Condition")
        if public and block and str(block.block_public_policy).lower() == "true":
            raise S3ClientError("AccessDenied", "Access Denied")


def _check_principals(account_id: str, principal: Any) -> None:
    names = principal.get("AWS", []) if isinstance(principal, dict) else []
    iam = iam_backends[account_id]["aws"]
    users, roles = {u.name for u in iam.users.values()}, {r.name for r in iam.roles.values()}
    for name in [names] if isinstance(names, str) else names:
        match = PRINCIPAL.fullmatch(name)
        if match and match[1] == account_id and match[3] not in (users if match[2] == "user" else roles):
            raise S3ClientError("MalformedPolicy", "Invalid principal in policy")


def _check_resources(bucket_name: str, statement: dict[str, Any]) -> None:
    resources = statement.get("Resource", [])
    for resource in [resources] if isinstance(resources, str) else resources:
        if resource.split(":::")[-1].split("/")[0] != bucket_name:
            raise S3ClientError("MalformedPolicy", "Policy has invalid resource")


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements = document["Statement"]
    return [statements] if isinstance(statements, dict) else statements
