"""The checks of a profile, run side by side.

Owns: which checks there are, that each gets its time, and that one that cannot be made is a line like the others. Does
not own any check. A failure of the remote is "could not check": its sentence says what to do. So is one of the check
itself, which says that it is one.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi

from project_workspace.remote.errors import RemoteError
from workspacectl.failures import ToolError
from workspacectl.preflight.answers import Answer, Line, Outcome, unknown
from workspacectl.preflight.checks import (
    addons,
    ai_conductor,
    ai_devops_client,
    ai_devops_cluster,
    ai_devops_config,
    ai_devops_installed,
    amazon,
    collisions,
    dex,
    grafana,
    keycloak,
    kubeflow,
    kubernetes,
    rights,
    runai,
    tools,
    workbench,
)
from workspacectl.preflight.profiles import Profile
from workspacectl.preflight.site import Site
from workspacectl.progress import Say

Check = Callable[[Any], Answer | None]
"""Of the site of its program's stacks (`profiles.json`). Answers None where a stack has no use for what it checks."""
SECONDS = 20.0
"""How long all of them may take together."""


def name_of(check: Check) -> str:
    """As profiles and people call it."""
    return check.__name__.replace("_", "-")


def about(check: Check) -> str:
    """What it checks, in a sentence."""
    return " ".join((check.__doc__ or "").split())


MODULES = (
    tools,
    amazon,
    kubernetes,
    rights,
    addons,
    kubeflow,
    runai,
    dex,
    grafana,
    ai_conductor,
    keycloak,
    collisions,
    ai_devops_cluster,
    ai_devops_client,
    ai_devops_config,
    ai_devops_installed,
    workbench,
)
ALL: dict[str, Check] = {name_of(check): check for module in MODULES for check in module.CHECKS}


def run(site: Site, profile: Profile, say: Say) -> list[Line]:
    """The lines of the checklist, in the profile's order; without those that do not concern the stack."""
    checks = [ALL[name] for name in profile.checks]
    # Not as a context manager, which would wait for a call that never ends.
    pool = ThreadPoolExecutor(max_workers=len(checks))
    futures = {name_of(check): pool.submit(_answer, check, site) for check in checks}
    names = {future: name for name, future in futures.items()}
    with suppress(TimeoutError):
        for number, future in enumerate(as_completed(names, SECONDS), start=1):
            say(f"{number} of {len(checks)}: {names[future]}")
    pool.shutdown(wait=False, cancel_futures=True)
    answers = {name: _of(future) for name, future in futures.items()}
    return [
        Line(name, about(ALL[name]), _strictly(answer) if name in profile.required else answer)
        for name in profile.checks
        if (answer := answers[name]) is not None
    ]


def _strictly(answer: Answer) -> Answer:
    """A warning as a failure."""
    return replace(answer, outcome=Outcome.FAILED) if answer.outcome == Outcome.WARNING else answer


def _of(future: Future[Answer | None]) -> Answer | None:
    return future.result() if future.done() else unknown(f"No answer within {SECONDS:g} seconds. Run it again.")


def _answer(check: Check, site: Site) -> Answer | None:
    try:
        return check(site)
    except (RemoteError, ToolError, pulumi.RunError) as error:
        return unknown(str(error))
    except Exception as error:  # the other lines stay true, and whoever waits for them gets them
        return unknown(_defect(error))


def _defect(error: Exception) -> str:
    """Of a check that met what it does not know; without the text of the error, which may hold anything."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}, line {where.lineno}"
    return f"The check itself failed ({type(error).__name__} in {place}): a defect of workspacectl. Report it."
