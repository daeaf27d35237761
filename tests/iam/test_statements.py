"""Which statements of a shared policy get a bucket's ARNs, by what they allow, and which entries are known again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from project_workspace.iam import statements
from project_workspace.iam.statements import BUCKET_ACTIONS, ESSENTIAL, OBJECT_ACTIONS, Grant, Place

BUCKET, OBJECTS = OURS = ["arn:aws:s3:::s3-demo", "arn:aws:s3:::s3-demo/*"]
THEIR_BUCKET, THEIR_OBJECTS = THEIRS = ["arn:aws:s3:::s3-other", "arn:aws:s3:::s3-other/*"]
PLACEHOLDER = "arn:aws:s3:::-no-workspace-"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1"
POLICY = "arn:aws:iam::123456789012:policy/policy-s3-aia-an2-meerkat-dev"
NEEDS = {BUCKET: BUCKET_ACTIONS, OBJECTS: OBJECT_ACTIONS}

Statement = dict[str, Any]


def allow(action: Any, resource: Any, **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*found: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(found)}


LIST_ALL = allow(["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "*", Sid="ListAll")
BUCKETS = allow(["s3:ListBucket", "s3:GetBucketLocation"], [THEIR_BUCKET], Sid="Buckets")
FILES = allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [THEIR_OBJECTS], Sid="Files")
BOTH = allow(["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"], THEIRS, Sid="Both")
SECURE = {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}


def with_entries(statement: Statement, *entries: str) -> Statement:
    return {**statement, "Resource": [*statement["Resource"], *entries]}


SHAPES: Mapping[str, tuple[list[Statement], list[Statement]]] = {
    "one statement for all": ([BOTH], [with_entries(BOTH, *OURS)]),
    "all buckets are listed first": ([LIST_ALL, BOTH], [LIST_ALL, with_entries(BOTH, *OURS)]),
    "objects and bucket apart": ([FILES, BUCKETS], [with_entries(FILES, OBJECTS), with_entries(BUCKETS, BUCKET)]),
    "a key first": (
        [allow("kms:Decrypt", [KEY]), BOTH],
        [allow("kms:Decrypt", [KEY]), with_entries(BOTH, *OURS)],
    ),
    "a key and objects in one": (
        [allow(["kms:Decrypt", "s3:GetObject"], [KEY, THEIR_OBJECTS]), BUCKETS],
        [allow(["kms:Decrypt", "s3:GetObject"], [KEY, THEIR_OBJECTS, OBJECTS]), with_entries(BUCKETS, BUCKET)],
    ),
    "all but some actions first": (
        [{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": THEIRS}, BOTH],
        [{"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": THEIRS}, with_entries(BOTH, *OURS)],
    ),
    "all but some buckets first": (
        [{"Effect": "Allow", "Action": "s3:*", "NotResource": THEIRS}, BOTH],
        [{"Effect": "Allow", "Action": "s3:*", "NotResource": THEIRS}, with_entries(BOTH, *OURS)],
    ),
    "a denial first": (
        [{**BOTH, "Effect": "Deny", "Sid": "Never"}, BOTH],
        [{**BOTH, "Effect": "Deny", "Sid": "Never"}, with_entries(BOTH, *OURS)],
    ),
    "wildcards, in any case": (
        [allow("S3:LIST*", [THEIR_BUCKET]), allow(["s3:?etObject", "s3:put*"], [THEIR_OBJECTS])],
        [
            allow("S3:LIST*", [THEIR_BUCKET, BUCKET]),
            allow(["s3:?etObject", "s3:put*"], [THEIR_OBJECTS, OBJECTS]),
        ],
    ),
    "every action there is, one resource without a list": (
        [allow("*", THEIR_BUCKET)],
        [allow("*", [THEIR_BUCKET, *OURS])],
    ),
    "reading and writing apart": (
        [allow("s3:GetObject", [THEIR_OBJECTS]), allow("s3:PutObject", [THEIR_OBJECTS]), BUCKETS],
        [
            allow("s3:GetObject", [THEIR_OBJECTS, OBJECTS]),
            allow("s3:PutObject", [THEIR_OBJECTS, OBJECTS]),
            with_entries(BUCKETS, BUCKET),
        ],
    ),
    "uploads in parts apart": (
        [BOTH, allow(["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], [THEIR_OBJECTS])],
        [
            with_entries(BOTH, *OURS),
            allow(["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], [THEIR_OBJECTS, OBJECTS]),
        ],
    ),
    "what only some need beside it": (
        [allow("s3:GetObject", ["arn:aws:s3:::logs/*"]), allow("s3:Put*", THEIRS), BOTH],
        [allow("s3:GetObject", ["arn:aws:s3:::logs/*"]), allow("s3:Put*", THEIRS), with_entries(BOTH, *OURS)],
    ),
    "everything for administrators beside it": (
        [allow("s3:*", ["arn:aws:s3:::admin", "arn:aws:s3:::admin/*"]), BOTH],
        [allow("s3:*", ["arn:aws:s3:::admin", "arn:aws:s3:::admin/*"]), with_entries(BOTH, *OURS)],
    ),
    "every bucket, and some by name": (
        [allow("s3:GetBucketLocation", "arn:aws:s3:::*"), BOTH],
        [allow("s3:GetBucketLocation", "arn:aws:s3:::*"), with_entries(BOTH, *OURS)],
    ),
    "a condition on the only one": ([{**BOTH, **SECURE}], [{**with_entries(BOTH, *OURS), **SECURE}]),
    "a condition on one of two": (
        [allow("s3:*", THEIRS, **SECURE), BOTH],
        [allow("s3:*", THEIRS, **SECURE), with_entries(BOTH, *OURS)],
    ),
    "a condition on what no other allows": (
        [allow("s3:GetObject", ["arn:aws:s3:::logs/*"]), {**BOTH, **SECURE}],
        [allow("s3:GetObject", ["arn:aws:s3:::logs/*", OBJECTS]), {**with_entries(BOTH, *OURS), **SECURE}],
    ),
    "a wildcard that allows it already": ([allow("s3:*", "*")], [allow("s3:*", "*")]),
    "named by somebody else": (
        [allow("s3:PutBucketTagging", [BUCKET]), BOTH],
        [allow("s3:PutBucketTagging", [BUCKET]), with_entries(BOTH, *OURS)],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_statements_are_chosen_by_what_they_allow(shape: str) -> None:
    before, after = (document(*found) for found in SHAPES[shape])
    added = statements.edited(before, add=OURS, remove=[])
    assert json.dumps(added) == json.dumps(after)
    assert statements.misfit(before, POLICY, OURS) is None
    assert [statements.granted(added, arn, own=OURS) for arn in OURS] == [True, True]
    noted = statements.places(added, OURS)
    assert noted == statements.places(before, OURS)
    removed = statements.edited(added, add=[], remove=statements.ours(added, Grant(OURS, noted)))
    assert json.dumps(removed) == json.dumps(listed(before) if shape.endswith("without a list") else before)


def test_a_statement_without_a_list_around_it_stays_one() -> None:
    single = {"Version": "2012-10-17", "Statement": BOTH}
    assert statements.edited(single, add=OURS, remove=[]) == {**single, "Statement": with_entries(BOTH, *OURS)}


def test_each_statement_keeps_a_placeholder_when_its_last_entry_goes() -> None:
    split = document({**FILES, "Resource": [OBJECTS]}, LIST_ALL, {**BUCKETS, "Resource": BUCKET})
    emptied = document({**FILES, "Resource": [PLACEHOLDER]}, LIST_ALL, {**BUCKETS, "Resource": [PLACEHOLDER]})
    removed = statements.edited(split, add=[], remove=statements.ours(split, Grant(OURS)))
    assert json.dumps(removed) == json.dumps(emptied)
    assert statements.misfit(removed, POLICY, OURS) is None
    again = statements.edited(removed, add=OURS, remove=[])
    assert json.dumps(again) == json.dumps(document(split["Statement"][0], LIST_ALL, {**BUCKETS, "Resource": [BUCKET]}))


MISFITS: Mapping[str, tuple[list[Statement], str]] = {
    "nothing for buckets": (
        [LIST_ALL, allow("kms:Decrypt", [KEY])],
        "The shared policy has no statement that allows s3:ListBucket, and none that allows s3:DeleteObject, "
        f"s3:GetObject, s3:PutObject on buckets by name ({POLICY}). It has: (1) 'ListAll' allows s3:ListAllMyBuckets, "
        f"s3:GetBucketLocation on *; (2) allows kms:Decrypt on {KEY}. Add a statement, for example "
        '{"Sid": "Workspaces", "Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket", '
        '"s3:ListBucketMultipartUploads", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", '
        '"s3:ListMultipartUploadParts", "s3:PutObject"], "Resource": ["arn:aws:s3:::s3-demo", '
        "\"arn:aws:s3:::s3-demo/*\"]}, or set 'access.mode: bucket-policy'.",
    ),
    "half of it": (
        [FILES, {**BUCKETS, "Effect": "Deny", "Condition": {"Bool": {"a": "b"}}, "Sid": "Never"}],
        f"The shared policy has no statement that allows s3:ListBucket on buckets by name ({POLICY}). It has: (1) "
        f"'Files' allows s3:GetObject, s3:PutObject, s3:DeleteObject on {THEIR_OBJECTS}; (2) 'Never' denies "
        f"s3:ListBucket, s3:GetBucketLocation on {THEIR_BUCKET} under a condition. Add a statement, for example "
        '{"Sid": "Workspaces", "Effect": "Allow", "Action": ["s3:GetBucketLocation", "s3:ListBucket", '
        '"s3:ListBucketMultipartUploads"], "Resource": ["arn:aws:s3:::s3-demo"]}, or set '
        "'access.mode: bucket-policy'.",
    ),
    "by exclusion alone": (
        [
            {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": THEIRS},
            {"Effect": "Allow", "Action": [f"s3:{n}" for n in "abcdef"], "NotResource": THEIR_BUCKET},
            BUCKETS,
        ],
        "The shared policy has no statement that allows s3:DeleteObject, s3:GetObject, s3:PutObject on buckets by name "
        f"({POLICY}). It has: (1) allows everything but iam:* on {', '.join(THEIRS)}; (2) allows s3:a, s3:b, s3:c, "
        f"s3:d and 2 more on everything but {THEIR_BUCKET}; (3) 'Buckets' allows s3:ListBucket, s3:GetBucketLocation "
        f"on {THEIR_BUCKET}. Add a statement, for example "
        '{"Sid": "Workspaces", "Effect": "Allow", "Action": ["s3:AbortMultipartUpload", "s3:DeleteObject", '
        '"s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"], "Resource": ["arn:aws:s3:::s3-demo/*"]}, or '
        "set 'access.mode: bucket-policy'.",
    ),
}


@pytest.mark.parametrize("shape", MISFITS)
def test_a_policy_without_a_place_is_refused_with_what_it_has_and_what_to_add(shape: str) -> None:
    found, sentence = MISFITS[shape]
    refusal = statements.misfit(document(*found), POLICY, OURS)
    assert str(refusal) == sentence
    example = json.JSONDecoder().raw_decode(sentence[sentence.index('{"Sid"') :])[0]
    mended = document(*found, example)
    assert statements.misfit(mended, POLICY, OURS) is None
    added = statements.edited(mended, add=OURS, remove=[])
    assert [statements.granted(added, arn, own=OURS) for arn in OURS] == [True, True]


DENIALS: Mapping[str, Statement] = {
    "the bucket and its objects": {"Action": "s3:*", "Resource": OURS},
    "all buckets": {"Action": "*", "Resource": "*"},
    "all buckets but others": {"Action": ["S3:List*", "s3:*OBJECT"], "NotResource": THEIRS},
    "everything but looking on": {"NotAction": ["iam:*", "s3:GetBucketLocation"], "Resource": "arn:aws:s3:::s3-d*"},
}


@pytest.mark.parametrize("shape", DENIALS)
def test_a_policy_that_denies_the_bucket_is_refused_and_its_entries_count_as_nothing(shape: str) -> None:
    denial = {"Effect": "Deny", "Sid": "Never", **DENIALS[shape]}
    refusal = statements.misfit(document(BOTH, denial), POLICY, OURS)
    assert refusal is not None
    assert str(refusal).startswith(
        f"The shared policy denies on {BUCKET} and {OBJECTS} whatever else it allows there ({POLICY}). It has: "
        f"(1) 'Both' allows {', '.join(BOTH['Action'])} on {', '.join(THEIRS)}; (2) 'Never' denies "
    )
    assert str(refusal).endswith(
        "Take the bucket out of what is denied, or choose another policy ('names.kubeflowPolicy', "
        "'names.conductorPolicy')."
    )
    added = document(with_entries(BOTH, *OURS))
    assert [statements.granted(added, arn, own=OURS) for arn in OURS] == [True, True]
    denied = document(with_entries(BOTH, *OURS), denial)
    assert [statements.granted(denied, arn, own=OURS) for arn in OURS] == [False, False]


SPARED: Mapping[str, Statement] = {
    "under a condition": {"Action": "s3:*", "Resource": OURS, **SECURE},
    "a part of the objects": {"Action": "s3:*", "Resource": f"{BUCKET}/secret/*"},
    "all but a part of the objects": {"Action": "s3:*Object", "NotResource": f"{BUCKET}/models/*"},
    "some of the actions": {"Action": ["s3:DeleteObject", "s3:PutBucketPolicy"], "Resource": "*"},
    "another bucket": {"Action": "s3:*", "Resource": THEIRS},
}


@pytest.mark.parametrize("shape", SPARED)
def test_a_denial_that_leaves_something_is_the_policys_own_affair(shape: str) -> None:
    denial = {"Effect": "Deny", "Sid": "Never", **SPARED[shape]}
    assert statements.misfit(document(BOTH, denial), POLICY, OURS) is None
    found = document(with_entries(BOTH, *OURS), denial)
    assert [statements.granted(found, arn, own=OURS) for arn in OURS] == [True, True]


def test_a_policy_without_any_statement_is_refused_too() -> None:
    assert "It has: no statement. Add" in str(statements.misfit({"Version": "2012-10-17"}, POLICY, OURS))


def test_an_entry_in_a_statement_that_does_not_allow_it_grants_nothing() -> None:
    moved = document(
        {**LIST_ALL, "Resource": ["*", *OURS]}, with_entries(FILES, BUCKET), with_entries(BUCKETS, OBJECTS)
    )
    assert [statements.granted(moved, arn, own=OURS) for arn in OURS] == [False, False]
    half = document(allow("s3:GetObject", [THEIR_OBJECTS, OBJECTS]), allow("s3:PutObject", [THEIR_OBJECTS]), BUCKETS)
    assert [statements.granted(half, arn, own=OURS) for arn in OURS] == [False, False]


def test_a_grant_of_0_1_0_is_known_where_it_was_put_and_where_it_belongs() -> None:
    first, proper = {**LIST_ALL, "Resource": ["*", *OURS]}, with_entries(BOTH, *OURS)
    in_first, in_both = ([Place(sid, arn) for arn in OURS] for sid in ("ListAll", "Both"))
    assert statements.ours(document(first, BOTH), Grant(OURS)) == in_first
    assert statements.ours(document(BOTH, first), Grant(OURS)) == in_first, "also after somebody reordered it"
    assert statements.ours(document(first, proper), Grant(OURS)) == [*in_both, *in_first]
    assert statements.ours(document(LIST_ALL, proper), Grant(OURS)) == in_both
    repaired = statements.edited(document(first, BOTH), add=OURS, remove=in_first)
    assert repaired == document({**LIST_ALL, "Resource": ["*"]}, proper)


def test_what_the_runbook_put_into_the_first_statement_is_taken_over_before_a_grant_is_made() -> None:
    admin = allow("s3:*", ["arn:aws:s3:::admin"], Sid="Admin")
    before = document(with_entries(admin, *OURS), BOTH)
    found = statements.ours(before, Grant(OURS, made=False))
    assert found == [Place("Admin", arn) for arn in OURS]
    assert statements.edited(before, add=OURS, remove=found) == document(admin, with_entries(BOTH, *OURS))
    tagging = allow("s3:PutBucketTagging", [BUCKET], Sid="Tagging")
    by_others = [document(tagging, BOTH), document(BOTH, allow("s3:*", OURS, Sid="ByOthers"))]
    assert [statements.ours(each, Grant(OURS, made=False)) for each in by_others] == [[], []]


def test_a_statement_that_was_edited_is_known_by_its_sid_or_as_the_one_that_would_be_chosen() -> None:
    noted = [Place("Both", arn) for arn in OURS]
    renamed = document(LIST_ALL, {**with_entries(BOTH, *OURS), "Sid": "Workspaces"})
    assert statements.ours(renamed, Grant(OURS, noted)) == [Place("Workspaces", arn) for arn in OURS]
    narrowed = document({**with_entries(BOTH, *OURS), "Action": "s3:ListBucket"}, FILES)
    assert statements.ours(narrowed, Grant(OURS, noted)) == noted


def test_what_somebody_else_named_stays_when_ours_is_gone_already() -> None:
    by_others = allow("s3:*", [THEIR_BUCKET, *OURS], Sid="ByOthers")
    noted = [Place("Both", arn) for arn in OURS]
    assert statements.ours(document(BOTH, by_others), Grant(OURS, noted)) == []
    assert statements.ours(document(by_others, with_entries(BOTH, *OURS)), Grant(OURS, noted)) == noted


def test_the_actions_are_those_of_buckets_and_of_objects() -> None:
    """By the Service Authorization Reference, as cfn-lint has it."""
    reference = json.loads((files("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text())["s3"]["Actions"]
    for kind, actions in (("bucket", BUCKET_ACTIONS), ("object", OBJECT_ACTIONS)):
        kinds = [reference[action.removeprefix("s3:").lower()]["Resources"] for action in actions]
        assert [kind in (each if isinstance(each, list) else [each]) for each in kinds] == [True] * len(actions)


# Any policy


def judged(found: Mapping[str, Any], action: str, resource: str, *, conditions_hold: bool) -> bool:
    """Whether a policy allows an action, as IAM evaluates it; denials aside, which no edit here can change."""
    return any(is_about(each, "Allow", action, resource, conditions_hold) for each in found["Statement"])


def forbidden(found: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a policy denies an action whatever else it says."""
    return any(is_about(each, "Deny", action, resource, False) for each in found["Statement"])


def is_about(statement: Statement, effect: str, action: str, resource: str, conditions_hold: bool) -> bool:
    def fits(key: str, text: str) -> bool:
        name, negated = (key, False) if key in statement else (f"Not{key}", True)
        patterns = [statement[name]] if isinstance(statement[name], str) else statement[name]
        return any(fnmatchcase(text.lower(), each.lower()) for each in patterns) != negated

    return (
        statement["Effect"] == effect
        and fits("Action", action)
        and fits("Resource", resource)
        and (conditions_hold or "Condition" not in statement)
    )


def listed(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with every single resource as a list of one."""
    return {
        **found,
        "Statement": [
            {**each, "Resource": [each["Resource"]]} if isinstance(each.get("Resource"), str) else each
            for each in found["Statement"]
        ],
    }


ACTIONS = st.one_of(
    st.sampled_from(["s3:*", "*", "s3:Get*", "S3:*OBJECT", "s3:ListAllMyBuckets", "kms:Decrypt", "s3:PutBucketPolicy"]),
    st.lists(st.sampled_from([*BUCKET_ACTIONS, *OBJECT_ACTIONS, "s3:getobject", "kms:*"]), min_size=1, unique=True),
)
ENTRIES = st.sampled_from([
    *THEIRS, "arn:aws:s3:::s3-third", "arn:aws:s3:::s3-third/*", "arn:aws:s3:::logs-*", "arn:aws:s3:::*", "*", KEY,
    PLACEHOLDER,
])  # fmt: skip
RESOURCES = st.one_of(st.lists(ENTRIES, min_size=1, max_size=4, unique=True), ENTRIES)


@st.composite
def any_statement(draw: st.DrawFn) -> Statement:
    actions, resources = draw(ACTIONS), draw(RESOURCES)
    found: Statement = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Allow", "Deny"]))}
    found["NotAction" if draw(st.integers(0, 7)) == 0 else "Action"] = actions
    found["NotResource" if draw(st.integers(0, 7)) == 0 else "Resource"] = resources
    if draw(st.integers(0, 4)) == 0:
        found |= SECURE
    if draw(st.booleans()):
        found["Sid"] = draw(st.from_regex(r"[A-Za-z0-9]{1,3}", fullmatch=True))
    return found


def alike(one: Statement) -> str:
    return one.get("Sid") or json.dumps({**one, "Resource": ""}, sort_keys=True)


POLICIES = st.lists(any_statement(), min_size=1, max_size=5, unique_by=alike).map(lambda found: document(*found))


def to_be_had(found: Mapping[str, Any], arn: str, *, conditions: bool) -> set[str]:
    """The essential actions that statements allow on buckets by name."""
    named = [
        each
        for each in listed(found)["Statement"]
        if any(entry.startswith("arn:aws:s3:::") and entry != "arn:aws:s3:::*" for entry in each.get("Resource", []))
        and each["Effect"] == "Allow"
        and "Action" in each
        and (conditions or "Condition" not in each)
    ]
    probe = document(*({**each, "Resource": arn} for each in named))
    return {a for a in ESSENTIAL & set(NEEDS[arn]) if judged(probe, a, arn, conditions_hold=conditions)}


@settings(derandomize=True, max_examples=100)
@given(before=POLICIES)
def test_after_an_edit_any_policy_allows_what_it_can_and_nothing_else_changed(before: dict[str, Any]) -> None:
    added = statements.edited(before, add=OURS, remove=[])
    for arn in OURS:
        for conditions in (False, True):
            wanted = to_be_had(before, arn, conditions=conditions)
            assert {a for a in wanted if judged(added, a, arn, conditions_hold=conditions)} == wanted
        could = to_be_had(before, arn, conditions=True)
        counted = document(*(each for each in added["Statement"] if "Action" in each and "Resource" in each))
        allowed = {a for a in ESSENTIAL & set(NEEDS[arn]) if judged(counted, a, arn, conditions_hold=True)}
        assert could <= allowed
        usable = {action for action in allowed if not forbidden(before, action, arn)}
        assert statements.granted(added, arn, own=OURS) == bool(usable)
        assert (statements.misfit(before, POLICY, [arn]) is None) == bool(usable)
    for was, now in zip(listed(before)["Statement"], listed(added)["Statement"], strict=True):
        new = [entry for entry in now.get("Resource", []) if entry not in was.get("Resource", [])]
        assert new == [arn for arn in OURS if arn in new]
        kept = [entry for entry in now.get("Resource", []) if entry not in new]
        assert {**now, "Resource": kept} == {**was, "Resource": kept}
        assert kept == [entry for entry in was.get("Resource", []) if entry in kept]
        for arn in new:
            gained = document({**now, "Resource": arn})
            assert any(judged(gained, each, arn, conditions_hold=True) for each in NEEDS[arn])
    assert statements.edited(added, add=OURS, remove=[]) is added


@settings(derandomize=True, max_examples=100)
@given(before=POLICIES, data=st.data())
def test_any_policy_is_what_it_was_after_add_and_remove_whatever_was_reordered_meanwhile(
    before: dict[str, Any], data: st.DataObject
) -> None:
    by_others = allow("s3:PutBucketTagging", OURS, Sid="ByOthers")
    before = document(*before["Statement"], by_others)
    added = statements.edited(before, add=OURS, remove=[])
    noted = statements.places(added, OURS)
    order = data.draw(st.permutations(range(len(before["Statement"]))))

    def reordered(found: Mapping[str, Any]) -> dict[str, Any]:
        rows = [listed(found)["Statement"][index] for index in order]
        return document(
            *({**row, **({"Resource": row["Resource"][::-1]} if "Resource" in row else {})} for row in rows)
        )

    now = reordered(added)
    removed = statements.edited(now, add=[], remove=statements.ours(now, Grant(OURS, noted)))
    assert removed == reordered(before)
    assert statements.ours(removed, Grant(OURS, noted)) == []


@settings(derandomize=True, max_examples=100)
@given(before=POLICIES, data=st.data())
def test_a_grant_is_one_in_whatever_order_and_an_entry_that_was_lost_is_put_back(
    before: dict[str, Any], data: st.DataObject
) -> None:
    assume(statements.misfit(before, POLICY, OURS) is None)
    added = statements.edited(before, add=OURS, remove=[])
    noted = statements.places(added, OURS)
    order = data.draw(st.permutations(range(len(before["Statement"]))))
    now = document(*(added["Statement"][index] for index in order))
    assert [statements.granted(now, arn, own=OURS) for arn in OURS] == [True, True]
    lost = statements.edited(now, add=[], remove=data.draw(st.lists(st.sampled_from(noted))) if noted else [])
    again = statements.edited(lost, add=OURS, remove=statements.ours(lost, Grant(OURS, noted)))
    assert [statements.granted(again, arn, own=OURS) for arn in OURS] == [True, True]
