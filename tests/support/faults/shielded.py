"""The cluster of these tests behind a proxy: what the tests of dex, the shared policies and the gate have in common.

Owns: the way from a kubeconfig of the real cluster to one that names a proxy. Does not own the cluster (`real_cluster`)
or what is in it.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import yaml

from tests.support.faults.dialects import KUBERNETES
from tests.support.faults.proxy import Script, proxy
from tests.support.real_cluster import Kube


@dataclass(frozen=True)
class Shielded:
    """A cluster that can be reached through proxies; `kube` is the direct way."""

    kube: Kube
    remote: httpx.Client
    """Speaks TLS to the API server, and sends on whatever token the client sends."""
    document: dict[str, Any]
    """The kubeconfig of the direct way."""

    @cached_property
    def namespace(self) -> str:
        """One of these tests' own, made when it is asked for."""
        return self.kube.new_namespace()

    @property
    def token(self) -> str:
        return str(self.document["users"][0]["user"]["token"])

    @contextmanager
    def behind(self, script: Script) -> Generator[str]:
        """A kubeconfig that names a proxy with that script."""
        with proxy(self.remote, KUBERNETES, script) as url:
            clusters = [{**self.document["clusters"][0], "cluster": {"server": url}}]
            yield yaml.safe_dump({**self.document, "clusters": clusters})


@contextmanager
def shielded(kube: Kube) -> Generator[Shielded]:
    """The cluster, ready to be put behind proxies."""
    document = yaml.safe_load(kube.kubeconfig.read_text())
    there = document["clusters"][0]["cluster"]
    ca = base64.b64decode(there["certificate-authority-data"]).decode()
    trusting = ssl.create_default_context(cadata=ca)
    with httpx.Client(base_url=there["server"], verify=trusting, trust_env=False) as remote:
        yield Shielded(kube, remote, document)
