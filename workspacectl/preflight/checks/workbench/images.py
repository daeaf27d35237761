"""Workbench's images: that the registry answers from here, has all of them, and lets the cluster pull them.

Owns: those lines. Does not own the registry's API (`workspacectl.registries.client`). The document lists names without
versions: those are in the manifest that the vendor gives to each customer. Written into `MANIFEST` beside the project's
Pulumi.yaml, a name with its version a line, each is asked for; without it, only whether there is any version of each
name.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from project_workspace.images.reference import Reference, find, parse
from project_workspace.remote.errors import CredentialsError, RemoteError
from workspacectl.preflight.answers import Answer, Outcome, failed, ok, unknown
from workspacectl.preflight.checks.workbench.findings import together
from workspacectl.preflight.checks.workbench.requirements import REQUIREMENTS
from workspacectl.preflight.checks.workbench.shown import as_secret, as_table
from workspacectl.preflight.site import plain_text
from workspacectl.preflight.sites import WorkbenchSite
from workspacectl.registries.client import Registry
from workspacectl.registries.logins import DockerLogins, Login, Nobody, login_of

MANIFEST = "workbench-images.txt"
"""The file with names and versions; lines that begin with '#' are comments."""
CONFIG = ".dockerconfigjson"
TYPE = f"kubernetes.io/{CONFIG.lstrip('.')}"
AT_ONCE = 8
"""How many images are asked for at the same time."""


def workbench_registry(site: WorkbenchSite) -> Answer:
    """The registry of the images answers this machine: the document's administration server.

    "Administration Server": direct access to the registry.
    """
    server = _any_image(site).registry
    registry = _registry(site)
    try:
        registry.answers()
    except RemoteError as error:
        return failed(str(error), "an answer", "set 'image.server', the login, or let this machine reach it")
    return ok(server)


def workbench_images(site: WorkbenchSite) -> Answer:
    """The registry has every image of the document's list, in the versions of the vendor's manifest.

    Checklist, item 20; "Docker images".
    """
    registry, wanted = _registry(site), list(_wanted(site))
    versioned = [image for image in wanted if image.is_one]
    nameless = [image.path for image in wanted if not image.is_one]
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            there = dict(zip(versioned, pool.map(registry.has, versioned), strict=True))
            known = dict(zip(nameless, pool.map(registry.tags, nameless), strict=True))
    except CredentialsError as error:
        return failed(str(error), "that it may be pulled", "set 'registryLogin', or correct the pull secret")
    missing = [str(image) for image, found in there.items() if not found]
    missing += [f"{registry.name}/{path}" for path, found in known.items() if not found]
    rows = [(str(image), "there" if found else "missing") for image, found in there.items()]
    rows += [(f"{registry.name}/{path}", ", ".join(found) or "missing") for path, found in known.items()]
    shown = as_table(rows, f"crane manifest {registry.name}/...")
    if missing:
        told = f"{len(missing)} of {len(wanted)} are missing: {', '.join(missing)}"
        return failed(told, "all of the document's list", f"crane copy SOURCE {missing[0]}").showing(shown)
    if nameless:
        why = (
            f"{len(nameless)} images are there in some version; which are right is in the vendor's manifest: write its"
        )
        return unknown(f"{why} lines, such as 'ae-ui:5.7.1', into {MANIFEST} beside Pulumi.yaml").showing(shown)
    return ok(f"all {len(wanted)}, at {site.options.image.server}").showing(shown)


def _wanted(site: WorkbenchSite) -> Iterator[Reference]:
    """Those of the document, with the versions that are known."""
    versions = {each.path.rpartition("/")[2]: each for each in _manifest(site)}
    for image in map(partial(_image, site), REQUIREMENTS["images"]):
        version = None if image.is_one else versions.get(image.path.rpartition("/")[2])
        yield image.in_version_of(version) if version else image


def _manifest(site: WorkbenchSite) -> Iterator[Reference]:
    """The vendor's."""
    file = site.engine.project / MANIFEST
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        found = find(line.strip())
        if found and found.is_one:
            yield found


def _image(site: WorkbenchSite, name: str) -> Reference:
    return parse(f"{site.options.image.server}{name}")


def _any_image(site: WorkbenchSite) -> Reference:
    return _image(site, REQUIREMENTS["images"][0])


def _registry(site: WorkbenchSite) -> Registry:
    return Registry(_any_image(site).registry, _login(site))


def _login(site: WorkbenchSite) -> Login | Nobody:
    """That of the settings, or the first of the pull secrets that has one; one for another registry is not sent.

    Where the site has neither, its nodes pull by a right of their own, and this machine asks with its docker's login.
    Raises `RemoteError`, of the cluster as of a helper: then it is not known how the registry answers.
    """
    if not site.options.pull_secrets:
        return DockerLogins(site.engine.environment).of(_any_image(site))
    for config in _configs(site):
        try:
            login = login_of(config(), _any_image(site))
        except ValueError:
            continue
        if login:
            return login
    return Nobody()


def _configs(site: WorkbenchSite) -> Iterator[Callable[[], str]]:
    given = site.options.registry_login
    if given.user:
        entry = {"username": given.user, "password": plain_text(given.password)}
        yield partial(json.dumps, {"auths": {given.server: entry}})
    for name in site.options.pull_secrets:
        if found := site.secret(name):
            yield partial(_config, found)


def _config(secret: dict[str, object]) -> str:
    """Raises `ValueError` where there is none that can be read."""
    data = secret.get("data")
    text = data.get(CONFIG) if isinstance(data, dict) else None
    try:
        return base64.b64decode(text or "").decode()
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def workbench_pull_secret(site: WorkbenchSite) -> Answer | None:
    """Each pull secret is there, of Kubernetes' type, and one of them has a login for the registry.

    Checklist, item 21; "Docker images".
    """
    names = site.options.pull_secrets
    if not names:
        return None
    server = _any_image(site).registry
    answers = [_secret(site, name) for name in names]
    if all(each.outcome == Outcome.OK for each in answers) and isinstance(_login(site), Nobody):
        answers.append(
            failed(f"{', '.join(names)} has no login for {server}", "one", "make it anew, for that registry")
        )
    return together(answers)


def _secret(site: WorkbenchSite, name: str) -> Answer:
    found, given = site.secret(name), site.options.registry_login
    if found is None:
        if given.user and given.secret == name:
            return ok(f"{name}, not there yet: the stack makes it")
        make = f"kubectl -n {site.namespace} create secret docker-registry {name} --docker-server=... "
        return failed(f"no Secret {name} in {site.namespace}", "it", f"{make}--docker-username=...")
    shown = as_secret(found, f"kubectl get secret -n {site.namespace} {name}")
    if found.get("type") != TYPE:
        return failed(f"{name} is of type {found.get('type')}", TYPE, "make it anew, of that type").showing(shown)
    try:
        login = login_of(_config(found), _any_image(site))
    except ValueError:
        return failed(f"{name} cannot be read", "logins by registry", "make it anew").showing(shown)
    return ok(f"{name}, for {_any_image(site).registry}" if login else f"{name}, for others").showing(shown)


CHECKS = (workbench_registry, workbench_images, workbench_pull_secret)
