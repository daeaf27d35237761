"""Rules about people: who gets into a namespace, and who may let others in.

Owns: role bindings that name users. Does not own the rights of the identities that run Pulumi, nor service accounts.
Configurable: the domains whose people are one's own. Why: one letter wrong in an address gives somebody else a team's
work, and whoever may give roles is no longer held by this stack's file.
"""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, PolicyConfigSchema, ResourceValidationArgs

from rules.reading import resource_rule

BINDINGS = (
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
    "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
)
GIVE_ROLES = ("admin", "cluster-admin", "kubeflow-admin")
"""ClusterRoles by which a person may give roles to others."""


def _users(args: ResourceValidationArgs) -> Iterator[str]:
    if args.resource_type in BINDINGS:
        for subject in args.props.get("subjects") or []:
            if subject["kind"] == "User":
                yield subject["name"]


def members_do_not_administer(args: ResourceValidationArgs) -> Iterator[str]:
    for user in _users(args):
        if args.props["roleRef"]["name"] in GIVE_ROLES:
            yield f"{user} may give any role of the namespace to anybody. Give the role 'edit', if that is enough."


def members_are_of_known_domains(args: ResourceValidationArgs) -> Iterator[str]:
    domains = args.get_config()["domains"]
    for user in _users(args):
        if domains and user.rpartition("@")[2] not in domains:
            yield f"{user} is of none of the domains {', '.join(domains)}. Correct the address, or add its domain."


RULES = [
    resource_rule(
        "members-do-not-administer",
        "Who may work in a namespace does not let others in.",
        members_do_not_administer,
        EnforcementLevel.ADVISORY,
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
