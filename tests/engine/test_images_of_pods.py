"""The engine calls the image map for every pod of a program: also for those of a component in a package.

The workspace's own program registers it where the stack has `images`, and has no pods.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.checkout import CHECKOUT
from local.platform import Platform
from tests.support.engine.workspaces import Workspace
from workspacectl.pulumi_cli import Engine

pytestmark = [pytest.mark.engine, pytest.mark.thorough]

STACK = "pods"
PROGRAM = """
import pulumi
import pulumi_kubernetes as kubernetes

from project_workspace.images.image_map import ImageMap
from project_workspace.images.transform import image_transform

if pulumi.Config().get_bool("airGap"):
    pulumi.runtime.register_resource_transform(image_transform(ImageMap("m.example")))

drawn = kubernetes.core.v1.ConfigMap("drawn", data={"a": "b"})
kubernetes.core.v1.Pod(
    "own",
    metadata={"namespace": "default", "annotations": {"pulumi.com/skipAwait": "true"}},
    spec={"containers": [{"name": "app", "image": "gcr.io/a/b:1", "env": [{"name": "ID", "value": drawn.id}]}]},
)


class Pods(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("pods:index:Pods", name, {"image": "gcr.io/a/b:1"}, None, remote=True)


Pods("remote")
"""
PACKAGE = """
from typing import TypedDict

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi.provider.experimental import component_provider_host


class PodsArgs(TypedDict):
    image: pulumi.Input[str]


class Pods(pulumi.ComponentResource):
    def __init__(self, name: str, args: PodsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("pods:index:Pods", name, {}, opts)
        containers = [{"name": "app", "image": args["image"]}]
        template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": containers}}
        kubernetes.apps.v1.Deployment(
            "in-package",
            metadata={"namespace": "default"},
            spec={"selector": {"matchLabels": {"app": "x"}}, "template": template},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})


if __name__ == "__main__":
    component_provider_host(name="pods", components=[Pods])
"""


@pytest.fixture
def program(platform: Platform, tmp_path: Path) -> Engine:
    """The program, with the package beside it, and a stack."""
    runtime = f"runtime: {{name: python, options: {{virtualenv: {Path(sys.prefix)}}}}}\n"
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "PulumiPlugin.yaml").write_text(runtime)
    (tmp_path / "package" / "__main__.py").write_text(PACKAGE)
    plugins = "plugins: {providers: [{name: pods, path: ./package}]}\n"
    (tmp_path / "Pulumi.yaml").write_text(f"name: pods\n{runtime}{plugins}")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    engine = Engine(tmp_path, {**platform.complete_environment(), "PYTHONPATH": str(CHECKOUT / "components")})
    engine.select(STACK)
    return engine


def images(program: Engine) -> dict[str, list[str]]:
    """The images of each resource in a preview, by the resource's name."""
    found: dict[str, list[str]] = {}
    for step in json.loads(program.checked("preview", "--json", "--stack", STACK).stdout)["steps"]:
        spec: Any = (step["newState"].get("inputs") or {}).get("spec")
        if spec:
            containers = spec.get("template", {}).get("spec", spec)["containers"]
            found[step["urn"].rpartition("::")[2]] = [each["image"] for each in containers]
    return found


def test_the_engine_maps_the_images_of_the_program_and_of_a_component_in_a_package(program: Engine) -> None:
    assert images(program) == {"own": ["gcr.io/a/b:1"], "in-package": ["gcr.io/a/b:1"]}
    program.checked("config", "set", "airGap", "true", "--stack", STACK)
    assert images(program) == {"own": ["m.example/gcr.io/a/b:1"], "in-package": ["m.example/gcr.io/a/b:1"]}


def test_a_workspace_is_the_same_with_a_registry_of_the_sites(workspace: Callable[..., Workspace]) -> None:
    """It has no pods; that the transform is called for all of it must not change it, and lasts a whole life."""
    demo = workspace("demo")
    demo.up()
    demo.write(images={"registry": "m.example", "overrides": {"ghcr.io": "m.example/ghcr"}})
    same = demo.preview("--expect-no-changes")
    assert same.code == 0, same.output
    assert demo.destroy().code == 0
    demo.up()
    demo.write(images=None)
    again = demo.preview("--expect-no-changes")
    assert again.code == 0, again.output
