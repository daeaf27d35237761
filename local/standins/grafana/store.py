"""Stand-in for Grafana: what it remembers, in one file.

Owns: folders, dashboards, the counter of ids, one lock for all of it, and the file (mode 0600, replaced
whole on each change, so that a restart finds the last answered state). Does not own any rule on the
contents. A change that is refused half-way leaves nothing: callers work on the live documents only after
their checks.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workspacectl.private_files import write_private

Document = dict[str, Any]


class Store:
    """The state: `folders` and `dashboards`, both by uid."""

    def __init__(self, file: Path, first: Document | None = None) -> None:
        """Read `file`; when it does not exist, begin with `first` (nothing, by default)."""
        self._file = file
        self._lock = threading.Lock()
        found: Document = json.loads(file.read_text()) if file.exists() else (first or {})
        self.folders: dict[str, Document] = found.get("folders", {})
        self.dashboards: dict[str, Document] = found.get("dashboards", {})
        self._last_id: int = found.get("lastId", 0)
        self._write()

    @contextmanager
    def change(self) -> Generator[None]:
        """Hold the lock; write the file when the block ends without an exception."""
        with self._lock:
            yield
            self._write()

    @contextmanager
    def look(self) -> Generator[None]:
        """Hold the lock for reading."""
        with self._lock:
            yield

    def next_id(self) -> int:
        """A numeric id, never used twice."""
        self._last_id += 1
        return self._last_id

    def dump(self) -> Document:
        """Everything, as in the file."""
        return {"folders": self.folders, "dashboards": self.dashboards, "lastId": self._last_id}

    def _write(self) -> None:
        write_private(self._file, json.dumps(self.dump(), indent=1, sort_keys=True))


def now() -> str:
    """The time as Grafana writes it: RFC 3339 in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
