"""The stand-in's way to AWS: the provider's configuration, clients made when first needed, errors as
sentences.

Owns: region, endpoints, credentials and default tags as pulumi-aws takes them; one botocore session. Does not
own: any resource. botocore, which boto3 is a shell around, is imported at the first call: an engine that only
previews what has not changed and reads nothing never pays for it.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from local.plugins.provider import PluginError, Values

ENDPOINT_NAMES = {
    "s3": "s3",
    "iam": "iam",
    "eks": "eks",
    "ec2": "ec2",
    "autoscaling": "autoscaling",
    "sts": "sts",
}
"""Service name in botocore -> its key in the provider's `endpoints`."""

SETTINGS = {
    "region", "endpoints", "accessKey", "secretKey", "token", "profile", "defaultTags", "maxRetries", "s3UsePathStyle",
    "allowedAccountIds", "assumeRoles", "skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation",
    "skipRequestingAccountId", "version",
}  # fmt: skip

CONNECTIONS = 64
"""Kept open to each service: many engines may share one plugin."""


@dataclass
class Aws:
    """What every handler talks through. Safe for threads; configured once, before the first call."""

    settings: Values = field(default_factory=dict[str, Any])
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    _session: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def configure(self, values: Values) -> None:
        """Take the provider's configuration.

        Raises PluginError for a setting that the stand-in does not implement, and without a region.
        """
        settings = {k: _parsed(v) for k, v in values.items() if v is not None and not k.startswith("__")}
        unknown = sorted(k for k in set(settings) - SETTINGS if settings[k] not in ("", [], {}, False))
        if unknown:
            raise PluginError(
                f"The stand-in for pulumi-aws does not implement the provider setting 'aws:{unknown[0]}'."
            )
        settings["region"] = (
            settings.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        )
        if not settings["region"]:
            raise PluginError(
                "Missing region configuration: expected the setting 'aws:region', for example 'ap-northeast-2'."
            )
        self.settings = settings
        allowed = settings.get("allowedAccountIds")
        if allowed and (reached := self.ask("sts", "get_caller_identity")["Account"]) not in allowed:
            raise PluginError(f"AWS account ID not allowed: {reached}")

    @property
    def region(self) -> str:
        return self.settings["region"]

    @property
    def default_tags(self) -> dict[str, str]:
        """Tags that every resource gets beside its own."""
        return dict((self.settings.get("defaultTags") or {}).get("tags") or {})

    def call(
        self,
        service: str,
        operation: str,
        *,
        region: str | None = None,
        missing: Collection[str] = (),
        **parameters: Any,
    ) -> Values | None:
        """Call one operation (`create_bucket`); None when AWS answers one of the error codes in `missing`."""
        try:
            return getattr(self.client(service, region), operation)(**parameters)
        except Exception as error:
            if error_code(error) in missing:
                return None
            raise

    def ask(self, service: str, operation: str, *, region: str | None = None, **parameters: Any) -> Values:
        """`call` where every error counts."""
        return cast(Values, self.call(service, operation, region=region, **parameters))

    def pages(
        self, service: str, operation: str, key: str, *, region: str | None = None, **parameters: Any
    ) -> list[Any]:
        """All items under `key` over all pages."""
        pages = self.client(service, region).get_paginator(operation).paginate(**parameters)
        return [item for page in pages for item in page.get(key) or []]

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service in a region (the provider's by default), made once."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make(*key)
            return self._clients[key]

    def _make(self, service: str, region: str) -> Any:
        import botocore.session
        from botocore.config import Config

        settings = self.settings
        if self._session is None:
            # The real provider asks the instance metadata for credentials too; a stand-in never runs there.
            os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
            self._session = self._identity(botocore.session.Session(profile=settings.get("profile") or None))
        options: dict[str, Any] = {"retries": {"mode": "standard", "max_attempts": settings.get("maxRetries", 3)}}
        if service == "s3" and settings.get("s3UsePathStyle"):
            options["s3"] = {"addressing_style": "path"}
        return self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoint(service),
            config=Config(connect_timeout=5, read_timeout=60, max_pool_connections=CONNECTIONS, **options),
        )

    def _identity(self, session: Any) -> Any:
        """The session with the keys and roles of the configuration."""
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

        settings = self.settings
        if settings.get("accessKey"):
            session.set_credentials(settings["accessKey"], settings.get("secretKey"), settings.get("token") or None)
        for role in settings.get("assumeRoles") or []:
            if unknown := sorted(set(role) - {"roleArn", "sessionName", "externalId"}):
                raise PluginError(f"The stand-in for pulumi-aws does not implement 'aws:assumeRoles[].{unknown[0]}'.")
            said = {"RoleSessionName": role.get("sessionName") or "pulumi", "ExternalId": role.get("externalId")}
            fetcher = AssumeRoleCredentialFetcher(
                partial(session.create_client, region_name=self.region, endpoint_url=self._endpoint("sts")),
                session.get_credentials(),
                role["roleArn"],
                extra_args={name: value for name, value in said.items() if value},
            )
            session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
        return session

    def _endpoint(self, service: str) -> str | None:
        """The configured address; None leaves it to AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL."""
        for group in self.settings.get("endpoints") or []:
            if group.get(ENDPOINT_NAMES[service]):
                return group[ENDPOINT_NAMES[service]]
        return None


def _parsed(value: Any) -> Any:
    """A setting's value: the engine sends everything but text as JSON inside a string."""
    if isinstance(value, str) and (value[:1] in ("[", "{") or value in ("true", "false") or value.isdigit()):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def error_code(error: Exception) -> str:
    """The AWS error code of an exception (`NoSuchBucket`); empty when AWS did not answer."""
    return (getattr(error, "response", None) or {}).get("Error", {}).get("Code", "")


def explain(error: Exception) -> str | None:
    """A sentence in the form of pulumi-aws for an error of AWS or of the way to it; None for any other error."""
    if type(error).__module__.partition(".")[0] != "botocore":
        return None
    from botocore import exceptions as botocore_errors

    if isinstance(error, botocore_errors.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", "unknown")
        details = error.response.get("Error", {})
        return (
            f"operation error {error.operation_name}, https response error StatusCode: {status}, "
            f"api error {details.get('Code', 'Unknown')}: {details.get('Message', '')}"
        )
    if isinstance(error, (botocore_errors.NoCredentialsError, botocore_errors.PartialCredentialsError)):
        return "No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE."
    if isinstance(error, (botocore_errors.HTTPClientError, botocore_errors.ConnectionError)):
        return f"{error} Check that the AWS endpoint is running and that 'aws:endpoints' or AWS_ENDPOINT_URL is right."
    return str(error)


@contextmanager
def doing(what: str) -> Generator[None]:
    """Put `what` ("creating S3 Bucket (x)") before the error of any AWS call inside."""
    try:
        yield
    except PluginError:
        raise
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        raise PluginError(f"{what}: {sentence}") from error
