"""What people have in a workspace's namespace, for the guards that look before it goes.

Owns: which kinds count. Not everything that is there: Kubeflow puts accounts, policies and servers of its own into
every namespace. What counts is what a person made and would miss: data, notebooks, served models. A volume of the
stack's own counts when data would go with it. Does not own what follows from it.
"""

from __future__ import annotations

from project_workspace.kube.claims import CLAIMS, claim_ref, loses_nothing
from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.kube.provider_connection import connect
from project_workspace.remote.provider import Props, StackConfig

_KINDS = {
    "volume": CLAIMS,
    "notebook": ("apis/kubeflow.org/v1", "notebooks", "Notebook"),
    "served model": ("apis/serving.kserve.io/v1beta1", "inferenceservices", "InferenceService"),
}
REMEDY = "Remove it, or set 'deleteData: true' and run 'pulumi up' before the change."
NAMED = 3
"""How many of a kind are named."""


def namespace_content(config: StackConfig, props: Props) -> str | None:
    """`content_of` for a dynamic resource with a `namespace`; None without one."""
    return content_of(connect(config, props), props["namespace"]) if props.get("namespace") else None


def volumes_content(config: StackConfig, props: Props) -> str | None:
    """The claims of the property `ownVolumes` with which data would go, in the same words; None without any."""
    if not (own := props.get("ownVolumes")):
        return None
    cluster, namespace = connect(config, props), own["namespace"]
    found = {name: cluster.find(claim_ref(namespace, name)) for name in own["names"]}
    losing = sorted(name for name, claim in found.items() if claim and not loses_nothing(claim))
    return f"{_in_words('volume', losing)} in namespace {namespace}" if losing else None


def content_of(cluster: Cluster, namespace: str) -> str | None:
    """What is in the namespace, for example "1 volume (data) and 2 notebooks (a, b) in namespace n"; None for nothing.

    A namespace that does not exist is empty. Raises RemoteError where the cluster does not answer.
    """
    found = cluster.items([Ref(api, plural, kind, namespace, "") for api, plural, kind in _KINDS.values()])
    parts = [
        _in_words(word, sorted(str(each["metadata"]["name"]) for each in items))
        for word, listed in zip(_KINDS, found, strict=True)
        if (items := [each for each in listed if word != "volume" or not loses_nothing(each)])
    ]
    return f"{' and '.join(parts)} in namespace {namespace}" if parts else None


def _in_words(word: str, names: list[str]) -> str:
    more = "" if len(names) <= NAMED else ", ..."
    return f"{len(names)} {word}{'' if len(names) == 1 else 's'} ({', '.join(names[:NAMED])}{more})"
