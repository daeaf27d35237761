"""The dynamic resource `dex:User`: one static user of a dex whose configuration many stacks share.

Owns: one entry of `staticPasswords`, and that it is in force when the resource is ready (a rollout of dex, shared with
others). Does not own: the text (`config_file.py`), the hash of a password (`hashes.py`), the ConfigMap
(`kube/cluster.py`), the restart (`kube/rollout.py`), everybody else's entries.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.dex.hashes import SECRETS, Hashes, known_hash, seen
from project_workspace.dex.user_rules import same_input, user_problems
from project_workspace.kube.cluster import Cluster
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect
from project_workspace.kube.rollout import Source, ensure_rollout
from project_workspace.remote.errors import NotFoundError, NotOursError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem

ROLLOUT_SECONDS = 300.0


@dataclass(kw_only=True)
class UserArgs:
    """One static user of dex."""

    email: pulumi.Input[str]
    """What the user logs in with. Another one replaces the user; case does not matter."""
    username: pulumi.Input[str]
    user_id: pulumi.Input[str]
    """Stable and unique. An entry of this e-mail with this id is ours, left by an interrupted run."""
    config_map: Mapping[str, pulumi.Input[str]]
    """Where dex's configuration is: `namespace`, `name` and `key`. Another one replaces the user."""
    deployment: pulumi.Input[str]
    """Name of dex's Deployment, in the same namespace."""
    password: Optional[pulumi.Input[str]] = None
    """Secret, at most 72 bytes; hashed with cost 12 when it changes. Either this or `password_hash`."""
    password_hash: Optional[pulumi.Input[str]] = None
    """Secret: a bcrypt hash of cost 10 to 16."""
    adopt: bool = False
    """Take over an entry of this e-mail with another id; default: refuse it."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class UserProvider(RemoteProvider):
    """Puts one entry into dex's configuration, and lets dex read it."""

    what = "dex user"
    update_on: ClassVar[tuple[str, ...]] = (
        "username",
        "userId",
        "password",
        "passwordHash",
        "deployment",
        *CONNECTION,
    )
    replace_on: ClassVar[tuple[str, ...]] = ("email", "configMap")
    # Another place for the entry that turns out wrong must not cost the login there is.
    delete_before_replace = False
    secrets: ClassVar[frozenset[str]] = SECRETS

    def problems(self, inputs: Props) -> list[Problem]:
        return user_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        cluster = connect(self.config, inputs)
        hashes = Hashes(inputs, known="")

        def edit(text: str) -> str:
            there = dex_config.find_all(text, inputs["email"])
            strange = next((entry for entry in there if entry.user_id != inputs["userId"]), None)
            if strange and not inputs.get("adopt"):
                raise _not_ours(inputs, strange)
            return dex_config.put(text, _entry(inputs, hashes, there))

        _bring_into_force(cluster, inputs, edit)
        return inputs["email"], {"hash": hashes.value}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        source = _source(outputs)
        cluster = connect(self.config, outputs)
        try:
            text, _ = cluster.config_text(source.namespace, source.config_map, source.key)
        except NotFoundError:
            return None  # without the ConfigMap there is no dex, and no login
        entry = dex_config.find(text, outputs["email"])
        if entry is None:
            return None
        return {"username": entry.username, "userId": entry.user_id, **seen(outputs, entry.hash)}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        cluster = connect(self.config, news)
        hashes = Hashes(news, known=known_hash(olds, news))
        email = news["email"]
        _bring_into_force(
            cluster, news, lambda text: dex_config.put(text, _entry(news, hashes, dex_config.find_all(text, email)))
        )
        return {"hash": hashes.value}

    def do_delete(self, id_: str, outputs: Props) -> None:
        cluster = connect(self.config, outputs)
        try:
            before = _edit(cluster, outputs, lambda text: dex_config.remove(text, outputs["email"], outputs["userId"]))
        except NotFoundError:
            return  # without the ConfigMap there is no dex, and no login
        ensure_rollout(cluster, _source(outputs), ROLLOUT_SECONDS, edited_from=before)

    def same(self, name: str, old: object, new: object) -> bool:
        return same_input(name, old, new)


class User(Resource, module="dex", name="User"):
    """A dex user that can log in once the resource is ready."""

    hash: pulumi.Output[str]
    """The hash that dex has; secret."""

    def __init__(self, name: str, args: UserArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        secret = pulumi.ResourceOptions(additional_secret_outputs=["hash"])
        options = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(UserProvider(), name, inputs_of(args, hash=None), options)


def _source(props: Props) -> Source:
    place = props["configMap"]
    return Source(
        namespace=place["namespace"], config_map=place["name"], key=place["key"], deployment=props["deployment"]
    )


def _bring_into_force(cluster: Cluster, props: Props, edit: Callable[[str], str]) -> None:
    before = _edit(cluster, props, edit)
    ensure_rollout(cluster, _source(props), ROLLOUT_SECONDS, edited_from=before)


def _edit(cluster: Cluster, props: Props, edit: Callable[[str], str]) -> str:
    """Edit dex's configuration; answers the text that was edited."""
    source, texts = _source(props), [""]

    def edit_noted(text: str) -> str:
        texts.append(text)
        return edit(text)

    cluster.edit_config_map(source.namespace, source.config_map, source.key, edit_noted)
    return texts[-1]


def _entry(props: Props, hashes: Hashes, there: list[Entry]) -> Entry:
    """The entry as it should be, in place of those that are there."""
    return Entry(
        email=props["email"],
        hash=hashes.over(there[-1].hash if there else ""),
        username=props["username"],
        user_id=props["userId"],
    )


def _not_ours(inputs: Props, strange: Entry) -> NotOursError:
    place = inputs["configMap"]
    return NotOursError(
        f"dex has a user {inputs['email']} already, with the userID '{strange.user_id}'",
        where=f"ConfigMap {place['name']} in namespace {place['namespace']}",
        remedy="Set 'adopt: true' to take it over (its password becomes this workspace's), or choose another name.",
    )
