"""Every item of the vendor's checklist, and every requirement before it, has its check, or a reason why it has none.

The lists are the document's, in its order; the words are short for its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from workspacectl.preflight import running
from workspacectl.preflight.profiles import PROFILES


@dataclass(frozen=True)
class Asked:
    """One thing that the document asks for."""

    words: str
    checks: tuple[str, ...] = ()
    why_not: str = ""
    """Why no machine checks it, or not all of it."""


def by(words: str, *checks: str, why_not: str = "") -> Asked:
    return Asked(words, tuple(each if each == "cluster-answers" else f"workbench-{each}" for each in checks), why_not)


CHECKLIST = [
    by("kubectl, helm and other tools on the administration server", "helm", "kubectl", "oc"),
    by("API version between 1.15 and 1.28", "kubernetes", "kubectl"),
    by("CPU and memory of the nodes", "node-sizes"),
    by("the namespace is there", "namespace"),
    by("the service account is there", "service-account"),
    by("OpenShift: the service account's SCC", "scc"),
    by("the ClusterRole of the service account", "ingress-role", "wide-rights"),
    by("a numeric UID is reserved", "uid", why_not="That nobody else uses it is written nowhere."),
    by("GID 0 is permitted", "gid"),
    by("tolerations and node labels are identified", "placement"),
    by("a claim anaconda-storage with a static volume", "storage"),
    by("a claim anaconda-persistence with a static volume", "persistence"),
    by("sized for users and bursts", "profiles", why_not="How many users there are is the person's to know."),
    by("resource profiles are determined and in values.yaml", "profiles", why_not="The stack renders values.yaml."),
    by("a domain name is identified", "dns", why_not="That it is a fully qualified one is the setting's own rule."),
    by("ingress controller, its address and class", "ingress-class", "ingress-controller", "ingress-address"),
    by("DNS of the name and of the wildcard", "dns", "wildcard-dns"),
    by(
        "a wildcard certificate with its key and whole chain",
        *("certificate", "certificate-names", "certificate-key", "certificate-chain"),
    ),
    by("the root of a private authority", "certificate-authority"),
    by("all images are in the private registry", "images"),
    by("the pull secret is there", "pull-secret"),
]
"""The checklist at the document's end; the first one is item 1."""

REQUIREMENTS = {
    "Supported Kubernetes Versions": [by("1.15 to 1.28", "kubernetes")],
    "Administration Server": [
        by("direct access to the cluster", "cluster-answers"),
        by("direct access to the registry", "registry"),
        by("helm 3.2", "helm"),
        by("kubectl", "kubectl"),
        by("oc on OpenShift", "oc"),
        by("watch and jq, if one likes", "optional-tools"),
        by(
            "that it stays, and can mount the volumes",
            why_not="Neither is seen from a run; the document only advises it.",
        ),
    ],
    "CPU, memory, and nodes": [
        by("8 CPU and 32 GB, better 16 and 64", "node-sizes"),
        by("oversubscription 4:1", "oversubscription"),
        by("3 workers", "workers"),
        by("labels, taints and tolerations", "placement"),
    ],
    "Resource profiles": [by("determined before", "profiles")],
    "Namespace, service account, RBAC": [
        by("a namespace of its own", "namespace", "namespace-is-empty"),
        by("a service account", "service-account"),
        by("all permissions but the ingress controller's are of the namespace", "wide-rights"),
    ],
    "RBAC template": [by("Role and RoleBinding", "role"), by("on OpenShift the right to use the SCC", "scc")],
    "Ingress controller permissions": [by("ClusterRole and ClusterRoleBinding", "ingress-role")],
    "Security": [
        by("a fixed UID that is not 0", "uid"),
        by("UID 0 for authenticated NFS", "root-for-nfs"),
    ],
    "Storage": [
        by("anaconda-storage: size, access mode, static, bound, Retain", "storage"),
        by("anaconda-persistence: ReadWriteMany, 1 TiB, static, bound, Retain", "persistence"),
        by(
            "one GID that may write", "gid", "storage", "persistence", why_not="Modes of directories are not the API's."
        ),
        by(
            "a premium performance tier", why_not="What is premium is the provider's word; Kubernetes does not know it."
        ),
    ],
    "Ingress and firewall": [
        by("a controller with networking.k8s.io/v1", "ingress-api", "ingress-class", "ingress-controller"),
        by("all TCP between nodes", "node-traffic", "network-policies"),
        by("from outside by 443 alone", why_not="What is open from outside is seen from outside."),
    ],
    "DNS/SSL": [
        by("records of the name and of the wildcard", "dns", "wildcard-dns"),
        by("a valid certificate for both", "certificate-names", "certificate-dates", "certificate", "certificate-key"),
        by("intermediate certificates", "certificate-chain"),
        by("the private authority's root", "certificate-authority"),
    ],
    "Docker images": [
        by(
            "in the internal registry",
            "images",
            why_not="Versions are the customer's manifest's: workbench-images.txt.",
        ),
        by("that it can be reached", "registry", why_not="Whether a node reaches it only a pod on it shows."),
        by("credentials", "pull-secret"),
    ],
    "GPU Information": [by("CUDA 11.6", "gpu-driver"), by("cards", "gpu-card")],
    "Helm chart": [
        by("values.yaml is completed", why_not="The stack renders it whole, from settings that are checked.")
    ],
}
"""What the document asks for before its checklist, by its headings."""

OURS = [name for name in PROFILES["anaconda-workbench"].checks if name.startswith("workbench-")]
EVERY = [*CHECKLIST, *(asked for each in REQUIREMENTS.values() for asked in each)]


@pytest.mark.parametrize("asked", EVERY, ids=lambda asked: asked.words)
def test_what_the_document_asks_for_has_a_check_or_a_reason_why_not(asked: Asked) -> None:
    assert asked.checks or asked.why_not
    assert {*asked.checks} <= {*PROFILES["anaconda-workbench"].checks}


def test_every_check_is_for_something_that_the_document_asks_for() -> None:
    assert {*OURS} == {name for asked in EVERY for name in asked.checks if name.startswith("workbench-")}


def test_each_check_says_where_in_the_document_its_items_are() -> None:
    places = {name: running.about(running.ALL[name]) for name in OURS}
    items = {name: {int(item) for item in re.findall(r"\d+", _items(place))} for name, place in places.items()}
    wanted = {name: {n for n, asked in enumerate(CHECKLIST, 1) if name in asked.checks} for name in OURS}
    assert items == wanted
    headings = {heading for heading, asked in REQUIREMENTS.items() if any(each.checks for each in asked)}
    for name, place in places.items():
        own = {
            heading
            for heading in headings
            if name in [each for asked in REQUIREMENTS[heading] for each in asked.checks]
        }
        assert {heading for heading in headings if f'"{heading}"' in place} <= own, name
        assert items[name] or own, name


def _items(place: str) -> str:
    """What follows "Checklist, item", up to the next sentence or heading."""
    return " ".join(re.findall(r"[Cc]hecklist, items? ([\d ,and]+)", place))
