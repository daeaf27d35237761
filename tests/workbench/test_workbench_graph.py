"""What the program declares, whole, and the chart's values, whole: for the example's stack and for each file beside."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from local.checkout import CHECKOUT
from project_workspace.workbench import rbac, values
from tests.workspace.conftest import golden

GRAPHS = Path(__file__).parent / "graphs"
FILES = {
    "trial": CHECKOUT / "programs" / "workbench" / "stacks" / "Pulumi.trial-dev.yaml",
    **{path.stem: path for path in sorted(GRAPHS.glob("*.yaml"))},
}

PAGE = """
hostname serviceAccountName uid image.server image.pullSecrets generateCerts keycloak.truststore
keycloak.truststore_password keycloak.truststore_secret ingress.className ingress.install ingress.installClass
ingress.labels ingress.global ingress.system ingress.user storage.pvc persistence.pvc dnsServer tolerations.global
tolerations.system tolerations.ingress tolerations.user affinity.global affinity.system affinity.ingress affinity.user
"""
"""The keys of the document's template of values.yaml, in its order."""
EVERYTHING = ["create", "delete", "get", "list", "patch", "update", "watch"]
ROLE: list[tuple[str, str, list[str]]] = [
    ("", "namespaces pods/log events", ["get", "list"]),
    ("", "configmaps secrets pods persistentvolumeclaims endpoints services", EVERYTHING),
    ("apps", "deployments replicasets statefulsets", EVERYTHING),
    ("batch", "jobs cronjobs", EVERYTHING),
    ("extensions", "deployments replicasets", EVERYTHING),
    ("networking.k8s.io", "ingresses", EVERYTHING),
    ("route.openshift.io", "routes routes/custom-host", EVERYTHING),
    ("", "serviceaccounts roles", ["get", "list"]),
]
"""The document's Role: group, resources, verbs, in its order."""


@cache
def declared(name: str) -> dict[str, Any]:
    found = subprocess.run(
        [sys.executable, "-m", "tests.workbench.declare", str(FILES[name])],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(found.stdout)


@pytest.mark.parametrize("name", FILES)
def test_the_program_declares_exactly_this(name: str, request: pytest.FixtureRequest) -> None:
    found, renew = declared(name)["resources"], bool(request.config.getoption("--renew"))
    assert found == golden(GRAPHS / f"{name}.json", found, renew=renew)


@pytest.mark.parametrize("name", FILES)
def test_the_charts_values_are_exactly_these(name: str, request: pytest.FixtureRequest) -> None:
    text, path = declared(name)["values"], GRAPHS / f"{name}.values.yaml.txt"
    if request.config.getoption("--renew"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("name", FILES)
def test_the_values_have_every_key_of_the_template_and_no_other(name: str) -> None:
    found = YAML(typ="safe").load(declared(name)["values"])
    assert [*values.unknown_keys(found)] == []
    there = {
        f"{key}.{inner}" if key in SECTIONS else key
        for key, value in found.items()
        for inner in (value if key in SECTIONS else [""])
    }
    assert {*PAGE.split()} - there == (set() if name == "everything" else {"dnsServer"})
    assert there - {*PAGE.split()} == ({"resource-profiles"} if name != "existing" else set())


SECTIONS = {key.split(".")[0] for key in PAGE.split() if "." in key}


def test_a_key_that_the_template_does_not_have_is_refused_with_its_path() -> None:
    wrong: Any = {"hostname": "a", "hostName": "b", "ingress": {"annotations": {}, "global": {"any": "thing"}}}
    with pytest.raises(LookupError, match=r"unknown: hostName, ingress\.annotations\.$"):
        values.text_of(wrong)


def test_the_role_is_the_documents() -> None:
    rules = [(rule["apiGroups"], rule["resources"], rule["verbs"]) for rule in rbac.template()["role"]]
    assert rules == [([group], resources.split(), verbs) for group, resources, verbs in ROLE]
    assert rbac.template()["ingressClusterRole"] == [
        {"apiGroups": ["*"], "resources": ["ingressclasses"], "verbs": ["*"]},
        {"apiGroups": ["*"], "resources": ["events"], "verbs": ["patch"]},
        {
            "apiGroups": ["*"],
            "resources": ["secrets", "endpoints", "endpointslices", "ingresses", "services", "pods"],
            "verbs": ["list", "watch"],
        },
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_cluster_wide_rights_come_only_with_an_ingress_controller_of_the_charts(name: str) -> None:
    kinds = [row["type"].rpartition(":")[2] for row in declared(name)["resources"]]
    assert kinds.count("Role") >= 1
    assert kinds.count("ClusterRole") == kinds.count("ClusterRoleBinding") == (1 if name == "everything" else 0)


def test_no_secret_is_in_clear() -> None:
    found = json.dumps(declared("everything"))
    assert "[secret]" in found
    for secret in ("a-password-of-the-registry", "a2V5", "BEGIN PRIVATE KEY"):
        assert secret not in found
