"""Stand-ins for the resources that each hold one setting of a bucket; the id of each is the bucket's name.

Owns: public access block, ownership controls, default encryption, versioning, access logging, policy. The life cycle is
in `s3_lifecycle.py`. Does not own the bucket: a setting whose bucket is gone counts as gone.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from local.plugins.aws.handler import AwsHandler
from local.plugins.aws.schema import REGION, Arg
from local.plugins.provider import Values

BUCKET = Arg(str, required=True, replaces=True)


class BucketSetting(AwsHandler):
    """A setting with one call each to put, get and delete it."""

    get_call: ClassVar[str]
    delete_call: ClassVar[str]
    unset: ClassVar[str]
    """The error code that AWS answers when the bucket lacks the setting."""

    @abstractmethod
    def put(self, bucket: str, news: Values, region: str) -> None:
        """Set it; the same call makes and changes it."""

    @abstractmethod
    def parse(self, found: Values) -> Values | None:
        """The arguments from the answer of `get_call`."""

    def make(self, news: Values, region: str) -> str:
        self.put(news["bucket"], news, region)
        return news["bucket"]

    def find(self, id: str, region: str) -> Values | None:
        missing = (self.unset, "NoSuchBucket")
        found = self.aws.call("s3", self.get_call, region=region, missing=missing, Bucket=id)
        live = None if found is None else self.parse(found)
        return None if live is None else {"bucket": id, **live}

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        self.put(id, news, region)

    def remove(self, id: str, state: Values, region: str) -> None:
        self.aws.call("s3", self.delete_call, region=region, missing=(self.unset, "NoSuchBucket"), Bucket=id)


class BucketPublicAccessBlock(BucketSetting):
    what = "S3 Bucket Public Access Block"
    names = {
        "blockPublicAcls": "BlockPublicAcls",
        "blockPublicPolicy": "BlockPublicPolicy",
        "ignorePublicAcls": "IgnorePublicAcls",
        "restrictPublicBuckets": "RestrictPublicBuckets",
    }
    arguments = {"bucket": BUCKET, "region": REGION, **{name: Arg(bool, default=False) for name in names}}
    get_call = "get_public_access_block"
    delete_call = "delete_public_access_block"
    unset = "NoSuchPublicAccessBlockConfiguration"

    def put(self, bucket: str, news: Values, region: str) -> None:
        block = {theirs: bool(news.get(ours)) for ours, theirs in self.names.items()}
        self.aws.ask(
            "s3",
            "put_public_access_block",
            region=region,
            Bucket=bucket,
            PublicAccessBlockConfiguration=block,
        )

    def parse(self, found: Values) -> Values | None:
        block = found["PublicAccessBlockConfiguration"]
        return {ours: bool(block.get(theirs)) for ours, theirs in self.names.items()}


class BucketOwnershipControls(BucketSetting):
    what = "S3 Bucket Ownership Controls"
    rule: ClassVar[dict[str, Arg]] = {
        "objectOwnership": Arg(
            str, required=True, choices=("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced")
        )
    }
    arguments = {"bucket": BUCKET, "rule": Arg(rule, required=True), "region": REGION}
    get_call = "get_bucket_ownership_controls"
    delete_call = "delete_bucket_ownership_controls"
    unset = "OwnershipControlsNotFoundError"

    def put(self, bucket: str, news: Values, region: str) -> None:
        controls = {"Rules": [{"ObjectOwnership": news["rule"]["objectOwnership"]}]}
        self.aws.ask("s3", "put_bucket_ownership_controls", region=region, Bucket=bucket, OwnershipControls=controls)

    def parse(self, found: Values) -> Values | None:
        return {"rule": {"objectOwnership": found["OwnershipControls"]["Rules"][0]["ObjectOwnership"]}}


class BucketServerSideEncryptionConfiguration(BucketSetting):
    what = "S3 Bucket Server-side Encryption Configuration"
    by_default: ClassVar[dict[str, Arg]] = {
        "sseAlgorithm": Arg(str, required=True, choices=("AES256", "aws:kms", "aws:kms:dsse")),
        "kmsMasterKeyId": Arg(str),
    }
    rule: ClassVar[dict[str, Arg]] = {
        "applyServerSideEncryptionByDefault": Arg(by_default),
        "bucketKeyEnabled": Arg(bool, default=False),
    }
    arguments = {"bucket": BUCKET, "rules": Arg(rule, "set", required=True), "region": REGION}
    get_call = "get_bucket_encryption"
    delete_call = "delete_bucket_encryption"
    unset = "ServerSideEncryptionConfigurationNotFoundError"

    def put(self, bucket: str, news: Values, region: str) -> None:
        configuration = {"Rules": [self._rule(rule) for rule in news["rules"]]}
        self.aws.ask(
            "s3", "put_bucket_encryption", region=region, Bucket=bucket,
            ServerSideEncryptionConfiguration=configuration,
        )  # fmt: skip

    @staticmethod
    def _rule(rule: Values) -> dict[str, Any]:
        result: dict[str, Any] = {}
        if default := rule.get("applyServerSideEncryptionByDefault"):
            result["ApplyServerSideEncryptionByDefault"] = {"SSEAlgorithm": default["sseAlgorithm"]}
            if default.get("kmsMasterKeyId"):
                result["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] = default["kmsMasterKeyId"]
        if rule.get("bucketKeyEnabled") is not None:
            result["BucketKeyEnabled"] = rule["bucketKeyEnabled"]
        return result

    def parse(self, found: Values) -> Values | None:
        rules: list[Values] = []
        for rule in found["ServerSideEncryptionConfiguration"]["Rules"]:
            default = rule.get("ApplyServerSideEncryptionByDefault") or {}
            ours: Values = {"bucketKeyEnabled": bool(rule.get("BucketKeyEnabled"))}
            if default:
                ours["applyServerSideEncryptionByDefault"] = {"sseAlgorithm": default["SSEAlgorithm"]}
                if default.get("KMSMasterKeyID"):
                    ours["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] = default["KMSMasterKeyID"]
            rules.append(ours)
        return {"rules": rules}


class BucketVersioning(BucketSetting):
    what = "S3 Bucket Versioning"
    configuration: ClassVar[dict[str, Arg]] = {
        "status": Arg(str, required=True, choices=("Enabled", "Suspended", "Disabled"))
    }
    arguments = {
        "bucket": BUCKET,
        "versioningConfiguration": Arg(configuration, required=True),
        "region": REGION,
    }
    get_call = "get_bucket_versioning"
    unset = "NoSuchBucket"

    def put(self, bucket: str, news: Values, region: str) -> None:
        status = news["versioningConfiguration"]["status"]
        if status != "Disabled":  # "never switched on": AWS has no call for it
            configuration = {"Status": status}
            self.aws.ask(
                "s3",
                "put_bucket_versioning",
                region=region,
                Bucket=bucket,
                VersioningConfiguration=configuration,
            )

    def parse(self, found: Values) -> Values | None:
        return {"versioningConfiguration": {"status": found.get("Status") or "Disabled"}}

    def remove(self, id: str, state: Values, region: str) -> None:
        """Versioning cannot be taken back, only suspended."""
        if (state.get("versioningConfiguration") or {}).get("status") == "Disabled":
            return
        self.aws.call(
            "s3", "put_bucket_versioning", region=region, missing=("NoSuchBucket",), Bucket=id,
            VersioningConfiguration={"Status": "Suspended"},
        )  # fmt: skip


class BucketLogging(BucketSetting):
    what = "S3 Bucket Logging"
    arguments = {
        "bucket": BUCKET,
        "targetBucket": Arg(str, required=True),
        "targetPrefix": Arg(str, required=True),
        "region": REGION,
    }
    get_call = "get_bucket_logging"
    unset = "NoSuchBucket"

    def put(self, bucket: str, news: Values, region: str) -> None:
        enabled = {"TargetBucket": news["targetBucket"], "TargetPrefix": news["targetPrefix"]}
        status = {"LoggingEnabled": enabled}
        self.aws.ask("s3", "put_bucket_logging", region=region, Bucket=bucket, BucketLoggingStatus=status)

    def parse(self, found: Values) -> Values | None:
        enabled = found.get("LoggingEnabled")
        return enabled and {"targetBucket": enabled["TargetBucket"], "targetPrefix": enabled["TargetPrefix"]}

    def remove(self, id: str, state: Values, region: str) -> None:
        """AWS has no call to delete it: it is put without a target."""
        self.aws.call(
            "s3", "put_bucket_logging", region=region, missing=("NoSuchBucket",), Bucket=id, BucketLoggingStatus={}
        )


class BucketPolicy(BucketSetting):
    what = "S3 Bucket Policy"
    arguments = {"bucket": BUCKET, "policy": Arg(str, required=True, is_json=True), "region": REGION}
    get_call = "get_bucket_policy"
    delete_call = "delete_bucket_policy"
    unset = "NoSuchBucketPolicy"

    def put(self, bucket: str, news: Values, region: str) -> None:
        self.aws.ask("s3", "put_bucket_policy", region=region, Bucket=bucket, Policy=news["policy"])

    def parse(self, found: Values) -> Values | None:
        return {"policy": found["Policy"]}
