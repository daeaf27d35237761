"""Between the properties of AI Conductor's resources and the client's records.

Owns: both directions, and the form in which two lists of specs are compared. Does not own decisions.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from project_workspace.conductor.records import AccountContent, AccountRecord, Spec, WorkspaceContent, WorkspaceRecord
from project_workspace.remote.provider import Props


def specs_as_kept(rows: Sequence[Mapping[str, Any]]) -> tuple[Spec, ...]:
    """Rows in the form in which the client compares them."""
    specs = [Spec(row["name"], row["vcpu"], row["ramGb"], row["gpu"]) for row in rows]
    return WorkspaceContent.of("", None, specs).specs


def spec_row(spec: Spec) -> dict[str, Any]:
    """A spec as a row of the property."""
    return {"name": spec.name, "vcpu": spec.vcpu, "ramGb": spec.ram_gb, "gpu": spec.gpu}


def content_of_workspace(inputs: Props) -> WorkspaceContent:
    """What the inputs say of a workspace."""
    return WorkspaceContent.of(inputs["bucket"], inputs.get("dashboardHash"), specs_as_kept(inputs["specs"]))


def workspace_outputs(record: WorkspaceRecord) -> Props:
    """The computed outputs of a workspace."""
    return {
        "workspaceId": record.id,
        "namespace": record.namespace,
        "kubeflowUser": record.kubeflow_user,
        "labels": dict(record.labels),
        "ecrBasePath": record.ecr_base_path,
    }


def content_of_account(inputs: Props) -> AccountContent:
    """What the inputs say of an account, but for its password."""
    return AccountContent(
        display_name=inputs["displayName"],
        role=inputs["role"],
        email=inputs["email"],
        company=inputs["company"],
        department=inputs["department"],
    )


def ownership_fields(content: AccountContent) -> tuple[str, str, str]:
    """The fields by which an account is known as ours."""
    return content.department, content.email, content.role


def account_outputs(record: AccountRecord) -> Props:
    """The computed outputs of an account."""
    return {"accountId": record.id, "isLocked": record.locked}
