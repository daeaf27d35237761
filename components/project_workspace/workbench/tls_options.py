"""What people choose of Workbench's certificate: the section `tls` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from project_workspace.passwords import Rotation
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, choice, matches
from project_workspace.schema.secret import Secret
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import dns_label

SELF_SIGNED, GIVEN, EXISTING, CHART = "self-signed", "given", "existing", "chart"
_PEM = r"\s*(-----BEGIN {0}-----[A-Za-z0-9+/=\s]+-----END {0}-----\s*)+"

Mode = Annotated[str, choice(SELF_SIGNED, GIVEN, EXISTING, CHART, example=GIVEN)]
Certificates = Annotated[
    str, Rule("certificates in PEM", "-----BEGIN CERTIFICATE-----...", matches(_PEM.format("CERTIFICATE")))
]
PrivateKey = Annotated[
    Secret,
    Rule(
        "a private key in PEM, without a password",
        "-----BEGIN PRIVATE KEY-----...",
        matches(_PEM.format("(?:RSA |EC )?PRIVATE KEY")),
    ),
]
CertificateSecretName = Annotated[str, dns_label("anaconda-enterprise-certs")]


def _given(options: "TlsOptions") -> Iterator[Problem]:
    for key, value in (("certificate", options.certificate), ("key", options.key)):
        if options.mode == GIVEN and value is None:
            yield Problem(key, f"Expected it with 'mode: {GIVEN}', for example '{key}: -----BEGIN ...'.")
    for key, value in (("certificate", options.certificate), ("key", options.key), ("authority", options.authority)):
        if options.mode != GIVEN and value is not None:
            yield Problem(key, f"Expected it only with 'mode: {GIVEN}', for example 'mode: {GIVEN}'.")
    if options.rotation is not None and options.mode != SELF_SIGNED:
        yield Problem("rotation", f"Expected it only with 'mode: {SELF_SIGNED}', for example 'mode: {SELF_SIGNED}'.")


class TlsOptions(Section):
    """The certificate of Workbench's name and of all names below it."""

    mode: Mode
    """Where the certificate comes from. `given`: from the keys below. `existing`: its secret is made by somebody else.
    `self-signed`: drawn here, for trials; every browser warns. `chart`: the chart draws a self-signed one itself."""
    certificate: Optional[Certificates] = None
    """The certificate in PEM, and after it all intermediate ones. It covers the hostname and `*.` before it. With
    `given`."""
    key: Optional[PrivateKey] = None
    """The certificate's private key in PEM; only encrypted. With `given`."""
    authority: Optional[Certificates] = None
    """The root certificate of a private authority, in PEM. Default: the last one in `certificate`."""
    rotation: Optional[Rotation] = None
    """Another value, for example today's date, draws another self-signed certificate. Default: a new one is drawn only
    {workbench.self_signed.RENEW_DAYS} days before the old one ends."""
    secret: CertificateSecretName = "anaconda-enterprise-certs"  # noqa: S105
    """Name of the secret with certificate and key, where the chart looks for it."""

    together: ClassVar[tuple[Together, ...]] = (
        Together(("mode", "certificate", "key", "authority", "rotation"), _given),
    )

    @property
    def is_made(self) -> bool:
        """Whether the secret is made by this program."""
        return self.mode in (SELF_SIGNED, GIVEN)
