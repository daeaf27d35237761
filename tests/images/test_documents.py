"""The image map, applied to documents and texts."""

import copy
from typing import Any

import pulumi
import pytest

from project_workspace.images.documents import images_in, mapped, mapped_text
from project_workspace.images.image_map import ImageMap
from tests.support.mocks import set_mocks

MAP = ImageMap("m.example")
DIGEST = f"sha256:{'0a' * 32}"
POD = {
    "initContainers": [{"name": "first", "image": "busybox:1"}],
    "containers": [
        {"name": "app", "image": f"gcr.io/a/b:1@{DIGEST}", "env": [{"name": "IMAGE", "value": "gcr.io/a/b:1"}]},
        {"name": "without"},
        {"name": "istio-proxy", "image": "auto"},
    ],
    "ephemeralContainers": [{"name": "debug", "image": "ghcr.io/a/debug"}],
    "volumes": [{"name": "model", "image": {"reference": "quay.io/a/model:1"}}, {"name": "none", "emptyDir": {}}],
}
MAPPED = {
    "initContainers": [{"name": "first", "image": "m.example/docker.io/library/busybox:1"}],
    "containers": [
        {
            "name": "app",
            "image": f"m.example/gcr.io/a/b:1@{DIGEST}",
            "env": [{"name": "IMAGE", "value": "gcr.io/a/b:1"}],
        },
        {"name": "without"},
        {"name": "istio-proxy", "image": "auto"},
    ],
    "ephemeralContainers": [{"name": "debug", "image": "m.example/ghcr.io/a/debug"}],
    "volumes": [
        {"name": "model", "image": {"reference": "m.example/quay.io/a/model:1"}},
        {"name": "none", "emptyDir": {}},
    ],
}


def of_kind(kind: str, pod: Any) -> dict[str, Any]:
    """A document of this kind with this pod in it."""
    template = {"metadata": {"labels": {"image": "gcr.io/a/b:1"}}, "spec": pod}
    spec: Any = {
        "Pod": pod,
        "Deployment": {"replicas": 1, "template": template},
        "DaemonSet": {"template": template},
        "StatefulSet": {"template": template, "volumeClaimTemplates": []},
        "Job": {"template": template},
        "CronJob": {"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}},
        "PodTemplate": None,
        "Notebook": {"template": template},
        "PyTorchJob": {"pytorchReplicaSpecs": {"Worker": {"replicas": 2, "template": template}}},
        "ServingRuntime": {"supportedModelFormats": [{"name": "sklearn"}], **pod},
    }[kind]
    head = {"apiVersion": "any/v1", "kind": kind, "metadata": {"name": "x", "annotations": {"image": "gcr.io/a/b:1"}}}
    return {**head, "template": template} if spec is None else {**head, "spec": spec}


KINDS = ["Pod", "Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob", "PodTemplate", "Notebook"]


@pytest.mark.parametrize("kind", [*KINDS, "PyTorchJob", "ServingRuntime"])
def test_every_image_of_a_pod_goes_to_its_target_and_nothing_else_changes(kind: str) -> None:
    document = of_kind(kind, POD)
    before = copy.deepcopy(document)
    assert mapped(MAP, document) == of_kind(kind, MAPPED)
    assert document == before
    assert mapped(MAP, mapped(MAP, document)) == of_kind(kind, MAPPED)


def test_a_list_is_mapped_item_by_item() -> None:
    document = {"kind": "List", "items": [of_kind("Pod", POD), of_kind("Job", POD)]}
    assert mapped(MAP, document) == {"kind": "List", "items": [of_kind("Pod", MAPPED), of_kind("Job", MAPPED)]}


def test_a_document_in_which_nothing_changes_is_the_same_object() -> None:
    for document in (of_kind("Deployment", MAPPED), {"kind": "ConfigMap", "data": {"image": "gcr.io/a/b:1"}}, {}, None):
        assert mapped(MAP, document) is document


@pytest.mark.parametrize(
    ("name", "key", "text", "expected"),
    [
        (
            "config-deployment",
            "queue-sidecar-image",
            f"gcr.io/knative-releases/knative.dev/serving/cmd/queue@{DIGEST}",
            f"m.example/gcr.io/knative-releases/knative.dev/serving/cmd/queue@{DIGEST}",
        ),
        ("pipeline-install-config", "cacheImage", "ghcr.io/containerd/busybox", "m.example/ghcr.io/containerd/busybox"),
        (
            "katib-config",
            "katib-config.yaml",
            "apiVersion: config.kubeflow.org/v1beta1\n- image: ghcr.io/kubeflow/katib/suggestion-enas:v0.19.0\n",
            "apiVersion: config.kubeflow.org/v1beta1\n"
            "- image: m.example/ghcr.io/kubeflow/katib/suggestion-enas:v0.19.0\n",
        ),
        (
            "jupyter-web-app-config-5f5k8hgh2m",
            "spawner_ui_config.yaml",
            "image:\n  options: [ghcr.io/kubeflow/kubeflow/notebook-servers/jupyter-scipy:v1.11.0]\n",
            "image:\n  options: [m.example/ghcr.io/kubeflow/kubeflow/notebook-servers/jupyter-scipy:v1.11.0]\n",
        ),
        (
            "inferenceservice-config",
            "storageInitializer",
            '{"image" : "kserve/storage-initializer:v0.18.0", "memoryRequest": "100Mi"}',
            '{"image" : "m.example/docker.io/kserve/storage-initializer:v0.18.0", "memoryRequest": "100Mi"}',
        ),
        (
            "tensorboard-controller-config-7hd244gf2d",
            "TENSORBOARD_IMAGE",
            "tensorflow/tensorflow:2.5.1",
            "m.example/docker.io/tensorflow/tensorflow:2.5.1",
        ),
        ("config-deployment", "_example", "queue-sidecar-image: gcr.io/a/b:1", "queue-sidecar-image: gcr.io/a/b:1"),
        ("of-somebody", "queue-sidecar-image", "gcr.io/a/b:1", "gcr.io/a/b:1"),
    ],
)
def test_an_image_that_hides_in_a_config_map_is_found_where_it_is_known_to(
    name: str, key: str, text: str, expected: str
) -> None:
    head = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    assert mapped(MAP, {**head, "data": {key: text}}) == {**head, "data": {key: expected}}


def test_an_image_that_hides_in_a_variable_is_found_where_it_is_known_to() -> None:
    def with_variables(first: str) -> dict[str, Any]:
        given = [{"name": "V2_DRIVER_IMAGE", "value": first}, {"name": "OTHER_IMAGE", "value": "gcr.io/a/b:1"}]
        return of_kind("Deployment", {"containers": [{"name": "api", "image": "m.example/x/y:1", "env": given}]})

    assert mapped(MAP, with_variables("ghcr.io/a/driver:2")) == with_variables("m.example/ghcr.io/a/driver:2")


def test_an_image_that_hides_in_an_argument_is_found_where_it_is_known_to() -> None:
    def with_arguments(*given: str) -> dict[str, Any]:
        return of_kind("Deployment", {"containers": [{"name": "argo", "image": "m.example/x/y:1", "args": [*given]}]})

    before = with_arguments(
        "--executor-image", "quay.io/a/exec:1", "--other-image", "quay.io/a/b:1", "--executor-image"
    )
    after = "m.example/quay.io/a/exec:1"
    assert mapped(MAP, before) == with_arguments(
        "--executor-image", after, "--other-image", "quay.io/a/b:1", "--executor-image"
    )
    assert images_in(before) == ["m.example/x/y:1", "quay.io/a/exec:1"]


def test_the_images_of_a_document_are_listed_as_they_are_written() -> None:
    hidden = {"kind": "ConfigMap", "metadata": {"name": "katib-config"}, "data": {"suggestion": '"a/hidden:1" a/b:1'}}
    assert images_in([of_kind("CronJob", POD), hidden, of_kind("Pod", POD)]) == [
        "busybox:1",
        f"gcr.io/a/b:1@{DIGEST}",
        "ghcr.io/a/debug",
        "quay.io/a/model:1",
        "a/hidden:1",
        "a/b:1",
    ]


def test_a_text_has_its_images_at_their_targets_and_is_otherwise_the_same() -> None:
    text = (
        "apiVersion: apps/v1  # see https://gcr.io/a/b:1\n"
        f'image: "gcr.io/a/b:1"\nimage: gcr.io/a/b@{DIGEST} \n'
        '"kfserving/sklearnserver", minio/x, mysql, mysql:8.0, 172.2.2.6:5000/a/b, s3://bucket/a:1\n'
    )
    known = {"docker.io/kfserving/sklearnserver", "docker.io/library/mysql"}
    assert mapped_text(MAP, text, known) == (
        "apiVersion: apps/v1  # see https://gcr.io/a/b:1\n"
        f'image: "m.example/gcr.io/a/b:1"\nimage: m.example/gcr.io/a/b@{DIGEST} \n'
        '"m.example/docker.io/kfserving/sklearnserver", minio/x, mysql, m.example/docker.io/library/mysql:8.0, '
        "172.2.2.6:5000/a/b, s3://bucket/a:1\n"
    )


def test_outputs_are_mapped_when_they_are_known_and_secrets_stay_secret() -> None:
    set_mocks(_Nothing())
    document: dict[str, Any] = of_kind(
        "Pod",
        {
            "containers": pulumi.Output.from_input(
                [{"name": "app", "image": pulumi.Output.secret("gcr.io/a/b:1"), "env": []}]
            )
        },
    )

    @pulumi.runtime.test
    def known() -> pulumi.Output[Any]:
        made = pulumi.Output.from_input(mapped(MAP, document)["spec"]["containers"])
        return pulumi.Output.all(made, pulumi.Output.from_input(made.is_secret())).apply(
            lambda found: (
                found and _equal(found[0], [{"name": "app", "image": "m.example/gcr.io/a/b:1", "env": []}], found[1])
            )
        )

    known()


def _equal(found: Any, expected: Any, is_secret: bool) -> None:
    assert found == expected
    assert is_secret


class _Nothing(pulumi.runtime.Mocks):
    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise AssertionError("nothing is made")

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError("nothing is called")
