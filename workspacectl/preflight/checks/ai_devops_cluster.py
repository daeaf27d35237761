"""The cluster as the installer of ai-devops needs it.

Owns: these checks; the quoted places are of the installer's guide (docs/facts/ai-devops.md). Does not own the client in
HyperAuth (`ai_devops_client.py`), nor what the installer has made (`ai_devops_installed.py`).
"""

from __future__ import annotations

from collections import defaultdict

from project_workspace.kube.discovery import Discovery
from project_workspace.volumes.places import CLASSES, is_default
from workspacectl.ai_devops import manifests
from workspacectl.ai_devops.manifests import Named
from workspacectl.preflight.answers import Answer, Outcome, failed, ok, warning
from workspacectl.preflight.checks.addons import CERT_MANAGER, ISTIOD
from workspacectl.preflight.checks.deployments import find, running, version
from workspacectl.preflight.checks.kubernetes import gpus_advertised
from workspacectl.preflight.sites import AiDevopsSite

ISTIO_VERSION = "1.5.1"
"""For which the installer's manifests were written."""
ISTIO_GUIDE = "https://github.com/tmax-cloud/install-istio/blob/5.0/README.md"
CERT_MANAGER_GUIDE = "https://github.com/tmax-cloud/install-cert-manager/blob/main/README.md"
DEFINITION = "CustomResourceDefinition"


def one_default_class(site: AiDevopsSite) -> Answer:
    """There is a StorageClass, and exactly one is the cluster's default ("Prerequisites", 1)."""
    chosen, classes = site.options.storage_class, list(site.cluster.every(CLASSES))
    names = sorted(str(each["metadata"]["name"]) for each in classes)
    defaults = sorted(str(each["metadata"]["name"]) for each in classes if is_default(each))
    wanted = chosen.name or (defaults[0] if len(defaults) == 1 else "")
    listed = ", ".join(names) or "none"
    if chosen.name and chosen.name not in names:
        return failed(
            f"no StorageClass '{chosen.name}' among {listed}", "it", "make it, or correct 'storageClass.name'"
        )
    if defaults == [wanted]:
        return ok(wanted)
    if not chosen.name:
        seen = f"{len(defaults)} defaults: {', '.join(defaults)}" if defaults else f"no default among {listed}"
        return failed(seen, "exactly one default", "set 'storageClass.name', then 'pulumi up'")
    others = [name for name in defaults if name != chosen.name]
    if others and not chosen.take_over_default:
        remedy = "'storageClass.takeOverDefault: true' un-marks them until the stack goes"
        return failed(f"marked as default: {', '.join(others)}", f"'{chosen.name}' alone", remedy)
    return warning(f"'{chosen.name}' is there, and not the one default", "it", f"pulumi up -s {site.stack}")


def istio_version(site: AiDevopsSite) -> Answer:
    """Istio's kinds are served, and it runs, in the version of the installer's manifests ("Prerequisites", 2)."""
    if not site.cluster.api_of("networking.istio.io", "virtualservices"):
        return failed("no kind VirtualService of networking.istio.io", f"Istio {ISTIO_VERSION}", ISTIO_GUIDE)
    told = running(site, ISTIOD, remedy=ISTIO_GUIDE)
    if told.outcome != Outcome.OK:
        return failed(told.seen, told.expected, told.remedy)
    if version(find(site, ISTIOD) or {}) == ISTIO_VERSION:
        return told
    remedy = "try the installer on a cluster like this one first: its gateway and filters are Istio 1.5's"
    return warning(told.seen, f"version {ISTIO_VERSION}, as the guide has it", remedy)


def certificates(site: AiDevopsSite) -> Answer:
    """cert-manager's kinds are served, and it runs ("Prerequisites", 3)."""
    if not site.cluster.api_of("cert-manager.io", "certificates"):
        return failed("no kind Certificate of cert-manager.io", "cert-manager", CERT_MANAGER_GUIDE)
    told = running(site, CERT_MANAGER, remedy=CERT_MANAGER_GUIDE)
    return told if told.outcome == Outcome.OK else failed(told.seen, told.expected, told.remedy)


def gpu_plugin(site: AiDevopsSite) -> Answer:
    """Something advertises the GPUs of nodes, which notebooks may ask for ("Prerequisites", 4, optional)."""
    return gpus_advertised(site, "one, where people are to use GPUs")


def installer_apis(site: AiDevopsSite) -> Answer | None:
    """The cluster serves each API version that the manifests use: those of branch 5.1 end with Kubernetes 1.21."""
    if site.manifests is None:
        return None
    named, kinds = manifests.read(site.manifests), Discovery(site.cluster)
    # A definition is named PLURAL.GROUP, and its kinds come with it.
    coming = {each.name.partition(".")[2] for each in named if each.kind == DEFINITION}
    missing: defaultdict[str, list[Named]] = defaultdict(list)
    for each in named:
        if each.group not in coming and not kinds.serves(each.api_version, each.kind):
            missing[each.api_version].append(each)
    if not missing:
        return ok(f"all of {len(named)} objects in {site.options.manifests}")
    told = "; ".join(f"{api_version} ({_in_words(found)})" for api_version, found in sorted(missing.items()))
    remedy = "take the manifests of a later branch of the installer, or install first what serves these"
    return failed(f"not served: {told}", "all that the manifests use", remedy)


def _in_words(found: list[Named]) -> str:
    kinds, files = sorted({each.kind for each in found}), sorted({each.file for each in found})
    return f"{', '.join(kinds)} in {', '.join(files)}"


CHECKS = (one_default_class, istio_version, certificates, gpu_plugin, installer_apis)
