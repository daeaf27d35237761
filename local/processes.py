"""Processes of the local platform: start one, wait until it is ready, stop it, know it again later.

Owns: `ServerSpec`, the log and the pid record of every server in a run folder, and the rule that a stopped
platform never kills a stranger: a process counts as ours only while pid and creation time both match.
Does not own: which servers there are or what they need; each server's own module gives a `ServerSpec`.
Files: `<run_dir>/<name>.log` (stdout and stderr) and `<run_dir>/<name>.json` (the record), readable by the owner only.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from workspacectl.failures import ToolError
from workspacectl.private_files import write_private

STOP_LIMIT_SECONDS = 15.0
"""How long a server may take to end after SIGTERM before it is killed."""

_CLOCK_TOLERANCE_SECONDS = 2.0
"""psutil derives creation times from the boot time, which moves when the clock is set."""


class PlatformError(ToolError):
    """The local platform cannot do what was asked: one readable sentence, perhaps followed by log lines."""


@dataclass(frozen=True)
class ServerSpec:
    """What is needed to run one server.

    `name` names its files and is unique in a run folder. `env` is added to the caller's environment; secrets
    belong in files, never in `argv`. `ready` is asked again and again, may be slow for at most a second and must
    not raise; `ready_limit_seconds` is how long the server has until it answers True.
    """

    name: str
    argv: tuple[str, ...]
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    cwd: Path | None = None
    ready_limit_seconds: float = 60.0


@dataclass(frozen=True)
class Running:
    """A server that was started: what the record in the run folder says."""

    name: str
    pid: int
    created: float
    """Creation time of the process, seconds since the epoch, as psutil tells it."""
    started: float
    """When it was started here, likewise; finer than `created`."""


def start(spec: ServerSpec, run_dir: Path) -> Running:
    """Start a server and wait until it is ready.

    Raises PlatformError when the program is missing, when it ends before it is ready and when it is not ready
    within its limit; in both last cases nothing of it is left running and the last lines of its log are shown.
    """
    run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = run_dir / f"{spec.name}.log"
    child = _spawn(spec, log)
    server = Running(spec.name, child.pid, psutil.Process(child.pid).create_time(), time.time())
    write_private(_record(run_dir, spec.name), json.dumps(asdict(server)))
    deadline = time.monotonic() + spec.ready_limit_seconds
    while not spec.ready():
        if child.poll() is not None:
            stop(server, run_dir)
            raise PlatformError(f"{spec.name} ended with exit code {child.returncode} before it was ready.{_tail(log)}")
        if time.monotonic() > deadline:
            stop(server, run_dir)
            raise PlatformError(
                f"{spec.name} was not ready within {spec.ready_limit_seconds:g} s and was stopped.{_tail(log)}"
            )
        time.sleep(0.05)
    return server


def stop(server: Running, run_dir: Path) -> None:
    """End a server and everything it started; already gone counts as done, a stranger's process is left alone."""
    process = _process(server)
    if process is not None:
        try:
            process.terminate()
            process.wait(STOP_LIMIT_SECONDS)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired:
            kill([process])
    kill(_session(server))
    _record(run_dir, server.name).unlink(missing_ok=True)


def kill(processes: Iterable[psutil.Process]) -> None:
    """End processes at once and wait for it. One that ends by itself meanwhile is what was wanted."""
    killed: list[psutil.Process] = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
            killed.append(process)
    psutil.wait_procs(killed, timeout=STOP_LIMIT_SECONDS)


def running(run_dir: Path) -> list[Running]:
    """The recorded servers that still run, in the order in which they were started."""
    return [server for server in _recorded(run_dir) if _process(server) is not None]


def stop_all(run_dir: Path) -> None:
    """End every recorded server, the last started first, and remove what stale records are left."""
    for server in reversed(_recorded(run_dir)):
        stop(server, run_dir)


def _spawn(spec: ServerSpec, log: Path) -> subprocess.Popen[bytes]:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            spec.argv,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env={**os.environ, **spec.env},
            cwd=spec.cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise PlatformError(f"{spec.name} cannot be started: {spec.argv[0]}: {error.strerror}.") from error
    finally:
        os.close(descriptor)


def _process(server: Running) -> psutil.Process | None:
    """The live process of a record, or None when it is gone, a zombie or somebody else's."""
    try:
        process = psutil.Process(server.pid)
        same = abs(process.create_time() - server.created) < _CLOCK_TOLERANCE_SECONDS
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _session(server: Running) -> Iterator[psutil.Process]:
    """What still runs in the session of a server that is gone.

    While such processes exist the system does not give their session's number to a new process, so a live
    process of that number means that the session is somebody else's.
    """
    if psutil.pid_exists(server.pid) and not _is_zombie(server.pid):
        return
    for process in psutil.process_iter():
        try:
            ours = os.getsid(process.pid) == server.pid and process.pid != server.pid
            if ours and process.create_time() > server.created - _CLOCK_TOLERANCE_SECONDS:
                yield process
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _recorded(run_dir: Path) -> list[Running]:
    records = [Running(**json.loads(path.read_text())) for path in run_dir.glob("*.json")]
    return sorted(records, key=lambda server: server.started)


def _record(run_dir: Path, name: str) -> Path:
    return run_dir / f"{name}.json"


def _tail(log: Path, lines: int = 8) -> str:
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "".join(f"\n  {line}" for line in last) + f"\n  (whole log: {log})"
