"""A setting cannot be added without a test of what its change does. Fast: reads the tables, runs no engine."""

from __future__ import annotations

from itertools import chain

from codegen.settings import leaves
from project_workspace.config.stack_options import StackOptions
from tests.support.engine.changes import IN_PLACE, LOGIN, SYSTEM_ACCOUNT, TO_OBJECTS
from tests.support.engine.changing import settings_named
from tests.support.engine.replacements import (
    ANOTHER_PROJECT,
    NOT_IN_A_TABLE,
    PREVIEWED,
    REFUSED,
    REPLACED_IN_THEIR_WAY,
    REPLACING,
)

SETTINGS = {setting.path for setting in leaves(StackOptions)}
"""Every setting that holds a value, as docs/settings.md calls it."""

COVERED = {
    "in place": settings_named([*chain(*IN_PLACE), *(change for change, _ in LOGIN), SYSTEM_ACCOUNT, TO_OBJECTS]),
    "replacing": settings_named([*chain(*REPLACING), *PREVIEWED, ANOTHER_PROJECT]) - REPLACED_IN_THEIR_WAY,
    "refused": settings_named(REFUSED),
    "not in a table": set(NOT_IN_A_TABLE),
}


def test_every_setting_is_changed_by_a_test() -> None:
    assert len(SETTINGS) > 50
    assert SETTINGS - set().union(*COVERED.values()) == set()


def test_no_setting_is_covered_in_two_ways() -> None:
    ways = {setting: [way for way, found in COVERED.items() if setting in found] for setting in SETTINGS}
    assert {setting: found for setting, found in ways.items() if len(found) > 1} == {}


def test_the_tables_name_only_settings_that_there_are() -> None:
    parts = {
        "conductor.members",
        "members",
        "network.allow",
        "nodeGroups[].taints",
    }  # lists that are made before their entries
    assert set().union(*COVERED.values()) - SETTINGS - parts == set()
