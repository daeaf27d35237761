"""The programs of this repository whose stacks have files, and where what is generated for each of them stands.

Owns: that table. Does not own a program's keys and settings (`project_workspace.config`), nor the form of any file.
Another program is one line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.paths import CHECKOUT
from project_workspace.config.ai_devops_program import AI_DEVOPS
from project_workspace.config.program import Program
from project_workspace.config.stack_file import SCHEMA_FILE
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.config.workspace_program import WORKSPACE


@dataclass(frozen=True)
class Place:
    """One program and its files."""

    program: Program[Any]
    folder: str
    """Folder of its Pulumi.yaml, relative to the checkout."""
    page: str
    """Name of the page of its settings in docs/."""
    heading: str
    """Of that page."""

    @property
    def project_file(self) -> Path:
        """Its Pulumi.yaml."""
        return CHECKOUT / self.folder / "Pulumi.yaml"

    @property
    def schema_file(self) -> Path:
        """The schema beside the files of its stacks."""
        return CHECKOUT / self.stacks / SCHEMA_FILE

    @property
    def settings_page(self) -> Path:
        """The page of its settings."""
        return CHECKOUT / "docs" / self.page

    @property
    def stacks(self) -> str:
        """Folder of the files of its stacks, relative to the checkout."""
        return (Path(self.folder) / "stacks").as_posix()


PROGRAMS = (
    Place(WORKSPACE, ".", "settings.md", "Settings"),
    Place(WORKBENCH, "programs/workbench", "settings-workbench.md", "Settings of Anaconda Workbench"),
    Place(AI_DEVOPS, "programs/ai-devops", "settings-ai-devops.md", "Settings of ai-devops"),
)
"""All of them, the one at the top first."""
