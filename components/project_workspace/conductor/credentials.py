"""The login of AI Conductor's administrator: what it is called, and where it comes from.

Does not own what is done with it (`session.py`).
"""

from project_workspace.remote.credential import Credential
from project_workspace.remote.errors import CredentialsError
from project_workspace.remote.provider import StackConfig

USER = Credential("AIC_ADMIN_USER", "conductorAdminUser")
PASSWORD = Credential("AIC_ADMIN_PASSWD", "conductorAdminPassword")


def credentials(config: StackConfig) -> tuple[str, str]:
    """The administrator's login ID and password: environment first, else the stack's configuration."""
    user, password = config.credential(USER), config.credential(PASSWORD)
    if user and password:
        return user, password
    absent = "login ID" if not user else "password"
    raise CredentialsError(
        f"Expected the {absent} of an AI Conductor administrator",
        where=f"{USER.variable} and {PASSWORD.variable}",
        remedy=f"Set both in the environment, or '{USER.key}' and '{PASSWORD.key}' (with --secret) "
        "in the stack's configuration.",
    )
