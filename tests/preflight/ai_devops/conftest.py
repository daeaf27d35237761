"""A site of ai-devops for the checks: a real API server with what the guide asks for, and a folder of manifests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from project_workspace.config.ai_devops_program import AiDevopsStackOptions
from tests.ai_devops.conftest import GA, Classes, classes
from tests.preflight.conftest import Said
from tests.support.addons import AddOns, Installed
from tests.support.real_cluster import Kube
from workspacectl.preflight import running
from workspacectl.preflight.answers import Answer
from workspacectl.preflight.profiles import PROFILES
from workspacectl.preflight.sites import AiDevopsSite
from workspacectl.progress import silent
from workspacectl.pulumi_cli import Engine

__all__ = ["classes"]

MANIFESTS = Path(__file__).parents[2] / "ai_devops" / "manifest"
STACK = "aidevops-dev"
REGION = "ap-northeast-2"
ISTIOD = Installed("istio-system", "istiod", {"discovery": "docker.io/istio/pilot:1.5.1"})
CERT_MANAGER = Installed("cert-manager", "cert-manager", {"manager": "quay.io/jetstack/cert-manager:v1.5.4"})
MakeSite = Callable[..., AiDevopsSite]
Lines = dict[str, Answer]


@pytest.fixture(scope="session")
def of_the_guide(kube: Kube) -> Iterator[AddOns]:
    """Istio and cert-manager, with one kind of each."""
    found = AddOns(kube.objects)
    found.install(ISTIOD, CERT_MANAGER)
    with found.kinds("virtualservices.networking.istio.io", "certificates.cert-manager.io"):
        yield found
    found.remove(ISTIOD, CERT_MANAGER)


@pytest.fixture
def site(kube: Kube, of_the_guide: AddOns, classes: Classes, tmp_path: Path) -> MakeSite:
    """Makes the site of a stack with these settings, in a folder of its own; gp3 is the default class."""
    classes.make("gp2")
    classes.make("gp3", **{GA: "true"})

    def make(**settings: Any) -> AiDevopsSite:
        options = AiDevopsStackOptions.model_validate({"region": REGION, **settings})
        engine = Said()
        engine.__dict__["project"] = tmp_path
        values = {"kubernetes:kubeconfig": kube.kubeconfig.read_text()}
        return AiDevopsSite(options, values, cast("Engine", engine), STACK)

    return make


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    """A copy of the installer's manifests, without those of which this cluster has no kind."""
    folder = tmp_path / "manifest"
    shutil.copytree(MANIFESTS, folder)
    (folder / "2.kubeflow-istio-resource.yaml").unlink()
    return folder


def lines_of(site: AiDevopsSite, profile: str = "ai-devops") -> Lines:
    """What each check of the profile answers, by its name."""
    return {line.check: line.answer for line in running.run(site, PROFILES[profile], silent)}
