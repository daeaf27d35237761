"""A wrong administrator's password: one login in a whole run, for five failed ones lock the account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from local.platform import Platform
from tests.support.engine.watching import conductor_calls
from tests.support.engine.workspaces import Workspace

pytestmark = pytest.mark.engine

LOGIN = "POST /api/v1/auth/login"
WRONG = "a-wrong-pass-4711"


def test_a_run_with_a_wrong_password_makes_one_login_and_says_so(
    platform: Platform, workspace: Callable[..., Workspace]
) -> None:
    demo = workspace("mistyped", nodeGroups=None)
    mistyped = replace(demo.engine, environment={**demo.engine.environment, "AIC_ADMIN_PASSWD": WRONG})

    def up(*arguments: str) -> str:
        """Runs `up` with the wrong password; answers what it said."""
        before = conductor_calls(platform)
        failed = mistyped.run("up", "--yes", "--skip-preview", "--stack", demo.stack, *arguments)
        assert failed.code != 0
        assert conductor_calls(platform) - before == {LOGIN: 1}
        return " ".join(failed.output.split())

    new = up()
    demo.up()
    # Three resources ask at the same time, on threads.
    refreshed = up("--refresh")
    assert demo.destroy().code == 0

    for said in (new, refreshed):
        assert "AI Conductor refused the login: the password of" in said
        assert "is wrong, and 4 more failures lock the account" in said
        assert "It was not tried again. Correct the administrator's login ID and password" in said
        assert WRONG not in said
