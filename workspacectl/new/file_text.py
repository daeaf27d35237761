"""What new stacks' files of all programs have in common: their first lines, and how a setting is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from project_workspace.config.program import Program
from project_workspace.config.stack_file import FIRST_LINE


@dataclass(frozen=True)
class NewFile:
    """A file that may be written once its program accepts it."""

    stack: str
    region: str
    settings: Mapping[str, Any]
    """By key, without the namespace."""
    text: str


def head(program: Program[Any], stack: str, what: str, region: str, secrets: Mapping[str, str]) -> Iterator[str]:
    """The lines before the settings: `what` it is, what comes next, and how `secrets` (paths with a note) are set."""
    pack = PurePosixPath(*(".." for _ in PurePosixPath(program.folder).parts), "policy")
    yield FIRST_LINE
    yield f"# {what}. Every key that may stand here: docs/{program.page}. Next:"
    yield f"#   pulumi stack init {stack} --secrets-provider awskms://…    (adds its own line to this file)"
    yield f"#   pulumi preview --diff --policy-pack {pack} -s {stack}"
    yield "# Secrets are set encrypted, never written here:"
    for path, note in secrets.items():
        yield f"#   pulumi config set --path --secret {program.namespace}:{path} -s {stack}{note}"
    yield "config:"
    yield f"  aws:region: {region}"


def dumped(program: Program[Any], key: str, value: Any) -> list[str]:
    """One setting, without the indent of the settings."""
    return yaml.safe_dump({f"{program.namespace}:{key}": value}, sort_keys=False, width=110).splitlines()
