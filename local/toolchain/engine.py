"""What the engine needs around it: a folder for PATH, and the provider plugins where it looks for them.

The folder holds `pulumi` and, with a `pulumi` of ours, its language host. It is keyed by its contents, made
once and never changed. Stand-ins take the place of provider plugins that are not officially installed, and
only of those.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from local.plugins.launchers import language_launcher, plugin_launcher
from local.toolchain import cache, official
from local.toolchain.catalogue import SCRIPTS, TOOLS
from local.toolchain.golang import build
from local.toolchain.report import Report

PULUMI = "pulumi"


def environment(venv_python: Path, checkout: Path, home: Path, report: Report) -> dict[str, str]:
    """See `local.toolchain.engine_environment`."""
    binary = _pulumi(report)
    missing = official.missing_plugins(binary, report)
    if len(missing) < len(official.PLUGINS):
        folder = _folder(binary, venv_python, checkout, missing, report)
        return {"PATH": _path(folder)}
    for name in missing:
        _install(home, name, plugin_launcher(venv_python, checkout, name))
    return {"PATH": _path(_folder(binary, venv_python, checkout, (), report)), "PULUMI_HOME": str(home)}


def engine_bin(venv_python: Path, checkout: Path, report: Report) -> Path:
    """See `local.toolchain.engine_bin`."""
    binary = _pulumi(report)
    return _folder(binary, venv_python, checkout, official.missing_plugins(binary, report), report)


def _pulumi(report: Report) -> Path:
    return official.pulumi(report) or build(TOOLS[PULUMI], "1 of 1", report)


def _path(folder: Path) -> str:
    others = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join([str(folder), *(other for other in others if other != str(folder))])


def _install(home: Path, name: str, launcher: str) -> None:
    """Put a stand-in where the engine looks for an installed plugin; on PATH it would warn at each use.

    What lies there and is not ours is an official plugin, which is preferred: it stays.
    """
    executable = official.plugin_executable(home, name)
    if executable.exists() and (not official.is_stand_in(executable) or executable.read_bytes() == launcher.encode()):
        return
    executable.parent.mkdir(parents=True, exist_ok=True)
    part = executable.with_name(f".{name}.{os.getpid()}")
    part.write_text(launcher)
    part.chmod(0o755)
    part.replace(executable)


def _folder(binary: Path, venv_python: Path, checkout: Path, stand_ins: Iterable[str], report: Report) -> Path:
    is_ours = binary == TOOLS[PULUMI].target
    files = {f"pulumi-resource-{name}": plugin_launcher(venv_python, checkout, name) for name in stand_ins}
    if is_ours:
        files["pulumi-language-python"] = language_launcher(venv_python, checkout)
        files |= {name: (binary.parent / name).read_text() for name in (Path(script).name for script in SCRIPTS)}
    key = cache.digest(str(binary), *(part for item in sorted(files.items()) for part in item))
    folder = cache.root() / "engine" / key
    return cache.obtain(folder, lambda part: _fill(part, binary, files, is_ours=is_ours), report)


def _fill(folder: Path, binary: Path, files: Mapping[str, str], *, is_ours: bool) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    if not is_ours:
        # The official engine finds its own bundle, with its language host, where the link leads.
        (folder / PULUMI).symlink_to(binary)
        return
    # Not a symbolic link: the engine takes what lies beside its file for its own bundle, and warns at each use of
    # anything else.
    try:
        os.link(binary, folder / PULUMI)
    except OSError:
        shutil.copy2(binary, folder / PULUMI)
