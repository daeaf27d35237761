"""Stack configuration as text in, validated settings out: every problem reported at once, with its path.

Owns: the reading of the engine's texts, references to the environment, and the rule that secrets are given encrypted.
Does not own the options, their rules, or which of them are secret (`program.py`). Why before anything else: a wrong
setting must be found, together with all others, before the first resource is touched.

The engine itself refuses a top-level key of a wrong type before this module sees it (Pulumi.yaml's schema), also
without touching anything; everything else, absent keys included, is reported from here.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from project_workspace.config import common_files, stack_file, written
from project_workspace.config.common_files import Common
from project_workspace.config.program import Options, Program
from project_workspace.kube.kubeconfig import holds_credentials
from project_workspace.schema.problem import InvalidOptionsError, Problem
from project_workspace.schema.section import problems_of


class SettingsError(InvalidOptionsError):
    """All problems of a stack's configuration, one a line; nothing was touched."""

    whose = "The stack's configuration has"


def load(
    program: Program[Options],
    config: Mapping[str, str],
    *,
    secret_keys: set[str],
    environment: Mapping[str, str],
    stack_text: str | None = None,
    common_text: common_files.ReadText = common_files.none,
) -> Options:
    """The settings of a stack of this program.

    `config` is the stack's configuration as the engine gives it (`namespace:key` to text, structures as JSON),
    `secret_keys` names those keys that hold something encrypted, `environment` the process's variables, `stack_text`
    the stack's file as it is written, if it has one; `common_text` reads the files that its `common` names. A URL may
    be `${NAME}`: the variable's value. Raises `SettingsError` with every problem.
    """
    prefix = f"{program.namespace}:"
    given = {key.removeprefix(prefix): text for key, text in config.items() if key.startswith(prefix)}
    secret = {key.removeprefix(prefix) for key in secret_keys if key.startswith(prefix)}
    problems = [
        Problem(key, "Expected an encrypted value, for example set by "
                f"'pulumi config set --secret {key}'; change what was stored in clear.")
        for key in program.credential_keys
        if key in given and key not in secret
    ]  # fmt: skip
    raw = {key: text for key, text in given.items() if key not in program.credential_keys}
    own, dates = written.as_written(_document(raw, program), stack_text or "", program.namespace, program.options)
    common = common_of(own.get(common_files.KEY), common_text, program)
    document = common_files.merged([said_by(common, program), own])
    if "region" in document:
        problems.append(
            Problem("region", "Expected the key of the AWS provider, for example 'aws:region: ap-northeast-2'.")
        )
    document["region"] = config.get("aws:region") or environment.get("AWS_REGION")
    problems += dates + _kubeconfig_in_clear(config, secret_keys) + common.problems
    problems += _resolve_environment(document, environment, program) + _plain_text_secrets(own, secret, program)
    problems += _secrets_in_clear(stack_text or "", program)
    try:
        return validated(document, program, problems)
    except SettingsError as error:
        raise SettingsError([common.told(problem, own) for problem in error.problems]) from None


def common_of(named: Any, common_text: common_files.ReadText, program: Program[Any]) -> Common:
    """The common files of these names, read; problems are in the answer."""
    return common_files.read(named, common_text, program)


def said_by(common: Common, program: Program[Any]) -> dict[str, Any]:
    """What the common files say together, by key."""
    return common_files.merged([_document(texts, program) for _, texts in common.texts])


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


def _document(raw: Mapping[str, str], program: Program[Any]) -> dict[str, Any]:
    """The configuration's texts as values of the options' kinds; an empty text counts as absent."""
    document: dict[str, Any] = {}
    for key, text in raw.items():
        if text == "":
            continue
        try:
            document[key] = text if key in program.texts else json.loads(text)
        except json.JSONDecodeError:
            document[key] = text
    return document


def _resolve_environment(
    document: dict[str, Any], environment: Mapping[str, str], program: Program[Any]
) -> list[Problem]:
    problems: list[Problem] = []
    for section, key in program.references:
        holder = document.get(section)
        reference = _reference(holder.get(key)) if isinstance(holder, dict) else None
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


def _reference(value: Any) -> str | None:
    """The name in `${NAME}`; None for every other value."""
    found = re.fullmatch(r"\$\{(\w+)\}", value) if isinstance(value, str) else None
    return found[1] if found else None


def _plain_text_secrets(document: Mapping[str, Any], secret_keys: set[str], program: Program[Any]) -> list[Problem]:
    """By the engine's word: a section without anything encrypted in it. Serves where there is no stack file."""
    return [
        _in_clear((section, key))
        for section, key in program.secrets
        if isinstance(document.get(section), dict)
        and document[section].get(key) is not None
        and section not in secret_keys
    ]


def _secrets_in_clear(stack_text: str, program: Program[Any]) -> list[Problem]:
    """By the stack's file: a secret in clear beside an encrypted one."""
    try:
        return [_in_clear(path) for path in stack_file.in_clear(stack_text, program.namespace, program.secrets)]
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


def validated(document: Mapping[str, Any], program: Program[Options], known: Iterable[Problem] = ()) -> Options:
    """The settings of a document by key; `known` are problems that were found before. Raises `SettingsError`."""
    problems = list(known)
    try:
        options = program.options.model_validate(document)
    except ValidationError as error:
        told = {problem.path for problem in problems}
        raise SettingsError([*problems, *(each for each in problems_of(error) if each.path not in told)]) from None
    if problems:
        raise SettingsError(problems)
    return options
