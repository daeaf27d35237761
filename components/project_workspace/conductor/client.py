"""AI Conductor's API by meaning: find, make, change and remove workspaces, accounts and members.

Owns: one session per object, what happens when it expires, and what a lost answer means. Does not own paths and field
names (`profile`), HTTP policy (`remote.http`), or the decision what is ours (`provider`).

Lost answers: reads, whole-body PUT and DELETE are repeated by the HTTP policy, for a second time changes nothing.
A POST that makes something is never repeated; when its answer is lost, the client looks whether the thing is now
there as asked, and only if it does not, raises `UnreachableError(may_have_happened=True)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from project_workspace.conductor import records
from project_workspace.conductor.profile import Profile, Shape, parse_version
from project_workspace.conductor.records import (
    AccountContent,
    AccountRecord,
    ContentRecord,
    MemberRecord,
    ShapeError,
    Spec,
    WorkspaceContent,
    WorkspaceRecord,
)
from project_workspace.conductor.refusals import refusal
from project_workspace.conductor.session import CORRECT, Credentials, Session
from project_workspace.remote.errors import CredentialsError, NotFoundError, RefusedError, RemoteError, UnreachableError
from project_workspace.remote.http import Answer, HttpRemote, Limits

Found = TypeVar("Found")
Values = dict[str, Any]
"""Meanings and their values, as the profile's calls take them."""


class Conductor:
    """AI Conductor at one URL, as one administrator; safe for use by several threads.

    Every method raises `RefusedError` and its kinds for what the server refuses, and `UnreachableError` where it gives
    no usable answer.
    """

    def __init__(self, url: str, credentials: Credentials, profile: Profile, limits: Limits | None = None) -> None:
        self._remote = HttpRemote(url, "AI Conductor", limits)
        self._profile = profile
        self._session = Session(self._remote, profile, credentials)

    # The server

    @property
    def profile(self) -> Profile:
        """The API that is spoken."""
        return self._profile

    def version(self) -> str:
        """What the server says of its version; nobody is logged in for it."""
        where = self._profile.version
        return self._shaped(
            "read the version", "versions", lambda data: records.value_of(data, where, str), self._versions()
        )

    def answer_of(self, name: str, values: Values) -> Any:
        """The whole answer to one of the profile's reads, for whoever compares the two."""
        return self._call(f"ask {name}", name, values)

    # Workspaces

    def find_workspace(self, name: str) -> WorkspaceRecord | None:
        """The workspace of that name (with its `-ws`), or None."""
        work = f"look for workspace '{name}'"
        return self._find(work, "list_workspaces", self._workspace, "workspace", {"name": name})

    def get_workspace(self, workspace_id: str) -> WorkspaceRecord | None:
        """The workspace with that id, or None."""
        work = f"read workspace {workspace_id}"
        try:
            return self._one(work, "get_workspace", self._workspace, {"workspace_id": workspace_id})
        except NotFoundError:
            return None

    def create_workspace(self, name: str, content: WorkspaceContent) -> WorkspaceRecord:
        """Make it; `ConflictError` when the name is taken."""
        work = f"create workspace '{name}'"
        return _settled(
            lambda: self._one(work, "create_workspace", self._workspace, {"name": name, **self._fields(content)}),
            lambda: self.find_workspace(name),
            lambda found: found.content == content,
        )

    def update_workspace(self, workspace_id: str, content: WorkspaceContent) -> WorkspaceRecord:
        """Set everything but the name."""
        work = f"update workspace {workspace_id}"
        values = {"workspace_id": workspace_id, **self._fields(content)}
        return self._one(work, "update_workspace", self._workspace, values)

    def delete_workspace(self, workspace_id: str) -> None:
        """Remove it; already gone is done."""
        self._remove(f"delete workspace {workspace_id}", "delete_workspace", {"workspace_id": workspace_id})

    def workspace_content(self, workspace_id: str) -> list[ContentRecord]:
        """The content, which a deletion would lose; nothing when the workspace is gone."""
        work = f"look into workspace {workspace_id}"
        try:
            rows = self._rows(work, "list_content", {"workspace_id": workspace_id})
        except NotFoundError:
            return []
        return [self._shaped(work, "list_content", self._content, row) for row in rows]

    def delete_content(self, workspace_id: str, content_id: str) -> None:
        """Remove one thing inside; already gone is done."""
        work = f"delete {content_id} of workspace {workspace_id}"
        self._remove(work, "delete_content", {"workspace_id": workspace_id, "content_id": content_id})

    # Accounts

    def find_account(self, login_id: str) -> AccountRecord | None:
        """The account with that login ID, or None."""
        work = f"look for account '{login_id}'"
        return self._find(work, "list_accounts", self._account, "account", {"login_id": login_id})

    def create_account(self, login_id: str, password: str, content: AccountContent) -> AccountRecord:
        """Make it; `ConflictError` when the login ID is taken."""
        work = f"create account '{login_id}'"
        values = {"login_id": login_id, "password": password, **self._account_fields(content)}
        return _settled(
            lambda: self._one(work, "create_account", self._account, values),
            lambda: self.find_account(login_id),
            lambda found: found.content == content,
        )

    def update_account(self, account_id: str, content: AccountContent, password: str | None = None) -> AccountRecord:
        """Set everything but the login ID; a password that is not given stays."""
        work = f"update account {account_id}"
        values = {"account_id": account_id, "password": password, **self._account_fields(content)}
        return self._one(work, "update_account", self._account, values)

    def unlock_account(self, account_id: str) -> AccountRecord:
        """Unlock it and forget its failed logins."""
        return self._one(f"unlock account {account_id}", "unlock_account", self._account, {"account_id": account_id})

    def delete_account(self, account_id: str) -> None:
        """Remove it; already gone is done."""
        self._remove(f"delete account {account_id}", "delete_account", {"account_id": account_id})

    # Members

    def find_member(self, workspace_id: str, account_id: str) -> MemberRecord | None:
        """The account's membership of that workspace; None when there is none, or no such workspace."""
        work = f"list the members of workspace {workspace_id}"
        values = {"workspace_id": workspace_id}
        try:
            return self._find(work, "list_members", self._member, "member", {"account_id": account_id}, values=values)
        except NotFoundError:
            return None

    def add_member(self, workspace_id: str, account_id: str, role: str) -> MemberRecord:
        """Make the account a member; `ConflictError` when it is one."""
        work = f"add account {account_id} to workspace {workspace_id}"
        values = {"workspace_id": workspace_id, "account_id": account_id, "role": self._role("member", role)}
        return _settled(
            lambda: self._one(work, "add_member", self._member, values),
            lambda: self.find_member(workspace_id, account_id),
            lambda found: found.role == role,
        )

    def change_member(self, workspace_id: str, account_id: str, role: str) -> MemberRecord:
        """Set the member's role."""
        work = f"change the role of account {account_id} in workspace {workspace_id}"
        values = {"workspace_id": workspace_id, "account_id": account_id, "role": self._role("member", role)}
        return self._one(work, "change_member", self._member, values)

    def remove_member(self, workspace_id: str, account_id: str) -> None:
        """End the membership; already gone is done."""
        work = f"remove account {account_id} from workspace {workspace_id}"
        self._remove(work, "remove_member", {"workspace_id": workspace_id, "account_id": account_id})

    # Meanings to fields and back

    def _fields(self, content: WorkspaceContent) -> dict[str, Any]:
        specs = [self._spec_row(spec) for spec in content.specs]
        return {"bucket": content.bucket, "dashboard_hash": content.dashboard_hash, "specs": specs}

    def _spec_row(self, spec: Spec) -> dict[str, Any]:
        fields = self._profile.records["spec"]
        return {fields[name]: getattr(spec, name) for name in ("name", "vcpu", "ram_gb", "gpu")}

    def _account_fields(self, content: AccountContent) -> dict[str, Any]:
        return {**vars(content), "role": self._role("account", content.role)}

    def _role(self, kind: str, role: str) -> str:
        words: dict[Any, str] = getattr(self._profile.roles, kind)
        if role not in words:
            raise RefusedError(
                f"Expected a role of {', '.join(words)}, for example '{next(iter(words), 'none')}'",
                where=f"API profile '{self._profile.name}', roles.{kind}",
                remedy="Correct the role, or add it to the profile.",
            )
        return words[role]

    def _workspace(self, data: Any) -> WorkspaceRecord:
        return records.workspace_of(data, self._profile.records["workspace"], self._profile.records["spec"])

    def _account(self, data: Any) -> AccountRecord:
        return records.account_of(data, self._profile.records["account"], self._profile.roles.account)

    def _member(self, data: Any) -> MemberRecord:
        return records.member_of(data, self._profile.records["member"], self._profile.roles.member)

    def _content(self, data: Any) -> ContentRecord:
        return records.content_of(data, self._profile.records["content"])

    # Calls

    def _rows(self, work: str, name: str, values: Values) -> list[Any]:
        data = self._call(work, name, values)
        envelope = self._profile.calls[name].envelope
        wrapped = (data, envelope) if envelope else ({"list": data}, "list")
        return self._shaped(work, name, lambda _: records.value_of(*wrapped, list), data)

    def _find(
        self,
        work: str,
        name: str,
        read: Callable[[Any], Found],
        record: str,
        wanted: dict[str, str],
        *,
        values: Values | None = None,
    ) -> Found | None:
        """The row with the wanted values; others are not even read, for they may be of any age and shape."""
        fields = self._profile.records[record]
        for row in self._rows(work, name, values or {}):
            if all(records.look_up(row, fields[meaning]) == value for meaning, value in wanted.items()):
                return self._shaped(work, name, read, row)
        return None

    def _one(self, work: str, name: str, read: Callable[[Any], Found], values: Values) -> Found:
        return self._shaped(work, name, read, self._call(work, name, values))

    def _remove(self, work: str, name: str, values: Values) -> None:
        try:
            self._call(work, name, values)
        except NotFoundError:
            return

    def _shaped(self, work: str, name: str, read: Callable[[Any], Found], data: Any) -> Found:
        try:
            return read(data)
        except ShapeError as error:
            shape = self._profile.calls[name]
            raise UnreachableError(
                f"Could not {work}: the answer is not what the API profile promises: {error}",
                where=self._place(shape),
                remedy=self._advice(shape),
                may_have_happened=shape.method != "GET",
            ) from None

    def _call(self, work: str, name: str, values: Values) -> Any:
        """The answer's data; an expired session is renewed once, for a refused call has changed nothing."""
        shape = self._profile.calls[name]
        try:
            token = self._session.token()
            answer = self._send(work, shape, values, token)
            if answer.status == 401:
                answer = self._send(work, shape, values, self._session.renew(token))
            if answer.status == 401:
                raise self._no_session(work, shape)
            if answer.status >= 300:
                raise refusal(work, answer, self._profile.refusals, self._place(shape), lambda: self._advice(shape))
        except RemoteError as error:
            raise self._redacted(error) from None
        return answer.data

    def _send(self, work: str, shape: Shape, values: Values, token: str) -> Answer:
        path, query, body = shape.request(values)
        return self._remote.call(
            work,
            shape.method,
            f"{self._profile.base}/{path}",
            query=query,
            body=body,
            headers={"Cookie": f"{self._profile.session.cookie}={token}"},
            repeatable=shape.repeatable,
            place=self._place(shape),
        )

    def _no_session(self, work: str, shape: Shape) -> CredentialsError:
        return CredentialsError(
            f"Could not {work}: AI Conductor does not accept the session that it has just given",
            where=self._place(shape),
            remedy=f"{CORRECT}, or check that all its servers share their sessions, then run it again.",
        )

    def _redacted(self, error: RemoteError) -> RemoteError:
        error.args = tuple(self._session.redacted(str(part)) for part in error.args)
        error.what = self._session.redacted(error.what)
        return error

    def _place(self, shape: Shape) -> str:
        return f"{shape.method} {self._remote.url}/{self._profile.base}/{shape.path}"

    def _advice(self, shape: Shape) -> str:
        """What to do when server and profile do not understand each other in this call."""
        guessed = "Nobody has seen this call yet. "
        return f"{guessed if shape.known == 'proposed' else ''}{self._advice_by_version()}"

    def _versions(self) -> Any:
        shape = self._profile.calls["versions"]
        path, query, _ = shape.request({})
        return self._remote.call("read the version", shape.method, f"{self._profile.base}/{path}", query=query).data

    def _advice_by_version(self) -> str:
        """What to do about the profile; worth one call for the server's version."""
        name = self._profile.name
        general = f"Name an API profile that fits this server; '{name}' is for {self._profile.oldest} and newer."
        try:
            text = records.value_of(self._versions(), self._profile.version, str)
        except (RemoteError, ShapeError):
            return general
        version = parse_version(text)
        if version is None or self._profile.fits(version):
            return f"The server says it is version {text}. Correct the profile '{name}' or the request."
        return f"The server says it is version {text}. {general}"


def _settled(make: Callable[[], Found], look: Callable[[], Found | None], as_asked: Callable[[Found], bool]) -> Found:
    """What `make` made, also when only its answer was lost."""
    try:
        return make()
    except UnreachableError as lost:
        if not lost.may_have_happened:
            raise
        try:
            found = look()
        except RemoteError:
            raise lost from None
        if found is None or not as_asked(found):
            raise
        return found
