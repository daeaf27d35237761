"""The dynamic resource `runai:Prerequisites`: what Run:ai must have installed is there, and the namespace is free.

Owns: that look, when the stack is new to Run:ai or asks for something else, before anything is made. Does not own
anything that it looks at; it writes nothing. Why: Kubernetes takes a binding to a ClusterRole that is not there without
a word, and it gives nothing; of whoever may not give the role it speaks as of a missing right
(docs/facts/runai.md, "What the API server checks").

It looks in `check`, so that a preview refuses as well; what it cannot reach there is left to `make`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import Cluster, binding_ref, cluster_role_ref, namespace_ref
from project_workspace.kube.metadata import annotations_of
from project_workspace.kube.provider_connection import StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotOursError, RefusedError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.runai.ownership import MARK, mark_of, taken
from project_workspace.schema.problem import Problem

INSTALL = "Install Run:ai's cluster components first, or take what needs them out of 'runai'. See docs/facts/runai.md."


@dataclass(kw_only=True)
class PrerequisitesArgs:
    """What must be there."""

    namespace: str
    """The namespace that is to become the project's; it may not be there yet."""
    label: str
    runai_project: str
    take_over: bool = False
    """Whether the namespace may be another project's; default: refuse it."""
    cluster_roles: Sequence[str] = ()
    """ClusterRoles that are given."""
    runai_namespace: Optional[str] = None
    """Run:ai's own namespace, where something of it is needed."""
    shared_bindings: Sequence[Mapping[str, str]] = ()
    """`namespace` (empty for a ClusterRoleBinding) and `name` of the lists that are edited."""
    pulumi_project: str
    """Pulumi's project and stack: a label that carries them is this stack's own."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class PrerequisitesProvider(RemoteProvider):
    """Looks when there is something new to look at."""

    what = "look for Run:ai in the cluster"
    update_on: ClassVar[tuple[str, ...]] = (
        "namespace",
        "label",
        "runaiProject",
        "takeOver",
        "clusterRoles",
        "runaiNamespace",
        "sharedBindings",
    )

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """What is missing or somebody else's; a preview comes here."""
        before = plain(olds)
        if before and not any(before.get(name) != known.get(name) for name in self.update_on):
            return []
        return [Problem("", str(each)) for each in self._run(self.what, known, lambda: self._seen(known, before))]

    def _seen(self, known: Props, before: Props) -> list[RefusedError]:
        with suppress(RemoteError):  # left to `make`, which says it if it still is so then
            return list(self._unfit(known, before))
        return []

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        self._require(inputs, {})
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        self._require(news, olds)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete."""

    def _require(self, inputs: Props, before: Props) -> None:
        found = list(self._unfit(inputs, before))
        if found:
            whats, remedies = [each.what for each in found], dict.fromkeys(each.remedy for each in found)
            raise type(found[0])(". ".join(whats), where="nothing was changed", remedy=" ".join(remedies))

    def _unfit(self, props: Props, before: Props) -> Iterator[RefusedError]:
        cluster = connect(self.config, props)
        if absent := list(missing(cluster, props)):
            yield RefusedError(f"There is no {', no '.join(absent)}", where=cluster.server, remedy=INSTALL)
        found = cluster.namespace(props["namespace"])
        own = bool(before) and before["namespace"] == props["namespace"]
        if found is None or own or annotations_of(found).get(MARK) == mark_of(props):
            return  # what has become of a label that this stack wrote is the label's own matter
        if refusal := taken(found, props):
            yield NotOursError(refusal[0], where=cluster.server, remedy=refusal[1])


class Prerequisites(Resource, module="runai", name="Prerequisites"):
    """Ready when everything is there."""

    def __init__(self, name: str, args: PrerequisitesArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(PrerequisitesProvider(), name, inputs_of(args), opts)


def missing(cluster: Cluster, props: Props) -> Iterator[str]:
    """What is not there of `runaiNamespace`, `clusterRoles` and `sharedBindings`, in words."""
    of_runai = props.get("runaiNamespace")
    if of_runai and cluster.namespace(of_runai) is None:
        yield str(namespace_ref(of_runai))
    refs = [
        *(cluster_role_ref(name) for name in props.get("clusterRoles", [])),
        *(binding_ref(each.get("namespace", ""), each["name"]) for each in props.get("sharedBindings", [])),
    ]
    yield from (str(ref) for ref in refs if cluster.find(ref) is None)
