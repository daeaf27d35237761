"""Settings that several stacks share: `common/NAME.yaml` beside the stacks' files, named by a stack's `common`.

Owns: what such a file may hold, and which of several values counts. Does not own the settings themselves
(`stack_options.py`) or where the files are (`stack_file.py`). Why not Pulumi's own ways: the project-level
configuration in Pulumi.yaml cannot differ by environment and belongs to the program, and the environments of Pulumi ESC
need Pulumi Cloud (docs/facts/pulumi-components-and-packages.md, "Configuration"). The form is that of a stack's file,
so that a line moves from one to the other unchanged.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from project_workspace.config import written
from project_workspace.config.program import Program
from project_workspace.config.stack_options import COMMON_NAME
from project_workspace.schema.problem import Problem

FOLDER = "common"
"""Of the files, in the folder of the stacks' files."""
KEY = "common"
"""The setting that names them."""
NOTHING = (None, [], {})
"""What the engine fills in for a key that a stack's file lacks (Pulumi.yaml); an empty text is dropped before."""

ReadText = Callable[[str], str | None]
"""The text of the common file of this name; None when there is none."""

_OWN_ONLY: dict[str, str] = {
    KEY: "Expected only in a stack's own file, for example 'common: [dev]'; common files name no others.",
    "adopt": "Expected only in a stack's own file, for example 'adopt: true'; it is one stack's permission.",
    "deleteData": "Expected only in a stack's own file, for example 'deleteData: true'; it is one stack's permission.",
}


def none(_: str) -> None:
    """For stacks without common files."""


@dataclass
class Common:
    """What the common files of one stack say."""

    texts: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    """For each file its name and its settings, as the engine would give them."""
    problems: list[Problem] = field(default_factory=list[Problem])

    def told(self, problem: Problem, own: Mapping[str, Any]) -> Problem:
        """The problem; with the file's name when the stack's `own` file says nothing of the setting."""
        key = problem.path.split(".")[0].split("[")[0]
        files = [name for name, settings in self.texts if key in settings]
        if own.get(key) not in NOTHING or not files:
            return problem
        return Problem(problem.path, f"{problem.message} It stands in {FOLDER}/{files[-1]}.yaml.")


def read(named: Any, read_text: ReadText, program: Program[Any]) -> Common:
    """The common files that a stack names, in their order.

    `named` is the setting as it was given: what is no list of such names is left to its own check. The program's
    secrets and credentials may only be in a stack's own file, because each stack has its own key of encryption.
    """
    found = Common()
    for index, name in enumerate(named if isinstance(named, list) else []):
        if not isinstance(name, str) or not COMMON_NAME.fullmatch(name):
            continue
        sentence = f"Expected the name of a file in {FOLDER}/, for example 'dev' for {FOLDER}/dev.yaml"
        try:
            text = read_text(name)
        except (OSError, UnicodeDecodeError) as error:
            found.problems.append(Problem(f"{KEY}[{index}]", f"{sentence}; '{name}' cannot be read: {error}."))
            continue
        if text is None:
            found.problems.append(Problem(f"{KEY}[{index}]", f"{sentence}; there is none of the name '{name}'."))
            continue
        settings, problems = _settings(text, program)
        found.texts.append((name, settings))
        found.problems += [Problem(f"{FOLDER}/{name}.yaml: {each.path}", each.message) for each in problems]
    return found


def merged(layers: list[dict[str, Any]]) -> dict[str, Any]:
    """One document of several: later values count, mappings are merged, and empty ones say nothing."""
    document: dict[str, Any] = {}
    for layer in layers:
        document = _over(document, {key: value for key, value in layer.items() if value not in NOTHING})
    return document


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _over(below[key], value)
        for key, value in above.items()
        if isinstance(value, dict) and isinstance(below.get(key), dict)
    }
    return {**below, **above, **both}


def _settings(text: str, program: Program[Any]) -> tuple[dict[str, str], list[Problem]]:
    # Costs a tenth of a second: only stacks with common files pay it. It reads YAML 1.2, as the engine does.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        document = YAML(typ="safe", pure=True).load(text) or {}
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        return {}, [Problem("config", f"Expected a file of YAML, for example '{{config: {{}}}}'{where}.")]
    config = document.get("config") if isinstance(document, dict) and set(document) == {"config"} else None
    if not isinstance(config, dict):
        return {}, [
            Problem(
                "config", f"Expected nothing but this key, for example 'config: {{{program.namespace}:cluster: x}}'."
            )
        ]
    secrets = {*program.secrets, *((key,) for key in program.credential_keys)}
    given: dict[str, Any] = {}
    problems: list[Problem] = []
    for full, value in config.items():
        holder, _, key = str(full).partition(":")
        wrong = list(_wrong(key if holder == program.namespace else "", str(full), value, secrets))
        problems += wrong
        if not wrong:
            given[key] = value
    said, _ = written.as_written(given, text, program.namespace, program.options)
    settings = {key: value if isinstance(value, str) else json.dumps(value, default=str) for key, value in said.items()}
    return settings, problems


def _wrong(key: str, full: str, value: Any, secrets: set[tuple[str, ...]]) -> Iterator[Problem]:
    if not key:
        yield Problem(
            full, "Expected only in a stack's own file, for example 'aws:region: ap-northeast-2'; the engine reads it."
        )
    elif key in _OWN_ONLY:
        yield Problem(key, _OWN_ONLY[key])
    else:
        yield from (Problem(".".join(path), _OWN_SECRETS) for path in _secret_paths((key,), value, secrets))


_OWN_SECRETS = (
    "Expected only in a stack's own file, for example by 'pulumi config set --path --secret'; "
    "each stack has its own key of encryption."
)


def _secret_paths(path: tuple[str, ...], value: Any, secrets: set[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Where something is encrypted, or must be; also under its dotted name."""
    if tuple(".".join(path).split(".")) in secrets or (isinstance(value, dict) and set(value) == {"secure"}):
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _secret_paths((*path, str(key)), inner, secrets)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _secret_paths((*path, str(index)), inner, secrets)
