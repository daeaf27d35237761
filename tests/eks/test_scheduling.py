"""Labels, taints and the Auto Scaling group's tags: what the autoscaler imagines is what a node will be."""

from project_workspace.eks.instance_types import AMI_TYPES, ami_matches, family_of, is_gpu
from project_workspace.eks.scheduling import GPU_TAINT, autoscaler_tags, labels_of, taints_of, tolerations
from project_workspace.eks.taint import TaintOptions


def test_a_gpu_group_has_the_workspaces_label_the_accelerator_and_the_taint_as_tags() -> None:
    labels = labels_of(label="demo-ws-gpu", instance_type="g5.xlarge", ami_type=None, given={"team": "vision"})
    taints = taints_of(instance_type="g5.xlarge", ami_type=None, given=None)
    prefix = "k8s.io/cluster-autoscaler/node-template"
    assert labels == {
        "team": "vision", "aic-role": "demo-ws-gpu", "k8s.amazonaws.com/accelerator": "nvidia-a10g",
    }  # fmt: skip
    assert taints == [GPU_TAINT]
    assert autoscaler_tags(labels, taints, 50) == {
        f"{prefix}/label/team": "vision",
        f"{prefix}/label/aic-role": "demo-ws-gpu",
        f"{prefix}/label/k8s.amazonaws.com/accelerator": "nvidia-a10g",
        f"{prefix}/taint/nvidia.com/gpu": "present:NoSchedule",
        f"{prefix}/resources/ephemeral-storage": "50Gi",
    }


def test_a_group_without_gpus_has_neither_taint_nor_accelerator() -> None:
    assert taints_of(instance_type="m5.xlarge", ami_type=None, given=None) == []
    assert labels_of(label="l", instance_type="m5.xlarge", ami_type=None, given=None) == {"aic-role": "l"}


def test_an_empty_list_of_taints_means_none_even_with_gpus() -> None:
    assert taints_of(instance_type="g5.xlarge", ami_type=None, given=[]) == []


def test_a_given_label_never_replaces_the_workspaces_own() -> None:
    labels = labels_of(label="demo-ws-gpu", instance_type="m5.xlarge", ami_type=None, given={"aic-role": "other"})
    assert labels == {"aic-role": "demo-ws-gpu"}


def test_tolerations_answer_the_taints() -> None:
    taints = [GPU_TAINT, TaintOptions(key="dedicated", effect="NoExecute")]
    assert tolerations(taints) == [
        {"key": "nvidia.com/gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"},
        {"key": "dedicated", "operator": "Exists", "effect": "NoExecute"},
    ]


def test_the_ami_follows_architecture_and_accelerator() -> None:
    types = ("m5.xlarge", "m7g.large", "g5.xlarge", "g5g.xlarge", "trn1.2xlarge")
    found = {name: family.ami_type for name in types if (family := family_of(name))}
    assert found == {
        "m5.xlarge": "AL2023_x86_64_STANDARD",
        "m7g.large": "AL2023_ARM_64_STANDARD",
        "g5.xlarge": "AL2023_x86_64_NVIDIA",
        "g5g.xlarge": "AL2023_ARM_64_NVIDIA",
        "trn1.2xlarge": "AL2023_x86_64_NEURON",
    }
    assert set(found.values()) <= set(AMI_TYPES)


def test_an_instance_type_that_is_not_known_is_judged_by_its_ami() -> None:
    assert family_of("g99.xlarge") is None
    assert family_of("m5.gigantic") is None
    assert is_gpu("g99.xlarge", "AL2023_x86_64_NVIDIA")
    assert not is_gpu("g99.xlarge", "AL2023_x86_64_STANDARD")
    assert ami_matches("g99.xlarge", "AL2023_ARM_64_STANDARD")
    assert not ami_matches("m5.xlarge", "AL2023_ARM_64_STANDARD")
