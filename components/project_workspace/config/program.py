"""What a Pulumi program of this repository is to the files of its stacks: their folder, its keys, and the model of its
settings.

Owns: that form. Does not own any program's (`workspace_program.py` and those beside it), nor how a stack's texts become
settings (`loading.py`), which is the same for all. `programs.py` has the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from project_workspace.remote.credential import Credential
from project_workspace.schema.kinds import plain_type
from project_workspace.schema.section import Section

Options = TypeVar("Options", bound=Section)
Path = tuple[str, ...]


@dataclass(frozen=True)
class Program(Generic[Options]):
    """One program."""

    namespace: str
    """The configuration namespace of its keys: the project's name in its Pulumi.yaml."""
    title: str
    """What one of its stacks makes, in people's words."""
    folder: str
    """Folder of its Pulumi.yaml, relative to the checkout."""
    page: str
    """Name of the page of its settings in docs/."""
    room: str
    """The room of the library that is its own: no other program uses it, as the layers in pyproject.toml hold."""
    options: type[Options]
    """All settings of one of its stacks."""
    secrets: tuple[Path, ...] = ()
    """Settings that may only be given encrypted."""
    credentials: tuple[Credential, ...] = ()
    """What its dynamic providers read by themselves; never settings."""
    references: tuple[Path, ...] = ()
    """Settings that may be `${NAME}`: the environment variable's value."""
    first: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Sections as a first stack may say them (`workspacectl new`): those that must be said, and what they must say
    follows from no single option, and those without which a stack makes nothing."""

    @property
    def stacks(self) -> PurePosixPath:
        """Folder of the files of its stacks, relative to the checkout."""
        return PurePosixPath(self.folder) / "stacks"

    @property
    def credential_keys(self) -> tuple[str, ...]:
        """The keys of the credentials."""
        return tuple(each.key for each in self.credentials)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The settings that are texts: the engine hands these over as they are, and all others as JSON."""
        return frozenset(self._texts())

    def _texts(self) -> Iterator[str]:
        for name, option in self.options.model_fields.items():
            if plain_type(option.annotation) is str:
                yield option.alias or name
