"""Finding secrets where they must not be: in texts, command lines and files, in every form in which they travel.

Owns: the forms, the search, and what a platform may keep in clear, each with its reason. Does not own which secrets a
run has. That the search finds what is there is proved in `test_planted_secrets.py`.
"""

from __future__ import annotations

import base64
import json
import stat
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, quote_plus

import psutil

OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Secret:
    """A value that must stay out of sight, and what it is called in a report."""

    kind: str
    value: str = field(repr=False)

    @cached_property
    def forms(self) -> Mapping[str, bytes]:
        """What stands for the value in a text: itself, or what an encoder makes of it."""
        quoted = _quoted(self.value)
        forms = {
            "in clear": self.value,
            "JSON": quoted,
            "JSON without escapes": json.dumps(self.value, ensure_ascii=False)[1:-1],
            "JSON of Go": _for_html(quoted),
            "JSON in JSON": _quoted(quoted),
            "JSON in JSON of Go": _for_html(_quoted(quoted)),
            "JSON of Go in JSON": _quoted(_for_html(quoted)),
            "URL": quote(self.value, safe=""),
            "URL path": quote(self.value),
            "URL form": quote_plus(self.value),
        }
        return {form: text.encode() for form, text in forms.items()} | _base64(self.value.encode())


def _quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


def _for_html(quoted: str) -> str:
    """What Go's encoder makes of a JSON text: harmless inside HTML."""
    return quoted.translate({ord(each): f"\\u{ord(each):04x}" for each in "<>&"})


def _base64(value: bytes) -> dict[str, bytes]:
    """What of an encoded text is the value's alone, for each of the three places in it that the value can begin at."""
    found: dict[str, bytes] = {}
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + value + b"\0\0")
        own = whole[-(-offset * 8 // 6) : (offset + len(value)) * 8 // 6]
        found |= {f"base64 at {offset}": own, f"URL base64 at {offset}": own.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


@dataclass(frozen=True)
class Holder:
    """A file that may hold secrets of these kinds in clear; then only its owner may read it."""

    path: str
    """Relative to the platform's folder; `*` stands for anything."""
    kinds: frozenset[str]
    reason: str


def leaks_in(content: str | bytes, secrets: Iterable[Secret]) -> set[tuple[str, str]]:
    """Kind and form of each secret in a text."""
    data = content.encode() if isinstance(content, str) else content
    return {(secret.kind, form) for secret in secrets for form, text in secret.forms.items() if text in data}


def kinds_in(content: str | bytes, secrets: Iterable[Secret]) -> set[str]:
    """The kinds of secrets in a text, in whatever form."""
    return {kind for kind, _ in leaks_in(content, secrets)}


def files_with(folder: Path, secrets: Iterable[Secret], since: float = 0.0) -> dict[Path, set[str]]:
    """The files below a folder (or the file itself) that hold secrets: path -> kinds.

    Files that nobody wrote to after `since` are not read, nor those that are gone by the time.
    """
    return {path: kinds for path, kinds, _ in _holding(folder, list(secrets), since)}


def _holding(folder: Path, secrets: list[Secret], since: float = 0.0) -> Iterator[tuple[Path, set[str], int]]:
    """The same with each file's permissions, which are read with it: it may be gone the next moment."""
    for path in (folder, *folder.rglob("*")):
        try:
            status = path.lstat()
            written_since = stat.S_ISREG(status.st_mode) and status.st_mtime >= since
            # etcd's files are megabytes of nothing at their end.
            kinds = kinds_in(path.read_bytes().rstrip(b"\0"), secrets) if written_since else set[str]()
        except OSError:
            continue
        if kinds:
            yield path, kinds, stat.S_IMODE(status.st_mode)


def leaks_below(folder: Path, secrets: Iterable[Secret], holders: Iterable[Holder]) -> list[str]:
    """What stands below a folder in clear and may not: a line for each file."""
    lines: list[str] = []
    for path, kinds, permissions in _holding(folder, list(secrets)):
        name = str(path.relative_to(folder))
        allowed = {kind for holder in holders if fnmatch(name, holder.path) for kind in holder.kinds}
        if kinds - allowed:
            lines.append(f"{name}: {', '.join(sorted(kinds - allowed))}")
        elif permissions & OTHERS:
            lines.append(f"{name}: may hold {', '.join(sorted(kinds))}, but others can read it: mode {permissions:o}")
    return lines


def mode(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def command_lines() -> Generator[set[str]]:
    """The command lines of all processes that were seen while the block ran."""
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            for process in psutil.process_iter(["cmdline"]):
                seen.add(" ".join(process.info["cmdline"] or []))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


class TemporaryFiles:
    """What comes into the system's folder for temporary files from now on."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.gettempdir())
        self._since = time.time() - 1.0  # a file system may round
        self._before = set(self._folder.iterdir())

    def with_secrets(self, secrets: Iterable[Secret]) -> dict[Path, set[str]]:
        """The new files and those written to, in folders that are new or in none, that hold secrets."""
        known = list(secrets)
        found: dict[Path, set[str]] = {}
        for path in self._folder.iterdir():
            if path not in self._before or path.is_file():
                found |= files_with(path, known, self._since)
        return found
