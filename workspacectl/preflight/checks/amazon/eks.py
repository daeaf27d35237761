"""The EKS cluster: its state and version, whether this identity is let in, and what gives pods their role."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from project_workspace.iam.options import POD_IDENTITY
from project_workspace.kube.cluster import Ref
from project_workspace.remote.errors import NotFoundError, RemoteError
from workspacectl.preflight.answers import Answer, failed, ok, unknown, warning
from workspacectl.preflight.checks.amazon.asking import ask, principal
from workspacectl.preflight.site import Site, any_of
from workspacectl.preflight.sites import WorkspaceSite

VERSIONS = json.loads((Path(__file__).parent / "eks_versions.json").read_text())
"""Until when EKS supports each version, as AWS publishes it; for where AWS itself does not say."""
CONFIG_MAP = "CONFIG_MAP"
AGENT = "eks-pod-identity-agent"
_UPGRADE = VERSIONS["source"]


def today() -> date:
    """In UTC, as AWS's dates are."""
    return datetime.now(UTC).date()


def eks_cluster(site: Site) -> Answer | None:
    """The EKS cluster is there, and takes node groups."""
    if not site.options.cluster:
        return None
    status = site.eks["status"]
    if status == "ACTIVE":
        return ok(f"{site.options.cluster}, ACTIVE")
    remedy = f"aws eks describe-cluster --name {site.options.cluster}"
    return failed(f"{site.options.cluster} is {status}", "ACTIVE", remedy)


def eks_version(site: Site) -> Answer | None:
    """The cluster's version is supported by EKS, and not only for extra money."""
    if not site.options.cluster:
        return None
    version = str(site.eks["version"])
    standard, extended = _supported_until(site, version)
    if standard is None or extended is None:
        return _unheard_of(version)
    if today() <= standard:
        return ok(f"{version}, in standard support until {standard}")
    if today() <= extended:
        return warning(f"{version}, in extended support, which costs more, until {extended}", "a newer one", _UPGRADE)
    return failed(f"{version}, without support since {extended}", "a newer one", _UPGRADE)


def _supported_until(site: Site, version: str) -> tuple[date | None, date | None]:
    """Last days of standard and extended support: by EKS itself, else, also where it refuses to say, by `VERSIONS`."""
    try:
        found = ask(site, "eks:DescribeClusterVersions", "clusterVersions", version, clusterVersions=[version])
        said = next(each for each in found if each["clusterVersion"] == version)
        return _day(said["endOfStandardSupportDate"]), _day(said["endOfExtendedSupportDate"])
    except (RemoteError, StopIteration, KeyError):
        standard, extended = (VERSIONS[key].get(version) for key in ("standardUntil", "extendedUntil"))
        return standard and date.fromisoformat(standard), extended and date.fromisoformat(extended)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _unheard_of(version: str) -> Answer:
    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(".")]

    newest = max(VERSIONS["standardUntil"], key=numbers)
    told = f"{version}, of which nothing was known in {VERSIONS['checked']}"
    if numbers(version) > numbers(newest):
        return ok(told)
    return failed(told, f"a version that EKS still has, such as {newest}", _UPGRADE)


def eks_access(site: Site) -> Answer | None:
    """This identity has an access entry, where the connection is derived from the cluster."""
    cluster = site.options.cluster
    if not (cluster and site.options.kubernetes.from_cluster):
        return None
    mode = any_of(site.eks, "accessConfig", "authenticationMode") or CONFIG_MAP
    if mode == CONFIG_MAP:
        return ok(f"authentication mode {mode}: the ConfigMap aws-auth decides, which 'cluster-answers' tries")
    who = principal(site)
    if who is None:
        return unknown("Only users and roles have access entries. Use the identity that will run 'pulumi up'.")
    try:
        asked = {"clusterName": cluster, "principalArn": who}
        entry = ask(site, "eks:DescribeAccessEntry", "accessEntry", f"{who} on {cluster}", **asked)
    except NotFoundError:
        seen, remedy = f"none for {who}", f"aws eks create-access-entry --cluster-name {cluster} --principal-arn {who}"
        if mode == "API":
            return failed(seen, "an access entry", remedy)
        return warning(seen, "an access entry, or a line in the ConfigMap aws-auth", remedy)
    groups = ", ".join(entry.get("kubernetesGroups") or []) or "none"
    return ok(f"access entry for {who}, groups: {groups}")


def pod_identity_agent(site: WorkspaceSite) -> Answer | None:
    """The agent that hands the workspace's role to pods is on the nodes, where they get it by EKS Pod Identity."""
    options = site.options
    if not (site.names.workspace_role and options.access.assumed_by == POD_IDENTITY):
        return None
    if any_of(site.eks, "computeConfig", "enabled"):
        return ok("part of EKS Auto Mode")
    remedy = f"aws eks create-addon --cluster-name {options.cluster} --addon-name {AGENT}"
    try:
        asked = {"clusterName": options.cluster, "addonName": AGENT}
        found = ask(site, "eks:DescribeAddon", "addon", f"add-on {AGENT} of {options.cluster}", **asked)
    except NotFoundError:
        if site.cluster.find(Ref("apis/apps/v1", "daemonsets", "DaemonSet", "kube-system", AGENT)):
            return ok(f"DaemonSet {AGENT} in kube-system, which is no add-on")
        return failed(f"neither the add-on nor a DaemonSet {AGENT}", "one of them", remedy)
    status = found["status"]
    if status in {"ACTIVE", "UPDATING"}:
        return ok(f"add-on {found.get('addonVersion', '')}, {status}")
    return failed(f"the add-on is {status}", "ACTIVE", f"{remedy.replace('create', 'describe')}")


CHECKS = (eks_cluster, eks_version, eks_access, pod_identity_agent)
