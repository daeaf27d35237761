"""Rules about people: who gets into a namespace, and who may let others in.

Owns: role bindings that name users, and users who are put into somebody else's binding. Does not own the rights of the
identities that run Pulumi, nor service accounts. Configurable: the domains whose people are one's own, and the
namespaces that are the installation's. Why: one letter wrong in an address gives somebody else a team's work, one wrong
namespace gives a team the installation, and whoever may give roles is no longer held by this stack's file.
"""

import re
from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, PolicyConfigSchema, ResourceValidationArgs

from rules.configuration import PATTERN
from rules.reading import resource_rule

EVERYWHERE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
BINDINGS = (EVERYWHERE, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
SHARED = "pulumi-python:dynamic/runai:SharedSubjects"
"""People in a binding of Run:ai's, which has no namespace when it holds everywhere."""
OWNER = "project-workspace/owner"
"""The annotation of the binding of a namespace's owner, where no Profile says who that is."""
PLATFORM = (
    r"(kube|istio|knative|cert-manager|gpu-operator)(-.*)?|(.*-)?system|default|kubeflow|auth|runai|monitoring|argocd"
)
"""Namespaces of the installation itself."""
GIVE_ROLES = ("admin", "cluster-admin", "kubeflow-admin")
"""ClusterRoles by which a person may give roles to others."""


def _users(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type in BINDINGS:
        for subject in args.props.get("subjects") or []:
            if subject["kind"] == "User":
                yield subject["name"]
    if args.resource_type == SHARED:
        yield from args.props["users"]


def _is_of_runai(args: ResourceValidationArgs) -> bool:
    """Whether the role is one of Run:ai's, whose users need not have e-mail addresses for IDs."""
    return args.resource_type == SHARED or args.props["roleRef"]["name"].startswith("runai-")


def members_do_not_administer(args: ResourceValidationArgs) -> Iterator[str]:
    for user in _users(args):
        is_owners = OWNER in (args.props.get("metadata", {}).get("annotations") or {})
        if args.resource_type in BINDINGS and args.props["roleRef"]["name"] in GIVE_ROLES and not is_owners:
            yield f"{user} may give any role of the namespace to anybody. Give the role 'edit', if that is enough."


def members_are_of_known_domains(args: ResourceValidationArgs) -> Iterator[str]:
    domains = args.get_config()["domains"]
    for user in _users(args):
        if "@" not in user and _is_of_runai(args):
            continue
        if domains and user.rpartition("@")[2] not in domains:
            yield f"{user} is of none of the domains {', '.join(domains)}. Correct the address, or add its domain."


def people_stay_out_of_the_platform(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type not in BINDINGS or _is_of_runai(args):
        return
    namespace = args.props.get("metadata", {}).get("namespace") or ""
    if re.fullmatch(args.get_config()["platform"], namespace):
        for user in _users(args):
            yield (
                f"{user} would get a role in {namespace}, which belongs to the installation. Name a namespace of a "
                "team in 'names.namespace'."
            )


def people_stay_in_their_namespaces(args: ResourceValidationArgs) -> Iterator[str]:
    is_everywhere = args.resource_type == EVERYWHERE or (
        args.resource_type == SHARED and not args.props.get("namespace")
    )
    if is_everywhere and (users := list(_users(args))):
        role = args.props["binding"] if args.resource_type == SHARED else args.props["roleRef"]["name"]
        yield (
            f"{', '.join(users)} may do in every namespace what {role} gives. Run:ai's viewers read all ConfigMaps, "
            "dex's with the hashes of passwords among them."
        )


RULES = [
    resource_rule(
        "members-do-not-administer",
        "Who may work in a namespace does not let others in.",
        members_do_not_administer,
        EnforcementLevel.ADVISORY,
    ),
    resource_rule(
        "people-stay-in-their-namespaces",
        "Whoever may read all namespaces is named, so that somebody has looked at it.",
        people_stay_in_their_namespaces,
        EnforcementLevel.ADVISORY,
    ),
    resource_rule(
        "people-stay-out-of-the-platform",
        "No person gets a role in a namespace of the installation itself.",
        people_stay_out_of_the_platform,
        EnforcementLevel.MANDATORY,
        PolicyConfigSchema(
            {
                "platform": {
                    **PATTERN,
                    "description": "Regular expression of the installation's own namespaces.",
                    "default": PLATFORM,
                }
            }
        ),
    ),
    resource_rule(
        "members-are-of-known-domains",
        "People of other organisations, and misspelt ones, get no role.",
        members_are_of_known_domains,
        EnforcementLevel.MANDATORY,
        PolicyConfigSchema(
            {
                "domains": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "Domains of the e-mail addresses of one's own people, for example 'example.com'.",
                    "default": [],
                }
            }
        ),
    ),
]
