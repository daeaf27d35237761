"""What people choose of the workspace in AI Conductor: the section `conductor` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.conductor.input_checks import DEFAULT_PROFILE, LOGIN_ID, MEMBER_ROLE, PROFILE
from project_workspace.passwords import Password, Rotation, rotation_problem
from project_workspace.schema.problem import Problem
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import DashboardUid, Url

ApiProfile = Annotated[str, PROFILE]
LoginId = Annotated[str, LOGIN_ID]
MemberRole = Annotated[str, MEMBER_ROLE]


def _rotation(options: "ConductorOptions") -> Iterator[Problem]:
    rotation, given = options.system_account_password_rotation, options.system_account_password
    if message := rotation_problem(rotation, given):
        yield Problem("systemAccountPasswordRotation", message)


def _members(options: "ConductorOptions") -> Iterator[Problem]:
    logins = [member.login_id for member in options.members]
    for index, login in enumerate(logins):
        if login in logins[:index]:
            sentence = f"Expected an account that is no member yet, for example '{LOGIN_ID.example}'."
            yield Problem(f"members[{index}].loginId", sentence)


class ConductorMemberOptions(Section):
    """A person who works in the workspace in AI Conductor, with an account that exists."""

    login_id: LoginId
    """Login ID of the account. Its membership is made and removed here, the account itself is not."""
    role: MemberRole = "MEMBER"
    """`MEMBER` works in the workspace, `MANAGER` manages it as well."""


class ConductorOptions(Section):
    """The workspace in AI Conductor, with the system account by which Edge Conductor logs in; left out without a
    URL.
    """

    url: Optional[Url] = None
    """AI Conductor's URL; `${NAME}` takes the value of that environment variable. Default: the workspace is not made
    known to AI Conductor."""
    profile: ApiProfile = DEFAULT_PROFILE
    """Which of AI Conductor's APIs to speak: a file in `project_workspace/conductor/profiles`, or one of your own."""
    system_account_password: Optional[Password] = None
    """Password of the system account; given encrypted. Default: `{project}-edge@com`, which Edge Conductor expects and
    anybody can guess."""
    system_account_password_rotation: Optional[Rotation] = None
    """Draws the system account's password instead, and draws it again with every other value. Edge Conductor must be
    told the new one, and cannot log in until then."""
    members: list[ConductorMemberOptions] = []
    """Who works in the workspace beside the system account. Default: nobody."""
    dashboard_hash: Optional[DashboardUid] = None
    """Uid of a Grafana dashboard that is kept elsewhere, for AI Conductor to show. Default: this workspace's own."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("system_account_password_rotation", "system_account_password"), _rotation),
        Together(("members",), _members),
    )
