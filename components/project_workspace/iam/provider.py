"""The dynamic resource `iam:PolicyGrant`: some ARNs in a managed policy that many stacks share.

Owns: our own entries, added and removed under a Lease, and the note of where they are. Does not own: the policy, its
other entries, in which statements ours belong (`statements.py`), the edit itself (`policy_document.py`), the lock
(`kube/lease.py`).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Optional
from uuid import uuid4

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws.client import READ_ATTEMPTS
from project_workspace.aws.provider_connection import ACCOUNT, client
from project_workspace.iam import policy_document, statements
from project_workspace.iam.statements import Grant, Place
from project_workspace.kube import lease
from project_workspace.kube.provider_connection import CONNECTION, StackCluster, connect, connection_problems
from project_workspace.remote.errors import NotFoundError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches, wrong

_is_bucket_arn = matches(r"arn:aws[a-z-]*:s3:::\S+")
_RULES = {
    "policyArn": Rule(
        "the ARN of a managed policy",
        "arn:aws:iam::123456789012:policy/policy-s3-kubeflow-an2-meerkat-dev",
        matches(r"arn:aws[a-z-]*:iam::\d{12}:policy/\S+"),
    ),
    "resources": Rule(
        "ARNs of buckets", "arn:aws:s3:::s3-demo/*", lambda arns: bool(arns) and all(map(_is_bucket_arn, arns))
    ),
}
_LEASE_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


@dataclass(kw_only=True)
class PolicyGrantArgs:
    """Entries in one shared policy."""

    policy_arn: pulumi.Input[str]
    """The managed policy. Another one replaces the grant."""
    resources: Sequence[pulumi.Input[str]]
    """ARNs that the policy is to name, each in the statements that allow what it is for."""
    lease: Mapping[str, pulumi.Input[str]]
    """`namespace` and `name` of the Lease that everybody takes who edits this policy."""
    region: Optional[pulumi.Input[str]] = None
    """AWS region of the client; default: the usual chain. IAM itself is global within a partition."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class PolicyGrantProvider(RemoteProvider):
    """Reads, changes, writes and verifies the policy while it holds the Lease."""

    what = "entries in the shared policy"
    update_on: ClassVar[tuple[str, ...]] = ("resources", "lease", "region", ACCOUNT, *CONNECTION)
    replace_on: ClassVar[tuple[str, ...]] = ("policyArn",)
    # Another policy that turns out wrong must not cost the access there is.
    delete_before_replace = False

    def problems(self, inputs: Props) -> list[Problem]:
        return connection_problems(inputs) + wrong(inputs, _RULES)

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        return inputs["policyArn"], self._change(
            inputs, add=inputs["resources"], had=Grant(inputs["resources"], made=False)
        )

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        had = _grant(outputs)
        try:
            document = policy_document.read(
                client(self.config, outputs, "iam", attempts=READ_ATTEMPTS), outputs["policyArn"]
            )
        except NotFoundError:
            return None
        own = [*had.resources, *(place.resource for place in had.places or ())]
        granted = [arn for arn in had.resources if statements.granted(document, arn, own=own)]
        ours = statements.ours(document, had)
        if not granted and not ours:
            return None
        # An entry that grants nothing any more is missing among the resources: it must still be known as ours.
        lost_sight = had.places is None and granted != had.resources
        return {"resources": granted, **(_noted(ours) if lost_sight else {})}

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return self._change(news, add=news["resources"], had=_grant(olds))

    def do_delete(self, id_: str, outputs: Props) -> None:
        iam, had = client(self.config, outputs, "iam", attempts=READ_ATTEMPTS), _grant(outputs)
        try:
            # Nothing to take out needs no Lease: a cluster that is gone already does not stop a destroy.
            if statements.ours(policy_document.read(iam, outputs["policyArn"]), had):
                self._change(outputs, add=[], had=had)
        except NotFoundError as error:
            if error.where != outputs["policyArn"]:
                raise

    def _change(self, props: Props, *, add: Sequence[str], had: Grant) -> Props:
        cluster, iam = connect(self.config, props), client(self.config, props, "iam")
        name = lease_name(props["lease"]["name"])
        with lease.held(cluster, props["lease"]["namespace"], name, f"project-workspace-{uuid4()}") as mine:
            return _noted(
                policy_document.change_resources(iam, props["policyArn"], add=add, had=had, before_write=mine.renew)
            )


def _grant(outputs: Props) -> Grant:
    places = outputs.get("places")
    return Grant(outputs["resources"], None if places is None else [Place(**place) for place in places])


def _noted(places: Sequence[Place]) -> Props:
    """The output by which our entries are known again: `statement` and `resource` of each."""
    return {"places": [asdict(place) for place in places]}


class PolicyGrant(Resource, module="iam", name="PolicyGrant"):
    """Our entries in a shared policy."""

    def __init__(self, name: str, args: PolicyGrantArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(PolicyGrantProvider(), name, inputs_of(args), opts)


def lease_of(policy: str) -> str:
    """What the Lease of a shared policy is called, before `lease_name` makes it a name."""
    return f"project-workspace-{policy}"


def lease_name(text: str) -> str:
    """A name that Kubernetes accepts: unchanged when it is one, else made so, and unique by a hash of the original."""
    if len(text) <= 253 and _LEASE_NAME.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    readable = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:200]
    return f"{readable}-{digest}".lstrip("-")
