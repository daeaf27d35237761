"""Whose credentials AWS is asked with: those of the stack's settings, else of AWS's usual chain.

Owns: one session for each set of settings, and the roles that it assumes, in the order in which Pulumi's AWS provider
looks (https://www.pulumi.com/registry/packages/aws/installation-configuration/): keys or a profile of the
configuration before the environment's, then the roles. Does not own: clients and their limits (`client.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from project_workspace.aws.settings import AwsSettings, RoleToAssume

SESSION_NAME = "project-workspace"
"""What AWS's logs call the session of an assumed role, where the settings do not say."""

_lock = Lock()
"""Clients may be used by many threads at once, the session that makes them by one."""


def create(settings: AwsSettings, service: str, **options: Any) -> Any:
    """A botocore client with the credentials of `settings`. Raises botocore's BotoCoreError."""
    with _lock:
        return session(settings).create_client(service, **options)


@cache
def session(settings: AwsSettings) -> Any:
    """The one session of this process: each new one reads the endpoints of all of AWS's services again."""
    import botocore.session

    made = botocore.session.Session()
    if settings.profile:
        # Named so it counts before the environment's keys, as in the provider.
        made.set_config_variable("profile", settings.profile)
    if settings.shared_config_file:
        made.set_config_variable("config_file", settings.shared_config_file)
    if settings.shared_credentials_file:
        made.set_config_variable("credentials_file", settings.shared_credentials_file)
    if settings.access_key and settings.secret_key:
        made.set_credentials(settings.access_key, settings.secret_key, settings.token)
    if settings.web_identity:
        _take(made, "assume-role-with-web-identity", _by_web_identity(made, settings, settings.web_identity))
    for role in settings.assume_roles:
        _take(made, "assume-role", _by_role(made, settings, role))
    return made


def _take(made: Any, method: str, fetcher: Any) -> None:
    """Let the session have what the fetcher fetches, when it is first needed, and again before it ends."""
    from botocore.credentials import DeferredRefreshableCredentials

    made._credentials = DeferredRefreshableCredentials(method=method, refresh_using=fetcher.fetch_credentials)


def _by_role(made: Any, settings: AwsSettings, role: RoleToAssume) -> Any:
    from botocore.credentials import AssumeRoleCredentialFetcher
    from botocore.exceptions import NoCredentialsError

    if made.get_credentials() is None:
        raise NoCredentialsError
    return AssumeRoleCredentialFetcher(
        client_creator=_sts(made, settings),
        source_credentials=made.get_credentials(),
        role_arn=role.arn,
        extra_args={"RoleSessionName": SESSION_NAME, **role.parameters},
    )


def _by_web_identity(made: Any, settings: AwsSettings, role: RoleToAssume) -> Any:
    from botocore.credentials import AssumeRoleWithWebIdentityCredentialFetcher

    return AssumeRoleWithWebIdentityCredentialFetcher(
        client_creator=_sts(made, settings),
        web_identity_token_loader=lambda: role.token or Path(str(role.token_file)).expanduser().read_text(),
        role_arn=role.arn,
        extra_args={"RoleSessionName": SESSION_NAME, **role.parameters},
    )


def _sts(made: Any, settings: AwsSettings) -> Callable[..., Any]:
    """Makes the clients by which roles are assumed; the fetcher gives them the credentials."""

    def make(service: str, **options: Any) -> Any:
        with _lock:
            return made.create_client(
                service,
                region_name=settings.sts_region or settings.region,
                endpoint_url=settings.endpoint(service),
                verify=settings.verify,
                **options,
            )

    return make
