"""Of a table with many rows about one thing `make test` has the first, and `make test-all` every one."""

from tests.support.rows import first_of_each


def test_the_first_row_about_each_thing_is_in_make_test_and_every_row_is_in_test_all() -> None:
    rows = [("helm", "gone"), ("helm", "old"), ("kubectl", "gone"), ("helm", "fails")]
    found = first_of_each(rows, lambda row: row[0])
    assert [each.values for each in found] == [(row,) for row in rows]
    assert [[mark.name for mark in each.marks] for each in found] == [[], ["thorough"], [], ["thorough"]]
