"""Every pod of a program pulls from the site's registry: the transform, with Pulumi's own SDK at its mocks.

The mock monitor keeps the transforms that a program registers and does not run them; here they are run as the engine
runs them (source_eval.go): on what is registered, the stack's own last. The engine itself: `test_transform_engine.py`.
"""

from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from project_workspace.images.image_map import ImageMap
from project_workspace.images.transform import image_transform
from tests.support.mocks import set_mocks

MAP = ImageMap("m.example")
CONTAINERS = [{"name": "app", "image": "gcr.io/a/b:1"}]
METADATA = {"name": "x"}


class Engine(pulumi.runtime.Mocks):
    """Runs the stack's transforms on what is made, and keeps that."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}
        self.transforms: list[Any] = []

    def register_transform(self, transform: Any) -> None:
        self.transforms.append(transform)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        props: Any = args.inputs
        for transform in [*args.transforms, *self.transforms]:
            options = pulumi.ResourceOptions(protect=True)
            given = pulumi.ResourceTransformArgs(bool(args.custom), args.typ, args.name, props, options)
            changed: Any = transform(given)
            if changed is not None:
                assert changed.opts is options
                props = changed.props
        self.made[args.name] = props
        return f"{args.name}-id", props

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError("nothing is called")


class Platform(pulumi.ComponentResource):
    """What a program may make beside a workspace: each kind that has pods, and one that has none."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Platform", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        template: Any = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": CONTAINERS}}
        workload: Any = {"selector": {"match_labels": {"app": "x"}}, "template": template}
        k8s.core.v1.Pod("pod", metadata=METADATA, spec={"containers": CONTAINERS}, opts=own)  # pyright: ignore
        k8s.apps.v1.Deployment("deployment", metadata=METADATA, spec=workload, opts=own)  # pyright: ignore
        k8s.apps.v1.DaemonSet("daemon-set", metadata=METADATA, spec=workload, opts=own)  # pyright: ignore
        k8s.batch.v1.CronJob(
            "cron-job",
            metadata=METADATA,  # pyright: ignore
            spec={"schedule": "@daily", "job_template": {"spec": {"template": template}}},  # pyright: ignore
            opts=own,
        )
        k8s.core.v1.ConfigMap("text", metadata=METADATA, data={"image": "gcr.io/a/b:1"}, opts=own)  # pyright: ignore
        Other("other", own)
        self.register_outputs({})


class Other(pulumi.CustomResource):
    """Of another provider, with a property that looks like a pod's."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("aws:batch/jobDefinition:JobDefinition", name, {"containers": CONTAINERS}, opts)


def images(found: Any) -> list[str]:
    """Every `image` in a document."""
    if isinstance(found, list):
        return [image for each in found for image in images(each)]
    if not isinstance(found, dict):
        return []
    own = [found["image"]] if isinstance(found.get("image"), str) else []
    return own + [image for each in found.values() for image in images(each)]


def made(images_of_the_site: ImageMap | None) -> dict[str, list[str]]:
    """The images of each resource of such a program."""
    engine = Engine()
    set_mocks(engine)

    @pulumi.runtime.test
    def declare() -> None:
        if images_of_the_site:
            pulumi.runtime.register_resource_transform(image_transform(images_of_the_site))
        Platform("platform")

    declare()
    return {name: found for name, props in engine.made.items() if (found := images(props))}


def test_every_pod_of_a_program_pulls_from_the_sites_registry() -> None:
    before, after = "gcr.io/a/b:1", "m.example/gcr.io/a/b:1"
    kinds = ("pod", "deployment", "daemon-set", "cron-job", "text", "other")
    assert made(None) == {kind: [before] for kind in kinds}
    assert made(MAP) == {kind: [before if kind in ("text", "other") else after] for kind in kinds}
