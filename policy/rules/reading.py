"""What all rules are made with: reading properties of which some are not known yet, and reporting.

Owns: the loop over a stack's resources that looks at all that is known before it says what was not. Does not own any
rule. Why: the SDK gives up a whole rule at the first unknown value; a violation beside it would stay unseen.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Optional

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError


def resource_rule(
    name: str,
    description: str,
    look: Callable[[ResourceValidationArgs], Iterator[str]],
    level: EnforcementLevel,
    config: Optional[PolicyConfigSchema] = None,
) -> ResourceValidationPolicy:
    """A rule about one resource at a time; `look` yields a sentence with the fix for everything that is wrong."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for sentence in look(args):
            report(sentence, args.urn)

    return ResourceValidationPolicy(
        name=name, description=description, validate=validate, enforcement_level=level, config_schema=config
    )


def for_each(
    resources: Iterable[PolicyResource], look: Callable[[PolicyResource], Optional[str]], report: ReportViolation
) -> None:
    """Report what `look` finds wrong with each resource; only then raise the first unknown value that it met."""
    unknown: Optional[UnknownValueError] = None
    for resource in resources:
        try:
            found = look(resource)
        except UnknownValueError as error:
            unknown = unknown or error
        else:
            if found:
                report(found, resource.urn)
    if unknown:
        raise unknown


def of_type(resources: Iterable[PolicyResource], *types: str) -> list[PolicyResource]:
    """The resources of these types."""
    return [resource for resource in resources if resource.resource_type in types]


def document(value: Any) -> dict[str, Any]:
    """A policy document, given as JSON or as an object; empty for anything else. Raises UnknownValueError."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return plain(value) if isinstance(value, Mapping) else {}


def statements(found: Mapping[str, Any], effect: str) -> Iterator[dict[str, Any]]:
    """The statements of a document with that effect."""
    for statement in listed(found.get("Statement")):
        if statement.get("Effect") == effect:
            yield statement


def listed(value: Any) -> list[Any]:
    """IAM writes a list of one as its element."""
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def plain(value: Any) -> Any:
    """The value as dicts and lists, for what compares by kind. Raises UnknownValueError."""
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, str) or not hasattr(value, "__getitem__"):
        return value
    return [plain(value[index]) for index in range(len(value))]
