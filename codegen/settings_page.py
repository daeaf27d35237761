"""docs/settings.md, and such a page of each other program: every setting of a stack file, a table for each section.

Owns: those pages, their introductions included. Does not own what they say of a setting: that is the option's
docstring, rule and default. Why generated: a default that is told wrong is worse than one that is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from codegen.option_docs import about
from codegen.programs import PROGRAMS, Place
from codegen.settings import Setting, settings_of
from project_workspace.config.program import Program
from project_workspace.config.stack_file import SCHEMA_FILE
from project_workspace.config.workspace_program import WORKSPACE

OF_A_WORKSPACE = f"""\
# Settings

<!-- Made by `make generate` from the options in components/project_workspace. Do not edit. -->

Every key that may stand in a stack's file, `stacks/Pulumi.PROJECT-ENVIRONMENT.yaml`. In the file each top-level key
has the program's name before it; keys inside are nested:

```yaml
config:
  aws:region: ap-northeast-2
  {WORKSPACE.namespace}:project: demo
  {WORKSPACE.namespace}:login:
    emailDomain: aic.com
    dex:
      namespace: auth
```

- A part is left out when it has no URL (`grafana`, `conductor`) or no entry (`nodeGroups`), or is switched off
  (`login.enabled`).
- A URL may be `${{NAME}}`: the value of that environment variable.
- Where text is expected, a date, number or boolean counts as it is written: `passwordRotation: 2026-11-23`, and a tag
  `1.10` stays `1.10`. Numbers are safer in quotes: `pulumi stack init` and `pulumi config set` write the stack's file
  anew, with `1.1` for `1.10` and `83` for `0123`.
- Passwords and hashes are given encrypted, and credentials are no settings at all: see
  [installing.md](installing.md#credentials).
- What several stacks share is said once: see [environments.md](environments.md#what-is-common-is-said-once).
- What a change of a setting does to a workspace that exists: see [operations.md](operations.md#change).
- Programs in Python give the same settings as arguments, in snake_case: see
  [library-and-packages.md](library-and-packages.md).

Everything that is wrong is reported at once, with its path and an example, before anything is touched. An editor that
knows schemas of YAML files (Visual Studio Code with its YAML extension, for example) completes and checks the file
while you write: the file's first line names [the schema](../stacks/{SCHEMA_FILE}).
"""


@dataclass(frozen=True)
class SettingsPage:
    """The page of one program."""

    of: Place

    @property
    def FILE(self) -> Path:  # noqa: N802
        """Where it is."""
        return self.of.settings_page

    def text(self) -> str:
        """The page as it should be."""
        sections = "\n".join(_section(self.of.program.options, "Top level", "", "", only_where=""))
        return f"{_introduction(self.of.program)}\n{sections}"


GENERATORS = tuple(map(SettingsPage, PROGRAMS))


def _introduction(program: Program[Any]) -> str:
    """What stands before the tables; of another program only what a workspace's page does not say already."""
    if program is WORKSPACE:
        return OF_A_WORKSPACE
    encrypted = [f"`{'.'.join(path)}`" for path in program.secrets]
    encrypted += [f"`{key}`" for key in program.credential_keys]
    told = f" Only encrypted: {', '.join(encrypted)}." if encrypted else ""
    return f"""\
# Settings of {program.title}

<!-- Made by `make generate` from the options in components/project_workspace. Do not edit. -->

Every key that may stand in a stack's file, `{program.stacks}/Pulumi.STACK.yaml`. In the file each top-level key has the
program's name, `{program.namespace}:`, before it, and keys inside are nested, as in [a workspace's](settings.md);
so is how texts, numbers, passwords and what several stacks share are written.{told} The file's first line names
[the schema](../{program.stacks}/{SCHEMA_FILE}) by which an editor checks it.
"""


def _section(model: type[BaseModel], title: str, told: str, prefix: str, *, only_where: str) -> Iterator[str]:
    """A section's heading and table, and after it those of the sections in it."""
    settings = settings_of(model, prefix)
    yield f"## {title}\n"
    if told:
        yield f"{told}\n"
    yield "| key | what it is | what is accepted | default |"
    yield "|---|---|---|---|"
    for setting in settings:
        yield _row(setting, only_where)
    yield ""
    for setting in settings:
        if setting.section:
            yield from _section(
                setting.section,
                f"`{setting.inside[:-1]}`",
                _about(setting, setting.section),
                setting.inside,
                only_where=_only_where(setting, only_where),
            )


def _row(setting: Setting, only_where: str) -> str:
    absent = "that of each key" if isinstance(setting.field.default, BaseModel) else "none"
    default = f"**required**{only_where}" if setting.required else setting.default or absent
    if setting.section:
        link = f"[{'sections' if setting.is_list else 'section'}](#{_anchor(setting.inside[:-1])})"
        accepted = f"a list of {link}" if setting.is_list else f"a {link}"
    else:
        accepted = setting.accepted
    key = setting.path.removeprefix(setting.prefix)
    return f"| `{key}` | {setting.description_alone} | {accepted} | {default} |"


def _about(setting: Setting, model: type[BaseModel]) -> str:
    """What a section is, and what counts without it."""
    return f"{about(model)}\n\nDefault: {setting.default}." if setting.default else about(model)


def _only_where(setting: Setting, outer: str) -> str:
    """When a section's required keys are: always for one that is always there."""
    if setting.is_list:
        return " in each"
    return f" where `{setting.path}` is given" if setting.field.default is None else outer


def _anchor(title: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
