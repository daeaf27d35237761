"""Official Pulumi: the command line tool and the provider plugins that the vendor publishes.

What is installed is preferred to anything of ours. Nothing is downloaded unless PROJECT_WORKSPACE_OFFICIAL=1:
a machine that reaches package registries alone would wait for each attempt to time out
(docs/facts/local-platform.md, "The engine without the official installation").
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version as distribution_version
from pathlib import Path

from local.plugins.launchers import MARK
from local.toolchain import cache
from local.toolchain.catalogue import TOOLS
from local.toolchain.errors import ToolchainError
from local.toolchain.report import Report

SWITCH = "PROJECT_WORKSPACE_OFFICIAL"
ANSWER_LIMIT = 20.0
"""Seconds for a question to the installed `pulumi`."""
DOWNLOAD_LIMIT = 60.0
"""Seconds for one download."""
PLUGINS = ("aws", "eks", "kubernetes", "random")
"""The provider plugins that the program needs; each in the version of the SDK beside it."""


def pulumi(report: Report) -> Path | None:
    """The official `pulumi`, downloaded when the switch says so; None when there is none."""
    found = _installed()
    if found is None and os.environ.get(SWITCH) == "1":
        found = _download(report)
    return found


def missing_plugins(pulumi: Path, report: Report) -> list[str]:
    """Which of PLUGINS are not in $PULUMI_HOME, after trying to install them if the switch says so."""
    missing = _missing(pulumi)
    if missing and os.environ.get(SWITCH) == "1":
        for name in missing:
            if not _install_plugin(pulumi, name):
                report(f"The official pulumi-{name} could not be installed: stand-ins replace what is missing.")
                break
        missing = _missing(pulumi)
    return missing


def _installed() -> Path | None:
    """`pulumi` on PATH, in $PULUMI_HOME/bin or downloaded earlier: the first that is official and fits."""
    on_path = shutil.which("pulumi")
    for candidate in (
        *([Path(on_path)] if on_path else []),
        _home() / "bin" / "pulumi",
        _downloaded() / "bin/pulumi",
    ):
        if _usable(candidate):
            return candidate.resolve()
    return None


def _usable(candidate: Path) -> bool:
    real = candidate.resolve()
    ours = real.is_relative_to(cache.root().resolve()) and not real.is_relative_to(_downloaded().resolve())
    # The vendor ships the language host beside the binary; a `pulumi` alone, from `go install`, runs nothing.
    if ours or not (real.parent / "pulumi-language-python").exists():
        return False
    answer = re.match(r"v?(\d+)\.(\d+)\.", _ask(real, ["version"], ANSWER_LIMIT) or "")
    wanted = re.match(r"v?(\d+)\.(\d+)\.", TOOLS["pulumi"].version)
    if answer is None or wanted is None:
        return False
    (major, minor), (wanted_major, at_least) = (map(int, found.groups()) for found in (answer, wanted))
    return major == wanted_major and minor >= at_least


def _home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or cache.home() / ".pulumi")


def _downloaded() -> Path:
    return cache.root() / "official" / f"pulumi-{TOOLS['pulumi'].version}"


def _ask(pulumi: Path, arguments: list[str], limit: float) -> str | None:
    """Standard output of a `pulumi` command; None when it fails, hangs or is not there."""
    try:
        answer = subprocess.run(
            [pulumi, *arguments],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _download(report: Report) -> Path | None:
    """Let the SDK install the matching command line tool into our cache."""
    install = (
        "import sys; from pulumi.automation import PulumiCommand; from semver import VersionInfo;"
        "PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))"
    )

    def make(part: Path) -> None:
        version = TOOLS["pulumi"].version.removeprefix("v")
        try:
            subprocess.run(
                [sys.executable, "-c", install, part, version],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=DOWNLOAD_LIMIT,
                check=True,
            )
        except subprocess.SubprocessError as error:
            raise ToolchainError("the download failed") from error

    try:
        cache.obtain(_downloaded(), make, report)
    except ToolchainError:
        report("The official Pulumi could not be downloaded: it is built from source instead.")
        return None
    return _downloaded() / "bin" / "pulumi"


def _missing(pulumi: Path) -> list[str]:
    plugins = _home() / "plugins"
    if not plugins.is_dir():
        return list(PLUGINS)
    listing = json.loads(_ask(pulumi, ["plugin", "ls", "--json"], ANSWER_LIMIT) or "[]")
    present = {(plugin["name"], plugin["version"]) for plugin in listing if plugin["kind"] == "resource"}
    return [
        name
        for name in PLUGINS
        # PULUMI_HOME may be the local platform's own.
        if (name, _wanted(name)) not in present or is_stand_in(plugin_executable(_home(), name))
    ]


def plugin_executable(home: Path, name: str) -> Path:
    """Where the engine looks for an installed provider plugin of the version that the program asks for."""
    return home / "plugins" / f"resource-{name}-v{_wanted(name)}" / f"pulumi-resource-{name}"


def is_stand_in(executable: Path) -> bool:
    """Whether an installed plugin is ours and not an official one, which is a binary."""
    if not executable.exists():
        return False
    with executable.open("rb") as file:
        return MARK.encode() in file.read(200)


def _wanted(plugin: str) -> str:
    """The version that the program asks the engine for: that of the installed SDK."""
    return distribution_version(f"pulumi-{plugin}")


def _install_plugin(pulumi: Path, name: str) -> bool:
    arguments = ["plugin", "install", "resource", name, f"v{_wanted(name)}"]
    return _ask(pulumi, arguments, DOWNLOAD_LIMIT) is not None
