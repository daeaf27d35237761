"""What may stand in the pack's configuration file, and the refusal of everything else.

Owns: which rules and settings a configuration may name, and the hook by which the pack sees all that it is given. Does
not own the settings (each rule's schema) nor the types of their values, which the engine compares with the schema
before it asks the pack. Why a hook: the engine lets a rule that the pack does not have, and a setting that a rule does
not have, pass in silence, and the SDK shows a rule nothing but its own settings
(docs/facts/pulumi-components-and-packages.md, "Configuration of a policy pack").
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import grpc
from google.protobuf import json_format
from pulumi_policy import Policy
from pulumi_policy import policy as sdk

EVERY_RULE = "all"
"""The engine's word for all rules at once; it gives them a level and nothing else."""
LEVEL = "enforcementLevel"
"""What may be said of every rule; the engine takes it out before the pack sees the settings."""
PATTERN: dict[str, Any] = {"type": "string", "format": "python-regex"}
"""The schema of a setting that is a regular expression. The engine does not know the format and leaves it to us: its
own, `regex`, is Go's, which refuses some of Python's."""


def refuse_mistakes(rules: Iterable[Policy]) -> None:
    """Make the pack that is served next refuse a configuration with a mistake, before it judges anything."""
    known = list(rules)

    class Checked(sdk._PolicyAnalyzerServicer):
        def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
            given = {name: json_format.MessageToDict(each.properties) for name, each in request.policyConfig.items()}
            found = list(problems(given, known))
            if found:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, _told(found))
            return super().Configure(request, context)

    # The SDK has no other place where a pack sees the whole configuration. Without this class it does not start.
    sdk._PolicyAnalyzerServicer = Checked


def problems(given: Mapping[str, Mapping[str, Any]], rules: Iterable[Policy]) -> Iterator[str]:
    """Every mistake in the settings by rule, each as `path: Expected X, for example 'y'.`"""
    settings = {rule.name: rule.config_schema.properties if rule.config_schema else {} for rule in rules}
    for name, values in sorted(given.items()):
        if name == EVERY_RULE:
            yield from (f"{name}.{key}: Expected nothing but '{LEVEL}' for all rules." for key in sorted(values))
        elif name not in settings:
            yield f"{name}: Expected a rule of this pack, for example '{_nearest(name, settings)}'."
        else:
            yield from _of_one_rule(name, values, settings[name])


def _of_one_rule(name: str, values: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for key, value in sorted(values.items()):
        if key in known:
            yield from _of_one_setting(f"{name}.{key}", value, known[key])
        elif known:
            words = [*known, LEVEL]
            yield f"{name}.{key}: Expected one of {', '.join(words)}, for example '{_nearest(key, words)}'."
        else:
            yield f"{name}.{key}: Expected nothing but '{LEVEL}': this rule has no settings."


def _of_one_setting(path: str, value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("format") != PATTERN["format"]:
        return
    try:
        re.compile(value)
    except re.error as error:
        yield f"{path}: Expected a regular expression, for example '{schema['default']}', not '{value}': {error}."


def _nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant."""
    return difflib.get_close_matches(word, known, 1, 0)[0]


def _told(found: list[str]) -> str:
    many = "a problem" if len(found) == 1 else f"{len(found)} problems"
    return "\n".join(
        [f"The policy pack's configuration has {many}; nothing was judged.", *(f"  {each}" for each in found)]
    )
