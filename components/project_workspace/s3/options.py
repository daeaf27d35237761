"""What people choose of the workspace's bucket: the section `storage` of a stack file."""

from typing import Annotated, Optional

import pulumi

from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section
from project_workspace.schema.values import AtLeastOne

KmsKeyArn = Annotated[
    str | pulumi.Output[str],
    Rule(
        "the ARN of a KMS key",
        "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab",
        matches(r"arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)/[\w/-]+"),
    ),
]


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
    retain: bool = False
    """Whether a destroy leaves the bucket on AWS, with its settings and content. Pulumi knows it no longer then."""
