"""dex, which the workspace's people log in to."""

from __future__ import annotations

from project_workspace.dex import config_file, password_storage
from project_workspace.dex.options import PASSWORD_OBJECT
from project_workspace.dex.password_storage import Place
from workspacectl.preflight.answers import Answer, failed, ok
from workspacectl.preflight.site import WorkspaceSite


def dex_configuration(site: WorkspaceSite) -> Answer | None:
    """dex's configuration is where the stack says, can be read as dex reads it, and lets people in by a password."""
    if not site.options.login.enabled:
        return None
    dex = site.options.login.dex
    place = Place(dex.namespace, dex.config_map, dex.key)
    text, _ = site.cluster.config_text(dex.namespace, dex.config_map, dex.key)
    users = config_file.count(text)
    if dex.stored_in == PASSWORD_OBJECT:
        unfit = [str(each) for each in password_storage.unfit(site.cluster, place, text, {site.names.email: ""})]
        if unfit:
            return failed(
                " ".join(unfit), "a dex with storage in the cluster", "docs/operations.md, 'Users as objects'"
            )
    elif not config_file.has_password_database(text):
        return failed(f"'{config_file.SWITCH}: true' is not set", "it", f"set it in {place}, or 'login.enabled: false'")
    return ok(f"{users} static users, storage {config_file.storage_type(text) or 'none'}")


CHECKS = (dex_configuration,)
