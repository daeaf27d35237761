"""What on the platform has one of a workspace's names already, and whose it is.

Owns: one look for each thing that has a name of its own, with what gives it another name and the mark of the stack that
made it (`stack_mark.py`). Does not own what follows from it (`collision_check.py`), nor its words
(`collision_messages.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from project_workspace.aws import provider_connection as aws
from project_workspace.conductor import connection as conductor
from project_workspace.dex import config_file as dex_config
from project_workspace.grafana import connection as grafana
from project_workspace.kube.cluster import Cluster, profile_ref
from project_workspace.kube.provider_connection import connect
from project_workspace.lifecycle.existence import (
    association,
    bucket_exists,
    bucket_tags,
    node_group_tags,
    role_tags,
)
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, StackConfig
from project_workspace.stack_mark import StackMark


@dataclass(frozen=True)
class Seen:
    """Something that is there."""

    thing: str
    """In words."""
    setting: str
    """What gives the workspace's own another name."""
    mark: Optional[StackMark] = None
    """Whose it is; None when it does not say so."""


def seen(config: StackConfig, inputs: Props, name: str) -> Iterator[Seen]:
    """What there is of the things that the input of that name names."""
    return _LOOKS[name](_Look(config, inputs), inputs[name])


def looked_at(inputs: Props) -> list[str]:
    """The inputs that name something, in the order in which the things would be made."""
    return [name for name in _LOOKS if inputs.get(name)]


class _Look:
    """One method for each input that names something; `value` is that input's."""

    def __init__(self, config: StackConfig, inputs: Props) -> None:
        self._config, self._inputs = config, inputs

    def namespace(self, value: str) -> Iterator[Seen]:
        found = self._cluster().namespace(value)
        # One that is on its way out is waited for by the namespace's own gate.
        if found and not found["metadata"].get("deletionTimestamp"):
            profile = self._cluster().find(profile_ref(value))
            annotations = (profile or {}).get("metadata", {}).get("annotations") or {}
            yield Seen(f"The namespace '{value}'", "names.namespace", StackMark.in_annotations(annotations))

    def dex_user(self, value: Mapping[str, str]) -> Iterator[Seen]:
        text, _ = self._cluster().config_text(value["namespace"], value["configMap"], value["key"])
        if dex_config.find(text, value["email"]):
            yield Seen(f"The dex user '{value['email']}'", "names.user")

    def bucket(self, value: str) -> Iterator[Seen]:
        mark = None
        try:
            if not bucket_exists(self._aws, value):
                return
            mark = StackMark.in_tags(bucket_tags(self._aws, value) or {})
        except RefusedError as error:
            # Somebody else's, which may not be looked into.
            if type(error) is not RefusedError:
                raise
        yield Seen(f"The S3 bucket '{value}'", "names.bucket", mark)

    def node_role(self, value: str) -> Iterator[Seen]:
        tags = role_tags(self._aws, value)
        if tags is not None:
            yield Seen(f"The IAM role '{value}'", "names.nodeRole", StackMark.in_tags(tags))

    def workspace_role(self, value: str) -> Iterator[Seen]:
        tags = role_tags(self._aws, value)
        if tags is not None:
            yield Seen(f"The IAM role '{value}'", "names.workspaceRole", StackMark.in_tags(tags))

    def pod_identity(self, value: Mapping[str, str]) -> Iterator[Seen]:
        cluster, namespace, account = self._inputs["cluster"], value["namespace"], value["serviceAccount"]
        found = association(self._aws, cluster, namespace, account)
        if found:
            thing = f"The Pod Identity association of '{account}' in namespace '{namespace}' of {cluster}"
            yield Seen(thing, "names.namespace", StackMark.in_tags(found[1]))

    def node_groups(self, value: Sequence[str]) -> Iterator[Seen]:
        cluster = self._inputs["cluster"]
        for name in value:
            tags = node_group_tags(self._aws, cluster, name)
            if tags is not None:
                yield Seen(f"The node group '{name}' of {cluster}", "nodeGroups[].name", StackMark.in_tags(tags))

    def dashboard(self, value: Mapping[str, str]) -> Iterator[Seen]:
        if grafana.client_for(self._config, value["url"]).find_dashboard(value["uid"]):
            yield Seen(f"The Grafana dashboard '{value['uid']}'", "names.dashboardUid")

    def conductor(self, value: Mapping[str, str]) -> Iterator[Seen]:
        client = conductor.client_for(self._config, value["url"], value["profile"])
        if client.find_workspace(value["workspace"]):
            yield Seen(f"The AI Conductor workspace '{value['workspace']}'", "names.workspace")
        if client.find_account(value["account"]):
            yield Seen(f"The AI Conductor account '{value['account']}'", "names.systemAccount")

    def _aws(self, service: str, *, attempts: int = 1) -> Any:
        return aws.client(self._config, self._inputs, service, attempts=attempts)

    def _cluster(self) -> Cluster:
        return connect(self._config, self._inputs)


_LOOKS: Mapping[str, Callable[[_Look, Any], Iterator[Seen]]] = {
    "workspaceRole": _Look.workspace_role,
    "namespace": _Look.namespace,
    "dexUser": _Look.dex_user,
    "bucket": _Look.bucket,
    "podIdentity": _Look.pod_identity,
    "nodeRole": _Look.node_role,
    "nodeGroups": _Look.node_groups,
    "dashboard": _Look.dashboard,
    "conductor": _Look.conductor,
}
"""How each input is looked at."""
