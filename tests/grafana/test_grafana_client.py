"""The Grafana client against the stand-in: what it sends, what it makes of refusals, and every kind of lost answer."""

import pytest

from project_workspace.grafana.client import FoundDashboard, Grafana, VersionMismatchError
from project_workspace.remote.errors import (
    ConflictError,
    CredentialsError,
    NotFoundError,
    RefusedError,
    RemoteError,
    UnreachableError,
)
from tests.support.faulty_grafana import QUICK, TOKEN, VIEWER, Fault, FaultySite, answer, cut, done_then, html, silent

UID = "d4f7k2m9q1x0z"
MODEL = {"title": "Demo", "tags": ["workspace:demo-ws"], "panels": []}
TRUNCATED = answer("200 OK", '{"status": "succ')
LOST = {
    "cut connection": cut,
    "no answer": silent,
    "server error": answer("500 Internal Server Error", '{"message": "database is locked"}'),
    "proxy's page": html("502 Bad Gateway"),
    "login page": html("200 OK"),
    "truncated JSON": TRUNCATED,
}


def lost(names: str = "") -> pytest.MarkDecorator:
    chosen = {name: fault for name, fault in LOST.items() if not names or name in names}
    return pytest.mark.parametrize("fault", chosen.values(), ids=chosen.keys())


def save(grafana: Grafana, version: int = 0, folder: str = "monitoring", title: str = "Demo") -> None:
    grafana.save_dashboard(UID, {**MODEL, "title": title}, folder=folder, version=version, message="a test")


def found(version: int, title: str = "Demo", folder: str = "monitoring") -> FoundDashboard:
    return FoundDashboard(UID, version, folder, {**MODEL, "title": title})


def test_a_dashboard_is_found_as_it_was_saved(grafana: Grafana, site: FaultySite) -> None:
    assert grafana.find_dashboard(UID) is None
    save(grafana)
    assert grafana.find_dashboard(UID) == found(1)
    assert site.store.dashboards[UID]["message"] == "a test"
    assert site.calls == {"GET": 2, "POST": 1}


def test_a_save_with_the_version_that_was_read_changes_the_dashboard(grafana: Grafana) -> None:
    save(grafana)
    save(grafana, version=1, folder="", title="Other")
    assert grafana.find_dashboard(UID) == found(2, "Other", "")


def test_a_save_that_met_another_one_is_refused_and_changes_nothing(grafana: Grafana) -> None:
    save(grafana)
    for version in (0, 2):
        with pytest.raises(VersionMismatchError, match="changed by someone else"):
            save(grafana, version=version, title="Other")
    assert grafana.find_dashboard(UID) == found(1)


def test_a_title_that_is_taken_in_the_folder_is_a_conflict_with_a_way_out(grafana: Grafana) -> None:
    with pytest.raises(ConflictError, match="Rename or move the other dashboard") as error:
        save(grafana, title="Nodes")
    assert not isinstance(error.value, VersionMismatchError)


def test_an_unknown_folder_is_named(grafana: Grafana) -> None:
    with pytest.raises(NotFoundError, match="Make the folder 'nowhere' in Grafana"):
        save(grafana, folder="nowhere")


def test_a_provisioned_dashboard_can_be_neither_saved_nor_deleted(grafana: Grafana) -> None:
    with pytest.raises(RefusedError, match="Cannot save provisioned dashboard"):
        grafana.save_dashboard("cluster-total", MODEL, folder="", version=7)
    with pytest.raises(RefusedError, match="provisioned dashboard cannot be deleted"):
        grafana.delete_dashboard("cluster-total")


def test_a_deleted_dashboard_is_gone_and_a_second_deletion_is_done_already(grafana: Grafana) -> None:
    save(grafana)
    grafana.delete_dashboard(UID)
    assert grafana.find_dashboard(UID) is None
    grafana.delete_dashboard(UID)


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        (None, "no token for Grafana was given"),
        ("glsa with space", "Expected a token for Grafana without spaces"),
        ("glsa_wrong", "Invalid API key"),
    ],
)
def test_a_token_that_cannot_be_right_is_never_tried_twice_and_never_shown(
    site: FaultySite, token: str | None, sentence: str
) -> None:
    with pytest.raises(CredentialsError, match=sentence) as error:
        Grafana(site.url, token, QUICK).find_dashboard(UID)
    assert site.calls.total() <= 1
    assert "Set GRAFANA_TOKEN" in str(error.value)
    assert token is None or token not in f"{error.value}{error.value!r}"


def test_a_token_with_a_line_end_around_it_works(site: FaultySite) -> None:
    assert Grafana(site.url, f"{TOKEN}\n", QUICK).find_dashboard(UID) is None


def test_a_token_without_the_right_to_save_is_told_which_rights_it_needs(site: FaultySite) -> None:
    viewer = Grafana(site.url, VIEWER, QUICK)
    assert viewer.find_dashboard(UID) is None
    with pytest.raises(CredentialsError, match="Give the token's service account dashboards:read"):
        save(viewer)


@lost("cut connection, no answer, proxy's page")
def test_a_read_is_repeated_after_a_lost_answer(grafana: Grafana, site: FaultySite, fault: Fault) -> None:
    save(grafana)
    site.plan("GET", fault, fault)
    assert grafana.find_dashboard(UID) == found(1)
    assert site.calls["GET"] == 3


@lost()
def test_a_read_that_stays_without_an_answer_fails_and_never_says_gone(
    grafana: Grafana, site: FaultySite, fault: Fault
) -> None:
    site.plan("GET", *[fault] * QUICK.attempts)
    with pytest.raises(UnreachableError) as error:
        grafana.find_dashboard(UID)
    assert not error.value.may_have_happened
    assert site.url in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_proxys_404_does_not_count_as_gone(grafana: Grafana, site: FaultySite) -> None:
    site.plan("GET", html("404 Not Found"))
    with pytest.raises(UnreachableError, match="not one of Grafana's"):
        grafana.find_dashboard(UID)


@pytest.mark.parametrize("document", ["[]", "{}", '{"dashboard": {}, "meta": {}}', '{"dashboard": 1, "meta": 2}'])
def test_an_answer_of_another_shape_is_not_taken_for_grafanas(
    grafana: Grafana, site: FaultySite, document: str
) -> None:
    site.plan("GET", answer("200 OK", document))
    with pytest.raises(UnreachableError, match="not one of Grafana's"):
        grafana.find_dashboard(UID)


def test_a_redirect_is_not_followed(grafana: Grafana, site: FaultySite) -> None:
    site.plan("GET", answer("302 Found", "", ("Location", f"{site.url}/login")))
    with pytest.raises(UnreachableError, match="redirects"):
        grafana.find_dashboard(UID)
    assert site.calls == {"GET": 1}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_call_that_was_one_too_many_is_repeated_after_the_pause_that_was_asked(
    grafana: Grafana, site: FaultySite, method: str
) -> None:
    site.plan(method, answer("429 Too Many Requests", '{"message": "slow down"}', ("Retry-After", "0")))
    save(grafana)
    assert grafana.find_dashboard(UID) == found(1)
    grafana.delete_dashboard(UID)
    assert grafana.find_dashboard(UID) is None
    assert site.calls[method] == {"GET": 3, "POST": 2, "DELETE": 2}[method]


@lost()
def test_a_save_that_happened_without_an_answer_is_not_repeated(
    grafana: Grafana, site: FaultySite, fault: Fault
) -> None:
    site.plan("POST", done_then(fault))
    save(grafana)
    assert site.calls == {"POST": 1, "GET": 1}
    assert grafana.find_dashboard(UID) == found(1)


@lost("cut connection, no answer, server error, proxy's page")
def test_a_save_that_did_not_happen_is_repeated_once(grafana: Grafana, site: FaultySite, fault: Fault) -> None:
    site.plan("POST", fault)
    save(grafana)
    assert site.calls == {"POST": 2, "GET": 1}
    assert grafana.find_dashboard(UID) == found(1)


def test_a_save_without_an_answer_is_not_repeated_over_somebody_elses(grafana: Grafana, site: FaultySite) -> None:
    save(grafana)
    site.plan("POST", cut)
    site.store.dashboards[UID]["version"] = 2
    with pytest.raises(VersionMismatchError):
        save(grafana, version=1, title="Other")
    assert grafana.find_dashboard(UID) == found(2)


@lost("cut connection, no answer, proxy's page")
def test_a_deletion_is_repeated_after_a_lost_answer(grafana: Grafana, site: FaultySite, fault: Fault) -> None:
    save(grafana)
    site.plan("DELETE", done_then(fault))
    grafana.delete_dashboard(UID)
    assert grafana.find_dashboard(UID) is None


def test_a_server_that_is_not_there_is_named_with_what_to_do(site: FaultySite) -> None:
    nowhere = Grafana("http://127.0.0.1:9", TOKEN, QUICK)
    with pytest.raises(
        UnreachableError, match=r"Could not save dashboard .* http://127\.0\.0\.1:9.* Check that"
    ) as error:
        save(nowhere)
    assert not error.value.may_have_happened
    assert site.calls == {}


@pytest.mark.parametrize("url", ["grafana.example.com", "ftp://grafana", "http://user:pw@grafana"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(RemoteError, match="Expected the URL of Grafana, for example"):
        Grafana(url, TOKEN)


def test_a_path_of_the_url_is_kept_and_a_last_slash_is_not() -> None:
    assert Grafana("https://monitor.example.com/grafana/", TOKEN).url == "https://monitor.example.com/grafana"


def test_neither_the_client_nor_what_it_finds_shows_the_token(grafana: Grafana) -> None:
    save(grafana)
    assert TOKEN not in f"{grafana!r} {grafana.find_dashboard(UID)!r}"
