"""The per-user cache folder: where it is, and how a folder in it comes into being whole or not at all.

A folder's name holds a hash of everything that made it, so a folder that exists is complete and right for
ever, and nothing is ever changed in place. Two processes that want the same folder make it one after the
other: the second one finds it there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from local.toolchain.errors import ToolchainError
from local.toolchain.report import Report

HASH_LENGTH = 12


def root() -> Path:
    """`project-workspace` in `$XDG_CACHE_HOME`, else in `~/.cache` (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification: a relative path is invalid and ignored.
    return (Path(base) if os.path.isabs(base) else home() / ".cache") / "project-workspace"


def home() -> Path:
    """The user's home folder. Raises ToolchainError for a user without one."""
    try:
        return Path.home()
    except RuntimeError as error:
        raise ToolchainError("This user has no home folder. Set HOME to a folder that can be written.") from error


def digest(*parts: str | bytes) -> str:
    """A short hash of the parts; their borders count."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big") + raw)
    return total.hexdigest()[:HASH_LENGTH]


def obtain(folder: Path, make: Callable[[Path], None], report: Report) -> Path:
    """`folder`, made by `make(<temporary folder beside it>)` when it is not there yet.

    Raises ToolchainError when the cache cannot be written or the disk is full; other errors of `make` pass.
    """
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder, report):
            if not folder.is_dir():
                _make(folder, make)
    except OSError as error:
        raise ToolchainError(_sentence(folder, error)) from error
    return folder


def _make(folder: Path, make: Callable[[Path], None]) -> None:
    # Under the lock nobody else is making this folder: what lies here is from a process that was killed.
    for leftover in folder.parent.glob(f".{folder.name}.part-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.part-", dir=folder.parent))
    try:
        make(part)
        part.chmod(0o755)
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _locked(folder: Path, report: Report) -> Generator[None, None, None]:
    """Hold `.<name>.lock` beside the folder. The kernel gives it back when its holder dies."""
    descriptor = os.open(folder.with_name(f".{folder.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"Another process is making {folder.name}: waiting for it.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sentence(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(folder.parent)
    return (
        f"Cannot write the cache folder {folder.parent}: {error.strerror}. "
        "Make it writable, or name another one in XDG_CACHE_HOME."
    )


def disk_full(where: Path) -> str:
    """The sentence for a full disk."""
    return (
        f"The disk is full: no space left for {where}. The tools need about 7 GB with Go's own caches; "
        "free some space, or name folders on another disk in XDG_CACHE_HOME and GOPATH."
    )
