"""The rule about two workspaces in one stack: no two of them claim one name.

Owns: what has a name that only one workspace may have. Does not own workspaces of other stacks: nobody asks a pack
about two stacks at once, and the program's own look (`workspace:CollisionCheck`) refuses what another stack has made.
"""

from collections import defaultdict

from pulumi_policy import EnforcementLevel, ReportViolation, StackValidationArgs, StackValidationPolicy
from pulumi_policy.proxy import UnknownValueError

CLAIMS = {
    "aws:s3/bucket:Bucket": "bucket",
    "pulumi-python:dynamic/conductor:Account": "loginId",
    "pulumi-python:dynamic/conductor:Workspace": "name",
    "pulumi-python:dynamic/dex:PasswordObject": "email",
    "pulumi-python:dynamic/dex:User": "email",
    "pulumi-python:dynamic/grafana:Dashboard": "uid",
    "pulumi-python:dynamic/kubeflow:NamespaceGate": "namespace",
    "pulumi-python:dynamic/runai:QueueLabel": "runaiProject",
}
"""By type: the property that names the claim. Those of dynamic resources are known in every preview."""


def one_workspace_a_name(args: StackValidationArgs, report: ReportViolation) -> None:
    claimed: dict[tuple[str, str], list[str]] = defaultdict(list)
    for resource in args.resources:
        claim = CLAIMS.get(resource.resource_type)
        if claim is None:
            continue
        try:
            claimed[claim, str(resource.props.get(claim))].append(resource.urn)
        except UnknownValueError:
            continue  # a new bucket's name; the gate of its workspace is compared
    for (claim, value), urns in claimed.items():
        for urn in urns[1:]:
            report(f"Two workspaces of this stack claim {claim} '{value}'. Give one of them another name.", urn)


RULES = [
    StackValidationPolicy(
        name="one-workspace-a-name",
        description="No two workspaces of a stack claim the same bucket, namespace, login, dashboard or record.",
        validate=one_workspace_a_name,
        enforcement_level=EnforcementLevel.MANDATORY,
    ),
]
