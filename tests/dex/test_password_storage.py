"""The objects in which dex keeps users: their names and fields as dex derives them, and a dex that has none."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.dex import password_storage
from project_workspace.dex.config_file import Entry
from project_workspace.dex.password_storage import Place, entry_of, fields, object_name, unfit
from project_workspace.kube.cluster import Cluster, Ref
from project_workspace.limits import STORED_EMAIL_LIMIT

HASH = "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"
PLACE = Place("auth", "dex", "config.yaml")
FIT = "storage:\n  type: kubernetes\nenablePasswordDB: true\n"
ALICE = f"staticPasswords:\n- email: Alice@example.com\n  hash: {HASH}\n  username: alice\n  userID: id-alice\n"


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("aic-user-vision-ws@aic.com", "mfuwgllvonsxellwnfzws33ofv3xgqdbnfrs4y3pnxf7fhheqqrcgji"),
        ("Aic-User-Vision-Ws@aic.com", "mfuwgllvonsxellwnfzws33ofv3xgqdbnfrs4y3pnxf7fhheqqrcgji"),
        ("alice@example.com", "mfwgsy3fibsxqylnobwgkltdn5w4x4u44scceizf"),
        ("example-app", "mv4gc3lqnrss2ylqodf7fhheqqrcgji"),
    ],
)
def test_the_name_is_the_one_by_which_dex_looks(email: str, name: str) -> None:
    assert object_name(email) == name


def test_the_longest_email_has_the_longest_name_that_kubernetes_takes() -> None:
    assert len(object_name("x" * STORED_EMAIL_LIMIT)) == 253
    assert len(object_name("x" * (STORED_EMAIL_LIMIT + 1))) > 253


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_two_emails_have_one_name_only_when_they_are_one_in_lower_case(one: str, other: str) -> None:
    assert (object_name(one) == object_name(other)) == (one.lower() == other.lower())
    assert set(object_name(one)) <= set("abcdefghijklmnopqrstuvwxyz234567")


def test_the_object_has_the_fields_of_every_dex_and_the_hash_as_bytes() -> None:
    entry = Entry(email="Alice@Example.com", hash=HASH, username="alice", user_id="id-alice")
    assert fields(entry) == {
        "email": "alice@example.com",
        "hash": base64.b64encode(HASH.encode()).decode(),
        "username": "alice",
        "userID": "id-alice",
    }
    assert entry_of(fields(entry)) == Entry(email="alice@example.com", hash=HASH, username="alice", user_id="id-alice")


@pytest.mark.parametrize("found", [{}, {"email": 1, "hash": HASH, "username": None, "userID": []}, {"hash": "%%%"}])
def test_what_dex_could_not_read_is_empty(found: dict[str, Any]) -> None:
    assert entry_of(found) == Entry(email="", hash="", username="", user_id="")


class Serving(Cluster):
    """A cluster that has the kind, or has not."""

    def __init__(self, has: bool) -> None:
        super().__init__(None, "https://cluster")
        self._has = has

    def serves(self, kind: Ref) -> bool:
        assert (kind.api, kind.plural) == ("apis/dex.coreos.com/v1", "passwords")
        return self._has


def _unfit(text: str, *, has: bool = True, **emails: str) -> list[str]:
    users = {f"{name}@example.com": user_id for name, user_id in emails.items()}
    return [str(problem) for problem in unfit(Serving(has), PLACE, text, users)]


BACK = "set 'login.dex.storedIn: config-map' in the stack."
WHERE = "ConfigMap dex in namespace auth"


def test_a_dex_with_storage_in_the_cluster_takes_users_from_objects() -> None:
    assert _unfit(FIT, alice="id-alice") == []
    assert _unfit(FIT + ALICE, alice="id-alice") == [], "the same person, whose entry will go"
    assert _unfit(FIT + ALICE, bob="") == []


@pytest.mark.parametrize(
    ("text", "has", "emails", "sentences"),
    [
        (
            FIT.replace("kubernetes", "memory"),
            True,
            {},
            [
                f"dex reads no users from objects, because its storage is 'memory' ({WHERE}). Give dex 'storage: "
                f"{{type: kubernetes}}', or {BACK}"
            ],
        ),
        (
            "enablePasswordDB: true\n",
            True,
            {},
            [
                f"dex reads no users from objects, because its storage is 'none' ({WHERE}). Give dex 'storage: "
                f"{{type: kubernetes}}', or {BACK}"
            ],
        ),
        (
            FIT,
            False,
            {},
            [
                "The cluster has no kind Password of dex.coreos.com/v1 (https://cluster). dex makes it when it starts "
                f"with storage in this cluster: see that it runs, or {BACK}"
            ],
        ),
        (
            FIT.replace("true", "false") + ALICE,
            True,
            {"alice": "another"},
            [
                f"Nobody can log in to dex with a password, because 'enablePasswordDB: true' is not set ({WHERE}). Set "
                "'enablePasswordDB: true' there, or 'login: {enabled: false}' in the stack.",
                "dex has a static user Alice@example.com with the userID 'id-alice', who rules over an object "
                f"({WHERE}). Remove that entry there and restart dex, or {BACK}",
            ],
        ),
    ],
)
def test_what_stands_in_the_way_is_a_sentence_each(
    text: str, has: bool, emails: dict[str, str], sentences: list[str]
) -> None:
    assert _unfit(text, has=has, **emails) == sentences


def test_where_nobody_is_accepted_every_static_user_of_the_email_rules() -> None:
    assert len(_unfit(FIT + ALICE, alice="")) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (FIT, True),
        ("storage: {type: 'kubernetes'}\n", True),
        ("Storage:\n  Type: kubernetes\n", True),
        ("storage:\n  type: sqlite3\n", False),
        ("storage: kubernetes\n", False),
        ("storage:\n", False),
        ("issuer: x\n", False),
    ],
)
def test_where_dex_keeps_its_records_is_read_as_dex_reads_it(text: str, kept: bool) -> None:
    assert password_storage.is_storage_of(text) == kept
