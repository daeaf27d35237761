"""Dynamic providers for Keycloak: the workspace's client, and a user who has its role.

Owns: what is compared, what is ours, what is adopted or refused. Does not own the calls (`client.py`), nor what a
client is like (`representation.py`). Whose a client is stands in its attributes: one with this stack's mark was left by
an interrupted run and is taken up; any other is somebody's, unless `adopt`. Role and mapper go with the client, so they
are part of it; each user's role is a resource of its own, so that one who comes or goes touches no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.keycloak.connection import client_for
from project_workspace.keycloak.input_checks import client_problems, member_problems
from project_workspace.keycloak.representation import (
    SETTINGS,
    mapper_in,
    mapper_stands,
    mark_in,
    seen,
    wanted_client,
    wanted_mapper,
)
from project_workspace.remote.errors import NotFoundError, NotOursError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark

if TYPE_CHECKING:
    from project_workspace.keycloak.client import Json, Keycloak


@dataclass(kw_only=True)
class RealmArgs:
    """Where the client is."""

    url: pulumi.Input[str]
    """Keycloak's URL, with `/auth` where the site has it. A change is taken for a new address of the same Keycloak."""
    realm: pulumi.Input[str]
    """A change replaces what is in it."""
    admin_realm: pulumi.Input[str]
    """The realm that the administrator logs in to."""


class RealmProvider(RemoteProvider):
    """What the two have in common."""

    update_on: ClassVar[tuple[str, ...]] = ("url", "adminRealm")
    replace_on: ClassVar[tuple[str, ...]] = ("realm", "clientId")

    def keycloak(self, props: Props) -> "Keycloak":
        return client_for(self.config, props["url"], props["realm"], props["adminRealm"])


@dataclass(kw_only=True)
class ClientArgs(RealmArgs):
    """A client of a realm."""

    client_id: pulumi.Input[str]
    """A change replaces the client."""
    secret: pulumi.Input[str]
    """Secret. The old one is refused as soon as it is another."""
    redirect_uris: pulumi.Input[Sequence[pulumi.Input[str]]]
    """In any order."""
    role: pulumi.Input[str]
    """Name of a role of the client."""
    audience: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """Configuration of the client's audience mapper."""
    settings: pulumi.Input[Mapping[str, Any]] = field(default_factory=lambda: dict(SETTINGS))
    """Fields of the client that make it what it is."""
    pulumi_project: str
    pulumi_stack: str
    adopt: pulumi.Input[bool] = False
    """Take over a client of this client ID that somebody else made, and set it to what is declared."""


class ClientProvider(RealmProvider):
    """Keycloak's clients."""

    what = "Keycloak client"
    update_on: ClassVar[tuple[str, ...]] = (
        *RealmProvider.update_on,
        "redirectUris",
        "role",
        "audience",
        "settings",
        "secret",
        "pulumiProject",
        "pulumiStack",
    )
    secrets: ClassVar[frozenset[str]] = frozenset({"secret"})

    def problems(self, inputs: Props) -> list[Problem]:
        return client_problems(inputs)

    def same(self, name: str, old: Any, new: Any) -> bool:
        return sorted(old or []) == sorted(new or []) if name == "redirectUris" else old == new

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        keycloak = self.keycloak(inputs)
        found = keycloak.find_client(inputs["clientId"])
        if found is None:
            mapper = wanted_mapper(inputs)
            uuid = keycloak.create_client({**wanted_client(inputs), "protocolMappers": [mapper]})
            _require_role(keycloak, uuid, inputs["role"])
            return uuid, {}
        _require_ours(keycloak, found, inputs)
        _bring(keycloak, found, inputs)
        return found["id"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        keycloak = self.keycloak(outputs)
        found = keycloak.get_client(id_)
        if found is None:
            return None
        role = outputs["role"] if keycloak.find_role(id_, outputs["role"]) else ""
        there = {**seen(found, outputs), "role": role}
        # Another order is no drift.
        return {name: value for name, value in there.items() if not self.same(name, outputs.get(name), value)}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        keycloak = self.keycloak(news)
        found = keycloak.get_client(id_)
        if found is None:
            raise NotFoundError(
                f"The client '{news['clientId']}' is gone",
                where=f"{keycloak.url}, realm '{keycloak.realm}'",
                remedy="Run 'pulumi up --refresh', which makes it again.",
            )
        _bring(keycloak, found, news)
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        self.keycloak(outputs).delete_client(id_)


class Client(Resource, module="keycloak", name="Client"):
    """A client of a realm; its id is Keycloak's UUID of it."""

    def __init__(self, name: str, args: ClientArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        secret = replace(args, secret=pulumi.Output.secret(args.secret))
        own = pulumi.ResourceOptions(additional_secret_outputs=["secret"])
        super().__init__(ClientProvider(), name, inputs_of(secret), pulumi.ResourceOptions.merge(opts, own))


@dataclass(kw_only=True)
class RoleMemberArgs(RealmArgs):
    """A user who has the role of a client."""

    client_uuid: pulumi.Input[str]
    """A change replaces it."""
    client_id: str
    """For messages."""
    role: str
    username: str
    """A change replaces it."""


class RoleMemberProvider(RealmProvider):
    """Who has the role of a client. The role is the stack's own, so whoever has it already was meant to."""

    what = "role of a Keycloak user"
    replace_on: ClassVar[tuple[str, ...]] = (*RealmProvider.replace_on, "clientUuid", "role", "username")

    def problems(self, inputs: Props) -> list[Problem]:
        return member_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        keycloak, uuid = self.keycloak(inputs), inputs["clientUuid"]
        user = keycloak.find_user(inputs["username"])
        if user is None:
            raise NotFoundError(
                f"There is no user '{inputs['username']}', or not for this administrator",
                where=f"{keycloak.url}, realm '{keycloak.realm}'",
                remedy="Have the user made there, say in 'oidcClient.users' who gets the role, or give the "
                "administrator the right manage-users.",
            )
        role = _role(keycloak, uuid, inputs)
        keycloak.give_role(user, uuid, role)
        return f"{uuid}/{user}", {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        uuid, _, user = id_.partition("/")
        names = [role["name"] for role in self.keycloak(outputs).roles_of(user, uuid)]
        return {} if outputs["role"] in names else None

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        uuid, _, user = id_.partition("/")
        keycloak = self.keycloak(outputs)
        if role := keycloak.find_role(uuid, outputs["role"]):
            keycloak.take_role(user, uuid, role)


class RoleMember(Resource, module="keycloak", name="RoleMember"):
    """A user who has the role of a client."""

    def __init__(self, name: str, args: RoleMemberArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(RoleMemberProvider(), name, inputs_of(args), opts)


def _bring(keycloak: "Keycloak", found: "Json", inputs: Props) -> None:
    """Make a client that is there what is wanted; what stands already is not touched."""
    uuid, mapper = found["id"], wanted_mapper(inputs)
    keycloak.update_client(uuid, wanted_client(inputs))
    present = mapper_in(found, inputs["clientId"])
    if not mapper_stands(present, mapper):
        keycloak.set_mapper(uuid, mapper, present)
    _require_role(keycloak, uuid, inputs["role"])


def _require_role(keycloak: "Keycloak", uuid: str, role: str) -> None:
    if keycloak.find_role(uuid, role) is None:
        keycloak.create_role(uuid, role)


def _role(keycloak: "Keycloak", uuid: str, inputs: Props) -> "Json":
    found = keycloak.find_role(uuid, inputs["role"])
    if found is None:
        raise NotFoundError(
            f"The client '{inputs['clientId']}' has no role '{inputs['role']}'",
            where=f"{keycloak.url}, realm '{keycloak.realm}'",
            remedy="Run 'pulumi up --refresh', which makes it again.",
        )
    return found


def _require_ours(keycloak: "Keycloak", found: "Json", inputs: Props) -> None:
    mark = mark_in(found)
    if inputs.get("adopt") or mark == StackMark.noted(inputs):
        return
    whose = f"of {mark}" if mark else "not this stack's"
    raise NotOursError(
        f"The client '{inputs['clientId']}' exists and is {whose}; it was left untouched",
        where=f"{keycloak.url}, realm '{keycloak.realm}'",
        remedy="Choose another name ('names.oidcClient'), or set 'adopt: true' to take it over.",
    )
