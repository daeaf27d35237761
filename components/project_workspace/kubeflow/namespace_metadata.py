"""The dynamic resource `kubeflow:NamespaceMetadata`: what a Kubeflow namespace is known by, kept as Kubeflow made it.

Owns: the namespace's owner annotation, and the labels that it had when its Profile became ready (Istio, Katib, KServe
and Pipelines act by them). Does not own: the namespace, and labels that somebody adds later. Why a resource of its own:
the profile controller never overwrites a label that exists and ignores a namespace with another owner without a word
(docs/facts/kubeflow-profiles.md, "What the controller makes"), so nobody else would notice, or repair, a change of
them. Which labels there are is the installation's choice (the controller reads them from a file): they are noted, not
known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace import limits
from project_workspace.kube.cluster import Cluster, namespace_ref
from project_workspace.kube.metadata import annotations_of, labels_of
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kubeflow.ownership import OWNER
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

GONE = ""
"""What refresh shows for a label that is not there any more."""


@dataclass(kw_only=True)
class NamespaceMetadataArgs:
    """The owner and labels of one namespace, whose Profile is ready."""

    namespace: pulumi.Input[str]
    """A change replaces the resource."""
    owner: pulumi.Input[str]
    """E-mail of the Profile's owner."""
    labels_of_others: Optional[Sequence[str]] = None
    """Keys of labels that are not Kubeflow's: neither noted nor put back. Default: none."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class NamespaceMetadataProvider(RemoteProvider):
    """Notes owner and labels when it is made, and puts them back when they were changed."""

    what = "namespace marks"
    update_on: ClassVar[tuple[str, ...]] = ("owner", "labelsOfOthers", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        found = _namespace(connect(self.config, inputs), inputs["namespace"])
        labels = _kubeflows(
            {key: value for key, value in labels_of(found).items() if key != limits.NAMESPACE_LABEL}, inputs
        )
        return inputs["namespace"], {"labels": labels, "labelsMade": labels}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        found = connect(self.config, outputs).namespace(id_)
        if found is None:
            return None
        now = labels_of(found)
        return {
            "owner": annotations_of(found).get(OWNER, GONE),
            "labels": {key: now.get(key, GONE) for key in outputs["labelsMade"]},
        }

    def drifted(self, outputs: Props) -> bool:
        return outputs.get("labels") != outputs.get("labelsMade")

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        made, cluster = _kubeflows(olds["labelsMade"], news), connect(self.config, news)
        _namespace(cluster, id_)
        cluster.patch(namespace_ref(id_), {"metadata": {"annotations": {OWNER: news["owner"]}, "labels": made}})
        return {"labels": made, "labelsMade": made}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: labels go with the namespace."""


class NamespaceMetadata(Resource, module="kubeflow", name="NamespaceMetadata"):
    """Ready when owner and labels are noted."""

    labels: pulumi.Output[dict[str, str]]
    """The labels as they are; an empty text for one that is gone."""

    def __init__(self, name: str, args: NamespaceMetadataArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(NamespaceMetadataProvider(), name, inputs_of(args, labels=None, labelsMade=None), opts)


def _namespace(cluster: Cluster, name: str) -> Mapping[str, Any]:
    return cluster.get(
        namespace_ref(name), remedy="Run 'pulumi refresh', then 'pulumi up': its Profile makes it again."
    )


def _kubeflows(labels: Mapping[str, str], inputs: Props) -> dict[str, str]:
    """The labels without those of others."""
    return {key: value for key, value in labels.items() if key not in inputs.get("labelsOfOthers", ())}
