"""The users that dex keeps as `Password` objects: what such an object is, and whether a dex lets anybody in by one.

Owns: name and fields of the object, as dex derives and reads them, and the looks at a dex before one is made. Does not
own whose an object is, or its life (`password_object.py`). The objects are dex's own store: it reads one at each login,
so nobody restarts anything, and only a dex whose storage is Kubernetes has them
(docs/facts/dex.md, "Users as objects").
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.dex import config_file
from project_workspace.dex.config_file import Entry
from project_workspace.kube.cluster import Cluster, Document, Ref, config_map
from project_workspace.remote.errors import NotFoundError, NotOursError, RefusedError, RemoteError

API = "dex.coreos.com/v1"
KIND = "Password"
STORAGE = "kubernetes"
"""dex's name for the storage that has these objects."""

_BACK = "set 'login.dex.storedIn: config-map' in the stack."
_OFFSET_BASIS = 0xCBF29CE484222325
"""What FNV-1 begins with. dex appends it, where it seems to have meant a hash of the e-mail."""


@dataclass(frozen=True)
class Place:
    """Where dex's configuration is, and the objects beside it."""

    namespace: str
    config_map: str
    key: str

    def __str__(self) -> str:
        return str(config_map(self.namespace, self.config_map))


def object_name(email: str) -> str:
    """The name under which dex looks for the user of this e-mail, in any case."""
    derived = email.lower().encode() + _OFFSET_BASIS.to_bytes(8)
    return base64.b32encode(derived).decode().rstrip("=").lower()


def password_ref(namespace: str, email: str) -> Ref:
    """The object of this e-mail."""
    return Ref(f"apis/{API}", "passwords", KIND, namespace, object_name(email))


def fields(entry: Entry) -> dict[str, str]:
    """The fields of the object, which stand beside its metadata: those that every version of dex has."""
    return {
        "email": entry.email.lower(),
        "hash": base64.b64encode(entry.hash.encode()).decode(),
        "username": entry.username,
        "userID": entry.user_id,
    }


def entry_of(found: Document) -> Entry:
    """The user of an object; what is missing or cannot be read is empty, as dex lets nobody in by it."""
    email, hash_, username, user_id = (_text(found.get(name)) for name in config_file.FIELDS)
    return Entry(email=email, hash=_decoded(hash_), username=username, user_id=user_id)


def unfit(cluster: Cluster, place: Place, text: str, emails: Mapping[str, str]) -> Iterator[RemoteError]:
    """Why the dex with the configuration `text` would not let in users of these e-mails by objects.

    `emails` are of users, with the `userID` by which a static user of the e-mail is the same one; empty: none is.
    Raises `RemoteError` for a text that dex could not read either.
    """
    if not is_storage_of(text):
        kept = config_file.storage_type(text)
        remedy = f"Give dex 'storage: {{type: {STORAGE}}}', or {_BACK}"
        yield RefusedError(
            f"dex reads no users from objects, because its storage is '{kept or 'none'}'",
            where=str(place),
            remedy=remedy,
        )
    elif not cluster.serves(password_ref(place.namespace, "")):
        remedy = f"dex makes it when it starts with storage in this cluster: see that it runs, or {_BACK}"
        yield NotFoundError(f"The cluster has no kind {KIND} of {API}", where=cluster.server, remedy=remedy)
    if not config_file.has_password_database(text):
        remedy = f"Set '{config_file.SWITCH}: true' there, or 'login: {{enabled: false}}' in the stack."
        yield RefusedError(
            f"Nobody can log in to dex with a password, because '{config_file.SWITCH}: true' is not set",
            where=str(place),
            remedy=remedy,
        )
    for email, user_id in emails.items():
        if ruling := static_user(text, email, user_id):
            yield overruled(place, ruling)


def is_storage_of(text: str) -> bool:
    """Whether the dex with this configuration keeps its records in the cluster. Raises RefusedError as `unfit`."""
    return config_file.storage_type(text) == STORAGE


def static_user(text: str, email: str, user_id: str) -> Entry | None:
    """Another static user of this e-mail, who rules over an object."""
    return next((each for each in config_file.find_all(text, email) if each.user_id != user_id), None)


def overruled(place: Place, ruling: Entry) -> NotOursError:
    """That an object would be of no use, because of a static user."""
    return NotOursError(
        f"dex has a static user {ruling.email} with the userID '{ruling.user_id}', who rules over an object",
        where=str(place),
        remedy=f"Remove that entry there and restart dex, or {_BACK}",
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _decoded(hash_: str) -> str:
    try:
        return base64.b64decode(hash_, validate=True).decode("latin-1")
    except binascii.Error:
        return ""
