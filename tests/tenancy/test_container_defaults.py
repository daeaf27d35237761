"""What a container gets that says nothing itself: derived from the quota, and never what no pod could start with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from project_workspace.kube.quantities import number
from project_workspace.schema.problem import Problem
from project_workspace.tenancy.container_defaults import LIMITS, REQUESTS, derived, unfit

NOTHING: dict[str, dict[str, str]] = {REQUESTS: {}, LIMITS: {}}

Quantities = dict[str, str]

CASES: Mapping[str, tuple[Quantities, dict[str, Quantities], dict[str, Quantities]]] = {
    "no quota": ({}, NOTHING, {}),
    "a quota of other things": ({"pods": "9", "requests.nvidia.com/gpu": "2", "ephemeral-storage": "1Ti"}, NOTHING, {}),
    "cores and memory": (
        {"cpu": "16", "memory": "64Gi"}, NOTHING, {REQUESTS: {"cpu": "100m", "memory": "128Mi"}},
    ),
    "little of both": (
        {"requests.cpu": "1", "requests.memory": "1G"}, NOTHING, {REQUESTS: {"cpu": "20m", "memory": "19Mi"}},
    ),
    "the smaller of two words for one": ({"cpu": "2", "requests.cpu": "1"}, NOTHING, {REQUESTS: {"cpu": "20m"}}),
    "next to nothing": ({"cpu": "1m", "memory": "1"}, NOTHING, {REQUESTS: {"cpu": "1m", "memory": "1Mi"}}),
    "limits": (
        {"limits.cpu": "16", "limits.memory": "163840Mi"}, NOTHING, {LIMITS: {"cpu": "1600m", "memory": "16Gi"}},
    ),
    "a limit that is below the usual request": (
        {"cpu": "16", "limits.cpu": "500m"}, NOTHING, {REQUESTS: {"cpu": "50m"}, LIMITS: {"cpu": "50m"}},
    ),
    "given ones": (
        {"cpu": "16", "memory": "64Gi"},
        {REQUESTS: {"cpu": "0.5", "ephemeral-storage": "1024Mi"}, LIMITS: {"memory": "4Gi"}},
        {
            REQUESTS: {"cpu": "500m", "ephemeral-storage": "1Gi", "memory": "128Mi"},
            LIMITS: {"memory": "4Gi"},
        },
    ),
    "a given request above the usual limit": (
        {"limits.cpu": "10"}, {REQUESTS: {"cpu": "2"}, LIMITS: {}}, {REQUESTS: {"cpu": "2"}, LIMITS: {"cpu": "2"}},
    ),
    "a given limit below the usual request": (
        {"memory": "64Gi"}, {REQUESTS: {}, LIMITS: {"memory": "64Mi"}},
        {REQUESTS: {"memory": "64Mi"}, LIMITS: {"memory": "64Mi"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_requests_and_limits_are_derived_from_the_quota_unless_they_are_given(case: str) -> None:
    quota, given_, expected = CASES[case]
    assert derived(quota, given_) == expected
    assert list(unfit(quota, given_)) == []


CORES = st.integers(1, 10**6).map("{}m".format)
MEMORY = st.integers(1, 2**20).map("{}Mi".format)
KEYS = {"cpu": CORES, "requests.cpu": CORES, "limits.cpu": CORES, "memory": MEMORY, "limits.memory": MEMORY}
QUOTAS = st.fixed_dictionaries({}, optional=KEYS)
SOME = st.fixed_dictionaries({}, optional={"cpu": CORES, "memory": MEMORY})
GIVEN = st.fixed_dictionaries({REQUESTS: SOME, LIMITS: SOME})


@given(quota=QUOTAS, chosen=GIVEN)
def test_whatever_is_counted_has_a_default_that_kubernetes_takes_and_the_quota_has_room_for(
    quota: Quantities, chosen: dict[str, Quantities]
) -> None:
    assume(not list(unfit(quota, chosen)))
    found = {**NOTHING, **derived(quota, chosen)}
    for resource in ("cpu", "memory"):
        request, limit = found[REQUESTS].get(resource), found[LIMITS].get(resource)
        asked = [quota[key] for key in (resource, f"requests.{resource}") if key in quota]
        assert not asked or request
        assert f"limits.{resource}" not in quota or limit
        if request and limit:
            assert number(request) <= number(limit)
        for given_, most in ((request, asked), (limit, [quota.get(f"limits.{resource}")])):
            if given_ and all(each and number(each) >= 10 for each in most):
                assert all(number(given_) <= number(each) for each in most if each)


def test_given_defaults_with_which_no_pod_would_start_are_told_all_at_once() -> None:
    quota = {"cpu": "4", "limits.cpu": "2", "limits.memory": "8Gi"}
    given_ = {REQUESTS: {"cpu": "3", "memory": "2Gi"}, LIMITS: {"cpu": "2", "memory": "1Gi"}}
    assert list(unfit(quota, given_)) == [
        Problem("requests.cpu", "Expected at most the limit of cpu, for example '2'."),
        Problem("requests.memory", "Expected at most the limit of memory, for example '1Gi'."),
        Problem("requests.cpu", "Expected at most what 'quota' has for all, for example '2'."),
    ]
