"""What a change takes from a bucket that somebody may rely on: rules, statements, and what begins to be removed.

Owns: those sentences, each with the whole rule or statement, never cut: what is lost there is told by its last
character. Does not own the order in which people read them (`risk.py`), nor resources that go as a whole. Why by
resource and not by path: a provider replaces a list of rules as a whole, and names no more than its first difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Inputs = Mapping[str, Any]

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_REMOVES = ("expiration", "noncurrentVersionExpiration")
"""What of a lifecycle rule removes objects or their old versions; lonely markers hold no data."""


def losses(type_: str, before: Inputs, after: Inputs) -> list[str]:
    """What goes when a resource's inputs become others: `before` is empty for a new one, `after` for one that goes."""
    look = _LOOKS.get(type_)
    return list(look(before, after)) if look else []


def _rules(before: Inputs, after: Inputs) -> Iterator[str]:
    now, then = _entries(before.get("rules")), _entries(after.get("rules"))
    yield from _gone("lifecycle rule", "id", now, then)
    names = [rule.get("id") for rule in now]
    for rule in then:
        if rule.get("id") not in names and _removes(rule):
            yield f"lifecycle rule '{rule.get('id')}' begins to remove what is in the bucket: {_whole(rule)}"


def _removes(rule: Mapping[str, Any]) -> bool:
    removal = {key for part in _REMOVES for key in rule.get(part, {})}
    return rule.get("status") != "Disabled" and bool(removal - {"expiredObjectDeleteMarker"})


def _statements(before: Inputs, after: Inputs) -> Iterator[str]:
    return _gone("bucket policy's statement", "Sid", _statements_of(before), _statements_of(after))


def _statements_of(inputs: Inputs) -> list[dict[str, Any]]:
    try:
        document = json.loads(inputs.get("policy") or "{}")
    except (TypeError, ValueError):  # known after `up`
        return []
    found = document.get("Statement") or []
    return _entries(found if isinstance(found, list) else [found])


def _gone(what: str, key: str, now: list[dict[str, Any]], then: list[dict[str, Any]]) -> Iterator[str]:
    """The entries that are no more as they were; `key` is where an entry has its name, if it has one."""
    kept, by_name = [_said(entry) for entry in then], {entry[key]: entry for entry in then if entry.get(key)}
    for number, entry in enumerate(now, 1):
        name = entry.get(key)
        if _said(entry) in kept:
            continue
        if name in by_name:
            yield f"{what} '{name}' changes from {_whole(entry)} to {_whole(by_name[name])}"
        else:
            called = f"'{name}'" if name else f"number {number}"
            yield f"{what} {called} goes: {_whole(entry)}"


def _encryption(before: Inputs, after: Inputs) -> Iterator[str]:
    for name in _encrypted_with(before):
        if name not in _encrypted_with(after):
            yield f"new objects are no longer encrypted with {name}"


def _encrypted_with(inputs: Inputs) -> list[str]:
    rules = [rule.get("applyServerSideEncryptionByDefault") or {} for rule in inputs.get("rules") or []]
    found = [(rule.get("sseAlgorithm", ""), rule.get("kmsMasterKeyId")) for rule in rules]
    return [f"{algorithm}, key {key}" if key else algorithm for algorithm, key in found if algorithm != "AES256"]


def _versioning(before: Inputs, after: Inputs) -> Iterator[str]:
    now, then = ((each.get("versioningConfiguration") or {}).get("status") for each in (before, after))
    if now == "Enabled" and then != now:
        yield "overwritten and deleted objects are no longer kept"


def _logging(before: Inputs, after: Inputs) -> Iterator[str]:
    now, then = ([each.get("targetBucket"), each.get("targetPrefix")] for each in (before, after))
    if now[0] and now != then:
        yield f"requests are no longer logged below '{now[1]}' in bucket {now[0]}"


_LOOKS: Mapping[str, Callable[[Inputs, Inputs], Iterator[str]]] = {
    LIFECYCLE: _rules,
    "aws:s3/bucketPolicy:BucketPolicy": _statements,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _encryption,
    "aws:s3/bucketVersioning:BucketVersioning": _versioning,
    "aws:s3/bucketLogging:BucketLogging": _logging,
}


def _entries(found: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in entry.items() if not k.startswith("__")} for entry in found or []]


def _said(value: Any) -> Any:
    """Without the empty parts that an import fills in, and with one-element lists as IAM writes them."""
    if isinstance(value, dict):
        parts = {key: _said(inner) for key, inner in value.items() if not key.startswith("__")}
        return {key: inner for key, inner in parts.items() if inner not in (None, "", {}, [], False)}
    if isinstance(value, list):
        return _said(value[0]) if len(value) == 1 else sorted((_said(each) for each in value), key=_whole)
    return value


def _whole(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
