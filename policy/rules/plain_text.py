"""The rule about secrets: none in a place that everybody reads.

Owns: those places, and what a secret looks like there. Does not own secret inputs: the engine gives a pack their plain
values and does not say that they are secret, so only places that are never secret can be judged.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_policy import EnforcementLevel, ResourceValidationArgs

from rules.reading import plain, resource_rule

PLACES = ("tags", "labels", "description", "environment", "userData", "model", "taints")
"""Properties of any resource."""
OF_KUBERNETES = ("metadata.labels", "metadata.annotations", "data")
"""Of Kubernetes objects; `data` only of a ConfigMap."""
LOOKS_LIKE = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a bcrypt hash": re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"),
    "a Grafana token": re.compile(r"\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b"),
    "a password in a URL": re.compile(r"\b[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"),
}


def no_secret_in_plain_text(args: ResourceValidationArgs) -> Iterator[str]:
    for place, value in _places(args):
        for text in _texts(plain(value)):
            for kind, pattern in LOOKS_LIKE.items():
                if pattern.search(text):
                    yield (
                        f"{place} of {args.name} holds what looks like {kind}, where everybody can read it. Take it "
                        "out, change it, and hand it over as a secret."
                    )


def _places(args: ResourceValidationArgs) -> Iterator[tuple[str, Any]]:
    of_kubernetes = args.resource_type.startswith("kubernetes:")
    for place in OF_KUBERNETES if of_kubernetes else PLACES:
        if place == "data" and not args.resource_type.endswith(":ConfigMap"):
            continue
        value: Any = args.props
        for key in place.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            yield place, value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


RULES = [
    resource_rule(
        "no-secret-in-plain-text",
        "Tags, labels, annotations, ConfigMaps and dashboards hold nothing that looks like a secret.",
        no_secret_in_plain_text,
        EnforcementLevel.MANDATORY,
    ),
]
