"""How `pulumi` is called: as a person would, in one project folder and one environment.

Owns: the command lines, their time limit, what is done with their output, and what the engine writes for a value that
is not known yet. Does not own the environment or which `pulumi` is first on the PATH. A secret goes through standard
input, never on a command line.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workspacectl.failures import ToolError

LIMIT_SECONDS = 900.0
"""How long one `pulumi` command may take before it is ended."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is not known before `up` (sdk/v3 `plugin.UnknownStringValue`)."""


class EngineError(ToolError):
    """A `pulumi` command failed; its own output has said why."""


@contextmanager
def _started() -> Generator[None]:
    """Raises `EngineError` where `pulumi` is to be started, and there is none."""
    try:
        yield
    except FileNotFoundError as error:
        if error.filename != "pulumi":
            raise  # the folder is not there
        raise EngineError(
            "Expected 'pulumi' on the PATH. Install it (https://www.pulumi.com/docs/install/), or use the local "
            'platform\'s: eval "$(make -s local-env)".'
        ) from None


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    code: int
    stdout: str
    """What a machine reads: nothing but the JSON."""
    stderr: str

    @property
    def output(self) -> str:
        """Everything that a person would see."""
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Engine:
    """`pulumi` for one project folder and one environment."""

    project: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, show: bool = False, said: str = "") -> Result:
        """Run one command; with `show` its output goes to the terminal and is not kept.

        `said` is what the command reads: a secret goes this way, since everybody can read a command line.
        Raises `EngineError` without Pulumi, or when the command does not end within `LIMIT_SECONDS`.
        """
        try:
            with _started():
                ended = subprocess.run(
                    _command(arguments),
                    cwd=self.project,
                    env=dict(self.environment),
                    input=said,
                    stdout=None if show else subprocess.PIPE,
                    stderr=None if show else subprocess.PIPE,
                    text=True,
                    timeout=LIMIT_SECONDS,
                    check=False,
                )
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"'pulumi {' '.join(arguments)}' did not end within {LIMIT_SECONDS:g} s and was killed. "
                "Its stack may still be locked: 'pulumi cancel', then repeat."
            ) from None
        return Result(ended.returncode, ended.stdout or "", ended.stderr or "")

    def checked(self, *arguments: str, show: bool = False, said: str = "") -> Result:
        """Run one command that must succeed. Raises `EngineError` with what it said."""
        result = self.run(*arguments, show=show, said=said)
        if result.code != 0:
            output = "" if show else f"\n{result.output.strip()}"
            raise EngineError(f"'pulumi {' '.join(arguments)}' ended with exit code {result.code}.{output}")
        return result

    def follow(self, *arguments: str, read: Callable[[Iterable[str]], None]) -> int:
        """Run one command, however long it takes; `read` gets the lines of its output as they come.

        What it writes to standard error goes there. Answers its exit code. Raises `EngineError` without Pulumi.
        """
        with _started():
            process = subprocess.Popen(
                _command(arguments), cwd=self.project, env=dict(self.environment), stdout=subprocess.PIPE, text=True
            )
        with process:
            assert process.stdout is not None
            read(process.stdout)
        return process.returncode

    def select(self, stack: str) -> None:
        """Make the stack unless it is there."""
        self.checked("stack", "select", "--create", "--stack", stack)

    def outputs(self, stack: str, *, secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs; secret ones are `[secret]` unless asked for."""
        shown = ["--show-secrets"] if secrets else []
        return json.loads(self.checked("stack", "output", "--json", "--stack", stack, *shown).stdout)


def _command(arguments: Iterable[str]) -> list[str]:
    return ["pulumi", *arguments, "--non-interactive"]
