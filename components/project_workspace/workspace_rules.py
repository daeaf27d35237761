"""What must fit together across the subjects of one workspace, though each option is right by itself.

Owns: those rules, with paths as a stack file spells them. Does not own rules within one subject (its `options.py`), the
limits of names (`names.py`), or what only AWS can tell (`eks/ec2_lookups.py`).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from project_workspace import limits, names
from project_workspace.aws import tags
from project_workspace.dex.options import PASSWORD_OBJECT
from project_workspace.iam.options import IRSA, POD_IDENTITY, PRINCIPAL_ARN, WORKSPACE_ROLE
from project_workspace.kubeflow.options import unfit_quantities
from project_workspace.namespaces.kinds import EXISTING
from project_workspace.namespaces.options import unfit_name
from project_workspace.schema.problem import Problem
from project_workspace.schema.section import Together
from project_workspace.schema.values import CLUSTER_NAME
from project_workspace.tenancy.limit_options import unfit_defaults
from project_workspace.tenancy.member_options import unfit_members
from project_workspace.volumes.options import unfit_volumes

if TYPE_CHECKING:
    from project_workspace.options import WorkspaceOptions


def _cluster(options: "WorkspaceOptions") -> Iterator[Problem]:
    if options.node_groups and not options.cluster:
        yield Problem("cluster", f"Expected the EKS cluster of the node groups, for example '{CLUSTER_NAME.example}'.")


def _cluster_of_the_role(options: "WorkspaceOptions") -> Iterator[Problem]:
    if options.access.mode == WORKSPACE_ROLE and not options.cluster:
        yield Problem(
            "cluster", f"Expected the EKS cluster whose pods get the role, for example '{CLUSTER_NAME.example}'."
        )


def _conductor_uses_the_bucket(options: "WorkspaceOptions") -> Iterator[Problem]:
    """A role of the pods' own is none of AI Conductor's, and it is in no shared policy any more."""
    access = options.access
    if access.mode == WORKSPACE_ROLE and options.conductor.url and not access.principals:
        yield Problem(
            "access.principals",
            f"Expected AI Conductor's own identity, which uses the bucket too, for example '{PRINCIPAL_ARN.example}'.",
        )


def _specs(options: "WorkspaceOptions") -> Iterator[Problem]:
    specs = [group.spec for group in options.node_groups]
    for index, spec in enumerate(specs):
        if spec in specs[:index]:
            yield Problem(
                f"nodeGroups[{index}].spec", f"Expected a spec that no other node group has, for example '{spec}2'."
            )


def _zones(options: "WorkspaceOptions") -> Iterator[Problem]:
    letters = options.site.zones
    for index, group in enumerate(options.node_groups):
        for position, zone in enumerate(group.zones):
            if zone not in letters:
                yield Problem(
                    f"nodeGroups[{index}].zones[{position}]",
                    f"Expected a zone of {options.region} ({', '.join(letters)}), for example '{letters[0]}', "
                    f"not '{zone}'.",
                )


def _quota(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from _within("quota.", unfit_quantities(options.quota))


def _container_defaults(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from _within("containerDefaults.", unfit_defaults(options.container_defaults, options.quota))


def _members(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from _within("members", _unfit_members(options))


def _unfit_members(options: "WorkspaceOptions") -> Iterator[Problem]:
    owner = options.derived_names().email
    return unfit_members(options.members, owner, owner_is_bound=options.owner_is_bound)


def _namespace(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from _within("names.", unfit_name(options.namespace.kind, options.names.namespace))


def _labels(options: "WorkspaceOptions") -> Iterator[Problem]:
    label = options.runai.queue_label
    if options.runai.project and label in options.namespace.labels:
        yield Problem(f"namespace.labels.{label}", "Expected another label, for example 'team': 'runai' sets this one.")


def _service_account(options: "WorkspaceOptions") -> Iterator[Problem]:
    """The annotation of IRSA is on the service account, which is not ours in a namespace that stays."""
    access = options.access
    if options.namespace.kind == EXISTING and access.mode == WORKSPACE_ROLE and access.assumed_by == IRSA:
        yield Problem(
            "access.assumedBy",
            f"Expected '{POD_IDENTITY}' in a namespace that exists, for example '{POD_IDENTITY}': the service account "
            "there is its owner's to annotate.",
        )


def _volumes(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from _within("volumes", unfit_volumes(options.volumes, options.quota))


def _stored_users(options: "WorkspaceOptions") -> Iterator[Problem]:
    """dex makes the name of a user's object of the e-mail."""
    if options.login.dex.stored_in != PASSWORD_OBJECT:
        return
    emails = {f"members[{index}].email": each.email for index, each in enumerate(options.members) if each.login}
    if options.login.enabled:
        emails["login.emailDomain"] = options.derived_names().email
    for path, email in emails.items():
        if len(email) > limits.STORED_EMAIL_LIMIT:
            yield Problem(
                path,
                f"Expected an e-mail of at most {limits.STORED_EMAIL_LIMIT} characters where dex keeps users in "
                f"objects, for example 'alice@example.com', not {len(email)}.",
            )


def _within(section: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems of a section, with its path before theirs."""
    return (Problem(f"{section}{problem.path}", problem.message) for problem in problems)


def _tags(options: "WorkspaceOptions") -> Iterator[Problem]:
    for key in tags.same_for_iam(options.tags):
        yield Problem(
            f"tags.{key}", f"Expected a key that differs from all others in more than case, for example '{key}2'."
        )
    if len(options.tags) > tags.GIVEN_LIMIT:
        yield Problem(
            "tags",
            f"Expected at most {tags.GIVEN_LIMIT} tags, for example '{tags.GIVEN_LIMIT}', not {len(options.tags)}; "
            f"AWS allows {tags.TAGS_OF_A_RESOURCE}, and nodes have others as well.",
        )


def _own_tags(options: "WorkspaceOptions") -> Iterator[Problem]:
    """The tags that one thing has alone stand beside those of everything."""
    own = {
        "storage.tags": options.storage.tags,
        **{f"nodeGroups[{index}].tags": group.tags for index, group in enumerate(options.node_groups)},
    }
    for path, given in own.items():
        most = tags.TAGS_OF_A_RESOURCE - len(options.tags)
        if len({*options.tags, *given}) > tags.TAGS_OF_A_RESOURCE:
            yield Problem(path, f"Expected at most {most} tags beside those in 'tags', for example '{most}'.")


def _names(options: "WorkspaceOptions") -> Iterator[Problem]:
    yield from names.problems(options.derived_names(), project=options.project)


def _conductor_members(options: "WorkspaceOptions") -> Iterator[Problem]:
    for index, member in enumerate(options.conductor.members):
        if member.login_id == options.derived_names().system_account:
            sentence = "Expected another account than the system account, for example 'alice'."
            yield Problem(f"conductor.members[{index}].loginId", sentence)


_NAMING = ("project", "environment", "infra", "region", "region_alias", "node_groups", "login", "names", "access")
OF_NODE_GROUPS = (
    Together(("node_groups", "cluster"), _cluster),
    Together(("node_groups",), _specs),
    Together(("node_groups", "region"), _zones),
)
"""Of all options with node groups, another program's too."""
OF_TAGS = Together(("tags",), _tags)
TOGETHER = (
    *OF_NODE_GROUPS,
    Together(("access", "cluster"), _cluster_of_the_role),
    Together(("access", "conductor"), _conductor_uses_the_bucket),
    Together(("quota",), _quota),
    Together(("quota", "container_defaults"), _container_defaults),
    Together(("members", "namespace", *_NAMING), _members),
    Together(("namespace", "names"), _namespace),
    Together(("namespace", "runai"), _labels),
    Together(("namespace", "access"), _service_account),
    Together(("volumes", "quota"), _volumes),
    Together(("members", *_NAMING), _stored_users),
    Together(("conductor", *_NAMING), _conductor_members),
    OF_TAGS,
    Together(("tags", "storage", "node_groups"), _own_tags),
    Together(_NAMING, _names),
)
