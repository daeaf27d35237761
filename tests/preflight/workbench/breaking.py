"""Ways to break one thing of the good site, each mended when its block ends.

Owns: those. What only the settings, names, tools and the answer of EKS have is set up anew for each test anyway
(`conftest.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3

from tests.preflight.workbench import certificates
from tests.preflight.workbench.rows import Breaking
from tests.preflight.workbench.scenery import Scenery
from tests.preflight.workbench.stage import (
    ACCOUNT,
    HOST,
    RBAC,
    REGION,
    Object,
    among_themselves,
    given_tls,
    volume,
    write_tools,
)

ADMIN = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"}


def settings(**changed: Any) -> Breaking:
    """Other settings, nothing else."""

    @contextmanager
    def breaking(_: Scenery) -> Generator[Object]:
        yield changed

    return breaking


def of(name: str, **changed: Any) -> Breaking:
    """Some keys of a section that are otherwise."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        yield {name: {**scenery.stage.settings[name], **changed}}

    return breaking


def patched(name: str, change: Object, subresource: str = "") -> Breaking:
    """An object that is otherwise."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        with scenery.stage.patched(scenery.objects[name], change, subresource):
            yield {}

    return breaking


def gone(name: str) -> Breaking:
    """An object that is not there."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        with scenery.stage.gone(scenery.objects[name]):
            yield {}

    return breaking


def besides(api: str, kind: str, name: str, namespaced: bool = True, **body: Any) -> Breaking:
    """An object more."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        with scenery.stage.there(scenery.stage.make(api, kind, name, namespaced, **body)):
            yield {}

    return breaking


def doing(act: Callable[[Scenery], object]) -> Breaking:
    """What the next test sets up anew anyway."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        act(scenery)
        yield {}

    return breaking


def both(*every: Breaking) -> Breaking:
    """Several ways at once."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        with ExitStack() as stack:
            changed: Object = {}
            for each in every:
                changed |= stack.enter_context(each(scenery))
            yield changed

    return breaking


def tool(name: str, script: str | None) -> Breaking:
    """A tool that is another one, or not there."""

    def act(scenery: Scenery) -> None:
        file = scenery.stage.folder / "bin" / name
        file.write_text(script) if script else file.unlink()

    return doing(act)


def tools(**versions: str) -> Breaking:
    """Tools of other versions."""
    return doing(lambda scenery: write_tools(scenery.stage.folder / "bin", **versions))


def names(**addresses: set[str]) -> Breaking:
    """Other records: of the name, and of the wildcard."""

    def act(scenery: Scenery) -> None:
        given = {"host": HOST, "wildcard": f"*.{HOST}"}
        scenery.stage.addresses |= {given[key]: found for key, found in addresses.items()}

    return doing(act)


def tls(leaf: certificates.Made | None = None, **changed: str) -> Breaking:
    """Another certificate."""
    return settings(tls=given_tls(leaf, **changed))


def server(minor: str) -> Breaking:
    """An API server of another version."""
    return doing(lambda scenery: setattr(scenery.stage, "version", f"v1.{minor}.1"))


@contextmanager
def closed_group(scenery: Scenery) -> Generator[Object]:
    """A security group whose members do not reach each other."""
    ec2: Any = boto3.client("ec2", region_name=REGION)
    group = scenery.stage.eks["resourcesVpcConfig"]["clusterSecurityGroupId"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[among_themselves(group)])
    try:
        yield {}
    finally:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[among_themselves(group)])


@contextmanager
def unbound(scenery: Scenery) -> Generator[Object]:
    """A claim for which there is no volume."""
    _, spec = volume("loose", scenery.stage.namespace, "100Gi", "no-such-volume")
    with scenery.stage.there(scenery.stage.make("v1", "PersistentVolumeClaim", "loose", spec=spec)):
        yield {"storage": {**scenery.stage.settings["storage"], "name": "loose"}}


@contextmanager
def of_another_controller(scenery: Scenery) -> Generator[Object]:
    """A class of a controller that nobody knows."""
    name, spec = f"{scenery.class_name}-own", {"controller": "example.com/own"}
    with scenery.stage.there(scenery.stage.make("networking.k8s.io/v1", "IngressClass", name, False, spec=spec)):
        yield {"ingress": {**scenery.stage.settings["ingress"], "className": name}}


def pull_secret(name: str, type_: str, data: Mapping[str, str], **registry: Any) -> Breaking:
    """A pull secret beside the good one, or instead of it where the registry is open."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        image, stage = scenery.stage.settings["image"], scenery.stage
        others = [] if registry else ["regcred"]
        secret = stage.make("v1", "Secret", name, type=type_, data=dict(data))
        with stage.there(secret), of_registry(**registry)(scenery):
            yield {"image": {**image, "pullSecrets": [*others, name]}}

    return breaking


def secret_of_certificates(name: str) -> Breaking:
    """Certificate, key and root in a Secret of somebody else's, instead of in the settings."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        texts = {"tls.crt": "certificate", "tls.key": "key", "rootca.crt": "authority"}
        data = {key: base64.b64encode(scenery.tls[text].encode()).decode() for key, text in texts.items()}
        with scenery.stage.there(scenery.stage.make("v1", "Secret", name, data=data)):
            yield {"tls": {"mode": "existing", "secret": name}}

    return breaking


@contextmanager
def both_pull_secrets(scenery: Scenery) -> Generator[Object]:
    """A pull secret that is not there, beside the one that is."""
    yield {"image": {**scenery.stage.settings["image"], "pullSecrets": ["regcred", "nothing"]}}


def of_registry(**changed: Any) -> Breaking:
    """A registry that is otherwise."""

    @contextmanager
    def breaking(scenery: Scenery) -> Generator[Object]:
        registry = scenery.stage.registry
        before = {key: getattr(registry, key) for key in changed}
        for key, value in changed.items():
            setattr(registry, key, value)
        try:
            yield {}
        finally:
            for key, value in before.items():
                setattr(registry, key, value)

    return breaking


def without_image(name: str) -> Breaking:
    return doing(lambda scenery: scenery.stage.registry.repositories.pop(f"aedev/{name}"))


@contextmanager
def of_admin(scenery: Scenery) -> Generator[Object]:
    """The service account is cluster-admin."""
    subjects = [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": scenery.stage.namespace}]
    name, given = f"{scenery.stage.namespace}-wide", {"roleRef": ADMIN, "subjects": subjects}
    with scenery.stage.there(scenery.stage.make(f"{RBAC}/v1", "ClusterRoleBinding", name, False, **given)):
        yield {}


def volume_of(claim: str, change: Object) -> Breaking:
    return patched(f"volume anaconda-{claim}", change)
