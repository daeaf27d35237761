"""What `workspacectl images` lists, asks, prints and copies."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kubernetes.dynamic.exceptions import DynamicApiError

from local.checkout import CHECKOUT
from tests.images.conftest import Command
from tests.support.real_cluster import Kube, eventually
from tests.support.registry import Registry, registry_serving
from tests.support.registry_access import Access
from workspacectl.images.lists import LISTS

DIGEST = f"sha256:{'0a' * 32}"
GPUS = [{"spec": "gpu", "instanceType": "g5.xlarge", "min": 0, "desired": 0, "max": 2}]
PLUGIN = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0"
AUTOSCALER = "registry.k8s.io/autoscaling/cluster-autoscaler"
CRANE = f"""#!/bin/sh
cd {CHECKOUT} && exec {sys.executable} -m tests.support.copying_stand_in "$@"
"""


def test_a_stack_lists_what_it_needs_and_where_the_site_has_it(images: Command) -> None:
    listed = images.run(nodeGroups=GPUS, images={"registry": "m.example"})
    assert listed.stdout == (
        f"{PLUGIN}  (DaemonSet that offers the GPUs of nodes)\n"
        f"               -> m.example/{PLUGIN}\n"
        f"{AUTOSCALER}  (scales node groups)\n"
        f"               -> m.example/{AUTOSCALER}\n"
    )
    assert listed.exit_code == 0
    assert "workspace: a workspace has no pods of its own." in listed.stderr
    assert images.run().stdout == "\n"


def test_json_is_a_list_of_all_that_is_known(images: Command) -> None:
    listed = images.run(
        "--json", "--registry", "other.example", nodeGroups=GPUS[:1], images={"digests": {PLUGIN: DIGEST}}
    )
    assert json.loads(listed.stdout) == [
        {
            "source": f"{PLUGIN}@{DIGEST}",
            "target": f"other.example/{PLUGIN}@{DIGEST}",
            "digest": DIGEST,
            "use": "DaemonSet that offers the GPUs of nodes",
        },
        {
            "source": AUTOSCALER,
            "target": f"other.example/{AUTOSCALER}",
            "digest": None,
            "use": "scales node groups",
        },
    ]


def test_a_file_adds_images_and_the_versions_that_a_list_leaves_open(images: Command) -> None:
    given = images.listing("# of the vendor", "ae-ui:5.7.1  ", "", "ae-sync:5.7.1", "gcr.io/x/y:1", "gcr.io/x/y:1")
    rows = json.loads(images.run("--profile", "anaconda-workbench", "--list", str(given), "--json").stdout)
    sources = [row["source"] for row in rows]
    assert len(sources) == len(set(sources)) == len(LISTS["anaconda-workbench"].images) + 1
    assert {"docker.io/aedev/ae-ui:5.7.1", "docker.io/aedev/ae-sync:5.7.1", "gcr.io/x/y:1"} <= {*sources}
    assert "docker.io/aedev/ae-docs" in sources


def test_rendered_documents_are_read_with_what_hides_in_them(images: Command) -> None:
    rendered = images.folder / "rendered.yaml"
    rendered.write_text(
        "kind: Deployment\nspec: {template: {spec: {containers: [{image: 'a/b:1'}]}}}\n---\n"
        "kind: ConfigMap\nmetadata: {name: config-deployment}\ndata: {queue-sidecar-image: gcr.io/k/queue:1}\n"
    )
    rows = json.loads(images.run("--profile", "empty", "--list", str(rendered), "--json").stdout)
    assert [row["source"] for row in rows] == ["docker.io/a/b:1", "gcr.io/k/queue:1"]


def test_a_list_that_is_none_is_refused_with_its_lines(images: Command) -> None:
    refused = images.run("--list", str(images.listing("a/b:1", "not an image", "{{ x }}")))
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: --list: Expected a reference a line, for example 'ghcr.io/dexidp/dex:v2")
    assert refused.stderr.endswith("has none in line 2, 3.\n")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--profile", "nothing"], "--profile: Expected one of "),
        (["--registry", "https://m.example"], "--registry: Expected a registry, perhaps with port and folder, for "),
        (["--run"], "--run: Expected what shall copy beside it, for example '--copy crane'."),
        (["--copy", "crane"], "--registry: Expected the site's, for example '--registry registry.example.com'."),
        (["--list", "/nothing.txt"], "--list: Expected a file that can be read, for example 'images.txt'; /nothing"),
        (["--registry", "m.example", "--rewrite", "/nothing.yaml"], "--rewrite: Expected a text file, for example "),
    ],
)
def test_options_that_make_no_sense_are_refused_with_an_example(
    images: Command, options: list[str], sentence: str
) -> None:
    refused = images.run(*options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"error: {sentence}")


def test_the_commands_keep_every_platform_and_the_digest(images: Command) -> None:
    given = images.listing(
        f"gcr.io/a/b:1@{DIGEST}", "gcr.io/a/c:1", f"gcr.io/a/d@{DIGEST}", "127.0.0.1:5000/e:1", "gcr.io/f"
    )
    options = ("--profile", "empty", "--list", str(given), "--registry", "m.example")
    assert images.run(*options, "--copy", "skopeo").stdout.splitlines() == [
        f"skopeo copy --all --preserve-digests docker://gcr.io/a/b@{DIGEST} docker://m.example/gcr.io/a/b:1",
        "skopeo copy --all --preserve-digests docker://gcr.io/a/c:1 docker://m.example/gcr.io/a/c:1",
        f"skopeo copy --all --preserve-digests docker://gcr.io/a/d@{DIGEST} "
        "docker://m.example/gcr.io/a/d:digest-0a0a0a0a0a0a",
        "skopeo copy --all --preserve-digests --src-tls-verify=false docker://127.0.0.1:5000/e:1 "
        "docker://m.example/127.0.0.1_5000/e:1",
        "# gcr.io/f: which version? Give it by --list.",
    ]
    assert images.run(*options, "--copy", "crane").stdout.splitlines()[:2] == [
        f"crane copy gcr.io/a/b@{DIGEST} m.example/gcr.io/a/b:1",
        "crane copy gcr.io/a/c:1 m.example/gcr.io/a/c:1",
    ]


def states(rows: str) -> dict[str, tuple[str, str | None]]:
    """State and digest by the last part of the source."""
    return {row["source"].rpartition("/")[2]: (row["state"], row["digest"]) for row in json.loads(rows)}


def test_the_registries_are_asked_what_is_there_already(images: Command, upstream: Registry, own: Registry) -> None:
    source = upstream.host
    same = upstream.put("team/same", "1", platforms=2)
    target = f"{source.replace(':', '_')}/team"
    assert own.put(f"{target}/same", "1", platforms=2, content="team/same") == same
    upstream.put("team/other", "1")
    other = own.put(f"{target}/other", "1", content="changed")
    upstream.put("team/missing", "1")
    given = images.listing(*(f"{source}/team/{name}:1" for name in ("same", "other", "missing")), f"{source}/team/none")
    options = ("--profile", "empty", "--list", str(given), "--registry", own.host, "--check", "--json")
    asked = images.run(*options)
    assert states(asked.stdout) == {
        "same:1": ("there", same),
        "other:1": ("another digest", other),
        "missing:1": ("missing", None),
        "none": ("no version", None),
    }
    assert asked.exit_code == 1
    assert {call.split()[0] for call in own.calls} == {"HEAD"}


def test_without_its_source_an_image_is_there_and_it_is_said_that_it_is_not_compared(
    images: Command, own: Registry
) -> None:
    digest = own.put("127.0.0.1_1/a", "1")
    options = ("--profile", "empty", "--registry", own.host, "--check")
    alone = images.run(*options, "--list", str(images.listing("127.0.0.1:1/a:1")))
    assert alone.exit_code == 0
    assert alone.stdout.splitlines()[-1].strip() == "the source cannot be asked whether it is the same"
    pinned = images.run(*options, "--list", str(images.listing(f"127.0.0.1:1/a:1@{digest}")))
    assert pinned.stdout.splitlines() == [
        f"there          127.0.0.1:1/a:1@{digest}  (images.txt)",
        f"               -> {own.host}/127.0.0.1_1/a:1@{digest}",
    ]


def test_a_registry_that_does_not_answer_is_no_missing_image(images: Command) -> None:
    given = images.listing("127.0.0.1:1/a:1")
    asked = images.run("--profile", "empty", "--registry", "127.0.0.1:1", "--list", str(given), "--check", "--json")
    assert (asked.exit_code, states(asked.stdout)) == (2, {"a:1": ("could not ask", None)})


def test_a_closed_registry_is_asked_with_the_login_of_dockers_configuration(images: Command) -> None:
    with registry_serving(Registry(Access({"robot": "of-a-test"}))) as closed:
        digest = closed.put("docker.io/library/nginx", "1")
        given = images.listing(f"nginx:1@{digest}")
        options = ("--profile", "empty", "--registry", closed.host, "--list", str(given), "--check", "--json")
        without = images.run(*options)
        assert (without.exit_code, states(without.stdout)[f"nginx:1@{digest}"][0]) == (2, "could not ask")
        (images.folder / "config.json").write_text(closed.docker_config("robot", "of-a-test"))
        asked = images.run(*options)
        assert (asked.exit_code, states(asked.stdout)) == (0, {f"nginx:1@{digest}": ("there", digest)})
        assert "of-a-test" not in asked.output + without.output


def test_a_credential_helper_is_asked_and_one_that_fails_leaves_nothing_missing(
    images: Command, on_path: Callable[[str, str], Path]
) -> None:
    with registry_serving(Registry(Access({"robot": "of-a-test"}))) as closed:
        digest = closed.put("docker.io/library/nginx", "1")
        options = ("--profile", "empty", "--registry", closed.host, "--check", "--json")
        listed = ("--list", str(images.listing(f"nginx:1@{digest}")))
        (images.folder / "config.json").write_text(json.dumps({"credHelpers": {closed.host: "site"}}))
        missing = images.run(*options, *listed)
        (row,) = json.loads(missing.stdout)
        assert (missing.exit_code, row["state"]) == (2, "could not ask")
        assert row["why"].startswith("Could not get a login: docker's configuration names 'docker-credential-site', ")
        on_path("docker-credential-site", '#!/bin/sh\nprintf \'{"Username": "robot", "Secret": "of-a-test"}\'\n')
        asked = images.run(*options, *listed)
        assert (asked.exit_code, states(asked.stdout)) == (0, {f"nginx:1@{digest}": ("there", digest)})
        assert "of-a-test" not in asked.output + missing.output


def test_a_run_copies_what_is_not_there_and_verifies_it_and_a_second_run_copies_nothing(
    images: Command,
    upstream: Registry,
    own: Registry,
    on_path: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_path("crane", CRANE)
    copies = images.folder / "copies"
    monkeypatch.setenv("COPIES", str(copies))
    digests = {name: upstream.put(f"team/{name}", "1", platforms=2) for name in ("one", "two")}
    given = images.listing(f"{upstream.host}/team/one:1", f"{upstream.host}/team/two@{digests['two']}")
    options = ("--profile", "empty", "--registry", own.host, "--list", str(given), "--copy", "crane", "--run", "--json")
    first = images.run(*options)
    assert {state for state, _ in states(first.stdout).values()} == {"there"}
    assert (first.exit_code, first.stderr) == (0, "2 of 2 images were copied.\n")
    folder = f"{upstream.host.replace(':', '_')}/team"
    tag = f"digest-{digests['two'].partition(':')[2][:12]}"
    assert own.repositories[f"{folder}/one"].tags == {"1": digests["one"]}
    assert own.repositories[f"{folder}/two"].tags == {tag: digests["two"]}
    assert len(copies.read_text().splitlines()) == 2
    second = images.run(*options)
    assert (second.exit_code, second.stderr) == (0, "0 of 2 images were copied.\n")
    assert len(copies.read_text().splitlines()) == 2
    assert second.stdout == first.stdout


def test_a_copy_that_fails_or_is_another_image_is_told(
    images: Command, upstream: Registry, own: Registry, on_path: Callable[[str, str], Path]
) -> None:
    on_path("crane", CRANE)
    digest = upstream.put("team/one", "1")
    options = ("--profile", "empty", "--registry", own.host, "--copy", "crane", "--run", "--json")
    gone = images.run(*options, "--list", str(images.listing(f"{upstream.host}/team/gone:1")))
    (row,) = json.loads(gone.stdout)
    assert (gone.exit_code, gone.stderr, row["state"]) == (1, "0 of 1 images were copied.\n", "missing")
    assert row["why"].startswith("crane ended with exit code 1: Error: GET http://127.0.0.1:")
    on_path("crane", "#!/bin/sh\nexit 0\n")
    given = images.listing(f"{upstream.host}/team/one:1@{digest}")
    nothing = images.run(*options, "--list", str(given))
    assert (nothing.exit_code, json.loads(nothing.stdout)[0]["why"]) == (1, f"expected {digest}")
    own.put(f"{upstream.host.replace(':', '_')}/team/one", "1", content="changed")
    changed = images.run(*options, "--list", str(given))
    assert (changed.exit_code, json.loads(changed.stdout)[0]["state"]) == (1, "another digest")


def test_a_tool_that_is_not_there_is_said_so(images: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(images.folder))
    refused = images.run("--registry", "m.example", "--copy", "skopeo", "--run")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("error: Expected 'skopeo' on the PATH. Install it, or leave '--run' away")


def run_pod(kube: Kube, namespace: str, name: str, *pairs: tuple[str, str]) -> None:
    """A pod, with what a kubelet says of its containers' images."""
    containers = [{"name": f"c{number}", "image": image} for number, (image, _) in enumerate(pairs)]
    metadata = {"name": name, "namespace": namespace}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}
    made = eventually("the pod", lambda: _made(kube, pod))
    of_each = {"ready": True, "restartCount": 0}
    said = [
        {"name": f"c{number}", "image": image, "imageID": id_, **of_each} for number, (image, id_) in enumerate(pairs)
    ]
    kube.objects.merge(made, {"status": {"containerStatuses": said}}, "status")


def _made(kube: Kube, pod: dict[str, Any]) -> Any:
    try:
        return kube.objects.create(pod, "test")
    except DynamicApiError:
        return None  # its account is not there yet


def test_what_runs_and_is_in_no_list_is_named(images: Command, kube: Kube) -> None:
    namespace, cluster = kube.new_namespace(), kube.connect()
    run_pod(kube, namespace, "listed", (PLUGIN, f"{PLUGIN.rpartition(':')[0]}@{DIGEST}"))
    run_pod(kube, namespace, "mirrored", (f"m.example/{PLUGIN}", "sha256:of-an-image-itself"))
    options = ("--from-cluster", "--registry", "m.example")
    well = images.run(*options, reached=cluster, nodeGroups=GPUS)
    assert (well.exit_code, "runs and is in no list" in well.stderr) == (0, False)
    run_pod(kube, namespace, "other", ("istio/proxyv2:1", f"docker-pullable://istio/proxyv2@{DIGEST}"), ("busybox", ""))
    found = images.run(*options, reached=cluster, nodeGroups=GPUS)
    assert found.exit_code == 1
    assert [line for line in found.stderr.splitlines() if line.startswith("runs")] == [
        f"runs and is in no list: docker.io/istio/proxyv2:1@{DIGEST} ({namespace}/other)",
        f"runs and is in no list: docker.io/library/busybox ({namespace}/other)",
    ]


def test_a_file_is_printed_with_every_image_at_its_place(images: Command) -> None:
    manifest = images.folder / "manifest.yaml"
    manifest.write_text(
        'image: "mysql:8.0.27"\nimage: docker.io/kubeflowkatib/katib-ui:v0.11.0\nkfserving/agent\nmysql\n'
    )
    printed = images.run("--profile", "ai-devops", "--registry", "172.2.2.6:5000", "--rewrite", str(manifest))
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout == (
        'image: "172.2.2.6:5000/docker.io/library/mysql:8.0.27"\n'
        "image: 172.2.2.6:5000/docker.io/kubeflowkatib/katib-ui:v0.11.0\n"
        "172.2.2.6:5000/docker.io/kfserving/agent\nmysql\n"
    )
