"""The dynamic resource `kubeflow:NamespaceGate`: the Profile depends on it, so it opens first and closes last.

Owns: the check before the Profile is made (a namespace that is somebody else's, or on its way out), the wait after it
is deleted, and, being first, the refusal of what can never change, the owner and the region, and of another name while
there is work under the old one. Without an owner it is the gate of a plain namespace (`namespaces/plain.py`). Does not
own: the Profile or the namespace; it writes nothing. Why: Kubeflow's controller does nothing, and says nothing, in a
namespace with another owner, and a deleted Profile is not yet a deleted namespace (docs/facts/kubeflow-profiles.md, "A
namespace of somebody else", "Deletion").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws.regions import REGION_STAYS
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kubeflow.contents import REMEDY, namespace_content
from project_workspace.kubeflow.ownership import OWNER, owner_of
from project_workspace.remote.errors import NotOursError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.schema.problem import Problem

TERMINATING_SECONDS = 300.0
"""How long to wait for an earlier namespace of the same name to go."""
GONE_SECONDS = 600.0


@dataclass(kw_only=True)
class GateArgs:
    """The namespace to watch over."""

    namespace: pulumi.Input[str]
    """Another one replaces the gate."""
    owner: Optional[pulumi.Input[str]] = None
    """E-mail of the Profile's owner; can never change. Default: there is no Profile."""
    region: Optional[str] = None
    """AWS region of the workspace; can never change. Default: not looked at."""
    delete_data: bool = False
    """Whether another namespace may take the place of one with work in it; default: refuse it."""
    adopt: bool = False
    """Accept a namespace that exists already, when its owner is the same; default: refuse it."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class GateProvider(RemoteProvider):
    """Looks before, waits after, and has no state in the cluster."""

    what = "namespace gate"
    update_on: ClassVar[tuple[str, ...]] = ("deleteData", *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)
    # The old gate waits for the old namespace, which goes only with the old Profile: after the new one is made.
    delete_before_replace = False
    immutable: ClassVar[Mapping[str, str]] = {
        "owner": "Expected the owner that the namespace has: Kubeflow ignores a new one in an existing Profile. "
        "Destroy the workspace and make it again, or add the other person as a contributor.",
        "region": REGION_STAYS,
    }

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """What can never change, and another name while there is work under the old one: looked at only then."""
        before, found = plain(olds), super().refusals(olds, known)
        may_go = before.get("deleteData") and known.get("deleteData")
        if not before or known.get("namespace") == before["namespace"] or may_go:
            return found
        content = self._run("look at the namespace", before, lambda: namespace_content(self.config, before))
        if content:
            sentence = f"Expected the namespace that there is, because of its content: {content}. {REMEDY}"
            found.append(Problem("namespace", sentence))
        return found

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        cluster, name = connect(self.config, inputs), inputs["namespace"]
        found = cluster.namespace(name)
        if found and found["metadata"].get("deletionTimestamp"):
            cluster.wait_namespace_gone(name, TERMINATING_SECONDS, uid=found["metadata"]["uid"])
            found = cluster.namespace(name)
        if found:
            _require_ours(found, inputs, cluster.server)
        return name, {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)
        found = cluster.namespace(outputs["namespace"])
        if found and owner_of(found) == outputs.get("owner"):
            cluster.wait_namespace_gone(outputs["namespace"], GONE_SECONDS)


class Gate(Resource, module="kubeflow", name="NamespaceGate"):
    """Ready when the namespace may be made; deleted when it is gone."""

    def __init__(self, name: str, args: GateArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(GateProvider(), name, inputs_of(args), opts)


def _require_ours(found: Mapping[str, Any], inputs: Props, server: str) -> None:
    """Raise NotOursError unless the namespace is the owner's and may be adopted."""
    name, owner, wanted = inputs["namespace"], owner_of(found), inputs.get("owner")
    if owner == wanted and inputs.get("adopt"):
        return
    if owner == wanted:
        told = f"of the same owner, {owner}," if owner else "without an owner"
        remedy = "Set 'adopt: true' to take it over, or choose another name."
    elif wanted is None:
        told = f"that is Kubeflow's, of owner {owner},"
        remedy = "Choose another name, or say 'namespace.kind: existing' to leave it to its Profile."
    else:
        told = f"of another owner, {owner}," if owner else "without an owner"
        remedy = (
            "Choose another project name. To take it over with 'adopt: true' it must first be this owner's: "
            f"'kubectl annotate --overwrite namespace {name} {OWNER}={wanted}'."
        )
    raise NotOursError(f"A namespace {name} {told} exists already", where=server, remedy=remedy)
