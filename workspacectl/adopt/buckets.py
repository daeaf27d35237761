"""The bucket that somebody made for a workspace: found, and described as settings that take nothing of it away.

Owns: what is read of a bucket, and how each part is written in a stack file: as the setting that there is for it, else
as a part that stays others' (`storage.unmanaged`, `storage.policy`), with a sentence that says so. Does not own the
settings' own rules, nor what this program says nothing about and so leaves alone (`_UNTOUCHED`): a sentence names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from project_workspace.aws import tags
from project_workspace.aws.client import Clients, translate_errors
from project_workspace.lifecycle.existence import bucket_exists
from project_workspace.s3.bucket_policy import statements
from project_workspace.s3.options import (
    ENCRYPTION,
    LIFECYCLE,
    OWNERSHIP_CONTROLS,
    PUBLIC_ACCESS_BLOCK,
    AccessLoggingOptions,
    StorageOptions,
)
from project_workspace.schema.problem import InvalidOptionsError

_ENFORCED = "BucketOwnerEnforced"
_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_GROUPS = "http://acs.amazonaws.com/groups/"
"""Before the groups of an access control list; the ones for everybody among them."""
_LOGGED = {"TargetBucket", "TargetPrefix"}
"""All that this program can say of access logging."""


_SETTINGS: Mapping[str, tuple[str, str, str]] = {
    "versioning": ("get_bucket_versioning", "s3:GetBucketVersioning", ""),
    "tags": ("get_bucket_tagging", "s3:GetBucketTagging", "NoSuchTagSet"),
    "encryption": (
        "get_bucket_encryption",
        "s3:GetEncryptionConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    "lifecycle": (
        "get_bucket_lifecycle_configuration",
        "s3:GetLifecycleConfiguration",
        "NoSuchLifecycleConfiguration",
    ),
    "policy": ("get_bucket_policy", "s3:GetBucketPolicy", "NoSuchBucketPolicy"),
    "logging": ("get_bucket_logging", "s3:GetBucketLogging", ""),
    "block": (
        "get_public_access_block",
        "s3:GetBucketPublicAccessBlock",
        "NoSuchPublicAccessBlockConfiguration",
    ),
    "ownership": (
        "get_bucket_ownership_controls",
        "s3:GetBucketOwnershipControls",
        "OwnershipControlsNotFoundError",
    ),
    "acl": ("get_bucket_acl", "s3:GetBucketAcl", ""),
}
"""What this program can say something about: the call that reads it, its permission, and the error code that says that
the bucket has none; empty where S3 answers all the same."""
_UNTOUCHED: Mapping[str, tuple[str, str, str]] = {
    "CORS rules": ("get_bucket_cors", "s3:GetBucketCORS", "NoSuchCORSConfiguration"),
    "a website": ("get_bucket_website", "s3:GetBucketWebsite", "NoSuchWebsiteConfiguration"),
    "replication": (
        "get_bucket_replication",
        "s3:GetReplicationConfiguration",
        "ReplicationConfigurationNotFoundError",
    ),
    "an object lock": (
        "get_object_lock_configuration",
        "s3:GetBucketObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
    ),
    "notifications": ("get_bucket_notification_configuration", "s3:GetBucketNotification", ""),
}
"""What this program says nothing about, in the words of a note: the same three."""
_READS = {**_SETTINGS, **_UNTOUCHED}


@dataclass(frozen=True, kw_only=True)
class FoundBucket:
    """One bucket: its settings, and what of it they cannot say."""

    name: str
    settings: Mapping[str, Any]
    """The section `storage`."""
    notes: list[str] = field(default_factory=list[str])
    """Sentences for people."""


def bucket_of(name: str, aws: Clients) -> FoundBucket | None:
    """The bucket as it is; None when there is none. Changes nothing. Raises `RemoteError`."""
    if not bucket_exists(aws, name):
        return None
    s3 = aws("s3")
    return described(name, {part: read(s3, part, name) for part in _READS})


def read(s3: Any, part: str, bucket: str) -> dict[str, Any]:
    """What S3 says of one part of a bucket; empty when it has none. Raises `RemoteError`."""
    call, permission, unset = _READS[part]
    with translate_errors(permission, f"bucket {bucket}"):
        try:
            answer = getattr(s3, call)(Bucket=bucket)
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != unset:
                raise
            return {}
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def described(name: str, found: Mapping[str, dict[str, Any]]) -> FoundBucket:
    """The bucket of that name in the words of a stack file."""
    policy: str | None = found["policy"].get("Policy")
    logging = _logging(name, found["logging"].get("LoggingEnabled") or {})
    left = dict(_left_to_others(found, json.loads(policy) if policy else {}))
    settings = {
        "versioning": False if found["versioning"].get("Status") == "Suspended" else None,
        "kmsKeyArn": None if ENCRYPTION in left else _key(found),
        "accessLogging": logging,
        "policy": json.dumps(json.loads(policy), indent=2) if policy else None,
        "tags": tags_of({tag["Key"]: tag["Value"] for tag in found["tags"].get("TagSet", [])}),
        "unmanaged": list(left),
    }
    others = [what for what in _UNTOUCHED if found[what]]
    if found["logging"] and not logging:
        others.append("access logging in a form of its own")
    notes = [*left.values(), *([f"It also has {_and(others)}, which this program leaves alone."] if others else [])]
    return FoundBucket(
        name=name, settings={key: value for key, value in settings.items() if value not in (None, {})}, notes=notes
    )


def _left_to_others(found: Mapping[str, dict[str, Any]], policy: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The parts that stay as they are, each with the reason."""
    rules = [str(rule.get("ID")) for rule in found["lifecycle"].get("Rules", [])]
    named = f"The bucket's lifecycle rules stay as they are: {_and(rules)}." if rules else "Nothing in it expires."
    yield LIFECYCLE, f"{named} Without '{LIFECYCLE}' in `unmanaged` this program's rules take their place."
    if not _is_sayable_encryption(found):
        yield ENCRYPTION, "Its encryption stays as it is: `kmsKeyArn` cannot say it."
    if not _is_blocked(found) and (_allows_everybody(policy) or _has_public_grants(found)):
        yield PUBLIC_ACCESS_BLOCK, "Its public access block stays as it is: something in it is public."
    if not _is_enforced(found) and _others_grants(found):
        yield OWNERSHIP_CONTROLS, "Its ownership controls stay as they are: its access control list has others in it."


def tags_of(found: Mapping[str, str]) -> dict[str, str]:
    """Tags as settings; those of AWS itself, and the mark of a stack, are nobody's to give."""
    return {key: value for key, value in found.items() if tags.is_own_key(key)}


def _encryption(found: Mapping[str, dict[str, Any]]) -> Mapping[str, Any]:
    rules = found["encryption"].get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    return rules[0].get("ApplyServerSideEncryptionByDefault", {}) if rules else {}


def _key(found: Mapping[str, dict[str, Any]]) -> str | None:
    return _encryption(found).get("KMSMasterKeyID")


def _is_sayable_encryption(found: Mapping[str, dict[str, Any]]) -> bool:
    """The settings know S3's own keys, and KMS by a key's ARN: no second layer, nor AWS's own key, nor a bare name."""
    algorithm, key = _encryption(found).get("SSEAlgorithm", "AES256"), _key(found)
    if algorithm == "AES256":
        return True
    return algorithm == "aws:kms" and key is not None and _is_right(StorageOptions, kms_key_arn=key)


def _is_blocked(found: Mapping[str, dict[str, Any]]) -> bool:
    block = found["block"].get("PublicAccessBlockConfiguration", {})
    return all(block.get(switch) for switch in _SWITCHES)


def _allows_everybody(policy: Mapping[str, Any]) -> bool:
    """Whether a statement may be public for S3. Conditions may make it private: it is not taken for that here."""
    allowed = [each for each in statements(policy) if each.get("Effect") == "Allow"]
    return any("NotPrincipal" in each or "*" in _identifiers(each.get("Principal")) for each in allowed)


def _identifiers(principal: Any) -> list[Any]:
    values = principal.values() if isinstance(principal, dict) else [principal]
    return [each for value in values for each in (value if isinstance(value, list) else [value])]


def _has_public_grants(found: Mapping[str, dict[str, Any]]) -> bool:
    return any(str(grant["Grantee"].get("URI", "")).startswith(_GROUPS) for grant in _others_grants(found))


def _is_enforced(found: Mapping[str, dict[str, Any]]) -> bool:
    rules = found["ownership"].get("OwnershipControls", {}).get("Rules", [])
    return _ENFORCED in [rule["ObjectOwnership"] for rule in rules]


def _others_grants(found: Mapping[str, dict[str, Any]]) -> list[Mapping[str, Any]]:
    owner = found["acl"].get("Owner", {}).get("ID")
    return [grant for grant in found["acl"].get("Grants", []) if grant["Grantee"].get("ID") != owner]


def _logging(bucket: str, found: Mapping[str, Any]) -> dict[str, str] | None:
    """The setting; None when there is none, or it cannot say how the bucket logs."""
    if not found or set(found) - _LOGGED:
        return None
    prefix = {} if found["TargetPrefix"] == f"{bucket}/" else {"prefix": found["TargetPrefix"]}
    target = found["TargetBucket"]
    return {"bucket": target, **prefix} if _is_right(AccessLoggingOptions, bucket=target, **prefix) else None


def _is_right(section: type[Any], **options: Any) -> bool:
    try:
        section(**options)
    except InvalidOptionsError:
        return False
    return True


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
