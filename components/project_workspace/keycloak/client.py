"""The client for one realm of a Keycloak: clients, their roles and mappers, and who has a role.

Owns: which calls there are, what Keycloak's refusals mean, and the rights that they need. Does not own the paths
(python-keycloak), how they are sent (`wire.py`), what a client is like (`representation.py`), and whether it is ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NoReturn

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakError

from project_workspace.keycloak.session import Grant, Session, not_keycloak
from project_workspace.keycloak.wire import Wire
from project_workspace.remote.errors import ConflictError, CredentialsError, NotFoundError, RefusedError
from project_workspace.remote.http import HttpRemote, Limits

GONE = ("Could not find client", "Client not found", "Could not find role", "User not found", "Model not found")
"""How Keycloak says that there is no such thing: another 404 is of a realm that is not there, or of somebody else."""
RIGHTS = "manage-clients and manage-users of the realm"

EVERY_REALMS_CLIENT = "account"
"""The client of the pages on which people change their own accounts."""

Json = dict[str, Any]


class Keycloak:
    """One realm. Safe for use by several threads."""

    def __init__(self, url: str, realm: str, admin_realm: str, grant: Grant, limits: Limits | None = None) -> None:
        """Raises `RefusedError` for a URL that is none."""
        self._remote = HttpRemote(url, "Keycloak", limits)
        self.url, self.realm = self._remote.url, realm
        self._wire = Wire(self._remote, Session(self._remote, admin_realm, grant), realm)
        connection: Any = self._wire
        self._admin = KeycloakAdmin(connection=connection)

    def has_realm(self) -> bool:
        """Whether there is the realm; asked of its public page, without a login."""
        work = f"look for the realm '{self.realm}'"
        answer = self._remote.call(work, "GET", f"realms/{self.realm}")
        if not isinstance(answer.data, dict):
            raise not_keycloak(work, self.url)
        return answer.status == 200 and answer.data.get("realm") == self.realm

    def may_manage_clients(self) -> bool:
        """Whether the administrator may change clients, by what Keycloak says of one that every realm has."""
        return _may_manage(self.find_client(EVERY_REALMS_CLIENT) or {})

    def may_manage_users(self) -> bool | None:
        """Whether the administrator may change users, by what Keycloak says of the first; None in an empty realm."""
        with self._asked("look at a user"):
            found = self._admin.get_users({"first": 0, "max": 1})
        return _may_manage(found[0]) if found else None

    def find_client(self, client_id: str) -> Json | None:
        """The client of that client ID, whole; None when there is none."""
        with self._asked(f"look for the client '{client_id}'"):
            uuid = self._admin.get_client_id(client_id)
        return None if uuid is None else self.get_client(uuid)

    def get_client(self, uuid: str) -> Json | None:
        """The client of that UUID, whole; None when it is gone."""
        return self._or_none("read the client", lambda: self._admin.get_client(uuid))

    def create_client(self, wanted: Json) -> str:
        """Make it; answers its UUID."""
        with self._asked(f"create the client '{wanted['clientId']}'"):
            return self._admin.create_client(wanted)

    def update_client(self, uuid: str, wanted: Json) -> None:
        """Set what `wanted` names; the rest stays."""
        with self._asked(f"update the client '{wanted['clientId']}'"):
            self._admin.update_client(uuid, wanted)

    def delete_client(self, uuid: str) -> None:
        """Delete it, with its roles; already gone is done."""
        self._or_none("delete the client", lambda: self._admin.delete_client(uuid))

    def set_mapper(self, uuid: str, wanted: Json, present: Json | None) -> None:
        """Add the mapper to the client, or change the one that is present."""
        with self._asked(f"set the mapper '{wanted['name']}' of the client"):
            if present is None:
                self._admin.add_mapper_to_client(uuid, wanted)
            else:
                config = {**(present.get("config") or {}), **wanted["config"]}
                self._admin.update_client_mapper(uuid, present["id"], {**present, **wanted, "config": config})

    def find_role(self, uuid: str, role: str) -> Json | None:
        """The client's role; None when there is none of this name."""
        return self._or_none(f"read the role '{role}'", lambda: self._admin.get_client_role(uuid, role))

    def create_role(self, uuid: str, role: str) -> None:
        """Make a role of the client."""
        with self._asked(f"create the role '{role}'"):
            self._admin.create_client_role(uuid, {"name": role})

    def find_user(self, username: str) -> str | None:
        """The id of the user of exactly this name; None when the realm has none."""
        with self._asked(f"look for the user '{username}'"):
            # Keycloak before 15 knows no `exact`, and answers all whose name contains it.
            found = self._admin.get_users({"username": username, "exact": "true", "first": 0, "max": 100})
        return next((str(user["id"]) for user in found if user.get("username") == username), None)

    def roles_of(self, user: str, uuid: str) -> list[Json]:
        """The user's roles of the client, given directly; none when either is gone."""
        found = self._or_none("read a user's roles", lambda: self._admin.get_client_roles_of_user(user, uuid))
        return found or []

    def give_role(self, user: str, uuid: str, role: Json) -> None:
        """Give the role of the client to the user; had already is done."""
        with self._asked(f"give the role '{role['name']}' to a user"):
            self._admin.assign_client_role(user, uuid, [role])

    def take_role(self, user: str, uuid: str, role: Json) -> None:
        """Take the role of the client from the user; already gone is done."""
        self._or_none(
            f"take the role '{role['name']}' from a user",
            lambda: self._admin.delete_client_roles_of_user(user, uuid, [role]),
        )

    def _or_none(self, work: str, call: Callable[[], Any]) -> Any:
        with self._asked(work):
            try:
                return call()
            except KeycloakError as error:
                if error.response_code == 404 and any(said in _said(error) for said in GONE):
                    return None
                raise

    @contextmanager
    def _asked(self, work: str) -> Generator[None]:
        try:
            with self._wire.work(work):
                yield
        except KeycloakError as error:
            self._refuse(work, error)
        except (TypeError, AttributeError, KeyError, ValueError):  # what the library cannot read
            raise not_keycloak(work, self.url) from None

    def _refuse(self, work: str, error: KeycloakError) -> NoReturn:
        status, said = error.response_code, _said(error)
        if not said:
            raise not_keycloak(work, self.url) from None
        what = f"Could not {work}: Keycloak answered {status}: {said}"
        where = f"{self.url}, realm '{self.realm}'"
        if status == 403:
            raise CredentialsError(what, where=where, remedy=f"Give the administrator {RIGHTS}.") from None
        if status == 404:
            remedy = "Check the realm and the URL, which needs '/auth' at some sites, then run it again."
            raise NotFoundError(what, where=where, remedy=remedy) from None
        kind = ConflictError if status == 409 else RefusedError
        raise kind(what, where=where, remedy="Correct what Keycloak names, then run it again.") from None


def _may_manage(found: Json) -> bool:
    return bool((found.get("access") or {}).get("manage"))


def _said(error: KeycloakError) -> str:
    """Keycloak's own words in a refusal; empty when somebody else answered."""
    try:
        body = json.loads(error.response_body or b"")
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    return str(body.get("errorMessage") or body.get("error_description") or body.get("error") or "").rstrip(".")
