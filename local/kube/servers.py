"""The command lines of etcd, kube-apiserver and kube-controller-manager, and how each says that it is ready.

Source: docs/facts/local-platform.md, "Kubernetes without nodes". Owns nothing that runs: every function answers a
`ServerSpec`. Everything listens on 127.0.0.1 only; secrets are passed as paths of private files.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from local.kube.credentials import Credentials
from local.processes import ServerSpec

CONTROLLERS = (
    "namespace-controller",  # without it namespaces hang in Terminating
    "garbage-collector-controller",  # owner references, foreground deletion
    "serviceaccount-controller",
    "serviceaccount-token-controller",
    "root-ca-certificate-publisher-controller",
    "resourcequota-controller",
    "clusterrole-aggregation-controller",  # kubeflow-edit and friends are aggregated roles
    "persistentvolume-binder-controller",  # claims are bound to volumes that are there; nothing here makes one
    "persistentvolumeclaim-protection-controller",  # takes its finalizer from a claim that no pod uses
    "persistentvolume-protection-controller",
    "deployment-controller",  # rollouts are real: only the kubelet is played (local.dex)
    "replicaset-controller",
)
"""The controllers that matter without nodes."""


def etcd(binary: Path, folder: Path, *, port: int, peer_port: int) -> ServerSpec:
    """etcd with its data in `folder`, without fsync: this data need not survive a power cut."""
    url, peer_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer_port}"
    flags = {
        "name": "local",
        "data-dir": str(folder),
        "listen-client-urls": url,
        "advertise-client-urls": url,
        "listen-peer-urls": peer_url,
        "initial-advertise-peer-urls": peer_url,
        "initial-cluster": f"local={peer_url}",
        "log-level": "error",
    }
    argv = (str(binary), "--unsafe-no-fsync", *_flags(flags))
    return ServerSpec("etcd", argv, ready=lambda: answers(f"{url}/health"))


def apiserver(binary: Path, certificates: Path, credentials: Credentials, *, port: int, etcd_port: int) -> ServerSpec:
    """kube-apiserver with RBAC and a token file; it makes its own serving certificate in `certificates`."""
    flags = {
        "etcd-servers": f"http://127.0.0.1:{etcd_port}",
        "bind-address": "127.0.0.1",
        "secure-port": str(port),
        "cert-dir": str(certificates),
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": str(credentials.public_key),
        "service-account-signing-key-file": str(credentials.signing_key),
        "token-auth-file": str(credentials.tokens),
        "authorization-mode": "RBAC",
        "service-cluster-ip-range": "10.96.0.0/24",
        "endpoint-reconciler-type": "none",  # or it refuses the loopback address it advertises
    }
    ready = _tls_answers(f"https://127.0.0.1:{port}/readyz", apiserver_certificate(certificates))
    return ServerSpec("kube-apiserver", (str(binary), *_flags(flags)), ready=ready)


def apiserver_certificate(certificates: Path) -> Path:
    """The certificate that the API server made; it signs for itself, so it is the CA as well."""
    return certificates / "apiserver.crt"


def controller_manager(
    binary: Path, certificates: Path, credentials: Credentials, kubeconfig: Path, *, port: int
) -> ServerSpec:
    """kube-controller-manager with `CONTROLLERS`, alone (no leader election)."""
    flags = {
        "kubeconfig": str(kubeconfig),
        "service-account-private-key-file": str(credentials.signing_key),
        "root-ca-file": str(apiserver_certificate(certificates)),
        "bind-address": "127.0.0.1",
        "secure-port": str(port),
        "cert-dir": str(certificates),
        "leader-elect": "false",
        "controllers": ",".join(CONTROLLERS),
    }
    certificate = certificates / "kube-controller-manager.crt"
    ready = _tls_answers(f"https://127.0.0.1:{port}/healthz", certificate)
    return ServerSpec("kube-controller-manager", (str(binary), *_flags(flags)), ready=ready)


def answers(url: str, verify: ssl.SSLContext | bool = True) -> bool:
    """Whether a GET of `url` on this machine is answered with 200 within a second; proxies are not used."""
    try:
        return httpx.get(url, timeout=1, verify=verify, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _tls_answers(url: str, certificate: Path) -> Callable[[], bool]:
    """`answers` over TLS, once the server has made its certificate."""

    def ready() -> bool:
        try:
            context = ssl.create_default_context(cafile=str(certificate))
        except (OSError, ssl.SSLError):
            return False
        return answers(url, context)

    return ready


def _flags(flags: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in flags.items()]
