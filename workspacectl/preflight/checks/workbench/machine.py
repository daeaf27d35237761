"""The document's administration server, which is the machine that this runs on: the tools that an installation needs.

Owns: those lines. Does not own whether it reaches the cluster (`cluster-answers`) and the registry (`images.py`).
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess

from workspacectl.preflight.answers import Answer, Detail, failed, ok, warning
from workspacectl.preflight.checks.workbench.requirements import REQUIREMENTS, version
from workspacectl.preflight.sites import WorkbenchSite

SECONDS = 10
"""How long a tool may take to say its version."""
OPTIONAL = ("watch", "jq")
SKEW = 1
"""How many minor versions kubectl may be from the API server (Kubernetes, "Version Skew Policy", kubectl)."""


def _said(site: WorkbenchSite, *command: str) -> str | None:
    """What a tool prints; None where it is not there, empty where it fails."""
    path = shutil.which(command[0], path=site.engine.environment.get("PATH"))
    if path is None:
        return None
    try:
        ended = subprocess.run(
            [path, *command[1:]],
            env=dict(site.engine.environment),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout.strip() if ended.returncode == 0 else ""


def _unusable(name: str, said: str | None, expected: str, source: str) -> Answer:
    return failed("not on the PATH" if said is None else f"'{name} version' fails", expected, source)


def workbench_helm(site: WorkbenchSite) -> Answer:
    """Helm is there, in the version that the chart needs. Checklist, item 1; "Administration Server"."""
    wanted, said = REQUIREMENTS["helm"], _said(site, "helm", "version")
    expected, source = f"helm {wanted} or newer", "https://helm.sh/docs/intro/install/"
    found = re.search(r'Version:"v?([0-9.]+)', said or "")
    if not found:
        return _unusable("helm", said, expected, source)
    shown = Detail("helm version", said or "")
    answer = ok(found[1]) if version(found[1]) >= version(wanted) else failed(found[1], expected, source)
    return answer.showing(shown)


def workbench_kubectl(site: WorkbenchSite) -> Answer:
    """kubectl is there, and not further from the API server than Kubernetes allows. Checklist, items 1 and 2."""
    said, source = (
        _said(site, "kubectl", "version", "--client", "-o", "json"),
        "https://kubernetes.io/docs/tasks/tools/",
    )
    try:
        client = str(json.loads(said or "")["clientVersion"]["gitVersion"])
    except (ValueError, KeyError, TypeError):
        return _unusable("kubectl", said, "kubectl", source)
    server = site.cluster.version
    shown = Detail("kubectl version", f"Client Version: {client}")
    (major, minor), (of_server, minor_of_server) = version(client)[:2], version(server)[:2]
    if major == of_server and abs(minor - minor_of_server) <= SKEW:
        return ok(client).showing(shown)
    expected = f"at most {SKEW} minor version from the server's {server}"
    return warning(client, expected, source).showing(shown)


def workbench_oc(site: WorkbenchSite) -> Answer | None:
    """On OpenShift: `oc` is there. "Administration Server"; checklist, item 1."""
    if not site.options.openshift.enabled:
        return None
    said = _said(site, "oc", "version", "--client")
    if not said:
        return _unusable("oc", said, "oc", "https://docs.openshift.com/container-platform/latest/cli_reference/")
    return ok(said.splitlines()[0]).showing(Detail("oc version --client", said))


def workbench_optional_tools(site: WorkbenchSite) -> Answer:
    """`watch` and `jq` are there; neither is needed. "Administration Server"."""
    missing = [name for name in OPTIONAL if not shutil.which(name, path=site.engine.environment.get("PATH"))]
    if not missing:
        return ok(", ".join(OPTIONAL))
    return warning(f"not on the PATH: {', '.join(missing)}", "both, for convenience", "install them")


CHECKS = (workbench_helm, workbench_kubectl, workbench_oc, workbench_optional_tools)
