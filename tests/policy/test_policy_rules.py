"""Every rule of the policy pack: that it fires, with the whole sentence; that it does not; and what it cannot know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_policy.proxy import UnknownValueError

from rules import RULES
from tests.support.policy_pack import UNKNOWN, Thing, said

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ROLE = "aws:iam/role:Role"
GROUP = "aws:eks/nodeGroup:NodeGroup"
EKS_GROUP = "eks:index:ManagedNodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
CLUSTER_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
SHARED = "pulumi-python:dynamic/runai:SharedSubjects"
PROFILE = "kubernetes:kubeflow.org/v1:Profile"
NAMESPACE = "kubernetes:core/v1:Namespace"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"
GUARD = "pulumi-python:dynamic/lifecycle:TeardownGuard"
WORKSPACE = "pulumi-python:dynamic/conductor:Workspace"
CLIENT = "pulumi-python:dynamic/keycloak:Client"
GATE = "pulumi-python:dynamic/kubeflow:NamespaceGate"

ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE"
OIDC = {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}
ON: dict[str, Any] = dict.fromkeys(
    ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True
)
TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}


def in_prod(type_: str, *, protect: bool = False, **props: Any) -> Thing:
    return Thing(type_, props, protect=protect, stack="demo-prod")


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(**condition: Any) -> Thing:
    allow = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": OIDC, "Condition": condition}
    return Thing(ROLE, {"assumeRolePolicy": document(allow)})


def for_pods(**tags: Any) -> Thing:
    condition = {"StringEquals": {f"aws:RequestTag/kubernetes-{tag}": value for tag, value in tags.items()}}
    principal = {"Service": "pods.eks.amazonaws.com"}
    actions = ["sts:AssumeRole", "sts:TagSession"]
    allow = {"Effect": "Allow", "Action": actions, "Principal": principal, "Condition": condition}
    return Thing(ROLE, {"assumeRolePolicy": document(allow)})


def annotating(**spec: Any) -> Thing:
    plugin = {"kind": "AwsIamForServiceAccount", "spec": {"awsIamRole": "arn:aws:iam::1:role/r", **spec}}
    return Thing(PROFILE, {"spec": {"plugins": [plugin]}})


def inline(statement: dict[str, Any]) -> Thing:
    return Thing(ROLE, {"inlinePolicies": [{"name": "own", "policy": document(statement)}]})


def a_member(role: str, name: str = "alice@example.com", kind: str = "User") -> Thing:
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    return Thing(BINDING, {"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [subject]})


def in_a_namespace(namespace: str, role: str = "edit", **annotations: str) -> Thing:
    metadata = {"name": "b", "namespace": namespace, "annotations": annotations}
    return Thing(BINDING, {**a_member(role).props, "metadata": metadata})


def a_bucket(**props: Any) -> Thing:
    return Thing(BUCKET, {"bucket": "s3-an2-meerkat-dev-demo", **props}, "bucket")


def tls_only(resources: list[str], **changes: Any) -> Thing:
    deny = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Principal": "*",
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return Thing(BUCKET_POLICY, {"policy": document({**deny, **changes})}, "policy", ["bucket"])


BOTH = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
NOT_PUBLIC = "Bucket bucket can be made public. "
NO_TLS = (
    "Bucket bucket can be reached without TLS. Add a BucketPolicy that denies s3:* to everybody on the bucket and its "
    "objects where aws:SecureTransport is false."
)

LOOK = "pulumi-python:dynamic/lifecycle:CollisionCheck"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
RULES_OF_A_BUCKET = [
    {"id": "archive", "transitions": [{"days": 30, "storageClass": "GLACIER"}]},
    {"id": "markers", "expiration": {"expiredObjectDeleteMarker": True}},
    {"id": "old", "noncurrentVersionExpiration": {"noncurrentDays": 90}},
    {"id": "tmp", "expiration": {"days": 7}},
]

FIRES: list[tuple[str, list[Thing], dict[str, Any], list[str]]] = [
    (
        "bucket-is-not-public",
        [a_bucket()],
        {},
        [f"{NOT_PUBLIC}Add a BucketPublicAccessBlock with all four switches on."],
    ),
    (
        "bucket-is-not-public",
        [a_bucket(), Thing(BLOCK, {**ON, "blockPublicPolicy": False}, "block", ["bucket"])],
        {},
        [f"{NOT_PUBLIC}Set blockPublicPolicy of its access block."],
    ),
    (
        "bucket-is-encrypted",
        [a_bucket(), Thing(ENCRYPTION, {}, "of another bucket")],
        {},
        [
            "Nothing says how bucket bucket is encrypted. Add a BucketServerSideEncryptionConfiguration, with aws:kms "
            "where the key's users are to be separate."
        ],
    ),
    ("bucket-is-reached-over-tls-only", [a_bucket()], {}, [NO_TLS]),
    (
        "adopted-bucket-keeps-its-content",
        [Thing(LOOK, {"adopt": True}, "look"), Thing(LIFECYCLE, {"rules": RULES_OF_A_BUCKET}, "demo")],
        {},
        [
            "Lifecycle rules of demo remove what is in an adopted bucket: old, tmp. Name 'lifecycle' in the stack's "
            "'storage.unmanaged', or let them begin by an 'up' of its own, after the adoption."
        ],
    ),
    ("bucket-is-reached-over-tls-only", [a_bucket(), tls_only(BOTH[1:])], {}, [NO_TLS]),
    ("bucket-is-reached-over-tls-only", [a_bucket(), tls_only(BOTH, Condition={})], {}, [NO_TLS]),
    (
        "no-wildcard-actions",
        [inline({"Effect": "Allow", "Action": ["s3:*", "s3:GetObject"], "Resource": "*"})],
        {},
        ["inlinePolicies[0].policy allows s3:*. Name the actions that are needed."],
    ),
    (
        "no-wildcard-actions",
        [Thing("aws:iam/policy:Policy", {"policy": document({"Effect": "Allow", "NotAction": "iam:*"})})],
        {},
        ["policy allows everything but NotAction. Name the actions that are needed."],
    ),
    (
        "no-wildcard-principals",
        [Thing(BUCKET_POLICY, {"policy": document({"Effect": "Allow", "Principal": {"AWS": "*"}})})],
        {},
        ["policy allows everybody. Name the role, account or service that is meant."],
    ),
    (
        "no-wildcard-principals",
        [Thing(BUCKET_POLICY, {"policy": document({"Effect": "Allow", "NotPrincipal": {"AWS": "x"}})})],
        {},
        ["policy allows everybody but NotPrincipal. Name who is meant."],
    ),
    (
        "trust-names-audience-and-subject",
        [trust(StringEquals={f"{ISSUER}:aud": "sts.amazonaws.com"})],
        {},
        [f"assumeRolePolicy trusts every identity of {ISSUER}. Add a condition on {ISSUER}:sub that is not '*'."],
    ),
    (
        "trust-names-audience-and-subject",
        [trust(StringLike={f"{ISSUER}:sub": "*"})],
        {},
        [
            f"assumeRolePolicy trusts every identity of {ISSUER}. Add a condition on {ISSUER}:aud and {ISSUER}:sub "
            "that is not '*'."
        ],
    ),
    (
        "trust-names-the-pods",
        [for_pods(namespace="aic-ns-demo-ws"), for_pods(**{"namespace": "*", "service-account": "default-editor"})],
        {},
        [
            "assumeRolePolicy trusts every pod that any association of the account names. Add a condition on "
            "aws:RequestTag/kubernetes-service-account that is not '*'.",
            "assumeRolePolicy trusts every pod that any association of the account names. Add a condition on "
            "aws:RequestTag/kubernetes-namespace that is not '*'.",
        ],
    ),
    (
        "trust-has-one-writer",
        [annotating()],
        {},
        [
            "Kubeflow's AwsIamForServiceAccount replaces the trust policy of arn:aws:iam::1:role/r by one statement of "
            "its own. Set annotateOnly: true."
        ],
    ),
    (
        "instance-type-is-allowed",
        [Thing(EKS_GROUP, {"instanceTypes": ["p5.48xlarge", "m5.metal"]})],
        {"families": ["g5", "m5"], "sizes": ["xlarge"]},
        [
            "p5.48xlarge is of a family that is not allowed. Choose one of g5, m5.",
            "m5.metal is of a size that is not allowed. Choose one of xlarge.",
        ],
    ),
    (
        "gpu-group-is-tainted",
        [Thing(GROUP, {"instanceTypes": ["g5.xlarge"], "taints": [{**TAINT, "effect": "PREFER_NO_SCHEDULE"}]})],
        {},
        [
            "Pods that need no GPU would fill the GPU nodes of demo. Taint them, for example with "
            "nvidia.com/gpu=present:NoSchedule."
        ],
    ),
    (
        "gpu-group-has-a-maximum",
        [Thing(GROUP, {"amiType": "AL2023_x86_64_NVIDIA", "scalingConfig": {"minSize": 0, "maxSize": 9.0}})],
        {},
        ["The GPU group demo may grow to 9 nodes. Set at most 8."],
    ),
    (
        "gpu-group-has-a-maximum",
        [Thing(EKS_GROUP, {"instanceTypes": ["p4d.24xlarge"]})],
        {"nodes": 2.0},
        ["Nothing says how far the GPU group demo may grow. Set its maximum, at most 2 nodes."],
    ),
    (
        "metadata-needs-a-token",
        [Thing(TEMPLATE, {"metadataOptions": {"httpTokens": "optional"}})],
        {},
        [
            "demo answers IMDSv1: whoever can make it send a request gets the node's credentials. Set "
            "metadataOptions.httpTokens to 'required'."
        ],
    ),
    (
        "required-tags-are-there",
        [a_bucket(tags={"team": "vision", "cost": ""})],
        {"tags": ["team", "cost", "owner"]},
        ["bucket has no tag cost, owner. Set it in the stack's 'tags'."],
    ),
    (
        "members-do-not-administer",
        [a_member("kubeflow-admin")],
        {},
        ["alice@example.com may give any role of the namespace to anybody. Give the role 'edit', if that is enough."],
    ),
    (
        "people-stay-out-of-the-platform",
        [in_a_namespace(each) for each in ("kube-system", "istio-system", "kubeflow", "auth", "knative-serving")],
        {},
        [
            f"alice@example.com would get a role in {each}, which belongs to the installation. Name a namespace of a "
            "team in 'names.namespace'."
            for each in ("kube-system", "istio-system", "kubeflow", "auth", "knative-serving")
        ],
    ),
    (
        "people-stay-in-their-namespaces",
        [
            Thing(CLUSTER_BINDING, a_member("runai-job-viewer").props),
            Thing(SHARED, {"binding": "runai-job-viewer-manual", "namespace": "", "users": ["bob", "CORP\\carol"]}),
        ],
        {},
        [
            "alice@example.com may do in every namespace what runai-job-viewer gives. Run:ai's viewers read all "
            "ConfigMaps, dex's with the hashes of passwords among them.",
            "bob, CORP\\carol may do in every namespace what runai-job-viewer-manual gives. Run:ai's viewers read all "
            "ConfigMaps, dex's with the hashes of passwords among them.",
        ],
    ),
    (
        "members-are-of-known-domains",
        [
            a_member("kubeflow-edit"),
            a_member("kubeflow-view", "alice@examp1e.com"),
            a_member("kubeflow-view", "carol"),
            a_member("runai-job-executor", "carol"),
            Thing(SHARED, {"binding": "x", "namespace": "runai", "users": ["carol", "bob@examp1e.com"]}),
        ],
        {"domains": ["example.com", "example.org"]},
        [
            f"{who} is of none of the domains example.com, example.org. Correct the address, or add its domain."
            for who in ("alice@examp1e.com", "carol", "bob@examp1e.com")
        ],
    ),
    (
        "login-returns-to-known-urls",
        [Thing(CLIENT, {"clientId": "oidc-demo", "redirectUris": ["*"]})],
        {},
        [
            "A login with oidc-demo may return to any URL. Name those there are in 'oidcClient.redirectUris', and "
            "leave 'anyRedirect' out."
        ],
    ),
    (
        "no-secret-in-plain-text",
        [a_bucket(tags={"note": "key AKIAIOSFODNN7EXAMPLE"})],
        {},
        [
            "tags of bucket holds what looks like an AWS access key, where everybody can read it. Take it out, change "
            "it, and hand it over as a secret."
        ],
    ),
    (
        "no-secret-in-plain-text",
        [Thing("kubernetes:core/v1:ConfigMap", {"data": {"url": "https://admin:secret@db.example.com"}})],
        {},
        [
            "data of demo holds what looks like a password in a URL, where everybody can read it. Take it out, change "
            "it, and hand it over as a secret."
        ],
    ),
    (
        "production-data-is-protected",
        [in_prod(PROFILE), in_prod(NAMESPACE), in_prod(CLAIM), in_prod(BUCKET, protect=True), Thing(PROFILE)],
        {},
        ["demo bears data of production and is not protected. Take 'protect: false' out of the stack."] * 3,
    ),
    (
        "production-data-is-not-up-for-deletion",
        [in_prod(BUCKET, forceDestroy=True), in_prod(GUARD, deleteData=True)],
        {},
        ["A destroy would remove demo with its data. Take 'deleteData: true' out of the stack again."] * 2,
    ),
    (
        "bucket-has-its-guard",
        [a_bucket(), Thing(GUARD, {"bucket": "another"}, "guard")],
        {},
        ["Nothing looks into bucket bucket before a teardown. Add a TeardownGuard."],
    ),
    (
        "name-follows-the-convention",
        [
            Thing(PROFILE, {"metadata": {"name": "vision"}}),
            Thing(GROUP, {"nodeGroupName": "ng-an2-aicond-demo-ws-gpu"}),
        ],
        {},
        ["'vision' is not named as the others are. Leave the name to the program, or match aic-ns-[a-z][a-z0-9]*-ws."],
    ),
    (
        "one-workspace-a-name",
        [Thing(GATE, {"namespace": "same"}, "one"), Thing(GATE, {"namespace": "same"}, "two")],
        {},
        ["Two workspaces of this stack claim namespace 'same'. Give one of them another name."],
    ),
]

SILENT: list[tuple[str, list[Thing]]] = [
    ("bucket-is-not-public", [a_bucket(), Thing(BLOCK, ON, "block", ["bucket"])]),
    ("bucket-is-encrypted", [a_bucket(), Thing(ENCRYPTION, {}, "encryption", ["bucket"])]),
    ("bucket-is-reached-over-tls-only", [a_bucket(), tls_only(BOTH)]),
    (
        "adopted-bucket-keeps-its-content",
        [Thing(LOOK, {"adopt": False}, "look"), Thing(LIFECYCLE, {"rules": RULES_OF_A_BUCKET}, "demo")],
    ),
    (
        "adopted-bucket-keeps-its-content",
        [Thing(LOOK, {"adopt": True}, "look"), Thing(LIFECYCLE, {"rules": RULES_OF_A_BUCKET[:2]}, "demo")],
    ),
    (
        "no-wildcard-actions",
        [inline({"Effect": "Deny", "Action": "*"}), inline({"Effect": "Allow", "Action": "s3:Get*"})],
    ),
    ("no-wildcard-principals", [tls_only(BOTH), inline({"Effect": "Allow", "Principal": {"AWS": "111122223333"}})]),
    (
        "trust-names-audience-and-subject",
        [
            trust(
                StringEquals={f"{ISSUER}:aud": "sts.amazonaws.com"},
                StringLike={f"{ISSUER}:sub": "system:serviceaccount:aic-ns-demo-ws:*"},
            ),
            Thing(
                ROLE,
                {
                    "assumeRolePolicy": document(
                        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
                    )
                },
            ),
        ],
    ),
    (
        "trust-names-the-pods",
        [for_pods(**{"namespace": "aic-ns-demo-ws", "service-account": "default-editor"}), trust()],
    ),
    ("trust-has-one-writer", [annotating(annotateOnly=True), Thing(PROFILE, {"spec": {"owner": {}}}), Thing(ROLE)]),
    ("instance-type-is-allowed", [Thing(EKS_GROUP, {"instanceTypes": ["g5.xlarge"]}), Thing(TEMPLATE)]),
    (
        "gpu-group-is-tainted",
        [
            Thing(GROUP, {"instanceTypes": ["g5.xlarge"], "taints": [TAINT]}),
            Thing(GROUP, {"instanceTypes": ["m5.large"]}),
        ],
    ),
    (
        "gpu-group-has-a-maximum",
        [
            Thing(GROUP, {"instanceTypes": ["g5.xlarge"], "scalingConfig": {"maxSize": 8.0}}),
            Thing(GROUP, {"instanceTypes": ["m5.large"], "scalingConfig": {"maxSize": 100.0}}),
        ],
    ),
    ("metadata-needs-a-token", [Thing(TEMPLATE, {"metadataOptions": {"httpTokens": "required"}}), Thing(GROUP)]),
    ("required-tags-are-there", [a_bucket()]),
    (
        "members-do-not-administer",
        [
            a_member("kubeflow-edit"),
            a_member("kubeflow-admin", "default-editor", "ServiceAccount"),
            in_a_namespace("team-vision", "admin", **{"project-workspace/owner": "true"}),
        ],
    ),
    (
        "people-stay-out-of-the-platform",
        [
            in_a_namespace("team-vision"),
            in_a_namespace("team-kubeflow"),
            in_a_namespace("runai", "runai-cli-index-map-editor"),
            a_member("view"),
        ],
    ),
    (
        "people-stay-in-their-namespaces",
        [
            a_member("runai-job-executor"),
            Thing(CLUSTER_BINDING, a_member("view", "robot", "ServiceAccount").props),
            Thing(SHARED, {"binding": "x", "namespace": "runai", "users": ["bob"]}),
        ],
    ),
    ("members-are-of-known-domains", [a_member("kubeflow-edit", "eve@elsewhere.example")]),
    (
        "login-returns-to-known-urls",
        [Thing(CLIENT, {"clientId": "oidc-demo", "redirectUris": ["https://a.example.com/*"]}), Thing(GATE)],
    ),
    (
        "no-secret-in-plain-text",
        [
            a_bucket(tags={"team": "vision"}),
            Thing("kubernetes:core/v1:Secret", {"data": {"key": "QUtJQQ=="}}),
            Thing(GATE, {"namespace": "$2b$12$" + "a" * 53}),
        ],
    ),
    (
        "production-data-is-protected",
        [
            Thing(PROFILE),
            in_prod(PROFILE, protect=True),
            in_prod(TEMPLATE),
            in_prod(CLAIM, metadata={"annotations": {"project-workspace/data-stays": "true"}}),
        ],
    ),
    ("production-data-is-not-up-for-deletion", [Thing(BUCKET, {"forceDestroy": True}), in_prod(GUARD)]),
    ("bucket-has-its-guard", [a_bucket(), Thing(GUARD, {"bucket": "s3-an2-meerkat-dev-demo"}, "guard")]),
    (
        "name-follows-the-convention",
        [a_bucket(), Thing(WORKSPACE, {"name": "demo-ws"}), Thing(TEMPLATE, {"name": "x"})],
    ),
    (
        "one-workspace-a-name",
        [
            Thing(GATE, {"namespace": "one"}, "one"),
            Thing(GATE, {"namespace": "two"}, "two"),
            Thing(WORKSPACE, {"name": "one"}, "w"),
        ],
    ),
]

NOT_KNOWN_YET: list[tuple[str, list[Thing]]] = [
    ("bucket-is-not-public", [a_bucket(), Thing(BLOCK, dict.fromkeys(ON, UNKNOWN), "block", ["bucket"])]),
    ("bucket-is-reached-over-tls-only", [a_bucket(), Thing(BUCKET_POLICY, {"policy": UNKNOWN}, "policy", ["bucket"])]),
    ("no-wildcard-actions", [Thing(ROLE, {"assumeRolePolicy": UNKNOWN})]),
    ("no-wildcard-principals", [Thing(ROLE, {"assumeRolePolicy": UNKNOWN})]),
    ("trust-names-the-pods", [Thing(ROLE, {"assumeRolePolicy": UNKNOWN})]),
    ("trust-has-one-writer", [Thing(PROFILE, {"spec": UNKNOWN})]),
    ("trust-names-audience-and-subject", [Thing(ROLE, {"assumeRolePolicy": UNKNOWN})]),
    ("instance-type-is-allowed", [Thing(GROUP, {"instanceTypes": UNKNOWN})]),
    ("gpu-group-is-tainted", [Thing(GROUP, {"instanceTypes": ["g5.xlarge"], "taints": UNKNOWN})]),
    ("gpu-group-has-a-maximum", [Thing(GROUP, {"instanceTypes": ["g5.xlarge"], "scalingConfig": UNKNOWN})]),
    ("metadata-needs-a-token", [Thing(TEMPLATE, {"metadataOptions": UNKNOWN})]),
    ("no-secret-in-plain-text", [a_bucket(tags={"a": UNKNOWN})]),
    ("production-data-is-not-up-for-deletion", [in_prod(BUCKET, forceDestroy=UNKNOWN)]),
    ("bucket-has-its-guard", [a_bucket(bucket=UNKNOWN), Thing(GUARD, {"bucket": "b"}, "guard")]),
    ("name-follows-the-convention", [Thing(BUCKET, {"bucket": UNKNOWN})]),
]


@pytest.mark.parametrize(("name", "things", "config", "sentences"), FIRES, ids=[case[0] for case in FIRES])
def test_a_rule_fires_and_says_the_fix(
    name: str, things: list[Thing], config: dict[str, Any], sentences: list[str]
) -> None:
    assert said(name, *things, **config) == sentences


@pytest.mark.parametrize(("name", "things"), SILENT, ids=[case[0] for case in SILENT])
def test_a_rule_is_silent_where_nothing_is_wrong(name: str, things: list[Thing]) -> None:
    assert said(name, *things) == []


@pytest.mark.parametrize(("name", "things"), NOT_KNOWN_YET, ids=[case[0] for case in NOT_KNOWN_YET])
def test_a_rule_does_not_pass_what_is_not_known_yet(name: str, things: list[Thing]) -> None:
    with pytest.raises(UnknownValueError, match=r"^$"):
        said(name, *things)


def test_every_rule_is_seen_firing_and_silent() -> None:
    names = {rule.name for rule in RULES}
    assert {case[0] for case in FIRES} == names
    assert {case[0] for case in SILENT} == names


def test_what_is_wrong_beside_an_unknown_value_is_reported() -> None:
    known, unknown = Thing(BUCKET, {}, "known"), Thing(BUCKET, {}, "unknown")
    policy = Thing(BUCKET_POLICY, {"policy": UNKNOWN}, "policy", ["unknown"])
    reports: list[str] = []
    with pytest.raises(UnknownValueError):
        said("bucket-is-reached-over-tls-only", unknown, known, policy, reports=reports)
    assert reports == [NO_TLS.replace("bucket bucket", "bucket known").replace("Bucket bucket", "Bucket known")]


def test_a_new_buckets_claim_is_left_to_its_workspaces_gate() -> None:
    new = [Thing(BUCKET, {"bucket": UNKNOWN}, "one"), Thing(BUCKET, {"bucket": UNKNOWN}, "two")]
    assert said("one-workspace-a-name", *new) == []
