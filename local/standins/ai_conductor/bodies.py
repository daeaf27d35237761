"""Request bodies of the stand-in of AI Conductor, and the 422 list that FastAPI answers to a wrong one.

Owns: types, required fields, allowed words and lengths of bodies; unknown fields are ignored, as pydantic does by
default. Does not own rules that need other records. Body field names of workspaces, accounts and members are proposed
(docs/facts/ai-conductor.md, "Proposed calls"); lengths follow the sibling product's table ("Accounts" there) where it
has one.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Text = Annotated[str, Field(min_length=1, max_length=250)]
LoginId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$", max_length=100)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=250)]
Bucket = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
DashboardHash = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,40}$")]
Amount = Annotated[int, Field(ge=0)]


class Login(BaseModel):
    """POST auth/login."""

    login_id: str
    login_pw: str


class Spec(BaseModel):
    """One row of a workspace's resources."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=40)]
    vcpu: Amount
    ram_gb: Amount
    gpu: Amount


class WorkspaceChange(BaseModel):
    """PUT workspaces/{id}: the whole of it but the name."""

    s3_bucket_name: Bucket
    dashboard_hash: DashboardHash | None = None
    specs: list[Spec]


class NewWorkspace(WorkspaceChange):
    """POST workspaces. The name's form is chosen here: it becomes part of a namespace, and so of a DNS label."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=56)]


class AccountFields(BaseModel):
    """What both bodies of an account have; the form names them all and marks none optional."""

    display_name: Text
    role: Literal["ADMIN", "DEVELOPER"]
    account_type: Literal["STATIC", "LDAP"]
    email: Email
    company: Text
    department: Text


class AccountChange(AccountFields):
    """PUT accounts/{id}: a password that is not given stays."""

    login_pw: Text | None = None


class NewAccount(AccountFields):
    """POST accounts."""

    login_id: LoginId
    login_pw: Text


class MemberChange(BaseModel):
    """PUT workspaces/{id}/members/{account id}; `MEMBER` is proposed."""

    role: Literal["MANAGER", "MEMBER"]


class NewMember(MemberChange):
    """POST workspaces/{id}/members."""

    account_id: str


class SolutionMetadata(BaseModel):
    """The part of a solution's metadata that the server needs; the rest is kept as it came."""

    model_config = ConfigDict(extra="allow")

    name: Text


class NewSolution(BaseModel):
    """POST solutions, AI Conductor 2.x."""

    metadata_json: SolutionMetadata


class NewSolutionOneX(NewSolution):
    """POST solutions, AI Conductor 1.x."""

    scope_ws: Text


def complaints(error: ValidationError) -> list[dict[str, Any]]:
    """FastAPI's answer to a body that does not fit: `{type, loc, msg, input}`; yes, `input` repeats what was sent."""
    return [
        {"type": e["type"], "loc": ["body", *e["loc"]], "msg": e["msg"], "input": e["input"]}
        for e in error.errors(include_url=False, include_context=False)
    ]
