"""`ai-devops.config` beside the installer's manifests, and the registry of an air-gapped site ("Step 1").

Owns: these checks. Does not own the rules of the values (`ai_devops/installer_config.py`). A value is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from project_workspace.ai_devops.installer_config import (
    FILE_NAME,
    KEYS,
    NO_REGISTRY,
    REGISTRY,
    RULES,
    values_of,
)
from project_workspace.remote.errors import UnreachableError
from project_workspace.remote.http import HttpRemote, Limits
from workspacectl.preflight.answers import Answer, failed, ok, warning
from workspacectl.preflight.sites import AiDevopsSite

SHORT = Limits(connect_seconds=3, answer_seconds=5, attempts=1)
SPEAKS = (200, 401)
"""What a registry answers at the root of its API (OCI Distribution Specification, "Determining Support")."""


def installer_config(site: AiDevopsSite) -> Answer | None:
    """The installer's configuration is beside its manifests, filled in, as the stack has it, and private."""
    if site.manifests is None:
        return None
    file, write = site.manifests / FILE_NAME, f"workspacectl ai-devops config -s {site.stack}"
    if not file.is_file():
        return warning(f"no {FILE_NAME} in {site.options.manifests}", "it", write)
    wrong = list(_wrong(values_of(file.read_text(encoding="utf-8-sig")), site))
    if wrong:
        return failed("; ".join(wrong), "each key with the stack's value", write)
    if _others_may_read(file):
        return warning("others may read it, and it holds a secret", "mode 0600", f"chmod 600 {file}")
    return ok(f"{', '.join(KEYS)} in {site.options.manifests}/{FILE_NAME}")


def _wrong(values: Mapping[str, str], site: AiDevopsSite) -> Iterator[str]:
    for key in KEYS:
        value = values.get(key, "")
        if not value:
            yield f"{key} is not set"
        elif key == REGISTRY:
            yield from _wrong_registry(value, site.options.installer.registry)
        elif re.fullmatch(r"\{\w*\}", value):
            yield f"{key} is still {value}"
        elif (rule := RULES.get(key)) and not rule.right(value):
            yield f"{key} is not {rule.what}"
    of_the_stack = _of_the_stack(site)
    yield from (
        f"{key} is not the stack's" for key, value in of_the_stack.items() if values.get(key) not in (None, value)
    )


def _wrong_registry(value: str, chosen: str | None) -> Iterator[str]:
    if value != NO_REGISTRY and not chosen:
        yield f"{REGISTRY} is not {NO_REGISTRY}, as it must be where the script is to rewrite nothing"
    elif value == NO_REGISTRY and chosen:
        yield f"{REGISTRY} is still {NO_REGISTRY} in an air-gapped site"


def _of_the_stack(site: AiDevopsSite) -> dict[str, str]:
    """What the stack says, but for the secret."""
    options, installer = site.options.oidc_client, site.options.installer
    if not options.url or not installer.custom_domain:
        return {}
    return {
        "DISCOVERY_URL": f"{options.url.rstrip('/')}/realms/{options.realm}",
        "CUSTOM_DOMAIN": installer.custom_domain,
        "GATEKEEPER_VERSION": installer.gatekeeper_version,
        "LOG_LEVEL": installer.log_level,
        **({REGISTRY: installer.registry} if installer.registry else {}),
    }


def _others_may_read(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o077)


def installer_registry(site: AiDevopsSite) -> Answer | None:
    """The registry of an air-gapped site answers ("Installing in an air-gapped site", 1)."""
    setting, of_the_site = "installer.registry", site.options.images.registry
    if not (registry := site.options.installer.registry):
        setting, registry = "images.registry", of_the_site and of_the_site.partition("/")[0]
    if not site.options.air_gap or not registry:
        return None
    reasons: list[str] = []
    for scheme in ("https", "http"):  # the guide's own is one without certificate
        try:
            answer = HttpRemote(f"{scheme}://{registry}", "registry", SHORT).call("ask the registry", "GET", "v2/")
        except UnreachableError as error:
            reasons.append(error.what)
            continue
        if answer.status in SPEAKS:
            return ok(f"{registry} answers by {scheme}")
        reasons.append(f"status {answer.status} by {scheme}")
    remedy = f"start it, or correct '{setting}'; 'curl -X GET {registry}/v2/_catalog' shows what it has"
    return failed(f"{registry} does not answer as a registry does: {'; '.join(reasons)}", "the registry's API", remedy)


CHECKS = (installer_config, installer_registry)
