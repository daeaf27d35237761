"""The checks of Grafana and AI Conductor, at their stand-ins: each thing that is broken is one line, and no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.standins.ai_conductor import inprocess
from local.standins.ai_conductor.inprocess import Running
from local.standins.ai_conductor.settings import Settings
from project_workspace.conductor.profile import FOLDER
from tests.preflight.checklists import Lines, broken, lines_of
from tests.preflight.conftest import MakeSite
from tests.support import faulty_grafana
from tests.support.faulty_grafana import TOKEN, VIEWER, FaultySite, faulty_site
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome
from workspacectl.preflight.profiles import Profile
from workspacectl.progress import silent

ADMIN = ("site-admin", "admin-secret-4711")
PROFILE = "ai-conductor-2.1"
CREDENTIALS = {
    "GRAFANA_TOKEN": TOKEN,
    "AIC_ADMIN_USER": ADMIN[0],
    "AIC_ADMIN_PASSWD": ADMIN[1],
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def grafana(tmp_path: Path) -> Iterator[FaultySite]:
    with faulty_site(tmp_path) as running:
        yield running


@pytest.fixture
def conductor() -> Iterator[Running]:
    with inprocess.serving(*ADMIN) as running:
        yield running


def folder_of(site: FaultySite) -> str:
    return next(iter(site.store.folders))


def test_a_grafana_that_is_well_says_its_version_and_where_the_token_may_write(
    site: MakeSite, grafana: FaultySite
) -> None:
    uid = folder_of(grafana)
    found = lines_of(site(grafana={"url": grafana.url}))
    assert found["grafana"] == Answer(Outcome.OK, "11.6.0; the token may all that is needed in folder 'general'")
    inside = lines_of(site(grafana={"url": grafana.url, "folder": uid}))
    assert broken(found, inside) == {"grafana": Outcome.OK}
    assert inside["grafana"].seen.endswith(f"in folder '{uid}'")
    assert set(grafana.calls) == {"GET"}


def test_a_token_that_is_missing_wrong_or_of_a_viewer_fails_its_line(
    site: MakeSite, grafana: FaultySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"grafana": {"url": grafana.url}}
    well = lines_of(site(**settings))
    monkeypatch.setenv("GRAFANA_TOKEN", VIEWER)
    viewer = lines_of(site(**settings))
    assert broken(well, viewer) == {"grafana": Outcome.FAILED}
    told = "dashboards:create, dashboards:write, dashboards:delete"
    assert viewer["grafana"].seen == f"11.6.0; missing in folder 'general': {told}"
    monkeypatch.setenv("GRAFANA_TOKEN", "glsa_wrong")
    wrong = lines_of(site(**settings))
    # Whether the dashboard is there cannot be asked either.
    unseen = {"name-collisions": Outcome.UNKNOWN}
    assert broken(well, wrong) == {"grafana": Outcome.FAILED, **unseen}
    assert "glsa_wrong" not in str(wrong)
    monkeypatch.delenv("GRAFANA_TOKEN")
    absent = lines_of(site(**settings))
    assert broken(well, absent) == {"grafana": Outcome.FAILED, **unseen}
    assert "GRAFANA_TOKEN" in absent["grafana"].remedy
    assert "'grafanaToken' (with --secret)" in absent["grafana"].remedy


def test_a_folder_that_is_not_there_fails_its_line(site: MakeSite, grafana: FaultySite) -> None:
    well = lines_of(site(grafana={"url": grafana.url}))
    now = lines_of(site(grafana={"url": grafana.url, "folder": "nowhere"}))
    assert broken(well, now) == {"grafana": Outcome.FAILED}
    assert now["grafana"].seen == "11.6.0; no folder 'nowhere'"


SCOPES = [
    (["folders:uid:below"], []),
    (["folders:uid:above"], []),
    (["folders:uid:*"], []),
    (["folders:uid:other"], ["create", "read", "write", "delete"]),
    (["dashboards:*"], ["create"]),
    ([], ["create", "read", "write", "delete"]),
]


@pytest.mark.parametrize(("scopes", "missing"), SCOPES)
def test_a_permission_counts_in_its_folder_and_in_those_below(
    site: MakeSite, grafana: FaultySite, scopes: list[str], missing: list[str]
) -> None:
    granted = {f"dashboards:{verb}": scopes for verb in ("create", "read", "write", "delete")}
    parents = {"uid": "below", "parents": [{"uid": "above", "title": "Above"}]}
    for body in ({"version": "12.1.0", "database": "ok"}, {**granted, "folders:read": ["folders:*"]}, parents):
        grafana.plan("GET", faulty_grafana.answer("200 OK", json.dumps(body)))

    found = running.ALL["grafana"](site(grafana={"url": grafana.url, "folder": "below"}))
    assert found
    assert found.outcome == (Outcome.FAILED if missing else Outcome.OK)
    assert [verb for verb in ("create", "read", "write", "delete") if f"dashboards:{verb}" in found.seen] == missing


def test_a_grafana_that_is_not_there_could_not_be_checked(site: MakeSite, grafana: FaultySite) -> None:
    for _ in range(8):
        grafana.plan("GET", faulty_grafana.html("200 OK"))

    profile = Profile("project-workspace", ("grafana",))
    [line] = running.run(site(grafana={"url": grafana.url}), profile, silent)
    assert line.answer.outcome == Outcome.UNKNOWN
    assert "Check that the URL is" in line.answer.seen or "URL is right" in line.answer.seen


def aic(running: Running, **more: Any) -> dict[str, Any]:
    return {"conductor": {"url": running.url, **more}}


def writes(running: Running) -> list[str]:
    """Calls that are no read, but for the login."""
    return [call for call in running.calls if not call.startswith("GET ") and not call.endswith("auth/login")]


def logins(running: Running) -> int:
    return sum(count for call, count in running.calls.items() if call.endswith("auth/login"))


def test_an_ai_conductor_that_is_as_the_profile_says_is_well_by_one_login_and_reads(
    site: MakeSite, conductor: Running
) -> None:
    found = lines_of(site(**aic(conductor)))
    reads = "list_workspaces, list_accounts, get_workspace, list_content, list_members"
    said = f"version 2.1.0; the login is taken; as the profile says: {reads}"
    assert found["ai-conductor"] == Answer(Outcome.OK, said)
    assert (logins(conductor), writes(conductor)) == (1, [])


def test_a_wrong_password_is_tried_once_by_all_checks_together(
    site: MakeSite, conductor: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIC_ADMIN_PASSWD", "a-wrong-pass-4711")
    now = lines_of(site(**aic(conductor)))
    assert now["ai-conductor"].outcome == Outcome.FAILED
    assert "4 more failures lock the account" in now["ai-conductor"].seen
    assert "AIC_ADMIN_PASSWD" in now["ai-conductor"].remedy
    assert logins(conductor) == 1
    assert "a-wrong-pass-4711" not in str(now)


def test_a_login_that_is_not_given_names_its_variables_and_keys(
    site: MakeSite, conductor: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = lines_of(site(**aic(conductor)))
    monkeypatch.delenv("AIC_ADMIN_USER")
    monkeypatch.setattr("project_workspace.conductor.connection._clients", {})
    now = lines_of(site(**aic(conductor)))
    # Whether workspace and account are there cannot be asked either.
    assert broken(well, now) == {"ai-conductor": Outcome.FAILED, "name-collisions": Outcome.UNKNOWN}
    for name in ("conductorAdminUser", "conductorAdminPassword"):
        assert name in now["ai-conductor"].remedy
    assert logins(conductor) == 1


def test_a_version_that_the_profile_is_not_for_fails_its_line(site: MakeSite, conductor: Running) -> None:
    well = lines_of(site(**aic(conductor)))
    with inprocess.serving(*ADMIN, Settings(api_version="1.7.0")) as old:
        now = lines_of(site(**aic(old)))
    assert well["ai-conductor"].outcome == Outcome.OK
    assert now["ai-conductor"].outcome == Outcome.FAILED
    assert now["ai-conductor"].seen == "version 1.7.0"
    assert now["ai-conductor"].expected == f"2.0 to 2.1, which the API profile '{PROFILE}' is for"


OTHERWISE = [
    (("calls", "list_accounts", "path"), "users", "list_accounts (GET api/v1/users): expected an answer, came: "),
    (
        ("calls", "list_workspaces", "envelope"),
        "items",
        "list_workspaces (GET api/v1/workspaces): expected a list, came: 'items' is missing",
    ),
    (
        ("records", "member", "account_id"),
        "user_id",
        "list_members (GET api/v1/workspaces/{workspace_id}/members): expected a record 'member', came: 'user_id' is",
    ),
    (("records", "account", "login_id"), "login", "list_accounts (GET api/v1/accounts): expected a record 'account'"),
    (("calls", "list_accounts", "method"), "POST", "list_accounts (POST api/v1/accounts): not asked"),
]


@pytest.mark.parametrize("case", OTHERWISE, ids=lambda case: ".".join(case[0]))
def test_a_call_that_answers_otherwise_is_named_with_what_came(
    site: MakeSite, conductor: Running, tmp_path: Path, case: tuple[tuple[str, ...], str, str]
) -> None:
    where, value, said = case
    profile = json.loads((FOLDER / f"{PROFILE}.json").read_text())
    place = profile
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    file = tmp_path / "own.json"
    file.write_text(json.dumps(profile))

    found = running.ALL["ai-conductor"](site(**aic(conductor, profile=str(file))))
    assert found
    assert found.outcome == Outcome.FAILED
    assert said in found.seen
    assert found.seen.count("expected") + found.seen.count("not asked") == 1, found.seen
    assert writes(conductor) == []


def test_without_a_workspace_there_it_is_said_what_could_not_be_asked(site: MakeSite, conductor: Running) -> None:
    with conductor.place.store.edit() as state:
        state["workspaces"].clear()
    found = lines_of(site(**aic(conductor)))
    assert found["ai-conductor"].outcome == Outcome.OK
    assert found["ai-conductor"].seen.endswith(
        "without a workspace there: not get_workspace, list_content, list_members"
    )


def test_a_stack_without_them_has_no_line_of_them(site: MakeSite) -> None:
    found: Lines = lines_of(site())
    assert {"grafana", "ai-conductor", "keycloak"} & set(found) == set()
