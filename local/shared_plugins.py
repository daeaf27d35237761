"""The stand-in plugins as four processes for many `pulumi` runs at once, instead of four for every run.

Owns: starting and ending them, and the variable by which engines attach to them. Does not own the plugins. Not for
plain runs: a plugin of its own is what an engine gets from a real installation. What a plugin costs to start, half a
second of CPU and 60 to 150 MB, is paid once here; sixteen runs on two cores would feel it
(docs/facts/local-platform.md, "Many stacks at once"). The engine's own plugin for dynamic providers stays with each
run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local import toolchain
from local.checkout import CHECKOUT
from local.plugins.launchers import LIGHT
from local.processes import STOP_LIMIT_SECONDS, PlatformError

NAMES = ("aws", "eks", "kubernetes", "random")
VARIABLE = "PULUMI_DEBUG_PROVIDERS"


@contextmanager
def shared_plugins(
    environment: Mapping[str, str], folder: Path, names: Sequence[str] = NAMES
) -> Generator[dict[str, str]]:
    """The environment with plugins in it that run while the block does; logs go into `folder`.

    `environment` is that of the runs: a plugin reads credentials and endpoints from its own. Of plugins that are not
    among `names` each run starts its own. Where any plugin is officially installed, the environment is answered as it
    is, and each run starts all of its plugins. Raises PlatformError when one does not start.
    """
    if sorted(toolchain.stand_ins()) != sorted(NAMES):
        yield dict(environment)
        return
    with ExitStack() as ended:
        started = [_start(name, environment, folder, ended) for name in names]
        ports = {name: _port(name, process, folder) for name, process in zip(names, started, strict=True)}
        yield {**environment, VARIABLE: ",".join(f"{name}:{port}" for name, port in ports.items())}


def with_plugins_of_its_own(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a run whose plugins must be like a real one's: of its own credentials, and dead when it is."""
    return {name: value for name, value in environment.items() if name != VARIABLE}


def _start(name: str, environment: Mapping[str, str], folder: Path, ended: ExitStack) -> subprocess.Popen[str]:
    module = f"local.plugins.{name}"
    modules = ["local.plugins.without_sdk", module] if name in LIGHT else [module]
    with _log(name, folder).open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *modules],
            cwd=CHECKOUT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            process_group=0,  # Ctrl-C is for the runs, which still need their plugins while they end
        )
    ended.callback(_stop, process)
    return process


def _port(name: str, process: subprocess.Popen[str], folder: Path) -> int:
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    if not said.isdigit():
        raise PlatformError(f"The stand-in plugin '{name}' did not start; its log: {_log(name, folder)}")
    return int(said)


def _log(name: str, folder: Path) -> Path:
    return folder / f"plugin-{name}.log"


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
