"""What all measurements share: a platform in a temporary folder, and the `local` stack's program on it."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import toolchain
from local.checkout import CHECKOUT
from local.platform import Platform
from workspacectl.pulumi_cli import Engine


@dataclass(frozen=True)
class Bench:
    """A platform that runs, and engines for project folders on it."""

    platform: Platform

    def engine(self, project: Path = CHECKOUT) -> Engine:
        """The engine for one project folder, as a person's own shell runs it."""
        return Engine(project, self.platform.complete_environment())


@contextmanager
def bench() -> Generator[Bench]:
    """A fresh platform for one measurement, stopped and removed after it."""
    toolchain.ensure(("pulumi", *toolchain.SERVERS))
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    platform = Platform(folder)
    try:
        platform.start(say)
        yield Bench(platform)
    finally:
        platform.stop()
        shutil.rmtree(folder, ignore_errors=True)


def say(line: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{line}\n")


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(times: list[float]) -> str:
    """Median with lowest and highest, so that a reader sees the machine's noise."""
    return f"{statistics.median(times):.2f} s (lowest {min(times):.2f}, highest {max(times):.2f})"
