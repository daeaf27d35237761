"""The inventory is not blind: a field changed in an object of each kind shows, at its path, and nothing else does."""

from __future__ import annotations

import pytest

from local import inventory
from local.platform import Platform
from tests.support.engine.one_of_each import OneOfEach

pytestmark = pytest.mark.engine


@pytest.mark.thorough
def test_one_changed_field_in_an_object_of_each_kind_is_seen(platform: Platform, before: inventory.Inventory) -> None:
    objects = OneOfEach(platform)
    objects.make()
    as_made = inventory.take(platform)
    changes = [
        *objects.changes_in_the_cluster(),
        *objects.changes_of_the_bucket(),
        *objects.changes_of_identities(),
        *objects.changes_of_compute(),
    ]
    for _, change in changes:
        change()

    lines = inventory.differences(as_made, inventory.take(platform))

    paths = [path for path, _ in changes]
    assert [path for path in paths if not any(line.startswith((f"{path}:", f"{path}, ")) for line in lines)] == []
    assert [line for line in lines if not line.startswith(tuple(paths))] == []

    objects.unmake()
    assert inventory.differences(before, inventory.take(platform)) == []
