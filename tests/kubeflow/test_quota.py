"""Quotas: what Kubernetes counts is taken, everything else is refused before the profile controller meets it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from project_workspace.kubeflow import quota

STANDARD = """
    cpu memory ephemeral-storage requests.cpu requests.memory requests.storage requests.ephemeral-storage limits.cpu
    limits.memory limits.ephemeral-storage pods resourcequotas services replicationcontrollers secrets
    persistentvolumeclaims configmaps services.nodeports services.loadbalancers
""".split()  # noqa: SIM905 - one line each would hide that it is a copy of a list
"""standardQuotaResources of Kubernetes 1.34, pkg/apis/core/helper/helpers.go."""

LABEL = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
NAME = st.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", fullmatch=True)


@pytest.mark.parametrize("resource", STANDARD)
def test_a_standard_resource_is_counted_and_a_misspelt_one_is_not(resource: str) -> None:
    assert quota.is_counted(resource)
    assert not any(quota.is_counted(wrong) for wrong in (f"{resource}u", resource[:-1], resource.upper()))


@given(domain=DOMAIN, name=NAME)
def test_an_extended_resource_is_counted_only_as_requests(domain: str, name: str) -> None:
    assume(not domain.endswith("kubernetes.io"))
    assert quota.is_counted(f"requests.{domain}/{name}")
    assert not quota.needs_whole_number(f"requests.{domain}/{name}")
    assert not quota.is_counted(f"limits.{domain}/{name}")
    assert not quota.is_counted(f"requests.{domain}/{name}/more")


@given(kind=LABEL, group=st.one_of(st.just(""), DOMAIN.map(".{}".format)))
def test_objects_of_every_kind_are_counted(kind: str, group: str) -> None:
    resource = f"count/{kind}{group}"
    assert quota.is_counted(resource) == (len(kind + group) <= 63)
    assert not quota.is_counted(f"count/{kind}{group}.")


@given(name=DOMAIN)
def test_storage_and_claims_are_counted_for_each_class(name: str) -> None:
    storage = f"{name}.storageclass.storage.k8s.io"
    assert quota.is_counted(f"{storage}/requests.storage")
    assert quota.is_counted(f"{storage}/persistentvolumeclaims")
    assert quota.is_counted(f"{name}.deviceclass.resource.k8s.io/devices")
    assert not quota.is_counted(f"{storage}/storage")
    assert not quota.is_counted(".storageclass.storage.k8s.io/requests.storage")


def test_a_prefix_is_no_longer_than_a_domain_may_be() -> None:
    long = ".".join(["a" * 49] * 5)
    assert len(f"requests.{long[:244]}") == 253
    assert quota.is_counted(f"requests.{long[:244]}/gpu")
    assert not quota.is_counted(f"requests.{long[:243]}aa/gpu")


@pytest.mark.parametrize("resource", ["hugepages-2Mi", "requests.hugepages-1Gi"])
def test_huge_pages_are_counted(resource: str) -> None:
    assert quota.is_counted(resource)


@pytest.mark.parametrize(
    "resource",
    ["", "cpuu", "gpu", "nvidia.com/gpu", "requests.gpu", "requests.nvidia.com/", "requests./gpu", "requests.a_b/gpu",
     "requests.example.kubernetes.io/gpu", "requests.Nvidia.com/gpu", "count/", "count/Deployments.apps",
     "hugepages-", "hugepages-2", "pods ", "cpu\n"],
)  # fmt: skip
def test_what_nothing_counts_is_refused(resource: str) -> None:
    assert not quota.is_counted(resource)


@pytest.mark.parametrize("resource", ["pods", "services.loadbalancers", "count/deployments.apps"])
def test_objects_are_counted_in_whole_numbers(resource: str) -> None:
    assert quota.needs_whole_number(resource)
    assert not quota.needs_whole_number("cpu")
