"""The AWS provider of the program: one for everything, of the account to which the stack belongs.

Owns: handing the stack's `aws:` settings to an explicit provider, and the account that it is allowed. Does not own: the
note of the account (`lifecycle/account_identity.py`), nor what those settings mean to other parts (`settings.py`). Why
not the default provider: only an explicit one is given on to pulumi-eks, which else starts a second plugin in the
version that it was built with; and a default one cannot be held to an account, so that a refresh with somebody else's
credentials would take everything for gone (docs/facts/aws-provider.md, "Which plugins pulumi-eks starts", "Allowed
accounts").
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Optional

import pulumi
import pulumi_aws as aws

_TEXTS = frozenset(
    {
        "access_key",
        "custom_ca_bundle",
        "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "profile",
        "region",
        "retry_mode",
        "s3_us_east1_regional_endpoint",
        "secret_key",
        "sts_region",
        "tag_policy_compliance",
        "token",
    }
)
"""The settings that are plain texts; the engine hands over all others as JSON."""
_CAPITAL = re.compile("[A-Z]")


def provider(
    config: Mapping[str, str], *, secret_keys: Collection[str], account_id: pulumi.Output[Optional[str]]
) -> aws.Provider:
    """The provider. `config` is the stack's configuration as the engine gives it, with the keys of its secrets."""
    settings: dict[str, Any] = {}
    for key, text in config.items():
        if key.startswith("aws:"):
            name = _snake(key.removeprefix("aws:"))
            value = text if name in _TEXTS else json.loads(text)
            settings[name] = pulumi.Output.secret(value) if key in secret_keys else value
    # A list of the stack's own holds. What a preview could not ask for is not known, and not looked at.
    settings.setdefault("allowed_account_ids", account_id.apply(lambda found: [found] if found else []))
    return aws.Provider("aws", **settings)


def _snake(camel: str) -> str:
    return _CAPITAL.sub(lambda found: f"_{found[0].lower()}", camel)
