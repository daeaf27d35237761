"""What a Pulumi program of this repository is to the files of its stacks: its keys, and the model of its settings.

Owns: that form. Does not own any program's (`workspace_program.py` and those beside it), nor how a stack's texts become
settings (`loading.py`), which is the same for all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

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
    options: type[Options]
    """All settings of one of its stacks."""
    secrets: tuple[Path, ...] = ()
    """Settings that may only be given encrypted."""
    credentials: tuple[Credential, ...] = ()
    """What its dynamic providers read by themselves; never settings."""
    references: tuple[Path, ...] = ()
    """Settings that may be `${NAME}`: the environment variable's value."""

    @property
    def credential_keys(self) -> tuple[str, ...]:
        """The keys of the credentials."""
        return tuple(each.key for each in self.credentials)

    @cached_property
    def texts(self) -> frozenset[str]:
        """The settings that are texts: the engine hands these over as they are, and all others as JSON."""
        return frozenset(self._texts())

    def _texts(self) -> Iterator[str]:
        for name, field in self.options.model_fields.items():
            if plain_type(field.annotation) is str:
                yield field.alias or name
