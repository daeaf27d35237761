"""Locks the whole closure of packages: `make lock` writes requirements.txt and requirements-dev.txt of pyproject.toml.

Owns: those two files. requirements.txt is what a stack, `workspacectl` and the policy pack run with;
requirements-dev.txt adds the local platform, the tests and the linters, at versions that fit both. Does not own the
ranges (pyproject.toml). Why not uv's own lock file: it names the address of the registry.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAM = "-e .[tool,policy]\n"
EDITABLE = "-e .\n"
HEAD = "# Locked by `make lock` from pyproject.toml, where the reasons stand. Do not edit.\n"
OLDEST = "3.11"


def main() -> None:
    """Write both files anew; `make lock ARGS=--upgrade` takes the newest versions that the ranges allow."""
    options = sys.argv[1:]
    current = _pins((CHECKOUT / "requirements.txt").read_text() + (CHECKOUT / "requirements-dev.txt").read_text())
    everything = _compiled(["--group", "dev", *options], [] if "--upgrade" in options else current)
    program = _compiled([], everything)
    (CHECKOUT / "requirements.txt").write_text("".join([HEAD, EDITABLE, *program]))
    others = [pin for pin in everything if pin not in program]
    (CHECKOUT / "requirements-dev.txt").write_text("".join([HEAD, "-r requirements.txt\n", *others]))


def _compiled(options: list[str], pins: list[str]) -> list[str]:
    """One line a package, at the versions of `pins` where these still fit."""
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "requirements.txt"
        known.write_text("".join(pins))
        command = ["uv", "pip", "compile", "--universal", "--python-version", OLDEST, "--no-header", "--no-annotate"]
        subprocess.run(
            [*command, "--quiet", "--output-file", str(known), *options, "-"],
            cwd=CHECKOUT,
            input=PROGRAM,
            text=True,
            check=True,
        )
        return _pins(known.read_text())


def _pins(text: str) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?==", line)]


if __name__ == "__main__":
    main()
