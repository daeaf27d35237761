"""What the pods of a namespace are on AWS already: a role by EKS Pod Identity, or by Kubeflow's plugin.

Owns: the look, and the note about it in a stack file. Does not own the take-over (`import_ids.py`). Why a note and no
setting: whether a role is this workspace's alone, so that its trust may be rewritten, nobody but people can know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from project_workspace.aws.client import Clients, translate_errors, with_deadline
from project_workspace.iam.options import IRSA, POD_IDENTITY, WORKSPACE_ROLE
from project_workspace.iam.role_documents import SERVICE_ACCOUNT
from project_workspace.lifecycle.existence import association

PLUGIN = "AwsIamForServiceAccount"
_WAYS = {POD_IDENTITY: "an EKS Pod Identity association", IRSA: f"the plugin {PLUGIN} of its Profile"}


@dataclass(frozen=True)
class FoundRole:
    """A role, and how pods get it."""

    arn: str
    assumed_by: str

    @property
    def note(self) -> str:
        """What a stack file says about it."""
        access = f"access: {{mode: {WORKSPACE_ROLE}, assumedBy: {self.assumed_by}}}"
        return (
            f"Pods of {SERVICE_ACCOUNT} are {self.arn} on AWS, by {_WAYS[self.assumed_by]}. It stays as it is. To take "
            f"it over, if no other namespace uses it: '{access}' and "
            f"'names: {{workspaceRole: {self.arn.rpartition('/')[2]}}}'."
        )


def role_of(profile: Mapping[str, Any], aws: Clients, cluster: str) -> FoundRole | None:
    """The role of the namespace's pods; None when they have none. Raises `RemoteError`."""
    namespace = str(profile["metadata"]["name"])
    found = association(aws, cluster, namespace, SERVICE_ACCOUNT)
    if found:
        eks, where = aws("eks"), f"association {found[0]} of cluster {cluster}"
        with translate_errors("eks:DescribePodIdentityAssociation", where):
            asked = {"clusterName": cluster, "associationId": found[0]}
            described = with_deadline(lambda: eks.describe_pod_identity_association(**asked)["association"]["roleArn"])
        return FoundRole(described, POD_IDENTITY)
    specs = (each.get("spec") or {} for each in profile["spec"].get("plugins") or [] if each.get("kind") == PLUGIN)
    arn = next((spec["awsIamRole"] for spec in specs if spec.get("awsIamRole")), None)
    return FoundRole(arn, IRSA) if arn else None
