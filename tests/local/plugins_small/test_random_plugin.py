"""The stand-in for pulumi-random: rules, outputs and replacement as the real plugin has them."""

import re
import string
from typing import Any

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.plugins.provider import UNKNOWN, PluginError, ReadState
from local.plugins.random.draw import SPECIAL, bcrypt_hash, draw_text
from local.plugins.random.resources import RESOURCES, _filled

PASSWORD = RESOURCES["random:index/randomPassword:RandomPassword"]
STRING = RESOURCES["random:index/randomString:RandomString"]
ID = RESOURCES["random:index/randomId:RandomId"]
UUID = RESOURCES["random:index/randomUuid:RandomUuid"]


def failures(handler: Any, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    return [(failure.property, failure.reason) for failure in handler.check(inputs, b"")[1]]


def test_a_password_has_whole_outputs_with_the_defaults_and_the_id_none() -> None:
    id_, outputs = PASSWORD.create({"length": 24, "keepers": {"owner": "demo"}})
    result, hashed = outputs.pop("result"), outputs.pop("bcryptHash")
    assert (id_, len(result)) == ("none", 24)
    assert hashed.startswith("$2a$10$")
    assert bcrypt.checkpw(result.encode(), hashed.encode())
    assert outputs == {
        "length": 24,
        "keepers": {"owner": "demo"},
        "lower": True,
        "upper": True,
        "numeric": True,
        "number": True,
        "special": True,
        "minLower": 0,
        "minUpper": 0,
        "minNumeric": 0,
        "minSpecial": 0,
    }


def test_two_passwords_differ() -> None:
    assert len({PASSWORD.create({"length": 20})[1]["result"] for _ in range(3)}) == 3


def test_only_the_first_72_bytes_of_a_password_are_hashed() -> None:
    long = "ä" * 60
    assert bcrypt.checkpw(long.encode()[:72], bcrypt_hash(long).encode())


@given(
    counts=st.tuples(*[st.integers(0, 8)] * 4),
    extra=st.integers(1, 20),
    wanted=st.tuples(*[st.booleans()] * 4).filter(any),
    override=st.sampled_from([None, "", "_-."]),
)
def test_a_text_has_its_length_its_minima_and_only_wanted_characters(
    counts: tuple[int, ...], extra: int, wanted: tuple[bool, ...], override: str | None
) -> None:
    kinds = ("Lower", "Upper", "Numeric", "Special")
    alphabets = (string.ascii_lowercase, string.ascii_uppercase, string.digits, override or SPECIAL)
    inputs: dict[str, Any] = {"length": sum(counts) + extra, "overrideSpecial": override}
    for kind, count, yes in zip(kinds, counts, wanted, strict=True):
        inputs |= {f"min{kind}": count, kind.lower(): yes}
    text = draw_text(_filled(inputs))
    assert len(text) == inputs["length"]
    for alphabet, count, yes in zip(alphabets, counts, wanted, strict=True):
        found = sum(letter in alphabet for letter in text)
        assert found >= count if yes else found == count


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, [("length", "Missing required argument 'length'.")]),
        ({"length": 0}, [("length", "length must be at least 1, got 0.")]),
        ({"length": "8"}, [("length", "Expected a whole number.")]),
        ({"length": True}, [("length", "Expected a whole number.")]),
        ({"length": 8, "special": "no"}, [("special", "Expected true or false.")]),
        ({"length": 8, "keepers": "x"}, [("keepers", "Expected a map of texts.")]),
        (
            {"length": 3, "minLower": 2, "minUpper": 2},
            [("length", "length must be at least minLower + minUpper + minNumeric + minSpecial = 4, got 3.")],
        ),
        (
            {"length": 8, "numeric": True, "number": False},
            [("number", "number and numeric are the same setting and must have the same value.")],
        ),
        (
            {"length": 8, "lower": False, "upper": False, "number": False, "special": False},
            [("", "At least one of special, upper, lower and numeric must be true.")],
        ),
        ({"length": 8, "surprise": 1}, [("surprise", "The stand-in does not implement the argument 'surprise'.")]),
        ({"length": 4, "minLower": 2, "minUpper": 2}, []),
        ({"length": UNKNOWN, "minLower": 2, "keepers": UNKNOWN}, []),
    ],
)
def test_inputs_that_the_real_plugin_refuses_are_refused(
    inputs: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    for handler in (PASSWORD, STRING):
        assert failures(handler, inputs) == expected


def test_every_changed_input_replaces_and_a_written_out_default_changes_nothing() -> None:
    olds = {"length": 20, "keepers": {"a": "1"}}
    for news in ({"length": 21}, {"keepers": {"a": "2"}}, {"special": False}, {"overrideSpecial": "_"}):
        assert set(PASSWORD.changed(olds, {**olds, **news})) <= PASSWORD.replace_on
        assert next(iter(news)) in PASSWORD.changed(olds, {**olds, **news})
    assert PASSWORD.changed(olds, {**olds, "special": True, "minLower": 0, "numeric": True}) == []
    assert PASSWORD.changed({**olds, "number": False}, {**olds, "numeric": False}) == []


def test_a_preview_knows_the_inputs_and_not_the_results() -> None:
    assert PASSWORD.preview({"length": 20}, None) == {"length": 20, "result": UNKNOWN, "bcryptHash": UNKNOWN}


def test_a_refresh_finds_what_the_state_has_and_an_import_is_refused() -> None:
    id_, outputs = STRING.create({"length": 5})
    assert STRING.read(id_, {"length": 5}, outputs) == ReadState(id_, outputs, {"length": 5})
    with pytest.raises(PluginError, match="does not implement import"):
        STRING.read("abc", {}, {})


def test_an_id_is_spelled_in_four_ways_with_its_prefix() -> None:
    id_, outputs = ID.create({"byteLength": 4, "prefix": "p-"})
    number = int(outputs["hex"].removeprefix("p-"), 16)
    assert outputs["dec"] == f"p-{number}"
    assert outputs["b64Url"] == f"p-{id_}"
    assert outputs["b64Std"].endswith("==")
    assert failures(ID, {"byteLength": 0}) == [("byteLength", "byteLength must be at least 1, got 0.")]


def test_a_uuid_is_its_own_id() -> None:
    id_, outputs = UUID.create({"keepers": {"a": "1"}})
    assert outputs == {"keepers": {"a": "1"}, "result": id_}
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id_)
