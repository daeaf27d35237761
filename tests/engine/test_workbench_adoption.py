"""What a site has prepared for Workbench by hand, as Anaconda's page says, is taken over where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from local import inventory
from local.kube.objects import Object, Objects
from local.platform import Platform
from project_workspace.workbench import rbac
from tests.support.claims import is_bound
from tests.support.engine.workbenches import ACCOUNT, CERTIFICATES, CLAIMS, NAMESPACE, RBAC, WITHOUT_NODES
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official, pytest.mark.thorough]

STORAGE, PERSISTENCE = CLAIMS
CLASSES = {STORAGE: STORAGE, PERSISTENCE: ""}
"""As the page's two examples have them: one with a class of its own name, one without."""
SIZES = {STORAGE: "500Gi", PERSISTENCE: "1Ti"}
MODES = {STORAGE: "ReadWriteOnce", PERSISTENCE: "ReadWriteMany"}
ROLE_REF = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": ACCOUNT}


def place(claim: str) -> dict[str, str]:
    return {"server": "nfs.example.com", "path": f"/exports/{claim}"}


THERE: dict[str, Any] = {
    **WITHOUT_NODES,
    "ingress": None,
    "storage": {
        "nfs": place(STORAGE),
        "volume": STORAGE,
        "size": SIZES[STORAGE],
        "accessMode": MODES[STORAGE],
    },
    "persistence": {"nfs": place(PERSISTENCE), "volume": PERSISTENCE, "storageClass": ""},
}


def by_hand() -> list[Object]:
    """The page's templates, and two secrets beside them."""

    def of(api_version: str, kind: str, name: str, namespace: str | None = NAMESPACE, **body: Any) -> Object:
        within = {"namespace": namespace} if namespace else {}
        return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, **within}, **body}

    made = [
        of("v1", "Namespace", NAMESPACE, None),
        of("v1", "ServiceAccount", ACCOUNT),
        of(RBAC, "Role", ACCOUNT, rules=list(rbac.template()["role"])),
        of(RBAC, "RoleBinding", ACCOUNT, roleRef=ROLE_REF, subjects=[{"kind": "ServiceAccount", "name": ACCOUNT}]),
        of("v1", "Secret", "regcred", type="kubernetes.io/dockerconfigjson", data={".dockerconfigjson": "e30="}),
        of("v1", "Secret", CERTIFICATES, type="Opaque", data={"tls.crt": "b2xk", "tls.key": "b2xk"}),
    ]
    for claim in CLAIMS:
        common = {"accessModes": [MODES[claim]], "storageClassName": CLASSES[claim]}
        volume = {**common, "capacity": {"storage": SIZES[claim]}, "persistentVolumeReclaimPolicy": "Retain"}
        made.append(of("v1", "PersistentVolume", claim, None, spec={**volume, "nfs": place(claim)}))
        asked = {**common, "resources": {"requests": {"storage": SIZES[claim]}}, "volumeName": claim}
        made.append(of("v1", "PersistentVolumeClaim", claim, spec=asked))
    return made


def standing(objects: Objects) -> dict[str, str]:
    """The uid of each: another one would be another object."""
    found: dict[str, str] = {}
    for each in by_hand():
        metadata = each["metadata"]
        there = objects.get(each["apiVersion"], each["kind"], metadata["name"], metadata.get("namespace"))
        assert there, metadata
        found[f"{each['kind']}/{metadata['name']}"] = there["metadata"]["uid"]
    return found


def test_what_was_prepared_by_hand_is_refused_until_it_may_be_adopted_and_then_stays_the_same_objects(
    platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    for each in by_hand():
        objects.create(each, "kubectl")
    for claim in CLAIMS:
        is_bound(objects, NAMESPACE, claim)
    prepared, uids = inventory.take(platform), standing(objects)
    trial.write(**THERE)
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = trial.engine.run(*command, "--stack", trial.stack)
        assert refused.code != 0
        for claim in CLAIMS:
            assert f"'adopt: true' takes '{claim}' over" in " ".join(refused.output.split())
    assert inventory.differences(prepared, inventory.take(platform)) == []

    trial.write(adopt=True, storage={**THERE["storage"], "nfs": place("elsewhere")})
    refused = trial.preview()
    assert refused.code != 0
    assert f"Expected the file system that the PersistentVolume '{STORAGE}' leads to" in " ".join(
        refused.output.split()
    )
    trial.write(**THERE)
    trial.up()
    assert standing(objects) == uids
    for claim in CLAIMS:
        found = objects.get("v1", "PersistentVolumeClaim", claim, NAMESPACE)
        assert found
        assert (found["status"]["phase"], found["spec"]["volumeName"]) == ("Bound", claim)
    unchanged = trial.preview("--refresh", "--expect-no-changes")
    assert unchanged.code == 0, unchanged.output
    kept = trial.destroy()
    assert kept.code != 0
    assert "protect" in kept.output

    trial.write(adopt=None)
    trial.up()
    assert standing(objects) == uids
    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []
