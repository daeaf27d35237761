"""The dynamic resource `workspace:CollisionCheck`: made first, and only if nothing has the workspace's names
yet.

Owns: one look at everything that has a name of its own (namespace, login, bucket, node role and groups, dashboard, AI
Conductor's workspace and account), and the refusal of all that is there, together, before anything is made. Does not
own any of them, nor the taking over: with `adopt` it accepts what it finds. Why a resource: it looks only when it is
new, so what this stack has made itself, or an interrupted run of it has left, is never in its way. In a stack that an
earlier version of this program has made it is new as well: there the Profile says whose the workspace is.

With it comes a look at the shared policies: one that has no statement for the bucket is refused here as well, with
`adopt` or without, because the grants are made after the bucket. It looks again when the bucket or a policy is another.

It looks in `check`, so that a preview refuses as well, but for AI Conductor and Grafana: no preview logs in there.
A wrong password would count twice in one run, and a pull request is to need no administrator's password. What `check`
does not ask, or cannot reach, is left to `make`, which runs before everything else and must see everything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import pulumi
from pulumi.dynamic import Resource

from project_workspace.aws import provider_connection as aws
from project_workspace.aws.arns import bucket_arns
from project_workspace.aws.client import Clients
from project_workspace.conductor import connection as conductor
from project_workspace.dex import config_file as dex_config
from project_workspace.grafana import connection as grafana
from project_workspace.iam import policy_document
from project_workspace.kube.cluster import Cluster, profile_ref
from project_workspace.kube.provider_connection import StackCluster, connect
from project_workspace.lifecycle.existence import ATTEMPTS, bucket_exists, node_group_exists, role_exists
from project_workspace.remote.errors import NotFoundError, NotOursError, RefusedError, RemoteError
from project_workspace.remote.provider import Props, RemoteProvider, StackConfig, inputs_of
from project_workspace.schema.problem import Problem

WAIT_FOR = "pulumi.com/waitFor"
"""The annotation that this program's Profiles have (`kubeflow/component.py`), and nobody else's."""
ASKED_BY_MAKE_ONLY = ("dashboard", "conductor")
ADOPTION = "See docs/adoption.md."
SHARED_OBJECTS = "See docs/shared-objects.md."


@dataclass(kw_only=True)
class CollisionCheckArgs:
    """The names of a workspace's things; None for a part that is left out."""

    region: str
    bucket: str
    namespace: str
    node_role: Optional[str] = None
    cluster: Optional[str] = None
    node_groups: Sequence[str] = ()
    dex_user: Optional[Mapping[str, str]] = None
    """`email`, and where dex's configuration is: `namespace`, `configMap`, `key`."""
    dashboard: Optional[Mapping[str, str]] = None
    """Grafana's `url`, and the `uid`."""
    conductor: Optional[Mapping[str, str]] = None
    """AI Conductor's `url` and API `profile`, and the names of `workspace` and `account`."""
    shared_policies: Sequence[pulumi.Input[str]] = ()
    """ARNs of the shared policies that will name the bucket."""
    adopt: bool = False
    """Accept what is there; default: refuse it."""
    account_id: Optional[pulumi.Input[Optional[str]]] = None
    """The AWS account: with an identity of another one nothing is done. Default: any account."""
    stack_cluster: StackCluster
    """The stack's cluster, and the way to it."""


class CollisionCheckProvider(RemoteProvider):
    """Looks when it is made, and never again."""

    what = "look for what exists already"
    update_on: ClassVar[tuple[str, ...]] = ()

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """What is there, and which policies cannot take the bucket; the preview of a new stack comes here."""
        unfit = self._run(self.what, known, lambda: list(self._unfit_if_seen(olds, known)))
        if olds or known.get("adopt"):
            return unfit
        found = self._run(self.what, known, lambda: list(self._seen(known)))
        if found and self._made_by_this_program(known, otherwise=True):
            return unfit
        return [*(Problem(problem.path, f"{problem.message} {ADOPTION}") for problem in found), *unfit]

    def _seen(self, known: Props) -> Iterator[Problem]:
        for name in [name for name in _LOOKS if known.get(name) and name not in ASKED_BY_MAKE_ONLY]:
            with suppress(RemoteError):  # left to `make`, which says it if it still is so then
                yield from self._found(name, known)

    def _unfit_if_seen(self, olds: Props, known: Props) -> Iterator[Problem]:
        for policy in _new_policies(olds, known):
            with suppress(RemoteError):  # as above; for a stack that exists it is left to the grant
                if refusal := self._unfit(policy, known):
                    yield Problem("", str(refusal))  # with a name the engine would print all the ARNs again

    def _unfit(self, policy: str, inputs: Props) -> RefusedError | None:
        """Why the policy cannot name the bucket; None when it can."""
        arns = bucket_arns(policy.split(":")[1], inputs["bucket"])
        try:
            return policy_document.misfit(aws.client(self.config, inputs, "iam", attempts=ATTEMPTS), policy, arns)
        except NotFoundError as error:
            return error

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        found: list[str] = []
        if not inputs.get("adopt"):
            found = [problem.message for name in _LOOKS if inputs.get(name) for problem in self._found(name, inputs)]
            if found and self._made_by_this_program(inputs, otherwise=False):
                found = []
        unfit = [str(refusal) for policy in _new_policies({}, inputs) if (refusal := self._unfit(policy, inputs))]
        if found or unfit:
            kind, remedy = (NotOursError, ADOPTION) if found else (RefusedError, SHARED_OBJECTS)
            raise kind(" ".join([*found, *unfit]), where="nothing was made", remedy=remedy)
        return inputs["bucket"], {}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        return {}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: a check exists in the state only."""

    def _made_by_this_program(self, inputs: Props, *, otherwise: bool) -> bool:
        """Whether the workspace's Profile says so; `otherwise` when the cluster does not answer."""
        try:
            profile = connect(self.config, inputs).find(profile_ref(inputs["namespace"]))
        except RemoteError:
            return otherwise
        return WAIT_FOR in ((profile or {}).get("metadata", {}).get("annotations") or {})

    def _found(self, name: str, inputs: Props) -> Iterator[Problem]:
        for thing, setting in _LOOKS[name](_Look(self.config, inputs), inputs[name]):
            yield Problem(
                name,
                f"{thing} exists already, and this stack did not make it. Choose another name ({setting}), or set "
                "'adopt: true' to take it over.",
            )


class CollisionCheck(Resource, module="lifecycle", name="CollisionCheck"):
    """Ready when nothing is in the way."""

    def __init__(self, name: str, args: CollisionCheckArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(CollisionCheckProvider(), name, inputs_of(args), opts)


Seen = Iterator[tuple[str, str]]
"""What is there, in words, and the setting that gives the workspace's own another name."""


class _Look:
    """One method for each input that names something; `value` is that input's."""

    def __init__(self, config: StackConfig, inputs: Props) -> None:
        self._config, self._inputs = config, inputs

    def namespace(self, value: str) -> Seen:
        found = self._cluster().namespace(value)
        # One that is on its way out is waited for by the namespace's own gate.
        if found and not found["metadata"].get("deletionTimestamp"):
            yield f"The namespace '{value}'", "names.namespace"

    def dex_user(self, value: Mapping[str, str]) -> Seen:
        text, _ = self._cluster().config_text(value["namespace"], value["configMap"], value["key"])
        if dex_config.find(text, value["email"]):
            yield f"The dex user '{value['email']}'", "names.user"

    def bucket(self, value: str) -> Seen:
        if _is_taken(self._aws, value):
            yield f"The S3 bucket '{value}'", "names.bucket"

    def node_role(self, value: str) -> Seen:
        if role_exists(self._aws, value):
            yield f"The IAM role '{value}'", "names.nodeRole"

    def node_groups(self, value: Sequence[str]) -> Seen:
        cluster = self._inputs["cluster"]
        for name in [name for name in value if node_group_exists(self._aws, cluster, name)]:
            yield f"The node group '{name}' of {cluster}", "nodeGroups[].name"

    def dashboard(self, value: Mapping[str, str]) -> Seen:
        if grafana.client_for(self._config, value["url"]).find_dashboard(value["uid"]):
            yield f"The Grafana dashboard '{value['uid']}'", "names.dashboardUid"

    def conductor(self, value: Mapping[str, str]) -> Seen:
        client = conductor.client_for(self._config, value["url"], value["profile"])
        if client.find_workspace(value["workspace"]):
            yield f"The AI Conductor workspace '{value['workspace']}'", "names.workspace"
        if client.find_account(value["account"]):
            yield f"The AI Conductor account '{value['account']}'", "names.systemAccount"

    def _aws(self, service: str, *, attempts: int = 1) -> Any:
        return aws.client(self._config, self._inputs, service, attempts=attempts)

    def _cluster(self) -> Cluster:
        return connect(self._config, self._inputs)


_LOOKS: Mapping[str, Callable[[_Look, Any], Seen]] = {
    "namespace": _Look.namespace,
    "dexUser": _Look.dex_user,
    "bucket": _Look.bucket,
    "nodeRole": _Look.node_role,
    "nodeGroups": _Look.node_groups,
    "dashboard": _Look.dashboard,
    "conductor": _Look.conductor,
}
"""How each input is looked at, in the order in which the things would be made."""


def _is_taken(clients: Clients, bucket: str) -> bool:
    try:
        return bucket_exists(clients, bucket)
    except RefusedError as error:
        if type(error) is not RefusedError:
            raise
        return True  # somebody else's, which may not be looked into


def _new_policies(olds: Props, known: Props) -> list[str]:
    """The shared policies that are yet to name this bucket; in a state of before this look they name it."""
    wanted = known.get("sharedPolicies", [])
    if not olds:
        return wanted
    named = olds.get("sharedPolicies", wanted) if olds.get("bucket") == known.get("bucket") else []
    return [policy for policy in wanted if policy not in named]
