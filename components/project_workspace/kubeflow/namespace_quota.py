"""The dynamic resource `kubeflow:NamespaceQuota`: a Profile's quota has the stack's limits and no others.

Owns: taking away, from the Profile's `resourceQuotaSpec`, limits that the stack does not set, and keeping what stands
beside the limits (scopes) as it was found; from a ResourceQuota where no Profile makes the namespace. Does not own: the
stack's limits themselves, which are the Profile's. Why a resource of its own: pulumi-kubernetes neither sees nor
removes a key that others own, and of a stack made by 0.1.0 Kubeflow's controller owns every limit whose spelling it has
changed, even after the stack has given it up (docs/facts/kubeflow-profiles.md, "The Profile is written back";
docs/facts/pulumi-kubernetes.md, "Keys of others"). The Profile depends on it: what pulumi-kubernetes then notes of the
Profile is what stays.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.kube.cluster import Cluster, Ref, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

HARD = "hard"


@dataclass(kw_only=True)
class NamespaceQuotaArgs:
    """The quota of one namespace, whose Profile is there or is about to be made."""

    namespace: pulumi.Input[str]
    """Name of the Profile; a change replaces the resource."""
    hard: dict[str, str]
    """The stack's limits by resource; the Profile brings them."""
    resource_quota: Optional[str] = None
    """Name of the ResourceQuota that brings them where no Profile does; default: the Profile."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class NamespaceQuotaProvider(RemoteProvider):
    """Sees what is in the quota beyond the stack's limits, and takes it away."""

    what = "quota"
    update_on: ClassVar[tuple[str, ...]] = (HARD, *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("namespace",)
    delete_before_replace = False

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs)

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """None of its own. A preview says here what a new one will take away: it shows no change of the Profile."""
        if not olds:
            self._run("look at the quota", known, lambda: self._say_what_goes(known))
        return super().refusals(olds, known)

    def _say_what_goes(self, inputs: Props) -> None:
        with suppress(RemoteError):  # left to the run itself
            found = self._others(inputs)
            if limits := ", ".join(f"{resource}: {limit}" for resource, limit in found.get(HARD, {}).items()):
                sys.stderr.write(
                    f"The quota of {_ref(inputs)} has limits that the stack's 'quota' does not name. "
                    f"They will be taken away: {limits}\n"
                )

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        found = self._others(inputs)
        kept = {part: value for part, value in found.items() if part != HARD}
        self._put_back(inputs, found, kept)
        return inputs["namespace"], {"others": kept, "othersKept": kept}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return {"others": self._others(outputs)}

    def drifted(self, outputs: Props) -> bool:
        return outputs.get("others") != outputs.get("othersKept")

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        kept = olds["othersKept"]
        self._put_back(news, self._others(news), kept)
        return {"others": kept, "othersKept": kept}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: the quota goes with the Profile."""

    def _others(self, props: Props) -> Props:
        """What is in the quota beside the stack's limits."""
        return _beside(_quota(connect(self.config, props), props), props[HARD])

    def _put_back(self, props: Props, found: Props, kept: Props) -> None:
        """Make what is beside the stack's limits what it shall be."""
        if found == kept:
            return
        changes: Props = {part: kept.get(part) for part in {*found, *kept}}
        if HARD in found:
            changes[HARD] = dict.fromkeys(found[HARD]) if props[HARD] else None
        spec = changes if props.get("resourceQuota") else {"resourceQuotaSpec": changes}
        connect(self.config, props).merge(_ref(props), {"spec": spec})


class NamespaceQuota(Resource, module="kubeflow", name="NamespaceQuota"):
    """Ready when the quota has the stack's limits alone."""

    others: pulumi.Output[dict[str, Any]]
    """What is in the quota beside the stack's limits."""

    def __init__(self, name: str, args: NamespaceQuotaArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(NamespaceQuotaProvider(), name, inputs_of(args, others=None, othersKept=None), opts)


def _ref(props: Props) -> Ref:
    """What has the quota: the Profile, or a ResourceQuota of its own."""
    name = props.get("resourceQuota")
    return object_ref("ResourceQuota", props["namespace"], name) if name else profile_ref(props["namespace"])


def _quota(cluster: Cluster, props: Props) -> Mapping[str, Any]:
    """The quota as it stands; one that is not there is empty."""
    spec = (cluster.find(_ref(props)) or {}).get("spec", {})
    return spec if props.get("resourceQuota") else spec.get("resourceQuotaSpec") or {}


def _beside(quota: Mapping[str, Any], hard: Mapping[str, str]) -> Props:
    """The quota without the stack's limits, whatever their values: those are the Profile's to put right."""
    limits = {resource: str(limit) for resource, limit in (quota.get(HARD) or {}).items() if resource not in hard}
    rest = {part: value for part, value in quota.items() if part != HARD}
    return {**rest, HARD: limits} if limits else rest
