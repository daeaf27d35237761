"""Pod Identity associations and inline policies, of which moto and its plugin had nothing: what is taken and refused.

The rules are AWS's (docs/facts/pod-identity.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

ASSOCIATION, INLINE = "aws:eks/podIdentityAssociation:PodIdentityAssociation", "aws:iam/rolePolicy:RolePolicy"
NAMESPACE, ACCOUNT = "aic-ns-demo-ws", "default-editor"


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error: Any = caught.value.response
    return f"{error['Error']['Code']}: {error['Error']['Message']}"


@pytest.fixture
def asked(seeded: Any) -> dict[str, Any]:
    """A CreatePodIdentityAssociation that EKS takes."""
    return {
        "clusterName": seeded.cluster_name,
        "namespace": NAMESPACE,
        "serviceAccount": ACCOUNT,
        "roleArn": seeded.conductor_role_arn,
    }


@pytest.fixture
def made(client: Any, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    eks = client("eks")
    found = eks.create_pod_identity_association(**asked, tags={"team": "vision"})["association"]
    yield found
    where = {"clusterName": asked["clusterName"], "associationId": found["associationId"]}
    eks.delete_pod_identity_association(**where)
    assert code(eks.describe_pod_identity_association, **where).startswith("ResourceNotFoundException")
    assert code(eks.delete_pod_identity_association, **where).startswith("ResourceNotFoundException")


def test_an_association_is_found_by_its_service_account_and_answers_what_was_asked(
    client: Any, asked: dict[str, Any], made: dict[str, Any]
) -> None:
    eks, cluster, id_ = client("eks"), asked["clusterName"], made["associationId"]
    arn = f"arn:aws:eks:ap-northeast-2:123456789012:podidentityassociation/{cluster}/{id_}"
    summary = {**asked, "associationArn": arn, "associationId": id_}
    del summary["roleArn"]
    for filters in ({}, {"namespace": NAMESPACE}, {"namespace": NAMESPACE, "serviceAccount": ACCOUNT}):
        assert eks.list_pod_identity_associations(clusterName=cluster, **filters)["associations"] == [summary]
    for filters in ({"namespace": "another"}, {"namespace": NAMESPACE, "serviceAccount": "default-viewer"}):
        assert eks.list_pod_identity_associations(clusterName=cluster, **filters)["associations"] == []
    described = eks.describe_pod_identity_association(clusterName=cluster, associationId=id_)["association"]
    assert described == made
    assert {**asked, "tags": {"team": "vision"}}.items() <= described.items()
    eks.tag_resource(resourceArn=arn, tags={"a": "b"})
    eks.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, "ResourceInUseException: Association already exists: a-"),
        ({"clusterName": "none"}, "ResourceNotFoundException: No cluster found for name: none."),
        ({"roleArn": "role-x"}, "InvalidParameterException: Invalid role ARN: role-x"),
        (
            {"roleArn": "arn:aws:iam::123456789012:role/none", "namespace": "other"},
            "InvalidParameterException: Role provided in the request does not exist.",
        ),
        ({"targetRoleArn": "arn:aws:iam::123456789012:role/t"}, "InvalidParameterException: Not implemented by the st"),
    ],
)
@pytest.mark.usefixtures("made")
def test_what_eks_refuses_is_refused(client: Any, asked: dict[str, Any], changes: Any, refusal: str) -> None:
    said = code(client("eks").create_pod_identity_association, **{**asked, **changes})
    assert said.startswith(refusal)


def test_another_service_account_of_the_namespace_may_have_one_too(
    client: Any, asked: dict[str, Any], made: dict[str, Any]
) -> None:
    eks = client("eks")
    other = eks.create_pod_identity_association(**{**asked, "serviceAccount": "default-viewer"})["association"]
    assert other["associationId"] != made["associationId"]
    eks.delete_pod_identity_association(clusterName=asked["clusterName"], associationId=other["associationId"])


def test_the_plugin_changes_the_role_in_place_and_replaces_for_everything_else(
    engine: Any, client: Any, seeded: Any, asked: dict[str, Any]
) -> None:
    inputs = {**asked, "tags": {"team": "vision"}}
    made = engine.create(ASSOCIATION, "demo", inputs)
    assert made.id == made.outputs["associationId"]
    assert {**inputs, "tagsAll": {"team": "vision"}}.items() <= made.outputs.items()
    assert engine.read(made) == made
    taken = engine.get(ASSOCIATION, f"{asked['clusterName']},{made.id}")
    assert taken.id == made.id
    assert inputs.items() <= taken.outputs.items()
    for change in ({"clusterName": "x"}, {"namespace": "x"}, {"serviceAccount": "x"}):
        found = engine.diff(made, {**inputs, **change})
        assert (found.replaces, found.deletes_first) == ([*change], False)

    another = {**inputs, "roleArn": seeded.cluster_role_arn, "tags": {"team": "speech"}}
    assert engine.diff(made, another).replaces == []
    changed = engine.update(made, another)
    assert engine.read(changed) == changed
    where = {"clusterName": asked["clusterName"], "associationId": made.id}
    truth = client("eks").describe_pod_identity_association(**where)["association"]
    assert (truth["roleArn"], truth["tags"]) == (seeded.cluster_role_arn, {"team": "speech"})

    engine.delete(changed)
    assert engine.read(changed) is None
    engine.delete(changed)


def test_an_inline_policy_is_written_over_and_its_name_and_role_replace_it(
    engine: Any, client: Any, seeded: Any
) -> None:
    role = seeded.conductor_role_arn.rpartition("/")[2]

    def document(action: str) -> str:
        return json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}
        )

    inputs = {"role": role, "name": "bucket", "policy": document("s3:GetObject")}
    made = engine.create(INLINE, "demo", inputs)
    assert (made.id, made.outputs) == (f"{role}:bucket", inputs)
    assert engine.read(made) == made
    assert engine.get(INLINE, made.id).outputs == inputs
    assert engine.diff(made, {**inputs, "role": "x"}).replaces == ["role"]
    assert engine.diff(made, {**inputs, "name": "x"}).replaces == ["name"]
    changed = engine.update(made, {**inputs, "policy": document("s3:PutObject")})
    truth = client("iam").get_role_policy(RoleName=role, PolicyName="bucket")
    assert truth["PolicyDocument"] == json.loads(document("s3:PutObject"))
    engine.delete(changed)
    assert engine.read(changed) is None
    engine.delete(changed)
