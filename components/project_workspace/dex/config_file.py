"""One user's entry among the `staticPasswords` of dex's configuration, edited as text.

Owns: finding, putting and removing one entry, and the rules by which dex accepts or refuses a list of entries.
Does not own: the ConfigMap around the text (`cluster`), passwords (the provider), other people's entries and
settings: those survive byte for byte, and adding then removing an entry gives the original text. Why so careful: dex
reads the whole file or nothing, so one bad entry stops the login of everybody (docs/facts/dex.md).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from project_workspace.dex.yaml_text import Document, Node, UnreadableYamlError, read, trailing_line_end
from project_workspace.remote.errors import RefusedError
from project_workspace.schema.bcrypt import BCRYPT

LIST = "staticPasswords"
SWITCH = "enablePasswordDB"
STORAGE = "storage"
FIELDS: tuple[str, ...] = ("email", "hash", "username", "userID")
_GO_BCRYPT = re.compile(r"\$2[^$]?\$(?:0[4-9]|[12][0-9]|3[01])\$.{52,}", re.DOTALL)
"""What dex accepts at its start: golang.org/x/crypto/bcrypt.Cost, which looks at the prefix and the length only."""

_MARKER = "# project-workspace: was {before}."
_MARKED = re.compile(r"# project-workspace: was (absent|~|null|Null|NULL)\.")
"""Takes the place of the list's key or its null, so that the removal of the last entry can bring it back."""

_WHERE = "dex's configuration"
_BOM = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One static user of dex."""

    email: str
    """What the user logs in with; dex compares it in lower case."""
    hash: str = field(repr=False)
    """The bcrypt hash; empty when dex takes it from its environment (`hashFromEnv`)."""
    username: str
    user_id: str


def find(text: str, email: str) -> Entry | None:
    """The entry by which `email` logs in: of several the last, as in dex. None when there is none."""
    return next(iter(reversed(find_all(text, email))), None)


def find_all(text: str, email: str) -> list[Entry]:
    """All entries of `email` in any case, in the order of the text. Raises RefusedError for an unreadable text."""
    return [_entry(item) for item in _matches(_parsed(_split_bom(text)[1]), email)]


def count(text: str) -> int:
    """How many static users there are. Raises RefusedError for an unreadable text."""
    return len(_items(_parsed(_split_bom(text)[1])))


def has_password_database(text: str) -> bool:
    """Whether anybody can log in with a password. Raises RefusedError for an unreadable text."""
    return _is_on(_setting(_parsed(_split_bom(text)[1]), SWITCH))


def storage_type(text: str) -> str:
    """What dex keeps its own records in, for example `kubernetes`. Raises RefusedError for an unreadable text."""
    setting = _setting(_parsed(_split_bom(text)[1]), STORAGE)
    return _text_of(setting[1], "type") if setting else ""


def require_readable(text: str) -> None:
    """Raise RefusedError for a text with which dex would not start: no YAML, or with entries that it refuses."""
    document = _parsed(_split_bom(text)[1])
    if _items(document) and not _is_on(_setting(document, SWITCH)):
        raise _without_switch()
    _refuse_entries(document, [])


def put(text: str, entry: Entry) -> str:
    """The text in which `entry` is the only one of its e-mail: replaced in its place, else after the last one.

    Earlier entries of the e-mail, which dex ignores, are dropped: they would come to life when this one goes.
    Raises RefusedError when dex would refuse the text before or after, and nothing may be written then.
    """
    _require_well_formed(entry)

    def edit(document: Document) -> str:
        found = _matches(document, entry.email)
        if len(found) > 1:
            return edit(read(_without(document, found[0])))
        return _replaced(document, found[0], entry) if found else _added(document, entry)

    return _edited(text, entry.email, edit, [entry])


def remove(text: str, email: str, user_id: str) -> str:
    """The text without the entries of `email` that have this id; the same text when there are none.

    An entry with another id is somebody else's, and stays. Raises RefusedError as `put` does.
    """

    def edit(document: Document) -> str:
        ours = [item for item in _matches(document, email) if _entry(item).user_id == user_id]
        return edit(read(_without(document, ours[-1]))) if ours else document.text

    there = find_all(text, email)
    kept = [entry for entry in there if entry.user_id != user_id]
    return _edited(text, email, edit, kept) if kept != there else text


# The frame of every edit: what was refused before is not made worse, what others wrote is the same after.


def _edited(text: str, email: str, edit: Callable[[Document], str], expected: list[Entry]) -> str:
    bom, body = _split_bom(text)
    before = _parsed(body)
    _refuse_broken(before, email, of_others=True)
    try:
        after = read(edit(before))
    except UnreadableYamlError as error:
        raise _unsafe(email, str(error)) from None
    _refuse_broken(after, email, of_others=False)
    if _others(before, email) != _others(after, email):
        raise _unsafe(email, "it would change something else in the file")
    if [_entry(item) for item in _matches(after, email)] != expected:
        raise _unsafe(email, "the entry would not read as meant")
    return bom + after.text


def _unsafe(email: str, why: str) -> RefusedError:
    return RefusedError(
        f"The entry of {email} cannot be edited safely: {why}",
        where=_WHERE,
        remedy=f"Write that entry of '{LIST}' out in plain block style, without anchors and aliases, and try again.",
    )


def _split_bom(text: str) -> tuple[str, str]:
    return (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)


def _parsed(text: str) -> Document:
    try:
        document = read(text)
    except UnreadableYamlError as error:
        raise RefusedError(
            f"The text is not one YAML document: {error}",
            where=_WHERE,
            remedy="dex would not start with it either; repair it and try again. Nothing was written.",
        ) from None
    if document.root.kind != "map":
        raise RefusedError(
            "Expected a mapping, for example 'issuer: https://...'",
            where=_WHERE,
            remedy="Check the names of the ConfigMap and its key. Nothing was written.",
        )
    return document


def _setting(document: Document, name: str) -> tuple[Node, Node] | None:
    """Key and value of a top-level setting, found as Go's JSON decoding finds it: in any case."""
    found = [pair for pair in document.root.pairs if pair[0].value.lower() == name.lower()]
    if len(found) > 1:
        raise RefusedError(
            f"'{name}' is there twice, and dex reads the last one alone, line {found[-1][0].line}",
            where=_WHERE,
            remedy="Make one of them. Nothing was written.",
        )
    return found[0] if found else None


def _is_on(switch: tuple[Node, Node] | None) -> bool:
    return switch is not None and switch[1].truth is True


def _items(document: Document) -> Sequence[Node]:
    setting = _setting(document, LIST)
    if setting is None or setting[1].is_null:
        return []
    if setting[1].kind != "list":
        raise _broken(f"'{LIST}' is not a list", setting[0])
    return setting[1].items


def _matches(document: Document, email: str) -> list[Node]:
    return [item for item in _items(document) if _text_of(item, "email").lower() == email.lower()]


def _text_of(item: Node, name: str) -> str:
    value = item.fields.get(name.lower())
    return value.value if value is not None and value.is_text else ""


def _entry(item: Node) -> Entry:
    return Entry(
        email=_text_of(item, "email"),
        hash=_text_of(item, "hash"),
        username=_text_of(item, "username"),
        user_id=_text_of(item, "userID"),
    )


def _others(document: Document, email: str) -> list[object]:
    """The meaning of everything in the document but the entries of `email`."""
    ours = {id(item) for item in _matches(document, email)}
    rest = [item.meaning() for item in _items(document) if id(item) not in ours]
    settings = [pair for pair in document.root.pairs if pair[0].value.lower() != LIST.lower()]
    return [rest, *([key.meaning(), value.meaning()] for key, value in settings)]


# dex's rules (docs/facts/dex.md, "Entries that dex refuses").


def _require_well_formed(entry: Entry) -> None:
    for name, value in _fields(entry).items():
        if not value or not value.isprintable():
            raise RefusedError(
                f"'{name}' of a dex user must be one line of printable characters",
                where=_WHERE,
                remedy=f"Give '{name}' a value. Nothing was written.",
            )
    if BCRYPT.fullmatch(entry.hash) is None:
        raise RefusedError(
            f"The hash of {entry.email} is not a bcrypt hash of cost 10 to 16",
            where=_WHERE,
            remedy="dex would refuse it; make one with 'htpasswd -bnBC 12'. Nothing was written.",
        )


def _refuse_broken(document: Document, email: str, *, of_others: bool) -> None:
    """Raise RefusedError when dex would not start with the entries: with those of `email`, or with all others."""
    if not _is_on(_setting(document, SWITCH)):
        raise _without_switch()
    mine = _matches(document, email)
    ids = {id(item) for item in mine}
    others = [item for item in _items(document) if id(item) not in ids]
    _refuse_entries(document, mine if of_others else others)


def _without_switch() -> RefusedError:
    return RefusedError(
        f"'{SWITCH}: true' is not set, and dex refuses '{LIST}' without it",
        where=_WHERE,
        remedy=f"Set '{SWITCH}: true' there, or 'login: {{enabled: false}}' in the stack. Nothing was written.",
    )


def _refuse_entries(document: Document, let_be: Sequence[Node]) -> None:
    """Raise RefusedError for the first entry that dex would refuse, but for those."""
    known = {id(item) for item in let_be}
    for number, item in enumerate(_items(document), start=1):
        problem = None if id(item) in known else _problem(item)
        if problem:
            found = _text_of(item, "email") or "without e-mail"
            raise _broken(f"entry {number} of '{LIST}' ({found}) {problem}", item)


def _broken(what: str, node: Node) -> RefusedError:
    return RefusedError(
        f"dex would refuse this configuration: {what}, line {node.line}",
        where=_WHERE,
        remedy="Repair or remove it and try again: one bad entry stops dex for everybody. Nothing was written.",
    )


def _problem(item: Node) -> str | None:
    if item.kind != "map":
        return "is not a mapping"
    fields = item.fields
    for name in (*FIELDS, "hashFromEnv"):
        value = fields.get(name.lower())
        if value is not None and not value.is_text and not value.is_null:
            return f"has a '{name}' that is not a string; put it into quotes"
    if not _text_of(item, "hash"):
        return None if _text_of(item, "hashFromEnv") else "has no password hash"
    return None if _dex_reads(_text_of(item, "hash")) else "has a malformed bcrypt hash"


def _dex_reads(value: str) -> bool:
    if _GO_BCRYPT.fullmatch(value):
        return True
    try:
        decoded = base64.b64decode(value, validate=True).decode("latin-1")
    except (binascii.Error, ValueError):
        return False
    return _GO_BCRYPT.fullmatch(decoded) is not None


# The edits themselves: each gives the new text.


def _fields(entry: Entry) -> dict[str, str]:
    return dict(zip(FIELDS, (entry.email, entry.hash, entry.username, entry.user_id), strict=True))


def _values(entry: Entry) -> dict[str, str]:
    """The fields as YAML text: always quoted, so that a userID of digits stays a string; JSON strings are YAML."""
    return {name: json.dumps(value, ensure_ascii=False) for name, value in _fields(entry).items()}


def _flow(entry: Entry) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in _values(entry).items()) + "}"


def _block(entry: Entry, column: int, newline: str) -> str:
    """The entry as a block list item without the last line's end."""
    lead = " " * column
    fields = [f"{name}: {value}" for name, value in _values(entry).items()]
    return lead + "- " + (newline + lead + "  ").join(fields)


def _replaced(document: Document, item: Node, entry: Entry) -> str:
    """Change the values in place, or the whole item where its shape does not allow that."""
    if _entry(item) == entry:
        return document.text
    own = {key.value: value for key, value in item.pairs}
    values = [own.get(name) for name in FIELDS]
    if item.decorated or not all(value is not None and _is_simple(document, value) for value in values):
        return _rewritten(document, item, entry)
    text = document.text
    wanted = _fields(entry)
    changes = [(own[name], quoted) for name, quoted in _values(entry).items() if _text_of(item, name) != wanted[name]]
    for value, quoted in sorted(changes, key=lambda change: change[0].start, reverse=True):
        text = text[: value.start] + quoted + text[value.end :]
    return text


def _is_simple(document: Document, value: Node) -> bool:
    """Whether a value can be exchanged alone: a scalar with text on one line, without anchor, tag or alias."""
    return (
        value.kind == "scalar"
        and not value.decorated
        and value.style not in ("|", ">")
        and value.end > value.start
        and document.line_end(value.start) == document.line_end(value.end)
    )


def _rewritten(document: Document, item: Node, entry: Entry) -> str:
    setting = _setting(document, LIST)
    if setting and setting[1].flow:
        return document.text[: item.start] + _flow(entry) + document.text[item.end :]
    dash = document.dash_of(item)
    end = document.line_end(item.end)
    column = dash - document.line_start(dash)
    start = document.line_start(dash)
    ending = document.text[end - trailing_line_end(document.text[:end]) : end]
    return document.text[:start] + _block(entry, column, document.newline()) + ending + document.text[end:]


def _added(document: Document, entry: Entry) -> str:
    setting = _setting(document, LIST)
    if setting is None:
        return _added_with_key(document, entry)
    key, value = setting
    if value.decorated:
        raise _unsafe(entry.email, f"'{LIST}' has an anchor, an alias or a tag")
    if value.kind == "list" and value.flow:
        last = value.items[-1].end if value.items else value.opened
        return document.text[:last] + (", " if value.items else "") + _flow(entry) + document.text[last:]
    if document.root.flow:
        raise _no_list(entry.email)
    if value.kind == "list":
        dash = document.dash_of(value.items[0])
        column = dash - document.line_start(dash)
        return _inserted(document, document.after(value.items[-1], column), _block(entry, column, document.newline()))
    text = document.text
    if value.value:  # an explicit null gives way to the list; the marker brings it back
        text = text[: value.start] + _MARKER.format(before=value.value) + text[value.end :]
    grown = Document(text, document.root)
    return _inserted(grown, grown.line_end(value.start), _block(entry, key.column, document.newline()))


def _added_with_key(document: Document, entry: Entry) -> str:
    if document.root.flow:
        raise _no_list(entry.email)
    column, newline = document.root.column, document.newline()
    header = " " * column + f"{LIST}: " + _MARKER.format(before="absent")
    end = document.after(document.root, column)
    return _inserted(document, end, header + newline + _block(entry, column, newline))


def _no_list(email: str) -> RefusedError:
    return RefusedError(
        f"There is no list '{LIST}' for {email} in a file in flow style (JSON)",
        where=_WHERE,
        remedy=f"""Add '"{LIST}": []' there and try again. Nothing was written.""",
    )


def _inserted(document: Document, position: int, lines: str) -> str:
    """Put whole lines between two lines; at the end of a text without a last line end, none is left there either."""
    newline = document.newline()
    head, tail = document.text[:position], document.text[position:]
    return head + lines + newline + tail if trailing_line_end(head) else head + newline + lines + tail


def _without(document: Document, item: Node) -> str:
    setting = _setting(document, LIST)
    assert setting is not None
    key, value = setting
    if value.decorated:
        raise _unsafe(_text_of(item, "email"), f"'{LIST}' has an anchor, an alias or a tag")
    if value.flow:
        return _without_flow(document, value, item)
    end = document.line_end(item.end)
    start = document.line_start(document.dash_of(item))
    marked = _MARKED.search(document.text, key.start, start) if len(value.items) == 1 else None
    if marked is None:
        return _cut(document.text, start, end)
    if marked.group(1) != "absent":
        text = _cut(document.text, start, end)
        return text[: marked.start()] + marked.group(1) + text[marked.end() :]
    # Lines that somebody wrote between the key and the entry stay, and then the key stays too.
    between = document.line_end(marked.end()) < start
    return _cut(document.text, start if between else document.line_start(key.start), end)


def _cut(text: str, start: int, end: int) -> str:
    """Take whole lines out; when the last of them had no line end, the line before loses its own."""
    head = text[:start]
    return head + text[end:] if trailing_line_end(text[:end]) else head[: len(head) - trailing_line_end(head)]


def _without_flow(document: Document, list_: Node, item: Node) -> str:
    """Take an item of a flow list out with one comma, and nothing else."""
    text, index = document.text, list_.items.index(item)
    before = document.comma_between(list_.items[index - 1].end, item.start) if index else None
    following = list_.items[index + 1].start if index + 1 < len(list_.items) else list_.end
    behind = document.comma_between(item.end, following)
    if before is not None and not text[before + 1 : item.start].strip(" "):
        return text[:before] + text[item.end :]
    if behind is not None:
        return text[: item.start] + text[behind + 1 :].removeprefix(" ")
    if before is not None:
        return text[:before] + text[before + 1 : item.start] + text[item.end :]
    return text[: item.start] + text[item.end :]
