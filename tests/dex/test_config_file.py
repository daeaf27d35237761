"""Rules of editing dex's configuration: nothing of anybody else changes, and dex never gets what it refuses."""

from __future__ import annotations

import base64

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.remote.errors import RefusedError

HASH = "$2b$12$" + "a" * 53
OTHER_HASH = "$2a$10$" + "b" * 53
EMAIL = "aic-user-demo-ws@aic.com"
OURS = Entry(email=EMAIL, hash=HASH, username="aic-user-demo-ws", user_id="0123")
OUR_LINES = f'- email: "{EMAIL}"\n  hash: "{HASH}"\n  username: "aic-user-demo-ws"\n  userID: "0123"\n'
OUR_FLOW = f'{{"email": "{EMAIL}", "hash": "{HASH}", "username": "aic-user-demo-ws", "userID": "0123"}}'

ANNA = f"- email: 'Anna@example.com'  # badge\n  hash: {OTHER_HASH}\n  username: anna\n  userID: 0815-4711\n"

NASTY = {
    "the list is the last key": "enablePasswordDB: true\nstaticPasswords:\n" + ANNA,
    "no line end at the end": ("enablePasswordDB: true\nstaticPasswords:\n" + ANNA).rstrip("\n"),
    "comments everywhere": (
        "# top\nenablePasswordDB: true # on\n# before\nstaticPasswords: # users\n# first\n"
        + ANNA
        + "    # belongs to anna\n\n# clients\nstaticClients:\n# one\n- id: x\n\n# end\n"
    ),
    "indented list": (
        f"enablePasswordDB: true\nstaticPasswords:\n    -   email: a@b.c\n        hash: {OTHER_HASH}\n"
        "        groups: [a, b]\n    # tail of the list\nweb: {http: 0.0.0.0:5556}\n"
    ),
    "dash on its own line": (
        f"enablePasswordDB: true\nstaticPasswords:\n-\n  # who\n  email: a@b.c\n  hash: {OTHER_HASH}\nx: 1\n"
    ),
    "Windows line ends": ("enablePasswordDB: true\nstaticPasswords:\n" + ANNA + "x: 1\n").replace("\n", "\r\n"),
    "Windows without the last": ("enablePasswordDB: true\nstaticPasswords:\n" + ANNA).replace("\n", "\r\n")[:-2],
    "byte order mark": "\ufeffenablePasswordDB: true\nstaticPasswords:\n" + ANNA,
    "document markers": "%YAML 1.1\n---\nenablePasswordDB: yes\nstaticPasswords:\n" + ANNA + "...\n",
    "hash from the environment": (
        "enablePasswordDB: true\nstaticPasswords:\n- email: user@example.com\n  hashFromEnv: DEX_USER_PASSWORD\n"
        '  username: user\n  userID: "15841185641784"\n'
    ),
    "flow list of one line": (
        f"enablePasswordDB: true\nstaticPasswords: [{{email: a@b.c, hash: '{OTHER_HASH}'}}] # all\nx: 1\n"
    ),
    "flow list of many lines": (
        f"enablePasswordDB: true\nstaticPasswords: [\n  {{email: a@b.c, hash: '{OTHER_HASH}'}}, # a\n"
        f"  {{email: b@b.c,\n   hash: '{OTHER_HASH}'}}, # b\n] # all\n"
    ),
    "flow entries in a block list": (
        f"enablePasswordDB: true\nstaticPasswords:\n- {{email: a@b.c, hash: '{OTHER_HASH}',\n   userID: '1'}} # a\n"
    ),
    "JSON": '{"enablePasswordDB": true, "staticPasswords": [], "issuer": "x"}',
    "JSON of many lines": (
        '{\n  "enablePasswordDB": true,\n  "staticPasswords": [\n    {"email": "a@b.c", "hash": "'
        + OTHER_HASH
        + '"}\n  ]\n}\n'
    ),
    "anchors and merges": (
        f"base: &base\n  hash: {OTHER_HASH}\nenablePasswordDB: true\nstaticPasswords:\n- &a\n  <<: *base\n"
        "  email: a@b.c\n- <<: [*base]\n  email: b@b.c\nagain: *a\n"
    ),
    "an alias is the last entry": (
        f"u: &u\n  email: a@b.c\n  hash: {OTHER_HASH}\nenablePasswordDB: true\nstaticPasswords:\n- *u # him\nx: 1\n"
    ),
    "a block scalar is the last value": (
        f"enablePasswordDB: true\nstaticPasswords:\n- email: a@b.c\n  hash: {OTHER_HASH}\n  username: |+\n    x\n\n\n"
        "# clients\nx: 1\n"
    ),
    "no list": "issuer: x\nenablePasswordDB: true # on\n# the end\n",
    "no list and no line end": "enablePasswordDB: true\nissuer: x",
    "no list before a document end": "enablePasswordDB: true\nissuer: x\n...\n",
    "no list, indented": "  enablePasswordDB: true\n  issuer: x\n",
    "empty list": "staticPasswords: [] # none\nenablePasswordDB: true\n",
    "empty list with a comment": "staticPasswords: [ # none\n  ]\nenablePasswordDB: true\n",
    "nothing": "staticPasswords:   # none\n# clients\nenablePasswordDB: true\n",
    "nothing at the end": "enablePasswordDB: true\nstaticPasswords:",
    "null": "staticPasswords: null\nenablePasswordDB: true\n",
    "tilde with a comment": "enablePasswordDB: true\nstaticPasswords:  ~   # none\n",
    "null below": "enablePasswordDB: true\nstaticPasswords:\n  null\n",
    "the key in another case": "enablepassworddb: true\nstaticpasswords:\n" + ANNA,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_adding_then_removing_gives_the_original_text(text: str) -> None:
    added = dex_config.put(text, OURS)
    assert dex_config.find(added, EMAIL) == OURS
    assert dex_config.put(added, OURS) == added
    assert dex_config.remove(added, EMAIL, OURS.user_id) == text


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_replacing_a_value_keeps_everything_else(text: str) -> None:
    newer = Entry(email=EMAIL, hash=OTHER_HASH, username="other", user_id="77")
    added = dex_config.put(text, OURS)
    replaced = dex_config.put(added, newer)
    expected = added.replace(HASH, OTHER_HASH).replace('"aic-user-demo-ws"', '"other"').replace('"0123"', '"77"')
    assert replaced == expected
    assert dex_config.remove(replaced, EMAIL, newer.user_id) == text


def test_a_new_entry_comes_after_the_last_one_and_the_comments_that_belong_to_it() -> None:
    tail = "\n# clients\nstaticClients: []\n"
    text = "enablePasswordDB: true\nstaticPasswords:\n" + ANNA + "  # deeper: anna's\n"
    assert dex_config.put(text + tail, OURS) == text + OUR_LINES + tail


def test_the_forms_of_a_new_list_are_these() -> None:
    on = "enablePasswordDB: true\n"
    added = {
        before: dex_config.put(on + before, OURS) for before in ("", "staticPasswords: []\n", "staticPasswords: ~\n")
    }
    assert added == {
        "": f"{on}staticPasswords: # project-workspace: was absent.\n{OUR_LINES}",
        "staticPasswords: []\n": f"{on}staticPasswords: [{OUR_FLOW}]\n",
        "staticPasswords: ~\n": f"{on}staticPasswords: # project-workspace: was ~.\n{OUR_LINES}",
    }


def test_a_key_of_our_own_stays_while_others_use_it() -> None:
    on = "enablePasswordDB: true\n"
    shared = dex_config.put(on, OURS) + ANNA
    assert (
        dex_config.remove(shared, EMAIL, OURS.user_id)
        == f"{on}staticPasswords: # project-workspace: was absent.\n{ANNA}"
    )


def test_an_adopted_entry_keeps_its_quotes_comments_and_further_keys() -> None:
    by_hand = (
        f"- userID: '0123' # by hand\n  email: AIC-User-Demo-WS@aic.com\n  groups: [a]\n  hash: {OTHER_HASH} # old\n"
        "  username: 'aic-user-demo-ws'\n"
    )
    text = "enablePasswordDB: true\nstaticPasswords:\n" + by_hand + ANNA
    expected = text.replace("AIC-User-Demo-WS@aic.com", f'"{EMAIL}"').replace(OTHER_HASH, f'"{HASH}"', 1)
    assert dex_config.put(text, OURS) == expected
    assert dex_config.remove(expected, EMAIL, OURS.user_id) == "enablePasswordDB: true\nstaticPasswords:\n" + ANNA


def test_a_hash_from_the_environment_is_written_out_when_the_entry_is_put() -> None:
    text = f"enablePasswordDB: true\nstaticPasswords:\n{ANNA}- email: {EMAIL}\n  hashFromEnv: X # x\n  userID: '0123'\n"
    assert dex_config.put(text, OURS) == f"enablePasswordDB: true\nstaticPasswords:\n{ANNA}{OUR_LINES}"


def test_of_several_entries_the_last_counts_and_all_go() -> None:
    head = "enablePasswordDB: true\nstaticPasswords:\n"
    first = f"- email: {EMAIL.upper()}\n  hash: {OTHER_HASH}\n  userID: '1'\n"
    last = f"- email: {EMAIL}\n  hash: {OTHER_HASH}\n  username: x\n  userID: '2'\n"
    text = head + first + ANNA + last
    found = dex_config.find(text, EMAIL)
    assert found == Entry(email=EMAIL, hash=OTHER_HASH, username="x", user_id="2")
    assert [each.user_id for each in dex_config.find_all(text, EMAIL)] == ["1", "2"]
    assert dex_config.put(text, OURS) == head + ANNA + OUR_LINES.replace(f'"{EMAIL}"', EMAIL)
    assert dex_config.remove(text, EMAIL, "2") == head + first + ANNA
    assert dex_config.remove(text, EMAIL, "1") == head + ANNA + last
    assert dex_config.remove(text, EMAIL, OURS.user_id) == text


def test_removing_what_is_not_there_changes_nothing_even_in_a_file_that_dex_refuses() -> None:
    text = "staticPasswords:\n- email: a@b.c\n"
    assert dex_config.remove(text, EMAIL, OURS.user_id) == text


BROKEN = {
    "entry 1 of 'staticPasswords' (a@b.c) has no password hash": "- email: a@b.c\n",
    "entry 2 of 'staticPasswords' (b@b.c) has a malformed bcrypt hash": ANNA + "- email: b@b.c\n  hash: secret\n",
    "entry 1 of 'staticPasswords' (a@b.c) has a 'userID' that is not a string": (
        f"- email: a@b.c\n  hash: {OTHER_HASH}\n  userID: 12\n"
    ),
    "entry 2 of 'staticPasswords' (without e-mail) is not a mapping": ANNA + "-\n",
    "entry 1 of 'staticPasswords' (a@b.c) has a 'username' that is not a string": (
        f"- email: a@b.c\n  hash: {OTHER_HASH}\n  username: yes\n"
    ),
}


@pytest.mark.parametrize(("sentence", "entries"), BROKEN.items())
def test_what_dex_refuses_already_is_named_and_not_touched(sentence: str, entries: str) -> None:
    with pytest.raises(RefusedError) as refused:
        dex_config.put("enablePasswordDB: true\nstaticPasswords:\n" + entries, OURS)
    assert sentence in str(refused.value)
    assert "secret" not in str(refused.value)


def test_our_own_broken_entry_is_repaired_or_removed() -> None:
    head = "enablePasswordDB: true\nstaticPasswords:\n"
    broken = f'- email: {EMAIL}\n  hash: broken\n  userID: "{OURS.user_id}"\n'
    repaired = dex_config.put(head + ANNA + broken, OURS)
    assert dex_config.find_all(repaired, EMAIL) == [OURS]
    assert dex_config.remove(head + ANNA + broken, EMAIL, OURS.user_id) == head + ANNA


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("issuer: x\n", "'enablePasswordDB: true' is not set"),
        ("issuer: x\n", "Set 'enablePasswordDB: true' there, or 'login: {enabled: false}' in the stack."),
        ("enablePasswordDB: false\n", "'enablePasswordDB: true' is not set"),
        ('enablePasswordDB: "true"\n', "'enablePasswordDB: true' is not set"),
        ("", "it is empty"),
        ("a: [\n", "The text is not one YAML document"),
        ("a: \x00\n", "characters that YAML does not allow"),
        ("enablePasswordDB: true\n---\nb: 1\n", "more than one document"),
        ("a: *b\n", "undefined alias, line 1"),
        ("- a\n", "Expected a mapping"),
        ("enablePasswordDB: true\nstaticPasswords: x\n", "'staticPasswords' is not a list"),
        (
            "enablePasswordDB: true\nstaticPasswords: []\nStaticPasswords: []\n",
            "'staticPasswords' is there twice, and dex reads the last one alone, line 3",
        ),
        ('{"enablePasswordDB": true}', "no list 'staticPasswords'"),
        ("enablePasswordDB: true\nx: &x []\nstaticPasswords: *x\n", "has an anchor, an alias or a tag"),
    ],
)
def test_a_file_that_cannot_be_edited_is_refused_with_a_reason(text: str, sentence: str) -> None:
    with pytest.raises(RefusedError, match=sentence.replace("(", r"\(")):
        dex_config.put(text, OURS)


def test_an_entry_that_others_refer_to_is_not_removed() -> None:
    text = f"enablePasswordDB: true\nstaticPasswords:\n- &o\n  email: {EMAIL}\n  hash: {HASH}\n  userID: '1'\nx: *o\n"
    with pytest.raises(RefusedError, match="cannot be edited safely: undefined alias, line 3"):
        dex_config.remove(text, EMAIL, "1")


@pytest.mark.parametrize(
    "entry",
    [
        Entry(email="", hash=HASH, username="u", user_id="1"),
        Entry(email="a@b.c\nx", hash=HASH, username="u", user_id="1"),
        Entry(email="a@b.c", hash="$2b$04$" + "a" * 53, username="u", user_id="1"),
        Entry(email="a@b.c", hash="$2b$17$" + "a" * 53, username="u", user_id="1"),
        Entry(email="a@b.c", hash=HASH + "a", username="u", user_id="1"),
        Entry(email="a@b.c", hash=HASH, username="\x85", user_id="1"),
        Entry(email="a@b.c", hash=HASH, username="u", user_id=""),
    ],
)
def test_an_entry_that_is_not_well_formed_is_never_written(entry: Entry) -> None:
    with pytest.raises(RefusedError, match="Nothing was written") as refused:
        dex_config.put("enablePasswordDB: true\n", entry)
    assert HASH not in str(refused.value)


def test_a_hash_never_shows_in_the_representation_of_an_entry() -> None:
    assert HASH not in repr(OURS)


STEADY = settings(derandomize=True, max_examples=150)

# Generated files. PyYAML's loader is the second opinion on what they say.

NAMES = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
COMMENT = st.sampled_from(["", "", "# note\n", "  # deeper\n", "\n", "# - email: no\n"])
QUOTE = st.sampled_from(["{}", "'{}'", '"{}"'])
ENCODED = base64.b64encode(OTHER_HASH.encode()).decode()


@st.composite
def _item(draw: st.DrawFn, lead: str) -> str:
    quote = draw(QUOTE)
    fields = [
        "email: " + quote.format(draw(NAMES) + "@example.com"),
        draw(st.sampled_from([f"hash: {OTHER_HASH}", f'hash: "{ENCODED}"', "hashFromEnv: SOME"])),
        "username: " + draw(st.sampled_from(["'7'", '"a # b"', "'it''s'", "x y", "a#b", "'[{,'"])),
        "userID: " + draw(st.sampled_from(["'12'", "a-1", '"\\u00e9"', "1-2", "''"])),
    ]
    fields = draw(st.permutations(fields))
    if draw(st.booleans()):
        return f"{lead}- {{{', '.join(fields)}}}\n"
    return f"{lead}- " + f"\n{lead}  ".join(fields) + draw(st.sampled_from(["", " # end"])) + "\n"


@st.composite
def _files(draw: st.DrawFn) -> str:
    lead = " " * draw(st.integers(0, 4))
    entries = "".join(draw(COMMENT) + draw(_item(lead)) for _ in range(draw(st.integers(0, 4))))
    header = draw(st.sampled_from(["staticPasswords:\n", "staticPasswords: # users\n", "staticPasswords:   \n"]))
    if not entries:
        header = draw(st.sampled_from(["", "staticPasswords: []\n", "staticPasswords: ~ # x\n", header]))
    users = header + entries + draw(COMMENT)
    parts = draw(
        st.permutations(["enablePasswordDB: true\n", "issuer: http://x/dex # here\n", users, "web: {a: [1]}\n"])
    )
    text = draw(COMMENT) + "".join(parts) + draw(COMMENT)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@STEADY
@given(_files())
def test_any_file_survives_adding_and_removing_byte_for_byte(text: str) -> None:
    added = dex_config.put(text, OURS)
    before, after = yaml.safe_load(text), yaml.safe_load(added)
    ours = {"email": EMAIL, "hash": HASH, "username": "aic-user-demo-ws", "userID": "0123"}
    assert after == {**before, "staticPasswords": [*(before.get("staticPasswords") or []), ours]}
    assert dex_config.remove(added, EMAIL, OURS.user_id) == text


@STEADY
@given(_files(), st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8))
def test_entries_come_and_go_in_any_order_without_a_trace(text: str, toggles: list[str]) -> None:
    present: set[str] = set()
    current = text
    for name in [*toggles, *sorted({name for name in toggles if toggles.count(name) % 2})]:
        email = f"ws-{name}@aic.com"
        if name in present:
            current = dex_config.remove(current, email, name)
        else:
            current = dex_config.put(current, Entry(email=email, hash=HASH, username=name, user_id=name))
        present ^= {name}
        assert {each for each in "abcd" if dex_config.find(current, f"ws-{each}@aic.com")} == present
    assert current == text


@STEADY
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.text(max_size=20))
def test_any_text_is_edited_exactly_or_refused(prefix: str, username: str) -> None:
    text = prefix + "\nenablePasswordDB: true\n"
    entry = Entry(email=EMAIL, hash=HASH, username=username, user_id="0123")
    try:
        added = dex_config.put(text, entry)
    except RefusedError:
        return
    assert dex_config.find(added, EMAIL) == entry
    assert dex_config.remove(added, EMAIL, OURS.user_id) == text
