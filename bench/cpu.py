"""The CPU that one complete `up` costs, by process: engine, program, dynamic providers; the platform's equipment apart.

A machine that is shared makes every figure higher: compare the lowest ones.

Sampled from the process tree, since the operating system adds up what a child has used only for its own parent: a
process loses what it uses after the last look at it, at most `INTERVAL` a process. `make bench-cpu`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.platforms import bench, say, spread
from workspacectl.pulumi_cli import Engine

STACK = "local"
RUNS = 3
INTERVAL = 0.02
KINDS: dict[str, str] = {
    "local.plugins": "equipment (stand-in plugins and language host)",
    "pulumi.dynamic": "dynamic providers",
    "pulumi-language-python-exec": "program",
    "pulumi ": "engine",
}
"""What a command line holds, and whose process it is then; the first that fits counts: the language host's command line
names the script that runs the program, too."""
PRODUCT = ("engine", "program", "dynamic providers")


@dataclass
class Meter:
    """The CPU of everything below this process, by kind, while it runs."""

    used: dict[int, tuple[str, float]] = field(default_factory=dict[int, tuple[str, float]])

    def around(self, work: Callable[[], object]) -> dict[str, float]:
        """Seconds of CPU by kind that the work's processes use."""
        ended = threading.Event()
        others = {child.pid for child in psutil.Process().children(recursive=True)}
        looking = threading.Thread(target=self._look_until, args=(ended, others))
        looking.start()
        try:
            work()
        finally:
            ended.set()
            looking.join()
        sums: dict[str, float] = {}
        for kind, seconds in self.used.values():
            sums[kind] = sums.get(kind, 0.0) + seconds
        return sums

    def _look_until(self, ended: threading.Event, others: set[int]) -> None:
        while not ended.wait(INTERVAL):
            for pid in _below(os.getpid(), others):
                try:
                    process = psutil.Process(pid)
                    times, line = process.cpu_times(), " ".join(process.cmdline())
                except psutil.Error:
                    continue
                # One that has ended and is not yet waited for has no command line any more.
                kind = kind_of(line) if line else self.used.get(pid, ("other", 0.0))[0]
                self.used[pid] = (kind, times.user + times.system)


def _below(pid: int, others: set[int]) -> Iterator[int]:
    """The processes below one, without `others`. Asked of Linux, process by process: psutil looks through all of the
    machine's, which would cost a third of a core here."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in {*map(int, children.read_text().split())} - others:
                yield child
                yield from _below(child, others)


def kind_of(line: str) -> str:
    """Whose process this command line is."""
    return next((kind for words, kind in KINDS.items() if words in f"{line} "), "other")


def main() -> int:
    with bench() as running:
        engine = running.engine()
        engine.select(STACK)
        found: list[dict[str, float]] = []
        for number in range(RUNS):
            found.append(Meter().around(lambda: _up(engine)))
            engine.checked("destroy", "--yes", "--skip-preview", "--stack", STACK)
            say(f"  run {number + 1} of {RUNS}: {sum(found[-1].get(kind, 0.0) for kind in PRODUCT):.2f} s")
        kinds = sorted({kind for each in found for kind in each})
        rows = {kind: [each.get(kind, 0.0) for each in found] for kind in kinds}
        rows[" + ".join(PRODUCT)] = [sum(each.get(kind, 0.0) for kind in PRODUCT) for each in found]
        for name, times in rows.items():
            print(f"{name:<48} {spread(times)}")
    return 0


def _up(engine: Engine) -> None:
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", STACK]
    subprocess.run(command, cwd=engine.project, env=dict(engine.environment), capture_output=True, check=True)


if __name__ == "__main__":
    sys.exit(main())
