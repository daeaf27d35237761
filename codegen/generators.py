"""All modules that make a file.

Owns: their common form, so that writing and "is it stale?" are said once.
"""

from pathlib import Path
from typing import Protocol

from codegen import (
    architecture_picture,
    aws_policies,
    aws_regions,
    instance_families,
    permission_files,
    project_file,
    provider_types,
    settings_page,
    stack_file_schema,
)


class Generator(Protocol):
    """A module that makes one file, or of one that makes such a file for each program what makes it for one."""

    @property
    def FILE(self) -> Path:  # noqa: N802
        """Where the file is."""
        ...

    def text(self) -> str:
        """What the file should hold."""
        ...


ALL: tuple[Generator, ...] = (
    architecture_picture,
    aws_policies,
    aws_regions,
    instance_families,
    *permission_files.GENERATORS,
    *project_file.GENERATORS,
    provider_types,
    *settings_page.GENERATORS,
    *stack_file_schema.GENERATORS,
)
