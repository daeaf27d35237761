"""The dynamic resource `workspace:CollisionCheck`: made first, and only if nothing has the workspace's names
yet; gone last, and only if nothing of this stack is left.

Owns: the refusal of all that has a name of the workspace's and is somebody else's, together, before anything is made,
and the refusal to end a destroy that leaves something of this stack behind. Does not own the looks
(`collision_looks.py`), nor the words (`collision_messages.py`), nor the taking over: with `adopt` it accepts what it
finds, and what a killed run of this stack left outside its state is taken up by `workspacectl recover`. Why a resource:
it looks only when it is new and when it goes, so what this stack has made itself, or an interrupted run of it has left,
is never in its way.

With it come looks at what everybody shares, with `adopt` or without, because what they are for is made late. One at the
shared policies: one that has no statement for the bucket is refused here as well. It looks again when the bucket or a
policy is another. One at dex: where it would not let in users by objects of their own, that is refused; it looks again
when users or dex are others. Where many have entries in its configuration, it says that there is another way. One at
the provider of the cluster's tokens, where pods get a role by them. A stack that exists is refused a role or an
association that is new to it and somebody else's, since both are shared by name with all of the account.

It looks in `check`, so that a preview refuses as well, but for AI Conductor, Grafana and Keycloak: no preview logs in
there.
A wrong password would count twice in one run, and a pull request is to need no administrator's password. What `check`
does not ask, or cannot reach, is left to `make`, which runs before everything else and must see everything.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws import provider_connection as aws
from project_workspace.aws.arns import bucket_arns
from project_workspace.aws.client import READ_ATTEMPTS
from project_workspace.iam import policy_document
from project_workspace.kube.provider_connection import StackCluster
from project_workspace.lifecycle import collision_looks, collision_messages, token_provider
from project_workspace.lifecycle.collision_looks import Look, Seen
from project_workspace.namespaces.kinds import PROFILE
from project_workspace.remote.errors import NotFoundError, NotOursError, RefusedError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of, plain, plain_value
from project_workspace.schema.problem import Problem
from project_workspace.stack_mark import StackMark

ASKED_BY_MAKE_ONLY = ("dashboard", "conductor", "oidcClient")
MARKED_BY_TAGS = ("workspaceRole", "bucket", "podIdentity", "nodeRole", "nodeGroups")
MAY_COME_LATER = ("workspaceRole", "podIdentity")
"""What a stack that exists can be given, and would take its bucket from its own pods until the collision is seen."""
MORE_MAY_COME_LATER = "clusterObjects"
"""What a stack that exists can be given more of: Pulumi's plugin would take them over without a word."""
TAKEN_UP_BY_UP = ("namespace", "dexObjects", "oidcClient", "clusterObjects")
"""What the next `up` takes up by itself when a killed run of this stack has left it; AWS's things it cannot."""
SHARED_OBJECTS = "See docs/shared-objects.md."


@dataclass(kw_only=True)
class CollisionCheckArgs:
    """The names of a workspace's things; None for a part that is left out."""

    region: str
    bucket: Optional[str] = None
    namespace: Optional[str] = None
    """None where it is there already, and stays."""
    namespace_kind: Optional[str] = None
    """How the namespace comes to be, which never changes; None for a Profile's."""
    workspace_role: Optional[str] = None
    pod_identity: Optional[Mapping[str, str]] = None
    """`namespace` and `serviceAccount` of the pods that an association gives the role."""
    cluster_objects: Optional[Sequence[str]] = None
    """What has a name of its own in the cluster beside namespaces, each as `KIND/NAME`."""
    irsa: Optional[bool] = None
    """Whether pods get the role by the cluster's tokens."""
    node_role: Optional[str] = None
    cluster: Optional[str] = None
    node_groups: Sequence[str] = ()
    dex_user: Optional[Mapping[str, str]] = None
    """`email`, and where dex's configuration is: `namespace`, `configMap`, `key`."""
    dex_objects: Optional[Mapping[str, Any]] = None
    """The same place where users get objects of their own; `userIds` are theirs, by e-mail."""
    dashboard: Optional[Mapping[str, str]] = None
    """Grafana's `url`, and the `uid`."""
    conductor: Optional[Mapping[str, str]] = None
    """AI Conductor's `url` and API `profile`, and the names of `workspace` and `account`."""
    oidc_client: Optional[Mapping[str, str]] = None
    """Keycloak's `url`, `realm` and `adminRealm`, and the `clientId`."""
    shared_policies: Sequence[pulumi.Input[str]] = ()
    """ARNs of the shared policies that will name the bucket."""
    settings: Optional[Mapping[str, str]] = None
    """By input, what gives the thing another name; default: as in a workspace's file."""
    adopt: bool = False
    """Accept what is there; default: refuse it."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    pulumi_project: str
    """Pulumi's project and stack: what carries them is this stack's own."""
    pulumi_stack: str
    retain_bucket: Optional[bool] = None
    """Whether a destroy leaves the bucket on purpose."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class CollisionCheckProvider(RemoteProvider):
    """Looks when it is made, and when it goes."""

    what = "look for what exists already"
    # Noted for the look when it goes; nothing is looked at for it.
    update_on: ClassVar[tuple[str, ...]] = (
        "pulumiProject",
        "pulumiStack",
        "namespaceKind",
        "bucket",
        "retainBucket",
        "workspaceRole",
        "podIdentity",
        "irsa",
        "nodeRole",
        "cluster",
        "nodeGroups",
        "clusterObjects",
    )

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """What is there, and which policies cannot take the bucket; the preview of a new stack comes here."""
        unfit = [*_other_kind(olds, known)]
        unfit += self._run(self.what, known, lambda: list(self._unfit_if_seen(olds, known)))
        if known.get("adopt"):
            return unfit
        look = Look(self.config, known)
        if not olds:
            self._run(self.what, known, lambda: _say_many_static_users(look))
        found = self._run(self.what, known, lambda: list(_seen(olds, look)))
        mine = [seen for _, seen in found if seen.mark == StackMark.noted(known)]
        if mine:
            sys.stderr.write(f"{collision_messages.left(mine)} {collision_messages.recover(known)}\n")
        strange = [
            Problem(name, f"{collision_messages.in_the_way(seen)} {collision_messages.advice(known, seen)}")
            for name, seen in found
            if seen not in mine
        ]
        return [*strange, *unfit]

    def _unfit_if_seen(self, olds: Props, known: Props) -> Iterator[Problem]:
        for policy in _new_policies(olds, known):
            with suppress(RemoteError):  # left to `make`; for a stack that exists to the grant
                if refusal := self._unfit(policy, known):
                    yield Problem("", str(refusal))  # with a name the engine would print all the ARNs again
        if known.get("irsa") and not olds.get("irsa"):
            with suppress(RemoteError):
                if refusal := self._without_tokens(known):
                    yield Problem("", str(refusal))
        with suppress(RemoteError):
            yield from (Problem("", str(refusal)) for refusal in self._unfit_dex(olds, known))

    def _unfit_dex(self, olds: Props, known: Props) -> list[RemoteError]:
        """Why dex would not let in the users that get objects; where they had entries before, those are no reason."""
        wanted = known.get("dexObjects")
        if not wanted or plain_value(olds.get("dexObjects")) == wanted:
            return []
        return collision_looks.unfit_dex(self.config, known, accepts_own=bool(olds))

    def _unfit(self, policy: str, inputs: Props) -> RefusedError | None:
        """Why the policy cannot name the bucket; None when it can."""
        arns = bucket_arns(policy.split(":")[1], inputs["bucket"])
        try:
            return policy_document.misfit(aws.client(self.config, inputs, "iam", attempts=READ_ATTEMPTS), policy, arns)
        except NotFoundError as error:
            return error

    def _without_tokens(self, inputs: Props) -> RefusedError | None:
        """Why pods could get no role by their tokens; None when they could."""

        def clients(service: str, *, attempts: int = 1) -> Any:
            return aws.client(self.config, inputs, service, attempts=attempts)

        return token_provider.misfit(clients, inputs["cluster"])

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        found: list[Seen] = []
        if not inputs.get("adopt"):
            look = Look(self.config, inputs)
            found = [seen for name in collision_looks.looked_at(inputs) for _, seen in _found(name, look)]
        mine = [seen for seen in found if seen.mark == StackMark.noted(inputs)]
        strange = [seen for seen in found if seen not in mine]
        looks = [self._unfit(policy, inputs) for policy in _new_policies({}, inputs)]
        looks += self._unfit_dex({}, inputs)
        looks += [self._without_tokens(inputs)] if inputs.get("irsa") else []
        unfit = [str(refusal) for refusal in looks if refusal]
        sentences = " ".join([*(collision_messages.in_the_way(seen) for seen in strange), *unfit])
        if strange:
            raise NotOursError(sentences, where="nothing was made", remedy=collision_messages.advice(inputs, *strange))
        if unfit:
            raise RefusedError(sentences, where="nothing was made", remedy=SHARED_OBJECTS)
        if mine:
            raise NotOursError(
                collision_messages.left(mine), where="nothing was made", remedy=collision_messages.recover(inputs)
            )
        return inputs.get("bucket") or f"{inputs['pulumiProject']}/{inputs['pulumiStack']}", {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete, and nothing may be left: what a killed run made, no later destroy would find."""
        if "pulumiStack" not in outputs:
            return  # of a version whose things carry no mark
        look, left = Look(self.config, outputs), list[Seen]()
        for name in [name for name in collision_looks.looked_at(outputs) if name in MARKED_BY_TAGS]:
            if not (name == "bucket" and outputs.get("retainBucket")):
                with suppress(RemoteError):  # what cannot be reached any more must not stop a destroy
                    left += [seen for _, seen in _found(name, look) if seen.mark == StackMark.noted(outputs)]
        if left:
            raise RefusedError(
                collision_messages.left(left),
                where="everything else is destroyed",
                remedy=f"{collision_messages.recover(outputs)} Then destroy again.",
            )


class CollisionCheck(Resource, module="lifecycle", name="CollisionCheck"):
    """Ready when nothing is in the way."""

    def __init__(self, name: str, args: CollisionCheckArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(CollisionCheckProvider(), name, inputs_of(args), opts)


def _seen(olds: Props, look: Look) -> Iterator[tuple[str, Seen]]:
    """What a preview sees of what is there, of what is new to the stack."""
    names = [name for name in collision_looks.looked_at(look.inputs) if name not in ASKED_BY_MAKE_ONLY]
    later = [name for name in MAY_COME_LATER if name not in olds]
    for name in [name for name in names if not olds or name in later]:
        with suppress(RemoteError):  # left to `make`, which says it if it still is so then
            yield from _found(name, look)
    known = plain_value(olds.get(MORE_MAY_COME_LATER)) or []
    if olds and (more := [each for each in look.inputs.get(MORE_MAY_COME_LATER, []) if each not in known]):
        with suppress(RemoteError):
            yield from _found(MORE_MAY_COME_LATER, look.at({MORE_MAY_COME_LATER: more}))


def _found(name: str, look: Look) -> Iterator[tuple[str, Seen]]:
    """What is there under the names of that input; not what the next `up` takes up by itself."""
    for seen in collision_looks.seen(look, name):
        if not (name in TAKEN_UP_BY_UP and seen.mark == StackMark.noted(look.inputs)):
            yield name, seen


def _say_many_static_users(look: Look) -> None:
    with suppress(RemoteError):  # it is only a remark
        if "dexUser" in look.inputs and (many := collision_looks.many_static_users(look)):
            sys.stderr.write(f"{collision_messages.another_way(many)}\n")


def _other_kind(olds: Props, known: Props) -> Iterator[Problem]:
    """Whoever makes a namespace removes it too: another one's would be taken away, or left, with all that is in it."""
    before, now = (plain(each).get("namespaceKind", PROFILE) for each in (olds, known))
    if olds and before != now:
        sentence = (
            f"Expected the kind that the namespace has, '{before}', not '{now}'. Destroy the workspace and make it "
        )
        yield Problem("namespace.kind", f"{sentence}again, or make another one and move.")


def _new_policies(olds: Props, known: Props) -> list[str]:
    """The shared policies that are yet to name this bucket; in a state of before this look they name it."""
    wanted = known.get("sharedPolicies", [])
    if not olds:
        return wanted
    named = olds.get("sharedPolicies", wanted) if olds.get("bucket") == known.get("bucket") else []
    return [policy for policy in wanted if policy not in named]
