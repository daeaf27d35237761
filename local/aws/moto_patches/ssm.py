"""Stand-in for the parameters in which EKS publishes its images, which moto's Systems Manager has not.

There are those of AL2023 and Bottlerocket for the versions that EKS has, and of AL2 for versions before 1.33
(docs/facts/eks-node-groups.md, "AMI types"). The ids are made up: nothing here starts a node.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.utils import utcnow
from moto.ssm.models import Parameter, SimpleSystemManagerBackend

VERSIONS = range(30, 37)
AL2_VERSIONS = range(30, 33)
IMAGES = (
    (
        re.compile(r"/aws/service/eks/optimized-ami/1\.(\d+)/amazon-linux-2023/(x86_64|arm64)/(standard|nvidia)/.+"),
        VERSIONS,
    ),
    (re.compile(r"/aws/service/eks/optimized-ami/1\.(\d+)/amazon-linux-2023/x86_64/neuron/.+"), VERSIONS),
    (re.compile(r"/aws/service/bottlerocket/aws-k8s-1\.(\d+)(-nvidia)?/(x86_64|arm64)/latest/.+"), VERSIONS),
    (re.compile(r"/aws/service/eks/optimized-ami/1\.(\d+)/amazon-linux-2(-gpu|-arm64)?/.+"), AL2_VERSIONS),
)


def close() -> None:
    """Look among these before moto's own parameters."""
    moto: Any = SimpleSystemManagerBackend
    own = moto.__dict__.get("_own_get_parameters") or moto.get_parameters
    moto._own_get_parameters = own
    moto.get_parameters = _get_parameters


def _get_parameters(self: Any, names: list[str]) -> dict[str, Parameter]:
    found: dict[str, Parameter] = self._own_get_parameters(names)
    return found | {name: _image(self, name) for name in names if _is_published(name)}


def _is_published(name: str) -> bool:
    return any((found := form.fullmatch(name)) and int(found[1]) in versions for form, versions in IMAGES)


def _image(backend: Any, name: str) -> Any:
    return Parameter(
        account_id=backend.account_id, name=name, value="ami-0123456789abcdef0", parameter_type="String",
        description="", allowed_pattern=None, keyid=None, last_modified_date=utcnow(), version=1,
        data_type="aws:ec2:image", tier="Standard", policies=None,
    )  # fmt: skip
