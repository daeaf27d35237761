"""Claims on storage that this program made: which they are, whether data would go with one, and how data is kept.

Owns: the annotation of such a claim, and the reclaim policy of the volume behind one whose data stays. Does not own
the claims themselves (`volumes/`), nor what follows from data (the guards). Why by the volume's policy: what goes with
a claim is what its storage class said when the volume was made, and that is mostly everything.
Source: Kubernetes, "Persistent Volumes", sections "Reclaiming" and "Phase".
"""

import sys
from collections.abc import Iterator
from typing import Any

from project_workspace.kube.cluster import CORE, Cluster, Ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.stack_mark import StackMark

CLAIMS = (CORE, "persistentvolumeclaims", "PersistentVolumeClaim")
KEPT = "project-workspace/data-stays"
"""The annotation of a claim whose data stays when it goes."""
BOUND = "Bound"
"""The phase of a claim that has a volume."""
RETAIN = "Retain"

Document = dict[str, Any]


def claim_ref(namespace: str, name: str) -> Ref:
    return Ref(*CLAIMS, namespace, name)


def volume_ref(name: str) -> Ref:
    return Ref(CORE, "persistentvolumes", "PersistentVolume", "", name)


def is_bound(claim: Document) -> bool:
    return claim.get("status", {}).get("phase") == BOUND


def loses_nothing(claim: Document) -> bool:
    """Whether the claim may go without a loss: it is this program's, and has no volume yet or one whose data stays.

    What somebody else has claimed is theirs, bound or not.
    """
    return StackMark.of(claim) is not None and (KEPT in annotations_of(claim) or not is_bound(claim))


def is_kept(cluster: Cluster, claim: Document) -> bool:
    """Whether the volume behind a bound claim outlives it."""
    volume = cluster.find(volume_ref(claim["spec"]["volumeName"]))
    return volume is None or volume["spec"].get("persistentVolumeReclaimPolicy") == RETAIN


def keep(cluster: Cluster, claim: Document) -> None:
    """Let the volume behind the claim, if it has one, outlive it, and say on it whose data it is."""
    if not is_bound(claim) or is_kept(cluster, claim):
        return
    volume, mark = claim["spec"]["volumeName"], StackMark.of(claim)
    change: Document = {"spec": {"persistentVolumeReclaimPolicy": RETAIN}}
    if mark:
        change["metadata"] = {"annotations": mark.annotations}
    cluster.patch(volume_ref(volume), change)


def keep_what_stays(cluster: Cluster, namespace: str) -> None:
    """`keep` for all claims of the namespace whose data stays; said for each, since nothing else will name it."""
    for claim in _whose_data_stays(cluster, namespace):
        keep(cluster, claim)
        say_where(claim)


def say_where(claim: Document) -> None:
    """One line for the person who runs the command: where the data of this claim is from now on."""
    if is_bound(claim):
        name, volume = claim["metadata"]["name"], claim["spec"]["volumeName"]
        sys.stderr.write(
            f"The data of the volume '{name}' stays on the PersistentVolume '{volume}' (docs/operations.md, 'A volume "
            "that stays').\n"
        )


def _whose_data_stays(cluster: Cluster, namespace: str) -> Iterator[Document]:
    every = cluster.every(claim_ref(namespace, ""))
    return (claim for claim in every if KEPT in annotations_of(claim) and StackMark.of(claim))
