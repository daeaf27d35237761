"""The tools that the local platform runs: found where they are installed, else built once from Go's module
proxy.

`ensure` answers paths of binaries, `engine_environment` what the Pulumi engine needs to find its parts.
Results lie in a per-user cache folder (see `cache.root`), never in the checkout. Only `pulumi` is taken from
the machine; servers of another version than the one the platform is tested with would be another platform.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from local.toolchain import engine, official
from local.toolchain.catalogue import KUBERNETES_PLUGIN, TOOLS
from local.toolchain.errors import ToolchainError
from local.toolchain.golang import build
from local.toolchain.report import Report

__all__ = [
    "KUBERNETES_PLUGIN",
    "SERVERS",
    "Report",
    "ToolchainError",
    "engine_bin",
    "engine_environment",
    "ensure",
    "stand_ins",
]

SERVERS = ("etcd", "kube-apiserver", "kube-controller-manager", "dex")
"""The servers of the local platform. With `pulumi` they are all that it needs."""


def ensure(names: Iterable[str], report: Report | None = None) -> dict[str, Path]:
    """Paths of the named tools (keys of catalogue.TOOLS); what is missing is built, which takes minutes.

    Raises ToolchainError when one cannot be had, ValueError for a name that is not in the catalogue.
    """
    report = report or Report()
    wanted = list(dict.fromkeys(names))
    if unknown := [name for name in wanted if name not in TOOLS]:
        raise ValueError(f"Expected names of tools, for example 'etcd', not {unknown}.")
    paths = {name: TOOLS[name].target for name in wanted if TOOLS[name].target.exists()}
    if engine.PULUMI in wanted and (installed := official.pulumi(report)):
        paths[engine.PULUMI] = installed
    missing = [name for name in wanted if name not in paths]
    for number, name in enumerate(missing, start=1):
        paths[name] = build(TOOLS[name], f"{number} of {len(missing)}", report)
    return {name: paths[name] for name in wanted}


def engine_environment(venv_python: Path, checkout: Path, home: Path, report: Report | None = None) -> dict[str, str]:
    """PATH and, as a rule, PULUMI_HOME for the engine; it finds all of its parts with them, without a warning.

    `home` becomes its PULUMI_HOME, with the stand-ins as installed plugins; an official plugin that is in there already
    stays. Where any provider plugin is officially installed, the user's PULUMI_HOME stays in force and the missing ones
    are stand-ins on PATH, with a warning of the engine's for each. `venv_python` runs our parts, which lie in
    `checkout`. Raises ToolchainError.
    """
    paths = (venv_python.absolute(), checkout.resolve(), home.absolute())
    return engine.environment(*paths, report or Report())


def engine_bin(venv_python: Path, checkout: Path, report: Report | None = None) -> Path:
    """A folder to put first on PATH: `pulumi` and every part of the engine that is not officially installed.

    For an engine that keeps the user's PULUMI_HOME; `engine_environment` is quieter. Raises ToolchainError.
    """
    return engine.engine_bin(venv_python.absolute(), checkout.resolve(), report or Report())


def stand_ins(report: Report | None = None) -> list[str]:
    """The provider plugins that are stand-ins on this machine, for example `["aws", "eks"]`; tell the user.

    Raises ToolchainError.
    """
    report = report or Report()
    return official.missing_plugins(ensure([engine.PULUMI], report)[engine.PULUMI], report)
