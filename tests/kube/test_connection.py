"""The connection to the cluster: the user's own, kept secret, or one derived from EKS that holds no credentials.

As a program, `python -m tests.kube.test_connection`, it declares each connection under mocks and prints what was
declared. A process of its own, as for `declare.py`; one for all connections, since the SDK takes long to load.
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from typing import Any

import pulumi
import pulumi_aws
import pulumi_kubernetes
import pytest

from local.checkout import CHECKOUT
from project_workspace.kube import connection, eks_kubeconfig
from tests.support.mocks import set_mocks
from tests.workspace.conftest import REGION, Recorder, shown

CLUSTER = "eks-an2-meerkat-dev"
KUBECONFIG = '{"users": [{"name": "x", "user": {"token": "a-token"}}]}'
OWN = {"kubernetes:kubeconfig": KUBECONFIG, "kubernetes:context": "dev"}
ROLE = "arn:aws:iam::123456789012:role/deploy"
ROLES = json.dumps([{"roleArn": ROLE, "sessionName": "ci"}])
CONNECTIONS: dict[str, dict[str, Any]] = {
    "default": {"config": {}, "cluster": None, "from_cluster": False},
    "default with cluster": {"config": {}, "cluster": CLUSTER, "from_cluster": False},
    "own": {"config": OWN, "cluster": CLUSTER, "from_cluster": False},
    "context": {"config": {"kubernetes:context": "dev"}, "cluster": None, "from_cluster": False},
    "empty": {"config": {"kubernetes:kubeconfig": ""}, "cluster": None, "from_cluster": False},
    "derived": {"config": {}, "cluster": CLUSTER, "from_cluster": True},
    "derived beside own": {"config": OWN, "cluster": CLUSTER, "from_cluster": True},
    "derived by a profile": {"config": {"aws:profile": "team"}, "cluster": CLUSTER, "from_cluster": True},
    "derived by a role": {"config": {"aws:assumeRoles": ROLES}, "cluster": CLUSTER, "from_cluster": True},
    "derived without cluster": {"config": {}, "cluster": None, "from_cluster": True},
    "with secrets that change": {"config": {}, "cluster": None, "from_cluster": False, "changes_secrets": True},
}
VARIABLES = {
    *re.findall(r"get_env_bool\('(\w+)'\)", inspect.getsource(pulumi_kubernetes.provider)),
    *("PULUMI_K8S_DELETE_UNREACHABLE", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
}
"""Those from which the SDK takes what a provider is not given."""


def derived(*identity: str) -> dict[str, Any]:
    """The kubeconfig that is derived from EKS; `identity` are further options of `aws`."""
    token = ("eks", "get-token", "--cluster-name", CLUSTER, "--region", REGION, "--output", "json", *identity)
    user = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": list(token),
            "interactiveMode": "Never",
        }
    }
    cluster = {"server": "https://cluster.example.com", "certificate-authority-data": "Q0E="}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CLUSTER,
        "contexts": [{"name": CLUSTER, "context": {"cluster": CLUSTER, "user": CLUSTER}}],
        "clusters": [{"name": CLUSTER, "cluster": cluster}],
        "users": [{"name": CLUSTER, "user": user}],
    }


def declared(
    config: dict[str, str], *, cluster: str | None, from_cluster: bool, changes_secrets: bool = False
) -> dict[str, Any]:
    """One connection as the engine gets it, and the kubeconfig that the dynamic providers get."""
    recorder, found = Recorder(), dict[str, Any]()
    set_mocks(recorder, project="project-workspace", stack="demo-dev", preview=True)

    @pulumi.runtime.test
    def declare() -> pulumi.Output[Any]:
        made = connection.connect(
            config, cluster=cluster, region=REGION, from_cluster=from_cluster, changes_secrets=changes_secrets
        )
        if made.kubeconfig is None:
            return made.provider.urn
        secret = pulumi.Output.from_input(made.kubeconfig.is_secret())
        return pulumi.Output.all(made.provider.urn, made.kubeconfig, secret).apply(lambda all: found.update(
            text=all[1], is_secret=all[2]
        ))  # fmt: skip

    declare()
    (provider,) = [each for each in recorder.declared if each.typ != "pulumi:pulumi:Stack"]
    given = provider.inputs.get("kubeconfig")
    return {
        "resources": shown(recorder.declared),
        "given": given.get("value") if isinstance(given, dict) else given,
        "for dynamic providers": found or None,
    }


@pytest.fixture(scope="module")
def connections() -> dict[str, Any]:
    """Every connection as it was declared, on the machine of somebody who has settings of their own."""
    environment = {**os.environ, "KUBECONFIG": "/home/anna/kubeconfig", **dict.fromkeys(VARIABLES, "true")}
    command = [sys.executable, "-m", "tests.kube.test_connection"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def provider(**inputs: Any) -> list[dict[str, Any]]:
    """The one resource of a connection."""
    common = {
        "clusterIdentifier": "the-cluster-of-this-stack",
        "deleteUnreachable": "false",
        "enableConfigMapMutable": "false",
        "enablePatchForce": "false",
        "enableSecretMutable": "false",
        "enableServerSideApply": "true",
        "kubeconfig": "",
        "skipUpdateUnreachable": "false",
        "suppressDeprecationWarnings": "false",
        "suppressHelmHookWarnings": "false",
        "upsertExistingObjects": "true",
    }
    return [{"type": "pulumi:providers:kubernetes", "name": "cluster", "inputs": {**common, **inputs}}]


@pytest.mark.parametrize("name", ["default", "default with cluster", "empty", "derived without cluster"])
def test_without_a_connection_of_its_own_a_stack_uses_the_default_kubeconfig(
    name: str, connections: dict[str, Any]
) -> None:
    assert connections[name] == {"resources": provider(), "given": "", "for dynamic providers": None}


def test_a_configured_kubeconfig_is_secret_and_the_dynamic_providers_read_it_by_themselves(
    connections: dict[str, Any],
) -> None:
    assert connections["own"] == {
        "resources": provider(kubeconfig="[secret]", context="dev"),
        "given": KUBECONFIG,
        "for dynamic providers": None,
    }


def test_a_context_alone_chooses_in_the_default_kubeconfig(connections: dict[str, Any]) -> None:
    assert connections["context"] == {
        "resources": provider(context="dev"),
        "given": "",
        "for dynamic providers": None,
    }


def test_a_program_whose_secrets_change_has_them_changed_in_place(connections: dict[str, Any]) -> None:
    assert connections["with secrets that change"]["resources"] == provider(enableSecretMutable="true")


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("derived", ()),
        ("derived beside own", ()),
        ("derived by a profile", ("--profile", "team")),
        ("derived by a role", ("--role-arn", ROLE)),
    ],
)
def test_a_connection_derived_from_the_cluster_holds_no_credentials_and_goes_before_the_users_own(
    name: str, identity: tuple[str, ...], connections: dict[str, Any]
) -> None:
    found = connections[name]
    assert found["resources"] == provider(kubeconfig=derived(*identity))
    assert json.loads(found["given"]) == derived(*identity)
    assert found["for dynamic providers"] == {"text": found["given"], "is_secret": False}


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: declared(**options) for name, options in CONNECTIONS.items()}))


@pytest.mark.parametrize("authorities", [[], [pulumi_aws.eks.outputs.GetClusterCertificateAuthorityResult(data="")]])
def test_a_cluster_that_is_not_made_yet_is_told_in_one_sentence(authorities: Any) -> None:
    with pytest.raises(
        pulumi.RunError, match=rf"^EKS has no certificate authority for cluster {CLUSTER}: .* ACTIVE\.$"
    ):
        connection._authority(CLUSTER, authorities)


@pytest.mark.parametrize(
    "given",
    [
        {"aws:accessKey": "AKIA", "aws:secretKey": "s"},
        {"aws:assumeRoles": json.dumps([{"roleArn": ROLE}, {"roleArn": ROLE}])},
        {"aws:assumeRoles": json.dumps([{"roleArn": ROLE, "externalId": "x"}])},
        {"aws:assumeRoleWithWebIdentity": json.dumps({"roleArn": ROLE, "webIdentityToken": "t"})},
    ],
)
def test_an_identity_that_the_token_could_not_be_had_with_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(pulumi.RunError, match=r"^kubernetes.fromCluster: Expected an identity that"):
        eks_kubeconfig.identity(given)
