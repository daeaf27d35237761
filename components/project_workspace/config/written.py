"""What people wrote where text is expected: a date, number or boolean without quotes, as it stands in the file.

Owns: finding it, in a stack's file and in a common one, and the sentence for a date that cannot be found. Does not own
the settings (`stack_options.py`), nor what is said of a number that cannot be found (`schema/rule.py`). Why the file's
text: a parser of YAML hands over what it made of it. Of `1.10` the engine makes 1.1, of `0123` it makes 83, and of
`2026-11-23` the text `2026-11-23 00:00:00 +0000 UTC`; what was written cannot be told from these. Why the engine's word
counts all the same: the file holds secrets encrypted, and is another one than the engine's under `--config-file`. So a
value is only spelt as in the file, and only where the file's spelling means that value.

The engine writes a stack's file anew at `pulumi config set` and when it adds `encryptionsalt`, with what it made of the
values. From then on that is what was written; only a day is taken for the day in its form as well, file or not, because
a rotation would otherwise draw a password anew (docs/facts/pulumi-components-and-packages.md, "Configuration").
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel

from project_workspace.schema.kinds import plain_type
from project_workspace.schema.problem import Problem

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where there is one."""

_DATE = "Expected text in quotes, for example '\"2026-11-23\"'; without them it is a date, which Pulumi writes anew."
_DATE_OF_THE_ENGINE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d:\d\d(\.\d+)?) (?P<zone>[+-]\d{4}) \S+")
"""How the engine writes a date: Go's form of a time."""
_OLD_OCTAL = re.compile("[-+]?0[0-7]+")
"""Octal in YAML 1.1, which the engine reads as well; `0o17` is that of YAML 1.2."""

_Pair = tuple[yaml.Node, yaml.Node]


def as_written(
    settings: Mapping[str, Any], text: str, namespace: str, model: type[BaseModel]
) -> tuple[dict[str, Any], list[Problem]]:
    """The settings by key, with every text as it is written in the file of this text, and the dates that are not there.

    `namespace` is that of the program's keys, `model` that of its settings. A text that is not YAML, or empty, says
    nothing of any setting.
    """
    search = _Search()
    nodes = _settings_in(text, namespace)
    found = {key: search.value(_inside(model, key), value, nodes.get(key), key) for key, value in settings.items()}
    return found, search.problems


class _Search:
    """Walks through values and the file side by side."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def value(self, annotation: Any, given: Any, node: yaml.Node | None, path: str) -> Any:
        """What is given for a setting of this type, with each text in it as it is written."""
        kind = plain_type(annotation)
        if isinstance(given, dict):
            return self._mapping(kind, given, node, path)
        if isinstance(given, list):
            inner = get_args(kind)[0] if get_origin(kind) is list else None
            nodes = node.value if isinstance(node, yaml.SequenceNode) else []
            paired = nodes if len(nodes) == len(given) else [None] * len(given)
            return [self.value(inner, item, paired[index], f"{path}[{index}]") for index, item in enumerate(given)]
        return self._text(given, node, path) if kind is str else given

    def _mapping(self, kind: Any, given: Mapping[Any, Any], node: yaml.Node | None, path: str) -> dict[str, Any]:
        pairs = list(_pairs(node))
        found: dict[str, Any] = {}
        for key, value in given.items():
            key_node, value_node = _pair_of(key, pairs)
            name = str(self._text(key, key_node, f"{path}.{key}"))
            found[name] = self.value(_inside(kind, name), value, value_node, f"{path}.{name}")
        return found

    def _text(self, given: Any, node: yaml.Node | None, path: str) -> Any:
        is_same = isinstance(node, yaml.ScalarNode) and _is_same(node, given)
        if isinstance(node, yaml.ScalarNode) and not is_same and _means(node, given):
            return node.value
        found = _DATE_OF_THE_ENGINE.fullmatch(given) if isinstance(given, str) else None
        if found and (found["time"], found["zone"]) == ("00:00:00", "+0000"):
            return found["day"]
        if found and not is_same:
            self.problems.append(Problem(path, _DATE))
        return given


def _settings_in(text: str, namespace: str) -> dict[str, yaml.Node]:
    try:
        root = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError:
        return {}
    config = next((value for key, value in _pairs(root) if key.value == "config"), None)
    own = [(str(key.value), value) for key, value in _pairs(config) if str(key.value).split(":")[0] == namespace]
    return {key.rpartition(":")[2]: value for key, value in own}


def _inside(kind: Any, key: str) -> Any:
    """The type of what stands under a key of a section or mapping; None where nothing is known of it."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = (field for name, field in kind.model_fields.items() if key == (field.alias or name))
        return next((field.annotation for field in fields), None)
    return get_args(kind)[1] if get_origin(kind) is dict else None


def _pairs(node: yaml.Node | None) -> Iterator[_Pair]:
    """The pairs of a mapping; after its own those that it takes over by `<<`."""
    pairs: list[_Pair] = node.value if isinstance(node, yaml.MappingNode) else []
    yield from ((key, value) for key, value in pairs if key.value != "<<")
    for key, value in pairs:
        if key.value == "<<":
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield from _pairs(source)


def _pair_of(key: Any, pairs: list[_Pair]) -> _Pair | tuple[None, None]:
    scalars = [pair for pair in pairs if isinstance(pair[0], yaml.ScalarNode)]
    for fits in (_is_same, _means):
        for pair in scalars:
            if fits(pair[0], key):
                return pair
    return None, None


def _is_same(node: yaml.Node, given: Any) -> bool:
    return isinstance(given, str) and node.value == given


def _means(node: yaml.Node, given: Any) -> bool:
    """Whether a parser of YAML may have made this value of what is written without quotes."""
    written = "" if getattr(node, "style", None) else str(node.value)
    if isinstance(given, bool) or given in ("true", "false"):
        return written.lower() == str(given).lower()
    moment = _moment_given(given)
    if moment is not None:
        return moment == _moment_written(written)
    try:
        return float(given) in _numbers(written)
    except (TypeError, ValueError, OverflowError):
        return False


def _numbers(written: str) -> Iterator[float]:
    """What number it is to the parsers: YAML 1.1 and 1.2 differ in which are octal."""
    digits = written.replace("_", "")
    bases = (0, 8) if _OLD_OCTAL.fullmatch(digits) else (0,)
    readings = [lambda: float(digits), *(lambda base=base: float(int(digits, base)) for base in bases)]
    for reading in readings:
        try:
            yield reading()
        except (ValueError, OverflowError):
            continue


def _moment_given(given: Any) -> datetime | None:
    if isinstance(given, date):
        return _moment(given)
    found = _DATE_OF_THE_ENGINE.fullmatch(given) if isinstance(given, str) else None
    return datetime.fromisoformat(f"{found['day']}T{found['time']}{found['zone']}") if found else None


def _moment_written(written: str) -> datetime | None:
    reader: Any = yaml.constructor.SafeConstructor()
    if not reader.timestamp_regexp.match(written):
        return None
    try:
        return _moment(reader.construct_yaml_timestamp(yaml.ScalarNode("", written)))
    except ValueError:
        return None


def _moment(day: date) -> datetime:
    """In UTC where no zone is said, as YAML has it."""
    if not isinstance(day, datetime):
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return day if day.tzinfo else day.replace(tzinfo=UTC)
