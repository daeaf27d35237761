"""Quotas: what Kubernetes counts is taken, everything else is refused before the profile controller meets it."""

from decimal import localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from kubernetes.utils.quantity import parse_quantity

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


QUANTITY = st.from_regex(quota.QUANTITY, fullmatch=True)
POSSIBLE = QUANTITY.filter(lambda quantity: quota.number(quantity) <= quota.LARGEST)
TABLE = Path(__file__).with_name("quantities.txt")
"""What Kubernetes' own types make of quantities; `quantities.go` writes it."""


def test_the_canonical_form_is_that_of_kubernetes() -> None:
    rows = [line.split() for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert len(rows) > 1000
    assert [row for row in rows if not quota.QUANTITY.fullmatch(row[0])] == []
    assert [(given, quota.canonical(given)) for given, _, _ in rows] == [(given, form) for given, _, form in rows]


@given(quantity=POSSIBLE)
def test_the_canonical_form_is_a_quantity_that_stays_and_counts_the_same_up_to_a_thousandth(quantity: str) -> None:
    form = quota.canonical(quantity)
    assert quota.QUANTITY.fullmatch(form)
    assert quota.canonical(form) == form
    assert 0 <= quota.number(form) - quota.number(quantity) < Fraction(1, 1000)
    assert quota.is_whole(form) or not quota.is_whole(quantity)


@given(quantity=POSSIBLE, same=st.sampled_from(["0{}", "00{}"]))
def test_two_spellings_of_one_quantity_have_one_canonical_form(quantity: str, same: str) -> None:
    assume(len(quantity) < 18)
    assert quota.canonical(same.format(quantity)) == quota.canonical(quantity)


@given(quantity=QUANTITY)
def test_a_whole_number_is_what_the_kubernetes_library_takes_for_one(quantity: str) -> None:
    with localcontext(prec=200):  # the library multiplies decimals, which are cut to 28 digits otherwise
        number = parse_quantity(quantity)
        assert quota.is_whole(quantity) == (number == int(number))


@given(text=st.text(alphabet="0123456789.mkKMGTPEei+- ", max_size=45))
def test_every_right_quantity_can_be_judged(text: str) -> None:
    if quota.QUANTITY.fullmatch(text):
        assert quota.is_whole(text) in (True, False)


@pytest.mark.parametrize("resource", ["pods", "services.loadbalancers", "count/deployments.apps"])
def test_objects_are_counted_in_whole_numbers(resource: str) -> None:
    assert quota.needs_whole_number(resource)
    assert not quota.needs_whole_number("cpu")
