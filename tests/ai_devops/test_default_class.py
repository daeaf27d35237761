"""The cluster's default StorageClass, on a real API server: one at every moment, and each as it was when it is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.ai_devops import default_class
from project_workspace.ai_devops.default_class import ID, NOTE, DefaultStorageClassProvider
from project_workspace.kube.cluster import Cluster
from project_workspace.remote.provider import Props, ProviderError
from tests.ai_devops.conftest import BETA, GA, Classes
from tests.support.real_cluster import outs

Provided = Callable[[type[DefaultStorageClassProvider]], DefaultStorageClassProvider]


@pytest.fixture
def provider(provided: Provided) -> DefaultStorageClassProvider:
    return provided(DefaultStorageClassProvider)


def wanted(name: str, stack: str = "aidevops-dev", **more: Any) -> Props:
    mark = {"pulumiProject": "ai-devops", "pulumiStack": stack}
    return {"storageClass": name, "takeOverDefault": False, **mark, **more}


def note_of(annotations: dict[str, str]) -> Any:
    [note] = [text for key, text in annotations.items() if key.startswith(NOTE)]
    return json.loads(note)


def test_a_class_becomes_the_default_and_is_as_it_was_when_the_stack_goes(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "false"})
    classes.make("gp3", owner="somebody")
    before, news = classes.seen(), wanted("gp3")
    assert not provider.check({}, news).failures
    made = provider.create(news)
    assert (made.id, outs(made)["defaults"]) == (ID, ["gp3"])
    now = classes.seen()
    assert now["gp2"] == before["gp2"], "one that is no default is not touched"
    assert now["gp3"][GA] == "true"
    assert note_of(now["gp3"]) == {GA: {"is": "true", "was": None}}
    seen = outs(provider.read(ID, outs(made)))
    assert seen == outs(made)
    assert not provider.diff(ID, seen, news).changes
    provider.delete(ID, outs(made))
    assert classes.seen() == before
    provider.delete(ID, outs(made))
    assert classes.seen() == before


def test_a_class_that_is_the_default_already_is_not_touched_and_stays_it(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp3", **{BETA: "true", GA: "true"})
    before = classes.seen()
    made = provider.create(wanted("gp3"))
    assert classes.seen() == before
    provider.delete(ID, outs(made))
    assert classes.seen() == before


@pytest.mark.parametrize("annotation", [GA, BETA])
def test_another_that_is_marked_is_refused_in_the_preview_and_by_the_run_and_nothing_is_written(
    classes: Classes, provider: DefaultStorageClassProvider, annotation: str
) -> None:
    classes.make("gp2", **{annotation: "true"})
    classes.make("gp3")
    before, news = classes.seen(), wanted("gp3")
    sentence = (
        "Expected no default StorageClass beside 'gp3', or 'takeOverDefault: true', which un-marks others until the "
        "stack goes; marked: gp2."
    )
    [failure] = provider.check({}, news).failures or []
    assert (failure.property, failure.reason) == ("storageClass.takeOverDefault", sentence)
    with pytest.raises(ProviderError) as refused:
        provider.create(news)
    assert f"{sentence[:-1]} (" in str(refused.value)
    assert classes.seen() == before


def test_a_class_that_is_not_there_is_refused_with_those_that_are(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2")
    classes.make("sc1")
    [failure] = provider.check({}, wanted("gp3")).failures or []
    sentence = "Expected a StorageClass of the cluster, not 'gp3'; it has: gp2, sc1."
    assert (failure.property, failure.reason) == ("storageClass.name", sentence)
    with pytest.raises(ProviderError, match="Expected a StorageClass of the cluster, not 'gp3'"):
        provider.create(wanted("gp3"))


def test_others_are_unmarked_when_told_and_get_their_marks_back_in_whatever_spelling(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true", BETA: "true"})
    classes.make("csi-cephfs-sc", **{BETA: "true"})
    classes.make("gp3", **{GA: "false"})
    before, news = classes.seen(), wanted("gp3", takeOverDefault=True)
    assert not provider.check({}, news).failures
    made = provider.create(news)
    now = classes.seen()
    assert classes.defaults() == ["gp3"]
    assert note_of(now["gp2"]) == {key: {"is": "false", "was": "true"} for key in (GA, BETA)}
    assert note_of(now["gp3"]) == {GA: {"is": "true", "was": "false"}}
    again = outs(provider.update(ID, outs(made), {**news, "takeOverDefault": False}))
    assert classes.seen() == now, "what it un-marked itself stays un-marked, told or not"
    provider.delete(ID, again)
    assert classes.seen() == before


def test_there_is_a_default_at_every_moment(
    classes: Classes, provider: DefaultStorageClassProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes.make("a-old", **{GA: "true"})
    classes.make("z-new")
    moments: list[list[str]] = []
    merge = Cluster.merge

    def watched(self: Cluster, *given: Any) -> Any:
        written = merge(self, *given)
        moments.append(classes.defaults())
        return written

    monkeypatch.setattr(Cluster, "merge", watched)
    made = outs(provider.create(wanted("z-new", takeOverDefault=True)))
    provider.delete(ID, made)
    assert moments == [["a-old", "z-new"], ["z-new"], ["a-old", "z-new"], ["a-old"]]


def test_another_name_takes_the_place_and_the_old_class_is_as_it_was(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    classes.make("io2")
    before = classes.seen()
    made = outs(provider.create(wanted("gp3", takeOverDefault=True)))
    other = outs(provider.update(ID, made, wanted("io2", takeOverDefault=True)))
    assert (classes.defaults(), other["defaults"]) == (["io2"], ["io2"])
    assert classes.seen()["gp3"] == before["gp3"]
    back = outs(provider.update(ID, other, wanted("gp2")))
    assert classes.seen() == before, "the one that was the default before needs no note"
    provider.delete(ID, back)
    assert classes.seen() == before


def test_what_others_mark_or_unmark_is_drift_that_is_put_right_or_refused(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2")
    classes.make("gp3")
    news = wanted("gp3")
    made = outs(provider.create(news))
    classes.annotate("gp3", **{GA: "false"})
    seen = outs(provider.read(ID, made))
    assert seen["defaults"] == []
    assert provider.diff(ID, seen, news).changes
    assert outs(provider.update(ID, seen, news))["defaults"] == ["gp3"]
    classes.annotate("gp2", **{GA: "true"})
    seen = outs(provider.read(ID, made))
    assert seen["defaults"] == ["gp2", "gp3"]
    assert provider.diff(ID, seen, news).changes
    with pytest.raises(ProviderError, match="marked: gp2"):
        provider.update(ID, seen, news)
    assert outs(provider.update(ID, seen, {**news, "takeOverDefault": True}))["defaults"] == ["gp3"]


def test_one_that_somebody_has_changed_since_stays_when_the_stack_goes(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    made = outs(provider.create(wanted("gp3", takeOverDefault=True)))
    classes.annotate("gp2", **{GA: None})
    classes.annotate("gp3", **{GA: "false"})
    provider.delete(ID, made)
    assert classes.seen() == {"gp2": {}, "gp3": {GA: "false"}}


def test_a_class_that_is_gone_is_told_by_a_refresh_and_in_nobodys_way_when_the_stack_goes(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    made = outs(provider.create(wanted("gp3", takeOverDefault=True)))
    classes.remove("gp3")
    assert provider.read(ID, made).id == ""
    provider.delete(ID, made)
    assert classes.seen() == {"gp2": {GA: "true"}}


def test_what_a_killed_run_wrote_is_known_by_the_next_one(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    before, news = classes.seen(), wanted("gp3", takeOverDefault=True)
    provider.create(news)
    made = provider.create(news)  # of which the state of the first knows nothing
    provider.delete(ID, outs(made))
    assert classes.seen() == before


def test_a_stack_that_was_renamed_gives_back_what_it_took_under_its_old_name(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    before = classes.seen()
    made = outs(provider.create(wanted("gp3", takeOverDefault=True)))
    renamed = outs(provider.update(ID, made, wanted("gp3", "renamed-dev")))
    assert note_of(classes.seen()["gp3"]) == {GA: {"is": "true", "was": None}}
    provider.delete(ID, renamed)
    assert classes.seen() == before


def test_the_default_of_another_stack_is_somebody_elses(
    classes: Classes, provider: DefaultStorageClassProvider
) -> None:
    classes.make("gp3")
    classes.make("io2")
    provider.create(wanted("gp3", "one-dev"))
    before = classes.seen()
    with pytest.raises(ProviderError, match="marked: gp3"):
        provider.create(wanted("io2", "two-dev"))
    assert classes.seen() == before


@pytest.mark.parametrize("spoilt", ["[spoilt", "[]", '{"a": "b"}'])
def test_a_note_that_somebody_has_spoilt_makes_nothing_of_theirs_ours(
    classes: Classes, provider: DefaultStorageClassProvider, spoilt: str
) -> None:
    classes.make("gp3")
    made = outs(provider.create(wanted("gp3")))
    [note] = [key for key in classes.seen()["gp3"] if key.startswith(NOTE)]
    classes.annotate("gp3", **{note: spoilt})
    provider.delete(ID, made)
    assert classes.seen() == {"gp3": {GA: "true"}}


def test_a_writer_in_between_loses_nothing_and_neither_do_we(
    classes: Classes, provider: DefaultStorageClassProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    change, written = default_class.change, iter(range(3))

    def after_somebody(cluster: Cluster, ref: Any, *given: Any) -> None:
        if (number := next(written, None)) is not None:
            classes.annotate(ref.name, theirs=str(number))
        change(cluster, ref, *given)

    monkeypatch.setattr(default_class, "change", after_somebody)
    made = outs(provider.create(wanted("gp3", takeOverDefault=True)))
    assert classes.defaults() == ["gp3"]
    provider.delete(ID, made)
    assert classes.seen() == {"gp2": {GA: "true"}, "gp3": {"theirs": "2"}}


def test_a_class_that_somebody_marks_meanwhile_is_told(
    classes: Classes, provider: DefaultStorageClassProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes.make("gp2")
    classes.make("gp3")
    merge = Cluster.merge

    def and_somebody(self: Cluster, *given: Any) -> Any:
        classes.annotate("gp2", **{GA: "true"})
        return merge(self, *given)

    monkeypatch.setattr(Cluster, "merge", and_somebody)
    with pytest.raises(ProviderError, match=r"at the same time: it is gp2, gp3 \(.*\)\. Run the same command again\."):
        provider.create(wanted("gp3"))
    assert classes.seen()["gp2"] == {GA: "true"}


def test_a_preview_of_a_cluster_that_does_not_answer_leaves_the_look_to_the_run(
    provider: DefaultStorageClassProvider, monkeypatch: pytest.MonkeyPatch, no_cluster: str
) -> None:
    monkeypatch.setenv("KUBECONFIG", no_cluster)
    assert not provider.check({}, wanted("gp3")).failures
    with pytest.raises(ProviderError, match="Could not list StorageClass"):
        provider.create(wanted("gp3"))
