"""Stand-in for the provider plugin pulumi-random: the resource types it serves and their rules.

Owns randomPassword, randomString, randomId and randomUuid: their inputs as in SDK 4.21.4, the rules of the
Terraform provider below the real plugin (internal/provider/resource_password.go and friends), and outputs
with the defaults filled in. Does not own the drawing of characters (`draw.py`), nor an import by id, which it
refuses. Every input replaces the resource; nothing can be updated and there is nothing to delete.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from typing import Any

from local.plugins.provider import UNKNOWN, Failure, PluginError, ReadState, ResourceHandler, Values
from local.plugins.random.draw import DEFAULTS, MINIMA, bcrypt_hash, draw_text

_KINDS: dict[str, tuple[type, str]] = {
    "byteLength": (int, "a whole number"),
    "length": (int, "a whole number"),
    **dict.fromkeys(MINIMA, (int, "a whole number")),
    **dict.fromkeys(("lower", "upper", "number", "numeric", "special"), (bool, "true or false")),
    "overrideSpecial": (str, "a text"),
    "prefix": (str, "a text"),
    "keepers": (dict, "a map of texts"),
}


class _Random(ResourceHandler):
    """What all random resources share: the state is the only place they exist."""

    def check(self, news: Values, seed: bytes) -> tuple[Values, list[Failure]]:
        inputs, failures = super().check(news, seed)
        failures += [
            Failure(name, f"Expected {_KINDS[name][1]}.")
            for name, value in sorted(inputs.items())
            if name in _KINDS and value is not None and value != UNKNOWN and not _is(value, _KINDS[name][0])
        ]
        if not failures:
            failures = self.rules({name: value for name, value in inputs.items() if value != UNKNOWN})
        return inputs, failures

    def rules(self, known: Values) -> list[Failure]:
        """The rules between values of the right type; unknown ones are left out."""
        return []

    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        if not state:
            raise PluginError("The stand-in for pulumi-random does not implement import or get by id.")
        return ReadState(id, state, inputs)

    def delete(self, id: str, state: Values) -> None:
        """Nothing to do: it exists in the state only."""


class RandomString(_Random):
    """`random:index/randomString:RandomString`: a text that is no secret; its id is the text."""

    required = frozenset({"length"})
    known = frozenset({"keepers", "length", "overrideSpecial", "number", *DEFAULTS})
    replace_on = known
    computed = frozenset({"result"})

    def changed(self, olds: Values, news: Values) -> list[str]:
        """A default that is now written out is no change, as in the real plugin."""
        return super().changed(_filled(olds), _filled(news))

    def rules(self, known: Values) -> list[Failure]:
        return _text_rules(known)

    def create(self, news: Values) -> tuple[str, Values]:
        outputs = _filled(news)
        text = draw_text(outputs)
        return text, {**outputs, "result": text}


class RandomPassword(RandomString):
    """`random:index/randomPassword:RandomPassword`: a secret text and its bcrypt hash; its id is "none"."""

    computed = frozenset({"result", "bcryptHash"})

    def create(self, news: Values) -> tuple[str, Values]:
        text, outputs = super().create(news)
        return "none", {**outputs, "bcryptHash": bcrypt_hash(text)}


class RandomId(_Random):
    """`random:index/randomId:RandomId`: random bytes in four spellings; the id is the URL-safe one."""

    required = frozenset({"byteLength"})
    known = frozenset({"byteLength", "keepers", "prefix"})
    replace_on = known
    computed = frozenset({"b64Std", "b64Url", "hex", "dec"})

    def rules(self, known: Values) -> list[Failure]:
        length = known.get("byteLength", 1)
        return [] if length >= 1 else [Failure("byteLength", f"byteLength must be at least 1, got {length}.")]

    def create(self, news: Values) -> tuple[str, Values]:
        drawn = secrets.token_bytes(news["byteLength"])
        url = base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()
        spellings = {
            "b64Std": base64.b64encode(drawn).decode(),
            "b64Url": url,
            "hex": drawn.hex(),
            "dec": str(int.from_bytes(drawn)),
        }
        prefix = news.get("prefix") or ""
        return url, {**news, **{name: prefix + text for name, text in spellings.items()}}


class RandomUuid(_Random):
    """`random:index/randomUuid:RandomUuid`: a random UUID, which is also its id."""

    known = frozenset({"keepers"})
    replace_on = known
    computed = frozenset({"result"})

    def create(self, news: Values) -> tuple[str, Values]:
        text = str(uuid.uuid4())
        return text, {**news, "result": text}


RESOURCES: dict[str, ResourceHandler] = {
    "random:index/randomPassword:RandomPassword": RandomPassword(),
    "random:index/randomString:RandomString": RandomString(),
    "random:index/randomId:RandomId": RandomId(),
    "random:index/randomUuid:RandomUuid": RandomUuid(),
}


def _is(value: Any, kind: type) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _filled(inputs: Values) -> Values:
    """The inputs with the defaults; `number` is the old name of `numeric` and always has its value."""
    given = {name: value for name, value in inputs.items() if value is not None}
    numeric = given.get("numeric", given.get("number", DEFAULTS["numeric"]))
    return {**DEFAULTS, **given, "numeric": numeric, "number": numeric}


def _text_rules(known: Values) -> list[Failure]:
    given = _filled(known)
    failures: list[Failure] = []
    length, least = given.get("length"), sum(given[name] for name in MINIMA)
    if length is not None and length < 1:
        failures.append(Failure("length", f"length must be at least 1, got {length}."))
    elif length is not None and length < least:
        parts = " + ".join(MINIMA)
        failures.append(Failure("length", f"length must be at least {parts} = {least}, got {length}."))
    if known.get("number", given["numeric"]) != given["numeric"]:
        failures.append(Failure("number", "number and numeric are the same setting and must have the same value."))
    if not any(given[name] for name in ("special", "upper", "lower", "numeric")):
        failures.append(Failure("", "At least one of special, upper, lower and numeric must be true."))
    return failures
