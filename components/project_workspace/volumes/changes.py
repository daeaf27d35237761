"""Which changes of a volume are refused, whatever the cluster says.

Owns: those sentences. Does not own what only the cluster can tell (`places.py`). Why: a claim never shrinks, and
nothing else of it can change (Kubernetes, "Persistent Volumes"; ValidatePersistentVolumeClaimUpdate, pkg/apis/core).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from project_workspace.kube.quantities import number
from project_workspace.schema.problem import Problem

Volume = Mapping[str, Any]

_FIXED = {
    "accessModes": "the access modes",
    "storageClass": "the storage class",
    "volume": "the PersistentVolume",
    "shared": "the file system",
}
"""What can never change, in words."""


def refused(before: Sequence[Volume], wanted: Sequence[Volume], paths: Sequence[str]) -> Iterator[Problem]:
    """`paths` are where the wanted ones stand in the stack's file."""
    olds = {each["name"]: each for each in before}
    for path, volume in zip(paths, wanted, strict=True):
        if volume["name"] in olds:
            yield from of_one(path, olds[volume["name"]], volume)


def grows(old: Volume, new: Volume) -> bool:
    return number(new["size"]) > number(old["size"])


def of_one(path: str, old: Volume, new: Volume) -> Iterator[Problem]:
    """What cannot become of one volume; `path` is that of its entry."""
    if number(new["size"]) < number(old["size"]):
        yield Problem(
            f"{path}.size",
            f"Expected at least the size that the volume '{old['name']}' has, for example '{old['size']}': a volume "
            "never shrinks.",
        )
    for field, words in _FIXED.items():
        if old.get(field) != new.get(field):
            yield Problem(
                f"{path}.{field}",
                f"Expected {words} that the volume '{old['name']}' has ({_shown(old.get(field))}), which never "
                f"changes. Add a volume of another name, for example '{old['name']}2', and copy what is needed.",
            )


def _shown(value: Any) -> str:
    if value is None:
        return "none is said"
    return ", ".join(value) if isinstance(value, list) else str(value)
