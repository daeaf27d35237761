"""Where what is generated for each program stands.

Owns: those places. Does not own which programs there are, nor where their stacks' files are
(`project_workspace.config`), nor the form of any file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.paths import CHECKOUT
from project_workspace.config import programs
from project_workspace.config.program import Program
from project_workspace.config.stack_file import SCHEMA_FILE


@dataclass(frozen=True)
class Place:
    """One program and its files."""

    program: Program[Any]

    @property
    def project_file(self) -> Path:
        """Its Pulumi.yaml."""
        return CHECKOUT / self.program.folder / "Pulumi.yaml"

    @property
    def schema_file(self) -> Path:
        """The schema beside the files of its stacks."""
        return CHECKOUT / self.program.stacks / SCHEMA_FILE

    @property
    def settings_page(self) -> Path:
        """The page of its settings."""
        return CHECKOUT / "docs" / self.program.page


PROGRAMS = tuple(map(Place, programs.PROGRAMS))
"""Of all programs, in their order."""
