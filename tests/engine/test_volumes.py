"""The volumes of a workspace from the first `up` to the end: they grow, are kept or go, and nothing is lost unasked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from local import inventory
from local.checkout import CHECKOUT
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.claims import is_bound, make_volume, phase_of
from tests.support.engine.changes import CLAIM, VOLUME_CHECK, update
from tests.support.engine.drifting import GONE, seen_by_refresh
from tests.support.engine.watching import operations
from tests.support.engine.workspaces import Workspace
from tests.support.real_cluster import eventually

pytestmark = [pytest.mark.engine, pytest.mark.official]

NAMESPACE = "aic-ns-stored-ws"
KEPT = {"name": "models", "size": "10Gi", "storageClass": "gp3", "retain": True}
SCRATCH = {"name": "scratch", "size": "10Gi"}
SHARED = {"name": "datasets", "size": "1Ti", "shared": {"nfs": {"server": "nfs.example.com", "path": "/datasets"}}}


@pytest.fixture
def demo(workspace: Callable[..., Workspace]) -> Workspace:
    without: dict[str, Any] = {"conductor": None, "grafana": None, "nodeGroups": None, "login": {"enabled": False}}
    return workspace("stored", volumes=[KEPT, SCRATCH, SHARED], **without)


def used(objects: Objects, claim: str) -> None:
    """What happens when the first pod uses the claim: the driver makes its volume, for this claim."""
    make_volume(objects, f"pv-{claim}", "10Gi", "gp3")
    target = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"pv-{claim}"}}
    objects.merge(target, {"spec": {"claimRef": {"namespace": NAMESPACE, "name": claim}}})
    is_bound(objects, NAMESPACE, claim)


def size_of(objects: Objects, claim: str) -> str:
    found = objects.get("v1", "PersistentVolumeClaim", claim, NAMESPACE)
    assert found
    return found["spec"]["resources"]["requests"]["storage"]


def policy_of(objects: Objects, volume: str) -> str | None:
    found = objects.get("v1", "PersistentVolume", volume)
    return found["spec"]["persistentVolumeReclaimPolicy"] if found else None


def taken_away(objects: Objects, *volumes: str) -> None:
    """What a driver does with a volume that is free, or a person with one that stayed."""
    for volume in volumes:
        objects.delete("v1", "PersistentVolume", volume)
        eventually(f"{volume} is gone", lambda volume=volume: objects.get("v1", "PersistentVolume", volume) is None)


def test_volumes_are_made_grow_and_are_not_lost_unasked(
    platform: Platform, before: inventory.Inventory, demo: Workspace, objects: Objects
) -> None:
    demo.up()
    is_bound(objects, NAMESPACE, "datasets")
    unchanged = demo.preview("--refresh", "--expect-no-changes", "--diff")
    assert unchanged.code == 0, unchanged.output
    one_that_is_gone_is_made_again(demo, objects)
    for claim in ("models", "scratch"):
        used(objects, claim)

    assert seen_by_refresh(demo)["pulumi-python:dynamic/volumes:ClaimGuard stored-models"] == {"kept": (True, False)}
    assert policy_of(objects, "pv-models") == "Delete"
    demo.up()
    assert policy_of(objects, "pv-models") == "Retain"

    grown = {**SCRATCH, "size": "20Gi"}
    demo.write(volumes=[KEPT, grown, SHARED])
    assert operations(demo) == update(CLAIM, VOLUME_CHECK)
    demo.up()
    assert size_of(objects, "scratch") == "20Gi"
    assert demo.preview("--refresh", "--expect-no-changes").code == 0

    inhabited = inventory.take(platform)
    for sentence, volumes in {
        "a volume never shrinks": [KEPT, SCRATCH, SHARED],
        "which never changes. Add a volume of another name": [
            KEPT,
            {**grown, "accessModes": ["ReadWriteMany"]},
            SHARED,
        ],
    }.items():
        demo.write(volumes=volumes)
        for command in (["preview"], ["up", "--yes", "--skip-preview"]):
            refused = demo.engine.run(*command, "--stack", demo.stack)
            assert refused.code != 0
            assert sentence in " ".join(refused.output.split()), refused.output
    demo.write(volumes=[KEPT, SHARED])
    refused = demo.engine.run("up", "--yes", "--skip-preview", "--stack", demo.stack)
    assert "The volume 'scratch' may not go" in refused.output
    demo.write(volumes=[KEPT, grown, SHARED])
    refused = demo.destroy()
    assert f"1 volume (scratch) in namespace {NAMESPACE}" in refused.output
    assert inventory.differences(inhabited, inventory.take(platform)) == []

    demo.write(deleteData=True)
    demo.up()
    gone = demo.destroy()
    assert gone.code == 0, gone.output
    assert "The data of the volume 'models' stays on the PersistentVolume 'pv-models'" in gone.output
    eventually("the claims' volumes are free of them", lambda: phase_of(objects, "pv-models") == "Released")
    assert (policy_of(objects, "pv-models"), policy_of(objects, "pv-scratch")) == ("Retain", "Delete")
    assert policy_of(objects, f"{NAMESPACE}-datasets") is None

    taken_away(objects, "pv-models", "pv-scratch")
    assert inventory.differences(before, inventory.take(platform)) == []


def one_that_is_gone_is_made_again(demo: Workspace, objects: Objects) -> None:
    """Somebody deletes a claim that no pod has used."""
    objects.delete("v1", "PersistentVolumeClaim", "scratch", NAMESPACE)
    there = ("v1", "PersistentVolumeClaim", "scratch", NAMESPACE)
    eventually("the claim is gone", lambda: objects.get(*there) is None)
    assert seen_by_refresh(demo)[f"{CLAIM} stored-scratch"] is GONE
    demo.up()
    assert size_of(objects, "scratch") == "10Gi"
    assert demo.preview("--refresh", "--expect-no-changes").code == 0


@pytest.mark.thorough
def test_a_volume_made_by_hand_is_taken_over_as_it_is(
    platform: Platform, before: inventory.Inventory, demo: Workspace, objects: Objects
) -> None:
    demo.write(volumes=None)
    demo.up()
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    metadata = {"name": "scratch", "namespace": NAMESPACE}
    objects.create({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}, "person")
    used(objects, "scratch")
    by_hand = objects.get("v1", "PersistentVolumeClaim", "scratch", NAMESPACE)
    assert by_hand

    demo.write(volumes=[SCRATCH])
    assert "'adopt: true' takes 'scratch' over" in " ".join(demo.preview().output.split())
    demo.write(volumes=[SCRATCH], adopt=True, protect=False)
    folder = str(demo.engine.project)
    shown = subprocess.run(
        [sys.executable, "-m", "workspacectl", "adopt", "preview", "--stack", demo.stack, "--folder", folder],
        cwd=CHECKOUT,
        env=dict(demo.engine.environment),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Would be taken over by 'pulumi up' (1):\n  volume scratch\n      What is on it stays.\n" in shown
    demo.up()
    taken = objects.get("v1", "PersistentVolumeClaim", "scratch", NAMESPACE)
    assert taken
    assert taken["metadata"]["uid"] == by_hand["metadata"]["uid"]
    assert taken["spec"] == by_hand["spec"]
    assert demo.preview("--refresh", "--expect-no-changes").code == 0

    demo.write(deleteData=True)
    demo.up()
    assert demo.destroy().code == 0
    taken_away(objects, "pv-scratch")
    assert inventory.differences(before, inventory.take(platform)) == []
