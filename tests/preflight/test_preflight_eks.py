"""The EKS cluster: its state, its version, who is let in, and the agent that gives pods their role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.preflight.aws_answers import AwsAnswers
from tests.preflight.checklists import broken, lines_of, with_eks
from tests.preflight.conftest import MakeSite
from tests.support.real_cluster import DexCluster
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer, Outcome

NOT_THERE = ("ResourceNotFoundException", "it is not there")
OWN_ROLE = {"access": {"mode": "workspace-role"}, "cluster": "eks-demo"}
DERIVED = {"cluster": "eks-demo", "kubernetes": {"fromCluster": True}}


def test_a_cluster_that_eks_is_still_making_fails_its_line(site: MakeSite, on_eks: dict[str, Any]) -> None:
    well = lines_of(with_eks(site(**on_eks)))
    now = lines_of(with_eks(site(**on_eks), status="CREATING"))
    assert broken(well, now) == {"eks-cluster": Outcome.FAILED}
    assert now["eks-cluster"].seen == "eks-demo is CREATING"


@pytest.mark.parametrize(
    ("version", "outcome", "said"),
    [
        ("1.34", Outcome.OK, "1.34, in standard support until 2026-12-02"),
        ("1.33", Outcome.WARNING, "1.33, in extended support, which costs more, until 2027-07-29"),
        ("1.31", Outcome.FAILED, "1.31, without support since 2026-11-26"),
        pytest.param("1.20", Outcome.FAILED, "1.20, of which nothing was known in 2026-11", marks=pytest.mark.thorough),
        pytest.param("1.40", Outcome.OK, "1.40, of which nothing was known in 2026-11", marks=pytest.mark.thorough),
    ],
)
def test_a_version_is_judged_by_the_days_that_aws_names(
    site: MakeSite, on_eks: dict[str, Any], version: str, outcome: Outcome, said: str
) -> None:
    answer = lines_of(with_eks(site(**on_eks), version=version), only=["eks-version"])["eks-version"]
    assert (answer.outcome, answer.seen) == (outcome, said)


def test_a_cluster_that_is_not_there_could_not_be_checked(site: MakeSite, on_eks: dict[str, Any]) -> None:
    found = lines_of(site(**{**on_eks, "cluster": "eks-gone"}), only=["eks-cluster", "eks-version"])
    assert [found[name].outcome for name in ("eks-cluster", "eks-version")] == [Outcome.UNKNOWN] * 2
    assert "eks-gone" in found["eks-cluster"].seen


def ends(version: str, standard: datetime, extended: datetime) -> dict[str, Any]:
    dates = {"endOfStandardSupportDate": standard, "endOfExtendedSupportDate": extended}
    return {"clusterVersions": [{"clusterVersion": version, **dates}]}


def test_eks_own_word_on_a_versions_support_counts_before_this_programs(
    site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers
) -> None:
    well = lines_of(with_eks(site(**on_eks)))
    assert well["eks-version"].seen == "1.35, in standard support until 2027-03-27"
    sooner, later = datetime(2026, 11, 26, tzinfo=UTC), datetime(2027, 11, 30, tzinfo=UTC)
    answers.said["eks:DescribeClusterVersions"] = ends("1.35", sooner, later)
    now = lines_of(with_eks(site(**on_eks)))
    assert broken(well, now) == {"eks-version": Outcome.WARNING}
    assert now["eks-version"].seen == "1.35, in extended support, which costs more, until 2027-11-30"
    answers.said["eks:DescribeClusterVersions"] = ends("1.50", sooner, later)
    assert (
        lines_of(with_eks(site(**on_eks), version="1.50"), only=["eks-version"])["eks-version"].outcome
        == Outcome.WARNING
    )


@pytest.mark.thorough
def test_where_eks_does_not_say_of_a_version_this_programs_own_data_count(
    site: MakeSite, on_eks: dict[str, Any], answers: AwsAnswers
) -> None:
    well = lines_of(with_eks(site(**on_eks)))
    for unsaid in ({"clusterVersions": []}, {"clusterVersions": [{"clusterVersion": "1.35"}]}):
        answers.said["eks:DescribeClusterVersions"] = unsaid
        assert broken(well, lines_of(with_eks(site(**on_eks)))) == {}
    answers.deny("eks:DescribeClusterVersions")
    assert broken(well, lines_of(with_eks(site(**on_eks)))) == {}


def access(site: MakeSite, mode: str | None) -> Answer:
    config = {"accessConfig": {"authenticationMode": mode} if mode else {}}
    found = running.ALL["eks-access"](with_eks(site(**DERIVED), **config))
    assert found
    return found


def test_an_identity_with_an_access_entry_is_let_in(site: MakeSite, answers: AwsAnswers) -> None:
    entry = {"principalArn": "a", "kubernetesGroups": ["project-workspace-update"]}
    answers.said["eks:DescribeAccessEntry"] = {"accessEntry": entry}
    seen = "access entry for arn:aws:sts::123456789012:user/moto, groups: project-workspace-update"
    assert access(site, "API") == Answer(Outcome.OK, seen)


def test_an_identity_without_an_access_entry_fails_where_nothing_else_counts(
    site: MakeSite, answers: AwsAnswers
) -> None:
    answers.refused["eks:DescribeAccessEntry"] = NOT_THERE
    found = access(site, "API")
    assert (found.outcome, found.seen) == (Outcome.FAILED, "none for arn:aws:sts::123456789012:user/moto")
    assert found.remedy.startswith("aws eks create-access-entry --cluster-name eks-demo --principal-arn arn:aws:sts:")
    assert access(site, "API_AND_CONFIG_MAP").outcome == Outcome.WARNING


@pytest.mark.parametrize("mode", ["CONFIG_MAP", pytest.param(None, marks=pytest.mark.thorough)])
def test_a_cluster_that_knows_no_access_entries_is_not_asked_for_one(
    site: MakeSite, answers: AwsAnswers, mode: str | None
) -> None:
    assert access(site, mode).seen == (
        "authentication mode CONFIG_MAP: the ConfigMap aws-auth decides, which 'cluster-answers' tries"
    )
    assert "eks:DescribeAccessEntry" not in answers.asked


def test_an_access_entry_that_may_not_be_read_could_not_be_checked(site: MakeSite, answers: AwsAnswers) -> None:
    answers.deny("eks:DescribeAccessEntry")
    with pytest.raises(Exception, match="Allow eks:DescribeAccessEntry on it for your AWS identity"):
        access(site, "API")


def test_pods_that_get_a_role_need_the_agent_as_an_add_on_or_a_daemon_set(
    site: MakeSite, answers: AwsAnswers, dex_cluster: DexCluster
) -> None:
    answers.said["eks:DescribeAddon"] = {"addon": {"status": "ACTIVE", "addonVersion": "v1.3.8"}}
    well = lines_of(with_eks(site(**OWN_ROLE)))
    assert well["pod-identity-agent"] == Answer(Outcome.OK, "add-on v1.3.8, ACTIVE")
    answers.said["eks:DescribeAddon"] = {"addon": {"status": "DEGRADED"}}
    degraded = lines_of(with_eks(site(**OWN_ROLE)))
    assert broken(well, degraded) == {"pod-identity-agent": Outcome.FAILED}
    assert degraded["pod-identity-agent"].seen == "the add-on is DEGRADED"
    answers.refused["eks:DescribeAddon"] = NOT_THERE
    without = lines_of(with_eks(site(**OWN_ROLE)))
    assert broken(well, without) == {"pod-identity-agent": Outcome.FAILED}
    assert without["pod-identity-agent"].remedy == (
        "aws eks create-addon --cluster-name eks-demo --addon-name eks-pod-identity-agent"
    )
    labels, container = {"app": "agent"}, {"name": "agent", "image": "agent"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    agent = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "eks-pod-identity-agent", "namespace": "kube-system"},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
    dex_cluster.objects.create(agent, "test")
    try:
        by_hand = lines_of(with_eks(site(**OWN_ROLE)))
    finally:
        dex_cluster.objects.delete("apps/v1", "DaemonSet", "eks-pod-identity-agent", "kube-system")
    assert broken(well, by_hand) == {"pod-identity-agent": Outcome.OK}
    built_in = lines_of(with_eks(site(**OWN_ROLE), computeConfig={"enabled": True}), only=["pod-identity-agent"])
    assert built_in["pod-identity-agent"].seen == "part of EKS Auto Mode"


def test_pods_that_get_their_role_by_tokens_need_no_agent(site: MakeSite, answers: AwsAnswers) -> None:
    by_tokens = {**OWN_ROLE, "access": {"mode": "workspace-role", "assumedBy": "irsa"}}
    agent = "pod-identity-agent"
    assert agent in lines_of(with_eks(site(**OWN_ROLE)), only=[agent])
    assert agent not in lines_of(with_eks(site(**by_tokens)), only=[agent])
