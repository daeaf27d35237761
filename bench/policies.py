"""A preview of the finished `local` stack with the policy pack, against one without, in paired runs.

Prints the ratio of the medians; target: at most 1.25. Run it on a quiet machine: `make bench-policies`.
"""

from __future__ import annotations

import statistics
import sys

from bench.platforms import bench, say, seconds, spread
from local.checkout import CHECKOUT
from workspacectl.pulumi_cli import Engine

PAIRS = 7
STACK = "local"
POLICIES = ("--policy-pack", str(CHECKOUT / "policy"))


def main() -> int:
    with bench() as running:
        engine = running.engine()
        engine.select(STACK)
        engine.checked("up", "--yes", "--skip-preview", "--stack", STACK)
        without: list[float] = []
        beside: list[float] = []
        for number in range(PAIRS):
            without.append(seconds(lambda: _preview(engine)))
            beside.append(seconds(lambda: _preview(engine, *POLICIES)))
            say(f"  pair {number + 1} of {PAIRS}")
    ratio = statistics.median(b / a for a, b in zip(without, beside, strict=True))
    print(f"preview without changes, without policies:  {spread(without)}")
    print(f"preview without changes, with the pack:     {spread(beside)}")
    print(f"ratio (median of {PAIRS} pairs):                  {ratio:.2f} (target: 1.25)")
    return 0


def _preview(engine: Engine, *options: str) -> None:
    engine.checked("preview", "--expect-no-changes", *options, "--stack", STACK)


if __name__ == "__main__":
    sys.exit(main())
