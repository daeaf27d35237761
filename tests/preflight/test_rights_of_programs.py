"""The rights on the cluster of the programs beside the workspace's: what each stack needs, and that each that is
missing is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest

from project_workspace.config.ai_devops_program import AI_DEVOPS, AiDevopsStackOptions
from project_workspace.config.workbench_program import WORKBENCH, WorkbenchStackOptions
from tests.preflight.checklists import broken
from tests.preflight.conftest import REGION, Nearly, Said
from tests.support.permissions import documents
from tests.support.real_cluster import DexCluster, eventually
from workspacectl.permissions.kubernetes import Right
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.checks.rights import NEEDS
from workspacectl.preflight.profiles import PROFILES
from workspacectl.preflight.site import Site
from workspacectl.preflight.sites import AiDevopsSite, WorkbenchSite
from workspacectl.progress import silent
from workspacectl.pulumi_cli import Engine

RBAC = "rbac.authorization.k8s.io"
NAME = "anaconda-enterprise"
GIVEN: dict[str, Any] = {
    "environment": "dev",
    "infra": "meerkat",
    "region": REGION,
    "hostname": "anaconda.example.com",
    "tls": {"mode": "existing"},
    "storage": {"nfs": {"server": "nfs.example.com", "path": "/storage"}},
    "persistence": {"inStorage": True},
    "namespace": {"kind": "existing"},
}
LOGIN = {"registryLogin": {"user": "robot", "password": "pull-1"}}
OPENSHIFT = {"openshift": {"enabled": True}}
FULL = {
    **LOGIN,
    "namespace": {"kind": "plain"},
    "tls": {"mode": "self-signed"},
    "ingress": {"install": True},
    "persistence": {"nfs": {"server": "nfs.example.com", "path": "/persistence"}},
}


@dataclass(frozen=True)
class Stacks:
    """Stacks of one program, each by what its settings have besides."""

    kind: type[Site]
    options: type[Any]
    base: Mapping[str, Any]
    settings: Mapping[str, Mapping[str, Any]]

    @property
    def needs(self) -> Any:
        return NEEDS[self.kind.program.namespace]

    def options_of(self, name: str) -> Any:
        return self.options.model_validate({**self.base, **self.settings[name]})

    def needed(self, name: str) -> list[Right]:
        return [right for _, right in self.needs.of(self.options_of(name))]

    def site(self, name: str, kubeconfig: str) -> Site:
        values = {"kubernetes:kubeconfig": kubeconfig}
        return self.kind(self.options_of(name), values, cast("Engine", Said()), "demo-dev")

    def line(self, name: str, kubeconfig: str) -> Answer:
        found = running.ALL["rights"](self.site(name, kubeconfig))
        assert found
        return found


PROGRAMS = {
    WORKBENCH.namespace: Stacks(
        WorkbenchSite,
        WorkbenchStackOptions,
        GIVEN,
        {"the smallest": {}, "openshift": {**LOGIN, **OPENSHIFT}, "everything": FULL},
    ),
    AI_DEVOPS.namespace: Stacks(
        AiDevopsSite,
        AiDevopsStackOptions,
        {"region": REGION},
        {"the smallest": {}, "everything": {"storageClass": {"name": "gp3"}}},
    ),
}
ALL = [(program, name) for program, stacks in PROGRAMS.items() for name in stacks.settings]
EACH = [
    (program, right)
    for program, stacks in PROGRAMS.items()
    for rule, right in stacks.needs.of(stacks.options_of("everything"))
    if not rule.where_served
]
"""But for what is asked for only where the cluster has such a kind, as this one has not."""
FIRST = {(AI_DEVOPS.namespace, "list storageclasses.storage.k8s.io")}
"""What stands for all of them in `make test`."""


def as_rule(right: Right) -> dict[str, Any]:
    named = {"resourceNames": [right.name]} if right.name else {}
    return {"apiGroups": [right.group], "resources": [right.resource], "verbs": [right.verb], **named}


def rules_of(program: str) -> list[dict[str, Any]]:
    return [
        rule for each in documents(f"kubernetes-{program}-update.yaml") if "rules" in each for rule in each["rules"]
    ]


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_rule_is_needed_by_some_stack_and_its_condition_is_known(program: str) -> None:
    stacks = PROGRAMS[program]
    known = stacks.needs.conditions
    every = [stacks.options_of(name) for name in stacks.settings]
    assert {rule.when for rule in stacks.needs.rules} == set(known)
    assert [name for name, condition in known.items() if not any(condition(each) for each in every)] == []
    assert [name for name, condition in known.items() if all(condition(each) for each in every)] == ["always"]


def test_a_workbench_in_a_namespace_of_others_needs_its_account_with_its_role_and_its_volume() -> None:
    within = {"serviceaccounts": NAME, f"roles.{RBAC}": NAME, f"rolebindings.{RBAC}": NAME}
    claim, volume = "anaconda-storage", f"{NAME}-anaconda-storage"
    assert sorted(map(str, PROGRAMS["workbench"].needed("the smallest"))) == sorted(
        [
            *(f"get namespaces/{name}" for name in ("kube-system", NAME)),
            *(f"list {kind}.apps in {NAME}" for kind in ("deployments", "statefulsets")),
            *(f"{verb} {kind} in {NAME}" for kind in within for verb in ("list", "watch", "create")),
            *(
                f"{verb} {kind}/{name} in {NAME}"
                for kind, name in within.items()
                for verb in ("get", "patch", "delete")
            ),
            *(f"{verb} roles.{RBAC}/{NAME} in {NAME}" for verb in ("bind", "escalate")),
            *(f"{verb} persistentvolumeclaims in {NAME}" for verb in ("list", "watch", "create")),
            *(f"{verb} persistentvolumeclaims/{claim} in {NAME}" for verb in ("get", "patch", "delete")),
            *(f"{verb} persistentvolumes" for verb in ("list", "watch", "create")),
            *(f"{verb} persistentvolumes/{volume}" for verb in ("get", "patch", "delete")),
        ]
    )


def test_a_stack_of_ai_devops_that_changes_no_class_needs_to_know_the_cluster_alone() -> None:
    assert list(map(str, PROGRAMS["ai-devops"].needed("the smallest"))) == ["get namespaces/kube-system"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_its_file_gives_is_enough_for_every_stack_by_the_api_servers_own_authorizer(
    nearly: Nearly, program: str
) -> None:
    stacks, (kubeconfig, may) = PROGRAMS[program], nearly
    assert stacks.line("the smallest", kubeconfig).outcome == Outcome.FAILED
    may(*rules_of(program))
    for name in stacks.settings:
        well = f"all {len(stacks.needed(name))} that are needed"
        eventually(f"{name}: all are there", lambda name=name, well=well: stacks.line(name, kubeconfig).seen == well)


@pytest.mark.parametrize(
    ("program", "right"),
    [
        pytest.param(
            program,
            right,
            id=f"{program}: {right}",
            marks=[] if (program, str(right)) in FIRST else [pytest.mark.thorough],
        )
        for program, right in EACH
    ],
)
def test_each_right_that_is_missing_is_named_and_no_other(nearly: Nearly, program: str, right: Right) -> None:
    stacks, (kubeconfig, may) = PROGRAMS[program], nearly
    may(*(as_rule(each) for each in stacks.needed("everything") if each != right))
    every = f"all {len(stacks.needed('everything'))} that are needed"
    remedy = f"kubectl apply -f docs/permissions/kubernetes-{program}-update.yaml (docs/permissions.md)"
    wanted = Answer(Outcome.FAILED, f"missing: {right}", every, remedy)
    eventually("it is named, and no other", lambda: stacks.line("everything", kubeconfig) == wanted)


@pytest.mark.parametrize("name", ["everything", pytest.param("openshift", marks=pytest.mark.thorough)])
def test_who_holds_all_that_a_role_gives_needs_neither_escalate_nor_bind(nearly: Nearly, name: str) -> None:
    stacks, (kubeconfig, may) = PROGRAMS["workbench"], nearly
    own = [as_rule(each) for each in stacks.needed(name) if each.verb not in ("bind", "escalate")]
    held = [each for every in stacks.needs.held(stacks.options_of(name)).values() for each in every]
    may(*own)
    eventually(
        "both are missing",
        lambda: "bind roles" in stacks.line(name, kubeconfig).seen and "escalate" in stacks.line(name, kubeconfig).seen,
    )
    may(*own, *map(as_rule, held))
    eventually("nothing is", lambda: stacks.line(name, kubeconfig).outcome == Outcome.OK)
    may(*own, *map(as_rule, held[1:]))
    eventually(
        "one right of the Role is not held",
        lambda: (
            stacks.line(name, kubeconfig).seen
            == f"missing: bind roles.{RBAC}/{NAME} in {NAME}, escalate roles.{RBAC}/{NAME} in {NAME}"
        ),
    )


def test_a_missing_right_is_the_one_line_of_ai_devops_that_changes(nearly: Nearly, dex_cluster: DexCluster) -> None:
    stacks, (kubeconfig, may) = PROGRAMS["ai-devops"], nearly
    every = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch", "create", "patch"]}

    def lines(config: str) -> dict[str, Answer]:
        found = running.run(stacks.site("everything", config), PROFILES["ai-devops"], silent)
        return {line.check: line.answer for line in found}

    well = lines(dex_cluster.kubeconfig.read_text())
    assert well["rights"].outcome == Outcome.OK
    may(every)
    eventually("the authorizer knows it", lambda: broken(well, lines(kubeconfig)) == {})
    may({**every, "verbs": ["get", "list", "watch", "create"]})
    eventually("the authorizer has forgotten it", lambda: broken(well, lines(kubeconfig)) == {"rights": Outcome.FAILED})
    assert lines(kubeconfig)["rights"].seen == "missing: patch storageclasses.storage.k8s.io"
