"""The changes of settings that replace, and those that are refused.

Owns: these tables, and the settings that no test on the engine changes, each with its reason. Does not own what happens
in place (`changes.py`), or how a change is made (`changing.py`).
"""

from __future__ import annotations

from tests.support.engine.changes import (
    ACCOUNT,
    AUTHORIZATION,
    BINDING,
    CONDUCTOR_WORKSPACE,
    DASHBOARD,
    GATE,
    GENERATION,
    GRANT,
    GUARD,
    LOOK,
    MANAGED_NODE_GROUP,
    MEMBERSHIP,
    NAMESPACE_GUARD,
    NAMESPACE_MARKS,
    NAMESPACE_QUOTA,
    NODE_GROUP,
    PROFILE,
    ROLE,
    ROLE_POLICY,
    START,
    TAG,
    TEMPLATE,
    USER,
    WITH_THE_BUCKET,
    WORKSPACE_GUARD,
    create,
    delete,
    replace,
    update,
)
from tests.support.engine.changing import Change, Refusal
from tests.support.engine.installation import (
    OTHER_ALIAS,
    OTHER_CLUSTER,
    OTHER_DEX,
    OTHER_KEY,
    OTHER_NAMESPACE,
    OTHER_POLICIES,
)

NEW_GROUP = update(GENERATION) | replace(NODE_GROUP, TAG)
WITH_THE_SITE = (
    replace(*WITH_THE_BUCKET, GRANT, ROLE, ROLE_POLICY, NODE_GROUP, TAG, DASHBOARD)
    | update(GENERATION, CONDUCTOR_WORKSPACE, GUARD, LOOK)
)  # fmt: skip
"""What carries the names of the installation's region, name and environment."""

REPLACED_START = {
    **START,
    "nodeGroups": [START["nodeGroups"][0]],
    # The user's name cannot change, so it must not follow the workspace's.
    "names": {"user": "aic-user-replaced-ws"},
    "members": [{"email": "alice@example.com"}],
}

REPLACING: list[list[Change]] = [
    [
        Change(
            to={"regionAlias": OTHER_ALIAS},
            does=WITH_THE_SITE | update(TEMPLATE),
            was="-an2-meerkat-dev-replaced",
            now=f"s3-{OTHER_ALIAS}-meerkat-dev-replaced",
        )
    ],
    [
        Change(
            # That each of them alone begins a new group: `tests/workspace/test_new_node_groups.py`.
            to={
                "nodeGroups[0].instanceType": "m6i.xlarge",
                "nodeGroups[0].capacityType": "spot",
                "nodeGroups[0].amiType": "BOTTLEROCKET_x86_64",
                "nodeGroups[0].zones": ["a", "b", "c"],
            },
            does=NEW_GROUP | update(TEMPLATE),
            was="-standard-g2",
            now="-standard-g3",
        ),
        Change(
            to={"names.kubeflowPolicy": OTHER_POLICIES[0], "names.conductorPolicy": OTHER_POLICIES[1]},
            does=replace(GRANT),
        ),
        Change(
            to={"names.systemAccount": "replaced-new"},
            does=replace(ACCOUNT, MEMBERSHIP),
            was="replaced-edge",
            now="replaced-new",
        ),
        Change(
            to={"names.dashboardUid": "fnewdashboard"},
            does=replace(DASHBOARD) | update(CONDUCTOR_WORKSPACE),
            now="fnewdashboard",
        ),
        Change(
            to={"members[0].role": "view"},
            does=replace(BINDING, AUTHORIZATION),
            was="user-alice-example-com-clusterrole-edit",
            now="user-alice-example-com-clusterrole-view",
        ),
        Change(to={"login.dex.configMap": OTHER_DEX, "login.dex.deployment": OTHER_DEX}, does=replace(USER)),
    ],
    [
        Change(
            to={"names.bucket": "s3-replaced-bucket"},
            does=replace(*WITH_THE_BUCKET) | update(GRANT, DASHBOARD, CONDUCTOR_WORKSPACE, GUARD, LOOK),
            was=f"s3-{OTHER_ALIAS}-meerkat-dev-replaced",
            now="s3-replaced-bucket",
        ),
        Change(to={"login.dex.key": OTHER_KEY}, does=replace(USER)),
    ],
    [
        Change(
            to={"names.nodeRole": "role-of-the-nodes"},
            does=NEW_GROUP | replace(ROLE, ROLE_POLICY) | update(LOOK),
            was=f"role-{OTHER_ALIAS}-meerkat-dev-replaced-ws-node",
            now="role-of-the-nodes",
        ),
        Change(
            to={"names.namespace": "aic-ns-replaced-new"},
            does=replace(GATE, PROFILE, NAMESPACE_MARKS, NAMESPACE_QUOTA, NAMESPACE_GUARD, BINDING, AUTHORIZATION)
            | update(DASHBOARD, GUARD),
            was="aic-ns-replaced-ws",
            now="aic-ns-replaced-new",
            apart_from="ai-conductor",  # which derives a namespace of its own from the workspace's name
        ),
        Change(to={"login.dex.namespace": OTHER_NAMESPACE}, does=replace(USER)),
    ],
    [
        Change(
            to={"names.workspace": "replaced-new-ws"},
            does=update(TEMPLATE, ACCOUNT, DASHBOARD, GUARD, LOOK)
            | replace(NODE_GROUP, TAG, CONDUCTOR_WORKSPACE, MEMBERSHIP, WORKSPACE_GUARD),
            was="aicond-replaced-ws",
            now="aicond-replaced-new-ws",
        )
    ],
    [
        Change(
            to={"nodeGroups[0].name": "ng-replaced-by-hand"},
            does=update(TEMPLATE, LOOK) | replace(NODE_GROUP, TAG),
            was="ng-xx9-aicond",
            now="ng-replaced-by-hand-g4",
        )
    ],
]
"""One `up` a list, in this order."""

REPLACED_IN_THEIR_WAY = {"login.dex.deployment"}
"""Settings that the changes above need as well: their own change is in place."""

DELETED_FIRST = {
    *(DASHBOARD, CONDUCTOR_WORKSPACE, ACCOUNT, MEMBERSHIP, WORKSPACE_GUARD),
    *(NAMESPACE_MARKS, NAMESPACE_GUARD, PROFILE),
}
"""What may go before its successor comes: two dashboards of one title, two workspaces of one bucket or two accounts of
one e-mail may be refused; the marks stand for nothing of their own; and a Profile goes first, so that its guard is
asked before anything is done."""

WHOLE_GROUP = (TEMPLATE, GENERATION, MANAGED_NODE_GROUP, NODE_GROUP, TAG)

PREVIEWED: list[Change] = [
    Change(to={"infra": "ocelot"}, does=WITH_THE_SITE),
    Change(to={"environment": "stg"}, does=WITH_THE_SITE | update(ACCOUNT)),
    Change(to={"cluster": OTHER_CLUSTER}, does=NEW_GROUP | update(TEMPLATE, LOOK)),
    Change(
        to={"nodeGroups[0].spec": "cpu"},
        does=create(*WHOLE_GROUP) | delete(*WHOLE_GROUP) | update(DASHBOARD, CONDUCTOR_WORKSPACE, LOOK),
    ),
    Change(
        to={
            "nodeGroups[0].capacityType": "capacity-block",
            "nodeGroups[0].capacityReservationId": "cr-0123456789abcdef0",
        },
        does=NEW_GROUP | update(TEMPLATE),
    ),
]
"""Only previewed: what they do when applied is what the ones above do."""

ANOTHER_PROJECT = Change(to={"project": "another"}, does=set())
"""Makes everything and deletes everything: a second workspace in place of the first."""

REFUSED: list[Refusal] = [
    Refusal(to={"login.emailDomain": "example.com"}, says="Expected the owner that the namespace has"),
    Refusal(to={"names.user": "somebody"}, says="Expected the owner that the namespace has"),
    Refusal(to={"aws:region": "us-east-1"}, says="Expected the region that the workspace is in"),
]

NOT_IN_A_TABLE = {
    "common": "names files with other settings, each of which has its own change here; test_common_files.py",
    **dict.fromkeys(
        (
            "nodeGroups[].existing.nodeRole",
            "nodeGroups[].existing.launchTemplate.id",
            "nodeGroups[].existing.launchTemplate.version",
            "nodeGroups[].existing.subnets",
        ),
        "describe a group made by hand, which test_adoption.py makes, adopts and replaces",
    ),
    **dict.fromkeys(
        (
            *(f"volumes[].{name}" for name in ("name", "size", "accessModes", "storageClass", "volume", "retain")),
            *(f"volumes[].shared.csi.{name}" for name in ("driver", "handle", "attributes")),
            *(f"volumes[].shared.nfs.{name}" for name in ("server", "path")),
        ),
        "change only when a pod has used the volume, or never; test_volumes.py, tests/volumes",
    ),
    **dict.fromkeys(
        (
            "oidcClient.url",
            "oidcClient.realm",
            "oidcClient.adminRealm",
            "oidcClient.redirectUris",
            "oidcClient.anyRedirect",
            "oidcClient.users",
            "oidcClient.secret",
            "oidcClient.secretRotation",
            "names.oidcClient",
        ),
        "need a Keycloak, which the local platform has not: test_oidc_client.py",
    ),
    "namespace.kind": "never changes; that it is refused, and what each kind makes: test_namespace_kinds.py",
    "kubeflow.contributors": "changes nothing with a Profile, which all of these stacks have; test_namespace_kinds.py",
    "conductor.systemAccountPasswordRotation": "changes beside `login.passwordRotation` in test_rotation.py",
    "names.workspaceRole": "another role in place of the first in test_workspace_role.py: it needs an access mode that "
    "the policies' names above must not have",
    **dict.fromkeys(
        ("images.registry", "images.overrides", "images.digests"),
        "change nothing of a workspace, which has no pods; what they do to pods: tests/images",
    ),
    "kubernetes.fromCluster": "another way to reach the same cluster, through `aws eks get-token`, which the local "
    "platform cannot have; what it declares is proved in tests/program/test_connection.py",
}
"""Settings that are not changed here, each with its reason."""
