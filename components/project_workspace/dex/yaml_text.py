"""dex's YAML as a tree whose nodes know their exact place in the text.

Owns: parsing one YAML document into nodes with start and end positions, and what dex makes of a plain scalar.
Does not own: dex's rules and the edits (`config_file.py`). Why not a round-trip dump: it rewrites quoting, spacing
and comments of entries that are other people's; with positions an edit touches its own characters and nothing
else. Why libyaml (PyYAML): dex's own parser, go-yaml v2, is a port of it, so both read a text in the same way;
and it is fast enough for a thousand entries.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser; the slower one in Python only where PyYAML was built without libyaml."""

_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_LINE_ENDS = "\n\r\x85\u2028\u2029"
_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON")
_FALSE = re.compile(r"n|N|no|No|NO|false|False|FALSE|off|Off|OFF")
_NUMBER = re.compile(
    r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+\."
    r"|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)


class UnreadableYamlError(Exception):
    """The text is not one YAML document; says what and in which line, and never quotes the text."""


@dataclass(eq=False)
class Node:
    """A scalar, list or mapping, and the characters that it takes: `text[start:end]`.

    `end` is the end of the last character of content, so it does not reach into comments that follow.
    """

    kind: str
    """`scalar`, `list` or `map`."""
    start: int
    end: int = 0
    line: int = 0
    """Line number as people count, from 1."""
    column: int = 0
    opened: int = 0
    """For flow lists and maps: the position after the opening bracket."""
    value: str = ""
    style: str | None = None
    """Quote or block style of a scalar; None when it is plain."""
    flow: bool = False
    decorated: bool = False
    """Whether it carries an anchor or a tag, or is the copy that an alias made."""
    items: Sequence[Node] = ()
    pairs: Sequence[tuple[Node, Node]] = ()

    @property
    def is_plain(self) -> bool:
        return self.kind == "scalar" and self.style is None

    @property
    def is_null(self) -> bool:
        return self.is_plain and _NULL.fullmatch(self.value) is not None

    @property
    def truth(self) -> bool | None:
        """True or False as go-yaml v2 reads a plain scalar (`yes` and `on` too); None for anything else."""
        if not self.is_plain:
            return None
        return True if _TRUE.fullmatch(self.value) else False if _FALSE.fullmatch(self.value) else None

    @property
    def is_text(self) -> bool:
        """Whether go-yaml v2 reads it as a string: not null, not a truth value, not a number."""
        if self.kind != "scalar":
            return False
        if self.style is not None:
            return True
        return not self.is_null and self.truth is None and _NUMBER.fullmatch(self.value) is None

    @cached_property
    def fields(self) -> dict[str, Node]:
        """The values of a mapping by lower-cased key, as Go's JSON decoding finds them; `<<` merged in."""
        merged: dict[str, Node] = {}
        for key, value in self.pairs:
            if key.value == "<<" and key.is_plain:
                for source in value.items if value.kind == "list" else [value]:
                    merged = {**source.fields, **merged}
        own = {key.value.lower(): value for key, value in self.pairs if key.kind == "scalar"}
        return {**merged, **{name: value for name, value in own.items() if name != "<<"}}

    def meaning(self) -> Any:
        """What it says, without where and how: for comparing two texts."""
        if self.kind == "list":
            return [item.meaning() for item in self.items]
        if self.kind == "map":
            return ["map", *([key.meaning(), value.meaning()] for key, value in self.pairs)]
        return (self.value, self.is_plain)


@dataclass(frozen=True)
class Document:
    """A text and its tree."""

    text: str
    root: Node

    @cached_property
    def marks(self) -> dict[type, list[int]]:
        """Positions, ascending, of the `-` of all block list items and of the `,` of all flow lists and maps."""
        found: dict[type, list[int]] = {yaml.BlockEntryToken: [], yaml.FlowEntryToken: []}
        for token in yaml.scan(self.text, Loader=LOADER):
            if type(token) in found:
                found[type(token)].append(token.start_mark.index)
        return found

    def dash_of(self, item: Node) -> int:
        """Position of the `-` that introduces an item of a block list."""
        dashes = self.marks[yaml.BlockEntryToken]
        return dashes[bisect_left(dashes, item.start) - 1]

    def comma_between(self, start: int, end: int) -> int | None:
        """Position of the first `,` in `text[start:end]` that separates flow items, if there is one."""
        commas = self.marks[yaml.FlowEntryToken]
        index = bisect_left(commas, start)
        return commas[index] if index < len(commas) and commas[index] < end else None

    def line_start(self, position: int) -> int:
        """Start of the line in which a position lies."""
        return 1 + max(self.text.rfind(end, 0, position) for end in _LINE_ENDS)

    def line_end(self, position: int) -> int:
        """Start of the next line; the end of the text when there is none. A position that starts a line is an end."""
        if position and self.text[position - 1] in _LINE_ENDS:
            return position
        match = _LINE_END.search(self.text, position)
        return match.end() if match else len(self.text)

    def after(self, node: Node, column: int) -> int:
        """The end of a block node's lines, with the comment lines below that are indented deeper than `column`."""
        end = self.line_end(node.end)
        while end < len(self.text):
            match = _LINE_END.search(self.text, end)
            stop = match.end() if match else len(self.text)
            line = self.text[end:stop]
            content = line.lstrip(" ")
            if not content.startswith("#") or len(line) - len(content) <= column:
                break
            end = stop
        return end

    def newline(self) -> str:
        """The line end that this text uses."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"


def trailing_line_end(text: str) -> int:
    """Length of the line end at the end of `text`: 0, 1 or 2."""
    matches = [match for match in _LINE_END.finditer(text[-2:]) if match.end() == len(text[-2:])]
    return len(matches[0].group()) if matches else 0


@lru_cache(maxsize=8)  # one edit reads the same texts several times; nothing changes a tree once it is built
def read(text: str) -> Document:
    """The tree of a text that holds exactly one document. Raises UnreadableYamlError."""
    try:
        events = iter(yaml.parse(text, Loader=LOADER))
        root = _Builder(events).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise UnreadableYamlError(f"{error.problem or 'not YAML'}, line {line}") from None
    except yaml.YAMLError:
        raise UnreadableYamlError("it holds characters that YAML does not allow") from None
    return Document(text, root)


class _Builder:
    """Builds the tree from the parser's events: those of aliases have positions, composed nodes have not."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, Node] = {}

    def document(self) -> Node:
        next(self._events)  # the stream's start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise UnreadableYamlError("it is empty")
        root = self._node(next(self._events))
        next(self._events)  # the document's end
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise UnreadableYamlError("it holds more than one document")
        return root

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, start, end)
        node = Node("scalar", start, end, event.start_mark.line + 1, event.start_mark.column)
        node.decorated = bool(event.anchor or event.tag)
        if isinstance(event, yaml.ScalarEvent):
            node.value, node.style = event.value, _style(event)
        else:
            self._collection(node, event)
        if event.anchor:  # only now: an anchor may not stand for something that holds it
            self._anchors[event.anchor] = node
        return node

    def _collection(self, node: Node, event: Any) -> None:
        node.flow, node.opened = bool(event.flow_style), event.end_mark.index
        last = self._sequence(node) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(node)
        leaves = node.items or [value for _, value in node.pairs]
        node.end = last.end_mark.index if node.flow else leaves[-1].end

    def _alias(self, event: Any, start: int, end: int) -> Node:
        target = self._anchors.get(event.anchor)
        if target is None:
            raise UnreadableYamlError(f"undefined alias, line {event.start_mark.line + 1}")
        line, column = event.start_mark.line + 1, event.start_mark.column
        return replace(target, start=start, end=end, line=line, column=column, decorated=True)

    def _sequence(self, node: Node) -> Any:
        items: list[Node] = []
        node.kind, node.items = "list", items
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event))
        return event

    def _mapping(self, node: Node) -> Any:
        pairs: list[tuple[Node, Node]] = []
        node.kind, node.pairs = "map", pairs
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event)
            pairs.append((key, self._node(next(self._events))))
        return event


def _style(event: Any) -> str | None:
    """None only for a scalar that YAML's rules for plain scalars give a type."""
    if event.style:
        return str(event.style)
    return None if event.implicit[0] else "tagged"
