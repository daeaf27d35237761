"""The small executables by which the engine starts our Python plugins.

Owns their text only; `local.toolchain.engine` puts them into a folder. A launcher replaces itself by Python
(`exec`), so that the engine's signals reach the plugin, and works from any working directory: `-P` keeps that
directory, in which the engine starts a plugin, off `sys.path`.
"""

from __future__ import annotations

import shlex
from pathlib import Path

MARK = "# A stand-in of project-workspace, not the official plugin."
"""The second line of every launcher: by it an installed stand-in is distinguished from an official plugin."""

_LAUNCHER = """\
#!/bin/sh
{mark}
PYTHONPATH={checkout}${{PYTHONPATH:+:$PYTHONPATH}}
export PYTHONPATH
exec {python} -P -m {module} {arguments}
"""

LIGHT = frozenset({"aws", "kubernetes", "random"})
"""The stand-ins that use nothing of the SDK but the engine's messages: `local.plugins.without_sdk` starts them."""


def plugin_launcher(venv_python: Path, checkout: Path, name: str) -> str:
    """The text of `pulumi-resource-<name>` for the stand-in `local.plugins.<name>`."""
    module = f"local.plugins.{name}"
    return _launcher(venv_python, checkout, f"local.plugins.without_sdk {module}" if name in LIGHT else module, '"$@"')


def language_launcher(venv_python: Path, checkout: Path) -> str:
    """The text of `pulumi-language-python`; the SDK's script that runs a program lies beside it."""
    arguments = '"${0%/*}/pulumi-language-python-exec" "$@"'
    return _launcher(venv_python, checkout, "local.plugins.without_sdk local.plugins.language", arguments)


def _launcher(venv_python: Path, checkout: Path, module: str, arguments: str) -> str:
    return _LAUNCHER.format(
        mark=MARK,
        checkout=shlex.quote(str(checkout)),
        python=shlex.quote(str(venv_python)),
        module=module,
        arguments=arguments,
    )
