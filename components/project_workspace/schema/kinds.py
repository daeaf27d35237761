"""What kind of value an option's type describes, for those who read the models: loading, generators, the package.

Owns: looking through rules and None at the type below. Does not own any rule or sentence.
"""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def plain_type(annotation: Any) -> Any:
    """A type without its rules and without None; of several ways to give a value the first."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return plain_type(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return plain_type(next(each for each in get_args(annotation) if each is not type(None)))
    return annotation


def section_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The option model inside a type, None without, and whether it is in a list."""
    kind = plain_type(annotation)
    if get_origin(kind) is list:
        return section_in(get_args(kind)[0])[0], True
    return (kind, False) if isinstance(kind, type) and issubclass(kind, BaseModel) else (None, False)
