"""A stack file for a workspace that exists: the settings that describe it, with the reasons as comments.

Owns: which settings are written, and their text. Does not own the search (`discovery.py`), what settings may be
(`project_workspace.config.loading`, which judges the result), nor secrets: the hash of the login is set by `pulumi
config set`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from project_workspace import names
from project_workspace.conductor.records import Spec
from project_workspace.config.stack_file import FIRST_LINE
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE
from project_workspace.dex.config_file import BCRYPT
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.schema.section import keys_of
from workspacectl.adopt.discovery import Found, Question

FIXED_HASH = "$2a$12$A6GAI7xf1CjfPCF3MnycvuDcXUdP4O.Ruo7PvQUFUkmKGSYcCiieS"
"""The one password hash of the runbook (docs/facts/runbook.md, section 1), which every workspace made with it has."""

COMMENTS = {
    "namespace": "No Profile has made it: it stays whoever's it is, and is there when this stack is gone. With `plain` "
    "it would be this stack's, and go with it.",
    "nodeGroups": "As they are. `existing` keeps a group on its own role and launch template, so that no node is "
    "replaced; without it the group is replaced by one of this program's own, which is made first.",
    "names": "Where the names of what exists differ from the derived ones.",
    "runai": "As it is. Executors stay in the lists that all projects share; whoever sees all projects is in no file.",
    "storage": "As it is. `unmanaged` names what stays others'; the statements of `policy` stand beside this "
    "program's.",
    "adopt": "Takes over what exists, and protects it. Remove it when 'pulumi up' has run.",
}
OTHERS_DEFAULTS = "What a container gets that says nothing itself is said there already, by LimitRange {}."
OTHERS_VOLUMES = (
    "Volumes of the namespace stay those of the people who made them: {}. To take one over, name it in 'volumes', with "
    "the size and the access modes that it has."
)
WIDTH = 118
_ORDER = keys_of(StackOptions)


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as it is, so that it can be read."""


_Dumper.add_representer(
    str, lambda to, text: to.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
)


def settings_of(question: Question, found: Found) -> dict[str, Any]:
    """The settings that describe what exists, in the order of a stack file; without secrets."""
    overrides = _overrides(question, found)
    derived = question.names(overrides)
    written: dict[str, Any] = {
        "project": question.project,
        "environment": question.environment,
        "infra": question.infra,
        "regionAlias": question.region_alias,
        "cluster": question.cluster,
        "nodeGroups": list(_groups(question, found)),
        "namespace": {"kind": EXISTING} if found.namespace else {},
        "quota": _quota(found),
        "containerDefaults": {"enabled": False} if found.limit_ranges else {},
        "members": [{"email": each.email, "role": each.role} for each in found.members if not each.why_not],
        "kubeflow": {"contributors": True} if found.namespace and found.members else {},
        "runai": found.runai.settings if found.runai else {},
        "storage": dict(found.bucket.settings) if found.bucket else {},
        "login": _login(found, derived),
        "grafana": {"url": question.grafana_url, "folder": question.grafana_folder} if question.grafana_url else None,
        "conductor": _conductor(question, found),
        "names": {key: value for key, value in overrides.model_dump(by_alias=True).items() if value},
        "adopt": True,
    }
    return {key: _without_none(value) for key, value in written.items() if value not in (None, {}, [])}


def text_of(question: Question, found: Found, settings: Mapping[str, Any]) -> str:
    """The stack file's text."""
    parts = [
        FIRST_LINE,
        "# Written by 'workspacectl adopt stack-file' from what exists. Review it, then see what an adoption would do:",
        f"# workspacectl adopt preview --stack {question.project}-{question.environment}",
        "config:",
        f"  aws:region: {question.region}",
    ]
    for member in [member for member in found.members if member.why_not]:
        parts.append(f"  # Left out: member {member.email}, because {member.why_not}.")
    for group in [group for group in found.groups if group.why_not]:
        parts.append(f"  # Left out: node group {group.name}, because {group.why_not}.")
    parts += [f"  # {line}" for line in _wrapped(found.role.note if found.role else "")]
    if found.claims:
        parts += [f"  # {line}" for line in _wrapped(OTHERS_VOLUMES.format(", ".join(found.claims)))]
    parts += [f"  # {line}" for line in _wrapped(_about_the_login(found))]
    for key, value in sorted(settings.items(), key=lambda item: _ORDER.index(item[0])):
        if key in COMMENTS:
            parts += [f"  # {line}" for line in _wrapped(COMMENTS[key])]
        if key == "containerDefaults":
            parts += [f"  # {line}" for line in _wrapped(OTHERS_DEFAULTS.format(", ".join(found.limit_ranges)))]
        if key == "storage" and found.bucket:
            parts += [f"  # {line}" for note in found.bucket.notes for line in _wrapped(note)]
        named = {f"{WORKSPACE.namespace}:{key}": value}
        dumped = yaml.dump(named, Dumper=_Dumper, sort_keys=False, width=WIDTH)
        parts += [f"  {line}" for line in dumped.rstrip().splitlines()]
    return "\n".join(parts) + "\n"


def _overrides(question: Question, found: Found) -> names.NameOptions:
    """The names of what exists, where the program would derive others."""
    derived = question.names()
    bucket = found.bucket and found.bucket.name
    namespace = str(found.profile["metadata"]["name"]) if found.profile else found.namespace
    user = found.owner and found.owner.partition("@")[0]
    dashboard = found.workspace.content.dashboard_hash if found.workspace and question.grafana_url else None

    def other(name: str | None, usual: str) -> str | None:
        return name if name and name != usual else None

    return names.NameOptions(
        bucket=other(bucket, derived.bucket),
        # Of one that is to be there, the name must be said.
        namespace=found.namespace or other(namespace, derived.namespace),
        user=other(user, derived.user),
        dashboard_uid=other(dashboard, derived.dashboard_uid),
    )


def _groups(question: Question, found: Found) -> Iterator[dict[str, Any]]:
    groups = [group for group in found.groups if not group.why_not]
    usual = question.names(specs=[group.spec for group in groups]).node_groups
    told = {spec.name: spec for spec in found.workspace.content.specs} if found.workspace else dict[str, Spec]()
    for group in groups:
        spec = told.get(group.spec)
        # What somebody typed into AI Conductor may differ from what AWS says of the instance type.
        sizes = {"vcpu": spec.vcpu, "ramGb": spec.ram_gb, "gpu": spec.gpu} if spec and spec.vcpu and spec.ram_gb else {}
        name = {"name": group.name} if group.name != usual[group.spec].group else {}
        yield {**group.settings, **sizes, **name}


def _quota(found: Found) -> dict[str, str]:
    quota = (found.profile or {}).get("spec", {}).get("resourceQuotaSpec") or {}
    return {resource: str(quantity) for resource, quantity in (quota.get("hard") or {}).items()}


def _login(found: Found, derived: names.Names) -> dict[str, Any]:
    domain = (found.owner or derived.email).rpartition("@")[2]
    place = found.dex.place.model_dump(by_alias=True, exclude_defaults=True) if found.dex else {}
    own_domain = {"emailDomain": domain} if domain != derived.email.rpartition("@")[2] else {}
    return {**own_domain, **({"dex": place} if place else {})}


def keeps_its_password(found: Found) -> bool:
    """Whether the login that exists can be kept: dex lets nobody in by a hash of another kind or cost."""
    return bool(found.user and BCRYPT.fullmatch(found.user.hash))


def _about_the_login(found: Found) -> str:
    if found.dex is None:
        return (
            "dex was not found. Before anything else, have this file written again with --dex-namespace, "
            "--dex-config-map and --dex-key, or a user who is there gets a generated password."
        )
    if found.user is None:
        return "There is no login in dex: one is made, with a generated password."
    if not keeps_its_password(found):
        return (
            "The login's hash cannot be kept (dex lets nobody in by it, or has it from its environment): it gets "
            "a generated password."
        )
    fixed = " It is the runbook's fixed one, which is public: change it when you can." * (found.user.hash == FIXED_HASH)
    return f"The login keeps its password: its hash is below, encrypted, as login.passwordHash.{fixed}"


def _conductor(question: Question, found: Found) -> dict[str, Any] | None:
    if not question.conductor_url:
        return None
    hash_ = found.workspace.content.dashboard_hash if found.workspace else ""
    # A dashboard that this stack does not manage stays as it is.
    kept = {"dashboardHash": hash_} if hash_ and not question.grafana_url else {}
    return {"url": question.conductor_url, **kept}


def _without_none(value: Any) -> Any:
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 4)
