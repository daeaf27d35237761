"""The dynamic resource `namespaces:NamespaceLook`: looked at before anything is put into somebody else's namespace.

Owns: that the namespace is there, and that nothing in it has a name of what this stack will put there. Does not own any
of these objects, nor volumes (`volumes/check.py`). Why: Pulumi's plugin takes over an object that exists, without a
word, since what a killed run has left must not be in the way; and of an object that was taken over, a destroy would
take away somebody's rights or limits.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import Cluster
from project_workspace.kube.kinds import object_ref
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotOursError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark

SETTING = "names.namespace"


@dataclass(kw_only=True)
class NamespaceLookArgs:
    """A namespace that somebody else has made."""

    namespace: str
    objects: Sequence[str]
    """What will be put there, each as `KIND/NAME`."""
    setting: Optional[str] = None
    """What names the namespace in the stack's file; default: as in a workspace's."""
    adopt: bool = False
    """Accept objects of these names that somebody else made."""
    pulumi_project: str
    """Pulumi's project and stack: what carries them is this stack's own."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class NamespaceLookProvider(RemoteProvider):
    """Looks whenever something is new."""

    what = "look at the namespace"
    update_on: ClassVar[tuple[str, ...]] = ("namespace", "objects", "pulumiProject", "pulumiStack", *CONNECTION)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """The preview comes here. What cannot be asked now is left to the run."""
        return self._run(self.what, known, lambda: list(self._unfit_if_seen(plain(olds), known)))

    def _unfit_if_seen(self, olds: Props, news: Props) -> Iterator[Problem]:
        with suppress(RemoteError):  # within `_run`, which makes another error of it
            yield from self._unfit(olds, news)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        self._require({}, inputs)
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        self._require(olds, news)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete."""

    def _require(self, olds: Props, news: Props) -> None:
        if unfit := list(self._unfit(olds, news)):
            sentences = " ".join(problem.message for problem in unfit)
            where = f"{news.get('setting', SETTING)}: nothing was made"
            raise NotOursError(sentences, where=where, remedy="See docs/operations.md.")

    def _unfit(self, olds: Props, news: Props) -> Iterator[Problem]:
        """What is wrong with the namespace, and what is in the way of all that is new."""
        name, elsewhere = news["namespace"], olds.get("namespace") != news["namespace"]
        new = [each for each in news["objects"] if elsewhere or each not in olds["objects"]]
        if not new and not elsewhere:
            return
        cluster, setting = connect(self.config, news), news.get("setting", SETTING)
        found = cluster.namespace(name)
        if found is None or found["metadata"].get("deletionTimestamp"):
            why = f"'{name}' is being deleted" if found else f"the cluster has no '{name}'"
            yield Problem(setting, f"Expected a namespace that exists, for example 'team-vision'; {why}.")
        elif not news.get("adopt"):
            mark = StackMark.noted(news)
            told = (sentence for each in new for sentence in in_the_way(cluster, name, each, mark))
            yield from (Problem(setting, sentence) for sentence in told)


class NamespaceLook(Resource, module="namespaces", name="NamespaceLook"):
    """Ready when the namespace is there, and nothing is in the way."""

    def __init__(self, name: str, args: NamespaceLookArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(NamespaceLookProvider(), name, inputs_of(args), opts)


def in_the_way(cluster: Cluster, namespace: str, what: str, mark: StackMark) -> Iterator[str]:
    """A sentence about an object of that `KIND/NAME` which the stack of this mark did not make."""
    kind, name = what.split("/")
    ref = object_ref(kind, namespace, name)
    found = cluster.find(ref)
    whose = StackMark.of(found) if found else None
    if found and whose != mark:
        told = f"{whose} made it" if whose else "this stack did not make it"
        yield f"{ref} exists already, and {told}. Remove it, or set 'adopt: true' to take it over."
