"""The cluster itself: that it answers, its clock, and what a namespace's pods need of it.

Does not own the rights there (`rights.py`), nor what was installed on it (`addons.py`, `kubeflow.py`, `runai.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from project_workspace.eks.instance_types import is_gpu
from project_workspace.eks.scheduling import GPU_RESOURCE
from project_workspace.kube.cluster import CORE, Document, Ref
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.volumes.options import MANY_NODES, VolumeOptions
from project_workspace.volumes.places import CLASSES, DEFAULT, is_default
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.site import Site, any_of
from workspacectl.preflight.sites import WorkspaceSite

ODD_SECONDS = 60
"""Beyond this a clock is odd: the token of an EKS cluster is a signed address that counts for 60 seconds."""
WRONG_SECONDS = 5 * 60
"""Beyond this AWS refuses what this machine signs (AWS documentation, Signature Version 4, "expiration")."""
ONE_NODE_ONLY = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs")
"""Provisioners whose volumes one node mounts at a time: EBS's."""


def cluster_answers(site: Site) -> Answer:
    """The cluster answers this identity, and is the one that the kubeconfig means."""
    return ok(f"{site.cluster.server}, uid {site.cluster.uid}")


def clock_cluster(site: Site) -> Answer:
    """This machine's clock is the cluster's: AWS, and by it EKS, refuse what a wrong clock has signed."""
    before = now()
    said = site.cluster.date()
    middle = before + (now() - before) / 2
    try:
        there = parsedate_to_datetime(said)
    except ValueError:
        return unknown(f"{site.cluster.server} does not say what time it is.")
    # The header has whole seconds, cut off.
    apart = abs((middle - there).total_seconds())
    if apart <= ODD_SECONDS:
        return ok(f"at most {ODD_SECONDS} seconds apart")
    seen = f"{apart:.0f} seconds apart: {middle:%H:%M:%S} here, {there:%H:%M:%S} there (UTC)"
    remedy = "timedatectl set-ntp true, here, or the same on the control plane"
    tell = failed if apart > WRONG_SECONDS else warning
    return tell(seen, f"at most {ODD_SECONDS} seconds; AWS refuses signatures beyond {WRONG_SECONDS}", remedy)


def now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


def existing_namespace(site: WorkspaceSite) -> Answer | None:
    """The namespace that somebody else has made is there, and not on its way out."""
    if site.options.namespace.kind != EXISTING:
        return None
    name = site.names.namespace
    found = site.cluster.namespace(name)
    if found and not found["metadata"].get("deletionTimestamp"):
        return ok(name)
    seen = f"'{name}' is being deleted" if found else f"the cluster has no '{name}'"
    return failed(seen, "a namespace that exists", "correct 'names.namespace', or set another 'namespace.kind'")


def default_storage_class(site: WorkspaceSite) -> Answer:
    """One StorageClass is the cluster's default: a claim that names none waits for ever without it."""
    classes = list(site.cluster.every(CLASSES))
    names = sorted(each["metadata"]["name"] for each in classes if is_default(each))
    if len(names) == 1:
        return ok(names[0])
    seen = f"{len(names)} defaults: {', '.join(names)}" if names else f"no default among {_names(classes) or 'none'}"
    mark = f'kubectl patch storageclass NAME -p \'{{"metadata": {{"annotations": {{"{DEFAULT[0]}": "true"}}}}}}\''
    needs = [
        volume.name for volume in site.options.volumes if not (volume.storage_class or volume.shared or volume.volume)
    ]
    if needs and not names:
        return failed(seen, f"a default, since the volumes {', '.join(needs)} name none", mark)
    return warning(seen, "one default", mark)


def _names(found: list[Document]) -> str:
    return ", ".join(sorted(str(each["metadata"]["name"]) for each in found))


def shared_storage(site: WorkspaceSite) -> Answer | None:
    """The class of each volume that many nodes are to mount makes such volumes: those of EBS are one node's.

    Requirement document 'Kubeflow account management', "Persistent Volume Claims", ReadWriteMany.
    """
    wanted = [each for each in site.options.volumes if MANY_NODES in each.modes and not _is_given(each)]
    if not wanted:
        return None
    classes = {each["metadata"]["name"]: each for each in site.cluster.every(CLASSES)}
    default = next((name for name, each in classes.items() if is_default(each)), "")
    unfit = [
        f"'{volume.name}' by {name or 'no class'} ({provisioner or 'none'})"
        for volume in wanted
        if (provisioner := classes.get(name := volume.storage_class or default, {}).get("provisioner", ""))
        in ("", *ONE_NODE_ONLY)
    ]
    if not unfit:
        return ok(", ".join(f"{each.name}: {each.storage_class or default}" for each in wanted))
    remedy = "install the EFS CSI driver and a StorageClass of it, and name that as the volume's 'storageClass'"
    return failed(f"cannot be mounted by many nodes: {', '.join(unfit)}", "a class of a shared file system", remedy)


def _is_given(volume: VolumeOptions) -> bool:
    return bool(volume.shared or volume.volume)


def gpus(site: WorkspaceSite) -> Answer | None:
    """Something advertises the GPUs of nodes: pods that ask for one wait for ever otherwise."""
    with_gpus = [group.spec for group in site.options.node_groups if is_gpu(group.instance_type, group.ami_type)]
    if not with_gpus:
        return None
    return gpus_advertised(site, f"one, for {', '.join(with_gpus)}")


def gpus_advertised(site: Site, expected: str) -> Answer:
    """Whether a node has GPUs for pods, or would have them as soon as it is up; a warning else."""
    nodes = list(site.cluster.every(Ref(CORE, "nodes", "Node", "", "")))
    advertised = [node for node in nodes if any_of(node, "status", "allocatable", GPU_RESOURCE) not in (None, "0")]
    if advertised:
        return ok(f"{len(advertised)} nodes with GPUs")
    plugins = [
        each for each in site.cluster.every(Ref("apis/apps/v1", "daemonsets", "DaemonSet", "", "")) if _is_plugin(each)
    ]
    if plugins:
        return ok(f"{_names(plugins)}; no node with GPUs is up now")
    remedy = "install NVIDIA's device plugin (docs/installing.md); nodes of Bottlerocket and Auto Mode need none"
    return warning("no node with GPUs, and no device plugin", expected, remedy)


def _is_plugin(daemon_set: Document) -> bool:
    return "nvidia-device-plugin" in str(daemon_set["metadata"]["name"])


CHECKS = (cluster_answers, clock_cluster, existing_namespace, default_storage_class, shared_storage, gpus)
