"""The base of all dynamic providers: what the engine may rely on, whatever a provider does."""

import base64
import pickle
from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi.dynamic
import pytest
from pulumi.dynamic import ConfigureRequest, CreateResult, ReadResult, UpdateResult
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown

from project_workspace.eks.generation import NodeGroupGenerationProvider
from project_workspace.remote.credential import Credential
from project_workspace.remote.errors import RefusedError
from project_workspace.remote.provider import Props, ProviderError, RemoteProvider, redact
from project_workspace.schema.problem import Problem


class ShelfProvider(RemoteProvider):
    """Keeps things on a shelf: a dict."""

    what = "thing"
    update_on: ClassVar[tuple[str, ...]] = ("size", "password")
    replace_on: ClassVar[tuple[str, ...]] = ("name",)
    immutable: ClassVar[Mapping[str, str]] = {"owner": "Expected the owner to stay, for example 'ann'."}
    secrets: ClassVar[frozenset[str]] = frozenset({"password"})
    shelf: ClassVar[dict[str, Props]] = {}

    def problems(self, inputs: Props) -> list[Problem]:
        found = [Problem("size", "Expected a positive size, for example '3'.")] if inputs.get("size", 1) < 1 else []
        if inputs.get("password") == "short":
            found.append(Problem("password", "Expected a longer password, for example 'longer'."))
        return found

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        if inputs["name"] == "refused":
            raise RefusedError(f"No: {inputs['password']}", where="shelf", remedy="Ask.")
        if inputs["name"] == "broken":
            raise KeyError(inputs["password"])
        self.shelf[inputs["name"]] = inputs
        return inputs["name"], {"place": 1}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return self.shelf.get(id_)

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        self.shelf[id_] = news
        return {"place": olds["place"]}

    def do_delete(self, id_: str, outputs: Props) -> None:
        self.shelf.pop(id_, None)


@pytest.fixture
def provider() -> ShelfProvider:
    ShelfProvider.shelf.clear()
    return ShelfProvider()


def outputs(made: CreateResult | UpdateResult | ReadResult) -> Props:
    """The outputs, of which there must be some."""
    assert made.outs is not None
    return made.outs


THING: Props = {"__provider": "ref", "name": "cup", "size": 3.0, "password": "hunter2", "owner": "ann"}


def test_numbers_arrive_whole_and_outputs_are_complete(provider: ShelfProvider) -> None:
    made = provider.create(THING)
    assert made.id == "cup"
    assert outputs(made) == {"name": "cup", "size": 3, "password": "hunter2", "owner": "ann", "place": 1}
    assert isinstance(outputs(made)["size"], int)


def test_an_unchanged_resource_has_no_diff(provider: ShelfProvider) -> None:
    outs = {**outputs(provider.create(THING)), "__provider": "ref"}
    found = provider.diff("cup", outs, THING)
    assert (found.changes, found.replaces) == (False, [])


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"size": 4.0}, []),
        ({"password": "x"}, []),
        ({"name": "mug"}, ["name"]),
        ({"__provider": "moved"}, []),
    ],
)
def test_a_changed_property_is_a_diff(provider: ShelfProvider, change: Props, replaces: list[str]) -> None:
    outs = {**outputs(provider.create(THING)), "__provider": "ref"}
    found = provider.diff("cup", outs, {**THING, **change})
    assert (found.changes, found.replaces) == (True, replaces)


def test_an_unknown_value_counts_as_a_change_and_is_not_judged(provider: ShelfProvider) -> None:
    outs = {**outputs(provider.create(THING)), "__provider": "ref"}
    unknown = {**THING, "size": Unknown()}
    assert provider.diff("cup", outs, unknown).changes
    assert provider.check({}, unknown).failures == []


def test_all_problems_are_reported_at_once_and_a_secret_is_never_named(provider: ShelfProvider) -> None:
    found = provider.check(THING, {**THING, "size": 0.0, "password": "short", "owner": "bob"})
    assert [(failure.property, failure.reason) for failure in found.failures] == [
        ("size", "Expected a positive size, for example '3'."),
        ("", "password: Expected a longer password, for example 'longer'."),
        ("owner", "Expected the owner to stay, for example 'ann'."),
    ]


def test_refresh_answers_what_stands_there_with_inputs_that_show_the_drift(provider: ShelfProvider) -> None:
    outs = outputs(provider.create(THING))
    provider.shelf["cup"] = {**outs, "size": 9}
    found = provider.read("cup", {**outs, "__provider": "ref"})
    assert found.outs == {**outs, "size": 9}
    assert found.inputs == {"name": "cup", "size": 9, "password": "hunter2", "owner": "ann"}
    assert provider.diff("cup", {**outputs(found), "__provider": "ref"}, THING).changes


def test_gone_is_told_with_an_empty_id(provider: ShelfProvider) -> None:
    found = provider.read("cup", {"name": "cup", "__provider": "ref"})
    assert (found.id, found.outs) == ("", {})


def test_update_answers_whole_outputs(provider: ShelfProvider) -> None:
    outs = outputs(provider.create(THING))
    changed = provider.update("cup", outs, {**THING, "size": 5.0})
    assert changed.outs == {**outs, "size": 5}


@pytest.mark.parametrize("name", ["refused", "broken"])
def test_a_failure_is_one_sentence_without_the_secret(provider: ShelfProvider, name: str) -> None:
    with pytest.raises(ProviderError) as failed:
        provider.create({**THING, "name": name})
    assert "hunter2" not in str(failed.value)
    assert "[secret]" in str(failed.value)
    assert "\n" not in str(failed.value)
    assert failed.value.__suppress_context__


def test_a_part_of_a_secret_never_uncovers_the_whole() -> None:
    assert redact("abcdef abc", ["abcdef", "abc"]) == "[secret] [secret]"


def test_a_provider_is_stored_by_reference_and_without_attributes() -> None:
    stored = base64.b64decode(serialize_provider(NodeGroupGenerationProvider()))
    assert len(stored) < 200
    assert b"project_workspace.eks.generation" in stored
    restored: Any = pickle.loads(stored)
    assert vars(restored) == {}


def test_the_environment_wins_over_the_configuration(provider: ShelfProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    config = pulumi.dynamic.Config({"project-workspace:token": "stored", "aws:region": "r"}, "project-workspace")
    provider.configure(ConfigureRequest(config))
    token = Credential("THE_TOKEN", "token")
    monkeypatch.delenv("THE_TOKEN", raising=False)
    assert provider.config.credential(token) == "stored"
    monkeypatch.setenv("THE_TOKEN", "rotated")
    assert provider.config.credential(token) == "rotated"
    assert provider.config.credential(Credential("NOT_SET", "absent")) is None


def test_a_generation_counts_changes_and_keeps_the_subnets_it_began_with() -> None:
    provider = NodeGroupGenerationProvider()
    large, other = {"instanceType": "m5.large"}, {"instanceType": "m6i.large"}
    first = outputs(provider.create({"replaceOn": large, "subnetIds": ["a"], "__provider": "p"}))
    moved = {"replaceOn": large, "subnetIds": ["a", "b"], "__provider": "q"}
    same = outputs(provider.update("generation", first, moved))
    second = outputs(provider.update("generation", same, {"replaceOn": other, "subnetIds": ["a", "b"]}))
    computed = [(o["generation"], o["suffix"], o["chosenSubnetIds"]) for o in (first, same, second)]
    assert computed == [(1, "", ["a"]), (1, "", ["a"]), (2, "-g2", ["a", "b"])]
    assert not provider.diff("generation", {**first, "__provider": "q"}, moved).changes
