"""The policies of docs/permissions by themselves: what they name exists, and they give no more than they say.

That they are enough, and that each permission has a use, is proved with a workspace's whole life
(`tests/engine/test_permissions.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import botocore.session
import pytest

from local.aws.policies import Call, allows
from local.aws.seed import ALIAS, CLUSTER, ENV, FOREIGN_BUCKETS, INFRA, REGION
from local.checkout import CHECKOUT
from project_workspace import names
from project_workspace.eks.chosen import Named
from project_workspace.eks.component import NODE_POLICIES
from project_workspace.iam.policy_document import size
from project_workspace.limits import POLICY_DOCUMENT_LIMIT
from project_workspace.workbench import names as workbench_names
from tests.support.permissions import FOLDER, PAGE, allowed_actions, documents, granted, not_seen
from workspacectl.permissions import policies
from workspacectl.permissions.policies import Statement, actions_of, resources_of, statements

PREVIEW = statements("aws-preview.json")
UPDATE = [*statements("aws-update.json"), *statements("aws-workspace-roles.json")]
PREFLIGHT = statements(policies.PREFLIGHT)
WORKBENCH = statements(policies.WORKBENCH)
PROGRAMS = ("workbench", "ai-devops")
"""Those with files of their own for Kubernetes."""
ACCOUNT = "123456789012"
REFERENCE: dict[str, Any] = json.loads((files("cfnlint") / "data/AdditionalSpecs/Policies.json").read_text())
"""The Service Authorization Reference as cfn-lint, which moto brings along, has it; names in lower case."""
DEMO = names.derive(
    project="demo", environment=ENV, infra=INFRA, alias=ALIAS, email_domain="aic.com", specs=["gpu"], own_role=True
)


def kinds_of(action: str) -> list[str]:
    """The forms of the resources that an action can be narrowed to, as regular expressions."""
    service, _, name = action.partition(":")
    reference = REFERENCE[service]
    kinds = reference["Actions"][name.lower()].get("Resources", [])
    forms = [form for kind in kinds for form in reference["Resources"][kind.lower()]["ARNFormats"]]
    return [re.sub(r"\$\{\w+\}", "[^:]*", form) for form in forms]


def narrowed(policy: list[Statement]) -> Iterator[tuple[str, str]]:
    """Each action of a statement that allows, with each of its resources."""
    for statement in policy:
        if statement["Effect"] == "Allow":
            yield from ((action, resource) for action in actions_of(statement) for resource in resources_of(statement))


def test_each_action_can_be_narrowed_to_the_resources_beside_it() -> None:
    def fits(action: str, resource: str) -> bool:
        forms = kinds_of(action)
        if not forms:
            return resource == "*"
        # The whole account: every kind that has it in its ARN.
        whole = resource.endswith(":*") and any(form.startswith("arn:[^:]*:ec2:[^:]*:[^:]*:") for form in forms)
        return whole or any(re.fullmatch(form, resource) for form in forms)

    assert [each for each in narrowed(UPDATE) if not fits(*each)] == []
    assert [each for each in narrowed([*PREVIEW, *PREFLIGHT, *WORKBENCH]) if not fits(*each)] == []


def test_the_table_of_operations_names_operations_and_actions_that_exist() -> None:
    table = json.loads((CHECKOUT / "local" / "aws" / "iam_actions.json").read_text())["operations"]
    session = botocore.session.Session()
    known = {
        f"{service}:{operation}"
        for service in {operation.partition(":")[0] for operation in table}
        for operation in session.get_service_model(service).operation_names
    }
    assert sorted(set(table) - known) == []
    actions = {action for row in table.values() for action in row}
    assert [action for action in sorted(actions) if action.partition(":")[2].lower() not in _actions(action)] == []


def _actions(action: str) -> dict[str, Any]:
    return REFERENCE[action.partition(":")[0]]["Actions"]


def test_the_previews_policy_reads_only_and_is_part_of_the_other() -> None:
    assert [action for action in allowed_actions(PREVIEW) if not re.match(r"\w+:(Get|List|Describe)\w+$", action)] == []
    assert [statement["Sid"] for statement in PREVIEW if statement not in UPDATE] == []
    reads = r"\w+:(Get|List|Describe|Simulate)\w+"
    assert [action for action in allowed_actions(PREFLIGHT) if not re.fullmatch(reads, action)] == []
    for program in ("", *(f"{each}-" for each in PROGRAMS)):
        previews = granted(f"kubernetes-{program}preview.yaml")
        assert {right.split(" ")[0] for right in previews} == {"get", "list"}
        assert previews < granted(f"kubernetes-{program}update.yaml")


def test_no_policy_allows_by_a_wildcard_in_an_action_or_is_too_long_for_iam() -> None:
    assert [action for action in allowed_actions(UPDATE) if "*" in action] == []
    files_ = sorted(policies.FOLDER.glob("aws-*.json"))
    assert len(files_) == 5
    assert [file.name for file in files_ if size(json.loads(file.read_text())) > POLICY_DOCUMENT_LIMIT] == []


def test_the_policies_are_written_for_the_names_that_the_program_gives() -> None:
    group = f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/{CLUSTER}/{DEMO.node_groups['gpu'].group}/0123"
    for call in (
        Call("s3:CreateBucket", f"arn:aws:s3:::{DEMO.bucket}"),
        Call("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/{DEMO.node_role}"),
        Call("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/{DEMO.workspace_role}"),
        Call(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/{DEMO.workspace_role}",
            {"iam:PassedToService": "pods.eks.amazonaws.com"},
        ),
        Call("eks:CreatePodIdentityAssociation", f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"),
        Call(
            "eks:DeletePodIdentityAssociation", f"arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/{CLUSTER}/a-0"
        ),
        Call("eks:CreateNodegroup", f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"),
        Call("eks:DeleteNodegroup", group),
        Call("eks:DeleteNodegroup", group.replace("-gpu/", "-gpu-g2/")),
        *(
            Call("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/{policy}")
            for policy in (DEMO.kubeflow_policy, DEMO.conductor_policy)
        ),
    ):
        assert allows(UPDATE, call), call
    leases = {f"project-workspace-{policy}" for policy in (DEMO.kubeflow_policy, DEMO.conductor_policy)}
    rules = [rule for each in documents("kubernetes-update.yaml") for rule in each.get("rules", [])]
    assert {
        name for rule in rules if rule["resources"] == ["leases"] for name in rule.get("resourceNames", [])
    } == leases


def test_the_policies_of_workspaces_and_of_a_workbench_name_their_own_node_groups_and_not_each_others() -> None:
    ours = workbench_names.derive(
        site=f"{ALIAS}-{INFRA}-{ENV}",
        alias=ALIAS,
        namespace="anaconda-enterprise",
        service_account="anaconda-enterprise",
        node_groups=[("gpu", None)],
    )

    def calls(names: Named) -> list[Call]:
        group = f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/{CLUSTER}/{names.node_groups['gpu'].group}/0123"
        return [Call("eks:DeleteNodegroup", group), Call("eks:UpdateNodegroupConfig", group)]

    assert [call for call in calls(ours) if not allows(WORKBENCH, call) or allows(UPDATE, call)] == []
    assert [call for call in calls(DEMO) if not allows(UPDATE, call) or allows(WORKBENCH, call)] == []
    role = f"arn:aws:iam::{ACCOUNT}:role"
    assert allows(WORKBENCH, Call("iam:CreateRole", f"{role}/{ours.node_role}"))
    assert not allows(WORKBENCH, Call("iam:CreateRole", f"{role}/{DEMO.node_role}"))


@pytest.mark.parametrize(
    "call",
    [
        *(Call("s3:DeleteObject", f"arn:aws:s3:::{bucket}/model.bin") for bucket in FOREIGN_BUCKETS[:2]),
        Call("s3:DeleteObject", "arn:aws:s3:::s3-an2-meerkat-prod-demo/model.bin"),
        Call("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/policy-s3-aia-an2-meerkat-prod"),
        Call(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/{DEMO.node_role}",
            {"iam:PassedToService": "ec2.amazonaws.com"},
        ),
        Call("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {"iam:PassedToService": "eks.amazonaws.com"}),
        Call(
            "iam:AttachRolePolicy",
            f"arn:aws:iam::{ACCOUNT}:role/{DEMO.node_role}",
            {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"},
        ),
        Call("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/{DEMO.node_role}"),
        Call("iam:AttachRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/{DEMO.workspace_role}"),
        Call(
            "iam:PassRole",
            f"arn:aws:iam::{ACCOUNT}:role/{DEMO.workspace_role}",
            {"iam:PassedToService": "ec2.amazonaws.com"},
        ),
        Call("ec2:CreateTags", f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0"),
        Call("eks:DeleteCluster", f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{CLUSTER}"),
    ],
    ids=lambda call: f"{call.action} {call.resource}",
)
def test_what_is_not_the_workspaces_own_stays_out_of_reach(call: Call) -> None:
    assert not allows(UPDATE, call)


def test_a_node_role_takes_the_policies_that_the_program_attaches_and_no_others() -> None:
    statement = next(each for each in UPDATE if "iam:AttachRolePolicy" in actions_of(each))
    wanted = [f"arn:aws:iam::aws:policy/{policy}" for policy in NODE_POLICIES]
    assert statement["Condition"] == {"ArnEquals": {"iam:PolicyARN": wanted}}
    role = f"arn:aws:iam::{ACCOUNT}:role/{DEMO.node_role}"
    assert [
        arn for arn in wanted if not allows(UPDATE, Call("iam:AttachRolePolicy", role, {"iam:PolicyARN": arn}))
    ] == []


def test_what_the_page_lists_as_not_seen_stands_in_a_file_and_has_its_reason() -> None:
    files_ = ("update", "namespaces", *(f"{program}-update" for program in PROGRAMS))
    given = allowed_actions(UPDATE).union(*(granted(f"kubernetes-{file}.yaml") for file in files_))
    assert not_seen() != {}
    assert sorted(set(not_seen()) - given) == []
    assert [name for name, reason in not_seen().items() if not reason] == []


def test_the_page_says_what_each_statement_and_file_is_for() -> None:
    page = PAGE.read_text()
    assert [
        each["Sid"] for each in [*UPDATE, *PREFLIGHT] if each not in PREVIEW and f"`{each['Sid']}`" not in page
    ] == []
    assert [file.name for file in FOLDER.iterdir() if f"(permissions/{file.name})" not in page] == []
    ours = policies.FOLDER.glob("*.json")
    assert [file.name for file in ours if f"(../workspacectl/permissions/{file.name})" not in page] == []
