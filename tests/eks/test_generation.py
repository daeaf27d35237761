"""The generation of a node group: known in a preview, and the same for states of before it was."""

from __future__ import annotations

from typing import Any

from pulumi.output import Unknown

from project_workspace.eks.generation import NodeGroupGenerationProvider
from project_workspace.remote.provider import Props

GROUP: Props = {"replaceOn": {"instanceType": "m5.xlarge"}, "subnetIds": ["subnet-a", "subnet-c"]}
OTHER: Props = {"replaceOn": {"instanceType": "m6i.xlarge"}, "subnetIds": ["subnet-a", "subnet-b"]}
FIRST = {"generation": 1, "suffix": "", "chosenSubnetIds": ["subnet-a", "subnet-c"]}
SECOND = {"generation": 2, "suffix": "-g2", "chosenSubnetIds": ["subnet-a", "subnet-b"]}


def checked(olds: Props, news: Props) -> dict[str, Any]:
    """The inputs as the engine takes them on: a preview shows them as outputs."""
    return NodeGroupGenerationProvider().check(olds, news).inputs


def changes(outputs: Props, inputs: Props) -> bool:
    return bool(NodeGroupGenerationProvider().diff("generation", outputs, inputs).changes)


def test_a_new_group_is_of_the_first_generation_and_a_preview_knows_it() -> None:
    inputs = checked({}, GROUP)
    assert inputs == {**GROUP, **FIRST}
    assert NodeGroupGenerationProvider().create(inputs).outs == inputs


def test_a_group_keeps_its_subnets_until_it_is_replaced() -> None:
    first = checked({}, GROUP)
    more = checked(first, {**GROUP, "subnetIds": ["subnet-a", "subnet-c", "subnet-new"]})
    assert {key: more[key] for key in FIRST} == FIRST
    assert not changes(first, more)


def test_a_change_that_replaces_begins_the_next_generation_with_the_subnets_of_now() -> None:
    first = checked({}, GROUP)
    second = checked(first, OTHER)
    assert second == {**OTHER, **SECOND}
    assert changes(first, second)
    assert NodeGroupGenerationProvider().update("generation", first, second).outs == second


def test_numbers_that_come_back_as_floats_change_nothing() -> None:
    first = checked({}, GROUP)
    kept = {**first, "generation": 1.0}
    assert checked(kept, GROUP) == first
    assert not changes(kept, first)


def test_subnets_that_are_not_known_yet_stay_unknown() -> None:
    unknown = Unknown()
    assert checked({}, {**GROUP, "subnetIds": unknown})["chosenSubnetIds"] is unknown


def test_after_a_refresh_it_goes_on_counting() -> None:
    second = checked(checked({}, GROUP), OTHER)
    refreshed = NodeGroupGenerationProvider().read("generation", second)
    assert refreshed.inputs is not None
    assert checked(refreshed.inputs, GROUP)["suffix"] == "-g3"


def test_a_state_of_before_is_left_as_it_is_until_it_changes() -> None:
    outputs = {**GROUP, **FIRST}
    inputs = checked(GROUP, GROUP)
    assert inputs == GROUP
    assert not changes(outputs, inputs)

    changed = checked(GROUP, OTHER)
    assert changed == OTHER
    assert changes(outputs, changed)
    assert NodeGroupGenerationProvider().update("generation", outputs, changed).outs == {**OTHER, **SECOND}
