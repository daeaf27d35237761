"""Dynamic providers for AI Conductor: the workspace, an account, and the account's membership of the workspace.

Owns: what is compared, what is ours, what is adopted or refused, for these three records. Does not own the API
(`project_workspace.conductor`) or any name. Whose is it: AI Conductor's records have no free field except an
account's department. So a workspace or membership that already equals what would have been made counts as left behind
by an interrupted run, an account if role, e-mail and department are ours; anything else is somebody's, unless `adopt`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.conductor.connection import client_for
from project_workspace.conductor.conversions import (
    account_outputs,
    content_of_account,
    content_of_workspace,
    ownership_fields,
    spec_row,
    specs_as_kept,
    workspace_outputs,
)
from project_workspace.conductor.input_checks import account_problems, membership_problems, workspace_problems
from project_workspace.conductor.records import AccountRecord
from project_workspace.remote.errors import NotFoundError, NotOursError, RefusedError
from project_workspace.remote.provider import Props, RemoteProvider, StackConfig, inputs_of
from project_workspace.schema.problem import Problem

if TYPE_CHECKING:
    from project_workspace.conductor.client import Conductor


def workspace_content(config: StackConfig, outputs: Mapping[str, Any]) -> str | None:
    """What the workspace of `conductorUrl`, `conductorProfile` and `workspace` holds, in words; None for nothing."""
    client = client_for(config, outputs["conductorUrl"], outputs["conductorProfile"])
    record = client.find_workspace(outputs["workspace"])
    names = [item.name for item in client.workspace_content(record.id)] if record else []
    return _content_in_words(outputs["workspace"], names) if names else None


def delete_workspace_content(config: StackConfig, outputs: Mapping[str, Any]) -> None:
    """Delete what `workspace_content` names."""
    client = client_for(config, outputs["conductorUrl"], outputs["conductorProfile"])
    record = client.find_workspace(outputs["workspace"])
    if record:
        for item in client.workspace_content(record.id):
            client.delete_content(record.id, item.id)


def require_no_content(client: "Conductor", workspace_id: str, props: Props) -> None:
    """Raise RefusedError while the workspace `name` has AI solutions."""
    names = [item.name for item in client.workspace_content(workspace_id)]
    if names:
        raise RefusedError(
            f"{_content_in_words(props['name'], names)}. It was not deleted",
            where=props["url"],
            remedy="Delete them in AI Conductor, or set 'deleteData: true', run 'pulumi up', and destroy again.",
        )


def _content_in_words(workspace: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"AI Conductor workspace '{workspace}' has {len(names)} AI solution(s): {', '.join(names[:5])}{more}"


class RecordProvider(RemoteProvider):
    """What the three have in common."""

    # A change of these is an update, never a replacement: the server moved, its records did not.
    update_on: ClassVar[tuple[str, ...]] = ("url", "profile")

    def client(self, props: Props) -> "Conductor":
        return client_for(self.config, props["url"], props["profile"])


@dataclass(kw_only=True)
class RecordArgs:
    """Where the record is."""

    url: pulumi.Input[str]
    """AI Conductor's URL, with scheme."""
    profile: pulumi.Input[str]
    """Name of the API profile, or path of one that ends in `.json`."""


@dataclass(kw_only=True)
class WorkspaceArgs(RecordArgs):
    """A workspace in AI Conductor."""

    adopt: pulumi.Input[bool] = False
    """Take over a workspace of this name that somebody else made, and set it to what is declared."""
    name: pulumi.Input[str]
    """Name with `-ws`; a change replaces the workspace."""
    bucket: pulumi.Input[str]
    """Name of its bucket."""
    dashboard_hash: Optional[pulumi.Input[str]] = None
    """Uid of its Grafana dashboard; default: none."""
    specs: pulumi.Input[Sequence[pulumi.Input[Mapping[str, Any]]]]
    """Rows `{name, vcpu, ramGb, gpu}` in any order; memory in GiB; rows of zeros are dropped."""


class WorkspaceProvider(RecordProvider):
    """AI Conductor's workspaces."""

    what = "AI Conductor workspace"
    update_on: ClassVar[tuple[str, ...]] = (*RecordProvider.update_on, "bucket", "dashboardHash", "specs")
    replace_on: ClassVar[tuple[str, ...]] = ("name",)

    def problems(self, inputs: Props) -> list[Problem]:
        return workspace_problems(inputs)

    def same(self, name: str, old: Any, new: Any) -> bool:
        if name == "specs":
            return specs_as_kept(old or []) == specs_as_kept(new or [])
        return (old or "") == (new or "") if name == "dashboardHash" else old == new

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        client, content = self.client(inputs), content_of_workspace(inputs)
        there = client.find_workspace(inputs["name"])
        if there is None:
            there = client.create_workspace(inputs["name"], content)
        elif there.content != content:
            _refuse_to_take_over(self.what, inputs["name"], inputs)
            there = client.update_workspace(there.id, content)
        return there.id, workspace_outputs(there)

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        there = self.client(outputs).get_workspace(id_)
        if there is None:
            return None
        seen = {
            "name": there.name,
            "bucket": there.content.bucket,
            "dashboardHash": there.content.dashboard_hash,
            "specs": [spec_row(spec) for spec in there.content.specs],
        }
        # Another order, a dropped row of zeros, or "" for none is no drift.
        drifted = {name: value for name, value in seen.items() if not self.same(name, outputs.get(name), value)}
        return {**drifted, **workspace_outputs(there)}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return workspace_outputs(self.client(news).update_workspace(id_, content_of_workspace(news)))

    def do_delete(self, id_: str, outputs: Props) -> None:
        client = self.client(outputs)
        # Looked at here and not left to the server: whether it refuses, or deletes everything, is not known.
        require_no_content(client, id_, outputs)
        client.delete_workspace(id_)


class Workspace(Resource, module="conductor", name="Workspace"):
    """A workspace in AI Conductor."""

    namespace: pulumi.Output[str]
    """Kubernetes namespace that AI Conductor derives from the name."""
    labels: pulumi.Output[dict[str, str]]
    """Spec name -> value of the node label `aic-role`."""

    def __init__(self, name: str, args: WorkspaceArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        computed = dict.fromkeys(("workspaceId", "namespace", "kubeflowUser", "labels", "ecrBasePath"))
        super().__init__(WorkspaceProvider(), name, inputs_of(args, **computed), opts)

    # The SDK keeps a dynamic resource's outputs under their names in the state.

    @property
    def workspace_id(self) -> pulumi.Output[str]:
        """AI Conductor's id."""
        return pulumi.get(self, "workspaceId")

    @property
    def kubeflow_user(self) -> pulumi.Output[str]:
        """E-mail with which AI Conductor logs in to Kubeflow."""
        return pulumi.get(self, "kubeflowUser")

    @property
    def ecr_base_path(self) -> pulumi.Output[str]:
        """Where the images of its solutions lie."""
        return pulumi.get(self, "ecrBasePath")


@dataclass(kw_only=True)
class AccountArgs(RecordArgs):
    """A static account in AI Conductor."""

    adopt: pulumi.Input[bool] = False
    """Take over an account of this login ID that somebody else made: its password and fields are set."""
    login_id: pulumi.Input[str]
    """A change replaces the account."""
    password: pulumi.Input[str]
    """Secret."""
    display_name: pulumi.Input[str]
    role: pulumi.Input[str]
    """`DEVELOPER` or `ADMIN`."""
    email: pulumi.Input[str]
    company: pulumi.Input[str]
    department: pulumi.Input[str]
    """Says which stack made the account."""


class AccountProvider(RecordProvider):
    """AI Conductor's static accounts."""

    what = "AI Conductor account"
    update_on: ClassVar[tuple[str, ...]] = (
        *RecordProvider.update_on,
        "password",
        "displayName",
        "role",
        "email",
        "company",
        "department",
        "isLocked",
    )
    replace_on: ClassVar[tuple[str, ...]] = ("loginId",)
    secrets: ClassVar[frozenset[str]] = frozenset({"password"})

    def problems(self, inputs: Props) -> list[Problem]:
        return account_problems(inputs)

    def same(self, name: str, old: Any, new: Any) -> bool:
        # Nobody asks for a locked account, and Edge Conductor stops with it: to be unlocked is the wish.
        return not old if name == "isLocked" else old == new

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        client, content = self.client(inputs), content_of_account(inputs)
        there = client.find_account(inputs["loginId"])
        if there is None:
            there = client.create_account(inputs["loginId"], inputs["password"], content)
        else:
            if ownership_fields(there.content) != ownership_fields(content):
                _refuse_to_take_over(self.what, inputs["loginId"], inputs)
            # The password too: the present one may be another run's, and cannot be read.
            there = _unlocked(client, client.update_account(there.id, content, inputs["password"]))
        return there.id, account_outputs(there)

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        there = self.client(outputs).find_account(outputs["loginId"])
        # Another account under the same login ID is not this one.
        if there is None or there.id != id_:
            return None
        content = there.content
        seen = {
            "displayName": content.display_name,
            "role": content.role,
            "email": content.email,
            "company": content.company,
            "department": content.department,
        }
        return {**seen, **account_outputs(there)}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        client, content = self.client(news), content_of_account(news)
        new_password = news["password"] if news["password"] != olds.get("password") else None
        return account_outputs(_unlocked(client, client.update_account(id_, content, new_password)))

    def do_delete(self, id_: str, outputs: Props) -> None:
        self.client(outputs).delete_account(id_)


class Account(Resource, module="conductor", name="Account"):
    """A static account in AI Conductor."""

    def __init__(self, name: str, args: AccountArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        secret = replace(args, password=pulumi.Output.secret(args.password))
        computed = dict.fromkeys(("accountId", "isLocked"))
        super().__init__(AccountProvider(), name, inputs_of(secret, **computed), opts)

    @property
    def account_id(self) -> pulumi.Output[str]:
        """AI Conductor's id."""
        return pulumi.get(self, "accountId")

    @property
    def is_locked(self) -> pulumi.Output[bool]:
        """Whether the server has locked it, after failed logins or for lack of use."""
        return pulumi.get(self, "isLocked")


@dataclass(kw_only=True)
class MembershipArgs(RecordArgs):
    """An account's membership of a workspace in AI Conductor."""

    adopt: pulumi.Input[bool] = False
    """Take over a membership that somebody else made, and set its role."""
    workspace_id: pulumi.Input[str]
    """A change replaces the membership."""
    account_id: Optional[pulumi.Input[str]] = None
    """A change replaces the membership. Default: that of the account with the login ID, which exists."""
    login_id: pulumi.Input[str]
    """The account's login ID. A change replaces the membership."""
    role: pulumi.Input[str]
    """`MANAGER` or `MEMBER`."""


class MembershipProvider(RecordProvider):
    """Memberships of AI Conductor's workspaces."""

    what = "AI Conductor membership"
    update_on: ClassVar[tuple[str, ...]] = (*RecordProvider.update_on, "role")
    replace_on: ClassVar[tuple[str, ...]] = ("workspaceId", "accountId", "loginId")

    def problems(self, inputs: Props) -> list[Problem]:
        return membership_problems(inputs)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        client = self.client(inputs)
        key = (inputs["workspaceId"], inputs.get("accountId") or _account_of(client, inputs))
        there = client.find_member(*key)
        if there is None:
            client.add_member(*key, inputs["role"])
        elif there.role != inputs["role"]:
            _refuse_to_take_over(self.what, inputs["loginId"], inputs)
            client.change_member(*key, inputs["role"])
        return "/".join(key), {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        workspace_id, account_id = id_.split("/")
        there = self.client(outputs).find_member(workspace_id, account_id)
        return {"role": there.role} if there else None

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        workspace_id, account_id = id_.split("/")
        self.client(news).change_member(workspace_id, account_id, news["role"])
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        workspace_id, account_id = id_.split("/")
        self.client(outputs).remove_member(workspace_id, account_id)


class Membership(Resource, module="conductor", name="Membership"):
    """An account's membership of a workspace in AI Conductor."""

    def __init__(self, name: str, args: MembershipArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(MembershipProvider(), name, inputs_of(args), opts)


def _refuse_to_take_over(what: str, name: str, inputs: Props) -> None:
    if inputs.get("adopt"):
        return
    raise NotOursError(
        f"The {what} '{name}' exists and is not what this stack would have made; it was left untouched",
        where=inputs["url"],
        remedy="Choose another name, or set 'adopt: true' to take it over and set it to what is declared.",
    )


def _account_of(client: "Conductor", inputs: Props) -> str:
    """Id of the account with the login ID."""
    found = client.find_account(inputs["loginId"])
    if found is None:
        raise NotFoundError(
            f"There is no account '{inputs['loginId']}' in AI Conductor",
            where=inputs["url"],
            remedy="Have it made there, or take it out of 'conductor.members'.",
        )
    return found.id


def _unlocked(client: "Conductor", record: AccountRecord) -> AccountRecord:
    return client.unlock_account(record.id) if record.locked else record
