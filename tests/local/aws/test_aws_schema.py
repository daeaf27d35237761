"""The tables of arguments against the installed SDK, and the rules by which a refresh writes inputs."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.plugins.aws.plugin import plugin
from local.plugins.aws.schema import Arg, Arguments, declared, problems, same, same_document

HANDLERS = plugin().resources


def sdk_module(token: str) -> tuple[Any, str]:
    package, middle, name = token.split(":")
    folder, module = middle.split("/")
    file = "".join(f"_{c.lower()}" if c.isupper() else c for c in module)
    return importlib.import_module(f"pulumi_{package}.{folder}.{file}"), name


def wire_arguments(cls: Any) -> dict[str, tuple[str, str, bool]]:
    """Wire name -> (kind, how many, required) of an input class of the SDK."""
    result: dict[str, tuple[str, str, bool]] = {}
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name == "__self__":
            continue
        getter = inspect.getattr_static(cls, name).fget
        wire = getattr(getter, "_pulumi_name", name)
        text = str(parameter.annotation)
        many = "map" if "Mapping[" in text else "list" if "Sequence[" in text else "one"
        # A policy may be given as a text or as an object; here it is always a text once `check` has seen it.
        plain = text.replace("'PolicyDocumentArgs'", "").replace("PolicyDocumentArgs", "")
        kind = "object" if "Args" in plain else next(k for k in ("bool", "int", "str") if k in plain)
        result[wire] = (kind, many, parameter.default is inspect.Parameter.empty)
    return result


def flat(arguments: Arguments, cls: Any, module: Any, path: str = "") -> Iterator[tuple[str, Arg, Any]]:
    """Every argument of the table, with nested ones, beside what the SDK says of it (None: unknown to the SDK)."""
    known = wire_arguments(cls)
    for name, arg in arguments.items():
        yield f"{path}{name}", arg, known.get(name)
        if isinstance(arg.kind, Mapping):
            python_name = next(
                n for n in inspect.signature(cls.__init__).parameters
                if n != "__self__" and getattr(inspect.getattr_static(cls, n).fget, "_pulumi_name", n) == name
            )  # fmt: skip
            annotation = inspect.signature(cls.__init__).parameters[python_name].annotation
            found = [a for a in str(annotation).replace('"', "'").split("'") if a.endswith("Args")]
            nested = getattr(importlib.import_module(module.__package__ + "._inputs"), found[0].rpartition(".")[2])
            yield from flat(arg.kind, nested, module, f"{path}{name}.")


@pytest.mark.parametrize("token", sorted(HANDLERS))
def test_every_argument_has_the_name_and_the_type_of_the_installed_sdk(token: str) -> None:
    module, name = sdk_module(token)
    handler: Any = HANDLERS[token]
    # Where a nested type is called `<name>Args`, the resource's own class is `<name>InitArgs`.
    cls = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    for path, arg, known in flat(handler.arguments, cls, module):
        assert known is not None, f"{token} has no argument {path}"
        kind, many, required = known
        expected = "object" if isinstance(arg.kind, Mapping) else arg.kind.__name__
        assert (expected, arg.many.replace("set", "list")) == (kind, many), path
        assert arg.required == required, path


@pytest.mark.parametrize("token", sorted(HANDLERS))
def test_every_output_exists_in_the_installed_sdk(token: str) -> None:
    module, name = sdk_module(token)
    getters = [p.fget for _, p in inspect.getmembers(getattr(module, name), lambda o: isinstance(o, property))]
    known = {getattr(g, "_pulumi_name", g.__name__) for g in getters}
    assert HANDLERS[token].computed <= known


TABLE = {
    "name": Arg(str),
    "labels": Arg(str, "map"),
    "zones": Arg(str, "set"),
    "sizes": Arg({"low": Arg(int), "high": Arg(int)}),
    "rules": Arg({"id": Arg(str), "days": Arg(int)}, "list"),
    "document": Arg(str, is_json=True),
}
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text("ab", max_size=3),
        "labels": st.dictionaries(st.text("ab", min_size=1, max_size=2), st.text("ab", max_size=2), max_size=3),
        "zones": st.lists(st.text("abc", min_size=1, max_size=1), max_size=3, unique=True),
        "sizes": st.fixed_dictionaries({}, optional={"low": st.integers(0, 3), "high": st.integers(0, 3)}),
        "rules": st.lists(
            st.fixed_dictionaries({"id": st.text("ab", min_size=1)}, optional={"days": st.integers(1, 9)}), max_size=2
        ),
        "document": st.sampled_from(['{"a": ["b", "c"]}', '{"x":1}']),
    },
)  # fmt: skip


@given(VALUES)
def test_inputs_that_aws_answers_in_its_own_writing_come_back_as_the_program_wrote_them(inputs: dict[str, Any]) -> None:
    live: dict[str, Any] = {"name": "", "labels": {}, "zones": [], "rules": [], "document": None, **inputs}
    live["sizes"] = {"low": 0, "high": 0, "computed": 7, **inputs.get("sizes", {})}
    live["zones"] = sorted(live["zones"], reverse=True)
    live["rules"] = [{"days": 30, "added": True, **rule} for rule in live["rules"]]
    if "document" in inputs:
        live["document"] = inputs["document"].replace('["b", "c"]', '[ "c","b" ]')
    assert declared(TABLE, live, {"__defaults": [], **inputs}, dict(live)) == {"__defaults": [], **inputs}


@given(VALUES, st.sampled_from(sorted(TABLE)))
def test_a_value_that_drifted_is_in_the_inputs(inputs: dict[str, Any], name: str) -> None:
    drifted = {"name": "zz", "labels": {"zz": "1"}, "zones": ["z"], "sizes": {"low": 9, "high": 9},
               "rules": [{"id": "zz", "days": 99}], "document": '{"zz": 1}'}  # fmt: skip
    live = {**inputs, name: drifted[name]}
    found = declared(TABLE, live, {"__defaults": [], **inputs}, {"id": "x", **inputs})
    if inputs.get(name) == {} and name == "sizes":
        return
    assert found[name] != inputs.get(name)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ('{"Action": "a"}', '{"Action": ["a"]}', True),
        ('{"Action": ["a", "b"]}', '{ "Action": ["b","a"] }', True),
        ('{"Action": ["a", "b"]}', '{"Action": ["a"]}', False),
        ("not json", "not json", True),
        ("not json", "{}", False),
    ],
)
def test_policies_are_compared_as_documents(one: str, other: str, expected: bool) -> None:
    assert same_document(one, other) is expected


def test_zero_and_false_are_values_and_not_empty() -> None:
    assert not same(Arg(int), 0, None)
    assert not same(Arg(bool), False, None)
    assert same(Arg(str), "", None)


def test_every_wrong_value_is_reported_with_its_path() -> None:
    values: dict[str, Any] = {
        "name": 3, "labels": {"a": True}, "zones": "a", "sizes": {"low": "1", "odd": 1}, "rules": [{"days": "x"}, 4],
        "document": "{",
    }  # fmt: skip
    assert [f"{p.property}: {p.reason}" for p in problems(TABLE, values)] == [
        "name: Expected a string for 'name'.",
        "labels.a: Expected a string for 'labels.a'.",
        "zones: Expected a list for 'zones'.",
        "sizes.low: Expected a whole number for 'sizes.low'.",
        "sizes.odd: The stand-in does not implement the argument 'sizes.odd'.",
        "rules[0].days: Expected a whole number for 'rules[0].days'.",
        "rules[1]: Expected an object for 'rules[1]'.",
        "document: Expected a JSON document for 'document'.",
    ]
