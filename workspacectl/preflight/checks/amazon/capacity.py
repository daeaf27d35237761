"""How much AWS lets the account have: vCPUs of each kind of instances, and node groups of a cluster.

Owns: the comparison with what the node groups may grow to. Does not own the quotas' codes, which are data with their
source (`quotas.json`; docs/facts/aws-before-an-up.md, "Quotas of vCPUs"), and no promise: a quota says nothing of what
a zone has left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from project_workspace.eks.options import NodeGroupOptions
from project_workspace.remote.errors import NotFoundError, RemoteError
from workspacectl.preflight.answers import Answer, Outcome, failed, ok, unknown, warning
from workspacectl.preflight.checks.amazon.asking import ask
from workspacectl.preflight.checks.amazon.instances import described
from workspacectl.preflight.site import NodeGroupsSite

QUOTAS = json.loads((Path(__file__).parent / "quotas.json").read_text())
UNCOUNTED = "capacity-block"
"""A capacity block has quotas of its own, which counted when it was bought."""
LATELY = timedelta(hours=1)
"""How far back the newest figure of use is looked for: CloudWatch has one every five minutes."""


@dataclass
class _Family:
    """What the stack's node groups need of one quota, in vCPUs."""

    name: str
    groups: list[tuple[NodeGroupOptions, int]] = field(default_factory=list[tuple[NodeGroupOptions, int]])
    """With the vCPUs of one node."""

    @property
    def most(self) -> int:
        """When all nodes of `max` run."""
        return sum(group.max * vcpus for group, vcpus in self.groups)

    @property
    def least(self) -> int:
        """For the first `up`, and for one node of any group."""
        first = sum(group.nodes_to_begin_with * vcpus for group, vcpus in self.groups)
        return max(first, *(vcpus for _, vcpus in self.groups))


def vcpu_quotas(site: NodeGroupsSite) -> Answer | None:
    """EC2's quotas of vCPUs, on-demand and spot, are enough for all nodes of `max`, beside what others use."""
    groups = [group for group in site.options.node_groups if group.capacity_type != UNCOUNTED]
    if not groups:
        return None
    families, unheard_of = _families(site, groups)
    answers = [_compared(site, code, family) for code, family in families.items()]
    answers += [unknown(f"No quota is known for {each}: see Service Quotas, Amazon EC2.") for each in unheard_of]
    return _together(answers)


def quota_of(instance_type: str, capacity_type: str) -> tuple[str, str] | None:
    """Code and name of the quota that instances of this type count in; None where none is known."""
    letters = re.match("[a-z]+", instance_type)
    generation = re.match("[a-z]+[0-9]+", instance_type)
    keys = {found[0] for found in (letters, generation) if found}
    for code, quota in QUOTAS["vcpus"][capacity_type].items():
        if keys & set(quota["families"].split()):
            return code, f"{quota['name']} {capacity_type}"
    return None


def _families(site: NodeGroupsSite, groups: list[NodeGroupOptions]) -> tuple[dict[str, _Family], list[str]]:
    types = described(site)
    families: dict[str, _Family] = {}
    unheard_of: list[str] = []
    for group in groups:
        quota = quota_of(group.instance_type, group.capacity_type)
        if quota is None:
            unheard_of.append(f"{group.instance_type} {group.capacity_type}")
            continue
        vcpus = types[group.instance_type]["VCpuInfo"]["DefaultVCpus"]
        families.setdefault(quota[0], _Family(quota[1])).groups.append((group, vcpus))
    return families, unheard_of


def _compared(site: NodeGroupsSite, code: str, family: _Family) -> Answer:
    quota = _quota(site, "ec2", code)
    used = _used(site, quota)
    others = 0 if used is None else max(0, used - _own_use(site, family))
    free = int(quota["Value"]) - others
    use = "use not known" if used is None else f"{others} used by others"
    seen = f"{family.name}: at most {family.most} vCPUs needed, quota {int(quota['Value'])}, {use}"
    remedy = (
        f"aws service-quotas request-service-quota-increase --service-code ec2 --quota-code {code} --desired-value N"
    )
    if free < family.least:
        return failed(seen, f"{family.least} for the first nodes, {family.most} for all", remedy)
    return warning(seen, f"{family.most} for all nodes of 'max'", remedy) if free < family.most else ok(seen)


def _quota(site: NodeGroupsSite, service: str, code: str) -> dict[str, Any]:
    """The account's own quota; where AWS has noted none, AWS's default."""
    asked = {"ServiceCode": service, "QuotaCode": code}
    try:
        return ask(site, "service-quotas:GetServiceQuota", "Quota", f"quota {code}", **asked)
    except NotFoundError:
        return ask(site, "service-quotas:GetAWSDefaultServiceQuota", "Quota", f"quota {code}", **asked)


def _used(site: NodeGroupsSite, quota: dict[str, Any]) -> int | None:
    """What counts in the quota now, by CloudWatch; None where it does not say."""
    metric, now = quota.get("UsageMetric"), datetime.now(UTC)
    if not metric:
        return None
    asked = {
        "Namespace": metric["MetricNamespace"],
        "MetricName": metric["MetricName"],
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric["MetricDimensions"].items()],
        "Statistics": ["Maximum"],
        "StartTime": now - LATELY,
        "EndTime": now,
        "Period": 300,
    }
    try:
        points = ask(site, "cloudwatch:GetMetricStatistics", "Datapoints", "AWS/Usage", **asked)
    except RemoteError:
        return None
    newest = max(points, key=lambda point: point["Timestamp"], default=None)
    return int(newest["Maximum"]) if newest else None


def _own_use(site: NodeGroupsSite, family: _Family) -> int:
    """What this stack's own node groups have running of it."""
    return sum(_running(site, site.names.node_groups[group.spec].group) * vcpus for group, vcpus in family.groups)


def _running(site: NodeGroupsSite, name: str) -> int:
    asked = {"clusterName": site.options.cluster, "nodegroupName": name}
    try:
        group = ask(site, "eks:DescribeNodegroup", "nodegroup", f"node group {name}", **asked)
    except NotFoundError:
        return 0
    return int(group["scalingConfig"]["desiredSize"])


def _together(answers: list[Answer]) -> Answer:
    """One line of several answers: as the worst, with the expectations and remedies of those that are not well."""
    order = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.WARNING, Outcome.OK)
    worst = min((answer.outcome for answer in answers), key=order.index)

    def said(texts: Iterator[str]) -> str:
        return "; ".join(dict.fromkeys(text for text in texts if text))

    return Answer(
        worst,
        said(answer.seen for answer in answers),
        said(answer.expected for answer in answers),
        said(answer.remedy for answer in answers),
    )


def node_group_quota(site: NodeGroupsSite) -> Answer | None:
    """The cluster may have as many managed node groups as it has and the stack will add."""
    own = [group.group for group in site.names.node_groups.values()]
    if not own:
        return None
    cluster = site.options.cluster
    there = ask(site, "eks:ListNodegroups", "nodegroups", f"cluster {cluster}", clusterName=cluster)
    new = [name for name in own if not any(re.fullmatch(rf"{re.escape(name)}(-g\d+)?", each) for each in there)]
    code = QUOTAS["nodeGroupsPerCluster"]
    quota = int(_quota(site, "eks", code)["Value"])
    seen = f"{len(there)} node groups, {len(new)} to come, quota {quota}"
    if len(there) + len(new) <= quota:
        return ok(seen)
    request = f"aws service-quotas request-service-quota-increase --service-code eks --quota-code {code}"
    return failed(seen, f"{len(there) + len(new)}", f"{request} --desired-value N")


CHECKS = (vcpu_quotas, node_group_quota)
