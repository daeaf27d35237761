"""Rules about S3 buckets: private, encrypted, over TLS only.

Owns: what a bucket's companions must say. Each is looked for by what it depends on, since a new bucket has no name yet.
"""

from collections.abc import Callable
from typing import Optional

from pulumi_policy import (
    EnforcementLevel,
    PolicyResource,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)

from rules.reading import document, for_each, listed, of_type, statements

BUCKET = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def bucket_is_not_public(args: StackValidationArgs, report: ReportViolation) -> None:
    def wrong(bucket: PolicyResource) -> Optional[str]:
        blocks = _companions(args, bucket, ACCESS_BLOCK)
        if not blocks:
            return f"Bucket {bucket.name} can be made public. Add a BucketPublicAccessBlock with all four switches on."
        off = [switch for switch in SWITCHES if not any(block.props.get(switch) for block in blocks)]
        return f"Bucket {bucket.name} can be made public. Set {', '.join(off)} of its access block." if off else None

    for_each(of_type(args.resources, *BUCKET), wrong, report)


def bucket_is_encrypted(args: StackValidationArgs, report: ReportViolation) -> None:
    def wrong(bucket: PolicyResource) -> Optional[str]:
        if _companions(args, bucket, *ENCRYPTION) or bucket.props.get("serverSideEncryptionConfiguration"):
            return None
        return (
            f"Nothing says how bucket {bucket.name} is encrypted. Add a BucketServerSideEncryptionConfiguration, with "
            "aws:kms where the key's users are to be separate."
        )

    for_each(of_type(args.resources, *BUCKET), wrong, report)


def bucket_is_reached_over_tls_only(args: StackValidationArgs, report: ReportViolation) -> None:
    def wrong(bucket: PolicyResource) -> Optional[str]:
        policies = _companions(args, bucket, POLICY)
        if any(_denies_plain_http(policy) for policy in policies):
            return None
        return (
            f"Bucket {bucket.name} can be reached without TLS. Add a BucketPolicy that denies s3:* to everybody on the "
            "bucket and its objects where aws:SecureTransport is false."
        )

    for_each(of_type(args.resources, *BUCKET), wrong, report)


def _companions(args: StackValidationArgs, bucket: PolicyResource, *types: str) -> list[PolicyResource]:
    """Those whose property `bucket` comes from this bucket."""
    return [
        found
        for found in of_type(args.resources, *types)
        if bucket.urn in [source.urn for source in found.property_dependencies.get("bucket", [])]
    ]


def _denies_plain_http(policy: PolicyResource) -> bool:
    return any(
        statement.get("Principal") in ("*", {"AWS": "*"})
        and {"s3:*", "*"} & set(listed(statement.get("Action")))
        and any(not str(each).endswith("/*") for each in listed(statement.get("Resource")))
        and any(str(each).endswith("*") for each in listed(statement.get("Resource")))
        and str(statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")).lower() == "false"
        for statement in statements(document(policy.props["policy"]), "Deny")
    )


def _rule(name: str, description: str, validate: Callable[..., None]) -> StackValidationPolicy:
    return StackValidationPolicy(
        name=name, description=description, validate=validate, enforcement_level=EnforcementLevel.MANDATORY
    )


RULES = [
    _rule("bucket-is-not-public", "All four switches of a bucket's public access block are on.", bucket_is_not_public),
    _rule("bucket-is-encrypted", "A bucket's encryption is declared.", bucket_is_encrypted),
    _rule(
        "bucket-is-reached-over-tls-only",
        "A bucket's policy denies requests without TLS.",
        bucket_is_reached_over_tls_only,
    ),
]
