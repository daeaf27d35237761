"""The package's provider: reports wrong arguments by their paths, all at once.

Owns: the refusal of arguments that the schema does not have, and the form of what the settings refuse. Does not own the
checks of values (`project_workspace.options`). Why not `component_provider_host` alone: it drops an unknown argument, a
misspelt `deleteData` as well as a `login.password`, without a word, and shows what a component raises with a traceback.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.errors import InputPropertiesError, RunError
from pulumi.provider.experimental.analyzer import PropertyDefinition
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError
from pydantic import ValidationError

from project_workspace.schema.problem import Problem
from project_workspace.schema.section import problems_of, unknown_key


class SettingsProvider(ComponentProvider):
    """Hosts components whose arguments are settings."""

    def map_inputs(self, inputs: Any, component_def: Any) -> Any:
        """Python's names for the arguments. Raises InputPropertiesError for those that the schema does not have."""
        _refuse(list(self._unknown(inputs, component_def.inputs, "")))
        return super().map_inputs(inputs, component_def)

    def construct(self, *arguments: Any, **named: Any) -> Any:
        """Make a component. Raises InputPropertiesError for everything that the settings refuse."""
        try:
            return super().construct(*arguments, **named)
        except ComponentInitError as error:
            if isinstance(error.inner, ValidationError):
                _refuse(problems_of(error.inner))
            if isinstance(error.inner, RunError):
                raise error.inner from None
            raise

    def _unknown(
        self, given: Mapping[str, Any], known: Mapping[str, PropertyDefinition], prefix: str
    ) -> Iterator[Problem]:
        for key, value in given.items():
            path, declared = f"{prefix}{key}", known.get(key)
            if declared is None:
                yield Problem(path, unknown_key(key, list(known)))
            elif declared.ref and isinstance(value, Mapping):
                yield from self._unknown(value, self._properties(declared), f"{path}.")
            elif declared.items and declared.items.ref and isinstance(value, list):
                inner = self._properties(declared.items)
                for index, item in enumerate(value):
                    if isinstance(item, Mapping):
                        yield from self._unknown(item, inner, f"{path}[{index}].")

    def _properties(self, declared: PropertyDefinition) -> Mapping[str, PropertyDefinition]:
        definition = self.get_type_definition(declared)
        return definition.properties if definition else {}


def _refuse(problems: list[Problem]) -> None:
    # All in one message: of each property that is named, the engine shows the value, which might be a secret.
    if problems:
        by_path = sorted(problems, key=lambda problem: problem.path)
        lines = "".join(f"\n  {problem.path}: {problem.message}" for problem in by_path)
        raise InputPropertiesError(f"The arguments cannot be right; nothing was touched.{lines}", [])
