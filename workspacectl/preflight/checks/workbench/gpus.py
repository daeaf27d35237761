"""GPUs: whether the vendor's release knows the driver and the card.

Owns: those lines, where a profile asks for a GPU or a node has one. Does not own whether anything advertises them.
Sources of the labels: NVIDIA, "GPU Feature Discovery", generated labels; `cuda.runtime-version` is the newest CUDA that
the node's driver can run. Of a node without them, and of a group that is to come, the card is the instance type's.
"""

from __future__ import annotations

from collections.abc import Mapping

from project_workspace.eks.instance_types import family_of, is_gpu
from project_workspace.eks.scheduling import GPU_RESOURCE
from project_workspace.kube.cluster import Document
from project_workspace.kube.metadata import labels_of
from workspacectl.preflight.answers import Answer, ok, unknown, warning
from workspacectl.preflight.checks.workbench import node_places
from workspacectl.preflight.checks.workbench.findings import together
from workspacectl.preflight.checks.workbench.requirements import REQUIREMENTS, version
from workspacectl.preflight.site import any_of
from workspacectl.preflight.sites import WorkbenchSite

ASKED = REQUIREMENTS["gpus"]
PRODUCT = "nvidia.com/gpu.product"
INSTANCE_TYPE = "node.kubernetes.io/instance-type"
RUNTIMES = ("nvidia.com/cuda.runtime-version", "nvidia.com/cuda.runtime")
"""Where the newest CUDA stands, each with `.major` and `.minor`; the second one is the older spelling."""
LATER = {"Ada", "Blackwell", "PRO"}
"""Words of cards that are named as an older one is, and are another one."""


def workbench_gpu_driver(site: WorkbenchSite) -> Answer | None:
    """The driver of nodes with GPUs is of a CUDA that the vendor's release supports.

    A newer one is a warning: NVIDIA's drivers run what was built for an older CUDA. "GPU Information".
    """
    nodes = _nodes(site)
    if not (nodes or _asks(site)):
        return None
    if not nodes:
        return unknown("No node with a GPU is up: look when one is, by kubectl get nodes -L nvidia.com/gpu.product")
    return together(_driver(node["metadata"]["name"], labels_of(node)) for node in nodes)


def _driver(name: str, labels: Mapping[str, str]) -> Answer:
    cuda = next(
        (
            f"{labels[f'{each}.major']}.{labels.get(f'{each}.minor', '0')}"
            for each in RUNTIMES
            if f"{each}.major" in labels
        ),
        None,
    )
    if cuda is None:
        return unknown(f"{name} has no label with its CUDA: install NVIDIA's GPU feature discovery, or run nvidia-smi")
    told = f"{name}: CUDA {cuda}"
    if version(cuda) <= version(ASKED["cuda"]):
        return ok(told)
    remedy = "ask the vendor's implementation team whether this release runs there"
    return warning(told, f"up to CUDA {ASKED['cuda']}", remedy)


def workbench_gpu_card(site: WorkbenchSite) -> Answer | None:
    """The cards are of the document's list; another one is a warning: it may work. "GPU Information"."""
    cards = {node["metadata"]["name"]: _card(labels_of(node)) for node in _nodes(site)}
    for group in node_places.groups_to_come(site):
        if is_gpu(group.instance_type, group.ami_type):
            family = family_of(group.instance_type)
            cards[f"node group {group.spec}"] = family.gpu if family else None
    if not cards:
        return unknown("No node with a GPU is up, and no node group has one") if _asks(site) else None
    return together(_known(name, card) for name, card in cards.items())


def _card(labels: Mapping[str, str]) -> str | None:
    family = family_of(labels.get(INSTANCE_TYPE, ""))
    return labels.get(PRODUCT) or (family.gpu if family else None)


def _known(name: str, card: str | None) -> Answer:
    if card is None:
        return unknown(f"{name} does not say which card it has: install NVIDIA's GPU feature discovery")
    told = f"{name}: {card}"
    if any(_is(card, each) for each in ASKED["tested"]):
        return ok(f"{told}, which the vendor has tested")
    if any(_is(card, each) for each in ASKED["supported"]):
        return ok(told)
    return warning(told, f"one of {', '.join([*ASKED['tested'], *ASKED['supported']])}", "ask the vendor")


def _is(card: str, known: str) -> bool:
    """Whether the words of a known card stand in the card's name one after another: A10 is not A10G."""
    words, wanted = card.replace("-", " ").split(), known.replace("-", " ").split()
    starts = range(len(words) - len(wanted) + 1)
    return LATER.isdisjoint(words) and any(words[start : start + len(wanted)] == wanted for start in starts)


def _asks(site: WorkbenchSite) -> bool:
    return any(profile.gpu for profile in site.options.resource_profiles)


def _nodes(site: WorkbenchSite) -> list[Document]:
    return [node for node in site.nodes if any_of(node, "status", "allocatable", GPU_RESOURCE) not in (None, "0")]


CHECKS = (workbench_gpu_driver, workbench_gpu_card)
