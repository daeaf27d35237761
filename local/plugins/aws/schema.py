"""The arguments of AWS resources as data: their types, and how the live value is written the way the program
wrote it.

Owns: checking inputs against a description (unknown names, missing values, wrong types, values outside a
list), and `declared`, the inputs that a refresh answers: equal to the program's own while nothing drifted.
Does not own: which arguments a resource has; each handler brings its own table. Every name and type in those
tables is compared with the installed `pulumi_aws` by a test. Why not read them from `pulumi_aws`: importing
the SDK takes longer than a whole preview may.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from local.plugins.provider import UNKNOWN, Failure, Values

Arguments = Mapping[str, "Arg"]

DEFAULTS = "__defaults"
"""The input in which Pulumi's Terraform bridge lists the arguments that the program left to the provider."""

TYPE_NAMES = {str: "a string", int: "a whole number", bool: "true or false"}


@dataclass(frozen=True)
class Arg:
    """One argument: `kind` is a plain type, or the arguments of a nested object; `many` is how many of them.

    `default` is what stands for an absent value; `computed` leaves an absent value to AWS, so that leaving it out is no
    change (Terraform's "optional and computed"); `choices` are the only values accepted; `is_json` marks a text that is
    compared as a document; `replaces` makes a change of the argument replace the resource.
    """

    kind: type[str] | type[int] | type[bool] | Arguments
    many: Literal["one", "list", "set", "map"] = "one"
    required: bool = False
    replaces: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    is_json: bool = False
    computed: bool = False


TAGS = Arg(str, "map")
REGION = Arg(str, replaces=True)


def problems(arguments: Arguments, values: Values, path: str = "") -> Iterator[Failure]:
    """Every value of a wrong type or outside its choices; missing and unknown names inside nested objects too."""
    for name, arg in arguments.items():
        at = f"{path}{name}"
        value = values.get(name)
        if value is None:
            if path and arg.required:
                yield Failure(at, f"Missing required argument '{at}'.")
        elif value != UNKNOWN:
            yield from _of_arg(arg, value, at)
    if path:
        for name in sorted(set(values) - set(arguments) - {DEFAULTS}):
            yield Failure(f"{path}{name}", f"The stand-in does not implement the argument '{path}{name}'.")


def _of_arg(arg: Arg, value: Any, at: str) -> Iterator[Failure]:
    if arg.many in ("list", "set"):
        if not isinstance(value, list):
            yield Failure(at, f"Expected a list for '{at}'.")
            return
        for index, item in enumerate(value):
            yield from _of_item(arg, item, f"{at}[{index}]")
    elif arg.many == "map":
        if not isinstance(value, dict):
            yield Failure(at, f"Expected a map for '{at}'.")
            return
        for key, item in value.items():
            yield from _of_item(arg, item, f"{at}.{key}")
    else:
        yield from _of_item(arg, value, at)


def _of_item(arg: Arg, value: Any, at: str) -> Iterator[Failure]:
    if value == UNKNOWN:
        return
    if isinstance(arg.kind, Mapping):
        if isinstance(value, dict):
            yield from problems(arg.kind, value, f"{at}.")
        else:
            yield Failure(at, f"Expected an object for '{at}'.")
    elif type(value) is not arg.kind:
        yield Failure(at, f"Expected {TYPE_NAMES[arg.kind]} for '{at}'.")
    elif arg.choices and value not in arg.choices:
        yield Failure(at, f"Expected '{at}' to be one of {', '.join(arg.choices)}, got '{value}'.")
    elif arg.is_json and not is_document(str(value)):
        yield Failure(at, f"Expected a JSON document for '{at}'.")


def is_document(text: str) -> bool:
    """Whether a text is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def same_document(one: str, other: str) -> bool:
    """Whether two policy documents mean the same to AWS: no difference in white space, order of keys, order inside
    lists, or between one value and a list of one (Terraform's aws-policy-equivalence).
    """
    try:
        return _canonical(json.loads(one)) == _canonical(json.loads(other))
    except ValueError:
        return one == other


def _canonical(value: Any) -> Any:
    if isinstance(value, list):
        items = [_canonical(v) for v in value]
        return items[0] if len(items) == 1 else sorted(items, key=lambda v: json.dumps(v, sort_keys=True))
    if isinstance(value, dict):
        return {k: _canonical(v) for k, v in value.items()}
    return value


def same(arg: Arg, one: Any, other: Any) -> bool:
    """Whether two values of an argument are the same to AWS: documents and sets have no order."""
    if empty(one) and empty(other):
        return True
    if arg.is_json and isinstance(one, str) and isinstance(other, str):
        return same_document(one, other)
    if arg.many == "set" and isinstance(one, list) and isinstance(other, list):
        return sorted(map(_key, one)) == sorted(map(_key, other))
    return one == other


def unchanged(arg: Arg, old: Any, new: Any) -> bool:
    """Whether a new input asks for nothing that the old one did not."""
    if (new is None and arg.computed) or same(arg, old, new):
        return True
    if arg.default is not None and (old is None or new is None):
        return (arg.default if old is None else old) == (arg.default if new is None else new)
    if not isinstance(arg.kind, Mapping):
        return False
    if isinstance(old, list) and isinstance(new, list):
        one = replace(arg, many="one")
        return len(old) == len(new) and all(unchanged(one, o, n) for o, n in zip(old, new, strict=True))
    if isinstance(old, dict) and isinstance(new, dict):
        return all(
            unchanged(arg.kind[k], old.get(k), new.get(k)) if k in arg.kind else old.get(k) == new.get(k)
            for k in {*old, *new}
        )
    return False


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def empty(value: Any) -> bool:
    """Whether a value says nothing: absent, or a text, list or object with nothing in it (but not 0 or false)."""
    if isinstance(value, dict):
        return all(empty(v) for v in value.values())
    return value is None or value in ("", [])


def declared(arguments: Arguments, live: Values, inputs: Values, state: Values) -> Values:
    """The inputs that would produce what is there, written as the program wrote them.

    With `inputs` (a refresh) every argument of the program gets its live value, computed parts left out; an argument
    the program does not set appears only when it is not what `state` remembers. Without (an import or `.get()`)
    every argument that is there and not the default. An argument missing from `live` cannot be read: it is kept.
    """
    if not inputs:
        given = {k: _settable(a, live.get(k)) for k, a in arguments.items()}
        return {k: v for k, v in given.items() if not empty(v) and v != arguments[k].default}
    result: Values = {DEFAULTS: inputs[DEFAULTS]} if DEFAULTS in inputs else {}
    for name, arg in arguments.items():
        if name in inputs:
            result[name] = _as_written(arg, inputs[name], live[name]) if name in live else inputs[name]
        elif state and name in live and not same(arg, live[name], state.get(name)):
            result[name] = live[name]
    return {k: v for k, v in result.items() if v is not None}


def _settable(arg: Arg, live: Any) -> Any:
    """A live value without its computed parts and without what says nothing."""
    if isinstance(live, list):
        return [_settable(replace(arg, many="one"), v) for v in live]
    if not isinstance(arg.kind, Mapping) or not isinstance(live, dict):
        return live
    parts = {k: _settable(a, live.get(k)) for k, a in arg.kind.items()}
    return {k: v for k, v in parts.items() if not empty(v)}


def _as_written(arg: Arg, written: Any, live: Any) -> Any:
    if same(arg, written, live):
        return written
    if not isinstance(arg.kind, Mapping) or empty(live):
        return live
    if arg.many == "one":
        return _object_as_written(arg.kind, written, live)  # what the program leaves open may be computed
    if arg.many == "list" and len(written) == len(live):
        return [_object_as_written(arg.kind, w, v) for w, v in zip(written, live, strict=True)]
    if arg.many == "set" and _matches(arg.kind, written, live):
        return written
    return live


def _object_as_written(arguments: Arguments, written: Values, live: Values) -> Values:
    values = {k: _as_written(arguments[k], w, live.get(k)) if k in arguments else w for k, w in written.items()}
    return {k: v for k, v in values.items() if v is not None}


def _matches(arguments: Arguments, written: Sequence[Values], live: Sequence[Values]) -> bool:
    if len(written) != len(live):
        return False
    return all(any(_object_as_written(arguments, w, v) == w for v in live) for w in written)
