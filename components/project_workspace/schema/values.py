"""Value types that several subjects use, each with its rule, an example and the sentence that is said otherwise.

Owns: those. Does not own a subject's own types (its `options.py`) nor the limits of services
(`project_workspace.names`)."""

from typing import Annotated

from project_workspace import limits
from project_workspace.schema.rule import Rule, between, matches
from project_workspace.schema.urls import is_server_url

DNS_LABEL = Rule(
    f"a name of lower-case letters, digits and inner hyphens, at most {limits.NAMESPACE_LIMIT} characters",
    "auth",
    matches(limits.DNS_LABEL, limits.NAMESPACE_LIMIT),
)
DnsLabel = Annotated[str, DNS_LABEL]
"""An RFC 1123 label: the name of most things in Kubernetes."""

NamePart = Annotated[str, Rule("lower-case letters, digits and inner hyphens", "dev", matches(limits.DNS_LABEL))]
"""A part of names; how long it may be follows from all of them together."""

URL = Rule("a URL with http or https, without query or credentials", "https://aicond.example.com", is_server_url)
Url = Annotated[str, URL]

Count = Annotated[int, Rule("a whole number of at least 0", "0", between(0))]
AtLeastOne = Annotated[int, Rule("a whole number of at least 1", "4", between(1))]

DASHBOARD_UID = Rule(
    f"a Grafana uid of at most {limits.DASHBOARD_UID_LIMIT} letters, digits, '-' and '_'",
    "monitoring",
    matches(limits.DASHBOARD_UID, limits.DASHBOARD_UID_LIMIT),
)
DashboardUid = Annotated[str, DASHBOARD_UID]

RoleName = Annotated[
    str,
    Rule(
        "the name of an IAM role",
        "eksctl-eks-an2-meerkat-dev-NodeInstanceRole-1A2B3C4D5E6F",
        matches(r"[\w+=,.@-]+", limits.ROLE_LIMIT),
    ),
]
