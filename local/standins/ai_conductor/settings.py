"""Settings of the stand-in of AI Conductor: which version it plays, how long a session lives, what it refuses.

Owns: the emulated versions and what differs between them. Does not own the records (`store`) or the port.
Every switch here is one of docs/facts/ai-conductor.md, "What the stand-in chooses".
"""

from dataclasses import dataclass

VERSIONS = ("1.6", "1.7", "2.0", "2.1")
"""The versions whose differences are public (docs/facts/ai-conductor.md, "Versions")."""

LOGIN_FAILURES = 5
"""Failed logins after which an account is locked (docs/facts/ai-conductor.md, "The lock after five failures")."""


@dataclass(frozen=True)
class Settings:
    """How this server behaves; the defaults are those of a current installation."""

    api_version: str = "2.1.0"
    """The version that `versions` answers; its first two parts must be one of `VERSIONS`."""
    session_seconds: float = 1800
    """Lifetime of a session from its login. The real number is unknown; chosen here."""
    object_errors: bool = False
    """Answer refusals as `{"error_code", "message"}`, the style that 2.x clients also understand."""
    unassign_first: bool = True
    """Refuse to delete an account that is still a member of a workspace. Chosen here."""
    unused_seconds: float | None = None
    """Lock accounts that did not log in for so long (`USER.LOGIN.003`); default: never."""
    ecr_root: str = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/ecr-repo-an2-meerkat-dev/"
    """The one ECR root of the server: of the platform's account and installation (`local/aws/seed.py`)."""
    public_bucket: str = "s3-an2-meerkat-dev-aia"
    """The shared bucket that 1.x names beside each workspace's own."""

    def __post_init__(self) -> None:
        if ".".join(self.api_version.split(".")[:2]) not in VERSIONS:
            raise ValueError(f"Expected a version of {', '.join(VERSIONS)}, for example '2.1.0'.")

    @property
    def one_x(self) -> bool:
        """Whether this is AI Conductor 1.x: workspaces by name, public and private objects."""
        return self.api_version.startswith("1.")

    @property
    def workspace_key(self) -> str:
        """The query parameter that names a workspace."""
        return "workspace_name" if self.one_x else "workspace_id"
