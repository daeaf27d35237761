"""Patches to moto, one module a service, applied once before the server starts.

Each closes a gap that a workspace meets (docs/facts/local-platform.md, "Gaps of moto"); what is not patched is moto's
own behaviour. Written against moto 5.2: `tests/local/aws/test_aws_gaps.py` fails when a newer moto moves what is
patched.
"""

from __future__ import annotations

from local.aws.moto_patches import (
    autoscaling,
    ec2,
    eks,
    eks_pod_identity,
    iam,
    iam_simulation,
    s3,
    service_quotas,
    ssm,
)


def close_all() -> None:
    """Apply every patch to the moto modules of this process."""
    autoscaling.close()
    ec2.close()
    eks.close()
    eks_pod_identity.close()
    iam.close()
    iam_simulation.close()
    s3.close()
    service_quotas.close()
    ssm.close()
