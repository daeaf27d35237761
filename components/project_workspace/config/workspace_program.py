"""The workspace's program: what it is to the files of its stacks.

Owns: which settings are secret, and which may be references. Does not own the settings (`stack_options.py`).
"""

from project_workspace.conductor import credentials as conductor
from project_workspace.config.program import Program
from project_workspace.config.stack_options import StackOptions
from project_workspace.grafana import credentials as grafana
from project_workspace.keycloak import credentials as keycloak

WORKSPACE = Program(
    namespace="project-workspace",
    title="a workspace",
    folder=".",
    page="settings.md",
    room="workspace",
    options=StackOptions,
    secrets=(
        ("login", "password"),
        ("login", "passwordHash"),
        ("conductor", "systemAccountPassword"),
        ("oidcClient", "secret"),
    ),
    credentials=(
        conductor.USER,
        conductor.PASSWORD,
        grafana.TOKEN,
        keycloak.USER,
        keycloak.PASSWORD,
        keycloak.CLIENT,
        keycloak.CLIENT_SECRET,
    ),
    references=(("conductor", "url"), ("oidcClient", "url"), ("grafana", "url")),
)
"""One AI project workspace: `__main__.py` at the top."""
