"""Certificates: who serves https must be trusted, and a plain http URL loads no authorities and never becomes https."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from project_workspace.remote import http
from project_workspace.remote.errors import UnreachableError
from project_workspace.remote.http import HttpRemote, Limits

QUICK = Limits(attempts=1)


@pytest.fixture(autouse=True)
def nothing_loaded() -> Generator[None]:
    """The authorities of the environment, not of the test before."""
    http._authorities.cache_clear()
    yield
    http._authorities.cache_clear()


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often authorities were loaded."""
    found: list[str] = []
    real = ssl.create_default_context

    def create_default_context(*args: object, **kwargs: object) -> ssl.SSLContext:
        found.append("authorities")
        return real(*args, **kwargs)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(ssl, "create_default_context", create_default_context)
    return found


class Site(HTTPServer):
    """Answers a document, or a redirect to `leads_to`."""

    leads_to = ""
    asked = 0


class Handler(BaseHTTPRequestHandler):
    server: Site  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        self.server.asked += 1
        body = b"{}"
        self.send_response(302 if self.server.leads_to else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.server.leads_to:
            self.send_header("Location", self.server.leads_to)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(certificate: Path | None = None) -> Generator[Site]:
    """A site on this machine; https with a certificate."""
    site = Site(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        site.socket = context.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, with its key, that nobody else has signed."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(hours=1), now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "site.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


def read(url: str) -> int:
    return HttpRemote(url, "Grafana", QUICK).call("read it", "GET", "it").status


def test_a_certificate_that_nobody_trusts_is_refused(certificate: Path) -> None:
    with serving(certificate) as site:
        with pytest.raises(UnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
            read(f"https://127.0.0.1:{site.server_port}")
        assert site.asked == 0


def test_a_trusted_certificate_is_taken(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(certificate) as site:
        assert read(f"HTTPS://127.0.0.1:{site.server_port}") == 200


def test_the_authorities_are_loaded_once_and_not_for_plain_http(loaded: list[str]) -> None:
    HttpRemote("http://127.0.0.1:9", "Grafana")
    assert loaded == []
    for url in ("https://one.example.com", "https://two.example.com"):
        HttpRemote(url, "Grafana")
    assert loaded == ["authorities"]


def test_a_plain_http_url_never_becomes_https(certificate: Path) -> None:
    with serving() as site, serving(certificate) as other:
        assert read(f"http://127.0.0.1:{site.server_port}") == 200
        site.leads_to = f"https://127.0.0.1:{other.server_port}/"
        with pytest.raises(UnreachableError, match=r"it redirects \(302\) to 127\.0\.0\.1, which is not followed"):
            read(f"http://127.0.0.1:{site.server_port}")
        assert (site.asked, other.asked) == (2, 0)
