"""The edit of a shared list of people: exactly one's own go in and out, whoever else stands there."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from project_workspace.runai.claims import GROUP, PREFIX, Claim, claimed, claims, settled, users_of
from project_workspace.stack_mark import StackMark

DEMO, OTHER = StackMark("project-workspace", "demo-dev"), StackMark("project-workspace", "other-dev")
NOBODY = {"kind": "User", "apiGroup": GROUP, "name": "a-subject-that-does-not-exist"}
GROUPS = {"kind": "Group", "apiGroup": GROUP, "name": "alice@example.com"}
SERVICE = {"kind": "ServiceAccount", "name": "alice@example.com", "namespace": "runai"}


def user(name: str) -> dict[str, Any]:
    return {"apiGroup": GROUP, "kind": "User", "name": name}


def binding(*subjects: dict[str, Any], **annotations: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": "runai-job-viewer-manual", "resourceVersion": "7"}
    if annotations:
        metadata["annotations"] = annotations
    found: dict[str, Any] = {"metadata": metadata, "roleRef": {"name": "runai-job-viewer"}}
    return {**found, "subjects": list(subjects)} if subjects else found


def test_a_person_comes_last_and_goes_without_a_trace() -> None:
    before = binding(NOBODY, user("bob"), team="blue")
    with_alice = settled(before, ["alice"], mark=DEMO)
    assert with_alice["subjects"] == [NOBODY, user("bob"), user("alice")]
    assert [*claims(with_alice)] == [Claim("alice", DEMO)]
    assert settled(with_alice, [], mark=DEMO) == before


def test_a_list_that_was_empty_is_empty_again_as_the_api_server_gives_it() -> None:
    for before in (binding(), {**binding(), "subjects": []}, {**binding(), "subjects": None}):
        assert settled(settled(before, ["alice"], mark=DEMO), [], mark=DEMO) == binding()


def test_whoever_was_there_before_stays() -> None:
    before = binding(user("alice"))
    assert settled(before, ["alice"], mark=DEMO) == before
    assert settled(before, [], mark=DEMO) == before


def test_whoever_was_there_before_is_taken_over_when_the_state_says_so() -> None:
    adopted = settled(binding(user("alice")), ["alice"], mark=DEMO, ours=["alice"])
    assert claimed(adopted, DEMO) == ["alice"]
    assert settled(adopted, [], mark=DEMO) == binding()


def test_a_person_of_two_stacks_stays_until_both_have_let_go() -> None:
    both = settled(settled(binding(), ["alice"], mark=DEMO), ["alice"], mark=OTHER)
    assert both["subjects"] == [user("alice")]
    without_demo = settled(both, [], mark=DEMO, ours=["alice"])
    assert without_demo["subjects"] == [user("alice")]
    assert settled(without_demo, [], mark=OTHER, ours=["alice"]) == binding()


def test_case_and_kind_tell_people_apart() -> None:
    before = binding(GROUPS, SERVICE, user("Alice@example.com"))
    after = settled(before, ["alice@example.com"], mark=DEMO)
    assert users_of(after) == ["Alice@example.com", "alice@example.com"]
    assert settled(after, [], mark=DEMO) == before


def test_a_list_that_somebody_wrote_anew_gets_the_person_again() -> None:
    made = settled(binding(user("bob")), ["alice"], mark=DEMO)
    rewritten = {**made, "subjects": [user("carol")]}
    assert settled(rewritten, ["alice"], mark=DEMO, ours=["alice"])["subjects"] == [user("carol"), user("alice")]


def test_a_claim_that_somebody_took_away_is_made_again_and_the_state_still_knows_the_person() -> None:
    bare = binding(user("alice"))
    assert claimed(settled(bare, ["alice"], mark=DEMO, ours=["alice"]), DEMO) == ["alice"]
    assert settled(bare, [], mark=DEMO, ours=["alice"]) == binding()


def test_a_stack_of_another_name_takes_its_people_along() -> None:
    made = settled(binding(), ["alice", "bob"], mark=OTHER)
    moved = settled(made, ["alice"], mark=DEMO, ours=["alice", "bob"], was=OTHER)
    assert [*claims(moved)] == [Claim("alice", DEMO)]
    assert users_of(moved) == ["alice"]


def test_what_is_no_claim_is_left_alone() -> None:
    for text in ("", "[]", "{}", "null", '{"user": "alice", "project": "x", "stack": "y"}'):
        strange = binding(user("alice"), **{f"{PREFIX}of-somebody": text})
        assert [*claims(strange)] == []
        assert settled(settled(strange, ["bob"], mark=DEMO), [], mark=DEMO) == strange


PEOPLE = st.lists(st.text(min_size=1, max_size=6), unique=True, max_size=4)


@given(there=PEOPLE, first=PEOPLE, second=PEOPLE, changed=PEOPLE)
def test_whatever_two_stacks_do_everybody_else_stays_in_order_and_nothing_is_left(
    there: list[str], first: list[str], second: list[str], changed: list[str]
) -> None:
    before = binding(GROUPS, *(user(name) for name in there))
    steps = [(DEMO, first), (OTHER, second), (DEMO, changed), (DEMO, []), (OTHER, [])]
    found = before
    for mark, wanted in steps:
        untouched = deepcopy(found)
        after = settled(found, wanted, mark=mark)
        assert found == untouched
        assert settled(after, wanted, mark=mark) == after
        assert {*wanted} <= {*users_of(after)}
        assert len(users_of(after)) == len({*users_of(after)})
        assert after["subjects"][: len(there) + 1] == before["subjects"]
        found = after
    assert found == before
