"""The dynamic resource `volumes:VolumeCheck`: looked at before anything else of the workspace is made or changed.

Owns: what a volume can be made of (its storage class, or the volume that is to be there), what may change of one, and
the refusal of a claim of the same name that somebody else made. Does not own the sentences (`changes.py`), the claims,
or their end (`claim_guard.py`). Why before everything: Kubernetes refuses most changes of a claim only when they are
made, pulumi-kubernetes replaces the claim for some of them, data and all, and a claim without a class waits for ever.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube import claims
from project_workspace.kube.cluster import Cluster
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.kube.quantities import canonical
from project_workspace.remote.errors import RefusedError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark
from project_workspace.volumes import changes, places

Volume = dict[str, Any]
"""One volume as this resource has it: what is chosen of it, under the settings' names."""


@dataclass(kw_only=True)
class VolumeCheckArgs:
    """The volumes of one namespace, which may be still to come."""

    namespace: str
    volumes: Sequence[Volume]
    """Each as `VolumeOptions.noted` gives it."""
    paths: Optional[Sequence[str]] = None
    """Where each volume stands in the stack's file; default: in the list `volumes`."""
    adopt: bool = False
    """Accept claims of these names that somebody else made."""
    pulumi_project: str
    """Pulumi's project and stack: what carries them is this stack's own."""
    pulumi_stack: str
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class VolumeCheckProvider(RemoteProvider):
    """Looks whenever a volume is new or another."""

    what = "look at the volumes"
    update_on: ClassVar[tuple[str, ...]] = ("namespace", "volumes", "pulumiProject", "pulumiStack", *CONNECTION)

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """What must not be; the preview comes here. What cannot be asked now is left to `make`."""
        if "volumes" not in known or "namespace" not in known:
            return []
        before = plain(olds)
        found = list(changes.refused(before.get("volumes", []), known["volumes"], _paths(known)))
        found += self._run(self.what, known, lambda: list(self._unplaced_if_seen(before, known)))
        return found

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        self._require({}, inputs)
        return inputs["namespace"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        """The volumes with the sizes that their claims have now; one that is gone is as it was."""
        cluster = connect(self.config, outputs)
        return {"volumes": [_as_it_is(cluster, outputs["namespace"], volume) for volume in outputs["volumes"]]}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        self._require(olds, news)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete."""

    def _require(self, olds: Props, news: Props) -> None:
        refused = list(self._unplaced(olds, news))
        if refused:
            raise RefusedError(
                " ".join(f"{problem.path}: {problem.message}" for problem in refused),
                where="nothing was made or changed",
                remedy="Change the stack's file, then run the same command again.",
            )

    def _unplaced_if_seen(self, olds: Props, known: Props) -> Iterator[Problem]:
        with suppress(RemoteError):  # within `_run`, which makes another error of it
            yield from self._unplaced(olds, known)

    def _unplaced(self, olds: Props, news: Props) -> Iterator[Problem]:
        look, mark = places.Look(lambda: connect(self.config, news)), StackMark.noted(news)
        before = {each["name"]: each for each in olds.get("volumes", [])}
        for path, volume in zip(_paths(news), news["volumes"], strict=True):
            old = before.get(volume["name"])
            if old is None:
                yield from places.unfit(look, path, volume)
                named = places.other_than_wanted if news.get("adopt") else places.taken
                yield from named(look, path, news["namespace"], volume, mark)
            elif changes.grows(old, volume):
                yield from places.too_small(look, path, news["namespace"], old)


class VolumeCheck(Resource, module="volumes", name="VolumeCheck"):
    """Ready when every volume has a place, and no change of one would lose data."""

    def __init__(self, name: str, args: VolumeCheckArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(VolumeCheckProvider(), name, inputs_of(args), opts)


def _paths(props: Props) -> Sequence[str]:
    return props.get("paths") or [f"volumes[{index}]" for index, _ in enumerate(props["volumes"])]


def _as_it_is(cluster: Cluster, namespace: str, volume: Volume) -> Volume:
    found = cluster.find(claims.claim_ref(namespace, volume["name"]))
    return {**volume, "size": canonical(found["spec"]["resources"]["requests"]["storage"])} if found else volume
