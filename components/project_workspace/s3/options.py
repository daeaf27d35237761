"""What people choose of the workspace's bucket: the section `storage` of a stack file."""

from typing import Annotated, Optional

import pulumi

from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section
from project_workspace.schema.values import AtLeastOne, BucketName

LOG_PREFIX_LIMIT = 1024 - len("2026-11-26-12-30-59-0123456789ABCDEF")
"""Characters of an object's name (S3 User Guide, "Naming Amazon S3 objects"), less what S3 adds to the prefix."""

KmsKeyArn = Annotated[
    str | pulumi.Output[str],
    Rule(
        "the ARN of a KMS key",
        "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab",
        matches(r"arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)/[\w/-]+"),
    ),
]


LogPrefix = Annotated[
    str,
    Rule(
        f"a prefix of at most {LOG_PREFIX_LIMIT} letters, digits and '/!-_.*()'",
        "logs/demo/",
        matches(r"[A-Za-z0-9/!_.*()-]+", LOG_PREFIX_LIMIT),
    ),
]


class AccessLoggingOptions(Section):
    """Server access logging of the bucket: S3 writes each request to it into log objects in another bucket, hours
    later and without a guarantee that none is missing.
    """

    bucket: BucketName
    """Name of an existing bucket for the logs, of the same account and region, whose policy lets
    `logging.s3.amazonaws.com` put objects below the prefix. `up` fails when it does not."""
    prefix: Optional[LogPrefix] = None
    """What the names of the log objects begin with; S3 adds no slash of its own. Default: the name of the workspace's
    bucket and a slash."""


class StorageOptions(Section):
    """The workspace's S3 bucket: encrypted, private, versioned, reached over TLS only."""

    kms_key_arn: Optional[KmsKeyArn] = None
    """ARN of the KMS key that encrypts the bucket's objects; the key must allow the two consumers `kms:Decrypt` and
    `kms:GenerateDataKey`. Default: keys that S3 manages."""
    versioning: bool = True
    """Whether overwritten and deleted objects are kept as old versions. `false` suspends versioning: the versions that
    there are stay."""
    expire_old_versions_days: AtLeastOne = 90
    """Days after which a version that is no longer the current one is removed for good."""
    access_logging: Optional[AccessLoggingOptions] = None
    """Server access logging. Default: off."""
    retain: bool = False
    """Whether a destroy leaves the bucket on AWS, with its settings and content. Pulumi knows it no longer then."""
