"""What must fit together across the subjects of one Workbench, though each option is right by itself.

Owns: those rules, with paths as a stack file spells them. Does not own those of node groups and tags, which are a
workspace's too (`workspace_rules.py`).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from project_workspace import workspace_rules
from project_workspace.namespaces.options import unfit_name
from project_workspace.schema.problem import Problem
from project_workspace.schema.section import Together
from project_workspace.volumes.shared import volume_name
from project_workspace.workbench import names, storage_options

if TYPE_CHECKING:
    from project_workspace.workbench.options import WorkbenchOptions


def _namespace(options: "WorkbenchOptions") -> Iterator[Problem]:
    for problem in unfit_name(options.namespace.kind, options.namespace.name):
        yield Problem("namespace.name", problem.message)


def _volumes(options: "WorkbenchOptions") -> Iterator[Problem]:
    yield from storage_options.unfit(options.storage, options.persistence, mirrors=options.mirrors_packages)
    if options.persistence.in_storage or options.persistence.name == options.storage.name:
        return
    names = [volume_name(options.namespace.name, each.noted) for each in options.volumes()]
    if len(names) > len(set(names)):
        yield Problem(
            "persistence.volume", f"Expected another PersistentVolume than storage's, for example '{names[0]}2'."
        )


def _pull_secrets(options: "WorkbenchOptions") -> Iterator[Problem]:
    login = options.registry_login
    if login.user and login.secret in options.image.pull_secrets:
        yield Problem(
            "registryLogin.secret",
            f"Expected a name that 'image.pullSecrets' has not, for example '{login.secret}2': that one is somebody "
            "else's.",
        )


def _secrets(options: "WorkbenchOptions") -> Iterator[Problem]:
    login = options.registry_login
    if login.user and login.secret == options.tls.secret:
        yield Problem(
            "registryLogin.secret", f"Expected another name than 'tls.secret' has, for example '{login.secret}2'."
        )


def _profiles(options: "WorkbenchOptions") -> Iterator[Problem]:
    specs = [group.spec for group in options.node_groups]
    named = [profile.name for profile in options.resource_profiles]
    for index, profile in enumerate(options.resource_profiles):
        if profile.name in named[:index]:
            yield Problem(
                f"resourceProfiles[{index}].name",
                f"Expected a name that no other profile has, for example '{profile.name}2'.",
            )
        if profile.node_group and profile.node_group not in specs:
            there = ", ".join(specs) or "none"
            yield Problem(
                f"resourceProfiles[{index}].nodeGroup",
                f"Expected the spec of one of 'nodeGroups' ({there}), for example 'gpu', not '{profile.node_group}'.",
            )


def _told_to_nobody(options: "WorkbenchOptions") -> Iterator[Problem]:
    for index, group in enumerate(options.node_groups):
        for key in ("vcpu", "ram_gb", "gpu"):
            if getattr(group, key) is not None:
                path = f"nodeGroups[{index}].{'ramGb' if key == 'ram_gb' else key}"
                yield Problem(
                    path, "Expected none, for example 'max: 4' alone: only a workspace's AI Conductor is told."
                )


def _names(options: "WorkbenchOptions") -> Iterable[Problem]:
    return names.problems(options.derived_names())


_NAMING = ("environment", "infra", "region", "region_alias", "node_groups", "namespace", "service_account")
TOGETHER = (
    *workspace_rules.OF_NODE_GROUPS,
    workspace_rules.OF_TAGS,
    Together(("namespace",), _namespace),
    Together(("namespace", "storage", "persistence", "mirrors_packages"), _volumes),
    Together(("image", "registry_login"), _pull_secrets),
    Together(("registry_login", "tls"), _secrets),
    Together(("resource_profiles", "node_groups"), _profiles),
    Together(("node_groups",), _told_to_nobody),
    Together(_NAMING, _names),
)
