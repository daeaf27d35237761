"""The logins of a workspace: its Kubeflow user's, and those of members who get one of their own."""

from typing import TYPE_CHECKING, Optional

import pulumi

from project_workspace.names import Names, user_id
from project_workspace.options import WorkspaceOptions
from project_workspace.tenancy.contributor import part_of_names
from project_workspace.workspace.assembly import Assembly

if TYPE_CHECKING:
    from project_workspace.dex.component import Login
    from project_workspace.dex.options import LoginOptions


def make_login(workspace: Assembly) -> Optional[pulumi.Output[str]]:
    """The Kubeflow user's login; its password, unless only a hash was given, or there is no login."""
    names, options = workspace.names, workspace.args.login
    if not options.enabled:
        return None
    login = _login(workspace, workspace.name, names.email, (names.user, names.user_id), options)
    workspace.made(login)
    return login.password


def user_ids(options: WorkspaceOptions, names: Names) -> dict[str, str]:
    """dex's `userID` of everybody who gets a login, by e-mail."""
    owner = [names.email] if options.login.enabled else []
    return {email: user_id(email) for email in [*owner, *_members_with_login(options)]}


def make_logins_of_members(workspace: Assembly) -> dict[str, pulumi.Output[str]]:
    """Logins beside each other, with drawn passwords; those by e-mail."""
    emails = _members_with_login(workspace.args)
    logins = {email: _login_of_a_member(workspace, email) for email in emails}
    workspace.made(*logins.values())
    return {email: login.password for email, login in logins.items() if login.password is not None}


def _members_with_login(options: WorkspaceOptions) -> list[str]:
    return [each.email for each in options.members if each.login]


def _login_of_a_member(workspace: Assembly, email: str) -> "Login":
    from project_workspace.dex.options import LoginOptions

    username, _, _ = email.partition("@")
    name = f"{workspace.name}-{part_of_names(email)}"
    return _login(workspace, name, email, (username, user_id(email)), LoginOptions(dex=workspace.args.login.dex))


def _login(
    workspace: Assembly, name: str, email: str, username_and_id: tuple[str, str], options: "LoginOptions"
) -> "Login":
    from project_workspace.dex.component import Login, LoginArgs

    username, id_ = username_and_id
    args = LoginArgs(
        email=email,
        username=username,
        user_id=id_,
        options=options,
        adopt=workspace.args.adopt,
        mark=workspace.mark,
        stack_cluster=workspace.cluster,
    )
    return Login(name, args, opts=workspace.next())
