"""Resources and stacks as the engine would show them to a policy pack.

Owns: building the SDK's arguments from a few properties, unknown values among them, and reading what a rule reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi_policy import (
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.policy import PolicyCustomTimeouts
from pulumi_policy.proxy import unknown_checking_proxy

from rules import RULES

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a text that is not known in a preview (sdk/v3 `plugin.UnknownStringValue`)."""


@dataclass(frozen=True)
class Thing:
    """One resource of a stack; `of` names those that its property `bucket` comes from."""

    type: str
    props: Mapping[str, Any] = field(default_factory=dict[str, Any])
    name: str = "demo"
    of: Sequence[str] = ()
    protect: bool = False
    stack: str = "demo-dev"

    @property
    def urn(self) -> str:
        return f"urn:pulumi:{self.stack}::project-workspace::{self.type}::{self.name}"

    @property
    def options(self) -> PolicyResourceOptions:
        timeouts = PolicyCustomTimeouts(0, 0, 0)
        return PolicyResourceOptions(self.protect, [], False, [], timeouts, [])


def rule(name: str) -> Any:
    """The rule of that name."""
    return next(each for each in RULES if each.name == name)


def defaults(name: str, **given: Any) -> dict[str, Any]:
    """A rule's configuration: what a stack gives, else the schema's defaults."""
    schema = rule(name).config_schema
    return {key: value["default"] for key, value in (schema.properties if schema else {}).items()} | given


def said(name: str, *things: Thing, reports: list[str] | None = None, **config: Any) -> list[str]:
    """What the rule reports about each resource, or about their stack, in `reports` too. Raises UnknownValueError."""
    reports = [] if reports is None else reports

    def report(message: str, urn: str | None = None) -> None:
        reports.append(message)

    policy = rule(name)
    if isinstance(policy, ResourceValidationPolicy):
        for thing in things:
            props = unknown_checking_proxy(dict(thing.props))
            policy.validate(
                ResourceValidationArgs(
                    thing.type, props, thing.urn, thing.name, thing.options, None, defaults(name, **config)
                ),
                report,
            )
    else:
        assert isinstance(policy, StackValidationPolicy)
        policy.validate(StackValidationArgs(_resources(things), defaults(name, **config)), report)
    return reports


def _resources(things: Sequence[Thing]) -> list[PolicyResource]:
    made: dict[str, PolicyResource] = {}
    for thing in things:
        sources = [made[name] for name in thing.of]
        made[thing.name] = PolicyResource(
            thing.type,
            unknown_checking_proxy(dict(thing.props)),
            thing.urn,
            thing.name,
            thing.options,
            None,
            None,
            sources,
            {"bucket": sources},
        )
    return list(made.values())
