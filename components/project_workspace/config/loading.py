"""Stack configuration as text in, validated settings out: every problem reported at once, with its path.

Owns: the reading of the engine's texts, references to the environment, the rule that secrets are given encrypted, and
what must fit together across keys. Does not own the keys themselves (`settings.py`), the kinds of values
(`values.py`) or what must fit within one node group (`node_group_checks.py`). Why before anything else: a wrong
setting must be found, together with all others, before the first resource is touched.

The engine itself refuses a top-level key of a wrong type before this module sees it (Pulumi.yaml's schema), also
without touching anything; everything else, absent keys included, is reported from here.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pulumi
import yaml
from pydantic import ValidationError

from project_workspace import names
from project_workspace.aws import regions, tags
from project_workspace.config import common_files, stack_file, values
from project_workspace.config.common_files import Common
from project_workspace.config.settings import NodeGroupSettings, Settings
from project_workspace.config.values import Problem
from project_workspace.dex import component as login
from project_workspace.eks import node_group_rules
from project_workspace.iam import component as access
from project_workspace.kube.kubeconfig import holds_credentials
from project_workspace.kubeflow import quota
from project_workspace.passwords import rotation_problem

PROJECT_NAMESPACE = "project-workspace"
"""The configuration namespace of this program's keys: the project's name in Pulumi.yaml."""


class SettingsError(pulumi.RunError):
    """All problems of a stack's configuration, one a line; nothing was touched."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem.path}: {problem.sentence}" for problem in problems)
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        super().__init__(f"The stack's configuration has {count}; nothing was touched.\n{lines}")


SECRET_PATHS = (
    ("login", "password"),
    ("login", "passwordHash"),
    ("conductor", "systemAccountPassword"),
)
"""Settings that may only be given encrypted."""

CREDENTIAL_KEYS = ("conductorAdminUser", "conductorAdminPassword", "grafanaToken")
"""Keys that the dynamic providers read by themselves when the environment has no credentials; never settings."""

_ENVIRONMENT_REFERENCES = (("conductor", "url"), ("grafana", "url"))


def load(
    config: Mapping[str, str],
    *,
    secret_keys: set[str],
    environment: Mapping[str, str],
    stack_text: str | None = None,
    common_text: common_files.ReadText = common_files.none,
) -> Settings:
    """The settings of a stack.

    `config` is the stack's configuration as the engine gives it (`namespace:key` to text, structures as JSON),
    `secret_keys` names those keys that hold something encrypted, `environment` the process's variables, `stack_text`
    the stack's file as it is written, if it has one; `common_text` reads the files that its `common` names. A URL may
    be `${NAME}`: the variable's value. Raises `SettingsError` with every problem.
    """
    prefix = f"{PROJECT_NAMESPACE}:"
    given = {key.removeprefix(prefix): text for key, text in config.items() if key.startswith(prefix)}
    secret = {key.removeprefix(prefix) for key in secret_keys if key.startswith(prefix)}
    problems = [
        Problem(key, "Expected an encrypted value, for example set by "
                f"'pulumi config set --secret {key}'; change what was stored in clear.")
        for key in CREDENTIAL_KEYS
        if key in given and key not in secret
    ]  # fmt: skip
    raw = {key: text for key, text in given.items() if key not in CREDENTIAL_KEYS}
    own = _document(raw)
    common = common_of(own.get(common_files.KEY), common_text)
    document = common_files.merged([said_by(common), own])
    if "region" in document:
        problems.append(
            Problem("region", "Expected the key of the AWS provider, for example 'aws:region: ap-northeast-2'.")
        )
    document["region"] = config.get("aws:region") or environment.get("AWS_REGION")
    problems += _kubeconfig_in_clear(config, secret_keys) + common.problems
    problems += _resolve_environment(document, environment) + _plain_text_secrets(own, secret)
    problems += _secrets_in_clear(stack_text or "")
    try:
        return validated(document, problems)
    except SettingsError as error:
        raise SettingsError([common.told(problem, own) for problem in error.problems]) from None


def common_of(named: Any, common_text: common_files.ReadText) -> Common:
    """The common files of these names, read; problems are in the answer."""
    return common_files.read(
        named, common_text, namespace=PROJECT_NAMESPACE, secrets=SECRET_PATHS, encrypted=CREDENTIAL_KEYS
    )


def said_by(common: Common) -> dict[str, Any]:
    """What the common files say together, by key."""
    return common_files.merged([_document(texts) for _, texts in common.texts])


def _kubeconfig_in_clear(config: Mapping[str, str], secret_keys: set[str]) -> list[Problem]:
    """The engine keeps the configuration in the state for the dynamic providers, a plain token in clear."""
    key = "kubernetes:kubeconfig"
    if key in secret_keys or not holds_credentials(config.get(key, "")):
        return []
    return [
        Problem(
            key,
            f"Expected an encrypted kubeconfig, for example set by 'pulumi config set --secret {key}', because this "
            "one holds credentials; change what was stored in clear.",
        )
    ]


def _document(raw: Mapping[str, str]) -> dict[str, Any]:
    """The configuration's texts as values of the fields' kinds; an empty text counts as absent."""
    kinds: dict[str, Callable[[str], Any]] = {
        field.alias or name: values.reader(field.annotation) for name, field in Settings.model_fields.items()
    }
    document: dict[str, Any] = {}
    for key, text in raw.items():
        if text == "":
            continue
        try:
            document[key] = kinds.get(key, str)(text)
        except json.JSONDecodeError:
            document[key] = text
    return document


def _resolve_environment(document: dict[str, Any], environment: Mapping[str, str]) -> list[Problem]:
    problems: list[Problem] = []
    for section, key in _ENVIRONMENT_REFERENCES:
        holder = document.get(section)
        reference = values.environment_reference(holder.get(key)) if isinstance(holder, dict) else None
        if not isinstance(holder, dict) or reference is None:
            continue
        found = environment.get(reference)
        if found:
            document[section] = {**holder, key: found}
        else:
            problems.append(
                Problem(f"{section}.{key}", f"Expected the environment variable {reference}, for example "
                        f"'export {reference}=https://example.com'.")
            )  # fmt: skip
            document[section] = {k: v for k, v in holder.items() if k != key}
    return problems


def _plain_text_secrets(document: Mapping[str, Any], secret_keys: set[str]) -> list[Problem]:
    """What the engine tells: a section without anything encrypted in it. Serves where there is no stack file."""
    return [
        _in_clear((section, key))
        for section, key in SECRET_PATHS
        if isinstance(document.get(section), dict)
        and document[section].get(key) is not None
        and section not in secret_keys
    ]


def _secrets_in_clear(stack_text: str) -> list[Problem]:
    """What the stack's file tells: a secret in clear beside an encrypted one."""
    try:
        return [_in_clear(path) for path in stack_file.in_clear(stack_text, PROJECT_NAMESPACE, SECRET_PATHS)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        return [Problem("config", f"Expected a stack file of YAML, for example '{{config: {{}}}}'{where}.")]


def _in_clear(path: tuple[str, ...]) -> Problem:
    key = ".".join(path)
    return Problem(
        key,
        "Expected an encrypted value, for example set by "
        f"'pulumi config set --path --secret {key}'; change what was stored in clear.",
    )


def validated(document: Mapping[str, Any], told: Iterable[Problem] = ()) -> Settings:
    """The settings of a document by key; `told` are problems that are known already.

    Each top-level key is validated by itself, then what must fit together, so that nothing hides anything else. Raises
    `SettingsError`.
    """
    problems = list(told)
    good: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        key = field.alias or name
        if document.get(key) is None and not field.is_required():
            good[name] = field.get_default(call_default_factory=True)
            continue
        try:
            good[name] = values.validate(Settings, name, document.get(key))
        except ValidationError as error:
            problems += values.problems(Settings, key, error)
    known = [field.alias or name for name, field in Settings.model_fields.items()]
    paths = {problem.path for problem in problems}
    problems += [values.unknown_key(key, known) for key in sorted(set(document) - set(known) - paths)]
    problems += _together(good)
    if problems:
        raise SettingsError(sorted(set(problems), key=lambda problem: problem.path))
    return Settings.model_construct(**good)


def _together(good: Mapping[str, Any]) -> list[Problem]:
    """What must fit together across keys; each check runs when the keys it needs are right by themselves."""
    problems: list[Problem] = []
    groups: list[NodeGroupSettings] = good.get("node_groups", [])
    if groups and "cluster" in good and not good["cluster"]:
        problems.append(
            Problem("cluster", "Expected the EKS cluster of the node groups, for example 'eks-an2-meerkat-dev'.")
        )
    if good.get("kubernetes") and good["kubernetes"].from_cluster and not good.get("cluster", "unknown"):
        problems.append(
            Problem("cluster", "Expected the EKS cluster to connect to, for example 'eks-an2-meerkat-dev'.")
        )
    for index, group in enumerate(groups):
        found = node_group_rules.problems(group.args())
        problems += [Problem(f"nodeGroups[{index}].{p.path}", p.sentence) for p in found]
    problems += _duplicate_specs(groups) + _unknown_zones(good) + _wrong_rights(good)
    return problems + _quota_problems(good) + _tag_problems(good) + _name_problems(good)


def _wrong_rights(good: Mapping[str, Any]) -> list[Problem]:
    user, rights, conductor = good.get("login"), good.get("access"), good.get("conductor")
    sentences = {
        "login": user and login.password_problem(password=user.password, password_hash=user.password_hash),
        "login.passwordRotation": user and rotation_problem(user.password_rotation, user.password, user.password_hash),
        "conductor.systemAccountPasswordRotation": conductor
        and rotation_problem(conductor.system_account_password_rotation, conductor.system_account_password),
        "access.principals": rights and access.principals_problem(rights.mode, rights.principals),
    }
    return [Problem(path, sentence) for path, sentence in sentences.items() if sentence]


def _quota_problems(good: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(f"quota.{resource}", "Expected a whole number as text, for example '10'.")
        for resource, quantity in good.get("quota", {}).items()
        if quota.needs_whole_number(resource) and not quota.is_whole(quantity)
    ]


def _tag_problems(good: Mapping[str, Any]) -> list[Problem]:
    given: dict[str, str] = good.get("tags", {})
    problems = [
        Problem(f"tags.{key}", f"Expected a key that differs from all others in more than case, for example '{key}2'.")
        for key in tags.same_for_iam(given)
    ]
    if len(given) > tags.GIVEN_LIMIT:
        problems.append(
            Problem(
                "tags",
                f"Expected at most {tags.GIVEN_LIMIT} tags, for example '{tags.GIVEN_LIMIT}', not {len(given)}; "
                f"AWS allows {tags.TAGS_OF_A_RESOURCE}, and nodes have others as well.",
            )
        )
    return problems


def _duplicate_specs(groups: list[NodeGroupSettings]) -> list[Problem]:
    specs = [group.spec for group in groups]
    return [
        Problem(
            f"nodeGroups[{index}].spec",
            f"Expected a spec that no other node group has, for example '{spec}2'.",
        )
        for index, spec in enumerate(specs)
        if spec in specs[:index]
    ]


def _unknown_zones(good: Mapping[str, Any]) -> list[Problem]:
    if "region" not in good:
        return []
    letters = regions.regions()[good["region"]].zones
    return [
        Problem(
            f"nodeGroups[{index}].zones[{position}]",
            f"Expected a zone of {good['region']} ({', '.join(letters)}), for example '{letters[0]}', not '{zone}'.",
        )
        for index, group in enumerate(good.get("node_groups", []))
        for position, zone in enumerate(group.zones)
        if zone not in letters
    ]


def _name_problems(good: Mapping[str, Any]) -> list[Problem]:
    needed = ("project", "environment", "infra", "region", "region_alias", "node_groups", "login", "names")
    if any(key not in good for key in needed):
        return []
    overrides = names.NameOverrides(**good["names"].model_dump())
    groups: list[NodeGroupSettings] = good["node_groups"]
    derived = names.derive(
        project=good["project"],
        environment=good["environment"],
        infra=good["infra"],
        alias=good["region_alias"] or regions.regions()[good["region"]].alias,
        email_domain=good["login"].email_domain,
        specs=[group.spec for group in groups],
        node_group_names={group.spec: group.name for group in groups if group.name},
        overrides=overrides,
    )
    given = names.overridden(overrides, [group.name for group in groups])
    return [Problem(p.setting, p.sentence) for p in names.problems(derived, project=good["project"], overridden=given)]
