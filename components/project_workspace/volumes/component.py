"""The volumes of a workspace: a claim for each, and a guard before it.

Owns: which objects a volume has, and their order. Does not own their documents (`manifests.py`), nor the look before
anything is made or changed (`check.py`), which is not made here: it comes before everything else of the workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

import pulumi

from project_workspace.kube.built_in import BuiltIn
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.stack_mark import StackMark
from project_workspace.volumes import manifests
from project_workspace.volumes.claim_guard import ClaimGuard, ClaimGuardArgs
from project_workspace.volumes.options import VolumeOptions


@dataclass(kw_only=True)
class VolumesArgs:
    """The volumes of one namespace, which is there."""

    namespace: str
    volumes: Sequence[VolumeOptions]
    protect: bool = False
    """Whether Pulumi refuses to delete the claims, with which data may go."""
    delete_data: bool = False
    """Whether data may go with a claim."""
    annotations: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further ones of the PersistentVolumes of shared volumes."""
    mark: StackMark
    """Whose the claims are."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class Volumes(pulumi.ComponentResource):
    """Claims that pods can mount by their names; some are bound with the first pod only."""

    def __init__(self, name: str, args: VolumesArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__("project-workspace:volumes:Volumes", name, {}, opts)
        for volume in args.volumes:
            self._volume(f"{name}-{volume.name}", volume, args)
        self.register_outputs({})

    def _volume(self, name: str, volume: VolumeOptions, args: VolumesArgs) -> None:
        if volume.shared:
            manifest = manifests.shared_volume(args.namespace, volume, args.mark, args.annotations)
            of_its_own = BuiltIn(name, "core/v1", manifest, pulumi.ResourceOptions(parent=self))
            after = pulumi.ResourceOptions(parent=self, depends_on=[of_its_own])
            BuiltIn(name, "core/v1", manifests.claim(args.namespace, volume, args.mark), after)
            return
        child = pulumi.ResourceOptions(parent=self, protect=args.protect)
        claim = BuiltIn(name, "core/v1", manifests.claim(args.namespace, volume, args.mark), child)
        ClaimGuard(
            name,
            ClaimGuardArgs(
                namespace=args.namespace,
                volume=volume.name,
                claim=claim.id,
                retain=volume.retain,
                delete_data=args.delete_data,
                stack_cluster=args.stack_cluster,
            ),
            opts=child,
        )
