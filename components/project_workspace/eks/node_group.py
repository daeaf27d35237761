"""What can be said about one node group: the arguments that the other modules of the node groups share.

Owns: their meaning, units and defaults. Does not own the resources (`nodes.py`, `launch_template.py`), the look at AWS
(`capacity.py`) or labels and taints (`placement.py`).
"""

from dataclasses import dataclass
from typing import Optional

from project_workspace.eks.scheduling import Taint

CAPACITY_TYPES = {"on-demand": "ON_DEMAND", "spot": "SPOT", "capacity-block": "CAPACITY_BLOCK"}
"""How capacity is bought: as settings spell it, and as EKS does."""

DEFAULT_ZONES = ["a", "c"]
"""Letters of the runbook's two zones (section 2-1, create-nodegroup.yaml)."""


@dataclass(frozen=True, kw_only=True)
class LaunchTemplateVersion:
    """One version of a launch template that somebody else made."""

    id: str
    version: str
    """A number as text; another one lets EKS replace the nodes one after another."""


@dataclass(frozen=True, kw_only=True)
class ExistingNodes:
    """What a node group that was made by hand stands on, and keeps: each could only be changed with new nodes.

    Taken away, the group is replaced by one of the program's own, which is made first.
    """

    node_role: str
    """Name of the IAM role of its nodes."""
    launch_template: Optional[LaunchTemplateVersion] = None
    """Default: the group has none."""
    subnet_ids: list[str]


@dataclass(kw_only=True)
class NodeGroupArgs:
    """One node group."""

    spec: str
    """Name of the spec, for example `standard`: part of the label, the group's name and AI Conductor's resources."""
    instance_type: str
    min_size: int = 0
    """Nodes that always run."""
    desired_size: Optional[int] = None
    """Nodes to begin with; afterwards the autoscaler decides and this is ignored. Default: `min_size`."""
    max_size: int
    """Nodes that may run; at least 1."""
    zones: Optional[list[str]] = None
    """Letters of the zones with a private subnet for the nodes; default: `a` and `c`, as in the runbook."""
    ami_type: Optional[str] = None
    """EKS AMI type; default: Amazon Linux 2023 for the instance type's architecture and accelerator."""
    capacity_type: str = "on-demand"
    """`on-demand`, `spot` or `capacity-block`."""
    capacity_reservation_id: Optional[str] = None
    """The capacity block's reservation; needed for `capacity-block`."""
    labels: Optional[dict[str, str]] = None
    """Further node labels."""
    taints: Optional[list[Taint]] = None
    """Default: `nvidia.com/gpu=present:NoSchedule` on GPU nodes. An empty list: none."""
    disk_gib: int = 50
    disk_iops: int = 3000
    disk_throughput: int = 125
    """MiB/s of the gp3 disk."""
    metadata_hop_limit: int = 1
    """Network hops to the instance metadata; 2 lets every pod use the node's role."""
    vcpu: Optional[int] = None
    """What AI Conductor is told of a node; default: asked of AWS."""
    ram_gb: Optional[int] = None
    gpu: Optional[int] = None
    name: Optional[str] = None
    """Physical name of a group made by hand; default: derived."""
    existing: Optional[ExistingNodes] = None
    """Of a group made by hand: what it stands on. Default: a role and a launch template of the program's own."""
