"""A certificate that a site gives: whole in the cluster, encrypted in the state, replaced by a newer one in place."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12

from local import inventory
from local.kube.objects import Objects
from local.platform import Platform
from tests.support.certificates import Authority
from tests.support.engine.leaks import Holder, Secret, command_lines, files_with, leaks_below, leaks_in
from tests.support.engine.watching import operations
from tests.support.engine.workbenches import CERTIFICATES, HOSTNAME, NAMESPACE, WITHOUT_NODES
from tests.support.engine.workspaces import Workspace

pytestmark = [pytest.mark.engine, pytest.mark.official, pytest.mark.thorough]

KEYS = frozenset({"key", "newer key"})
HOLDERS = [Holder("data/kube/etcd/member/*", KEYS, "the cluster's objects, the certificate's secret among them")]
SECRET, KEY_STORE = "kubernetes:core/v1:Secret", "pulumi-python:dynamic/workbench:KeyStore"


def give(trial: Workspace, chain: str, authority: Authority) -> None:
    trial.write(tls={"mode": "given", "certificate": chain, "authority": authority.root})
    trial.set_secret("tls.key", authority.key)


def is_served(objects: Objects, chain: str, authority: Authority) -> dict[str, Any]:
    """The secret's metadata; it holds this chain, this key and the authority's root, in all their forms."""
    secret = objects.get("v1", "Secret", CERTIFICATES, NAMESPACE)
    assert secret
    found = {name: base64.b64decode(value) for name, value in secret["data"].items()}
    store = pkcs12.load_pkcs12(found.pop("keystore.jks"), b"anaconda")
    assert {name: value.decode() for name, value in found.items()} == {
        **dict.fromkeys(("tls.crt", "wildcard.crt"), chain),
        # What is set through standard input loses its last line's end.
        **dict.fromkeys(("tls.key", "wildcard.key"), authority.key.strip()),
        "rootca.crt": authority.root,
    }
    assert store.cert
    assert store.key
    kept = [store.cert.certificate, *(each.certificate for each in store.additional_certs)]
    assert kept == x509.load_pem_x509_certificates(chain.encode())
    assert store.key.public_key() == authority.keys[2].public_key()
    return secret["metadata"]


def line_of(kind: str, key: str) -> Secret:
    """One line of a key stands for it: every form in which the key travels has its lines whole."""
    return Secret(kind, key.splitlines()[2])


def test_a_given_certificate_is_nowhere_in_clear_and_a_newer_one_takes_its_place_in_the_same_secret(
    platform: Platform, before: inventory.Inventory, trial: Workspace, objects: Objects
) -> None:
    authority, names = Authority(), (HOSTNAME, f"*.{HOSTNAME}")
    chain = authority.leaf(*names) + authority.middle
    secrets, shown = [line_of("key", authority.key)], list[str]()
    trial.write(**WITHOUT_NODES)
    give(trial, chain, authority)
    with command_lines() as lines:
        shown += [trial.preview("--diff", "--json").output, trial.up("--diff")]
        first = is_served(objects, chain, authority)
        assert trial.outputs()["certificateAuthority"] == authority.root
        unchanged = trial.preview("--refresh", "--expect-no-changes")
        assert unchanged.code == 0, unchanged.output

        old_key = authority.key
        authority.with_another_key()
        newer = authority.leaf(*names, days=90) + authority.middle
        secrets.append(line_of("newer key", authority.key))
        give(trial, newer, authority)
        trial.set_secret("tls.key", old_key)
        refused = trial.preview()
        assert refused.code != 0
        assert "tls.key: Expected the key of the first certificate" in " ".join(refused.output.split())
        trial.set_secret("tls.key", authority.key)
        assert operations(trial) == {("update", KEY_STORE), ("update", SECRET)}
        shown += [refused.output, trial.preview("--diff").output, trial.up("--diff")]
    second = is_served(objects, newer, authority)
    assert second["uid"] == first["uid"], "a pod that starts meanwhile always finds it"
    assert trial.preview("--refresh", "--expect-no-changes").code == 0

    in_clear = trial.engine.checked("stack", "export", "--show-secrets", "--stack", trial.stack).stdout
    assert leaks_in(in_clear, secrets[1:])
    shown += [
        trial.engine.checked(*command, "--stack", trial.stack).output for command in (["stack", "export"], ["config"])
    ]
    assert [found for text in shown if (found := leaks_in(text, secrets))] == []
    assert {line for line in lines if leaks_in(line, secrets)} == set()
    assert files_with(platform.folder, secrets), "where the cluster keeps its objects"
    assert leaks_below(platform.folder, secrets, HOLDERS) == []
    assert files_with(trial.engine.project, secrets) == {}

    gone = trial.destroy()
    assert gone.code == 0, gone.output
    assert inventory.differences(before, inventory.take(platform)) == []
