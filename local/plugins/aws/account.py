"""Stand-ins for the data sources about the account and the region: `getCallerIdentity`, `getRegion`,
`getPartition`.
"""

from __future__ import annotations

from local.plugins.aws.connection import Aws, doing
from local.plugins.aws.ec2_queries import checked
from local.plugins.aws.s3_bucket import partition
from local.plugins.aws.schema import Arg
from local.plugins.provider import Values

DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def get_caller_identity(aws: Aws, args: Values) -> Values:
    """Who the credentials belong to."""
    checked("getCallerIdentity", {"id": Arg(str)}, args)
    with doing("reading STS Caller Identity"):
        found = aws.ask("sts", "get_caller_identity")
    account = found["Account"]
    return {"id": account, "accountId": account, "arn": found["Arn"], "userId": found["UserId"]}


def get_region(aws: Aws, args: Values) -> Values:
    """The provider's region; the looking up of another region by name or endpoint is not implemented."""
    checked("getRegion", {"region": Arg(str), "id": Arg(str)}, args)
    region = args.get("region") or aws.region
    from botocore.loaders import create_loader

    # The description is a fact of botocore's own data, not of AWS's API.
    known = create_loader().load_data("endpoints")["partitions"]
    described = {name: data.get("description") for part in known for name, data in part["regions"].items()}
    return {
        "id": region,
        "region": region,
        "name": region,
        "endpoint": f"ec2.{region}.{DNS_SUFFIXES[partition(region)]}",
        "description": described.get(region) or "",
    }


def get_partition(aws: Aws, args: Values) -> Values:
    """The ARN partition of the provider's region."""
    checked("getPartition", {"id": Arg(str)}, args)
    name = partition(aws.region)
    suffix = DNS_SUFFIXES[name]
    prefix = ".".join(reversed(suffix.split(".")))
    return {"id": name, "partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": prefix}
