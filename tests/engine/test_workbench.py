"""The life of a Workbench's stack on the real engine: made, unchanged, repaired, guarded, destroyed, nothing left but
what is on its volumes."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from ruamel.yaml import YAML

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.access import allowed
from tests.support.claims import is_bound
from tests.support.engine.drifting import seen_by_refresh
from tests.support.engine.workbenches import ACCOUNT, HOSTNAME, NAMESPACE, PASSWORD
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually
from workspacectl.values.commands import written

pytestmark = [pytest.mark.engine, pytest.mark.official]

USER = f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}"


def test_a_cluster_is_made_ready_for_workbench_and_left_as_it_was(
    platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects, tmp_path: Path
) -> None:
    said = trial.up()
    assert PASSWORD not in said
    for claim in ("anaconda-storage", "anaconda-persistence"):
        is_bound(objects, NAMESPACE, claim)
    file = tmp_path / "values.yaml"
    written(trial.engine, trial.stack, file)
    values = YAML(typ="safe").load(file.read_text())
    assert values["image"]["pullSecrets"] == ["regcred"]
    assert values["resource-profiles"]["gpu"]["node_selector"] == {"aic-role": f"{NAMESPACE}-gpu"}
    no_secret_is_in_clear_in_the_state(trial)
    the_account_may_what_the_document_says(objects)
    certificate = the_certificate_is_for_the_name(objects)

    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output

    drift_of_the_role_is_repaired(trial, objects)
    assert the_certificate_is_for_the_name(objects) == certificate, "drawn once"

    while_it_is_installed_nothing_goes(trial, objects)
    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []


def no_secret_is_in_clear_in_the_state(trial: Workspace) -> None:
    login = base64.b64encode(f"robot:{PASSWORD}".encode()).decode()
    secrets = [PASSWORD, login, "BEGIN PRIVATE KEY", base64.b64encode(b"-----BEGIN PRIVATE KEY-----\n").decode()[:32]]
    in_clear = trial.engine.checked("stack", "export", "--show-secrets", "--stack", trial.stack).stdout
    docker = base64.b64decode(re.findall(r"eyJhdXRocyI[A-Za-z0-9+/]+=*", in_clear)[0]).decode()
    assert [secret for secret in secrets if secret not in in_clear + docker] == []
    kept = trial.engine.checked("stack", "export", "--stack", trial.stack).stdout
    assert [secret for secret in [*secrets, docker] if secret in kept] == []


def the_account_may_what_the_document_says(objects: Objects) -> None:
    within = {
        ("create", "apps", "deployments"): True,
        ("delete", "", "persistentvolumeclaims"): True,
        ("list", "", "pods/log"): True,
        ("get", "rbac.authorization.k8s.io", "roles"): False,  # the document names them in the core group
        ("create", "", "serviceaccounts"): False,
        ("create", "rbac.authorization.k8s.io", "rolebindings"): False,
        ("create", "", "pods/exec"): False,
    }
    may = ("create", "apps", "deployments")
    eventually("the authorizer knows the account", lambda: allowed(objects, USER, may, NAMESPACE))
    assert {call: allowed(objects, USER, call, NAMESPACE) for call in within} == within
    everywhere = {
        ("list", "networking.k8s.io", "ingresses"): True,
        ("create", "networking.k8s.io", "ingressclasses"): True,
        ("list", "", "nodes"): False,
        ("create", "", "pods"): False,
    }
    wide = ("list", "networking.k8s.io", "ingresses")
    eventually("the authorizer knows the wide rights", lambda: allowed(objects, USER, wide, ""))
    assert {call: allowed(objects, USER, call, "") for call in everywhere} == everywhere


def the_certificate_is_for_the_name(objects: Objects) -> dict[str, str]:
    secret = objects.get("v1", "Secret", "anaconda-enterprise-certs", NAMESPACE)
    assert secret
    assert sorted(secret["data"]) == [
        "keystore.jks",
        "rootca.crt",
        "tls.crt",
        "tls.key",
        "wildcard.crt",
        "wildcard.key",
    ]
    _, certificate, _ = pkcs12.load_key_and_certificates(base64.b64decode(secret["data"]["keystore.jks"]), b"anaconda")
    assert certificate
    assert certificate.subject.rfc4514_string() == f"CN={HOSTNAME}"
    return secret["data"]


def drift_of_the_role_is_repaired(trial: Workspace, objects: Objects) -> None:
    """Somebody takes a rule away and gives another."""
    rbac = "rbac.authorization.k8s.io/v1"
    name = {"name": "anaconda-enterprise", "namespace": NAMESPACE}
    was = objects.get(rbac, "Role", "anaconda-enterprise", NAMESPACE)
    assert was
    seen_by_refresh(trial)  # that the claims are bound, which they were not yet when they were made
    narrow = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    objects.merge({"apiVersion": rbac, "kind": "Role", "metadata": name}, {"rules": narrow})
    assert list(seen_by_refresh(trial)) == ["kubernetes:rbac.authorization.k8s.io/v1:Role workbench"]
    trial.up("--refresh")
    now = objects.get(rbac, "Role", "anaconda-enterprise", NAMESPACE)
    assert now
    assert now["rules"] == was["rules"]


def while_it_is_installed_nothing_goes(trial: Workspace, objects: Objects) -> None:
    """The chart's Deployment stands for all of it; here it has no pods."""
    labels = {"app": "ap-ui"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": "aedev/ae-ui"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": "anaconda-enterprise-ap-ui", "namespace": NAMESPACE}
    objects.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}, "helm")
    count = len(trial.resources())
    refused = trial.destroy()
    assert refused.code != 0
    assert "Workbench is still installed: 1 deployment (anaconda-enterprise-ap-ui). Nothing was deleted" in " ".join(
        refused.output.split()
    )
    assert len(trial.resources()) == count
    objects.delete("apps/v1", "Deployment", "anaconda-enterprise-ap-ui", NAMESPACE)
