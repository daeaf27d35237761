"""Which AWS account a dynamic provider talks to: the one to which the stack belongs, as the stack reaches it.

Owns: a dynamic provider's client, with the identity of the stack's `aws:` settings; and that it is of the account that
the properties name. Does not own the note of the account (`lifecycle/account_identity.py`), nor clients (`client.py`).
"""

import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

from project_workspace.aws import client as aws
from project_workspace.aws import settings as aws_settings
from project_workspace.aws.settings import AwsSettings
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, StackConfig

ACCOUNT = "accountId"
"""The property that names the account; part of every provider's `update_on`, since delete uses the one in the state."""

_lock = threading.Lock()


@dataclass(frozen=True)
class Account:
    """Who AWS says that we are."""

    id: str
    partition: str
    arn: str
    """Of the identity, for messages."""


class OtherAccountError(RefusedError):
    """The identity is of another account than the one to which the stack belongs."""


def client(config: StackConfig, props: Props, service: str, *, attempts: int = 1) -> Any:
    """A client for the resource's `region`, by the stack's own identity. See `aws.client.client`.

    Raises OtherAccountError when that identity is of another account than the properties name.
    """
    require_account(config, props)
    return aws.client(_settings(config), service, props.get("region"), attempts=attempts)


def require_account(config: StackConfig, props: Props) -> None:
    """Raise OtherAccountError when the stack's identity is of another account than the properties name, if they do."""
    noted = props.get(ACCOUNT)
    if noted and (reached := account(config)).id != noted:
        raise other_account(config, noted, reached)


def other_account(config: StackConfig, noted: str, reached: Account) -> OtherAccountError:
    """The error, for whoever has looked already."""
    return OtherAccountError(
        f"This stack belongs to another AWS account: to {noted}, and this is {reached.id}",
        where=f"{reached.arn}, by {_settings(config).identity}",
        remedy="Choose an identity of the stack's own account (docs/operations.md, 'Another account').",
    )


def account(config: StackConfig) -> Account:
    """The account of the stack's identity: asked once a process."""
    # Under a lock: resources that begin side by side need not all ask.
    with _lock:
        return _account(_settings(config))


def forget() -> None:
    """Let every look at the account be made anew."""
    _account.cache_clear()


@cache
def _account(settings: AwsSettings) -> Account:
    with aws.translate_errors("sts:GetCallerIdentity", f"AWS, by {settings.identity}"):
        sts = aws.client(settings, "sts", attempts=aws.READ_ATTEMPTS)
        found = aws.with_deadline(sts.get_caller_identity)
        return Account(id=found["Account"], partition=found["Arn"].split(":")[1], arn=found["Arn"])


def _settings(config: StackConfig) -> AwsSettings:
    return aws_settings.read(config.stack_value)
