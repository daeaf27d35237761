"""What people choose of the way in to Workbench: the section `ingress` of a stack file."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Optional

from pydantic import Field

from project_workspace import limits
from project_workspace.schema.problem import Problem
from project_workspace.schema.rule import Rule, matches
from project_workspace.schema.section import Section, Together
from project_workspace.schema.values import LABEL_KEY

ClassName = Annotated[str, Rule("the name of an IngressClass", "nginx", matches(limits.DNS_SUBDOMAIN, 253))]
Address = Annotated[
    str, Rule("an IP address or the name of a load balancer", "203.0.113.10", matches(r"[A-Za-z0-9.:-]+", 253))
]
LabelKey = Annotated[str, LABEL_KEY]
LabelValue = Annotated[
    str,
    Rule("the value of a Kubernetes label, as text", "public", matches(rf"({limits.QUALIFIED_NAME.pattern})?")),
]
AnnotationKey = Annotated[
    str,
    Rule("the key of an annotation", "nginx.ingress.kubernetes.io/proxy-body-size", LABEL_KEY.right),
]
AnnotationValue = Annotated[str, Rule("a text", "100m")]


class IngressAnnotationOptions(Section):
    """Annotations of Workbench's ingresses."""

    overall: Annotated[dict[AnnotationKey, AnnotationValue], Field(alias="global")] = {}
    """Of every ingress. Default: none."""
    system: dict[AnnotationKey, AnnotationValue] = {}
    """Of Workbench's own ingress alone. Default: none."""
    user: dict[AnnotationKey, AnnotationValue] = {}
    """Of those of sessions and deployments alone. Default: none."""


def _class(options: "IngressOptions") -> Iterator[Problem]:
    if options.install_class and not options.install:
        yield Problem("installClass", "Expected it only with 'install: true', for example 'install: true'.")


class IngressOptions(Section):
    """The ingress controller through which everybody comes."""

    class_name: ClassName = "nginx"
    """Name of the IngressClass: that of the controller which is there, or of the one that the chart installs."""
    install: bool = False
    """Whether the chart installs an ingress controller of its own. It watches the whole cluster, so that the service
    account gets a ClusterRole too. Default: the cluster has one."""
    install_class: bool = False
    """Whether the chart makes the IngressClass too. Only with `install`."""
    address: Optional[Address] = None
    """Address of the ingress controller, to which both DNS records of Workbench lead. Default: it is known only after
    the installation."""
    labels: dict[LabelKey, LabelValue] = {}
    """Labels that the ingress controller wants on ingresses. Default: none."""
    annotations: IngressAnnotationOptions = IngressAnnotationOptions()
    """Annotations that it wants there."""

    together: ClassVar[tuple[Together, ...]] = (Together(("install", "install_class"), _class),)
