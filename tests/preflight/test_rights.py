"""The rights on the cluster: one list, of which each stack needs its part, and each right that is missing is named."""

from __future__ import annotations

from typing import Any

import pytest

from project_workspace.config.stack_options import StackOptions
from tests.preflight.checklists import Lines, broken, lines_of
from tests.preflight.conftest import SMALL, MakeSite, Nearly
from tests.support.permissions import documents
from tests.support.real_cluster import eventually
from tests.support.rows import first_of_each
from workspacectl.permissions import kubernetes_needs
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome

FILES = ("kubernetes-update.yaml", "kubernetes-namespaces.yaml")
PEOPLE = {"members": [{"email": "alice@example.com", "role": "edit"}]}
IRSA = {"cluster": "eks-demo", "access": {"mode": "workspace-role", "assumedBy": "irsa"}}
NO_LOGIN = {"login": {"enabled": False}}
RUNAI = {"project": "vision", "executors": ["alice"]}
BARE = {
    **NO_LOGIN,
    "namespace": {"kind": "existing"},
    "names": {"namespace": "team"},
    "access": {"mode": "bucket-policy", "principals": ["arn:aws:iam::123456789012:role/a"]},
}
STACKS: dict[str, dict[str, Any]] = {
    "the smallest": {},
    "members": PEOPLE,
    "a quota": {"quota": {"requests.cpu": "4", "limits.cpu": "8", "requests.memory": "4Gi", "limits.memory": "8Gi"}},
    "isolated": {"network": {"isolated": True}},
    "users as objects": {"login": {"dex": {"storedIn": "password-object"}}},
    "irsa": IRSA,
    "plain": {"namespace": {"kind": "plain"}, "quota": {"requests.cpu": "4"}, **IRSA},
    "existing": BARE,
    "volumes": {
        "volumes": [
            {"name": "a", "size": "1Gi", "retain": True},
            {"name": "b", "size": "1Gi", "shared": {"nfs": {"server": "nfs.example.com", "path": "/a"}}},
        ]
    },
    "run:ai": {"runai": {**RUNAI, "template": "with-workloads"}},
    "run:ai's shared lists": {"runai": {**RUNAI, "template": "with-workloads", "bindings": "shared"}},
}


def needed(settings: dict[str, Any]) -> list[str]:
    """What a stack with these settings needs, in words."""
    options = StackOptions.model_validate({**SMALL, **settings})
    return sorted(str(right) for _, right in kubernetes_needs.NEEDS.of(options))


def test_each_rule_is_needed_by_some_stack_and_its_condition_is_known() -> None:
    stacks = [StackOptions.model_validate({**SMALL, **settings}) for settings in STACKS.values()]
    known = kubernetes_needs.CONDITIONS
    assert {rule.when for rule in kubernetes_needs.NEEDS.rules} == set(known)
    assert [name for name, condition in known.items() if not any(condition(stack) for stack in stacks)] == []
    everywhere = [name for name, condition in known.items() if all(condition(stack) for stack in stacks)]
    assert everywhere == ["always"]


def test_a_stack_that_makes_nothing_in_a_namespace_of_others_needs_the_owners_binding_alone() -> None:
    kind = "rolebindings.rbac.authorization.k8s.io in team"
    verbs = ("get", "list", "watch", "create", "patch", "delete")
    bind = "bind clusterroles.rbac.authorization.k8s.io/admin"
    assert needed(BARE) == sorted([bind, "get namespaces", *(f"{verb} {kind}" for verb in verbs)])


def test_the_smallest_stack_needs_its_profile_its_user_and_the_leases_of_its_policies() -> None:
    profile = [f"{verb} profiles.kubeflow.org" for verb in ("get", "list", "watch", "create", "patch", "delete")]
    policies = ("policy-s3-kubeflow-an2-meerkat-dev", "policy-s3-aia-an2-meerkat-dev")
    leases = [
        f"{verb} leases.coordination.k8s.io/project-workspace-{name} in auth"
        for name in policies
        for verb in ("get", "update")
    ]
    assert needed({}) == sorted(
        [
            *profile,
            *leases,
            "create leases.coordination.k8s.io in auth",
            "get namespaces",
            "patch namespaces",
            "get configmaps/dex in auth",
            "update configmaps/dex in auth",
            "get deployments.apps/dex in auth",
            "patch deployments.apps/dex in auth",
            "list persistentvolumeclaims in aic-ns-demo-ws",
            "list notebooks.kubeflow.org in aic-ns-demo-ws",
            "list inferenceservices.serving.kserve.io in aic-ns-demo-ws",
        ]
    )


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        (
            PEOPLE,
            {
                "bind clusterroles.rbac.authorization.k8s.io/kubeflow-edit",
                "create rolebindings.rbac.authorization.k8s.io in aic-ns-demo-ws",
                "create authorizationpolicies.security.istio.io in aic-ns-demo-ws",
            },
        ),
        (STACKS["a quota"], {"create limitranges in aic-ns-demo-ws"}),
        (STACKS["isolated"], {"create networkpolicies.networking.k8s.io in aic-ns-demo-ws"}),
        (STACKS["users as objects"], {"create passwords.dex.coreos.com in auth"}),
        (IRSA, {"patch serviceaccounts/default-editor in aic-ns-demo-ws"}),
        (STACKS["plain"], {"delete namespaces", "create resourcequotas in aic-ns-demo-ws"}),
        (
            STACKS["volumes"],
            {"patch persistentvolumes", "create persistentvolumes", "list storageclasses.storage.k8s.io"},
        ),
        (
            STACKS["run:ai"],
            {
                "bind clusterroles.rbac.authorization.k8s.io/runai-job-viewer",
                "create rolebindings.rbac.authorization.k8s.io in runai",
                "create clusterrolebindings.rbac.authorization.k8s.io",
            },
        ),
        (
            STACKS["run:ai's shared lists"],
            {
                "update clusterrolebindings.rbac.authorization.k8s.io/runai-job-viewer-manual",
                "update rolebindings.rbac.authorization.k8s.io/runai-cli-index-map-editor in runai",
                "update rolebindings.rbac.authorization.k8s.io/runai-job-executor-manual-legacy in aic-ns-demo-ws",
            },
        ),
    ],
)
def test_a_setting_needs_its_own_rights_which_the_smallest_stack_does_not(
    settings: dict[str, Any], more: set[str]
) -> None:
    assert more <= set(needed(settings))
    assert more & set(needed({})) == set()


def rules_of(*files: str) -> list[dict[str, Any]]:
    """Everything that the files give whoever runs `up`, in all namespaces."""
    return [rule for file in files for each in documents(file) if "rules" in each for rule in each["rules"]]


def rights_line(site: MakeSite, kubeconfig: str, settings: dict[str, Any]) -> Answer:
    found = running.ALL["rights"](site(kubeconfig=kubeconfig, **settings))
    assert found
    return found


def test_what_the_files_give_is_enough_for_every_stack_by_the_api_servers_own_authorizer(
    site: MakeSite, nearly: Nearly
) -> None:
    kubeconfig, may = nearly
    assert rights_line(site, kubeconfig, {}).outcome == Outcome.FAILED
    may(*rules_of(*FILES))
    for name, settings in STACKS.items():
        ok = f"all {len(needed(settings))} that are needed"

        def well(settings: dict[str, Any] = settings, ok: str = ok) -> bool:
            return rights_line(site, kubeconfig, settings).seen == ok

        eventually(f"{name}: all rights are there", well)


MISSING = [
    ("the smallest", "profiles", "delete", "delete profiles.kubeflow.org"),
    ("the smallest", "configmaps", "update", "update configmaps/dex in auth"),
    ("members", "rolebindings", "watch", "watch rolebindings.rbac.authorization.k8s.io in aic-ns-demo-ws"),
    ("isolated", "networkpolicies", "create", "create networkpolicies.networking.k8s.io in aic-ns-demo-ws"),
    ("volumes", "persistentvolumes", "patch", "patch persistentvolumes"),
]


@pytest.mark.parametrize("case", first_of_each(MISSING, lambda _: "rights"), ids=lambda case: case[3])
def test_the_right_that_is_missing_is_named(site: MakeSite, nearly: Nearly, case: tuple[str, str, str, str]) -> None:
    stack, resource, verb, said = case
    kubeconfig, may = nearly
    may(
        *(
            {**rule, "verbs": [each for each in rule["verbs"] if each != verb or resource not in rule["resources"]]}
            for rule in rules_of(*FILES)
        )
    )
    eventually(
        "it is named, and no other",
        lambda: rights_line(site, kubeconfig, STACKS[stack]).seen == f"missing: {said}",
    )
    found = rights_line(site, kubeconfig, STACKS[stack])
    assert found.remedy == "kubectl apply -f docs/permissions/kubernetes-update.yaml (docs/permissions.md)"


def test_a_right_of_namespaces_without_a_profile_names_their_file_too(site: MakeSite, nearly: Nearly) -> None:
    kubeconfig, may = nearly
    may(*rules_of(FILES[0]))
    eventually(
        "what is missing is of the second file",
        lambda: "missing: list namespaces, watch namespaces" in rights_line(site, kubeconfig, STACKS["plain"]).seen,
    )
    assert f"-f docs/permissions/{FILES[1]}" in rights_line(site, kubeconfig, STACKS["plain"]).remedy


def test_a_kind_that_the_cluster_has_not_needs_no_right(site: MakeSite, nearly: Nearly) -> None:
    """Notebooks and served models are looked for only where there are any."""
    kubeconfig, may = nearly
    kinds = ("notebooks", "inferenceservices")
    may(*(rule for rule in rules_of(*FILES) if not set(kinds) & set(rule["resources"])))
    eventually("nothing is missing", lambda: rights_line(site, kubeconfig, {}).outcome == Outcome.OK)


def test_a_missing_right_is_the_one_line_that_changes(site: MakeSite, nearly: Nearly) -> None:
    kubeconfig, may = nearly
    every = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch", "create", "patch", "update"]}
    deletes = {"apiGroups": ["kubeflow.org"], "resources": ["profiles"], "verbs": ["delete"]}
    well = lines_of(site())

    def now() -> Lines:
        return lines_of(site(kubeconfig=kubeconfig))

    may(every, deletes)
    eventually("the authorizer knows it", lambda: broken(well, now()) == {})
    may(every)
    eventually("the authorizer has forgotten it", lambda: broken(well, now()) == {"rights": Outcome.FAILED})
    assert now()["rights"].seen == "missing: delete profiles.kubeflow.org"
