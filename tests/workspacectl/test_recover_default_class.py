"""A killed run's default StorageClass: taken up, or taken away, and the others get their marks back."""

from __future__ import annotations

import pytest

from project_workspace.ai_devops.default_class import ID
from project_workspace.remote.provider import StackConfig
from tests.ai_devops.conftest import GA, Classes, classes
from workspacectl.recover import carried

__all__ = ["classes"]

CLASS = "pulumi-python:dynamic/ai_devops:DefaultStorageClass"


def test_a_default_class_is_taken_up_or_away(classes: Classes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(classes.kube.kubeconfig))
    classes.make("gp2", **{GA: "true"})
    classes.make("gp3")
    before, config = classes.seen(), StackConfig({}.get)
    mark = {"pulumiProject": "ai-devops", "pulumiStack": "aidevops-dev"}
    inputs = {"storageClass": "gp3", "takeOverDefault": True, **mark}
    assert carried.leaves_something(CLASS)
    assert carried.through(CLASS, inputs, config) == (ID, {**inputs, "defaults": ["gp3"]})
    assert classes.defaults() == ["gp3"]
    carried.away(CLASS, inputs, config)
    assert classes.seen() == before
    classes.remove("gp3")
    carried.away(CLASS, inputs, config)
