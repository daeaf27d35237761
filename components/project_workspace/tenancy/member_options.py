"""What people choose of a namespace's members: the settings `members` and `kubeflow` of a stack file."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches, or_empty
from project_workspace.schema.section import Section
from project_workspace.tenancy.contributor import LONGEST_EMAIL, ROLES, part_of_names

MEMBER_EMAIL = Rule(
    f"an e-mail address in lower case, at most {LONGEST_EMAIL} characters",
    "alice@example.com",
    matches(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(\.[a-z0-9-]+)+", LONGEST_EMAIL),
)
MemberEmail = Annotated[str, MEMBER_EMAIL]
MemberRole = Annotated[str, choice(*ROLES, example="edit")]
HeaderName = Annotated[str, Rule("the name of an HTTP header", "kubeflow-userid", matches(r"[A-Za-z0-9-]{1,100}"))]
UserPrefix = Annotated[str, or_empty(Rule("a prefix without spaces", "accounts.google.com:", matches(r"[!-~]{1,100}")))]
Principal = Annotated[
    str,
    Rule(
        "the identity of a workload in Istio",
        "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
        matches(r"[a-z0-9.-]+/ns/[a-z0-9-]+/sa/[a-z0-9.-]+", 300),
    ),
]


class MemberOptions(Section):
    """A person who works in the namespace beside its owner: a contributor, as Kubeflow calls it."""

    email: MemberEmail
    """E-mail address with which the person logs in."""
    role: MemberRole = "edit"
    """What the person may do in the namespace. `view`: look on. `edit`: notebooks, pipelines, volumes and all other
    work. `admin`: roles and role bindings as well. Kubeflow's dashboard shows those who edit."""
    login: bool = False
    """Whether the person gets a login of their own in dex, with a drawn password. A person has one login: give it in
    one workspace. Default: the person has one already."""


class KubeflowOptions(Section):
    """How the installation's Kubeflow tells who somebody is; the defaults are those of Kubeflow's manifests. Used for
    `members`.
    """

    user_id_header: HeaderName = "kubeflow-userid"
    """HTTP header in which Kubeflow's gateway names the user (`USERID_HEADER`)."""
    user_id_prefix: UserPrefix = ""
    """What stands in the header before the e-mail address (`USERID_PREFIX`)."""
    contributors: bool = False
    """Whether members of a namespace that has no Profile of this stack are Kubeflow's contributors too, for a namespace
    that is another Profile's. Otherwise they have Kubernetes' own roles of the same names, and no AuthorizationPolicy:
    the first one in a namespace closes it to everybody whom none lets in. Default: `false`; with a Profile they always
    are."""
    gateway_principals: list[Principal] = [
        "cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account",
        "cluster.local/ns/kubeflow/sa/ml-pipeline-ui",
    ]
    """Workloads from which that header is believed: Istio's ingress gateway, and the user interface of Pipelines."""


def unfit_members(members: Sequence[MemberOptions], owner: str, *, owner_is_bound: bool) -> Iterator[Problem]:
    """Members that are one for Kubeflow, or the owner; paths are indices.

    `owner_is_bound`: whether the owner has a binding as members have it, and so a name among theirs.
    """
    seen = {part_of_names(owner): owner} if owner_is_bound else {}
    for index, member in enumerate(members):
        part = part_of_names(member.email)
        if member.email == owner:
            yield Problem(f"[{index}].email", f"Expected another person than the owner, for example '{_OTHER}'.")
        elif seen.get(part) == member.email:
            yield Problem(f"[{index}].email", f"Expected a person that is no member yet, for example '{_OTHER}'.")
        elif part in seen:
            yield Problem(
                f"[{index}].email",
                f"Expected an address that differs from '{seen[part]}' in letters or digits, for example '{_OTHER}': "
                f"Kubeflow makes one name, '{part}', of both.",
            )
        seen.setdefault(part, member.email)


_OTHER = MEMBER_EMAIL.example
