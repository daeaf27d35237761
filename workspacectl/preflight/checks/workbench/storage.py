"""The two volumes: there, bound, made by hand, large enough, shared where they must be, and kept when Workbench goes.

Owns: those lines, of the claims and the volumes behind them. Does not own the claims themselves, which the stack
makes: one that is not there yet is well. That a volume's root directory can be written by the group is not seen from
the cluster: the GID stands on the volume, and whoever serves it must have done the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from project_workspace.kube.claims import RETAIN, is_bound, volume_ref
from project_workspace.kube.cluster import Document
from project_workspace.kube.metadata import annotations_of
from project_workspace.kube.quantities import number
from project_workspace.volumes.options import MANY_NODES, ONE_NODE
from project_workspace.workbench.storage_options import LEAST, LEAST_WITH_MIRROR, PERSISTENCE
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.checks.workbench.findings import together
from workspacectl.preflight.checks.workbench.shown import as_yaml
from workspacectl.preflight.sites import WorkbenchSite

GID = "pv.beta.kubernetes.io/gid"
PROVISIONED = "pv.kubernetes.io/provisioned-by"
"""The annotation of a volume that a StorageClass made (Kubernetes, "Well-Known Labels, Annotations and Taints")."""
THREE = "postgres, git-storage and object-storage"
"""The pods that have `anaconda-storage`."""


@dataclass(frozen=True)
class Asked:
    """What is asked of one volume."""

    modes: tuple[str, ...]
    """Access modes, of which it must have one."""
    least: Fraction
    """Bytes below which it fails."""
    recommended: Fraction
    """Bytes below which it is a warning."""


def workbench_storage(site: WorkbenchSite) -> Answer:
    """`anaconda-storage`: Bound to a volume made by hand, of 100 GiB, or of 500 where packages are mirrored.

    With ReadWriteOnce it works, but three pods must run on one node: a warning. The size that is recommended for a
    mirror is a warning below. Checklist, item 11; "Storage", anaconda-storage.
    """
    options = site.options
    least = number(LEAST)
    recommended = number(LEAST_WITH_MIRROR if options.mirrors_packages else LEAST)
    if options.persistence.in_storage:
        return _volume(site, options.volumes()[0].name, Asked((MANY_NODES,), least, recommended + number(PERSISTENCE)))
    return _volume(site, options.volumes()[0].name, Asked((MANY_NODES, ONE_NODE), least, recommended))


def workbench_persistence(site: WorkbenchSite) -> Answer:
    """`anaconda-persistence`: Bound to a volume made by hand that many nodes can write; below 1 TiB is a warning.

    One claim may serve both: then the other line has all that is asked of it. Checklist, item 12; "Storage",
    anaconda-persistence.
    """
    if site.options.persistence.in_storage:
        return ok(f"in {site.options.volumes()[0].name}")
    return _volume(site, site.options.volumes()[-1].name, Asked((MANY_NODES,), Fraction(0), number(PERSISTENCE)))


def _volume(site: WorkbenchSite, name: str, asked: Asked) -> Answer:
    claim = site.claims.get(name)
    if claim is None:
        return ok(f"{name}, not there yet: the stack makes it")
    shown = as_yaml(claim, f"kubectl -n {site.namespace} get pvc {name} -o yaml")
    if not is_bound(claim):
        phase = (claim.get("status") or {}).get("phase")
        return failed(f"{name} is {phase}", "Bound", f"kubectl -n {site.namespace} describe pvc {name}").showing(shown)
    volume = site.cluster.get(volume_ref(claim["spec"]["volumeName"]), remedy="kubectl get pv")
    behind = as_yaml(volume, f"kubectl get pv {volume['metadata']['name']} -o yaml")
    return together(_looks(site, claim, volume, asked)).showing(shown, behind)


def _looks(site: WorkbenchSite, claim: Document, volume: Document, asked: Asked) -> Iterator[Answer]:
    name, spec = volume["metadata"]["name"], volume["spec"]
    yield ok(f"{claim['metadata']['name']}, Bound to {name}, {spec['capacity']['storage']}")
    yield _size(name, spec["capacity"]["storage"], asked)
    yield from _modes(name, set(spec["accessModes"]) & set(claim["spec"]["accessModes"]), asked)
    if maker := annotations_of(volume).get(PROVISIONED):
        yield failed(f"{name} was made by {maker}", "a volume that was made by hand", "make it, and a claim for it")
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy != RETAIN:
        patch = f'\'{{"spec": {{"persistentVolumeReclaimPolicy": "{RETAIN}"}}}}\''
        yield failed(f"{name} has the reclaim policy {policy}", RETAIN, f"kubectl patch pv {name} -p {patch}")
    if site.options.gid and annotations_of(volume).get(GID) != str(site.options.gid):
        wanted = f"{GID}: {site.options.gid}"
        told = f"{name} has no annotation '{wanted}'"
        yield failed(told, "it, because 'gid' is not 0", f"kubectl annotate pv {name} {GID}={site.options.gid}")


def _size(name: str, size: str, asked: Asked) -> Answer:
    told = f"{name} has {size}"
    if number(size) < asked.least:
        return failed(told, f"at least {_gib(asked.least)}", "make a larger volume, and a claim for it")
    if number(size) < asked.recommended:
        return warning(told, f"at least {_gib(asked.recommended)}", "make a larger volume; EFS has no size")
    return ok(told)


def _modes(name: str, modes: set[str], asked: Asked) -> Iterator[Answer]:
    if modes.isdisjoint(asked.modes):
        told = f"{name} has {', '.join(sorted(modes)) or 'no access mode that its claim asks for'}"
        yield failed(told, " or ".join(asked.modes), "make a volume and a claim with this access mode")
    elif MANY_NODES not in modes:
        yield warning(
            f"{name} has {ONE_NODE}: {THREE} must run on one node", MANY_NODES, "'affinity.system' for one node"
        )


def _gib(size: Fraction) -> str:
    return f"{int(size / 2**30)}Gi"


CHECKS = (workbench_storage, workbench_persistence)
