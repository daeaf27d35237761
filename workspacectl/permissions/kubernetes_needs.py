"""What the settings of a workspace's stack mean for the rights that its `up` needs.

Owns: the conditions under which a rule of `kubernetes.json` counts, and what stands there for a setting. Does not own
the rules. Each condition is the one under which the program makes the thing: where it is a property of the options,
that property is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from project_workspace.config.stack_options import StackOptions
from project_workspace.dex.options import CONFIG_MAP, PASSWORD_OBJECT
from project_workspace.iam.options import IRSA, SHARED_POLICIES, WORKSPACE_ROLE
from project_workspace.iam.provider import lease_name, lease_of
from project_workspace.namespaces.kinds import EXISTING, PLAIN, PROFILE
from project_workspace.runai.bindings import RUNAI, Grant, grants, roles
from project_workspace.runai.options import OWN, SHARED
from project_workspace.tenancy.container_defaults import derived
from project_workspace.tenancy.contributor import OWNER_ROLE
from workspacectl.permissions.kubernetes import NAMESPACES, UPDATE, Needs

Condition = Callable[[StackOptions], bool]


def _own_role(options: StackOptions) -> bool:
    return options.access.mode == WORKSPACE_ROLE


def _annotated(options: StackOptions) -> bool:
    return _own_role(options) and (options.access.assumed_by == IRSA or options.namespace.kind == PLAIN)


def _defaults(options: StackOptions) -> bool:
    chosen = options.container_defaults
    return chosen.enabled and bool(derived(options.quota, chosen.given))


def _people(options: StackOptions) -> bool:
    return bool(options.members) or options.owner_is_bound


def _logins(options: StackOptions) -> bool:
    return options.login.enabled or any(member.login for member in options.members)


def _grants(options: StackOptions, bindings: str) -> list[Grant]:
    if not options.runai.project or options.runai.bindings != bindings:
        return []
    return grants(options.derived_names().namespace, options.runai)


def _runai_roles(options: StackOptions) -> list[str]:
    return roles(options.derived_names().namespace, options.runai) if options.runai.project else []


CONDITIONS: Mapping[str, Condition] = {
    "always": lambda _: True,
    "profile": lambda options: options.namespace.kind == PROFILE,
    "plain": lambda options: options.namespace.kind == PLAIN,
    "ownNamespace": lambda options: options.namespace.kind != EXISTING,
    "namespaceIsChanged": lambda options: (
        options.namespace.kind != EXISTING or bool(options.namespace.labels or options.runai.project)
    ),
    "accountIsAnnotated": _annotated,
    "accountOfPlain": lambda options: options.namespace.kind == PLAIN and _own_role(options),
    "containerDefaults": _defaults,
    "isolated": lambda options: options.network.isolated,
    "quotaWithoutProfile": lambda options: bool(options.quota) and options.namespace.kind != PROFILE,
    "roleBindings": lambda options: (
        _people(options) or bool(options.runai.template) or any(each.namespace for each in _grants(options, OWN))
    ),
    "contributors": lambda options: _people(options) and options.contributors,
    "ownRoles": lambda options: _people(options) and not options.contributors,
    "runaiRoles": lambda options: bool(_runai_roles(options)),
    "runaiOwnBindings": lambda options: bool(_grants(options, OWN)),
    "runaiOwnExecutors": lambda options: any(each.namespace == RUNAI for each in _grants(options, OWN)),
    "runaiSharedViewers": lambda options: bool(_grants(options, SHARED)),
    "runaiSharedExecutors": lambda options: any(each.namespace for each in _grants(options, SHARED)),
    "claimsAreListed": lambda options: options.namespace.kind != EXISTING or bool(options.volumes),
    "volumes": lambda options: bool(options.volumes),
    "sharedVolumes": lambda options: any(volume.shared for volume in options.volumes),
    "keptVolumes": lambda options: any(volume.retain for volume in options.volumes),
    "keptOrGivenVolumes": lambda options: any(volume.retain or volume.volume for volume in options.volumes),
    "logins": _logins,
    "loginsAsEntries": lambda options: _logins(options) and options.login.dex.stored_in == CONFIG_MAP,
    "loginsAsObjects": lambda options: _logins(options) and options.login.dex.stored_in == PASSWORD_OBJECT,
    "sharedPolicies": lambda options: options.access.mode == SHARED_POLICIES,
}
"""By name: whether a stack needs what the rule gives."""


def places(options: StackOptions) -> Mapping[str, str]:
    """The namespaces that rules are about."""
    return {
        "workspace": options.derived_names().namespace,
        "dex": options.login.dex.namespace,
        "leases": options.access.lease_namespace,
        "runai": RUNAI,
    }


def names(options: StackOptions) -> Mapping[str, Sequence[str]]:
    """What stands in a rule for a setting."""
    own = options.derived_names()
    owner = {OWNER_ROLE} if options.owner_is_bound else set[str]()
    given = sorted({str(member.role) for member in options.members} | owner)
    shared = _grants(options, SHARED)
    dex = options.login.dex
    return {
        "kubeflowRoles": [f"kubeflow-{role}" for role in given],
        "kubernetesRoles": given,
        "runaiRoles": _runai_roles(options),
        "runaiViewers": [each.shared_name for each in shared if not each.namespace],
        "runaiIndex": [each.shared_name for each in shared if each.namespace == RUNAI],
        "runaiExecutors": [each.shared_name for each in shared if each.namespace == own.namespace],
        "dexConfigMap": [dex.config_map],
        "dexDeployment": [dex.deployment],
        "leases": [lease_name(lease_of(policy)) for policy in (own.kubeflow_policy, own.conductor_policy)],
    }


NEEDS = Needs(files=(UPDATE, NAMESPACES), conditions=CONDITIONS, places=places, names=names)
"""Those of a workspace's stack."""
