"""`make local` when everything is installed: wall time to the new user's login, platform start included.

Stops a platform of the checkout that runs, and leaves none running: `make bench-local`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from bench.platforms import say, seconds, spread
from local.checkout import CHECKOUT

RUNS = 3


def main() -> int:
    times: list[float] = []
    for number in range(RUNS):
        _make("local-stop")
        times.append(seconds(lambda: _make("local")))
        say(f"  run {number + 1} of {RUNS}: {times[-1]:.1f} s")
    _make("local-destroy")
    print(f"make local, everything installed: {spread(times)}, median {statistics.median(times):.0f} s")
    return 0


def _make(target: str) -> None:
    subprocess.run(["make", target], cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
