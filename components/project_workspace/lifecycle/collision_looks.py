"""What on the platform has one of a workspace's names already, and whose it is.

Owns: one look for each thing that has a name of its own, with what gives it another name and the mark of the stack that
made it (`stack_mark.py`). Does not own what follows from it (`collision_check.py`), nor its words
(`collision_messages.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional

from project_workspace.aws import provider_connection as aws
from project_workspace.conductor import connection as conductor
from project_workspace.dex import config_file as dex_config
from project_workspace.dex import password_storage
from project_workspace.dex.password_storage import Place
from project_workspace.grafana import connection as grafana
from project_workspace.keycloak import connection as keycloak
from project_workspace.keycloak.representation import mark_in
from project_workspace.kube.cluster import Cluster, profile_ref
from project_workspace.kube.kinds import object_ref
from project_workspace.kube.provider_connection import connect
from project_workspace.lifecycle.existence import (
    association,
    bucket_exists,
    bucket_tags,
    node_group_tags,
    role_tags,
)
from project_workspace.remote.errors import RefusedError, RemoteError
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


def seen(look: "Look", name: str) -> Iterator[Seen]:
    """What there is of the things that the input of that name names."""
    return _LOOKS[name](look, look.inputs[name])


def looked_at(inputs: Props) -> list[str]:
    """The inputs that name something, in the order in which the things would be made."""
    return [name for name in _LOOKS if inputs.get(name)]


MANY_STATIC_USERS = 100
"""From here on dex restarts more than once a day, when each has a new password once a quarter."""


def unfit_dex(config: StackConfig, inputs: Props, *, accepts_own: bool) -> list[RemoteError]:
    """Why dex would not let in the users of the input `dexObjects`. Raises `RemoteError` where it cannot be seen.

    `accepts_own`: a static user with the same `userID` is the same person, whose entry goes.
    """
    users = inputs["dexObjects"]
    place, cluster = Place(users["namespace"], users["configMap"], users["key"]), connect(config, inputs)
    text, _ = cluster.config_text(place.namespace, place.config_map, place.key)
    ids = {email: id_ if accepts_own else "" for email, id_ in users["userIds"].items()}
    return list(password_storage.unfit(cluster, place, text, ids))


def many_static_users(look: "Look") -> int:
    """How many static users the dex of the input `dexUser` has, if they are many and need not be static; else 0."""
    users = dex_config.count(look.dex_text)
    return users if users >= MANY_STATIC_USERS and password_storage.is_storage_of(look.dex_text) else 0


class Look:
    """One method for each input that names something; `value` is that input's."""

    def __init__(self, config: StackConfig, inputs: Props) -> None:
        self._config, self.inputs = config, inputs

    @cached_property
    def dex_text(self) -> str:
        """The configuration of the dex of the input `dexUser`: read once, though more than one question is about it."""
        place = self.inputs["dexUser"]
        return self._cluster().config_text(place["namespace"], place["configMap"], place["key"])[0]

    def at(self, others: Props) -> "Look":
        """A look at other names, beside the same everything else."""
        return Look(self._config, {**self.inputs, **others})

    def cluster_objects(self, value: Sequence[str]) -> Iterator[Seen]:
        for each in value:
            ref = object_ref(each.split("/")[0], "", each.split("/")[1])
            if found := self._cluster().find(ref):
                setting = self._setting("clusterObjects", "names.namespace")
                yield Seen(f"The {ref.kind} '{ref.name}'", setting, StackMark.of(found))

    def _setting(self, name: str, of_a_workspace: str) -> str:
        return self.inputs.get("settings", {}).get(name, of_a_workspace)

    def namespace(self, value: str) -> Iterator[Seen]:
        found = self._cluster().namespace(value)
        # One that is on its way out is waited for by the namespace's own gate.
        if found and not found["metadata"].get("deletionTimestamp"):
            # A plain one carries the mark itself.
            made = self._cluster().find(profile_ref(value)) or found
            setting = self._setting("namespace", "names.namespace")
            yield Seen(f"The namespace '{value}'", setting, StackMark.of(made))

    def dex_user(self, value: Mapping[str, str]) -> Iterator[Seen]:
        if dex_config.find(self.dex_text, value["email"]):
            yield Seen(f"The dex user '{value['email']}'", "names.user")

    def dex_objects(self, value: Mapping[str, Any]) -> Iterator[Seen]:
        for email in value["userIds"]:
            if found := self._cluster().find(password_storage.password_ref(value["namespace"], email)):
                mark = StackMark.of(found)
                yield Seen(f"The dex user '{email}'", "names.user, members", mark)

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
            setting = self._setting("nodeRole", "names.nodeRole")
            yield Seen(f"The IAM role '{value}'", setting, StackMark.in_tags(tags))

    def workspace_role(self, value: str) -> Iterator[Seen]:
        tags = role_tags(self._aws, value)
        if tags is not None:
            yield Seen(f"The IAM role '{value}'", "names.workspaceRole", StackMark.in_tags(tags))

    def pod_identity(self, value: Mapping[str, str]) -> Iterator[Seen]:
        cluster, namespace, account = self.inputs["cluster"], value["namespace"], value["serviceAccount"]
        found = association(self._aws, cluster, namespace, account)
        if found:
            thing = f"The Pod Identity association of '{account}' in namespace '{namespace}' of {cluster}"
            yield Seen(thing, "names.namespace", StackMark.in_tags(found[1]))

    def node_groups(self, value: Sequence[str]) -> Iterator[Seen]:
        cluster = self.inputs["cluster"]
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

    def oidc_client(self, value: Mapping[str, str]) -> Iterator[Seen]:
        realm = keycloak.client_for(self._config, value["url"], value["realm"], value["adminRealm"])
        if found := realm.find_client(value["clientId"]):
            thing = f"The client '{value['clientId']}' of Keycloak's realm '{value['realm']}'"
            yield Seen(thing, "names.oidcClient", mark_in(found))

    def _aws(self, service: str, *, attempts: int = 1) -> Any:
        return aws.client(self._config, self.inputs, service, attempts=attempts)

    def _cluster(self) -> Cluster:
        return connect(self._config, self.inputs)


_LOOKS: Mapping[str, Callable[[Look, Any], Iterator[Seen]]] = {
    "workspaceRole": Look.workspace_role,
    "namespace": Look.namespace,
    "clusterObjects": Look.cluster_objects,
    "dexUser": Look.dex_user,
    "dexObjects": Look.dex_objects,
    "bucket": Look.bucket,
    "podIdentity": Look.pod_identity,
    "nodeRole": Look.node_role,
    "nodeGroups": Look.node_groups,
    "dashboard": Look.dashboard,
    "conductor": Look.conductor,
    "oidcClient": Look.oidc_client,
}
"""How each input is looked at."""
