"""A preview of the finished `local` stack without changes, against a preview of the floor program, in paired runs.

Prints the ratio of the medians and where the time goes. Run it on a quiet machine: `make bench-preview`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.platforms import Bench, bench, say, seconds, spread
from local.engine import Engine
from local.platform import CHECKOUT

PAIRS = 7
STACK = "local"
IMPORTS = "import pulumi, pulumi_aws, pulumi_eks, pulumi_kubernetes, pulumi_random"


def main() -> int:
    with bench() as running:
        program, floor, empty = running.engine(), running.engine(CHECKOUT / "bench/floor"), _empty(running)
        for engine in (program, floor, empty):
            engine.select(STACK)
            engine.checked("up", "--yes", "--skip-preview", "--stack", STACK)
        times: dict[str, list[float]] = {"program": [], "floor": [], "empty": []}
        for number in range(PAIRS):
            for name, engine in (("program", program), ("floor", floor), ("empty", empty)):
                times[name].append(seconds(lambda e=engine: _preview(e)))
            say(f"  pair {number + 1} of {PAIRS}")
        _report(times, _ours())
    return 0


def _preview(engine: Engine) -> None:
    engine.checked("preview", "--expect-no-changes", "--stack", STACK)


def _empty(running: Bench) -> Engine:
    folder = Path(tempfile.mkdtemp(prefix="bench-empty-", dir=running.platform.folder))
    (folder / "__main__.py").write_text("")
    options = f"{{name: python, options: {{virtualenv: {CHECKOUT / '.venv'}}}}}"
    (folder / "Pulumi.yaml").write_text(f"name: empty\nruntime: {options}\n")
    return running.engine(folder)


def _ours() -> dict[str, float]:
    """Seconds of the parts that can be timed by themselves."""
    python = [sys.executable, "-c"]
    imports = [seconds(lambda: subprocess.run([*python, IMPORTS], check=True)) for _ in range(5)]
    bare = [seconds(lambda: subprocess.run([*python, "import pulumi"], check=True)) for _ in range(5)]
    ours = "import components.workspace, components.loading"
    own = [seconds(lambda: subprocess.run([*python, f"{IMPORTS}; {ours}"], check=True, cwd=CHECKOUT)) for _ in range(5)]
    return {
        "sdk": statistics.median(bare),
        "imports": statistics.median(imports),
        "own": statistics.median(own) - statistics.median(imports),
    }


def _report(times: dict[str, list[float]], parts: dict[str, float]) -> None:
    median = {name: statistics.median(found) for name, found in times.items()}
    ratios = [a / b for a, b in zip(times["program"], times["floor"], strict=True)]
    print(f"preview without changes, the local stack:  {spread(times['program'])}")
    print(f"preview without changes, the floor:        {spread(times['floor'])}")
    print(f"preview of an empty program:               {spread(times['empty'])}")
    print(f"ratio (median of {PAIRS} pairs):                 {statistics.median(ratios):.2f}")
    engine, plugins = median["empty"], median["floor"] - median["empty"]
    print("where the local stack's time goes:")
    print(f"  engine, interpreter, the SDK (an empty program):          {engine:.2f} s")
    print(f"  imports of the four provider SDKs:                        {parts['imports'] - parts['sdk']:.2f} s")
    first = plugins + parts["sdk"] - parts["imports"]
    print(f"  plugins' starts and one resource of each (the floor):     {first:.2f} s")
    print(f"  imports of our code:                                      {parts['own']:.2f} s")
    rest = median["program"] - median["floor"] - parts["own"]
    print(f"  our resources and lookups (the rest):                     {rest:.2f} s")


if __name__ == "__main__":
    sys.exit(main())
