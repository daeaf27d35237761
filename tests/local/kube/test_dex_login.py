"""dex on the local platform: real logins, real rollouts (docs/facts/dex.md, "Logins and restarts, tried")."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import bcrypt
import httpx
import psutil
import pytest

from local.dex.login import LoginResult, login
from local.dex.pod import starts
from local.kube.seed import DEX_CONFIG_KEY
from local.processes import PlatformError
from tests.support.logging_in import logging_in

DEPLOYMENT = ("apps/v1", "Deployment")
RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
REFUSED = "access_denied: Invalid username or password"

_stamp = itertools.count()


def entry(email: str, password: str, cost: int = 10) -> str:
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()
    return f"- email: {email}\n  hash: '{hashed}'\n  username: {email.split('@', maxsplit=1)[0]}\n  userID: u-{email}\n"


class Dex:
    """The Deployment and the ConfigMap, as a stack would handle them."""

    def __init__(self, platform: Any, wait_for: Callable[..., Any]) -> None:
        self.platform = platform
        self.wait_for = wait_for

    def get(self, kind: tuple[str, str], name: str = "dex") -> dict[str, Any]:
        return self.platform.objects.get(*kind, name, "auth")

    def write(self, text: str) -> None:
        self.platform.objects.merge(self.get(("v1", "ConfigMap")), {"data": {DEX_CONFIG_KEY: text}})

    def add(self, *entries: str) -> None:
        text = self.platform.seeded.dex_config.replace("staticPasswords:\n", "staticPasswords:\n" + "".join(entries))
        self.write(text)

    def restart(self) -> None:
        template = {"metadata": {"annotations": {RESTARTED_AT: f"2026-01-01T00:00:00Z-{next(_stamp)}"}}}
        self.platform.objects.merge(self.get(DEPLOYMENT), {"spec": {"template": template}})

    def rolled_out(self) -> bool:
        found = self.get(DEPLOYMENT)
        status = found["status"]
        parts = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")
        return status["observedGeneration"] == found["metadata"]["generation"] and [
            status.get(part) for part in parts
        ] == [1, 1, 1, 1]

    def roll_out(self) -> None:
        self.restart()
        self.wait_for("dex is rolled out", self.rolled_out)

    def pods(self) -> list[dict[str, Any]]:
        return self.platform.objects.list_all("v1", "Pod", "auth")[0]

    def login(self, email: str, password: str) -> LoginResult:
        return login(self.platform.issuer, email, password)


@pytest.fixture
def dex(platform: Any, wait_for: Any) -> Iterator[Dex]:
    dex = Dex(platform, wait_for)
    wait_for("dex is rolled out", dex.rolled_out)
    yield dex
    if dex.get(("v1", "ConfigMap"))["data"][DEX_CONFIG_KEY] != platform.seeded.dex_config:
        dex.write(platform.seeded.dex_config)
        dex.roll_out()


def test_everybody_who_was_there_before_can_log_in(platform: Any) -> None:
    results = [login(platform.issuer, user.email, user.password) for user in platform.seeded.users]
    assert results == [
        LoginResult(accepted=True, email="user@example.com", username="user"),
        LoginResult(accepted=True, email="Anna.Berg@example.com", username="anna"),
        LoginResult(accepted=True, email="aic-user-other-ws@aic.com", username="aic-user-other-ws"),
    ]


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(dex: Dex) -> None:
    assert dex.login("user@example.com", "12341235") == LoginResult(accepted=False, reason=REFUSED)
    assert dex.login("nobody@example.com", "12341234") == LoginResult(accepted=False, reason=REFUSED)


def test_the_case_of_an_email_does_not_matter(dex: Dex) -> None:
    assert dex.login("aNNA.berg@EXAMPLE.com", "anna-local-2024").accepted


def test_a_dex_that_is_not_there_is_named(dex: Dex) -> None:
    with pytest.raises(PlatformError, match=r"dex at http://127.0.0.1:1/dex cannot be reached \(ConnectError\)"):
        login("http://127.0.0.1:1/dex", "user@example.com", "12341234")


def test_a_new_user_can_log_in_after_the_restart_and_not_before(dex: Dex) -> None:
    dex.add(entry("new@example.com", "new-password"))
    assert dex.login("new@example.com", "new-password") == LoginResult(accepted=False, reason=REFUSED)
    dex.roll_out()
    assert dex.login("new@example.com", "new-password").accepted


def test_a_restart_is_one_start_of_dex_and_nobody_notices_it(dex: Dex) -> None:
    before = starts(dex.platform.dex_folder)
    with logging_in(dex.platform.issuer, {"Anna.Berg@example.com": "anna-local-2024"}) as anna:
        dex.roll_out()
    assert (anna.failed, anna.accepted > 0) == ([], True)
    added = starts(dex.platform.dex_folder)[len(before) :]
    assert [each["restart"] for each in added] == [0]
    assert added[0]["pod"] not in [each["pod"] for each in before]


def test_a_change_of_the_deployment_that_is_none_of_its_template_restarts_nothing(dex: Dex) -> None:
    before = starts(dex.platform.dex_folder)
    changed = dex.platform.objects.merge(dex.get(DEPLOYMENT), {"metadata": {"labels": {"note": "x"}}})
    assert changed["metadata"]["labels"]["note"] == "x"
    dex.roll_out()  # what comes after it shows that nothing came before
    assert len(starts(dex.platform.dex_folder)) == len(before) + 1


def test_one_malformed_hash_keeps_the_new_dex_down_and_the_old_one_serving_until_it_is_repaired(dex: Dex) -> None:
    dex.write(dex.platform.seeded.dex_config.replace("hash: $2a$10$jNja", "hash: jNja"))
    dex.restart()

    def crashed() -> dict[str, Any] | None:
        states = [each.get("status", {}).get("containerStatuses", [{}])[0] for each in dex.pods()]
        return next(
            (s for s in states if s.get("state", {}).get("waiting", {}).get("reason") == "CrashLoopBackOff"), None
        )

    state = dex.wait_for("the new pod is in CrashLoopBackOff", crashed)
    assert state["restartCount"] >= 1
    assert state["lastState"]["terminated"]["exitCode"] != 0
    assert "malformed bcrypt hash" in state["lastState"]["terminated"]["message"]
    status = dex.get(DEPLOYMENT)["status"]
    assert (status["replicas"], status["updatedReplicas"], status["unavailableReplicas"]) == (2, 1, 1)
    assert status["availableReplicas"] == 1  # the old one
    assert dex.login("Anna.Berg@example.com", "anna-local-2024").accepted

    dex.write(dex.platform.seeded.dex_config)
    dex.roll_out()
    assert dex.login("Anna.Berg@example.com", "anna-local-2024").accepted


def test_a_hash_of_cost_4_lets_dex_start_and_its_user_not_in(dex: Dex) -> None:
    dex.add(entry("cheap@example.com", "cheap", cost=4))
    dex.roll_out()
    result = dex.login("cheap@example.com", "cheap")
    assert result == LoginResult(accepted=False, reason="invalid_request: Could not login user")
    assert dex.login("Anna.Berg@example.com", "anna-local-2024").accepted


def test_of_two_entries_with_one_email_the_last_wins(dex: Dex) -> None:
    dex.add(entry("twice@example.com", "first"), entry("Twice@example.com", "second"))
    dex.roll_out()
    assert [dex.login("twice@example.com", password).accepted for password in ("first", "second")] == [False, True]


def test_a_hash_from_the_environment_comes_out_of_the_secret(dex: Dex) -> None:
    secret = dex.get(("v1", "Secret"), "dex-passwords")
    hashed = bcrypt.hashpw(b"rotated", bcrypt.gensalt(10))
    dex.platform.objects.merge(secret, {"data": {"DEX_USER_PASSWORD": base64.b64encode(hashed).decode()}})
    try:
        dex.roll_out()
        assert dex.login("user@example.com", "rotated").accepted
    finally:
        dex.platform.objects.merge(secret, {"data": secret["data"]})
        dex.roll_out()
    assert dex.login("user@example.com", "12341234").accepted


def test_a_crashed_dex_is_started_again_in_the_same_pod(dex: Dex) -> None:
    before = starts(dex.platform.dex_folder)
    config = str(dex.platform.dex_folder / before[-1]["pod"] / "config.yaml")
    # As `info`, which is None of a process that ends meanwhile.
    process = next(p for p in psutil.process_iter(["cmdline"]) if config in (p.info["cmdline"] or ()))
    process.kill()
    dex.wait_for("dex runs again", lambda: len(starts(dex.platform.dex_folder)) == len(before) + 1)
    last = starts(dex.platform.dex_folder)[-1]
    assert (last["pod"], last["restart"]) == (before[-1]["pod"], before[-1]["restart"] + 1)

    def serves() -> bool:
        try:
            return dex.login("user@example.com", "12341234").accepted
        except PlatformError:
            return False

    dex.wait_for("dex serves again", serves)


def test_the_files_of_a_pod_are_private_and_go_with_it(dex: Dex) -> None:
    (current,) = dex.platform.dex_folder.glob("*/config.yaml")
    assert current.stat().st_mode & 0o777 == 0o600
    assert current.read_text() == dex.platform.seeded.dex_config
    dex.roll_out()
    dex.wait_for("the old pod's files are gone", lambda: not current.exists())
    assert len(list(dex.platform.dex_folder.glob("*/config.yaml"))) == 1


def test_a_password_is_neither_in_a_result_nor_in_a_failure(dex: Dex) -> None:
    accepted = dex.login("user@example.com", "12341234")
    assert "12341234" not in repr(accepted)
    assert httpx.get(f"{dex.platform.issuer}/healthz", trust_env=False).status_code == 200
