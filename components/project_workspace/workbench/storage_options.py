"""What people choose of Workbench's two volumes: the sections `storage` and `persistence` of a stack file.

Owns: those, and what follows from both and from the mirror of packages. Does not own the objects, which are those of a
workspace's shared volumes (`volumes/`). The document, "Storage", has the sizes and access modes.
"""

from collections.abc import Iterator
from math import ceil
from typing import Annotated, Any, ClassVar, Optional

from project_workspace import limits
from project_workspace.kube.quantities import number
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.section import Section, Together
from project_workspace.volumes.options import (
    MANY_NODES,
    ONE_NODE,
    CsiOptions,
    NfsOptions,
    PersistentVolumeName,
    SharedOptions,
    Size,
    VolumeName,
    VolumeOptions,
)

LEAST, LEAST_WITH_MIRROR, PERSISTENCE = "100Gi", "500Gi", "1Ti"
"""Sizes of the document: the least of `storage`, that with mirrored packages, and what `persistence` starts with."""
EFS_DRIVER = "efs.csi.aws.com"

FileSystemId = Annotated[str, Rule("the id of an EFS file system", "fs-0123456789abcdef0", matches("fs-[0-9a-f]+"))]
AccessPointId = Annotated[
    str, Rule("the id of an EFS access point", "fsap-0123456789abcdef0", matches("fsap-[0-9a-f]+"))
]
StorageMode = Annotated[str, choice(ONE_NODE, MANY_NODES, example=MANY_NODES)]
ClassOfAVolume = Annotated[
    str,
    Rule(
        "the name of a storage class, or '' for none",
        "anaconda-storage",
        matches(rf"({limits.DNS_SUBDOMAIN.pattern})?", 253),
    ),
]


class EfsOptions(Section):
    """A file system of Amazon EFS, mounted by its CSI driver."""

    file_system: FileSystemId
    """Id of the file system."""
    access_point: Optional[AccessPointId] = None
    """Id of an access point in it, which sets owner and directory. Default: its root."""


def _one_place(options: "PlaceOptions") -> Iterator[Problem]:
    if options.nfs and options.efs:
        yield Problem("", "Expected either 'nfs' or 'efs', for example 'efs: {fileSystem: fs-0123456789abcdef0}'.")


class PlaceOptions(Section):
    """Where a volume is."""

    nfs: Optional[NfsOptions] = None
    """A directory that a server exports by NFS. Either this or `efs`."""
    efs: Optional[EfsOptions] = None
    """A file system of Amazon EFS. Either this or `nfs`."""
    volume: Optional[PersistentVolumeName] = None
    """Name of the PersistentVolume, for example of one that was made by hand and is taken over with `adopt`. Default:
    those of namespace and claim, with a hyphen between."""
    storage_class: Optional[ClassOfAVolume] = None
    """Storage class that PersistentVolume and claim name, which the cluster need not have; an empty one is none, and
    lets any claim without one take the volume before ours. Default: the PersistentVolume's name."""

    together: ClassVar[tuple[Together, ...]] = (Together(("nfs", "efs"), _one_place),)

    @property
    def shared(self) -> Optional[SharedOptions]:
        """As a workspace's shared volumes have it; None where no place is said."""
        if self.nfs:
            return SharedOptions(nfs=self.nfs)
        if self.efs is None:
            return None
        handle = "::".join(filter(None, (self.efs.file_system, self.efs.access_point)))
        return SharedOptions(csi=CsiOptions(driver=EFS_DRIVER, handle=handle))


class StaticVolumeOptions(VolumeOptions):
    """A shared volume whose PersistentVolume and class may have names that are chosen."""

    persistent_volume: Optional[str] = None
    """Name of the PersistentVolume."""
    class_name: Optional[str] = None
    """Its storage class."""

    @property
    def noted(self) -> dict[str, Any]:
        """The same under the names that a volume of somebody else's has."""
        chosen = {"volume": self.persistent_volume, "storageClass": self.class_name}
        return {**super().noted, **{key: value for key, value in chosen.items() if value is not None}}


def _place_of_storage(options: "WorkbenchStorageOptions") -> Iterator[Problem]:
    if options.shared is None:
        yield Problem("", "Expected its place, for example 'nfs: {server: nfs.example.com, path: /exports/storage}'.")


class WorkbenchStorageOptions(PlaceOptions):
    """The volume `anaconda-storage`: Workbench's database, Git repositories and packages."""

    name: VolumeName = "anaconda-storage"
    """Name of the claim."""
    size: Optional[Size] = None
    """How large it is. Default: `100Gi`, and `500Gi` with `mirrorsPackages`; both are the least there may be. What
    `persistence` has comes to it where both are one volume."""
    access_mode: StorageMode = MANY_NODES
    """From where it can be mounted. With `ReadWriteOnce` the pods of database, Git and packages are on one node."""

    together: ClassVar[tuple[Together, ...]] = (
        *PlaceOptions.together,
        Together(("nfs", "efs"), _place_of_storage),
    )


class PersistenceOptions(PlaceOptions):
    """The volume `anaconda-persistence`: users' code and data, environments and sample projects."""

    in_storage: bool = False
    """Whether it is the same volume as `storage`, which is `ReadWriteMany` then."""
    name: VolumeName = "anaconda-persistence"
    """Name of the claim."""
    size: Size = PERSISTENCE
    """How large it is to begin with; it grows with use."""


def volumes(storage: WorkbenchStorageOptions, persistence: PersistenceOptions, *, mirrors: bool) -> list[VolumeOptions]:
    """The volumes as a workspace has shared ones: two, or one for both."""
    least = LEAST_WITH_MIRROR if mirrors else LEAST
    both = f"{ceil((number(least) + number(persistence.size)) / 2**30)}Gi" if persistence.in_storage else least
    first = _volume(storage, storage.name, storage.size or both, storage.access_mode)
    return [first] if persistence.in_storage else [first, _volume(persistence, persistence.name, persistence.size)]


def _volume(place: PlaceOptions, name: str, size: str, mode: str = MANY_NODES) -> VolumeOptions:
    return StaticVolumeOptions(
        name=name,
        size=size,
        access_modes=[mode],
        shared=place.shared,
        persistent_volume=place.volume,
        class_name=place.storage_class,
    )


def unfit(storage: WorkbenchStorageOptions, persistence: PersistenceOptions, *, mirrors: bool) -> Iterator[Problem]:
    """What does not fit together; paths are those of the stack's file."""
    least = number(LEAST_WITH_MIRROR if mirrors else LEAST)
    if storage.size is not None and number(storage.size) < least:
        mirrored = " with mirrored packages" if mirrors else ""
        example = LEAST_WITH_MIRROR if mirrors else LEAST
        yield Problem("storage.size", f"Expected at least {example}{mirrored}, for example '{example}'.")
    if persistence.in_storage:
        yield from _unfit_for_both(storage, persistence)
    elif persistence.shared is None:
        yield Problem(
            "persistence",
            "Expected its place, for example 'efs: {fileSystem: fs-0123456789abcdef0}', or 'inStorage: true'.",
        )
    elif persistence.shared == storage.shared:
        yield Problem(
            "persistence",
            "Expected another place than storage has, for example 'inStorage: true' for one volume: a pod cannot mount "
            "one place by two.",
        )
    elif persistence.name == storage.name:
        yield Problem("persistence.name", f"Expected another name than storage's, for example '{storage.name}2'.")


def _unfit_for_both(storage: WorkbenchStorageOptions, persistence: PersistenceOptions) -> Iterator[Problem]:
    if storage.access_mode != MANY_NODES:
        yield Problem(
            "storage.accessMode", f"Expected '{MANY_NODES}' of a volume for both, for example '{MANY_NODES}'."
        )
    if persistence.shared is not None:
        yield Problem("persistence", "Expected no place of its own with 'inStorage: true', for example 'nfs: null'.")
    if persistence.volume is not None or persistence.storage_class is not None:
        yield Problem(
            "persistence", "Expected no volume of its own with 'inStorage: true', for example 'volume: null'."
        )
