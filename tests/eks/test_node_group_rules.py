"""One node group as a whole: what EKS, EC2 and Auto Scaling would refuse after minutes is refused at once."""

from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from project_workspace import names
from project_workspace.aws.tags import KEY_LIMIT, TAGS_OF_A_RESOURCE, TAGS_OF_EKS, VALUE_LIMIT
from project_workspace.eks import node_group_rules
from project_workspace.eks.node_group import NodeGroupArgs
from project_workspace.eks.scheduling import GPU_TAG, Taint, autoscaler_tags, labels_of, taints_of

STANDARD = NodeGroupArgs(spec="standard", instance_type="m5.xlarge", max_size=3)
GPU = replace(STANDARD, instance_type="g5.xlarge")


def paths(group: NodeGroupArgs, **changes: Any) -> list[str]:
    return [problem.path for problem in node_group_rules.problems(replace(group, **changes))]


def test_a_group_with_defaults_alone_is_right() -> None:
    assert paths(STANDARD) == paths(GPU) == []


@given(size=st.integers(20, 200), iops=st.integers(3000, 80000), throughput=st.integers(125, 2000))
def test_a_disk_keeps_to_the_ratios_of_gp3_and_the_example_of_each_message_does(
    size: int, iops: int, throughput: int
) -> None:
    disk = {"disk_gib": size, "disk_iops": iops, "disk_throughput": throughput}
    found = {p.path: p.sentence for p in node_group_rules.problems(replace(STANDARD, **disk))}
    assert ("disk.iops" in found) == (iops > 3000 and iops > 500 * size)
    assert ("disk.throughput" in found) == (throughput * 4 > iops)
    for path, field in [("disk.iops", "disk_iops"), ("disk.throughput", "disk_throughput")]:
        if path in found:
            example = int(found[path].split("'")[1])
            assert path not in paths(STANDARD, **{**disk, field: example})
            assert path in paths(STANDARD, **{**disk, field: example + 1})


def test_the_least_iops_are_free_on_the_smallest_disk() -> None:
    assert paths(STANDARD, disk_gib=1, disk_iops=3000) == []
    assert paths(STANDARD, disk_gib=1, disk_iops=3001) == ["disk.iops"]


KEYS = st.from_regex(r"[a-z]{1,40}(/[a-z]{1,20})?", fullmatch=True)
TAINTS = st.builds(Taint, key=KEYS, value=st.sampled_from([None, "x" * 63]), effect=st.just("PreferNoSchedule"))


@given(
    group=st.sampled_from([STANDARD, GPU]),
    labels=st.dictionaries(KEYS, st.just("x" * 63), max_size=50),
    taints=st.none() | st.lists(TAINTS, max_size=10),
)
def test_the_scaling_groups_tags_fit_or_the_labels_are_refused(
    group: NodeGroupArgs, labels: dict[str, str], taints: list[Taint] | None
) -> None:
    made = _tags(group, labels, taints)
    refused = "labels" in paths(group, labels=labels, taints=taints)
    assert refused == (len(made) + TAGS_OF_EKS > TAGS_OF_A_RESOURCE)
    assert all(len(key) <= KEY_LIMIT and len(value) <= VALUE_LIMIT for key, value in made.items())


def _tags(group: NodeGroupArgs, labels: dict[str, str], taints: list[Taint] | None) -> dict[str, str]:
    """The tags that `nodes.py` makes."""
    ami_type = "AL2023_x86_64_NVIDIA" if group is GPU else "AL2023_x86_64_STANDARD"
    of = {"instance_type": group.instance_type, "ami_type": ami_type}
    made = autoscaler_tags(
        labels_of(label="demo-ws-standard", given=labels, **of), taints_of(given=taints, **of), group.disk_gib
    )
    return {**made, GPU_TAG: "1"} if group is GPU else made


def test_no_key_of_a_tag_is_too_long_since_eks_takes_only_short_keys() -> None:
    model: Any = botocore.session.Session().get_service_model("eks")
    assert model.shape_for("labelKey").metadata == {"min": 1, "max": names.EKS_KEY_LIMIT}
    assert model.shape_for("taintKey").metadata["max"] == names.EKS_KEY_LIMIT
    assert model.shape_for("labelValue").metadata == {"min": 1, "max": names.LABEL_VALUE_LIMIT}
    key = "k" * names.EKS_KEY_LIMIT
    made = autoscaler_tags({key: "v"}, [Taint(key=key, effect="NoSchedule")], 50)
    assert max(len(tag) for tag in made) <= KEY_LIMIT


def test_too_many_taints_are_refused_even_when_few_keys_become_tags() -> None:
    effects = ("NoSchedule", "NoExecute", "PreferNoSchedule")
    taints = [Taint(key=f"k{index}", effect=effect) for index in range(17) for effect in effects]
    assert paths(STANDARD, taints=taints) == ["taints"]
    assert paths(STANDARD, taints=taints[:50]) == []


@pytest.mark.parametrize(
    ("group", "key", "refused"),
    [
        (STANDARD, names.NODE_LABEL, True),
        (GPU, "k8s.amazonaws.com/accelerator", True),
        (STANDARD, "k8s.amazonaws.com/accelerator", False),
        (GPU, "team", False),
    ],
)
def test_a_label_is_refused_where_the_program_sets_it(group: NodeGroupArgs, key: str, refused: bool) -> None:
    assert paths(group, labels={key: "mine"}) == ([f"labels.{key}"] if refused else [])
