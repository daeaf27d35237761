"""The workspace's S3 bucket, secure by default, with everything that AWS keeps in separate resources.

Owns: the bucket, its public access block, ownership, encryption, versioning, lifecycle, access logging and its one
bucket policy (TLS only, plus the statements it is given, plus others'). Does not own who may use the bucket: `access`
writes those grants, into the shared policies or, as statements handed in here, into the bucket policy. Why here and not
there: there can be only one bucket policy per bucket; two would replace each other. Nor what else a bucket can have
(CORS, replication, notifications, a website ...): it says nothing about them, and so changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import pulumi
import pulumi_aws as aws

from project_workspace.aws.arns import bucket_arns
from project_workspace.s3.bucket_policy import merged
from project_workspace.s3.options import (
    ENCRYPTION,
    LIFECYCLE,
    OWNERSHIP_CONTROLS,
    PUBLIC_ACCESS_BLOCK,
    AccessLoggingOptions,
    StorageOptions,
)
from project_workspace.stack_mark import StackMark

ABORT_INCOMPLETE_UPLOADS_DAYS = 7
"""Days after which the parts of an upload that never finished are removed; no list of objects shows them."""


@dataclass(kw_only=True)
class StorageArgs:
    """The bucket of one workspace."""

    bucket: str
    """Physical name of the bucket."""
    partition: str
    """AWS partition of the region, for ARNs: `aws`, `aws-cn` or `aws-us-gov`."""
    options: StorageOptions
    delete_data: bool = False
    """Whether destroy may remove the bucket with objects in it. They are not recoverable."""
    protect: bool = False
    """Whether Pulumi refuses to delete the bucket, empty or not."""
    statements: Sequence[aws.iam.GetPolicyDocumentStatementArgs] = field(default_factory=list)
    """Further statements of the bucket policy."""
    tags: Optional[dict[str, str]] = None
    mark: StackMark
    """Whose the bucket is."""


class Storage(pulumi.ComponentResource):
    """One bucket with its companions."""

    bucket: aws.s3.Bucket
    arn: pulumi.Output[str]

    def __init__(self, name: str, args: StorageArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:s3:Storage", name, {}, opts)
        self._child = pulumi.ResourceOptions(parent=self, retain_on_delete=args.options.retain)
        self.bucket = aws.s3.Bucket(
            name,
            bucket=args.bucket,
            force_destroy=args.delete_data,
            tags={**(args.tags or {}), **args.options.tags, **args.mark.tags},
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=args.options.retain, protect=args.protect),
        )
        self.arn = self.bucket.arn
        if PUBLIC_ACCESS_BLOCK not in args.options.unmanaged:
            self._block_the_public(name)
        if OWNERSHIP_CONTROLS not in args.options.unmanaged:
            self._own_every_object(name)
        if ENCRYPTION not in args.options.unmanaged:
            self._encrypt(name, args.options.kms_key_arn)
        versioning = self._keep_versions(name, args.options)
        if LIFECYCLE not in args.options.unmanaged:
            self._expire(name, args.options, versioning)
        self._allow_only_tls(name, args)
        if args.options.access_logging:
            self._log_access(name, args.bucket, args.options.access_logging)
        self.register_outputs({"bucket": self.bucket.bucket, "arn": self.arn})

    def _block_the_public(self, name: str) -> None:
        aws.s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )

    def _own_every_object(self, name: str) -> None:
        aws.s3.BucketOwnershipControls(
            name,
            bucket=self.bucket.id,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._child,
        )

    def _encrypt(self, name: str, kms_key_arn: Optional[pulumi.Input[str]]) -> None:
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=(
                aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="aws:kms" if kms_key_arn else "AES256", kms_master_key_id=kms_key_arn
                )
            ),
            # One data key a bucket instead of one an object: KMS calls are billed.
            bucket_key_enabled=bool(kms_key_arn),
        )
        aws.s3.BucketServerSideEncryptionConfiguration(name, bucket=self.bucket.id, rules=[rule], opts=self._child)

    def _keep_versions(self, name: str, options: StorageOptions) -> aws.s3.BucketVersioning:
        return aws.s3.BucketVersioning(
            name,
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled" if options.versioning else "Suspended"
            ),
            opts=self._child,
        )

    def _expire(self, name: str, options: StorageOptions, versioning: aws.s3.BucketVersioning) -> None:
        everything = aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
        abort = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="abort-incomplete-uploads",
            status="Enabled",
            filter=everything,
            abort_incomplete_multipart_upload=(
                aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=ABORT_INCOMPLETE_UPLOADS_DAYS
                )
            ),
        )
        expire = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="expire-old-versions",
            status="Enabled",
            filter=everything,
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=options.expire_old_versions_days
            ),
        )
        markers = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="remove-lonely-delete-markers",
            status="Enabled",
            filter=everything,
            # Or a bucket that people have emptied is never empty again.
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
        )
        # Rules about versions are refused on a bucket whose versioning is not set yet.
        after_versioning = pulumi.ResourceOptions(parent=self, depends_on=[versioning], retain_on_delete=options.retain)
        aws.s3.BucketLifecycleConfiguration(
            name, bucket=self.bucket.id, rules=[abort, expire, markers], opts=after_versioning
        )

    def _allow_only_tls(self, name: str, args: StorageArgs) -> None:
        deny = aws.iam.GetPolicyDocumentStatementArgs(
            sid="DenyWithoutTls",
            effect="Deny",
            actions=["s3:*"],
            resources=bucket_arns(args.partition, args.bucket),
            principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="*", identifiers=["*"])],
            conditions=[
                aws.iam.GetPolicyDocumentStatementConditionArgs(
                    test="Bool", variable="aws:SecureTransport", values=["false"]
                )
            ],
        )
        document = aws.iam.get_policy_document_output(
            statements=[deny, *args.statements], opts=pulumi.InvokeOptions(parent=self)
        )
        policy = document.json.apply(lambda own: merged(own, args.options.policy))
        aws.s3.BucketPolicy(name, bucket=self.bucket.id, policy=policy, opts=self._child)

    def _log_access(self, name: str, bucket: str, logging: AccessLoggingOptions) -> None:
        aws.s3.BucketLogging(
            name,
            bucket=self.bucket.id,
            target_bucket=logging.bucket,
            target_prefix=logging.prefix or f"{bucket}/",
            opts=self._child,
        )
