"""Whole sites for Workbench: before the first `up`, not on EKS, without an answer; and the report of a good one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from local.checkout import CHECKOUT
from local.ports import free_ports
from project_workspace.config.workbench_program import WORKBENCH
from project_workspace.kube.cluster import Cluster, Ref
from tests.preflight.workbench import certificates
from tests.preflight.workbench.rows import broken
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import ADDRESS, HOST, LOGIN
from workspacectl.preflight import reports, running
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks.workbench import nodes
from workspacectl.preflight.profiles import PROFILES, choose
from workspacectl.preflight.sites import WorkbenchSite, site_of
from workspacectl.progress import silent
from workspacectl.pulumi_cli import Engine, Result

FAILED, WARNING, UNKNOWN, OK = Outcome.FAILED, Outcome.WARNING, Outcome.UNKNOWN, Outcome.OK
TO_BE_MADE = ("namespace", "service-account", "role", "wide-rights", "storage", "persistence", "pull-secret")


def test_what_the_stack_will_make_is_well_before_it_is_made(scenery: Scenery) -> None:
    login = {
        "server": scenery.stage.registry.host,
        "user": LOGIN[0],
        "password": LOGIN[1],
    }
    image = {"server": f"{scenery.stage.registry.host}/aedev/"}
    lines = scenery.stage.lines(namespace={"name": "not-there-yet"}, registryLogin=login, image=image)
    assert {name: answer.outcome for name, answer in lines.items() if answer.outcome != OK} == {}
    assert [
        name for name in TO_BE_MADE if "not there yet: the stack makes it" not in lines[f"workbench-{name}"].seen
    ] == []


def test_a_cluster_that_is_not_of_eks_must_be_of_a_version_of_the_document(scenery: Scenery) -> None:
    well = scenery.stage.lines(cluster=None)
    assert {name: answer.outcome for name, answer in well.items() if answer.outcome != OK} == {
        "workbench-node-traffic": UNKNOWN
    }
    assert "80, 443 and 5432" in well["workbench-node-traffic"].seen
    scenery.stage.version = "v1.29.1"
    assert broken(well, scenery.stage.lines(cluster=None)) == {"workbench-kubernetes": FAILED}


def test_a_version_that_eks_still_has_is_named_instead(scenery: Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "VERSIONS", {"extendedUntil": {"1.28": "2999-01-01", "1.29": "2999-01-01"}})
    scenery.stage.version = "v1.29.1"
    assert scenery.stage.lines()["workbench-kubernetes"].seen == "v1.29.1; EKS still has 1.28"


def test_a_cluster_without_ingresses_fails_their_line(scenery: Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    well, serves = scenery.stage.lines(), Cluster.serves
    monkeypatch.setattr(Cluster, "serves", lambda self, kind: kind.kind != "Ingress" and serves(self, kind))
    now = scenery.stage.lines()
    assert broken(well, now) == {"workbench-ingress-api": FAILED}
    assert now["workbench-ingress-api"].seen == "no kind Ingress of networking.k8s.io/v1"


def test_a_registry_that_does_not_answer_fails_its_line_and_nothing_is_known_of_the_images(scenery: Scenery) -> None:
    well = scenery.stage.lines()
    now = scenery.stage.lines(image={"server": f"127.0.0.1:{free_ports(1)[0]}/aedev/", "pullSecrets": ["regcred"]})
    # The pull secret is for the other registry.
    assert broken(well, now) == {
        "workbench-registry": FAILED,
        "workbench-images": UNKNOWN,
        "workbench-pull-secret": FAILED,
    }


def test_a_cluster_that_does_not_answer_leaves_its_lines_unchecked_and_the_others_as_they_are(scenery: Scenery) -> None:
    well, site = scenery.stage.lines(), scenery.stage.site()
    config = yaml.safe_load(scenery.stage.kube.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free_ports(1)[0]}"
    elsewhere = replace(site, values={"kubernetes:kubeconfig": yaml.safe_dump(config)})
    elsewhere.__dict__["eks"] = scenery.stage.eks
    now = {line.check: line.answer for line in running.run(elsewhere, PROFILES["anaconda-workbench"], silent)}
    without_cluster = {
        "pulumi",
        "aws-identity",
        "clock",
        "eks-cluster",
        "eks-version",
        "workbench-helm",
        "workbench-kubectl",
    }
    without_cluster |= {"workbench-optional-tools", "workbench-kubernetes", "workbench-node-traffic", "workbench-dns"}
    without_cluster |= {"workbench-wildcard-dns", *(name for name in well if name.startswith("workbench-certificate"))}
    assert {name for name, answer in now.items() if answer.outcome == OK} == without_cluster
    assert {answer.outcome for name, answer in now.items() if name not in without_cluster} == {UNKNOWN}


def test_the_report_has_what_the_checklist_asks_to_include_and_no_secret(scenery: Scenery) -> None:
    stage = scenery.stage
    lines = running.run(stage.site(), PROFILES["anaconda-workbench"], silent)
    about = reports.About("trial-dev", "workbench", "anaconda-workbench", datetime(2026, 11, 27, 18, 5, tzinfo=UTC))
    for text in (reports.as_markdown(about, lines), reports.as_html(about, lines)):
        assert "UID 1000" in text
        assert f"{HOST} leads to {ADDRESS}" in text
        assert f"{ADDRESS}, class {scenery.class_name}" in text
        assert [body for body in _bodies(scenery) if body not in text] == []
        assert f"{stage.namespace}-1\t16\t65806876Ki" in text
        assert f"{stage.namespace}-gpu\tnvidia.com/gpu" in text
        assert "$ helm version\nversion.BuildInfo" in text
        assert "$ kubectl version\nServer Version: v1.28.15" in text
        assert "persistentVolumeReclaimPolicy: Retain" in text
        assert f"$ kubectl get secret -n {stage.namespace} regcred" in text
        secret = [scenery.tls["key"].splitlines()[1], LOGIN[1], "PRIVATE KEY"]
        assert [each for each in secret if each in text] == []
        assert scenery.objects["pull secret"]["data"][".dockerconfigjson"] not in text


def _bodies(scenery: Scenery) -> list[str]:
    """The first lines of each certificate of the chain and of the root."""
    every = scenery.tls["certificate"] + certificates.root().pem
    return [part.splitlines()[1] for part in every.split("-----BEGIN CERTIFICATE-----")[1:]]


def test_a_stack_of_the_program_is_a_site_for_workbench_and_its_default_profile_is_this_one(scenery: Scenery) -> None:
    project = CHECKOUT / "programs" / "workbench"
    assert choose(None, WORKBENCH.namespace) == ("anaconda-workbench", PROFILES["anaconda-workbench"])
    settings = {"aws:region": scenery.stage.settings["region"]}
    for key, value in scenery.stage.settings.items():
        settings[f"workbench:{key}"] = value if isinstance(value, str) else json.dumps(value)
    del settings["workbench:region"]
    secret = {"workbench:tls"}
    entries = {key: {"value": value, "secret": key in secret} for key, value in settings.items()}

    class Configured(Engine):
        def checked(self, *arguments: str, show: bool = False, said: str = "") -> Result:
            return Result(0, json.dumps(entries), "")

    site = site_of(Configured(project, {}), "demo-dev")
    assert isinstance(site, WorkbenchSite)
    assert site.options == scenery.stage.site().options


def test_an_address_that_leads_nowhere_is_told_with_the_names(scenery: Scenery) -> None:
    ingress = {**scenery.stage.settings["ingress"], "address": "lb.example.com"}
    lines = scenery.stage.lines(ingress=ingress)
    for name in ("workbench-dns", "workbench-wildcard-dns"):
        assert lines[name].outcome == FAILED
        assert lines[name].seen.endswith("lb.example.com, the ingress controller's, leads to no address")
    scenery.stage.addresses["lb.example.com"] = {"198.51.100.1", ADDRESS}
    assert {
        scenery.stage.lines(ingress=ingress)[name].outcome for name in ("workbench-dns", "workbench-wildcard-dns")
    } == {OK}


def test_nothing_is_written_to_the_cluster_but_questions(scenery: Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[tuple[str, str]] = set()
    call = Cluster._call

    def seen(self: Cluster, verb: str, ref: Ref, path: str, **given: Any) -> Any:
        asked.add((verb, ref.plural if verb == "create" else ""))
        return call(self, verb, ref, path, **given)

    monkeypatch.setattr(Cluster, "_call", seen)
    scenery.stage.lines()
    assert asked == {
        ("get", ""),
        ("list", ""),
        ("create", "subjectaccessreviews"),
        ("create", "selfsubjectaccessreviews"),
    }


def test_a_login_for_another_registry_is_not_sent_to_this_one(scenery: Scenery) -> None:
    registry = scenery.stage.registry
    image = {"server": f"{registry.host}/aedev/"}
    registry.access.logins.clear()
    scenery.stage.lines(image=image, registryLogin={"user": "robot", "password": "pull-1", "server": registry.host})
    assert registry.access.logins
    registry.access.logins.clear()
    lines = scenery.stage.lines(image=image, registryLogin={"user": "robot", "password": "hub-only-1", "secret": "hub"})
    assert lines["workbench-images"].outcome == FAILED
    assert registry.access.logins == []


def test_a_site_without_pull_secrets_is_asked_with_the_login_that_docker_has_here(scenery: Scenery) -> None:
    stage, names = scenery.stage, ("workbench-images", "workbench-registry")
    image = {"server": f"{stage.registry.host}/aedev/"}
    without = stage.lines(image=image)
    assert "does not let anybody without a login pull it" in without["workbench-images"].seen
    (stage.folder / "config.json").write_text(json.dumps({"credHelpers": {stage.registry.host: "site"}}))
    missing = stage.lines(image=image)
    assert [missing[name].outcome for name in names] == [UNKNOWN, UNKNOWN]
    assert "names 'docker-credential-site', which is not on the PATH" in missing["workbench-images"].seen
    helper = stage.folder / "bin" / "docker-credential-site"
    helper.write_text(f"#!/bin/sh\nprintf '%s' '{json.dumps(dict(zip(('Username', 'Secret'), LOGIN, strict=True)))}'\n")
    helper.chmod(0o755)
    well = stage.lines(image=image)
    assert [well[name].outcome for name in names] == [OK, OK]
    # Pods are not given that login: where a pull secret is named, it is that one which counts.
    assert stage.lines(image={**image, "pullSecrets": ["nothing"]})["workbench-images"].outcome == FAILED
