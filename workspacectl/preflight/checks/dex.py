"""dex, which the workspace's people log in to."""

from __future__ import annotations

from collections.abc import Iterator

from project_workspace.dex import config_file, password_storage
from project_workspace.dex.options import PASSWORD_OBJECT
from project_workspace.dex.password_storage import Place
from project_workspace.kube.cluster import deployment
from project_workspace.remote.errors import NotFoundError, RefusedError
from project_workspace.workspace.logins import user_ids
from workspacectl.preflight.answers import Answer, failed, ok, refused
from workspacectl.preflight.checks.deployments import available, version
from workspacectl.preflight.sites import WorkspaceSite

OBJECTS = "docs/operations.md, 'Users as objects'"


def dex_configuration(site: WorkspaceSite) -> Answer | None:
    """dex's configuration is where the stack says, would be read by dex, and lets in its people by a password.

    Where users are entries of it, the Deployment that is restarted for them serves.
    """
    users = user_ids(site.options, site.names)
    if not users:
        return None
    dex = site.options.login.dex
    place = Place(dex.namespace, dex.config_map, dex.key)
    try:
        text, _ = site.cluster.config_text(dex.namespace, dex.config_map, dex.key)
    except NotFoundError as error:
        return refused(error, "dex's configuration")
    return _refused(text, place) or _lets_in(site, text, place, users)


def _lets_in(site: WorkspaceSite, text: str, place: Place, users: dict[str, str]) -> Answer:
    """Whether the stack's people get in, by objects or by entries."""
    told = f"{config_file.count(text)} static users, storage {config_file.storage_type(text) or 'none'}"
    if site.options.login.dex.stored_in == PASSWORD_OBJECT:
        unfit = [str(each) for each in password_storage.unfit(site.cluster, place, text, users)]
        return failed(" ".join(unfit), "a dex with storage in the cluster", OBJECTS) if unfit else ok(told)
    if others := list(_others(site, text, users)):
        return failed("; ".join(others), "no other login of theirs", "'members[].login: false' for those who have one")
    return _restarted(site, told)


def _refused(text: str, place: Place) -> Answer | None:
    """Why dex would not start with the text, or would ask nobody for a password."""
    try:
        config_file.require_readable(text)
        if config_file.has_password_database(text):
            return None
    except RefusedError as error:
        return failed(error.what, "a configuration that dex reads", error.remedy.replace(" Nothing was written.", ""))
    return failed(f"'{config_file.SWITCH}: true' is not set", "it", f"set it in {place}, or 'login.enabled: false'")


def _others(site: WorkspaceSite, text: str, users: dict[str, str]) -> Iterator[str]:
    """Members whose login is somebody else's already. The owner's is a name of the workspace (`collisions.py`)."""
    for email, id_ in users.items():
        if email != site.names.email and (found := password_storage.static_user(text, email, id_)):
            yield f"{email} has a login with the userID '{found.user_id}', which this stack did not make"


def _restarted(site: WorkspaceSite, told: str) -> Answer:
    """Whether what is restarted is there and serves; `told` is what was seen before."""
    dex = site.options.login.dex
    ref = deployment(dex.namespace, dex.deployment)
    found = site.cluster.find(ref)
    if found is None:
        return failed(f"no {ref}", "the Deployment that is restarted", "correct 'login.dex.deployment'")
    if not available(found):
        look = f"kubectl -n {dex.namespace} describe deployment {dex.deployment}"
        return failed(f"{ref} serves nobody", "one that is available: a restart waits for it", look)
    return ok(f"{told}, dex {version(found) or 'of an unknown version'}")


CHECKS = (dex_configuration,)
