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
from local.checkout import CHECKOUT
from workspacectl.pulumi_cli import Engine

PAIRS = 7
STACK = "local"
SDKS = "import pulumi_aws as aws, pulumi_eks as eks, pulumi_kubernetes as k8s, pulumi_random as random"
LOADED = "aws.eks.Cluster, aws.iam.Role, aws.s3.Bucket, eks.ManagedNodeGroup, random.RandomPassword"
FLOOR_IMPORTS = f"{SDKS}; {LOADED}, k8s.core.v1.ConfigMap"
"""What the floor program loads: a package of an SDK is there when a name in it is used."""
_ROOMS = ("conductor", "dex", "eks", "grafana")
PARTS = ("config.loading", "kube.connection", "workspace", *(f"{part}.component" for part in _ROOMS))
OWN_IMPORTS = f"{SDKS}; {LOADED}; import {', '.join(f'project_workspace.{part}' for part in PARTS)}"
"""What the program of the `local` stack loads."""


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
        _report(times, _imports())
    return 0


def _preview(engine: Engine) -> None:
    engine.checked("preview", "--expect-no-changes", "--stack", STACK)


def _empty(running: Bench) -> Engine:
    folder = Path(tempfile.mkdtemp(prefix="bench-empty-", dir=running.platform.folder))
    (folder / "__main__.py").write_text("")
    options = f"{{name: python, options: {{virtualenv: {CHECKOUT / '.venv'}}}}}"
    (folder / "Pulumi.yaml").write_text(f"name: empty\nruntime: {options}\n")
    return running.engine(folder)


def _imports() -> dict[str, float]:
    """Seconds that the imports of a program take, beyond those of `import pulumi`."""
    statements = {"pulumi": "import pulumi", "floor": FLOOR_IMPORTS, "program": OWN_IMPORTS}
    command = [sys.executable, "-c"]
    medians = {
        name: statistics.median(
            seconds(lambda text=text: subprocess.run([*command, text], check=True, cwd=CHECKOUT)) for _ in range(5)
        )
        for name, text in statements.items()
    }
    return {name: medians[name] - medians["pulumi"] for name in ("floor", "program")}


def _report(times: dict[str, list[float]], imports: dict[str, float]) -> None:
    median = {name: statistics.median(found) for name, found in times.items()}
    ratios = [a / b for a, b in zip(times["program"], times["floor"], strict=True)]
    print(f"preview without changes, the local stack:  {spread(times['program'])}")
    print(f"preview without changes, the floor:        {spread(times['floor'])}")
    print(f"preview of an empty program:               {spread(times['empty'])}")
    print(f"ratio (median of {PAIRS} pairs):                 {statistics.median(ratios):.2f}")
    own_imports = imports["program"] - imports["floor"]
    parts = {
        "engine, interpreter and the SDK (an empty program)": median["empty"],
        "imports of the provider SDKs, as the floor needs them": imports["floor"],
        "plugins' starts and the floor's resources": median["floor"] - median["empty"] - imports["floor"],
        "imports of the program beyond the floor's": own_imports,
        "our resources and lookups beyond the floor's": median["program"] - median["floor"] - own_imports,
    }
    print("where the local stack's time goes:")
    for part, time in parts.items():
        print(f"  {part:<56} {time:5.2f} s")


if __name__ == "__main__":
    sys.exit(main())
