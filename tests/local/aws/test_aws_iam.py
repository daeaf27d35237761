"""Roles, policies and attachments against the local AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

ROLE, POLICY = "aws:iam/role:Role", "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
WORKER = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"


def document(*buckets: str) -> str:
    resources = [f"arn:aws:s3:::{b}" for b in buckets]
    statement = {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def role(engine: Any) -> Any:
    made = engine.create(ROLE, "node", {"assumeRolePolicy": TRUST, "forceDetachPolicies": True})
    yield made
    engine.delete(made)


def test_a_role_answers_the_documented_outputs(engine: Any) -> None:
    made = engine.create(ROLE, "x", {"assumeRolePolicy": TRUST, "name": "role-outputs", "tags": {"a": "b"}})
    assert made.id == "role-outputs"
    assert made.outputs == {
        "arn": "arn:aws:iam::123456789012:role/role-outputs",
        "assumeRolePolicy": TRUST,
        "createDate": made.outputs["createDate"],
        "description": "",
        "forceDetachPolicies": False,
        "maxSessionDuration": 3600,
        "name": "role-outputs",
        "path": "/",
        "tags": {"a": "b"},
        "tagsAll": {"a": "b"},
        "uniqueId": made.outputs["uniqueId"],
    }
    assert made.outputs["uniqueId"].startswith("AROA")
    assert engine.read(made) == made
    engine.delete(made)
    assert engine.read(made) is None
    engine.delete(made)


def test_a_role_is_changed_in_place(engine: Any, role: Any, client: Any) -> None:
    trust = TRUST.replace("ec2.", "eks.")
    inputs = {
        "assumeRolePolicy": trust, "description": "nodes", "maxSessionDuration": 7200, "forceDetachPolicies": True,
        "tags": {"a": "1"}, "permissionsBoundary": WORKER,
    }  # fmt: skip
    assert engine.diff(role, inputs).replaces == []
    changed = engine.update(role, inputs)
    assert engine.read(changed) == changed
    truth = client("iam").get_role(RoleName=role.id)["Role"]
    assert truth["AssumeRolePolicyDocument"] == json.loads(trust)
    assert (truth["Description"], truth["MaxSessionDuration"]) == ("nodes", 7200)
    assert truth["PermissionsBoundary"]["PermissionsBoundaryArn"] == WORKER
    assert truth["Tags"] == [{"Key": "a", "Value": "1"}]
    back = engine.update(changed, {"assumeRolePolicy": TRUST, "forceDetachPolicies": True})
    assert engine.read(back).outputs == {**role.outputs, "createDate": role.outputs["createDate"]}


def test_a_role_with_a_generated_name_is_replaced_new_one_first(engine: Any, role: Any) -> None:
    moved = engine.diff(role, {"assumeRolePolicy": TRUST, "forceDetachPolicies": True, "path": "/nodes/"})
    assert (moved.replaces, moved.deletes_first) == (["path"], False)


def test_a_role_with_a_chosen_name_is_replaced_old_one_first(engine: Any) -> None:
    made = engine.create(ROLE, "x", {"assumeRolePolicy": TRUST, "name": "chosen"})
    moved = engine.diff(made, {"assumeRolePolicy": TRUST, "name": "chosen", "path": "/nodes/"})
    assert (moved.replaces, moved.deletes_first) == (["path"], True)
    engine.delete(made)


def test_an_attachment_is_made_read_and_removed(engine: Any, role: Any, client: Any) -> None:
    made = engine.create(ATTACHMENT, "worker", {"role": role.id, "policyArn": WORKER})
    assert (made.id, made.outputs) == (f"{role.id}/{WORKER}", {"role": role.id, "policyArn": WORKER})
    assert engine.read(made) == made
    assert engine.diff(made, {"role": "other", "policyArn": WORKER}).replaces == ["role"]
    client("iam").detach_role_policy(RoleName=role.id, PolicyArn=WORKER)
    assert engine.read(made) is None
    engine.delete(made)


def test_an_attached_role_or_policy_is_not_deleted(engine: Any, refused: Any) -> None:
    role = engine.create(ROLE, "held", {"assumeRolePolicy": TRUST})
    policy = engine.create(POLICY, "held", {"policy": document("a")})
    made = engine.create(ATTACHMENT, "held", {"role": role.id, "policyArn": policy.id})
    with pytest.raises(refused, match=r"deleting IAM Role \(held-\w+\): .*DeleteConflict"):
        engine.delete(role)
    with pytest.raises(refused, match=r"deleting IAM Policy \(arn:.*\): .*DeleteConflict"):
        engine.delete(policy)
    for resource in (made, policy, role):
        engine.delete(resource)
    assert engine.read(policy) is None


def test_a_role_told_to_detach_goes_with_its_policies_attached(engine: Any, role: Any, client: Any) -> None:
    client("iam").attach_role_policy(RoleName=role.id, PolicyArn=WORKER)
    client("iam").put_role_policy(RoleName=role.id, PolicyName="inline", PolicyDocument=document("a"))
    engine.delete(role)
    assert engine.read(role) is None


def test_a_policy_keeps_five_versions_and_drops_the_oldest(engine: Any, client: Any) -> None:
    made = engine.create(POLICY, "p", {"policy": document("b1")})
    for number in range(2, 8):
        made = engine.update(made, {"policy": document(f"b{number}")})
    assert engine.read(made) == made
    versions = client("iam").list_policy_versions(PolicyArn=made.id)["Versions"]
    assert sorted(v["VersionId"] for v in versions) == ["v3", "v4", "v5", "v6", "v7"]
    assert [v["VersionId"] for v in versions if v["IsDefaultVersion"]] == ["v7"]
    engine.delete(made)
    assert engine.read(made) is None


def test_a_policy_answers_the_documented_outputs(engine: Any) -> None:
    made = engine.create(POLICY, "x", {"policy": document("a"), "name": "policy-outputs", "description": "d"})
    arn = "arn:aws:iam::123456789012:policy/policy-outputs"
    assert made.id == arn
    assert made.outputs == {
        "arn": arn,
        "attachmentCount": 0,
        "description": "d",
        "name": "policy-outputs",
        "path": "/",
        "policy": document("a"),
        "policyId": made.outputs["policyId"],
        "tags": {},
        "tagsAll": {},
    }
    engine.delete(made)


def test_a_policy_over_6144_characters_is_refused(engine: Any, refused: Any) -> None:
    long = document(*[f"bucket-{n:050}" for n in range(90)])
    with pytest.raises(refused, match=r"api error LimitExceeded: Cannot exceed quota for PolicySize: 6144"):
        engine.create(POLICY, "long", {"policy": long})


def test_the_data_sources_find_by_name(engine: Any, role: Any, seeded: Any, client: Any) -> None:
    found = engine.invoke("aws:iam/getRole:getRole", {"name": role.id})
    assert (found["arn"], found["uniqueId"]) == (role.outputs["arn"], role.outputs["uniqueId"])
    name = seeded.kubeflow_policy_arn.rpartition("/")[2]
    policy = engine.invoke("aws:iam/getPolicy:getPolicy", {"name": name})
    assert policy == engine.invoke("aws:iam/getPolicy:getPolicy", {"arn": seeded.kubeflow_policy_arn})
    # Other tests on the same AWS attach it too.
    attached = client("iam").get_policy(PolicyArn=seeded.kubeflow_policy_arn)["Policy"]["AttachmentCount"]
    assert (policy["arn"], policy["attachmentCount"]) == (seeded.kubeflow_policy_arn, attached)
    assert attached > 0
    assert len(json.loads(policy["policy"])["Statement"]) == 2


@pytest.mark.parametrize(
    ("token", "args", "message"),
    [
        ("aws:iam/getRole:getRole", {"name": "nobody"}, "reading IAM Role (nobody): couldn't find resource"),
        ("aws:iam/getPolicy:getPolicy", {"name": "none"}, "reading IAM Policy (none): couldn't find resource"),
        (
            "aws:iam/getPolicy:getPolicy",
            {},
            "getPolicy: expected one of 'arn' and 'name', for example 'arn:aws:iam::aws:policy/X'.",
        ),
    ],
)
def test_a_data_source_that_finds_nothing_says_so(
    engine: Any, refused: Any, token: str, args: dict[str, Any], message: str
) -> None:
    with pytest.raises(refused) as caught:
        engine.invoke(token, args)
    assert str(caught.value) == message
