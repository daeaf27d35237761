"""Who may do what on the platform's AWS: roles, users, the account's own policies, identity providers.

Left out: the versions of a policy that are not in force, the number of the one that is, and when it was written. A
shared policy keeps five versions; every edit writes one and throws the oldest away (docs/operations.md, "Destroy").
"""

from __future__ import annotations

import json
from typing import Any

from local.inventory import amazon
from local.platform import Platform

VERSIONS = {"PolicyVersionList", "DefaultVersionId", "UpdateDate"}

_DETAILS = {"roles": "RoleDetailList", "users": "UserDetailList", "policies": "Policies"}
_FILTER = ["Role", "User", "LocalManagedPolicy"]
"""Without the policies that AWS manages: nobody in the account can change them."""


def roles(platform: Platform) -> dict[str, amazon.Document]:
    """Roles with trust policy, attached and inline policies, instance profiles, tags and limits."""
    iam = amazon.client(platform, "iam")
    listed = amazon.named(amazon.every(iam, "list_roles", "Roles"), "RoleName")
    details = amazon.named(_details(iam, "roles"), "RoleName")
    return {name: {**listed[name], **detail} for name, detail in details.items() if name in listed}


def users(platform: Platform) -> dict[str, amazon.Document]:
    """Users with their groups, attached and inline policies."""
    return amazon.named(_details(amazon.client(platform, "iam"), "users"), "UserName")


def policy_documents(platform: Platform) -> dict[str, str]:
    """Name of each policy of the account -> the text that is in force."""
    return {
        policy["PolicyName"]: json.dumps(version["Document"])
        for policy in _policies(amazon.client(platform, "iam"))
        for version in policy["PolicyVersionList"]
        if version["IsDefaultVersion"]
    }


def policies(platform: Platform) -> dict[str, amazon.Document]:
    """The account's policies with tags and number of attachments, without documents."""
    iam = amazon.client(platform, "iam")
    return {
        policy["PolicyName"]: {
            **{key: value for key, value in policy.items() if key not in VERSIONS},
            "Tags": amazon.every(iam, "list_policy_tags", "Tags", PolicyArn=policy["Arn"]),
        }
        for policy in _policies(iam)
    }


def providers(platform: Platform) -> dict[str, amazon.Document]:
    """The OpenID Connect providers by ARN."""
    iam = amazon.client(platform, "iam")
    found = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return {
        each["Arn"]: amazon.answer(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=each["Arn"])
        for each in found
    }


def _policies(iam: Any) -> list[amazon.Document]:
    """The account's policies; their details do not tell names."""
    return [{"PolicyName": each["Arn"].rpartition("/")[2], **each} for each in _details(iam, "policies")]


def _details(iam: Any, kind: str) -> list[amazon.Document]:
    return amazon.every(iam, "get_account_authorization_details", _DETAILS[kind], Filter=_FILTER)
