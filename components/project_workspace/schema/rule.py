"""The rule of a single value: what it must be, an example that is right, and the sentence when it is not.

Owns: that triple, as the annotation of a type (`Annotated[str, Rule(...)]`) and as a check of its own for the inputs of
dynamic providers. Does not own rules that need more than one value (`section.Together`). pydantic is loaded when the
first option model is made, so that a dynamic provider can use a rule without it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pulumi


def _anything(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """What a value must be. Its type is the annotated one; a value that is known only later (an Output) passes."""

    what: str
    """Completes "Expected ..."."""
    example: str
    right: Callable[[Any], bool] = _anything
    """Whether a value of the right type is right."""
    one_of: tuple[str, ...] = ()
    """The values there are, where they can be listed; for the schema that editors read."""

    @property
    def message(self) -> str:
        """The sentence for a value that is not right."""
        return f"Expected {self.what}, for example '{self.example}'."

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_wrap_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        listed: dict[str, Any] = {"enum": list(self.one_of)} if self.one_of else {"examples": [self.example]}
        return {**handler(schema), **listed}

    def _checked(self, value: Any, typed: Callable[[Any], Any]) -> Any:
        from pydantic import SecretStr, ValidationError
        from pydantic_core import PydanticCustomError

        try:
            found = typed(value)
        except ValidationError:
            raise PydanticCustomError(EXPECTED, "{message}", {"message": self.message}) from None
        if isinstance(found, pulumi.Output):
            return found
        if not self.right(found.get_secret_value() if isinstance(found, SecretStr) else found):
            raise PydanticCustomError(EXPECTED, "{message}", {"message": self.message})
        return found


EXPECTED = "expected"
"""The type of pydantic's error whose message is a sentence for people."""


def choice(*values: str, example: str = "") -> Rule:
    """The rule of a value that is one of a few."""
    return Rule(f"one of {', '.join(values)}", example or values[0], lambda value: value in values, one_of=values)


def matches(pattern: str | re.Pattern[str], longest: int | None = None) -> Callable[[Any], bool]:
    """Whether a text has this form, and at most so many characters."""
    compiled = re.compile(pattern)
    return lambda text: (longest is None or len(text) <= longest) and compiled.fullmatch(text) is not None


def between(least: int, most: int | None = None) -> Callable[[Any], bool]:
    """Whether a number is within these bounds."""
    return lambda number: number >= least and (most is None or number <= most)
