"""Which statements of a shared IAM policy are for buckets, and which of their entries are a workspace's own.

Owns: reading a policy's document by what its statements allow, choosing the ones that get a bucket's ARNs, the edit of
those, and knowing our entries again when the document has been reordered. Does not own: how a document is read
(`elements.py`), what it denies (`denials.py`), IAM, its versions and its limits (`policy_document.py`), or who may
write when (`provider.py`). The rules, in words: docs/shared-objects.md.

Only a statement with `Effect: Allow`, `Action` and `Resource` that names a bucket already gets entries. One on `*`
alone gives every bucket or none: to name one there would change nothing.

IAM refuses an empty list of resources. When the last entry goes, a placeholder takes its place: the ARN of a bucket
whose name no bucket can have, so it grants nothing. The next entry takes the placeholder's place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from project_workspace.iam.denials import denied
from project_workspace.iam.elements import Policy, in_words, matches, matches_action, raw_statements, texts
from project_workspace.remote.errors import RefusedError

BUCKET_ACTIONS = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
OBJECT_ACTIONS = [
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
]
"""List, read, write and delete: what the clients need (docs/facts/iam-policies.md), and no more."""
ESSENTIAL = frozenset({"s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"})
"""What makes a statement one for buckets or objects; the others come along."""
PLACEHOLDER_NAME = "-no-workspace-"
"""A bucket's name neither begins nor ends with a hyphen (S3's naming rules)."""

_NEEDED = frozenset(action.lower() for action in (*BUCKET_ACTIONS, *OBJECT_ACTIONS))
_BUCKET = re.compile(r"arn:[^:]*:s3:::([^/]*)(/.*)?")


@dataclass(frozen=True)
class Place:
    """One entry: an ARN in a statement, which is known by its Sid, or without one by all that it says but resources."""

    statement: str
    resource: str


@dataclass(frozen=True)
class Grant:
    """What a stack has in a policy, as far as its state says it."""

    resources: Sequence[str]
    places: Sequence[Place] | None = None
    """None in states of 0.1.0, which did not note them."""
    made: bool = True
    """False before the first edit: then what counts is what the runbook, or an interrupted run, has left."""


def granted(document: Policy, arn: str, *, own: Sequence[str]) -> bool:
    """Whether the policy allows on `arn` what it allows on buckets that it names; `own` are all our ARNs.

    It does not, whatever its statements allow, where it denies all of that.
    """
    now = _statements(document)
    missing = _offered(_statements(document, without=own), arn)
    unconditional = [each for each in now if not each.conditional]
    lacks = (missing.unconditional - _allowed(unconditional, arn)) | (missing.conditional - _allowed(now, arn))
    return not lacks and bool(_not_denied(document, arn, _allowed(now, arn)))


def misfit(document: Policy, policy_arn: str, arns: Sequence[str]) -> RefusedError | None:
    """The refusal of a policy in which an ARN has no place and no wildcard allows it, or which denies it; else None."""
    bare = _statements(document, without=arns)
    to_be_had = {arn: (_offered(bare, arn).all | _allowed(bare, arn)) & ESSENTIAL for arn in arns}
    lacking = [arn for arn in arns if not to_be_had[arn]]
    if not lacking:
        return _in_vain(document, policy_arn, to_be_had)
    kinds = [", ".join(action for action in _needs(arn) if action in ESSENTIAL) for arn in lacking]
    example = {
        "Sid": "Workspaces",
        "Effect": "Allow",
        "Action": [action for arn in lacking for action in _needs(arn)],
        "Resource": lacking,
    }
    return RefusedError(
        f"The shared policy has no statement that allows {', and none that allows '.join(kinds)} on buckets by name",
        where=policy_arn,
        remedy=f"It has: {in_words(document)}. Add a statement, for example {json.dumps(example)}, or set "
        "'access.mode: bucket-policy'.",
    )


def _in_vain(document: Policy, policy_arn: str, to_be_had: Mapping[str, set[str]]) -> RefusedError | None:
    vain = [arn for arn, actions in to_be_had.items() if not _not_denied(document, arn, actions)]
    if not vain:
        return None
    return RefusedError(
        f"The shared policy denies on {' and '.join(vain)} whatever else it allows there",
        where=policy_arn,
        remedy=f"It has: {in_words(document)}. Take the bucket out of what is denied, or choose another policy "
        "('names.kubeflowPolicy', 'names.conductorPolicy').",
    )


def _not_denied(document: Policy, arn: str, actions: set[str]) -> set[str]:
    """The essential ones that the policy does not deny."""
    return (actions & ESSENTIAL) - denied(document, arn, actions)


def places(document: Policy, arns: Sequence[str]) -> list[Place]:
    """Where the ARNs belong, by what the document is without them."""
    bare = _statements(document, without=arns)
    return [Place(bare[index].name, arn) for index, arn in _chosen(bare, arns)]


def ours(document: Policy, had: Grant) -> list[Place]:
    """Our entries of those that are there: the noted ones, wherever their statements stand now.

    A statement that is not found again was edited: then the entry counts that is where it would be put today.
    """
    now = _statements(document)
    there = {Place(each.name, arn) for each in now for arn in each.resources}
    arns = list(dict.fromkeys([*had.resources, *(place.resource for place in had.places or ())]))
    usual = [place for place in places(document, arns) if place in there]
    if had.places is None:
        return _not_noted(now, had, usual)
    names = {each.name for each in now}
    found = [place for place in had.places if place in there]
    edited_since = {place.resource for place in had.places if place.statement not in names}
    return list(dict.fromkeys([*found, *(place for place in usual if place.resource in edited_since)]))


def _not_noted(now: Sequence[_Statement], had: Grant, usual: Sequence[Place]) -> list[Place]:
    """The entries of 0.1.0 and of the runbook: those put them into the statement that was the first then."""
    first = [Place(each.name, arn) for each in now[:1] for arn in had.resources if arn in each.resources]
    if not had.made:
        # Others may name the bucket too; the runbook names both, it and its objects.
        return list(dict.fromkeys([*usual, *(first if len(first) == len(had.resources) else [])]))
    known = {place.resource for place in (*usual, *first)}
    anywhere = [
        next((Place(each.name, arn) for each in now if arn in each.resources), None)
        for arn in had.resources
        if arn not in known
    ]
    return list(dict.fromkeys([*usual, *first, *(place for place in anywhere if place)]))


def edited(document: Policy, *, add: Sequence[str], remove: Iterable[Place]) -> Policy:
    """The document with `add` where it belongs and without `remove`; the same one when nothing changes.

    Keys and entries stay in their order, other statements as they are. What is to be added stays where it belongs.
    """
    added, removed = list(dict.fromkeys(add)), set(remove)
    chosen = set(_chosen(_statements(document, without=added), added))
    result = deepcopy(document)
    for statement, raw in zip(_statements(document), raw_statements(result), strict=True):
        wanted = [arn for arn in added if (statement.index, arn) in chosen]
        before = statement.resources
        kept = [arn for arn in before if arn in wanted or Place(statement.name, arn) not in removed]
        new = [arn for arn in wanted if arn not in kept]
        if not new and kept == before:
            continue
        if new and all(map(_is_placeholder, kept)):
            kept = []
        raw["Resource"] = [*kept, *new] or [_placeholder(before)]
    return document if result == document else result


@dataclass(frozen=True)
class _Statement:
    """A statement, as far as it allows something on resources that it names; otherwise it has neither."""

    index: int
    name: str
    actions: list[str]
    resources: list[str]
    conditional: bool

    def allows(self, arn: str) -> set[str]:
        """What of an ARN's needs it allows now, by name or by a wildcard."""
        return self.could_allow(arn) if any(matches(entry, arn) for entry in self.resources) else set()

    def offers(self, arn: str) -> set[str]:
        """What of an ARN's needs it is there for, if it named it."""
        if not any(map(_names_a_bucket, self.resources)):
            return set()
        found = self.could_allow(arn)
        # What is not essential is no reason to be let into a statement that allows more than is needed.
        return found & ESSENTIAL if any(self.excess) else found

    def could_allow(self, arn: str) -> set[str]:
        """What of an ARN's needs its actions are."""
        return {need for need in _needs(arn) if matches_action(self.actions, need)}

    @property
    def excess(self) -> tuple[int, int]:
        """How much more it allows than is needed: actions with wildcards, then others."""
        more = [action for action in self.actions if action.lower() not in _NEEDED]
        wild = [action for action in more if "*" in action or "?" in action]
        return len(wild), len(more) - len(wild)


@dataclass(frozen=True)
class _Offer:
    """What statements would allow; of those with a condition only what none without offers or allows."""

    unconditional: set[str]
    conditional: set[str]

    @property
    def all(self) -> set[str]:
        return self.unconditional | self.conditional


def _offered(statements: Sequence[_Statement], arn: str) -> _Offer:
    free = [each for each in statements if not each.conditional]
    unconditional = _union(each.offers(arn) for each in free)
    conditional = _union(each.offers(arn) for each in statements if each.conditional)
    return _Offer(unconditional, conditional - unconditional - _allowed(free, arn))


def _chosen(bare: Sequence[_Statement], arns: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Index of a statement and the ARN that it gets: as few statements as allow all that is on offer."""
    for arn in arns:
        offer = _offered(bare, arn)
        for missing, conditional in ((offer.unconditional, False), (offer.conditional, True)):
            candidates = [each for each in bare if each.conditional == conditional]
            yield from ((each.index, arn) for each in _covering(candidates, missing, arn))


def _covering(candidates: Sequence[_Statement], missing: set[str], arn: str) -> Iterator[_Statement]:
    """Statements that together allow what is missing: most of the essential first, then what allows least besides."""
    left = set(missing)

    def rank(each: _Statement) -> tuple[int, tuple[int, int], int]:
        gained = left & each.offers(arn)
        return -len(gained & ESSENTIAL), each.excess, -len(gained)

    while left:
        best = min((each for each in candidates if left & each.offers(arn)), key=rank)
        yield best
        left -= best.could_allow(arn)


def _statements(document: Policy, without: Sequence[str] = ()) -> list[_Statement]:
    return [_statement(index, raw, without) for index, raw in enumerate(raw_statements(document))]


def _statement(index: int, raw: Policy, without: Sequence[str]) -> _Statement:
    allows = raw.get("Effect") == "Allow"
    resources = texts(raw.get("Resource")) if allows else []
    rest = [entry for entry in resources if entry not in without]
    if resources and not rest:
        rest = [_placeholder(resources)]
    actions = texts(raw.get("Action")) if allows else []
    return _Statement(index, _name(raw), actions, rest, conditional=bool(raw.get("Condition")))


def _name(raw: Policy) -> str:
    if raw.get("Sid"):
        return str(raw["Sid"])
    said = {key: sorted(texts(value)) or value for key, value in raw.items() if key != "Resource"}
    # With hyphens, which no Sid has.
    return f"without-sid-{hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]}"


def _needs(arn: str) -> list[str]:
    return OBJECT_ACTIONS if "/" in arn else BUCKET_ACTIONS


def _allowed(statements: Iterable[_Statement], arn: str) -> set[str]:
    return _union(each.allows(arn) for each in statements)


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set[str]().union(*sets)


def _names_a_bucket(entry: str) -> bool:
    """Whether an entry is the ARN of certain buckets, or of their objects, and not of all."""
    found = _BUCKET.fullmatch(entry)
    return found is not None and found[1].strip("*?") != ""


def _is_placeholder(entry: str) -> bool:
    return entry.endswith(f":::{PLACEHOLDER_NAME}")


def _placeholder(entries: Sequence[str]) -> str:
    partition = entries[0].split(":")[1] if entries and entries[0].startswith("arn:") else "aws"
    return f"arn:{partition}:s3:::{PLACEHOLDER_NAME}"
