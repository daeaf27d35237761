"""Value types that several subjects use, or a subject's options and its provider, each with its rule.

Owns: those. Does not own the types of one subject's options alone (its `options.py`), nor the limits of services
(`project_workspace.limits`). A rule has a name of its own where a dynamic provider uses it.
"""

from typing import Annotated

from project_workspace import limits
from project_workspace.schema.rule import Rule, between, matches
from project_workspace.schema.urls import is_server_url


def dns_label(example: str) -> Rule:
    """An RFC 1123 label: the name of most things in Kubernetes."""
    sentence = f"a name of lower-case letters, digits and inner hyphens, at most {limits.NAMESPACE_LIMIT} characters"
    return Rule(sentence, example, matches(limits.DNS_LABEL, limits.NAMESPACE_LIMIT))


def name_part(example: str) -> Rule:
    """A part of names; how long it may be follows from all of them together."""
    return Rule("lower-case letters, digits and inner hyphens", example, matches(limits.DNS_LABEL))


WORKSPACE_NAME = Rule(
    f"a workspace name of lower-case letters, digits and inner hyphens that ends in '{limits.WORKSPACE_SUFFIX}', at "
    f"most {limits.WORKSPACE_LIMIT} characters",
    "demo-ws",
    matches(limits.WORKSPACE, limits.WORKSPACE_LIMIT),
)
WorkspaceName = Annotated[str, WORKSPACE_NAME]

BUCKET_NAME = Rule(
    f"a bucket name of 3 to {limits.BUCKET_LIMIT} lower-case letters, digits and inner hyphens",
    "s3-an2-meerkat-dev-demo",
    matches(limits.BUCKET, limits.BUCKET_LIMIT),
)
BucketName = Annotated[str, BUCKET_NAME]

CLUSTER_NAME = Rule(
    "the name of an EKS cluster", "eks-an2-meerkat-dev-1-33-eks-master", matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
)
ClusterName = Annotated[str, CLUSTER_NAME]

RoleName = Annotated[
    str,
    Rule(
        f"the name of an IAM role, at most {limits.ROLE_LIMIT} characters",
        "role-an2-meerkat-dev-demo-ws-node",
        matches(limits.IAM_NAME, limits.ROLE_LIMIT),
    ),
]

NodeGroupName = Annotated[
    str,
    Rule(
        "the name of an EKS node group: letters, digits, '-' and '_', at most "
        f"{limits.NODE_GROUP_LIMIT - limits.GENERATION_RESERVE} characters",
        "ng-an2-aicond-demo-ws-standard",
        matches(limits.NODE_GROUP, limits.NODE_GROUP_LIMIT - limits.GENERATION_RESERVE),
    ),
]


LABEL_KEY = Rule(
    "the key of a Kubernetes label",
    "team",
    matches(rf"({limits.DNS_SUBDOMAIN.pattern}/)?{limits.QUALIFIED_NAME.pattern}", limits.LABEL_KEY_LIMIT),
)


URL = Rule("a URL with http or https, without query or credentials", "https://server.example.com", is_server_url)
Url = Annotated[str, URL]

Count = Annotated[int, Rule("a whole number of at least 0", "0", between(0))]
AtLeastOne = Annotated[int, Rule("a whole number of at least 1", "4", between(1))]


OIDC_CLIENT_ID = Rule(
    f"a client ID of at most {limits.OIDC_CLIENT_LIMIT} letters, digits and '._-'",
    "notebook-gatekeeper",
    matches(limits.OIDC_CLIENT, limits.OIDC_CLIENT_LIMIT),
)
OidcClientId = Annotated[str, OIDC_CLIENT_ID]


def _grafana_uid(example: str) -> Rule:
    limit = limits.DASHBOARD_UID_LIMIT
    sentence = f"a Grafana uid of at most {limit} letters, digits, '-' and '_'"
    return Rule(sentence, example, matches(limits.DASHBOARD_UID, limit))


DASHBOARD_UID = _grafana_uid("d4f7k2m9q1x0z")
DashboardUid = Annotated[str, DASHBOARD_UID]
FOLDER_UID = _grafana_uid("monitoring")
FolderUid = Annotated[str, FOLDER_UID]
