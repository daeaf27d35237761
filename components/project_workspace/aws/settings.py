"""What a stack says of its way to AWS: `aws:profile`, `aws:assumeRoles`, keys, endpoints.

Owns: reading those settings for the parts of this program that call AWS themselves, so that they come with the identity
of Pulumi's AWS provider and to the same endpoints. Does not own: what they do to a client (`client.py`), and settings
that only the provider has a use for, such as `aws:defaultTags`. The settings are those of pulumi-aws
(https://www.pulumi.com/registry/packages/aws/installation-configuration/).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from project_workspace.remote.errors import CredentialsError

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


@dataclass(frozen=True)
class AwsSettings:
    """Every field as pulumi-aws takes it; what is not set is left to AWS's usual chain."""

    region: str | None = None
    profile: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    token: str | None = None
    shared_config_file: str | None = None
    shared_credentials_file: str | None = None
    assume_roles: tuple[RoleToAssume, ...] = ()
    """One after the other, each with the credentials of the one before."""
    web_identity: RoleToAssume | None = None
    """Assumed first, by a token of somebody else's."""
    endpoints: tuple[tuple[str, str], ...] = ()
    """Service and address."""
    sts_region: str | None = None
    custom_ca_bundle: str | None = None
    insecure: bool = False
    """Whether certificates are not looked at."""
    proxies: tuple[tuple[str, str], ...] = ()
    use_fips_endpoint: bool = False
    use_dualstack_endpoint: bool = False
    s3_use_path_style: bool = False

    def endpoint(self, service: str) -> str | None:
        """The service's own address, when the stack says one."""
        return dict(self.endpoints).get(service)

    @property
    def verify(self) -> bool | str | None:
        """The certificates to trust, as botocore takes them: a bundle, None for its own, False to look at none."""
        return False if self.insecure else self.custom_ca_bundle

    @property
    def identity(self) -> str:
        """Where the identity comes from, in words; never a part of a secret."""
        if self.assume_roles:
            return f"role {self.assume_roles[-1].arn}"
        if self.web_identity:
            return f"role {self.web_identity.arn}"
        if self.access_key:
            return "the keys of the stack's configuration"
        return f"profile {self.profile}" if self.profile else "AWS's usual chain"


@dataclass(frozen=True)
class RoleToAssume:
    """A role, and what is said when it is assumed."""

    arn: str
    said: tuple[tuple[str, Any], ...] = ()
    """Parameters of the call, as STS names them; lists as their JSON."""
    token: str | None = None
    token_file: str | None = None

    @property
    def narrowed(self) -> bool:
        """Whether more is said than how the session is called, and how long it lasts."""
        return not {name for name, _ in self.said} <= {"RoleSessionName", "DurationSeconds"}

    @property
    def parameters(self) -> dict[str, Any]:
        """What is said, as STS takes it."""
        return {name: json.loads(value) for name, value in self.said}


def read(get: Callable[[str], Any]) -> AwsSettings:
    """The settings of a stack; `get` answers the configuration's text of a key, None without one.

    Raises CredentialsError for what pulumi-aws would take, and these parts cannot.
    """
    text = _Texts(get)
    return AwsSettings(
        region=text("region"),
        profile=text("profile"),
        access_key=text("accessKey"),
        secret_key=text("secretKey"),
        token=text("token"),
        shared_config_file=text.only_file("sharedConfigFiles"),
        shared_credentials_file=text.only_file("sharedCredentialsFiles"),
        assume_roles=tuple(_role(each) for each in text.parsed("assumeRoles") or []),
        web_identity=_role(found) if (found := text.parsed("assumeRoleWithWebIdentity")) else None,
        endpoints=tuple((name, url) for group in text.parsed("endpoints") or [] for name, url in group.items()),
        sts_region=text("stsRegion"),
        custom_ca_bundle=text("customCaBundle"),
        insecure=text("insecure") == "true",
        proxies=tuple((name, url) for name in ("http", "https") if (url := text(f"{name}Proxy"))),
        use_fips_endpoint=text("useFipsEndpoint") == "true",
        use_dualstack_endpoint=text("useDualstackEndpoint") == "true",
        s3_use_path_style=text("s3UsePathStyle") == "true",
    )


@dataclass(frozen=True)
class _Texts:
    get: Callable[[str], Any]

    def __call__(self, name: str) -> str | None:
        found = self.get(f"aws:{name}")
        return str(found) if found else None

    def parsed(self, name: str) -> Any:
        """A list or section, which the engine hands over as JSON."""
        found = self(name)
        try:
            return json.loads(found) if found else None
        except ValueError:
            raise _unusable(name, "JSON") from None

    def only_file(self, name: str) -> str | None:
        files = self.parsed(name) or []
        if len(files) > 1:
            raise _unusable(name, "one file: the parts of this program that call AWS themselves read no more")
        return files[0] if files else None


def _role(found: dict[str, Any]) -> RoleToAssume:
    if not found.get("roleArn"):
        raise _unusable("assumeRoles[].roleArn", "a role's ARN, for example 'arn:aws:iam::123456789012:role/deploy'")
    said = {
        "RoleSessionName": found.get("sessionName"),
        "ExternalId": found.get("externalId"),
        "Policy": found.get("policy"),
        "PolicyArns": [{"arn": each} for each in found.get("policyArns") or []],
        "Tags": [{"Key": key, "Value": value} for key, value in (found.get("tags") or {}).items()],
        "TransitiveTagKeys": found.get("transitiveTagKeys"),
        "SourceIdentity": found.get("sourceIdentity"),
        "DurationSeconds": _seconds(found["duration"]) if found.get("duration") else None,
    }
    return RoleToAssume(
        arn=found["roleArn"],
        said=tuple((name, json.dumps(value)) for name, value in said.items() if value),
        token=found.get("webIdentityToken"),
        token_file=found.get("webIdentityTokenFile"),
    )


def _seconds(duration: str) -> int:
    """Go's text for a time, for example `1h30m`."""
    found = _DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        raise _unusable("assumeRoles[].duration", "a time in hours, minutes and seconds, for example '1h'")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _unusable(name: str, expected: str) -> CredentialsError:
    return CredentialsError(
        f"aws:{name}: Expected {expected}", where="the stack's configuration", remedy="Correct it in the stack's file."
    )
