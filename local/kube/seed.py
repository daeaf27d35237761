"""What a cluster with Kubeflow and Run:ai holds before any workspace exists: roles, namespaces, dex and its users.

Owns: these objects and making them once. An object that exists is left as it is: on a platform
that comes back, dex's configuration already holds the entries of its workspaces. Does not own: the custom
resource definitions (`definitions`), the behaviour behind the objects (`local.dex`, `local.standins`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from local.kube import manifests
from local.kube.objects import Object, Objects

MANAGER = "kubeflow-installer"
"""The field manager of everything applied here: somebody else than any Pulumi stack."""

DEX_NAMESPACE = "auth"
DEX_NAME = "dex"
DEX_CONFIG_KEY = "config.yaml"
DEX_OTHER_KEY = "NOTICE"
"""A second key of dex's ConfigMap: nobody's business but its owner's."""

_USER_HASH = "$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72"


@dataclass(frozen=True)
class ForeignUser:
    """Somebody who could log in before: the program under test must never change that."""

    email: str
    password: str = field(repr=False)


FOREIGN_USERS = (
    ForeignUser("user@example.com", "12341234"),  # hashFromEnv; the password that Kubeflow's manifests publish
    ForeignUser("Anna.Berg@example.com", "anna-local-2024"),
    ForeignUser("aic-user-other-ws@aic.com", "other-workspace-local"),
)


@dataclass(frozen=True)
class Seeded:
    """What the cluster holds now, for tests to compare with."""

    users: tuple[ForeignUser, ...]
    dex_config: str = field(repr=False)
    """The text of dex's configuration as it was seeded (not necessarily as it is now)."""


def apply(objects: Objects, issuer: str) -> Seeded:
    """Make everything that is missing.

    `issuer` is dex's address as its users see it, for example `http://127.0.0.1:5556/dex`.
    """
    config = manifests.text("dex-config.yaml").replace("@ISSUER@", issuer)
    for name in ("namespaces.yaml", "cluster-roles.yaml", "storage-classes.yaml", "runai.yaml"):
        manifests.make_missing(objects, manifests.documents(name), MANAGER)
    manifests.make_missing(objects, _dex_objects(config), MANAGER)
    manifests.make_missing(objects, manifests.documents("dex-deployment.yaml"), MANAGER)
    return Seeded(FOREIGN_USERS, config)


def _dex_objects(config: str) -> Iterator[Object]:
    """dex's ConfigMap and the Secrets that its Deployment reads."""
    notice = "Installed with Kubeflow. Questions: platform team.\n"
    yield _named("ConfigMap", DEX_NAME, data={DEX_CONFIG_KEY: config, DEX_OTHER_KEY: notice})
    yield _named("Secret", "dex-passwords", stringData={"DEX_USER_PASSWORD": _USER_HASH})
    client = {"OIDC_CLIENT_ID": "kubeflow-oidc-authservice", "OIDC_CLIENT_SECRET": secrets.token_urlsafe(24)}
    yield _named("Secret", "dex-oidc-client", stringData=client)


def _named(kind: str, name: str, **content: Any) -> Object:
    metadata = {"name": name, "namespace": DEX_NAMESPACE}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **content}
