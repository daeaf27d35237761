"""The base of all option models: every problem at once, each with its path, an example and a sentence.

Owns: how an option model checks what it is given, as a section of a stack file (`Model.model_validate`, keys in
camelCase) and as an argument of the library (`Model(...)`, names in snake_case), with the same sentences. Does not own
any option. A subject's model has a docstring for each option: it is what the generated documents say (`codegen/`).
"""

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, LiteralString, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from project_workspace.schema.problem import InvalidOptionsError, Problem
from project_workspace.schema.rule import EXPECTED, Rule

PLAIN: Mapping[type, Rule] = {
    bool: Rule("true or false", "true"),
    int: Rule("a whole number", "1"),
    str: Rule("text", "demo"),
    list: Rule("a list", "[]"),
    dict: Rule("a mapping from text to text", "{}"),
}
"""What is expected of a value that has no rule of its own, by its type."""
_BY_TYPE: Mapping[str, Rule] = {
    "bool_type": PLAIN[bool],
    "int_type": PLAIN[int],
    "string_type": PLAIN[str],
    "list_type": PLAIN[list],
    "dict_type": PLAIN[dict],
}
"""The same by the type of pydantic's error."""
_ANYTHING_ELSE = Rule("a value of another kind", "demo")


@dataclass(frozen=True)
class Together:
    """A rule about options that must fit together: it is asked when each that it needs is right by itself."""

    needs: tuple[str, ...]
    """Names of the options in their model."""
    problems: Callable[[Any], Iterable[Problem]]
    """Given the model, of which at least those options are there; paths are relative to the model."""


class Section(BaseModel):
    """Options of one subject: unknown keys are errors, text is never turned into numbers.

    `Model(...)` raises `InvalidOptionsError` with everything that is wrong.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        arbitrary_types_allowed=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
    )
    together: ClassVar[tuple[Together, ...]] = ()
    """The rules about several options of the section."""

    def __init__(self, **options: Any) -> None:
        keys = {name: field.alias or name for name, field in type(self).model_fields.items()}
        try:
            super().__init__(**{keys.get(name, name): value for name, value in options.items()})
        except ValidationError as error:
            raise InvalidOptionsError(problems_of(error)) from None

    # Without it pydantic would call `__init__` for sections in sections, and one problem would hide the others.
    __init__.__pydantic_base_init__ = True  # pyright: ignore[reportFunctionMemberAccess]

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, given: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            raise _expected(_of_a_section(cls).message)
        errors: list[InitErrorDetails] = []
        right = {*cls.model_fields}
        try:
            made = handler(given)
        except ValidationError as error:
            errors = [_translated(cls, detail) for detail in error.errors(include_url=False, include_input=False)]
            wrong = {each.get("loc", ("",))[0] for each in errors if _type(each) != TOGETHER}
            found = dict(_right_ones(cls, given, wrong))
            made, right = cls.model_construct(**found), {*found}
        for rule in cls.together if info.context != _ALONE else ():
            if right.issuperset(rule.needs):
                errors += [_unfit(problem) for problem in rule.problems(made)]
        if errors:
            raise ValidationError.from_exception_data(cls.__name__, errors, hide_input=True)
        return made


def problems_of(error: ValidationError) -> list[Problem]:
    """What pydantic found, one problem a path: the first of several."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path = _path([part for part in detail["loc"] if part != "[key]"])
        found.setdefault(path, Problem(path, _message(detail)))
    return list(found.values())


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a section, as a stack file spells them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _of_a_section(model: Any) -> Rule:
    return Rule("a mapping of settings", f"{{{next(iter(keys_of(model)), 'key')}: ...}}")


def unknown_key(key: str, known: Collection[str]) -> str:
    """The sentence for an unknown key, with the nearest known one as the example."""
    nearest = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.0)
    return f"Expected a known setting, for example '{nearest[0] if nearest else ''}'; this one is unknown."


def _right_ones(model: type[BaseModel], given: Mapping[Any, Any], wrong: set[Any]) -> Iterator[tuple[str, Any]]:
    """The options that are right by themselves, as the model would have them."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in wrong:
            continue
        if key not in given:
            yield name, field.get_default(call_default_factory=True)
            continue
        annotation: Any = field.annotation
        for item in field.metadata:
            annotation = Annotated[annotation, item]
        adapter = TypeAdapter[Any](annotation, config=None if _is_model(annotation) else _FIELD_CONFIG)
        yield name, adapter.validate_python(given[key], strict=True, context=_ALONE)


_FIELD_CONFIG = ConfigDict(arbitrary_types_allowed=True)
_ALONE = "each by itself"
"""The context of a validation in which nothing must fit together."""
TOGETHER = "together"
"""The type of pydantic's error for what is right by itself and does not fit."""


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _translated(model: type[BaseModel], detail: Any) -> InitErrorDetails:
    """One of pydantic's errors with a sentence for people; those of inner sections have theirs already."""
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return _located(location, unknown_key(str(location[-1]), keys_of(model)))
    if detail["type"] == "missing":
        return _located(location, _message_when_missing(model, location[0]))
    return _located(location, _message(detail), TOGETHER if detail["type"] == TOGETHER else EXPECTED)


def _message_when_missing(model: type[BaseModel], key: Any) -> str:
    field = next(field for name, field in model.model_fields.items() if key in (field.alias, name))
    rule = next((item for item in field.metadata if isinstance(item, Rule)), None)
    if rule is None and _is_model(field.annotation):
        rule = _of_a_section(field.annotation)
    return rule.message if rule else _BY_TYPE["list_type" if "list" in str(field.annotation) else "string_type"].message


def _message(detail: Any) -> str:
    if detail["type"] in (EXPECTED, TOGETHER):
        return detail["msg"]
    return _BY_TYPE.get(detail["type"], _ANYTHING_ELSE).message


def _located(location: tuple[int | str, ...], message: str, kind: LiteralString = EXPECTED) -> InitErrorDetails:
    return InitErrorDetails(type=_expected(message, kind), loc=location, input=None)


def _unfit(problem: Problem) -> InitErrorDetails:
    return _located((problem.path,) if problem.path else (), problem.message, TOGETHER)


def _expected(message: str, kind: LiteralString = EXPECTED) -> PydanticCustomError:
    return PydanticCustomError(kind, "{message}", {"message": message})


def _type(error: InitErrorDetails) -> str:
    return error["type"].type if isinstance(error["type"], PydanticCustomError) else error["type"]


def _path(location: Iterable[int | str]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
