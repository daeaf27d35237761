"""Each check of a cluster for ai-devops: what is well, and that exactly its line says so when that thing is broken."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from project_workspace.ai_devops.installer_config import DOMAIN as DOMAIN_RULE
from project_workspace.ai_devops.installer_config import FILE_NAME, InstallerConfig
from project_workspace.ai_devops.installer_config import SECRET as SECRET_RULE
from project_workspace.kube.cluster import Cluster
from tests.ai_devops.conftest import BETA, GA, Classes
from tests.preflight.ai_devops.conftest import CERT_MANAGER, ISTIOD, MakeSite, lines_of
from tests.preflight.checklists import broken
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import Kube
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Answer, Outcome

OK, WARNING, FAILED = Outcome.OK, Outcome.WARNING, Outcome.FAILED


def test_a_cluster_as_the_guide_has_it_fails_nothing(site: MakeSite, manifests: Path) -> None:
    (manifests / FILE_NAME).write_text(CONFIG.text("bac5oef-d3fjief"))
    (manifests / FILE_NAME).chmod(0o600)
    found = lines_of(site(manifests="manifest"))
    assert {name: answer.outcome for name, answer in found.items()} == {
        "pulumi": OK,
        "cluster-answers": OK,
        "clock-cluster": OK,
        "rights": OK,
        "one-default-class": OK,
        "istio-version": OK,
        "certificates": OK,
        "gpu-plugin": WARNING,
        "installer-apis": OK,
        "installer-config": OK,
    }
    assert found["istio-version"].seen == "istio-system/istiod, version 1.5.1, 1 running"
    assert found["installer-apis"].seen == "all of 19 objects in manifest"


def test_what_does_not_concern_a_stack_is_no_line_of_its(site: MakeSite) -> None:
    assert {"installer-apis", "installer-config", "installer-registry", "hyperauth", "notebook-client"}.isdisjoint(
        lines_of(site())
    )


GP3 = {"storageClass": {"name": "gp3"}}
TAKE = {"storageClass": {"name": "gp3", "takeOverDefault": True}}
CLASS = [
    ({"gp3": "false"}, {}, FAILED, "no default among gp2, gp3"),
    ({"gp2": "true"}, {}, FAILED, "2 defaults: gp2, gp3"),
    ({"gp2": "true"}, GP3, FAILED, "marked as default: gp2"),
    ({"gp2": "true"}, TAKE, WARNING, "'gp3' is there, and not the one default"),
    ({"gp3": "false"}, GP3, WARNING, "'gp3' is there, and not the one default"),
    ({}, {"storageClass": {"name": "io2"}}, FAILED, "no StorageClass 'io2' among gp2, gp3"),
]


@pytest.mark.parametrize("case", first_of_each(CLASS, lambda case: case[2]), ids=lambda case: case[3])
def test_a_cluster_without_exactly_one_default_class_fails_its_line(
    site: MakeSite, classes: Classes, case: tuple[dict[str, str], dict[str, Any], Outcome, str]
) -> None:
    marks, settings, outcome, said = case
    well = lines_of(site())
    assert well["one-default-class"].seen == "gp3"
    for name, mark in marks.items():
        classes.annotate(name, **{GA: mark})
    now = lines_of(site(**settings))
    asked_too = {"rights": OK} if settings else {}  # a stack that chooses no class marks none
    assert broken(well, now) == {"one-default-class": outcome, **asked_too}
    assert now["one-default-class"].seen == said


def test_the_older_annotation_makes_a_default_too_and_no_class_at_all_is_told(site: MakeSite, classes: Classes) -> None:
    classes.annotate("gp2", **{BETA: "true"})
    assert lines_of(site())["one-default-class"].seen == "2 defaults: gp2, gp3"
    classes.remove("gp2")
    classes.remove("gp3")
    assert lines_of(site())["one-default-class"].seen == "no default among none"


@pytest.mark.parametrize(("addon", "check"), [(ISTIOD, "istio-version"), (CERT_MANAGER, "certificates")])
def test_a_part_that_is_not_there_or_does_not_run_fails_its_line(
    site: MakeSite, of_the_guide: AddOns, addon: Installed, check: str
) -> None:
    well = lines_of(site())
    with of_the_guide.stopped(addon):
        now = lines_of(site())
        assert broken(well, now) == {check: FAILED}
        assert "no pod of it is available" in now[check].seen
    with of_the_guide.removed(addon):
        now = lines_of(site())
        assert broken(well, now) == {check: FAILED}
        assert now[check].seen == f"no Deployment {addon.namespace}/{addon.name}"


@pytest.mark.parametrize(
    ("group", "check", "said"),
    [
        ("networking.istio.io", "istio-version", "no kind VirtualService of networking.istio.io"),
        pytest.param(
            *("cert-manager.io", "certificates", "no kind Certificate of cert-manager.io"), marks=pytest.mark.thorough
        ),
    ],
)
def test_a_kind_that_the_cluster_has_not_fails_its_line(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch, group: str, check: str, said: str
) -> None:
    well, api_of = lines_of(site()), Cluster.api_of
    monkeypatch.setattr(
        Cluster, "api_of", lambda self, asked, plural: None if asked == group else api_of(self, asked, plural)
    )
    now = lines_of(site())
    assert broken(well, now) == {check: FAILED}
    assert now[check].seen == said


def test_another_version_of_istio_than_the_manifests_is_a_warning(site: MakeSite, of_the_guide: AddOns) -> None:
    well = lines_of(site())
    newer = Installed("istio-system", "istiod", {"discovery": "registry.istio.io/release/pilot:1.30.1"})
    of_the_guide.objects.merge(ISTIOD.manifest, {"spec": newer.manifest["spec"]})
    now = lines_of(site())
    of_the_guide.objects.merge(ISTIOD.manifest, {"spec": ISTIOD.manifest["spec"]})
    assert broken(well, now) == {"istio-version": WARNING}
    assert now["istio-version"].expected == "version 1.5.1, as the guide has it"


def test_a_device_plugin_is_well(site: MakeSite, kube: Kube) -> None:
    well = lines_of(site())
    labels = {"name": "nvidia-device-plugin-ds"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "plugin", "image": "nvidia:1"}]}}
    kube.objects.create(
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "nvidia-device-plugin-daemonset", "namespace": "default"},
            "spec": {"selector": {"matchLabels": labels}, "template": pod},
        },
        "test",
    )
    now = lines_of(site())
    kube.objects.delete("apps/v1", "DaemonSet", "nvidia-device-plugin-daemonset", "default")
    assert broken(well, now) == {"gpu-plugin": OK}


def test_an_api_version_that_is_served_no_more_fails_its_line_with_the_file(site: MakeSite, manifests: Path) -> None:
    """As the manifests of branch 5.1."""
    well = lines_of(site(manifests="manifest"))
    old = manifests / "12.notebook.yaml"
    old.write_text(old.read_text().replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"))
    gateway = "{apiVersion: networking.istio.io/v1alpha3, kind: Gateway, metadata: {name: a}}\n"
    (manifests / "2.yaml").write_text(gateway)
    now = lines_of(site(manifests="manifest"))
    assert broken(well, now) == {"installer-apis": FAILED}
    assert now["installer-apis"].seen == (
        "not served: apiextensions.k8s.io/v1beta1 (CustomResourceDefinition in 12.notebook.yaml); "
        "networking.istio.io/v1alpha3 (Gateway in 2.yaml)"
    )


CONFIG = InstallerConfig(
    discovery_url="https://hyperauth.tmaxcloud.org/auth/realms/tmax",
    custom_domain="tmaxcloud.org",
    gatekeeper_version="v1.0.2",
    log_level="error",
)
AIR_GAP = {"airGap": True, "installer": {"registry": "127.0.0.1:1"}}
SECRET = "bac5oef-d3fjief"
WRONG = [
    (f"CLIENT_SECRET={SECRET}", "CLIENT_SECRET={CLIENT_SECRET}", {}, "CLIENT_SECRET is still {CLIENT_SECRET}"),
    (f"CLIENT_SECRET={SECRET}", "CLIENT_SECRET=4711", {}, f"CLIENT_SECRET is not {SECRET_RULE.what}"),
    ("DOMAIN=tmaxcloud.org", "DOMAIN='tmaxcloud.org'", {}, f"CUSTOM_DOMAIN is not {DOMAIN_RULE.what}"),
    ("CUSTOM_DOMAIN=tmaxcloud.org", "CUSTOM_DOMAIN_NAME=tmaxcloud.org", {}, "CUSTOM_DOMAIN is not set"),
    (
        "REGISTRY={REGISTRY}",
        "REGISTRY=172.2.2.6:5000",
        {},
        "REGISTRY is not {REGISTRY}, as it must be where the script is to rewrite nothing",
    ),
    ("REGISTRY={REGISTRY}", "REGISTRY={REGISTRY}", AIR_GAP, "REGISTRY is still {REGISTRY} in an air-gapped site"),
]


@pytest.mark.parametrize("case", first_of_each(WRONG, lambda case: bool(case[2])), ids=lambda case: case[1])
def test_a_value_that_the_script_would_spoil_or_that_is_still_to_be_filled_in_fails_its_line(
    site: MakeSite, manifests: Path, case: tuple[str, str, dict[str, Any], str]
) -> None:
    right, wrong, settings, said = case
    file = manifests / FILE_NAME
    file.touch(0o600)
    file.write_text(CONFIG.text(SECRET))
    well = lines_of(site(manifests="manifest"))
    assert well["installer-config"].outcome == OK
    file.write_text(CONFIG.text(SECRET).replace(right, wrong))
    now = lines_of(site(manifests="manifest", **settings))
    now.pop("installer-registry", None)
    assert broken(well, now) == {"installer-config": FAILED}
    assert now["installer-config"].seen == said
    assert SECRET not in str(now)


def test_values_of_another_stack_are_told_by_their_keys(site: MakeSite, manifests: Path) -> None:
    (manifests / FILE_NAME).touch(0o600)
    (manifests / FILE_NAME).write_text(CONFIG.text(SECRET))
    client = {"url": "http://127.0.0.1:1/auth", "realm": "other", "redirectUris": ["https://n.example.com/*"]}
    now = lines_of(site(manifests="manifest", oidcClient=client, installer={"customDomain": "example.com"}))
    assert now["installer-config"].seen == "DISCOVERY_URL is not the stack's; CUSTOM_DOMAIN is not the stack's"


def test_a_configuration_that_is_not_written_yet_or_that_others_may_read_is_a_warning(
    site: MakeSite, manifests: Path
) -> None:
    write = "workspacectl ai-devops config -s aidevops-dev"
    now = lines_of(site(manifests="manifest"))
    assert now["installer-config"] == Answer(WARNING, "no ai-devops.config in manifest", "it", write)
    file = manifests / FILE_NAME
    file.write_text(CONFIG.text(SECRET))
    file.chmod(stat.S_IRUSR | stat.S_IRGRP)
    now = lines_of(site(manifests="manifest"))
    assert now["installer-config"].seen == "others may read it, and it holds a secret"
