"""What people choose of a workspace's volumes: the setting `volumes` of a stack file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Optional

from project_workspace import limits
from project_workspace.kube.quantities import LARGEST, QUANTITY, TOO_LARGE, canonical, number
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

ONE_NODE, MANY_NODES, ONE_POD = "ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"
ACCESS_MODES = (ONE_NODE, "ReadOnlyMany", MANY_NODES, ONE_POD)


def _object_name(what: str, example: str) -> Rule:
    return Rule(f"the name of {what}", example, matches(limits.DNS_SUBDOMAIN, 253))


VolumeName = Annotated[str, dns_label("data")]
Size = Annotated[str, Rule("a size as a Kubernetes quantity", "100Gi", matches(QUANTITY))]
AccessMode = Annotated[str, choice(*ACCESS_MODES, example=ONE_NODE)]
StorageClassName = Annotated[str, _object_name("a StorageClass", "gp3")]
PersistentVolumeName = Annotated[str, _object_name("a PersistentVolume", "pv-datasets")]
DriverName = Annotated[str, _object_name("a CSI driver", "efs.csi.aws.com")]
VolumeHandle = Annotated[
    str, Rule("what the driver calls the volume", "fs-0123456789abcdef0", matches(r"[!-~]{1,253}"))
]
Attribute = Annotated[str, Rule("a text", "true")]
ServerAddress = Annotated[
    str, Rule("the name or address of a server", "nfs.example.com", matches(r"[A-Za-z0-9.:-]+", 253))
]
ExportPath = Annotated[str, Rule("a path that begins with '/'", "/exports/datasets", matches(r"/[ -~]{0,1023}"))]


class CsiOptions(Section):
    """A volume that a CSI driver of the cluster mounts, for example one of EFS or FSx."""

    driver: DriverName
    """Name of the driver."""
    handle: VolumeHandle
    """What the driver calls the volume; for EFS the file system, or `FILE_SYSTEM::ACCESS_POINT`."""
    attributes: dict[str, Attribute] = {}
    """What the driver is told besides (`volumeAttributes`). Default: nothing."""


class NfsOptions(Section):
    """A directory that a server exports by NFS."""

    server: ServerAddress
    """Name or address of the server."""
    path: ExportPath
    """Path of the directory."""


def _one_source(options: "SharedOptions") -> Iterator[Problem]:
    if (options.csi is None) == (options.nfs is None):
        yield Problem("", "Expected either 'csi' or 'nfs', for example 'nfs: {server: nfs.example.com, path: /data}'.")


class SharedOptions(Section):
    """A file system that is there, outside the cluster, and that several workspaces may mount."""

    csi: Optional[CsiOptions] = None
    """By a CSI driver. Either this or `nfs`."""
    nfs: Optional[NfsOptions] = None
    """By NFS. Either this or `csi`."""

    together: ClassVar[tuple[Together, ...]] = (Together(("csi", "nfs"), _one_source),)


def _size(options: "VolumeOptions") -> Iterator[Problem]:
    if number(options.size) > LARGEST:
        yield Problem("size", TOO_LARGE)
    elif number(options.size) <= 0:
        yield Problem("size", "Expected a size above zero, for example '100Gi'.")


def _modes(options: "VolumeOptions") -> Iterator[Problem]:
    modes = options.access_modes
    if ONE_POD in modes and len(modes) > 1:
        yield Problem("accessModes", f"Expected '{ONE_POD}' alone, for example '[{ONE_POD}]'.")
    elif len(set(modes)) < len(modes):
        yield Problem("accessModes", f"Expected each mode once, for example '[{ONE_NODE}]'.")


def _one_place(options: "VolumeOptions") -> Iterator[Problem]:
    if options.shared and (options.volume or options.storage_class):
        yield Problem("", "Expected 'shared' without 'volume' and 'storageClass', for example 'storageClass: null'.")


class VolumeOptions(Section):
    """A volume of the namespace: a PersistentVolumeClaim, which notebooks and pipelines mount by its name."""

    name: VolumeName
    """Name of the claim. Another one is another volume."""
    size: Size
    """How much is asked for. It may grow, where the storage class lets it, and never shrink."""
    access_modes: list[AccessMode] = []
    """From where the volume can be mounted: by one node (`ReadWriteOnce`), by many (`ReadOnlyMany`, `ReadWriteMany`),
    by one pod (`ReadWriteOncePod`). Default: `ReadWriteOnce`, and `ReadWriteMany` for a shared one."""
    storage_class: Optional[StorageClassName] = None
    """StorageClass that makes the volume. Default: the cluster's default class, and none for a `volume`."""
    volume: Optional[PersistentVolumeName] = None
    """Name of a PersistentVolume that is there and free. Default: one is made."""
    shared: Optional[SharedOptions] = None
    """A file system that several workspaces mount. What is in it never goes with a workspace."""
    retain: bool = False
    """Whether the data stays, on its PersistentVolume, when the claim or the whole workspace goes."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("size",), _size),
        Together(("access_modes",), _modes),
        Together(("shared", "volume", "storage_class"), _one_place),
    )

    @property
    def modes(self) -> list[str]:
        """The access modes, those of the default included."""
        return self.access_modes or [MANY_NODES if self.shared else ONE_NODE]

    @property
    def noted(self) -> dict[str, Any]:
        """What the look before a change has to know, under the settings' names; what is not chosen is left out."""
        found = {
            "name": self.name,
            "size": canonical(self.size),
            "accessModes": self.modes,
            "storageClass": self.storage_class,
            "volume": self.volume,
            "shared": self.shared.model_dump(by_alias=True, exclude_none=True) if self.shared else None,
        }
        return {key: value for key, value in found.items() if value is not None}


def unfit_volumes(volumes: Sequence[VolumeOptions], quota: Mapping[str, str]) -> Iterator[Problem]:
    """Two volumes of one name, and more of them than the quota allows; paths are indices."""
    names = [volume.name for volume in volumes]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Problem(f"[{index}].name", f"Expected a name that no other volume has, for example '{name}2'.")
    over = [key for key, asked in _asked(volumes).items() if key in quota and asked > number(quota[key])]
    if over:
        example = f"{over[0]}: {quota[over[0]]}"
        yield Problem("", f"Expected no more than 'quota' allows, for example '{example}'; over it: {', '.join(over)}.")


def _asked(volumes: Sequence[VolumeOptions]) -> Mapping[str, Fraction]:
    """What the volumes take of each resource that a quota can count."""
    asked: defaultdict[str, Fraction] = defaultdict(Fraction)
    for volume in volumes:
        classes = [f"{volume.storage_class}.storageclass.storage.k8s.io/"] if volume.storage_class else []
        for prefix in ("", *classes):
            asked[f"{prefix}persistentvolumeclaims"] += 1
            asked[f"{prefix}requests.storage"] += number(volume.size)
    return asked
