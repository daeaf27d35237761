"""Reads JSON into frozen dataclasses, strictly: whatever is missing, unknown or of another kind is told, with its path.

Owns: the kinds of fields that an API profile is made of, and the complaints about them. Does not own which fields
there are, nor what must fit together (`profile.py`). Why not pydantic, which reads the options of a stack: profiles are
read by the dynamic providers, whose process needs it for nothing else, and it takes a tenth of a second to load.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

Model = TypeVar("Model")
Path = tuple[str, ...]

_WORDS = {str: "a string", int: "a whole number", bool: "a boolean", NoneType: "null"}


class ReadError(Exception):
    """The text is `path: complaint` of everything that is wrong."""


def read_json(model: type[Model], text: str) -> Model:
    """The dataclass that the text describes. Raises ReadError."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ReadError(f"Expected JSON, for example '{{}}' ({error})") from None
    complaints: list[str] = []
    found = _read(model, document, (), complaints)
    if complaints:
        raise ReadError("; ".join(complaints))
    return cast("Model", found)


def _read(kind: Any, value: Any, path: Path, complaints: list[str]) -> Any:
    """The value as a `kind`; what is wrong is added to the complaints, and the answer is of no use then."""
    if is_dataclass(kind) and isinstance(value, dict):
        return _read_fields(cast("type[Any]", kind), cast("dict[str, Any]", value), path, complaints)
    if get_origin(kind) is dict and isinstance(value, dict):
        keys, values = get_args(kind)
        for key in value:
            _read(keys, key, (*path, key), complaints)
        return {key: _read(values, each, (*path, key), complaints) for key, each in value.items()}
    allowed, words = _plain(kind)
    # Not `isinstance`: a boolean is no number here.
    if value in allowed if get_origin(kind) is Literal else type(value) in allowed:
        return value
    complaints.append(f"{'.'.join(path) or 'profile'}: Input should be {words}")
    return None


def _read_fields(model: type[Any], value: dict[str, Any], path: Path, complaints: list[str]) -> Any:
    kinds, known = get_type_hints(model), {each.name: each for each in fields(model)}
    absent = [name for name in known if name not in value and _is_required(known[name])]
    complaints += [f"{'.'.join((*path, name))}: Field required" for name in absent]
    found = {name: _read(kinds[name], value[name], (*path, name), complaints) for name in known if name in value}
    unknown = [name for name in value if name not in known]
    complaints += [f"{'.'.join((*path, name))}: Extra inputs are not permitted" for name in unknown]
    return None if complaints else model(**found)


def _is_required(known: Field[Any]) -> bool:
    return known.default is MISSING and known.default_factory is MISSING


def _plain(kind: Any) -> tuple[tuple[Any, ...], str]:
    """What a value that is no object may be, and how that is said."""
    if get_origin(kind) is Literal:
        allowed = get_args(kind)
        words = [repr(each) for each in allowed]
    elif isinstance(kind, UnionType):
        allowed = get_args(kind)
        words = [_WORDS[each] for each in allowed]
    else:
        allowed = (kind,)
        words = [_WORDS.get(kind, "an object")]
    return allowed, " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
