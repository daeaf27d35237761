"""The chart's `values.yaml`: every key of the document's template, as the options say it.

Owns: the document, its types, its text, and the refusal of a key that the template does not have. Does not own the
template's keys, which are data (`values_template.json`), nor the chart. Why no secret is in it: the file lies beside
the chart, and goes to whoever installs it; the truststore's password is given to Helm in a second file.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import yaml

from project_workspace.eks.scheduling import GPU_RESOURCE
from project_workspace.workbench.options import WorkbenchOptions
from project_workspace.workbench.scheduling_options import ResourceProfileOptions, TolerationOptions
from project_workspace.workbench.tls_options import CHART

HEAD = "# Made by `pulumi up`; do not edit. A second file with -f after this one counts before it.\n"


class ImageValues(TypedDict):
    """From where images come."""

    server: str
    pullSecrets: list[str]


class KeycloakValues(TypedDict):
    """Keycloak's truststore; its password is given elsewhere."""

    truststore: str
    truststore_password: str
    truststore_secret: str


IngressValues = TypedDict(
    "IngressValues",
    {
        "className": str,
        "install": bool,
        "installClass": bool,
        "labels": dict[str, str],
        "global": dict[str, str],
        "system": dict[str, str],
        "user": dict[str, str],
    },
)
"""The way in; the last three are annotations."""


class ClaimValues(TypedDict):
    """A volume, by its claim."""

    pvc: str


TolerationValues = TypedDict(
    "TolerationValues",
    {
        "global": list[dict[str, Any]],
        "system": list[dict[str, Any]],
        "ingress": list[dict[str, Any]],
        "user": list[dict[str, Any]],
    },
)
AffinityValues = TypedDict(
    "AffinityValues",
    {"global": dict[str, Any], "system": dict[str, Any], "ingress": dict[str, Any], "user": dict[str, Any]},
)


class ProfileValues(TypedDict):
    """One resource profile."""

    description: str
    user_visible: bool
    resources: dict[str, dict[str, str]]
    node_selector: NotRequired[dict[str, str]]
    tolerations: NotRequired[list[dict[str, Any]]]


Values = TypedDict(
    "Values",
    {
        "hostname": str,
        "serviceAccountName": str,
        "uid": int,
        "image": ImageValues,
        "generateCerts": str,
        "keycloak": KeycloakValues,
        "ingress": IngressValues,
        "storage": ClaimValues,
        "persistence": ClaimValues,
        "dnsServer": NotRequired[str],
        "tolerations": TolerationValues,
        "affinity": AffinityValues,
        "resource-profiles": NotRequired[dict[str, ProfileValues]],
    },
)
"""The whole document."""


def text_of(values: Values) -> str:
    """As a file. Raises LookupError with every key that the template does not have: a defect, told before Helm does."""
    unknown = list(unknown_keys(values))
    if unknown:
        raise LookupError(f"Expected keys of the template of values.yaml; unknown: {', '.join(unknown)}.")
    return HEAD + yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True, width=120)


def unknown_keys(values: Mapping[str, Any]) -> Iterator[str]:
    """The keys that the template does not have, by their paths."""
    template = _template()
    known = {**template["keys"], **dict.fromkeys(template["beside"])}
    return _unknown(values, known, "")


def _unknown(found: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, value in found.items():
        if key not in known:
            yield f"{prefix}{key}"
        elif known[key] is not None:
            yield from _unknown(value, known[key], f"{prefix}{key}.")


@cache
def _template() -> Mapping[str, Any]:
    return json.loads((Path(__file__).parent / "values_template.json").read_text())


def document(options: WorkbenchOptions, placement: Mapping[str, Mapping[str, Any]]) -> Values:
    """The values. `placement`: by spec of a node group, `nodeSelector` and `tolerations` of its pods."""
    found: Values = {
        "hostname": options.hostname,
        "serviceAccountName": options.service_account,
        "uid": options.uid,
        "image": {"server": options.image.server, "pullSecrets": options.pull_secrets},
        # What is made beforehand is not to be made by the chart.
        "generateCerts": "generate" if options.tls.mode == CHART else "skip",
        "keycloak": {
            "truststore": options.keycloak.truststore or "",
            "truststore_password": "",
            "truststore_secret": options.keycloak.truststore_secret or "",
        },
        "ingress": _ingress(options),
        "storage": {"pvc": options.storage.name},
        "persistence": {"pvc": options.storage.name if options.persistence.in_storage else options.persistence.name},
        "tolerations": _tolerations(options),
        "affinity": _affinity(options),
    }
    if options.openshift.enabled:
        found["dnsServer"] = options.openshift.dns_server
    if options.resource_profiles:
        found["resource-profiles"] = {each.name: _profile(each, placement) for each in options.resource_profiles}
    return found


def _ingress(options: WorkbenchOptions) -> IngressValues:
    ingress = options.ingress
    return {
        "className": ingress.class_name,
        "install": ingress.install,
        "installClass": ingress.install_class,
        "labels": dict(ingress.labels),
        "global": dict(ingress.annotations.overall),
        "system": dict(ingress.annotations.system),
        "user": dict(ingress.annotations.user),
    }


def _tolerations(options: WorkbenchOptions) -> TolerationValues:
    given = options.tolerations
    return {
        "global": _in_a_pod(given.overall),
        "system": _in_a_pod(given.system),
        "ingress": _in_a_pod(given.ingress),
        "user": _in_a_pod(given.user),
    }


def _affinity(options: WorkbenchOptions) -> AffinityValues:
    given = options.affinity
    return {
        "global": dict(given.overall),
        "system": dict(given.system),
        "ingress": dict(given.ingress),
        "user": dict(given.user),
    }


def _in_a_pod(tolerations: list[TolerationOptions]) -> list[dict[str, Any]]:
    return [each.in_a_pod for each in tolerations]


def _profile(options: ResourceProfileOptions, placement: Mapping[str, Mapping[str, Any]]) -> ProfileValues:
    gpu = {GPU_RESOURCE: str(options.gpu)} if options.gpu else {}
    found: ProfileValues = {
        "description": options.description,
        "user_visible": True,
        "resources": {"limits": {"cpu": options.cpu, "memory": options.memory, **gpu}},
    }
    of_a_group = placement[options.node_group] if options.node_group else {}
    selector = of_a_group.get("nodeSelector") or dict(options.node_selector)
    tolerations = of_a_group.get("tolerations") or _in_a_pod(options.tolerations)
    if selector:
        found["node_selector"] = dict(selector)
    if tolerations:
        found["tolerations"] = [dict(each) for each in tolerations]
    return found
