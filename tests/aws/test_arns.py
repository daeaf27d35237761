"""ARNs: in every partition of AWS."""

import pytest

from project_workspace.aws.arns import bucket_arns


@pytest.mark.parametrize(
    ("partition", "prefix"),
    [("aws", "arn:aws:"), ("aws-cn", "arn:aws-cn:"), ("aws-us-gov", "arn:aws-us-gov:")],
)
def test_arns_carry_the_regions_partition(partition: str, prefix: str) -> None:
    assert bucket_arns(partition, "b") == [f"{prefix}s3:::b", f"{prefix}s3:::b/*"]
