"""The comment of a preview: whole comments of recorded runs, the cut, and that no secret is in it.

The recordings under `events/` are of the real engine on the local platform: a new workspace; one whose bucket and node
groups are to change; one that others have changed; one without changes. Left out of them: debug output, resources that
stay as they are, and the dashboard.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from project_workspace.config.program import Program
from project_workspace.config.programs import PROGRAMS
from project_workspace.schema.section import Section
from workspacectl.review import events, markdown, terminal
from workspacectl.review.events import Preview, Step, UnreadableError, Violation
from workspacectl.review.markdown import LIMIT

RECORDED = Path(__file__).parent / "events" / "project-workspace"
EXPECTED = Path(__file__).parent / "comments"
MARKER = "<!-- marker -->"
RUNS = {"create": ["create"], "changes": ["changes"], "drift": ["drift"], "several": ["same", "changes", "create"]}
SECRETS = (
    "AKIAIOSFODNN7EXAMPLE",
    "$2b$12$" + "a" * 53,
    "ghp_" + "b" * 36,
    f"glsa_{'c' * 32}_0123abcd",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "postgres://admin:hunter2@db.example.com",
)
GIVEN_AWAY = (*SECRETS[:4], "MIIE", "hunter2")


def recorded(*names: str) -> list[Preview]:
    return [events.read((RECORDED / f"{name}.json").read_text(), f"project-workspace/{name}-dev") for name in names]


@pytest.mark.parametrize("run", RUNS)
def test_a_recorded_run_gives_this_comment(run: str, pytestconfig: pytest.Config) -> None:
    body = markdown.comment(recorded(*RUNS[run]), marker=MARKER)
    file = EXPECTED / f"{run}.md"
    if pytestconfig.getoption("--renew"):
        file.write_text(body)
    assert body == file.read_text()


def test_the_terminal_says_the_same() -> None:
    said = StringIO()
    terminal.show(Console(file=said, width=200, soft_wrap=True), recorded("changes", "drift"))
    shown = said.getvalue()
    for expected in (
        "changes-dev: replace aws:s3/bucket:Bucket demo, the bucket, with everything in it",
        "mandatory gpu-group-is-tainted aws:eks/nodeGroup:NodeGroup demo-gpu: Pods that need no GPU would fill",
        'instanceTypes[0]: "m5.xlarge" -> "m6i.xlarge"',
        'role: "DEVELOPER" -> "ADMIN"',
    ):
        assert expected in shown


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.namespace)
def test_with_the_stated_permission_of_its_program_a_bucket_may_be_replaced(program: Program[Section]) -> None:
    [refused] = recorded("changes")
    assert "data-goes-with-permission-only" in markdown.comment([refused], marker=MARKER)
    allowed = Preview(refused.stack, refused.steps, [], [], {f"{program.namespace}:deleteData": "true"})
    body = markdown.comment([allowed], marker=MARKER)
    assert "data-goes-with-permission-only" not in body
    assert "Look at these first" in body, "it is still said"


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_is_nowhere(secret: str) -> None:
    step = Step("update", "aws:s3/bucket:Bucket", "demo", [("tags.note", secret, f"now {secret} " * 40)])
    named = Step("update", "x:y:Z", "demo", [("password", "plain-one", "plain-two"), ("data.apiToken", "p-3", "p-4")])
    preview = Preview("demo-dev", [step, named], [Violation("rule", "advisory", "x", secret)], [f"failed: {secret}"])
    said = StringIO()
    terminal.show(Console(file=said, width=500), [preview])
    body = markdown.comment([preview], marker=MARKER)
    for shown in (body, said.getvalue()):
        assert "[secret]" in shown or "\\[secret\\]" in shown
        assert [each for each in (*GIVEN_AWAY, "plain-one", "plain-two", "p-3", "p-4") if each in shown] == []


def test_debug_output_is_not_read() -> None:
    debug = {"sequence": 1, "diagnosticEvent": {"severity": "debug", "message": "hunter2"}}
    info = {"sequence": 2, "diagnosticEvent": {"severity": "info#err", "message": "hunter2"}}
    preview = events.read("\n".join(json.dumps(each) for each in (debug, info)), "demo-dev")
    assert preview == Preview("demo-dev")


TEXTS = st.text(max_size=300)
STEPS = st.builds(
    Step,
    st.sampled_from(["create", "update", "replace", "delete", "drift"]),
    st.sampled_from(["aws:s3/bucket:Bucket", "aws:eks/nodeGroup:NodeGroup", "x:y:Z"]),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
    st.lists(st.tuples(st.just("spec.model"), TEXTS, TEXTS), max_size=60),
)


@settings(max_examples=40)
@given(st.lists(st.builds(Preview, st.sampled_from(["a-dev", "b-dev"]), st.lists(STEPS, max_size=80)), max_size=5))
def test_no_comment_is_longer_than_the_limit_and_what_weighs_is_never_cut(previews: Sequence[Preview]) -> None:
    body = markdown.comment(previews, marker=MARKER)
    assert len(body) <= LIMIT
    assert body.startswith(MARKER)
    weighs = any(
        step.action in ("replace", "delete") and step.type != "x:y:Z" for preview in previews for step in preview.steps
    )
    assert ("Look at these first" in body) == weighs


def test_properties_that_do_not_fit_are_left_out_and_the_comment_says_so() -> None:
    long = [Step("update", "x:y:Z", f"thing-{n}", [("spec", "a" * 150, "b" * 150)]) for n in range(300)]
    body = markdown.comment([Preview("long-dev", long), *recorded("changes")], marker=MARKER)
    assert "**Cut:** the properties of long-dev do not fit in a comment. The job's log has them." in body
    assert "long-dev: 300 resources" not in body
    assert "changes-dev: 25 resources, by property" in body


def test_more_errors_than_fit_are_cut_and_the_comment_says_so() -> None:
    body = markdown.comment([Preview("demo-dev", errors=["x" * 5_000] * 40)], marker=MARKER)
    assert len(body) <= LIMIT
    assert body.endswith("**Cut here.** The job's log has everything.\n")


def test_nothing_in_a_message_is_read_as_markdown() -> None:
    said = "</details> @everybody `code` **bold** <img src=x> ``` fence"
    violation = Violation("rule", "advisory", "", said)
    body = markdown.comment([Preview("demo-dev", [], [violation], [said])], marker=MARKER)
    assert "\\<img src=x\\>" in body
    assert "@\u200beverybody" in body
    assert "````text" in body, "the fence is longer than what it holds"


def test_what_is_not_the_engines_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableError, match=r"Expected an engine event in line 1, .*STREAMING_JSON_PREVIEW=true"):
        events.read('{"steps": []}', "demo-dev")
    with pytest.raises(UnreadableError, match="in line 2"):
        events.read('{"sequence": 0}\nwarning: x', "demo-dev")
