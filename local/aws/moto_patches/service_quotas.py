"""Stand-in for the quotas of EC2's vCPUs and EKS's node groups, which moto's Service Quotas has not.

Every code of `quotas.json` has one value, as of an account that has asked for enough; another code is refused as AWS
refuses it. Use is not measured here: CloudWatch answers without a figure.
"""

from __future__ import annotations

from typing import Any

from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.models import ServiceQuotasBackend

from workspacectl.preflight.checks.amazon.capacity import QUOTAS

VCPUS, NODE_GROUPS = 1024.0, 30.0
VALUES = {
    "ec2": {code: VCPUS for codes in QUOTAS["vcpus"].values() for code in codes},
    "eks": {QUOTAS["nodeGroupsPerCluster"]: NODE_GROUPS},
}


def close() -> None:
    """Answer for these services before moto's own method."""
    moto: Any = ServiceQuotasBackend
    own = moto.__dict__.get("_own_get_service_quota") or moto.get_service_quota
    moto._own_get_service_quota = own
    moto.get_service_quota = _get


def _get(self: Any, service_code: str, quota_code: str) -> dict[str, Any]:
    if service_code not in VALUES:
        return self._own_get_service_quota(service_code, quota_code)
    if quota_code not in VALUES[service_code]:
        raise NoSuchResource
    return {"ServiceCode": service_code, "QuotaCode": quota_code, "Value": VALUES[service_code][quota_code]}
