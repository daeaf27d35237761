"""Each line of the profile `anaconda-workbench`: what is well, and that exactly it says so when one thing is broken."""

from __future__ import annotations

import pytest

from tests.preflight.workbench import certificates
from tests.preflight.workbench.breaking import (
    besides,
    both,
    both_pull_secrets,
    closed_group,
    doing,
    gone,
    names,
    of,
    of_admin,
    of_another_controller,
    of_registry,
    patched,
    pull_secret,
    secret_of_certificates,
    server,
    settings,
    tls,
    tool,
    tools,
    unbound,
    volume_of,
    without_image,
)
from tests.preflight.workbench.rows import Row, prove
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import ADDRESS, HOST, role_rules
from tests.support.registry_access import Access
from tests.support.rows import first_of_each
from workspacectl.preflight.answers import Outcome
from workspacectl.preflight.checks.workbench.images import MANIFEST
from workspacectl.preflight.profiles import PROFILES

FAILED, WARNING, UNKNOWN, OK = Outcome.FAILED, Outcome.WARNING, Outcome.UNKNOWN, Outcome.OK
OF_A_CERTIFICATE = dict.fromkeys(
    f"workbench-certificate-{each}" for each in ("names", "dates", "key", "chain", "authority")
)
"""The lines that there are not without a certificate that can be read."""
DENY_ALL = {"podSelector": {}, "policyTypes": ["Ingress"]}
OPEN = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
DEDICATED = {"key": "dedicated", "value": "others", "effect": "NoSchedule"}
POD = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "c"}]}}
DEPLOYMENT = {"replicas": 0, "selector": {"matchLabels": {"a": "b"}}, "template": POD}
PROFILE = {"name": "default", "description": "Small", "cpu": "2", "memory": "4Gi"}
OPAQUE, DOCKER = "Opaque", "kubernetes.io/dockerconfigjson"
GROUP = {"spec": "big", "instanceType": "m5.4xlarge", "max": 2}
LOGIN = {
    "image": {"server": "REGISTRY/aedev/"},
    "registryLogin": {"server": "REGISTRY", "user": "robot", "password": "pull-1"},
}
"""A login in the settings, of which the stack makes the pull secret."""
OF_THE_HUB = {"user": "robot", "password": "hub-only-1", "secret": "hub"}
INSTALLED = {"ingress": {"install": True, "installClass": True, "address": ADDRESS}}
"""An ingress controller that comes with Workbench."""
NODE_LINES = frozenset({"workbench-placement", "workbench-profiles", "workbench-node-sizes"})
LEAF = certificates.server(HOST, f"*.{HOST}")
NOT_CERTIFICATES = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


ROWS = [
    Row("no helm", {"workbench-helm": FAILED}, "not on the PATH", tool("helm", None)),
    Row("an old helm", {"workbench-helm": FAILED}, "3.1.3", tools(helm="3.1.3")),
    Row("a helm that fails", {"workbench-helm": FAILED}, "fails", tool("helm", "#!/bin/sh\nexit 1\n")),
    Row("no kubectl", {"workbench-kubectl": FAILED}, "not on the PATH", tool("kubectl", None)),
    Row("a kubectl that is too new", {"workbench-kubectl": WARNING}, "v1.30.1", tools(kubectl="1.30.1")),
    Row("no jq", {"workbench-optional-tools": WARNING}, "not on the PATH: jq", tool("jq", None)),
    Row(
        "a cluster of EKS that is too new",
        {"workbench-kubernetes": WARNING},
        "v1.29.1; EKS has no version up to 1.28 any more: its oldest is 1.32",
        server("29"),
    ),
    Row(
        "a cluster that is too old",
        {"workbench-kubernetes": FAILED},
        "v1.14.1",
        both(server("14"), tools(kubectl="1.14.1")),
        tell=frozenset({"workbench-kubectl"}),
    ),
    Row(
        "a taint that nobody tolerates",
        {"workbench-workers": FAILED},
        "2 of 5 nodes",
        patched("third", {"spec": {"taints": [DEDICATED]}}),
        tell=NODE_LINES,
    ),
    Row(
        "a node that is cordoned",
        {"workbench-workers": FAILED},
        "2 of 5 nodes",
        patched("third", {"spec": {"unschedulable": True}}),
        tell=NODE_LINES,
    ),
    Row(
        "too few nodes, and a node group that may grow",
        {"workbench-workers": WARNING},
        "the stack's node groups may bring 2 more",
        patched("third", {"spec": {"unschedulable": True}}),
        base={"nodeGroups": [GROUP]},
        tell=NODE_LINES,
    ),
    Row(
        "a node with few CPUs",
        {"workbench-node-sizes": FAILED},
        "-1: 4 CPU",
        patched("first", {"status": {"capacity": {"cpu": "4"}}}, "status"),
    ),
    Row(
        "a node with little memory",
        {"workbench-node-sizes": FAILED},
        "-2: 16 CPU, 16Gi",
        patched("second", {"status": {"capacity": {"memory": "16Gi"}}}, "status"),
    ),
    Row(
        "a node of the least size",
        {"workbench-node-sizes": WARNING},
        "8 CPU",
        patched("first", {"status": {"capacity": {"cpu": "8"}}}, "status"),
    ),
    Row(
        "a node group of small nodes",
        {"workbench-node-sizes": FAILED},
        "node group big: 2 CPU, 8192Mi",
        settings(nodeGroups=[{**GROUP, "instanceType": "m5.large"}]),
        base={"nodeGroups": [GROUP]},
        tell=frozenset({"workbench-profiles", "vcpu-quotas", "instance-offerings", "subnets"}),
    ),
    Row(
        "limits far from requests by default",
        {"workbench-oversubscription": WARNING},
        "LimitRange wide, cpu: 8 to 1 is 8:1",
        besides(
            "v1",
            "LimitRange",
            "wide",
            spec={"limits": [{"type": "Container", "default": {"cpu": "8"}, "defaultRequest": {"cpu": "1"}}]},
        ),
    ),
    Row(
        "limits far from requests by quota",
        {"workbench-oversubscription": WARNING},
        "ResourceQuota wide, memory: 100Gi to 10Gi is 10:1",
        besides("v1", "ResourceQuota", "wide", spec={"hard": {"limits.memory": "100Gi", "requests.memory": "10Gi"}}),
    ),
    Row(
        "no namespace",
        {"workbench-namespace": FAILED},
        "no namespace nowhere",
        settings(namespace={"name": "nowhere", "kind": "existing"}),
        base=LOGIN,
        tell=frozenset(
            f"workbench-{each}"
            for each in (
                *("namespace-is-empty", "service-account", "role", "wide-rights", "uid"),
                *("storage", "persistence", "network-policies", "pull-secret"),
            )
        ),
    ),
    Row(
        "another application",
        {"workbench-namespace-is-empty": FAILED},
        "Deployment other",
        besides("apps/v1", "Deployment", "other", spec=DEPLOYMENT),
    ),
    Row(
        "another release",
        {"workbench-namespace-is-empty": FAILED},
        "Helm release ae5",
        besides(
            "v1",
            "Secret",
            "sh.helm.release.v1.ae5.v1",
            type="helm.sh/release.v1",
            metadata={"labels": {"owner": "helm", "name": "ae5"}},
        ),
    ),
    Row(
        "a service account without its token in pods",
        {"workbench-service-account": WARNING},
        "automountServiceAccountToken",
        patched("account", {"automountServiceAccountToken": False}),
    ),
    Row(
        "a Role without jobs",
        {"workbench-role": FAILED},
        "missing: create jobs.batch in ",
        patched("role", {"rules": [rule for rule in role_rules() if rule["apiGroups"] != ["batch"]]}),
    ),
    Row("no RoleBinding", {"workbench-role": FAILED}, "missing: get namespaces in ", gone("binding")),
    Row(
        "an ingress controller without its ClusterRole",
        {"workbench-ingress-role": FAILED},
        "missing: get ingressclasses.networking.k8s.io",
        gone("cluster binding"),
        base=INSTALLED,
    ),
    Row("cluster-admin", {"workbench-wide-rights": WARNING}, "everything in the cluster", of_admin),
    Row(
        "Pod Security that lets nobody be root",
        {"workbench-root-for-nfs": WARNING},
        "is 'restricted'",
        patched("namespace", {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}),
        tell=frozenset({"workbench-uid"}),
    ),
    Row(
        "a profile for nodes that are not there",
        {"workbench-placement": FAILED},
        "profile default: no node has its labels",
        settings(resourceProfiles=[{**PROFILE, "nodeSelector": {"pool": "nowhere"}}]),
        base={"resourceProfiles": [PROFILE]},
        tell=frozenset({"workbench-profiles"}),
    ),
    Row(
        "a profile that does not tolerate its nodes' taint",
        {"workbench-placement": FAILED},
        "profile default: no node has its labels",
        settings(resourceProfiles=[{**PROFILE, "nodeSelector": {"nvidia.com/gpu.product": "Tesla-V100-SXM2-16GB"}}]),
        base={"resourceProfiles": [PROFILE]},
        tell=frozenset({"workbench-profiles"}),
    ),
    Row("no profile", {"workbench-profiles": WARNING}, "none: the chart's own", settings(resourceProfiles=[])),
    Row(
        "a profile that is too large",
        {"workbench-profiles": FAILED},
        "default: no room for one session on",
        settings(resourceProfiles=[{**PROFILE, "cpu": "64"}]),
    ),
    Row("a claim without a volume", {"workbench-storage": FAILED}, "loose is Pending", unbound),
    Row(
        "a volume that is too small",
        {"workbench-storage": FAILED},
        "has 50Gi",
        volume_of("storage", {"spec": {"capacity": {"storage": "50Gi"}}}),
    ),
    Row(
        "mirrored packages on a small volume",
        {"workbench-storage": WARNING},
        "has 100Gi",
        settings(mirrorsPackages=True),
    ),
    Row(
        "a volume for one node",
        {"workbench-storage": WARNING},
        "postgres, git-storage and object-storage must run on one node",
        volume_of("storage", {"spec": {"accessModes": ["ReadWriteOnce"]}}),
    ),
    Row(
        "a volume that a StorageClass made",
        {"workbench-storage": FAILED},
        "was made by ebs.csi.aws.com",
        volume_of("storage", {"metadata": {"annotations": {"pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com"}}}),
    ),
    Row(
        "a volume that goes with its claim",
        {"workbench-storage": FAILED},
        "the reclaim policy Delete",
        volume_of("storage", {"spec": {"persistentVolumeReclaimPolicy": "Delete"}}),
    ),
    Row(
        "a volume without its group",
        {"workbench-storage": FAILED},
        "no annotation 'pv.beta.kubernetes.io/gid: 2000'",
        both(
            settings(gid=2000),
            volume_of("persistence", {"metadata": {"annotations": {"pv.beta.kubernetes.io/gid": "2000"}}}),
        ),
        tell=frozenset({"workbench-gid"}),
    ),
    Row(
        "one volume for both that is too small",
        {"workbench-storage": WARNING},
        "has 100Gi",
        settings(persistence={"inStorage": True}),
        tell=frozenset({"workbench-persistence", "rights"}),
    ),
    Row(
        "a small volume for users' data",
        {"workbench-persistence": WARNING},
        "has 500Gi",
        volume_of("persistence", {"spec": {"capacity": {"storage": "500Gi"}}}),
    ),
    Row(
        "a volume for one node, for users' data",
        {"workbench-persistence": FAILED},
        "has ReadWriteOnce",
        volume_of("persistence", {"spec": {"accessModes": ["ReadWriteOnce"]}}),
    ),
    Row(
        "no IngressClass",
        {"workbench-ingress-class": FAILED},
        "no IngressClass workbench-",
        gone("class"),
        tell=frozenset({"workbench-ingress-controller"}),
    ),
    Row(
        "an ingress controller that does not run",
        {"workbench-ingress-controller": FAILED},
        "ingress-nginx is not available",
        patched("controller", {"status": {"numberAvailable": 0}}, "status"),
    ),
    Row("no ingress controller", {"workbench-ingress-controller": FAILED}, "nothing of it", gone("controller")),
    Row(
        "an ingress controller that nobody knows",
        {"workbench-ingress-controller": UNKNOWN},
        "example.com/own are called is not known",
        of_another_controller,
        tell=frozenset({"workbench-ingress-class", "workbench-ingress-address"}),
    ),
    Row(
        "no address",
        {"workbench-ingress-address": FAILED},
        "no 'ingress.address'; there is: 203.0.113.10 (Service workbench-",
        of("ingress", address=None),
    ),
    Row(
        "another address",
        {"workbench-ingress-address": WARNING},
        "203.0.113.10 is not what the cluster says: 203.0.113.99",
        patched("balancer", {"status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.99"}]}}}, "status"),
    ),
    Row(
        "an address that is known only after the installation",
        {"workbench-ingress-address": WARNING},
        "only after the installation",
        settings(ingress={"install": True, "installClass": True}),
        base=INSTALLED,
    ),
    Row(
        "a policy that closes the namespace",
        {"workbench-network-policies": WARNING},
        "closed closes some of it",
        besides("networking.k8s.io/v1", "NetworkPolicy", "closed", spec=DENY_ALL),
    ),
    Row("a policy that opens it", {}, "", besides("networking.k8s.io/v1", "NetworkPolicy", "open", spec=OPEN)),
    Row(
        "nodes that do not reach each other",
        {"workbench-node-traffic": FAILED},
        "does not let its members reach each other",
        closed_group,
    ),
    Row("another record", {"workbench-dns": FAILED}, "leads to 198.51.100.7", names(host={"198.51.100.7"})),
    Row("no wildcard record", {"workbench-wildcard-dns": FAILED}, "leads to no address", names(wildcard=set())),
    Row(
        "no record yet, with an ingress controller that is installed with Workbench",
        {"workbench-wildcard-dns": WARNING},
        "leads to no address",
        names(wildcard=set()),
        base=INSTALLED,
    ),
    Row(
        "a self-signed certificate",
        {"workbench-certificate": WARNING, **OF_A_CERTIFICATE},
        "self-signed",
        settings(tls={"mode": "self-signed"}),
    ),
    Row(
        "no Secret with the certificate",
        {"workbench-certificate": FAILED, **OF_A_CERTIFICATE},
        "no Secret anaconda-enterprise-certs",
        settings(tls={"mode": "existing"}),
        tell=frozenset({"rights"}),
    ),
    Row(
        "a Secret without a key",
        {"workbench-certificate": FAILED, **OF_A_CERTIFICATE},
        "has no tls.key",
        both(
            besides("v1", "Secret", "half", data={"tls.crt": ""}), settings(tls={"mode": "existing", "secret": "half"})
        ),
        tell=frozenset({"rights"}),
    ),
    Row(
        "a Secret without what the chart reads besides",
        {"workbench-certificate": WARNING},
        "Secret half has no wildcard.crt, no wildcard.key, no keystore.jks",
        secret_of_certificates("half"),
        tell=frozenset({"rights"}),
    ),
    Row(
        "a certificate that cannot be read",
        {"workbench-certificate": FAILED, **OF_A_CERTIFICATE},
        "cannot be read",
        tls(certificate=NOT_CERTIFICATES),
    ),
    Row(
        "a certificate without the wildcard",
        {"workbench-certificate-names": FAILED},
        HOST,
        tls(certificates.server(HOST)),
    ),
    Row(
        "a certificate of another name",
        {"workbench-certificate-names": FAILED},
        "other.example.com",
        tls(certificates.server("other.example.com", "*.other.example.com")),
        tell=frozenset({"workbench-certificate", "workbench-certificate-chain"}),
    ),
    Row(
        "a certificate that has ended",
        {"workbench-certificate-dates": FAILED},
        "until ",
        tls(certificates.server(HOST, f"*.{HOST}", days=-1)),
    ),
    Row(
        "a certificate that ends soon",
        {"workbench-certificate-dates": WARNING},
        "until ",
        tls(certificates.server(HOST, f"*.{HOST}", days=20)),
    ),
    Row(
        "a certificate that does not count yet",
        {"workbench-certificate-dates": FAILED},
        "not before ",
        tls(certificates.server(HOST, f"*.{HOST}", since=2)),
    ),
    Row(
        "another certificate's key",
        {"workbench-certificate-key": FAILED},
        "another certificate's",
        tls(key=certificates.server(HOST).key_pem),
    ),
    Row(
        "a key that is none",
        {"workbench-certificate-key": FAILED},
        "it cannot be read",
        tls(key="-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    ),
    Row(
        "no intermediate certificate",
        {"workbench-certificate-chain": FAILED},
        "its issuer CN=Test Intermediate is not the root CN=Test Root",
        tls(LEAF, certificate=LEAF.pem),
    ),
    Row(
        "a chain in the wrong order",
        {"workbench-certificate-chain": FAILED},
        "CN=anaconda.example.com is not signed by CN=Test Root, which follows",
        tls(LEAF, certificate=LEAF.pem + certificates.root().pem + certificates.intermediate().pem),
    ),
    Row(
        "no root of the private authority",
        {"workbench-certificate-authority": FAILED},
        "CN=Test Root is no public root, and no root is given",
        of("tls", authority=None),
    ),
    Row(
        "a root that is none",
        {"workbench-certificate-authority": FAILED},
        "CN=Test Intermediate is no root",
        tls(authority=certificates.intermediate().pem),
    ),
    Row(
        "no registry",
        {"workbench-registry": FAILED, "workbench-images": FAILED},
        "It is no registry of images",
        of_registry(is_registry=False),
    ),
    Row(
        "a login that the registry does not take",
        {"workbench-images": FAILED, "workbench-registry": FAILED},
        "does not let user 'robot' pull it",
        of_registry(access=Access({"robot": "another"})),
    ),
    Row(
        "an image that was not copied",
        {"workbench-images": FAILED},
        "1 of 22 are missing: ",
        without_image("ae-editor"),
    ),
    Row(
        "no manifest of the vendor",
        {"workbench-images": UNKNOWN},
        "21 images are there in some version",
        doing(lambda scenery: (scenery.stage.folder / MANIFEST).unlink()),
    ),
    Row(
        "no pull secret",
        {"workbench-pull-secret": FAILED},
        "no Secret nothing in ",
        both_pull_secrets,
    ),
    Row(
        "a pull secret of another type",
        {"workbench-pull-secret": FAILED},
        "opaque is of type Opaque",
        pull_secret("opaque", OPAQUE, {}),
    ),
    Row(
        "a pull secret for another registry",
        {"workbench-pull-secret": FAILED},
        "foreign has no login for 127.0.0.1:",
        # {"auths": {}}
        pull_secret("foreign", DOCKER, {".dockerconfigjson": "eyJhdXRocyI6IHt9fQ=="}, access=Access()),
    ),
    Row(
        "a login of the settings for another registry",
        {"workbench-pull-secret": FAILED},
        "hub has no login for 127.0.0.1:",
        both(of_registry(access=Access()), settings(registryLogin=OF_THE_HUB)),
        base=LOGIN,
    ),
    Row(
        "a driver of a newer CUDA",
        {"workbench-gpu-driver": WARNING},
        "CUDA 12.4",
        patched("with a GPU", {"metadata": {"labels": {"nvidia.com/cuda.runtime-version.major": "12"}}}),
    ),
    Row(
        "a driver that nobody knows",
        {"workbench-gpu-driver": UNKNOWN},
        "has no label with its CUDA",
        patched("with a GPU", {"metadata": {"labels": {"nvidia.com/cuda.runtime-version.major": None}}}),
    ),
    Row(
        "a card that is not in the list",
        {"workbench-gpu-card": WARNING},
        "NVIDIA-A10G",
        patched("with a GPU", {"metadata": {"labels": {"nvidia.com/gpu.product": "NVIDIA-A10G"}}}),
    ),
    Row(
        "a card that nobody knows",
        {"workbench-gpu-card": UNKNOWN},
        "does not say which card it has",
        patched("with a GPU", {"metadata": {"labels": {"nvidia.com/gpu.product": None}}}),
    ),
]


def test_a_site_where_all_is_well_has_no_line_that_is_not(scenery: Scenery) -> None:
    lines = scenery.stage.lines()
    assert {name: answer.outcome for name, answer in lines.items() if answer.outcome != OK} == {}
    left_out = {*PROFILES["anaconda-workbench"].checks} - {*lines}
    of_node_groups = {"aws-rights", "subnets", "instance-offerings", "vcpu-quotas", "node-group-quota", "ami-family"}
    others = {"aws-command", "workbench-oc", "workbench-ingress-role", "workbench-scc", "autoscaler", "eks-access"}
    assert left_out == of_node_groups | others


@pytest.mark.parametrize("row", first_of_each(ROWS, lambda row: row.about), ids=lambda row: row.what)
def test_what_is_broken_fails_its_line_and_no_other(scenery: Scenery, row: Row) -> None:
    prove(scenery, row)
