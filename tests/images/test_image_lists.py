"""The lists of images are what they say."""

import datetime
import json
from collections import Counter
from pathlib import Path

import pytest

from workspacectl.images import lists
from workspacectl.images.lists import LISTS
from workspacectl.images.needed import CONDITIONS

COUNTS = {"ai-devops": 76, "anaconda-workbench": 22, "kubeflow": 93, "run-ai": 1, "workspace": 2}


def test_each_profile_has_its_list() -> None:
    assert {name: len(each.images) for name, each in LISTS.items()} == COUNTS


@pytest.mark.parametrize("name", LISTS)
def test_a_list_names_each_image_once_with_source_and_date(name: str) -> None:
    found = LISTS[name]
    assert [image for image, count in Counter(each.source for each in found.images).items() if count > 1] == []
    assert found.source
    assert found.rest
    assert datetime.date.fromisoformat(found.date) >= datetime.date(2026, 11, 27)
    assert {each.when for each in found.images if each.when} <= {*CONDITIONS}


def test_each_image_of_kubeflow_says_from_where_it_is() -> None:
    found = json.loads((Path(lists.__file__).parent / "lists" / "kubeflow.json").read_text())
    assert {each["from"] for each in found["images"]} == {*found["sources"]}


def test_images_without_a_version_are_those_whose_version_the_site_knows() -> None:
    without = {name: [each.source.name for each in found.images if not each.is_one] for name, found in LISTS.items()}
    assert {name: len(each) for name, each in without.items() if each} == {
        "anaconda-workbench": 21,
        "kubeflow": 3,
        "workspace": 1,
    }
