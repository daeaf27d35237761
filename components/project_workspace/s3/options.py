"""What people choose of the workspace's bucket: the section `storage` of a stack file."""

from typing import Annotated, Optional

import pulumi

from project_workspace.aws.tag_options import OwnTagKey, TagValue
from project_workspace.limits import BUCKET_POLICY_LIMIT
from project_workspace.s3.bucket_policy import is_policy
from project_workspace.schema.rule import Rule, choice, matches
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


LIFECYCLE, ENCRYPTION = "lifecycle", "encryption"
PUBLIC_ACCESS_BLOCK, OWNERSHIP_CONTROLS = "publicAccessBlock", "ownershipControls"
BucketPart = Annotated[str, choice(LIFECYCLE, ENCRYPTION, PUBLIC_ACCESS_BLOCK, OWNERSHIP_CONTROLS)]
PolicyText = Annotated[
    str,
    Rule(
        f"a bucket policy in JSON of at most {BUCKET_POLICY_LIMIT:,} bytes",
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, '
        '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::s3-an2-meerkat-dev-demo/*"}]}',
        is_policy,
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
    policy: Optional[PolicyText] = None
    """A bucket policy of others: its statements stand in the bucket's one policy, after this program's. What the bucket
    has is shown by `aws s3api get-bucket-policy --query Policy --output text`. Default: none."""
    tags: dict[OwnTagKey, TagValue] = {}
    """AWS tags of the bucket alone, beside those of everything. Default: none."""
    unmanaged: list[BucketPart] = []
    """Parts of the bucket that this program leaves to others: it declares nothing about them, and the settings that
    concern them say nothing. A part that is named later loses what this program had set. Default: none."""
    retain: bool = False
    """Whether a destroy leaves the bucket on AWS, with its settings and content. Pulumi knows it no longer then."""
