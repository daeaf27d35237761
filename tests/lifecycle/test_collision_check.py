"""The look for what exists already, by itself: when it looks, what it refuses, and what a preview may leave open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from project_workspace.lifecycle import collision_check, collision_looks, token_provider
from project_workspace.remote.errors import (
    CredentialsError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)
from project_workspace.remote.provider import Props, ProviderError, StackConfig
from project_workspace.stack_mark import StackMark
from tests.support.real_cluster import Kube

NAMES: Props = {
    "region": "ap-northeast-2",
    "bucket": "s3-an2-meerkat-dev-demo",
    "namespace": "aic-ns-demo-ws",
    "nodeRole": "role-demo",
    "cluster": "eks-demo",
    "nodeGroups": ["ng-standard", "ng-gpu"],
    "dexUser": {"email": "aic-user-demo-ws@aic.com", "namespace": "auth", "configMap": "dex", "key": "config.yaml"},
    "dashboard": {"url": "https://grafana.example.com", "uid": "d4f7k2m9q1x0z"},
    "conductor": {"url": "https://aicond.example.com", "profile": "p", "workspace": "demo-ws", "account": "demo-edge"},
    "adopt": False,
    "pulumiProject": "project-workspace",
    "pulumiStack": "demo-dev",
}
MINE = StackMark("project-workspace", "demo-dev")
OTHERS = StackMark("project-workspace", "demo-b")
WHERE: Any = {"where": "https://example.com", "remedy": "Try again."}


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each look finds, or raises; `asked` lists the looks that were made, `marks` whose each thing is."""
    world: dict[str, Any] = {"asked": [], "marks": {}}

    def look_at(name: str) -> Any:
        def look(_: Any, value: Any) -> Iterator[collision_looks.Seen]:
            world["asked"].append(name)
            found = world.get(name)
            if isinstance(found, RemoteError):
                raise found
            if found:
                yield collision_looks.Seen(found, f"names.{name}", world["marks"].get(name))

        return look

    def many(*_: Any) -> int:
        return world.get("static users", 0)

    def unfit(_: Any, inputs: Props, *, accepts_own: bool) -> list[RemoteError]:
        world["asked"].append(("dex", accepts_own))
        if isinstance(found := world.get("dex"), UnreachableError):
            raise found
        return [found] if found else []

    monkeypatch.setattr(collision_looks, "_LOOKS", {name: look_at(name) for name in collision_looks._LOOKS})
    monkeypatch.setattr(collision_looks, "many_static_users", many)
    monkeypatch.setattr(collision_looks, "unfit_dex", unfit)
    return world


def provider() -> collision_check.CollisionCheckProvider:
    made = collision_check.CollisionCheckProvider()
    made._config = StackConfig({}.get)
    return made


def refusals(inputs: Props, olds: Props | None = None) -> list[Any]:
    return [(f.property, f.reason) for f in provider().check(olds or {}, inputs).failures]


SENTENCE = (
    "{} exists already, and this stack did not make it. Choose another name ({}), or set 'adopt: true' to take it over."
)
ADOPTION = "See docs/adoption.md. After a run of this stack that was killed: 'workspacectl recover --stack demo-dev'."


def test_everything_that_is_there_is_refused_together_and_by_its_setting(looked: dict[str, Any]) -> None:
    looked |= {"bucket": "The S3 bucket 'b'", "namespace": "The namespace 'n'"}
    assert refusals(NAMES) == [
        ("namespace", SENTENCE.format("The namespace 'n'", "names.namespace") + f" {ADOPTION}"),
        ("bucket", SENTENCE.format("The S3 bucket 'b'", "names.bucket") + f" {ADOPTION}"),
    ]


def test_no_preview_logs_in_to_conductor_or_grafana(looked: dict[str, Any]) -> None:
    looked |= {"conductor": "The AI Conductor workspace 'w'", "dashboard": "The Grafana dashboard 'd'"}
    assert refusals(NAMES) == []
    assert looked["asked"] == ["namespace", "dexUser", "bucket", "nodeRole", "nodeGroups"]
    with pytest.raises(ProviderError) as refused:
        provider().create(NAMES)
    found = [
        SENTENCE.format("The Grafana dashboard 'd'", "names.dashboard"),
        SENTENCE.format("The AI Conductor workspace 'w'", "names.conductor"),
    ]
    assert str(refused.value) == f"{' '.join(found).removesuffix('.')} (nothing was made). {ADOPTION}"


def test_where_nothing_is_nothing_is_refused(looked: dict[str, Any]) -> None:
    assert refusals(NAMES) == []
    assert provider().create(NAMES).id == NAMES["bucket"]


def test_nobody_is_asked_again_once_it_is_in_the_state(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    assert refusals({**NAMES, "bucket": "another"}, olds=NAMES) == []
    assert looked["asked"] == []
    assert not provider().diff("id", NAMES, {**NAMES, "adopt": True}).changes
    assert provider().diff("id", NAMES, {**NAMES, "bucket": "another"}).changes, "noted for the look when it goes"
    assert looked["asked"] == []


def test_a_role_and_an_association_that_are_new_to_a_stack_are_looked_for_and_nothing_else_is(
    looked: dict[str, Any],
) -> None:
    pods = {"namespace": "aic-ns-demo-ws", "serviceAccount": "default-editor"}
    asking = {**NAMES, "workspaceRole": "role-pods", "podIdentity": pods}
    looked |= {"podIdentity": "The Pod Identity association 'p'", "bucket": "The S3 bucket 'b'"}
    (refused,) = refusals(asking, olds=NAMES)
    assert refused == (
        "podIdentity",
        SENTENCE.format("The Pod Identity association 'p'", "names.podIdentity") + f" {ADOPTION}",
    )
    assert looked["asked"] == ["workspaceRole", "podIdentity"]
    assert refusals(asking, olds=asking) == []
    assert refusals({**asking, "adopt": True}, olds=NAMES) == []
    assert provider().diff("id", NAMES, asking).changes, "noted for the look when it goes"


@pytest.mark.parametrize("olds", [{}, NAMES], ids=["new", "that exists"])
def test_where_iam_does_not_know_the_clusters_tokens_a_stack_is_refused_to_use_them(
    looked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, olds: Props
) -> None:
    asked: list[str] = []

    def misfit(_: Any, cluster: str) -> RefusedError:
        asked.append(cluster)
        return NotFoundError("IAM has no OIDC provider", **WHERE)

    monkeypatch.setattr(token_provider, "misfit", misfit)
    by_tokens = {**NAMES, "irsa": True, "adopt": True}
    assert refusals(by_tokens, olds) == [("", "IAM has no OIDC provider (https://example.com). Try again.")]
    with pytest.raises(ProviderError, match=r"IAM has no OIDC provider"):
        provider().create(by_tokens)
    assert asked == ["eks-demo", "eks-demo"]
    assert refusals(by_tokens, olds=by_tokens) == []


def test_with_adopt_nobody_is_asked(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    adopting = {**NAMES, "adopt": True}
    assert refusals(adopting) == []
    assert provider().create(adopting).id == NAMES["bucket"]
    assert looked["asked"] == []


def test_parts_that_are_left_out_are_not_looked_for(looked: dict[str, Any]) -> None:
    whose = {"pulumiProject": "project-workspace", "pulumiStack": "demo-dev"}
    refusals({"region": "r", "bucket": "b", "namespace": "n", "nodeGroups": [], "adopt": False, **whose})
    assert looked["asked"] == ["namespace", "bucket"]


@pytest.mark.parametrize(
    "failure",
    [
        UnreachableError("Gone", **WHERE),
        RefusedError("Not yours to see", **WHERE),
        CredentialsError("The token is wrong", **WHERE),
    ],
)
def test_what_cannot_be_looked_at_fails_the_run_and_not_the_preview(
    looked: dict[str, Any], failure: RemoteError
) -> None:
    looked["nodeRole"] = failure
    assert refusals(NAMES) == []
    with pytest.raises(ProviderError) as failed:
        provider().create(NAMES)
    assert str(failed.value) == str(failure)


def test_what_came_between_the_preview_and_the_run_is_refused_too(looked: dict[str, Any]) -> None:
    looked["bucket"] = "The S3 bucket 'b'"
    with pytest.raises(ProviderError, match=r"The S3 bucket 'b' exists already.*\(nothing was made\)"):
        provider().create(NAMES)


def test_another_stacks_are_refused_and_it_is_said_whose_they_are(looked: dict[str, Any]) -> None:
    looked |= {"namespace": "The namespace 'n'", "bucket": "The S3 bucket 'b'"}
    looked["marks"] = {"namespace": OTHERS, "bucket": OTHERS}

    sentence = (
        "{} exists already: stack 'demo-b' of Pulumi project 'project-workspace' made it. Choose another name ({}), "
        "or, when that stack is given up, set 'adopt: true' to take it over."
    )
    sentences = [
        sentence.format("The namespace 'n'", "names.namespace"),
        sentence.format("The S3 bucket 'b'", "names.bucket"),
    ]
    assert refusals(NAMES) == [
        ("namespace", f"{sentences[0]} See docs/adoption.md."),
        ("bucket", f"{sentences[1]} See docs/adoption.md."),
    ]
    with pytest.raises(ProviderError) as refused:
        provider().create(NAMES)
    assert str(refused.value) == f"{' '.join(sentences).removesuffix('.')} (nothing was made). See docs/adoption.md."


def test_what_a_killed_run_of_this_stack_has_left_on_aws_is_shown_in_a_preview_and_named_by_the_run(
    looked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    looked |= {
        "bucket": "The S3 bucket 'b'",
        "nodeRole": "The IAM role 'r'",
        "marks": {"bucket": MINE, "nodeRole": MINE},
    }
    sentence = "A run of this stack that was killed has left the S3 bucket 'b', the IAM role 'r' outside its state"
    remedy = "Take it up by 'workspacectl recover --stack demo-dev'."

    assert refusals(NAMES) == []
    assert capsys.readouterr().err == f"{sentence}. {remedy}\n"
    with pytest.raises(ProviderError) as refused:
        provider().create(NAMES)
    assert str(refused.value) == f"{sentence} (nothing was made). {remedy}"


def test_what_the_next_run_takes_up_by_itself_is_in_nobodys_way(looked: dict[str, Any]) -> None:
    looked |= {"namespace": "The namespace 'n'", "marks": {"namespace": MINE}}
    assert refusals(NAMES) == []
    assert provider().create(NAMES).id == NAMES["bucket"]


def test_a_destroy_that_leaves_something_of_the_stack_does_not_end_well(looked: dict[str, Any]) -> None:
    looked |= {"nodeRole": "The IAM role 'r'", "nodeGroups": "The node group 'g' of c", "marks": {"nodeRole": MINE}}
    with pytest.raises(ProviderError) as refused:
        provider().delete("id", NAMES)
    assert str(refused.value) == (
        "A run of this stack that was killed has left the IAM role 'r' outside its state "
        "(everything else is destroyed). Take it up by 'workspacectl recover --stack demo-dev'. Then destroy again."
    )
    assert looked["asked"] == ["bucket", "nodeRole", "nodeGroups"]

    looked["marks"] = {"nodeRole": OTHERS}
    provider().delete("id", NAMES)


def test_a_bucket_that_is_to_stay_does_not_stop_a_destroy(looked: dict[str, Any]) -> None:
    looked |= {"bucket": "The S3 bucket 'b'", "marks": {"bucket": MINE}}
    with pytest.raises(ProviderError, match="has left the S3 bucket 'b'"):
        provider().delete("id", NAMES)
    provider().delete("id", {**NAMES, "retainBucket": True})


@pytest.mark.parametrize("failure", [UnreachableError("Gone", **WHERE), CredentialsError("Wrong", **WHERE)])
def test_what_cannot_be_looked_at_does_not_stop_a_destroy(looked: dict[str, Any], failure: RemoteError) -> None:
    looked |= {"nodeRole": failure}
    provider().delete("id", NAMES)


def test_a_state_of_an_earlier_version_has_nothing_that_carries_a_mark(looked: dict[str, Any]) -> None:
    looked |= {"nodeRole": "The IAM role 'r'", "marks": {"nodeRole": MINE}}
    provider().delete("id", {name: value for name, value in NAMES.items() if not name.startswith("pulumi")})
    assert looked["asked"] == []


# dex

PLACE = {"namespace": "auth", "configMap": "dex", "key": "config.yaml"}
OBJECTS: Props = {**PLACE, "userIds": {"aic-user-demo-ws@aic.com": "id-demo"}}
WITH_OBJECTS: Props = {**{name: value for name, value in NAMES.items() if name != "dexUser"}, "dexObjects": OBJECTS}
NO_OBJECTS = RefusedError("dex reads no users from objects", where="ConfigMap dex", remedy="Set another way.")


@pytest.mark.parametrize("adopt", [False, True])
def test_a_dex_that_reads_no_objects_is_refused_before_anything_is_made(looked: dict[str, Any], adopt: bool) -> None:
    looked["dex"] = NO_OBJECTS
    inputs = {**WITH_OBJECTS, "adopt": adopt}
    assert refusals(inputs) == [("", str(NO_OBJECTS))]
    with pytest.raises(ProviderError) as refused:
        provider().create(inputs)
    told = str(NO_OBJECTS).removesuffix(".")
    assert str(refused.value) == f"{told} (nothing was made). See docs/shared-objects.md."
    assert ("dex", True) not in looked["asked"], "in a new stack no static user is its own"


@pytest.mark.parametrize(
    ("olds", "asked"),
    [
        (WITH_OBJECTS, []),
        (NAMES, [("dex", True)]),
        ({**WITH_OBJECTS, "dexObjects": {**OBJECTS, "namespace": "login"}}, [("dex", True)]),
        ({**WITH_OBJECTS, "dexObjects": {**OBJECTS, "userIds": {}}}, [("dex", True)]),
    ],
    ids=["nothing is new", "the way is", "the place is", "a user is"],
)
def test_a_stack_that_exists_is_looked_at_dex_for_when_its_users_are_others(
    looked: dict[str, Any], olds: Props, asked: list[Any]
) -> None:
    looked["dex"] = NO_OBJECTS
    assert refusals(WITH_OBJECTS, olds=olds) == [("", str(NO_OBJECTS))] * len(asked)
    assert looked["asked"] == asked
    assert not provider().diff("id", olds, WITH_OBJECTS).changes


def test_a_dex_that_cannot_be_looked_at_fails_the_run_and_not_the_preview(looked: dict[str, Any]) -> None:
    looked["dex"] = UnreachableError("Gone", **WHERE)
    assert refusals(WITH_OBJECTS) == []
    with pytest.raises(ProviderError, match="Gone"):
        provider().create(WITH_OBJECTS)


def test_an_object_that_a_killed_run_of_this_stack_has_left_is_in_nobodys_way(looked: dict[str, Any]) -> None:
    looked |= {"dexObjects": "The dex user 'u'", "marks": {"dexObjects": MINE}}
    assert refusals(WITH_OBJECTS) == []
    assert provider().create(WITH_OBJECTS).id == NAMES["bucket"]
    looked["marks"] = {"dexObjects": OTHERS}
    assert [name for name, _ in refusals(WITH_OBJECTS)] == ["dexObjects"]


def test_where_many_are_static_users_a_preview_says_what_another_way_would_save(
    looked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    looked["static users"] = 120
    assert refusals(NAMES) == []
    assert capsys.readouterr().err == (
        "Worth knowing: dex's configuration has 120 static users, and dex is restarted for each one that comes, goes "
        "or gets another password. With 'login.dex.storedIn: password-object' a user has an object of its own, and "
        "nothing is restarted (docs/operations.md, 'Users as objects').\n"
    )
    for said_nothing_for in (WITH_OBJECTS, {**NAMES, "adopt": True}):
        assert refusals(said_nothing_for) == []
    assert refusals(NAMES, olds=NAMES) == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("storage", "users", "said"), [("kubernetes", 100, 100), ("kubernetes", 99, 0), ("memory", 1000, 0)]
)
def test_many_are_a_hundred_and_only_where_dex_could_keep_them_in_the_cluster(
    monkeypatch: pytest.MonkeyPatch, storage: str, users: int, said: int
) -> None:
    entries = "".join(f"- {{email: u{number}@example.com, hash: x, userID: u}}\n" for number in range(users))
    text = f"storage: {{type: {storage}}}\nstaticPasswords:\n{entries}"

    class Dex:
        def config_text(self, *place: str) -> tuple[str, str]:
            assert place == tuple(PLACE.values())
            return text, "1"

    monkeypatch.setattr(collision_looks, "connect", lambda config, inputs: Dex())
    assert collision_looks.many_static_users(collision_looks.Look(StackConfig({}.get), NAMES)) == said


def test_a_preview_reads_dexs_configuration_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reads: list[tuple[str, ...]] = []
    emails = [NAMES["dexUser"]["email"], *(f"u{number}@example.com" for number in range(99))]
    entries = "".join(f"- {{email: {email}, hash: x, userID: u}}\n" for email in emails)

    class Dex:
        def config_text(self, *place: str) -> tuple[str, str]:
            reads.append(place)
            return f"storage: {{type: kubernetes}}\nstaticPasswords:\n{entries}", "1"

    monkeypatch.setattr(collision_looks, "connect", lambda config, inputs: Dex())
    names = ("dexUser", "adopt", "pulumiProject", "pulumiStack")
    found = refusals({name: NAMES[name] for name in names})
    assert [name for name, _ in found] == ["dexUser"]
    assert "dex's configuration has 100 static users" in capsys.readouterr().err
    assert reads == [tuple(PLACE.values())]


# The shared policies

POLICIES = [
    f"arn:aws-cn:iam::123456789012:policy/policy-s3-{consumer}-an2-meerkat-dev" for consumer in ("kubeflow", "aia")
]
WITH_POLICIES: Props = {**NAMES, "sharedPolicies": POLICIES}
ARNS = ["arn:aws-cn:s3:::s3-an2-meerkat-dev-demo", "arn:aws-cn:s3:::s3-an2-meerkat-dev-demo/*"]


@pytest.fixture
def unfit(looked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, RemoteError]:
    """By policy, why it has no place for the bucket, or the failure of looking; `looked` lists which were asked."""
    found: dict[str, RemoteError] = {}

    def misfit(_: Any, policy: str, arns: list[str]) -> RefusedError | None:
        assert arns == ARNS
        looked["asked"].append(policy)
        error = found.get(policy)
        if isinstance(error, RefusedError) and not isinstance(error, NotFoundError):
            return error
        if error:
            raise error
        return None

    monkeypatch.setattr(collision_check.policy_document, "misfit", misfit)
    monkeypatch.setattr(collision_check.aws, "client", lambda config, props, service, attempts: service)
    return found


NO_PLACE = RefusedError("No place for it", where=POLICIES[1], remedy="Add one.")
MISSING = NotFoundError("Not there", where=POLICIES[0], remedy="Check its name.")


@pytest.mark.parametrize("adopt", [False, True])
def test_a_policy_without_a_place_for_the_bucket_is_refused_before_anything_is_made(
    unfit: dict[str, RemoteError], adopt: bool
) -> None:
    unfit |= {POLICIES[0]: MISSING, POLICIES[1]: NO_PLACE}
    inputs = {**WITH_POLICIES, "adopt": adopt}
    assert refusals(inputs) == [("", str(MISSING)), ("", str(NO_PLACE))]
    with pytest.raises(ProviderError) as refused:
        provider().create(inputs)
    told = f"{MISSING} {NO_PLACE}".removesuffix(".")
    assert str(refused.value) == f"{told} (nothing was made). See docs/shared-objects.md."


def test_what_is_there_and_what_has_no_place_are_refused_together(
    looked: dict[str, Any], unfit: dict[str, RemoteError]
) -> None:
    looked["bucket"], unfit[POLICIES[1]] = "The S3 bucket 'b'", NO_PLACE
    assert refusals(WITH_POLICIES) == [
        ("bucket", SENTENCE.format("The S3 bucket 'b'", "names.bucket") + f" {ADOPTION}"),
        ("", str(NO_PLACE)),
    ]
    with pytest.raises(
        ProviderError, match=r"bucket 'b' exists already.*No place for it.*\(nothing was made\). See docs/ad"
    ):
        provider().create(WITH_POLICIES)


def test_policies_that_have_a_place_are_in_nobodys_way(looked: dict[str, Any], unfit: dict[str, RemoteError]) -> None:
    assert refusals(WITH_POLICIES) == []
    assert provider().create(WITH_POLICIES).id == NAMES["bucket"]
    assert [each for each in looked["asked"] if each in POLICIES] == POLICIES * 2


@pytest.mark.parametrize(
    ("olds", "asked"),
    [
        (WITH_POLICIES, []),
        (NAMES, []),
        ({**WITH_POLICIES, "sharedPolicies": []}, POLICIES),
        ({**WITH_POLICIES, "sharedPolicies": POLICIES[:1]}, POLICIES[1:]),
        ({**WITH_POLICIES, "bucket": "another"}, POLICIES),
    ],
    ids=["nothing is new", "a state of 0.1.0", "the mode is", "a policy is", "the bucket is"],
)
def test_a_stack_that_exists_is_asked_about_what_is_new_to_it(
    looked: dict[str, Any], unfit: dict[str, RemoteError], olds: Props, asked: list[str]
) -> None:
    unfit |= dict.fromkeys(POLICIES, NO_PLACE)
    assert refusals(WITH_POLICIES, olds=olds) == [("", str(NO_PLACE))] * len(asked)
    assert looked["asked"] == asked


def test_a_policy_that_cannot_be_looked_at_fails_the_run_and_not_the_preview(unfit: dict[str, RemoteError]) -> None:
    unfit[POLICIES[0]] = UnreachableError("Gone", **WHERE)
    assert refusals(WITH_POLICIES) == []
    with pytest.raises(ProviderError, match="Gone"):
        provider().create(WITH_POLICIES)


def test_another_programs_settings_and_objects_beside_namespaces_are_named(kube: Kube) -> None:
    """With the real look at the real API server: another's role is refused, ours and what is not there are not."""
    name = f"role-{uuid4().hex[:12]}"
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "rules": []}
    for suffix, mark in (("theirs", {}), ("ours", MINE.annotations)):
        kube.objects.create({**role, "metadata": {"name": f"{name}-{suffix}", "annotations": mark}}, "test")
    wanted: Props = {
        "region": "ap-northeast-2",
        "clusterObjects": [f"ClusterRole/{name}-{suffix}" for suffix in ("theirs", "ours", "nobodys")],
        "settings": {"clusterObjects": "serviceAccount"},
        "adopt": False,
        "pulumiProject": MINE.project,
        "pulumiStack": MINE.stack,
        "kubeconfig": str(kube.kubeconfig),
    }
    sentence = SENTENCE.format(f"The ClusterRole '{name}-theirs'", "serviceAccount")
    assert refusals(wanted) == [("clusterObjects", f"{sentence} {ADOPTION}")]
    with pytest.raises(ProviderError) as refused:
        provider().create(wanted)
    assert f"The ClusterRole '{name}-theirs' exists already" in str(refused.value)
    assert refusals({**wanted, "adopt": True}) == []

    had = {**wanted, "clusterObjects": wanted["clusterObjects"][1:]}
    assert provider().create(had).id == "project-workspace/demo-dev"
    assert refusals(wanted, olds=had) == [("clusterObjects", f"{sentence} {ADOPTION}")], "more came later"
    assert refusals(wanted, olds=wanted) == []
