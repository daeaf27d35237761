"""The ARNs of a bucket.

Owns: their form. Does not own the bucket's name (`names.py`). Why here: the bucket's own policy, the grants in the
shared ones and the look before them need the same two, and a dynamic provider must not load the options for that.
"""


def bucket_arns(partition: str, bucket: str) -> list[str]:
    """The two ARNs by which a policy grants a bucket: the bucket and the objects in it (runbook, section 2-1)."""
    return [f"arn:{partition}:s3:::{bucket}", f"arn:{partition}:s3:::{bucket}/*"]
