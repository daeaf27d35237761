"""What people choose of the workspace in AI Conductor: the section `conductor` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.conductor.input_checks import DEFAULT_PROFILE, PROFILE
from project_workspace.passwords import Password, Rotation, rotation_problem
from project_workspace.schema.problem import Problem
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import DashboardUid, Url

ApiProfile = Annotated[str, PROFILE]


def _rotation(options: "ConductorOptions") -> Iterator[Problem]:
    rotation, given = options.system_account_password_rotation, options.system_account_password
    if message := rotation_problem(rotation, given):
        yield Problem("systemAccountPasswordRotation", message)


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
    dashboard_hash: Optional[DashboardUid] = None
    """Uid of a Grafana dashboard that is kept elsewhere, for AI Conductor to show. Default: this workspace's own."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("system_account_password_rotation", "system_account_password"), _rotation),
    )
