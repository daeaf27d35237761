"""Keys, tokens and the kubeconfig of the local cluster, in files that only their owner may read.

Owns: the service account key pair, the administrator's token and the kubeconfig that holds it. Nothing of it
appears on a command line. Does not own: the API server's certificate, which the API server makes itself
(docs/facts/local-platform.md, "Kubernetes without nodes").
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from workspacectl.private_files import write_private

CONTEXT = "local"
"""The name of the kubeconfig's cluster, user and context."""


@dataclass(frozen=True)
class Credentials:
    """Paths of the files that the servers are started with."""

    signing_key: Path
    public_key: Path
    tokens: Path

    @property
    def admin_token(self) -> str:
        """The token of the administrator, a member of `system:masters`."""
        return self.tokens.read_text().split(",", 1)[0]


def ensure(folder: Path) -> Credentials:
    """The credentials in `folder`, made at the first call and the same ever after."""
    credentials = Credentials(folder / "sa.key", folder / "sa.pub", folder / "tokens.csv")
    if not credentials.signing_key.exists() or not credentials.public_key.exists():
        _write_key_pair(credentials)
    if not credentials.tokens.exists():
        write_private(credentials.tokens, f'{secrets.token_urlsafe(32)},admin,1,"system:masters"\n')
    return credentials


def write_kubeconfig(path: Path, *, endpoint: str, ca: Path, token: str) -> None:
    """A kubeconfig with one context; the API server's own certificate is the CA (Go clients insist on one)."""
    cluster = {"server": endpoint, "certificate-authority-data": base64.b64encode(ca.read_bytes()).decode()}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": CONTEXT, "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "current-context": CONTEXT,
    }
    write_private(path, yaml.safe_dump(config, sort_keys=False))


def _write_key_pair(credentials: Credentials) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    write_private(credentials.signing_key, private.decode())
    write_private(credentials.public_key, public.decode())
