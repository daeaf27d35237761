"""The KMS key that encrypts the bucket's objects.

Owns: whether it can. S3 does not look: "Amazon S3 doesn't validate the KMS key ID provided in PutBucketEncryption
requests" (Amazon S3 API Reference, PutBucketEncryption), so `up` succeeds with any, and then no upload does. Does not
own the rights to use it. Who runs `up` needs none: `s3:PutEncryptionConfiguration` lets it name the key (the same
page), and it reads and writes no object. The two consumers need `kms:GenerateDataKey` and `kms:Decrypt` (Amazon S3 User
Guide, "Using server-side encryption with AWS KMS keys"), which the key's own policy gives; IAM simulates none of it.
"""

from __future__ import annotations

from project_workspace.remote.errors import NotFoundError
from project_workspace.s3.options import ENCRYPTION
from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.checks.amazon.asking import ask
from workspacectl.preflight.sites import WorkspaceSite

WANTED = "a symmetric key for encryption, enabled, of the bucket's region"
"""Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys": the key's region is the bucket's, and S3
supports symmetric encryption keys only."""
REMEDY = "storage.kmsKeyArn (aws kms describe-key --key-id {key})"


def storage_key(site: WorkspaceSite) -> Answer | None:
    """The KMS key of the bucket is there, enabled and of its region: S3 takes any ARN, and uploads fail then."""
    storage = site.options.storage
    key = storage.kms_key_arn
    if not isinstance(key, str) or ENCRYPTION in storage.unmanaged:
        return None
    remedy = REMEDY.format(key=key)
    if (region := key.split(":")[3]) != site.options.region:
        return failed(f"a key of {region}", f"one of {site.options.region}", remedy)
    try:
        found = ask(site, "kms:DescribeKey", "KeyMetadata", key, KeyId=key)
    except NotFoundError:
        return failed(f"no key {key}", WANTED, remedy)
    state, spec, usage = (found.get(each) for each in ("KeyState", "KeySpec", "KeyUsage"))
    seen = f"{found['Arn']}, {state}, {spec} for {usage}"
    fits = (state, spec, usage) == ("Enabled", "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")
    return ok(seen) if fits else failed(seen, WANTED, remedy)


CHECKS = (storage_key,)
