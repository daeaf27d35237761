"""What may change of a volume: its size, upwards, and nothing else; property tests of the sizes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace.kube.quantities import number
from project_workspace.volumes.changes import grows, refused

DATA = {"name": "data", "size": "100Gi", "accessModes": ["ReadWriteOnce"]}
SIZES = st.builds(
    lambda count, suffix: f"{count}{suffix}", st.integers(1, 4096), st.sampled_from(["M", "Mi", "G", "Gi"])
)


def said(old: Any, new: Any) -> dict[str, str]:
    return {
        problem.path: problem.message
        for problem in refused(old, new, [f"volumes[{index}]" for index, _ in enumerate(new)])
    }


@given(SIZES, SIZES)
def test_of_two_sizes_the_smaller_is_refused_and_only_it(before: str, after: str) -> None:
    old, new = {**DATA, "size": before}, {**DATA, "size": after}
    assert bool(said([old], [new])) == (number(after) < number(before))
    assert grows(old, new) == (number(after) > number(before))


def test_a_volume_that_shrinks_is_told_the_size_it_has() -> None:
    small = {"name": "other", "size": "1Gi", "accessModes": ["ReadWriteOnce"]}
    assert said([DATA], [small, {**DATA, "size": "99Gi"}]) == {
        "volumes[1].size": "Expected at least the size that the volume 'data' has, for example '100Gi': a volume never "
        "shrinks."
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accessModes": ["ReadWriteMany"]}, "the access modes that the volume 'data' has (ReadWriteOnce)"),
        ({"storageClass": "gp3"}, "the storage class that the volume 'data' has (none is said)"),
        ({"volume": "pv-data"}, "the PersistentVolume that the volume 'data' has (none is said)"),
        ({"shared": {"nfs": {}}}, "the file system that the volume 'data' has (none is said)"),
    ],
)
def test_nothing_else_of_a_volume_ever_changes(change: dict[str, Any], sentence: str) -> None:
    assert said([DATA], [{**DATA, **change}]) == {
        f"volumes[0].{next(iter(change))}": f"Expected {sentence}, which never changes. Add a volume of another name, "
        "for example 'data2', and copy what is needed."
    }


def test_volumes_come_and_go_and_change_places() -> None:
    other = {**DATA, "name": "other", "size": "1Gi"}
    assert said([DATA, other], [other, DATA]) == {}
    assert said([DATA, other], [other]) == {}
    assert said([], [DATA]) == {}


def test_a_path_is_that_of_the_programs_settings() -> None:
    old, new = ({"name": "data", "size": size, "accessModes": ["ReadWriteMany"]} for size in ("2Gi", "1Gi"))
    assert [problem.path for problem in refused([old], [new], ["storage"])] == ["storage.size"]
