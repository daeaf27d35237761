"""The calls that one workspace costs its remotes: a complete `up`, then a preview without changes.

Counted by the stand-ins themselves and by dex's own record of starts: `make bench-calls`.
"""

from __future__ import annotations

import sys

import httpx

from bench.platforms import Bench, bench
from local.dex.pod import starts

STACK = "local"


def main() -> int:
    with bench() as running:
        engine = running.engine()
        engine.select(STACK)
        before = _counts(running)
        engine.checked("up", "--yes", "--skip-preview", "--stack", STACK)
        made = _counts(running)
        engine.checked("preview", "--expect-no-changes", "--stack", STACK)
        previewed = _counts(running)
        print("calls of a complete up:")
        _show(before, made)
        print("calls of a preview without changes:")
        _show(made, previewed)
    return 0


def _counts(running: Bench) -> dict[str, dict[str, int]]:
    found = {
        name: httpx.get(f"{running.platform.url(name)}/_standin/calls", timeout=10, trust_env=False).json()
        for name in ("ai-conductor", "grafana")
    }
    return {**found, "dex": {"start": len(starts(running.platform.data / "dex"))}}


def _show(before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]) -> None:
    for remote, counts in after.items():
        new = {call: count - before[remote].get(call, 0) for call, count in counts.items()}
        made = {call: count for call, count in new.items() if count}
        print(f"  {remote}: {sum(made.values())}")
        for call, count in made.items():
            print(f"    {count} x {call}")


if __name__ == "__main__":
    sys.exit(main())
