"""Where the toolchain's progress goes: lines that stay, and a moving line while something long runs.

Owns the manner of showing (a terminal gets one line rewritten in place, a log gets a line now and then), not
the words. Everything goes to standard error: standard output belongs to the command that needed the tools.
"""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

TERMINAL_INTERVAL = 2.0
LOG_INTERVAL = 30.0


class Report:
    """Callable with a line that stays; `progress` shows a line that the next one replaces.

    `interval` is the time in seconds between two progress lines: 2 on a terminal, 30 elsewhere.
    """

    def __init__(self, stream: TextIO | None = None, *, interval: float | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._interval = interval if interval is not None else TERMINAL_INTERVAL if self._terminal else LOG_INTERVAL
        self._shown_at = time.monotonic()
        self._moving = False

    def __call__(self, line: str) -> None:
        """Show a line that stays."""
        self._wipe()
        self._stream.write(f"{line}\n")
        self._stream.flush()
        self._shown_at = time.monotonic()

    def progress(self, line: str) -> None:
        """Show how far something is; dropped when the last line is younger than `interval`."""
        if time.monotonic() - self._shown_at < self._interval:
            return
        if not self._terminal:
            self(line)
            return
        self._wipe()
        self._stream.write(line[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()
        self._moving = True
        self._shown_at = time.monotonic()

    def _wipe(self) -> None:
        if self._moving:
            self._stream.write("\r\x1b[K")
            self._moving = False


def duration(seconds: float) -> str:
    """A length of time as people say it: `8 s`, `3 min 20 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
