"""What must be installed where `pulumi` runs."""

from __future__ import annotations

import re
import shutil

from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.site import Site

PULUMI = (3, 274)
"""The oldest engine that the program was tried with (README, "Status")."""


def pulumi(site: Site) -> Answer:
    """Pulumi's engine is of a version that this program was tried with."""
    said = site.engine.checked("version").stdout.strip()
    found = re.match(r"v?(\d+)\.(\d+)", said)
    if found and tuple(map(int, found.groups())) >= PULUMI:
        return ok(said)
    wanted = ".".join(map(str, PULUMI))
    return failed(said, f"{wanted} or newer", "https://www.pulumi.com/docs/install/")


def aws_command(site: Site) -> Answer | None:
    """The `aws` command is there: a connection derived from EKS gets its token by it."""
    if not site.options.kubernetes.from_cluster:
        return None
    found = shutil.which("aws", path=site.engine.environment.get("PATH"))
    return ok(found) if found else failed("not on the PATH", "the aws command", "https://aws.amazon.com/cli/")


CHECKS = (pulumi, aws_command)
