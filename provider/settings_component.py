"""What the package's components have in common: their package, and how arguments become settings.

Owns: the package's name, the translation of arguments into the settings of a component of the library, and that a
component of the package has the outputs of the one inside. Does not own the checks: they are those of a stack file
(`project_workspace`), with the same sentences. Why not the library's components themselves: their arguments have types
that Pulumi's analyzer does not read, and a component of a package gets a plain mapping
(docs/facts/pulumi-components-and-packages.md, "Components of a package"). What does not carry over:
docs/library-and-packages.md.
"""

from collections.abc import Callable, Mapping
from typing import Any, Optional, Protocol, TypeVar

import pulumi
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from project_workspace.remote.provider import plain_value
from project_workspace.schema.kinds import section_in

PACKAGE = "project-workspace"
VERSION = "0.2.0"
"""That of the distribution in pyproject.toml."""


class Made(Protocol):
    """A component of the library."""

    def outputs(self) -> dict[str, Any]:
        """Its outputs by their names."""
        ...


Args = TypeVar("Args", bound=BaseModel)


class SettingsComponent(pulumi.ComponentResource):
    """A component of the package around one of the library. Outputs are class-level annotations of each."""

    def make(
        self,
        name: str,
        args: Any,
        opts: Optional[pulumi.ResourceOptions],
        model: type[Args],
        component: Callable[[str, Args, pulumi.ResourceOptions], Made],
    ) -> None:
        """Become a resource, and make the library's `component` of `args`, which must be right for its `model`."""
        super().__init__(f"{PACKAGE}:index:{type(self).__name__}", name, {}, opts)
        options = model.model_validate(document(model, plain_value(args)))
        made = component(name, options, pulumi.ResourceOptions(parent=self)).outputs()
        for key in type(self).__annotations__:
            value = made.get(to_camel(key))
            setattr(self, key, None if value is None else pulumi.Output.from_input(value))
        self.register_outputs(made)


def document(model: type[BaseModel], args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments, whose names are Python's by now, as a stack's file has them."""
    fields = model.model_fields
    return {fields[name].alias or name: _within(fields[name].annotation, value) for name, value in args.items()}


def _within(annotation: Any, value: Any) -> Any:
    inner, is_list = section_in(annotation)
    if inner and is_list and isinstance(value, list):
        return [document(inner, item) for item in value]
    return document(inner, value) if inner and isinstance(value, Mapping) else value
