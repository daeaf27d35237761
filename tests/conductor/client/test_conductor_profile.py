"""API profiles: complete or refused with the field's name, and the only place that knows the API."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.conductor.profile import FOLDER, Profile, load_profile, parse_version
from project_workspace.remote.errors import RefusedError

ROOT = FOLDER.parents[1]
GIVEN = FOLDER / "ai-conductor-2.1.json"


def written(folder: Path, change: Any) -> str:
    content = json.loads(GIVEN.read_text())
    change(content)
    path = folder / "site.json"
    path.write_text(json.dumps(content))
    return str(path)


def test_a_profile_is_loaded_by_name_and_by_path(tmp_path: Path, profile: Profile) -> None:
    assert load_profile(written(tmp_path, lambda _: None)) == profile


def test_a_corrected_profile_changes_the_request(tmp_path: Path) -> None:
    def change(content: Any) -> None:
        content["calls"]["add_member"].update(path="ws/{workspace_id}/users", body={"account_id": "user", "role": "as"})

    shape = load_profile(written(tmp_path, change)).calls["add_member"]
    assert shape.request({"workspace_id": "a/b", "account_id": "c", "role": "MANAGER"}) == (
        "ws/a%2Fb/users",
        {},
        {"user": "c", "as": "MANAGER"},
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["calls"].pop("login"), "calls.login is missing"),
        (lambda c: c["calls"].update(fly=c["calls"]["versions"]), "calls.fly is unknown"),
        (lambda c: c["calls"]["create_account"]["body"].pop("password"), "calls.create_account: 'password' is missing"),
        (lambda c: c["calls"]["get_workspace"].update(path="w/{name}"), "calls.get_workspace: 'name' is unknown"),
        (lambda c: c["calls"]["login"].update(method="SEND"), "calls.login.method: Input should be"),
        (lambda c: c["records"]["spec"].pop("gpu"), "records.spec: 'gpu' is missing"),
        (lambda c: c["session"].pop("cookie"), "session.cookie: Field required"),
        (lambda c: c.update(extra=1), "extra: Extra inputs are not permitted"),
        (lambda c: c.update(oldest="two"), "oldest: Expected a version, for example '2.1'"),
    ],
)
def test_a_profile_that_is_not_complete_is_refused_with_file_and_field(tmp_path: Path, change: Any, said: str) -> None:
    path = written(tmp_path, change)
    with pytest.raises(RefusedError) as refused:
        load_profile(path)
    assert path in str(refused.value)
    assert said in str(refused.value)


def test_a_profile_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(RefusedError, match=r"profile 'nope'.*Name one of 'ai-conductor-2\.1'"):
        load_profile("nope")


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_versions_are_pairs_of_integers(major: int, minor: int, patch: int) -> None:
    assert parse_version(f"{major}.{minor}.{patch}") == parse_version(f"v{major}.{minor}") == (major, minor)


@pytest.mark.parametrize(("version", "fits"), [((1, 7), False), ((2, 0), True), ((2, 10), True), ((3, 0), True)])
def test_a_newer_server_counts_as_the_newest_known(profile: Profile, version: tuple[int, int], fits: bool) -> None:
    assert profile.fits(version) is fits


def test_nothing_but_the_profile_knows_the_api(profile: Profile) -> None:
    words = {profile.session.cookie, profile.session.failures, *profile.session.codes, profile.base}
    for shape in profile.calls.values():
        words |= {*shape.fixed_query, *(shape.body.values()), re.sub(r"\{.*", "", shape.path).rstrip("/")}
    words |= {wire for fields in profile.records.values() for wire in fields.values()}
    telling = sorted(word for word in words if re.search(r"[_/.-]", word))
    assert {"access-token", "login_pw", "s3_bucket_name", "auth/login", "api/v1"} <= {*telling}
    own = {meaning for fields in profile.records.values() for meaning in fields} | {"login_id", "display_name"}
    own |= {meaning for shape in profile.calls.values() for meaning in shape.meanings}
    files = [*ROOT.joinpath("conductor").glob("*.py")]
    assert len(files) > 6
    assert [(f.name, word) for f in files for word in telling if word not in own and quoted(word, f)] == []


def quoted(word: str, file: Path) -> bool:
    return bool(re.search(rf"['\"/]{re.escape(word)}['\"/]", file.read_text()))
