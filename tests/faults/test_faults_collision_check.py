"""The look for what exists already, on bad days: at every call, where nothing is and where everything is.

What it must never do is take a fault for "there is nothing": then what somebody else has made would be written over.
A preview may: it leaves what it cannot see to `up`. But it must never refuse where nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import httpx
import pytest

from local.aws.moto_patches import eks_pod_identity
from local.aws.seed import policy_document
from local.standins.ai_conductor.inprocess import Running
from local.standins.ai_conductor.inprocess import serving as conductor_serving
from local.standins.grafana.access import Tokens
from local.standins.grafana.app import make_app
from local.standins.grafana.seed import living_site
from local.standins.grafana.server import serving as grafana_serving
from local.standins.grafana.store import Store
from project_workspace.conductor import connection as conductor_connection
from project_workspace.lifecycle.collision_check import CollisionCheckProvider
from project_workspace.remote.provider import Props, ProviderError
from tests.support.faults.clouds import REGION, Cloud, cloud
from tests.support.faults.dialects import AWS, CONDUCTOR, EKS, GRAFANA
from tests.support.faults.limits import Limits
from tests.support.faults.operations import configured
from tests.support.faults.proxy import Script, proxy
from tests.support.faults.rule import UNHURRIED, Bench, Case, Trial, cases
from tests.support.faults.shielded import Shielded

ADMIN = ("site-admin", "admin-secret-4711")
TOKEN = "glsa_right-token"
DEX = "dex-looked-at"
SHARED = "policy-looked-at"
TAKEN, FREE = "taken", "free"
"""Every part of a workspace is there under the names of the one, nothing under those of the other."""

_BEFORE_DEX = ["iam:GetRole", "GET namespaces"]
_AFTER_DEX = [
    "s3:ListBucket",
    "eks:ListPodIdentityAssociations",
    "iam:GetRole",
    "eks:DescribeNodegroup",
]
_LOGGED_IN = ["GET dashboards/uid", "POST auth/login", "GET workspaces", "GET accounts"]
_POLICY = ["iam:GetPolicy", "iam:GetPolicyVersion"]
_DEX = ["GET configmaps", "GET /apis", "GET /apis/dex.coreos.com/v1"]
_TOKENS = ["eks:DescribeCluster", "iam:GetOpenIDConnectProvider"]
CALLS = {
    "preview where nothing is": [*_POLICY, *_TOKENS, "GET configmaps", *_BEFORE_DEX, *_AFTER_DEX],
    "preview with a user's object": [*_DEX, "GET passwords", "s3:ListBucket"],
    "create with a user's object": ["GET passwords", "s3:ListBucket", *_DEX],
    "create where nothing is": [*_BEFORE_DEX, "GET configmaps", *_AFTER_DEX, *_LOGGED_IN, *_POLICY, *_TOKENS],
    "create where everything is": [
        "iam:GetRole",
        "GET namespaces",
        "GET profiles",
        "GET configmaps",
        "s3:ListBucket",
        "s3:GetBucketTagging",
        "eks:ListPodIdentityAssociations",
        "eks:DescribePodIdentityAssociation",
        "iam:GetRole",
        "eks:DescribeNodegroup",
        *_LOGGED_IN,
        *_POLICY,
        *_TOKENS,
    ],
}
"""Of an undisturbed run."""
REFUSED = [
    "The IAM role 'taken-pods'",
    "The namespace 'taken'",
    "The dex user 'taken@aic.com'",
    "The S3 bucket 'taken'",
    "The Pod Identity association of 'default-editor' in namespace 'taken' of taken",
    "The IAM role 'taken'",
    "The node group 'taken' of taken",
    "The Grafana dashboard 'taken'",
    "The AI Conductor workspace 'taken'",
    "The AI Conductor account 'taken'",
]


@dataclass
class Looked(Trial):
    """One look; the refusal of everything that is there is an answer too."""

    limits: Limits
    look: Callable[[], list[str]]
    remotes: Callable[[], Any] = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        conductor_connection._clients.clear()
        try:
            return self.look()
        except ProviderError as error:
            if str(error).count("exists already") == len(REFUSED):
                return [thing for thing in REFUSED if f"{thing} exists already" in str(error)]
            raise

    def state(self) -> Any:
        return self.remotes()


@dataclass(frozen=True)
class World:
    """All remotes; each is reached through its own proxy, with one script."""

    cluster: Shielded
    aws: Cloud
    conductor: Running
    grafana: str

    @contextmanager
    def behind(self, script: Script, monkeypatch: pytest.MonkeyPatch) -> Generator[dict[str, str]]:
        """The addresses of the proxies."""
        with ExitStack() as stack:
            remotes = {
                "aws": (self.aws.url, AWS),
                "eks": (self.aws.url, EKS),
                "conductor": (self.conductor.url, CONDUCTOR),
                "grafana": (self.grafana, GRAFANA),
            }
            urls: dict[str, str] = {}
            for name, (url, dialect) in remotes.items():
                remote = stack.enter_context(httpx.Client(base_url=url, trust_env=False))
                urls[name] = stack.enter_context(proxy(remote, dialect, script))
            monkeypatch.setenv("AWS_ENDPOINT_URL", urls["aws"])
            monkeypatch.setenv("AWS_ENDPOINT_URL_EKS", urls["eks"])
            yield {**urls, "kubeconfig": stack.enter_context(self.cluster.behind(script))}

    def inputs(self, name: str, urls: dict[str, str]) -> Props:
        config = {"namespace": self.cluster.namespace, "configMap": DEX, "key": "config.yaml"}
        conductor = {"url": urls["conductor"], "profile": "ai-conductor-2.1", "workspace": name, "account": name}
        return {
            "region": REGION,
            "namespace": name,
            "dexUser": {"email": f"{name}@aic.com", **config},
            "bucket": name,
            "workspaceRole": f"{name}-pods",
            "podIdentity": {"namespace": name, "serviceAccount": "default-editor"},
            "irsa": True,
            "nodeRole": name,
            "cluster": TAKEN,
            "nodeGroups": [name],
            "dashboard": {"url": urls["grafana"], "uid": name},
            "conductor": conductor,
            "sharedPolicies": [f"arn:aws:iam::123456789012:policy/{SHARED}"],
            "adopt": False,
            "pulumiProject": "project-workspace",
            "pulumiStack": "looked-at",
        }


def with_an_object(inputs: Props) -> Props:
    """The same with a dex user that gets an object, and no more than must be there beside it."""
    place = {name: inputs["dexUser"][name] for name in ("namespace", "configMap", "key")}
    kept = ("region", "bucket", "adopt", "pulumiProject", "pulumiStack")
    users = {"userIds": {inputs["dexUser"]["email"]: "id-free"}}
    return {**{name: inputs[name] for name in kept}, "dexObjects": {**place, **users}}


@pytest.fixture(scope="module")
def world(cluster_behind: Shielded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    kube = cluster_behind.kube
    # Applied, not made: the cluster is the session's, and a worker may come to this file a second time.
    somebody = {"name": TAKEN, "annotations": {"owner": "somebody@else.com"}}
    kube.objects.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": somebody}, "test", force=True)
    fit = "storage: {type: kubernetes}\nenablePasswordDB: true\n"
    text = f"issuer: http://dex\n{fit}staticPasswords:\n- email: {TAKEN}@aic.com\n  hash: x\n  userID: o\n"
    metadata = {"name": DEX, "namespace": cluster_behind.namespace}
    document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"config.yaml": text}}
    kube.objects.apply(document, "test", force=True)
    store = Store(tmp_path_factory.mktemp("grafana") / "state.json", living_site())
    with (
        cloud() as aws,
        conductor_serving(*ADMIN) as conductor,
        grafana_serving(make_app(store, Tokens(TOKEN, "glsa_viewer-token"))) as grafana,
    ):
        eks_pod_identity.close()
        aws.make_policy(SHARED, [policy_document(("s3-of-others",))])
        _take_every_name(aws, conductor, grafana)
        yield World(cluster_behind, aws, conductor, grafana)


def _take_every_name(aws: Cloud, conductor: Running, grafana: str) -> None:
    aws.s3.create_bucket(Bucket=TAKEN, CreateBucketConfiguration={"LocationConstraint": REGION})
    session = boto3.session.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    iam = session.client("iam", endpoint_url=aws.url)
    eks: Any = session.client("eks", endpoint_url=aws.url)
    role = iam.create_role(RoleName=TAKEN, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    pods = iam.create_role(RoleName=f"{TAKEN}-pods", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    cluster = eks.create_cluster(name=TAKEN, roleArn=role, resourcesVpcConfig={"subnetIds": ["subnet-0a"]})["cluster"]
    iam.create_open_id_connect_provider(
        Url=cluster["identity"]["oidc"]["issuer"], ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    eks.create_pod_identity_association(
        clusterName=TAKEN, namespace=TAKEN, serviceAccount="default-editor", roleArn=pods
    )
    eks.create_nodegroup(clusterName=TAKEN, nodegroupName=TAKEN, nodeRole=role, subnets=["subnet-0a"])
    with conductor.place.store.edit() as draft:
        draft["workspaces"] = [{**draft["workspaces"][0], "id": "w-taken", "name": TAKEN}, *draft["workspaces"]]
        draft["accounts"] = [{**draft["accounts"][0], "id": "a-taken", "login_id": TAKEN}, *draft["accounts"]]
    httpx.post(
        f"{grafana}/api/dashboards/db",
        json={"dashboard": {"uid": TAKEN, "title": TAKEN, "panels": []}, "folderUid": "monitoring"},
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    ).raise_for_status()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, limits: Limits, world: World, undisturbed: dict[str, Any]) -> Bench:
    world.aws.use(monkeypatch)
    monkeypatch.setattr(conductor_connection, "_clients", {})
    monkeypatch.setenv("AIC_ADMIN_USER", ADMIN[0])
    monkeypatch.setenv("AIC_ADMIN_PASSWD", ADMIN[1])
    monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        script = Script()
        limits.set(UNHURRIED)
        with world.behind(script, monkeypatch) as urls:
            inputs = world.inputs(TAKEN if "everything" in operation else FREE, urls)
            if "object" in operation:
                inputs = with_an_object(inputs)
            make = configured(CollisionCheckProvider, **{"kubernetes:kubeconfig": urls["kubeconfig"]})
            secrets = [world.cluster.token, ADMIN[1], TOKEN]

            def look() -> list[str]:
                if operation.startswith("preview"):
                    return [failure.reason for failure in make().check({}, inputs).failures]
                return [make().create(inputs).id]

            yield Looked(script, secrets, limits, look)

    return Bench(begin, undisturbed)


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


def test_without_a_fault_everything_that_is_there_is_refused_and_nothing_else(bench: Bench) -> None:
    assert [bench.undisturbed(operation)[0] for operation in CALLS] == [[], [], [FREE], [FREE], REFUSED]


@pytest.mark.parametrize("case", cases(CALLS))
def test_a_look_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
