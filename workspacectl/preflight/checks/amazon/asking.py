"""One question to AWS, and who asks it.

Owns: the call with its time limit, its failure in a sentence, and the identity as IAM knows it. Does not own any
question.
"""

from __future__ import annotations

from typing import Any

from project_workspace.aws import provider_connection
from project_workspace.aws.client import READ_ATTEMPTS, translate_errors, with_deadline
from workspacectl.preflight.site import Site


def ask(site: Site, question: str, key: str, where: str, **arguments: Any) -> Any:
    """What stands under `key` in AWS's answer, of all pages, to for example `ec2:DescribeSubnets`.

    `where` names the thing that is asked about, for messages. Raises `RemoteError`, where the key is missing too: that
    answer is not AWS's.
    """
    from botocore import xform_name

    service, _, operation = question.partition(":")
    name = xform_name(operation)
    # IAM writes `servicequotas`, where the client is called `service-quotas`.
    with translate_errors(question.replace("-", ""), where):
        client = site.aws(service, attempts=READ_ATTEMPTS)
        if client.can_paginate(name):
            pages = client.get_paginator(name)
            return with_deadline(lambda: pages.paginate(**arguments).build_full_result())[key]
        return with_deadline(lambda: getattr(client, name)(**arguments))[key]


def principal(site: Site) -> str | None:
    """The ARN of the user or role that this identity is to IAM; None for the account's root and federated users.

    A session's own ARN has no path of its role, so IAM is asked for that. Raises `RemoteError`.
    """
    arn = provider_connection.account(site.config).arn
    kind, _, name = arn.split(":", 5)[5].partition("/")
    if kind == "assumed-role":
        role = name.split("/")[0]
        return ask(site, "iam:GetRole", "Role", f"role {role}", RoleName=role)["Arn"]
    return arn if kind == "user" else None
