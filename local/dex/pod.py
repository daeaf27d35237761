"""Stand-in for a kubelet, the part that keeps one pod's container alive and reports its state.

Owns: the cycle of a container: configured, started, probed until ready, started again after it ended, with the pauses
of CrashLoopBackOff twenty times shorter than a kubelet's. Each start reads ConfigMap and Secrets anew, as a kubelet's
refreshed volumes would let it; a dex that runs does not read them again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local.dex.container import DexProcess
from local.dex.container_spec import ContainerConfigError, ContainerSpec
from local.kube.objects import Object

FIRST_BACK_OFF_SECONDS, LAST_BACK_OFF_SECONDS = 0.5, 15.0


class Pod:
    """One pod of dex and its process."""

    def __init__(self, pod: Object, binary: Path, folder: Path, resolve: Callable[[Object], ContainerSpec]) -> None:
        self.object = pod
        self.restarts = 0
        self.ready = False
        self._binary = binary
        self._folder = folder / pod["metadata"]["name"]
        self._starts = folder / STARTS_FILE
        self._resolve = resolve
        self._process: DexProcess | None = None
        self._waiting: Object = {"reason": "ContainerCreating"}
        self._last_end: Object | None = None
        self._next_start = 0.0

    @property
    def port(self) -> int | None:
        """Where its dex listens; None while there is none that is ready."""
        return self._process.port if self._process and self.ready else None

    def step(self) -> None:
        """Do what is due: start, probe, or notice the end."""
        if self._process is None:
            if time.monotonic() >= self._next_start:
                self._start()
        elif (code := self._process.exit_code()) is not None:
            self._ended(code, self._process.last_words())
        elif not self.ready:
            self.ready = self._process.ready()

    def stop(self) -> None:
        """End its process and remove its files."""
        if self._process is not None:
            self._process.stop()
        self._process, self.ready = None, False
        shutil.rmtree(self._folder, ignore_errors=True)

    def status(self) -> Object:
        """The pod's status as a kubelet reports it."""
        container = self.object["spec"]["containers"][0]
        running = {"running": {"startedAt": self._started}} if self._process else {"waiting": self._waiting}
        state: Object = {
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "ready": self.ready,
            "started": self._process is not None,
            "restartCount": self.restarts,
            "state": running,
        }
        if self._last_end:
            state["lastState"] = {"terminated": self._last_end}
        conditions = {"Initialized": True, "ContainersReady": self.ready, "Ready": self.ready, "PodScheduled": True}
        return {
            "phase": "Running" if self._process or self.restarts else "Pending",
            "conditions": [{"type": name, "status": str(value)} for name, value in conditions.items()],
            "containerStatuses": [state],
        }

    def _start(self) -> None:
        try:
            spec = self._resolve(self.object)
        except ContainerConfigError as error:
            self._waiting = {"reason": "CreateContainerConfigError", "message": str(error)}
            self._next_start = time.monotonic() + FIRST_BACK_OFF_SECONDS
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._process = DexProcess(self._binary, spec, self._folder)
        self._started = _now()
        with self._starts.open("a") as file:
            file.write(json.dumps({"time": self._started, "pod": self._folder.name, "restart": self.restarts}) + "\n")

    def _ended(self, code: int, last_words: str) -> None:
        pause = min(FIRST_BACK_OFF_SECONDS * 2**self.restarts, LAST_BACK_OFF_SECONDS)
        self._last_end = {"exitCode": code, "reason": "Error", "message": last_words, "finishedAt": _now()}
        self._waiting = {"reason": "CrashLoopBackOff", "message": f"restarting in {pause:g} s: {last_words}"}
        self._process, self.ready = None, False
        self.restarts += 1
        self._next_start = time.monotonic() + pause


STARTS_FILE = "starts.jsonl"


def starts(folder: Path) -> list[Object]:
    """Every start of a dex process since the folder was made: `time`, `pod`, `restart` (0 for the first of a pod).

    One rollout is one more pod; a crash is one more start of the same pod.
    """
    file = folder / STARTS_FILE
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
