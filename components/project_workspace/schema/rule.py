"""The rule of a single value: what it must be, an example that is right, and the sentence when it is not.

Owns: that triple, as the annotation of a type (`Annotated[str, Rule(...)]`) and as a check of its own for the inputs of
dynamic providers (`wrong`). Does not own rules that need more than one value (`section.Together`). pydantic is loaded
when the first option model is made, so that a dynamic provider can use a rule without it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from project_workspace.schema.problem import Problem


def _anything(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class _Form:
    pattern: re.Pattern[str]
    longest: int | None

    def __call__(self, value: Any) -> bool:
        is_short = isinstance(value, str) and (self.longest is None or len(value) <= self.longest)
        return is_short and self.pattern.fullmatch(value) is not None

    @property
    def keywords(self) -> dict[str, Any]:
        length = {} if self.longest is None else {"maxLength": self.longest}
        return {"pattern": f"^(?:{self.pattern.pattern})$", **length}


@dataclass(frozen=True)
class _Bounds:
    least: int
    most: int | None

    def __call__(self, value: Any) -> bool:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return is_whole and value >= self.least and (self.most is None or value <= self.most)

    @property
    def keywords(self) -> dict[str, Any]:
        return {"minimum": self.least, **({} if self.most is None else {"maximum": self.most})}


@dataclass(frozen=True)
class Rule:
    """What a value must be. Its type is the annotated one; a value that is known only later (an Output) passes."""

    what: str
    """Completes "Expected ..."."""
    example: str
    right: Callable[[Any], bool] = _anything
    """Whether a value is right; best one of `matches` and `between`, which an editor can check as well."""
    one_of: tuple[str, ...] = ()
    """The values there are, where they can be listed; for the schema that editors read."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Wrong values that people have a reason to try, each with a sentence that says why not."""

    @property
    def message(self) -> str:
        """The sentence for a value that is not right."""
        return f"Expected {self.what}, for example '{self.example}'."

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_wrap_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        found = handler(schema)
        if self.one_of:
            return {**found, "type": "string", "enum": list(self.one_of)}
        example = json.loads(self.example) if found.get("type") in ("integer", "boolean") else self.example
        form = self.right.keywords if isinstance(self.right, _Form | _Bounds) else {}
        return {**found, **form, "examples": [example]}

    def _checked(self, value: Any, typed: Callable[[Any], Any]) -> Any:
        from pydantic import SecretStr, ValidationError
        from pydantic_core import PydanticCustomError

        try:
            found = typed(value)
        except ValidationError:
            message = self._message_of_quotes(value, typed) or self.message
            raise PydanticCustomError(EXPECTED, "{message}", {"message": message}) from None
        if isinstance(found, pulumi.Output):
            return found
        if not self.right(found.get_secret_value() if isinstance(found, SecretStr) else found):
            message = next((reason for wrong, reason in self.reasons if wrong == found), self.message)
            raise PydanticCustomError(EXPECTED, "{message}", {"message": message})
        return found

    def _message_of_quotes(self, value: Any, typed: Callable[[Any], Any]) -> str | None:
        """The sentence for a number or boolean that would be right as text; None for every other value.

        None for a secret as well: the usual examples would be bad ones, and what was given is not shown.
        """
        from pydantic import ValidationError

        for text in _spellings(value):
            try:
                is_right = isinstance(typed(text), str) and self.right(text)
            except ValidationError:
                return None
            if is_right:
                usual = _QUOTED[type(value)]
                example = usual if self.right(usual) else text
                return f"Expected {self.what}, in quotes, for example '\"{example}\"'."
        return None


_QUOTED = {bool: "true", int: "1234", float: "1.10"}
"""What is shown in quotes, by the kind of what was given without."""


def _spellings(value: Any) -> Iterator[str]:
    """How a number or boolean may have been written, the likeliest first; none of any other value."""
    if isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, float):
        yield str(value)
        yield f"{value:.0f}"


EXPECTED = "expected"
"""The type of pydantic's error whose message is a sentence for people."""


def choice(*values: str, what: str = "", example: str = "") -> Rule:
    """The rule of a value that is one of these; `what` names them where they are too many to say."""
    what = what or f"one of {', '.join(values)}"
    return Rule(what, example or values[0], lambda value: value in values, one_of=values)


def or_empty(rule: Rule) -> Rule:
    """The rule of a text that may also be empty, where a remote keeps "none" so."""
    return Rule(rule.what, rule.example, lambda value: value == "" or rule.right(value))


def matches(pattern: str | re.Pattern[str], longest: int | None = None) -> Callable[[Any], bool]:
    """Whether a value is a text of this form, with at most so many characters."""
    return _Form(re.compile(pattern), longest)


def between(least: int, most: int | None = None) -> Callable[[Any], bool]:
    """Whether a value is a whole number within these bounds."""
    return _Bounds(least, most)


def wrong(given: Mapping[str, Any], rules: Mapping[str, Rule]) -> list[Problem]:
    """What is wrong with the values that are given, by their names."""
    present = {name: rule for name, rule in rules.items() if given.get(name) is not None}
    return [Problem(name, rule.message) for name, rule in present.items() if not rule.right(given[name])]
