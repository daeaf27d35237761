"""Records of the stand-in of AI Conductor: tables in memory, written to one file after each change.

Owns: tables, ids, times, audit fields, atomic writing (0600), all-or-nothing changes. Does not own rules. Why one lock
for everything: a check and the write after it must be one step, as they are in the real server's database.
"""

import copy
import json
import os
import tempfile
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]
State = dict[str, list[Record]]

TABLES = ("accounts", "workspaces", "members", "solutions", "logins")
"""`logins` holds the time of each account's last login, apart, so that all other tables compare byte by byte."""


class Store:
    """The server's records; `path` None keeps them in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._state: State = {table: [] for table in TABLES}
        if path is not None and path.exists():
            self._state.update(json.loads(path.read_text("utf-8")))

    @property
    def empty(self) -> bool:
        """Whether nobody has ever used it: there is not even an administrator."""
        return not self._state["accounts"]

    @contextmanager
    def read(self) -> Generator[State]:
        """The records, not to be changed."""
        with self._lock:
            yield self._state

    @contextmanager
    def edit(self) -> Generator[State]:
        """The records to be changed: kept and written when the block ends, dropped when it raises."""
        with self._lock:
            draft = copy.deepcopy(self._state)
            yield draft
            if draft != self._state:
                self._save(draft)
                self._state = draft

    def dump(self) -> State:
        """A copy of everything; passwords are hashes."""
        with self._lock:
            return copy.deepcopy(self._state)

    def _save(self, state: State) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp makes the file 0600.
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(state, file, indent=1)
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def now() -> str:
    """The time as the server writes it: naive ISO, UTC, whole seconds (docs/facts/ai-conductor.md)."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def made(record: Record, by: str) -> Record:
    """A new record: id, given fields, deletion flag and audit fields with the login id."""
    at = now()
    audit = {"is_deleted": 0, "creator": by, "created_at": at, "updator": by, "updated_at": at}
    return {"id": str(uuid.uuid4()), **record, **audit}


def touched(record: Record, changes: Record, by: str) -> Record:
    """Change a record in place and note who did it."""
    record.update(changes, updator=by, updated_at=now())
    return record


def first(records: list[Record], **wanted: Any) -> Record | None:
    """The first record whose fields have these values."""
    return next((r for r in records if all(r.get(key) == value for key, value in wanted.items())), None)


def every(records: list[Record], **wanted: Any) -> list[Record]:
    """All records whose fields have these values."""
    return [r for r in records if all(r.get(key) == value for key, value in wanted.items())]
