"""What people have in a workspace's namespace, for the guards that look before it goes.

Owns: which kinds count. Not everything that is there: Kubeflow puts accounts, policies and servers of its own into
every namespace. What counts is what a person made and would miss: data, notebooks, served models. Does not own what
follows from it.
"""

from __future__ import annotations

from project_workspace.kube.cluster import Cluster, Ref

_KINDS = {
    "volume": ("api/v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
    "notebook": ("apis/kubeflow.org/v1", "notebooks", "Notebook"),
    "served model": ("apis/serving.kserve.io/v1beta1", "inferenceservices", "InferenceService"),
}
REMEDY = "Remove it, or set 'deleteData: true' and run 'pulumi up' before the change."
NAMED = 3
"""How many of a kind are named."""


def content_of(cluster: Cluster, namespace: str) -> str | None:
    """What is in the namespace, for example "1 volume (data) and 2 notebooks (a, b) in namespace n"; None for nothing.

    A namespace that does not exist is empty. Raises RemoteError where the cluster does not answer.
    """
    parts: list[str] = []
    for word, (api, plural, kind) in _KINDS.items():
        found = cluster.items(Ref(api, plural, kind, namespace, ""))
        if found:
            parts.append(_in_words(word, sorted(str(each["metadata"]["name"]) for each in found)))
    return f"{' and '.join(parts)} in namespace {namespace}" if parts else None


def _in_words(word: str, names: list[str]) -> str:
    more = "" if len(names) <= NAMED else ", ..."
    return f"{len(names)} {word}{'' if len(names) == 1 else 's'} ({', '.join(names[:NAMED])}{more})"
