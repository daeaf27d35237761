"""One node group as a whole: what EKS, EC2 and Auto Scaling would refuse after minutes is refused at once."""

from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace import limits
from project_workspace.aws.tags import KEY_LIMIT, TAGS_OF_A_RESOURCE, TAGS_OF_EKS, VALUE_LIMIT
from project_workspace.eks.options import NodeGroupOptions
from project_workspace.eks.scheduling import GPU_TAG, TAG_PREFIX, autoscaler_tags, labels_of, taints_of
from project_workspace.eks.taint import EKS_EFFECTS, TaintOptions
from project_workspace.schema.problem import InvalidOptionsError

STANDARD: dict[str, Any] = {"spec": "standard", "instance_type": "m5.xlarge", "max": 3}
GPU: dict[str, Any] = {**STANDARD, "instance_type": "g5.xlarge"}


def told(group: dict[str, Any], **changes: Any) -> dict[str, str]:
    """What is wrong with the group, by path."""
    try:
        NodeGroupOptions(**{**group, **changes})
    except InvalidOptionsError as error:
        return {problem.path: problem.message for problem in error.problems}
    return {}


def paths(group: dict[str, Any], **changes: Any) -> list[str]:
    return list(told(group, **changes))


def test_a_group_with_defaults_alone_is_right() -> None:
    assert paths(STANDARD) == paths(GPU) == []


@given(size=st.integers(20, 200), iops=st.integers(3000, 80000), throughput=st.integers(125, 2000))
def test_a_disk_keeps_to_the_ratios_of_gp3_and_the_example_of_each_message_does(
    size: int, iops: int, throughput: int
) -> None:
    disk = {"sizeGib": size, "iops": iops, "throughput": throughput}
    found = told(STANDARD, disk=disk)
    assert ("disk.iops" in found) == (iops > 3000 and iops > 500 * size)
    assert ("disk.throughput" in found) == (throughput * 4 > iops)
    for path, field in [("disk.iops", "iops"), ("disk.throughput", "throughput")]:
        if path in found:
            example = int(found[path].split("'")[1])
            assert path not in paths(STANDARD, disk={**disk, field: example})
            assert path in paths(STANDARD, disk={**disk, field: example + 1})


def test_what_the_smallest_disk_may_have_is_more_than_the_free_iops() -> None:
    assert paths(STANDARD, disk={"sizeGib": 20, "iops": 10000}) == []
    assert paths(STANDARD, disk={"sizeGib": 20, "iops": 10001}) == ["disk.iops"]


def test_sizes_are_told_though_another_one_is_wrong() -> None:
    assert paths(STANDARD, min=3, desired=2, max=0) == ["max", "min"]
    assert paths(STANDARD, min=4) == ["desired"]


KEYS = st.from_regex(r"[a-z]{1,40}(/[a-z]{1,20})?", fullmatch=True)
TAINTS = st.builds(TaintOptions, key=KEYS, value=st.sampled_from([None, "x" * 63]), effect=st.just("PreferNoSchedule"))


@given(
    group=st.sampled_from([STANDARD, GPU]),
    labels=st.dictionaries(KEYS, st.just("x" * 63), max_size=50),
    taints=st.none() | st.lists(TAINTS, max_size=10),
)
def test_the_scaling_groups_tags_fit_or_the_labels_are_refused(
    group: dict[str, Any], labels: dict[str, str], taints: list[TaintOptions] | None
) -> None:
    made = _tags(group, labels, taints)
    refused = "labels" in paths(group, labels=labels, taints=taints)
    assert refused == (len(made) + TAGS_OF_EKS > TAGS_OF_A_RESOURCE)
    assert all(len(key) <= KEY_LIMIT and len(value) <= VALUE_LIMIT for key, value in made.items())


def _tags(group: dict[str, Any], labels: dict[str, str], taints: list[TaintOptions] | None) -> dict[str, str]:
    """The tags that the component makes."""
    ami_type = "AL2023_x86_64_NVIDIA" if group is GPU else "AL2023_x86_64_STANDARD"
    of = {"instance_type": group["instance_type"], "ami_type": ami_type}
    made = autoscaler_tags(labels_of(label="demo-ws-standard", given=labels, **of), taints_of(given=taints, **of), 50)
    return {**made, GPU_TAG: "1"} if group is GPU else made


def test_no_key_of_a_tag_is_too_long_since_eks_takes_only_short_keys() -> None:
    model: Any = botocore.session.Session().get_service_model("eks")
    assert model.shape_for("labelKey").metadata == {"min": 1, "max": limits.EKS_KEY_LIMIT}
    assert model.shape_for("taintKey").metadata["max"] == limits.EKS_KEY_LIMIT
    assert model.shape_for("labelValue").metadata == {"min": 1, "max": limits.LABEL_VALUE_LIMIT}
    key = "k" * limits.EKS_KEY_LIMIT
    made = autoscaler_tags({key: "v"}, [TaintOptions(key=key, effect="NoSchedule")], 50)
    assert max(len(tag) for tag in made) <= KEY_LIMIT


@given(
    st.lists(
        st.builds(
            TaintOptions,
            key=st.sampled_from("abc"),
            value=st.sampled_from([None, "x"]),
            effect=st.sampled_from(sorted(EKS_EFFECTS)),
        ),
        max_size=4,
    )
)
def test_taints_are_taken_when_the_autoscalers_tags_hold_each_of_them(taints: list[TaintOptions]) -> None:
    """Of two effects of one key the tag would keep the last one: new nodes would not be as the autoscaler thinks."""
    told_by_tags = {
        (key.removeprefix(f"{TAG_PREFIX}/taint/"), value)
        for key, value in autoscaler_tags({}, taints, 50).items()
        if "/taint/" in key
    }
    are_all_held = len(told_by_tags) == len(taints)
    assert (paths(STANDARD, taints=taints) == []) == are_all_held


@pytest.mark.parametrize(
    ("group", "key", "refused"),
    [
        (STANDARD, limits.NODE_LABEL, True),
        (GPU, "k8s.amazonaws.com/accelerator", True),
        (STANDARD, "k8s.amazonaws.com/accelerator", False),
        (GPU, "team", False),
    ],
)
def test_a_label_is_refused_where_the_program_sets_it(group: dict[str, Any], key: str, refused: bool) -> None:
    assert paths(group, labels={key: "mine"}) == ([f"labels.{key}"] if refused else [])
