"""What was made by hand for Run:ai in a namespace becomes the section `runai` of a stack file."""

from __future__ import annotations

from typing import Any

import pytest

from project_workspace.runai.bindings import template_bindings
from project_workspace.runai.claims import GROUP
from project_workspace.runai.options import RunaiOptions
from project_workspace.runai.template import GENERATIONS, executors_of
from tests.support.real_cluster import Kube
from workspacectl.adopt.runai import FoundRunai, runai_of


def labelled(kube: Kube) -> str:
    name = kube.new_namespace()
    target = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    kube.objects.merge(target, {"metadata": {"labels": {"runai/queue": "vision"}}})
    return name


def people(*names: str) -> list[dict[str, Any]]:
    return [{"apiGroup": GROUP, "kind": "User", "name": name} for name in names]


def test_a_namespace_without_the_label_is_no_projects(kube: Kube) -> None:
    assert runai_of(kube.connect(), kube.new_namespace()) is None
    assert runai_of(kube.connect(), "aic-ns-that-never-was") is None


def test_a_namespace_with_the_label_alone_is_a_projects(kube: Kube) -> None:
    assert runai_of(kube.connect(), labelled(kube)) == FoundRunai("vision")
    assert FoundRunai("vision").settings == {"project": "vision"}


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_template_and_its_executors_are_known_again(kube: Kube, generation: str) -> None:
    name = labelled(kube)
    for key, binding in template_bindings(name, generation, {}).items():
        subjects = people("CORP\\carol", "alice", "alice", " of-nobody") if key == executors_of(generation) else []
        kube.objects.create({**binding, "subjects": binding.get("subjects", subjects)}, "kubectl")
    found = runai_of(kube.connect(), name)
    assert found
    assert found.settings == {
        "project": "vision",
        "template": generation,
        "executors": ["CORP\\carol", "alice"],
        "bindings": "shared",
    }
    assert RunaiOptions.model_validate(found.settings).executors == ["CORP\\carol", "alice"]
