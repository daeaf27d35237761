"""What a single value of the configuration must look like, and the sentence that is said when it does not.

Owns: the value types (`Project`, `Url`, `Quantity` and so on), each with its rule and an example, and the translation
of pydantic's errors into `Expected X, for example 'y'.` with the setting's path. Does not own the settings themselves,
nor rules that need more than one value. Why annotated types: the rule, the example and the message stand in one line.
"""

import difflib
import json
import re
import types
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, PydanticUndefined

from project_workspace import names
from project_workspace.aws import regions, tags
from project_workspace.dex.config_file import BCRYPT, BCRYPT_BYTES
from project_workspace.eks.instance_types import AMI_TYPES, ENDED_AMI_TYPES
from project_workspace.eks.node_group import CAPACITY_TYPES
from project_workspace.eks.scheduling import EKS_EFFECTS
from project_workspace.iam.component import MODES
from project_workspace.kubeflow import quota
from project_workspace.remote.urls import is_server_url


@dataclass(frozen=True)
class Problem:
    """One wrong setting: its path and a sentence."""

    path: str
    sentence: str


@dataclass(frozen=True)
class Expect:
    """What a value must be, and one that is right. Annotates every value type here."""

    what: str
    example: str

    @property
    def sentence(self) -> str:
        return f"Expected {self.what}, for example '{self.example}'."


def setting(description: str, default: Any = PydanticUndefined) -> Any:
    """A field of the settings: its description (the README shows it) and its default."""
    return Field(default, description=description)


def _rule(expect: Expect, right: Callable[[Any], bool]) -> AfterValidator:
    def check(value: Any) -> Any:
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not right(plain):
            raise PydanticCustomError("expected", "{sentence}", {"sentence": expect.sentence})
        return value

    return AfterValidator(check)


def _matches(pattern: str | re.Pattern[str], longest: int | None = None) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: (longest is None or len(text) <= longest) and compiled.fullmatch(text) is not None


_PROJECT = Expect("a project of lower-case letters and digits that begins with a letter, without hyphen", "demo")
Project = Annotated[str, _PROJECT, _rule(_PROJECT, _matches(names.PROJECT))]

_NAME_PART = Expect("lower-case letters, digits and inner hyphens", "dev")
NamePart = Annotated[str, _NAME_PART, _rule(_NAME_PART, _matches(names.DNS_LABEL))]

_INFRA = Expect("lower-case letters, digits and inner hyphens", "meerkat")
InfraName = Annotated[str, _INFRA, _rule(_INFRA, _matches(names.DNS_LABEL))]

_DNS_LABEL = Expect(
    f"a name of lower-case letters, digits and inner hyphens, at most {names.NAMESPACE_LIMIT} characters", "auth"
)
DnsLabel = Annotated[str, _DNS_LABEL, _rule(_DNS_LABEL, _matches(names.DNS_LABEL, names.NAMESPACE_LIMIT))]

_SPEC = Expect("a spec of lower-case letters, digits and inner hyphens", "standard")
Spec = Annotated[str, _SPEC, _rule(_SPEC, _matches(names.DNS_LABEL))]

_REGION = Expect("an AWS region", "ap-northeast-2")
RegionName = Annotated[str, _REGION, _rule(_REGION, lambda v: v in regions.regions())]

_ZONE = Expect("the letter of a zone", "a")
Zone = Annotated[str, _ZONE, _rule(_ZONE, _matches("[a-z]"))]

_CLUSTER = Expect("the name of an EKS cluster", "eks-an2-meerkat-dev-1-33-eks-master")
ClusterName = Annotated[str, _CLUSTER, _rule(_CLUSTER, _matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}"))]

_INSTANCE_TYPE = Expect("an EC2 instance type", "g5.xlarge")
InstanceType = Annotated[str, _INSTANCE_TYPE, _rule(_INSTANCE_TYPE, _matches(r"[a-z0-9-]+\.[a-z0-9-]+"))]

_AMI_TYPE = Expect("an EKS AMI type that is still published", "AL2023_x86_64_NVIDIA")
AmiType = Annotated[str, _AMI_TYPE, _rule(_AMI_TYPE, lambda v: v in AMI_TYPES or v in ENDED_AMI_TYPES)]

_CAPACITY = Expect(f"one of {', '.join(CAPACITY_TYPES)}", "spot")
CapacityType = Annotated[str, _CAPACITY, _rule(_CAPACITY, lambda v: v in CAPACITY_TYPES)]

_RESERVATION = Expect("the id of a capacity reservation", "cr-0123456789abcdef0")
ReservationId = Annotated[str, _RESERVATION, _rule(_RESERVATION, _matches("cr-[0-9a-f]+"))]

_TEMPLATE = Expect("the id of a launch template", "lt-0123456789abcdef0")
LaunchTemplateId = Annotated[str, _TEMPLATE, _rule(_TEMPLATE, _matches("lt-[0-9a-f]+"))]
_TEMPLATE_VERSION = Expect("the number of a launch template's version, as text", "1")
LaunchTemplateNumber = Annotated[str, _TEMPLATE_VERSION, _rule(_TEMPLATE_VERSION, _matches("[1-9][0-9]*"))]
_SUBNET = Expect("the id of a subnet", "subnet-0123456789abcdef0")
SubnetId = Annotated[str, _SUBNET, _rule(_SUBNET, _matches("subnet-[0-9a-f]+"))]
_ROLE = Expect("the name of an IAM role", "eksctl-eks-an2-meerkat-dev-NodeInstanceRole-1A2B3C4D5E6F")
RoleName = Annotated[str, _ROLE, _rule(_ROLE, _matches(r"[\w+=,.@-]+", names.ROLE_LIMIT))]

_MODE = Expect(f"one of {', '.join(MODES)}", MODES[0])
AccessMode = Annotated[str, _MODE, _rule(_MODE, lambda v: v in MODES)]

_PRINCIPAL = Expect("the ARN of an IAM role or user", "arn:aws:iam::123456789012:role/ai-conductor-sa")
PrincipalArn = Annotated[
    str, _PRINCIPAL, _rule(_PRINCIPAL, _matches(r"arn:aws[\w-]*:iam::\d{12}:(role|user)/[\w+=,.@/-]+"))
]

_KMS = Expect(
    "the ARN of a KMS key", "arn:aws:kms:ap-northeast-2:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab"
)
KmsKeyArn = Annotated[str, _KMS, _rule(_KMS, _matches(r"arn:aws[\w-]*:kms:[\w-]+:\d{12}:(key|alias)/[\w/-]+"))]

_EFFECT = Expect(f"one of {', '.join(EKS_EFFECTS)}", "NoSchedule")
Effect = Annotated[str, _EFFECT, _rule(_EFFECT, lambda v: v in EKS_EFFECTS)]

_is_node_key = _matches(rf"({names.DNS_SUBDOMAIN.pattern}/)?{names.QUALIFIED_NAME.pattern}", names.EKS_KEY_LIMIT)


def _is_reserved(key: str) -> bool:
    domain = key.rpartition("/")[0]
    return any(domain == ours or domain.endswith(f".{ours}") for ours in names.RESERVED_LABEL_DOMAINS)


_LABEL_KEY = Expect(
    f"a Kubernetes label key of at most {names.EKS_KEY_LIMIT} characters, "
    f"outside of {', '.join(names.RESERVED_LABEL_DOMAINS)}",
    "team",
)
LabelKey = Annotated[str, _LABEL_KEY, _rule(_LABEL_KEY, lambda v: _is_node_key(v) and not _is_reserved(v))]
# Unlike Kubernetes, EKS refuses an empty one.
_LABEL_VALUE = Expect(f"a Kubernetes label value of 1 to {names.LABEL_VALUE_LIMIT} characters", "vision")
LabelValue = Annotated[str, _LABEL_VALUE, _rule(_LABEL_VALUE, _matches(names.QUALIFIED_NAME))]

_TAINT_KEY = Expect(f"a Kubernetes taint key of at most {names.EKS_KEY_LIMIT} characters", "dedicated")
TaintKey = Annotated[str, _TAINT_KEY, _rule(_TAINT_KEY, _is_node_key)]
_TAINT_VALUE = Expect(f"a Kubernetes taint value of at most {names.LABEL_VALUE_LIMIT} characters", "vision")
TaintValue = Annotated[str, _TAINT_VALUE, _rule(_TAINT_VALUE, _matches(rf"({names.QUALIFIED_NAME.pattern})?"))]

_CONFIG_KEY = Expect("a key of a ConfigMap", "config.yaml")
ConfigMapKey = Annotated[str, _CONFIG_KEY, _rule(_CONFIG_KEY, _matches(r"[-._a-zA-Z0-9]{1,253}"))]

_QUOTA_KEY = Expect("a resource of a ResourceQuota; for extended ones with 'requests.'", "requests.nvidia.com/gpu")
QuotaKey = Annotated[str, _QUOTA_KEY, _rule(_QUOTA_KEY, quota.is_counted)]
_QUANTITY = Expect("a Kubernetes quantity as text", "16Gi")
Quantity = Annotated[str, _QUANTITY, _rule(_QUANTITY, _matches(quota.QUANTITY))]

_COUNT = Expect("a whole number of at least 0", "0")
Count = Annotated[int, _COUNT, _rule(_COUNT, lambda v: v >= 0)]
_AT_LEAST_ONE = Expect("a whole number of at least 1", "4")
AtLeastOne = Annotated[int, _AT_LEAST_ONE, _rule(_AT_LEAST_ONE, lambda v: v >= 1)]
_HOPS = Expect("1 or 2", "1")
HopLimit = Annotated[int, _HOPS, _rule(_HOPS, lambda v: v in (1, 2))]
# gp3's limits (EC2 API reference, LaunchTemplateEbsBlockDeviceRequest), except for the least size: an AMI's.
_DISK_SIZE = Expect("GiB between 20 and 65536", "50")
DiskSize = Annotated[int, _DISK_SIZE, _rule(_DISK_SIZE, lambda v: 20 <= v <= 65536)]
_IOPS = Expect("gp3 IOPS between 3000 and 80000", "3000")
DiskIops = Annotated[int, _IOPS, _rule(_IOPS, lambda v: 3000 <= v <= 80000)]
_THROUGHPUT = Expect("gp3 MiB/s between 125 and 2000", "125")
DiskThroughput = Annotated[int, _THROUGHPUT, _rule(_THROUGHPUT, lambda v: 125 <= v <= 2000)]

_TAG_KEY = Expect(
    f"a tag key of 1 to {tags.KEY_LIMIT} letters, digits, spaces and '_.:/=+-@', not '{tags.NODE_NAME}' and "
    "without 'aws:' before it",
    "team",
)
_TAG_VALUE = Expect(
    f"a tag value of at most {tags.VALUE_LIMIT} letters, digits, spaces and '_.:/=+-@', without 'aws:' before it",
    "vision",
)
TagKey = Annotated[str, _TAG_KEY, _rule(_TAG_KEY, tags.is_key)]
TagValue = Annotated[str, _TAG_VALUE, _rule(_TAG_VALUE, tags.is_value)]

_URL = Expect("a URL with http or https, without query or credentials", "https://aicond.example.com")
Url = Annotated[str, _URL, _rule(_URL, is_server_url)]
_DOMAIN = Expect("a domain of lower-case letters", "aic.com")
Domain = Annotated[str, _DOMAIN, _rule(_DOMAIN, _matches(r"[a-z0-9-]+(\.[a-z0-9-]+)+"))]
_UID = Expect(f"a Grafana uid of at most {names.DASHBOARD_UID_LIMIT} letters, digits, '-' and '_'", "monitoring")
DashboardUid = Annotated[str, _UID, _rule(_UID, _matches(names.DASHBOARD_UID, names.DASHBOARD_UID_LIMIT))]

_PASSWORD = Expect(f"a password of 1 to {BCRYPT_BYTES} bytes", "four-words-and-more-of-them")
Password = Annotated[
    SecretStr,
    _PASSWORD,
    _rule(_PASSWORD, lambda v: 0 < len(v.encode()) <= BCRYPT_BYTES and "\x00" not in v),
]


_ROTATION = Expect("a number or a date of at most 64 characters", "2026-11-23")
Rotation = Annotated[
    str,
    BeforeValidator(lambda v: str(v) if isinstance(v, int) and not isinstance(v, bool) else v),
    _ROTATION,
    _rule(_ROTATION, _matches(r"[0-9A-Za-z][0-9A-Za-z._:+-]{0,63}")),
]

COMMON_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9_-]*")
_COMMON = Expect("the name of a file, without folder and ending", "dev")
CommonName = Annotated[str, _COMMON, _rule(_COMMON, _matches(COMMON_NAME))]

_BCRYPT = Expect("a bcrypt hash of cost 10 to 16", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")
BcryptHash = Annotated[SecretStr, _BCRYPT, _rule(_BCRYPT, lambda v: BCRYPT.fullmatch(v) is not None)]


# From the configuration's texts to values, and from pydantic's errors to problems.


def section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The group of settings inside a field's type, and whether it stands in a list."""
    kind = _kind(annotation)
    if kind is list:
        return section(get_args(_unwrapped(annotation))[0])[0], True
    return (kind, False) if isinstance(kind, type) and issubclass(kind, BaseModel) else (None, False)


def reader(annotation: Any) -> Callable[[str], Any]:
    """How a top-level text becomes a value: as it is for text, by JSON for everything else."""
    return str if _kind(annotation) is str else json.loads


def _kind(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kind(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _kind(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return origin or annotation


def environment_reference(value: Any) -> str | None:
    """The name in `${NAME}`; None for every other value."""
    found = re.fullmatch(r"\$\{(\w+)\}", value) if isinstance(value, str) else None
    return found[1] if found else None


def validate(model: type[BaseModel], name: str, value: Any) -> Any:
    """One field's value, validated by itself; raises pydantic's ValidationError."""
    field = model.model_fields[name]
    annotation: Any = field.annotation
    for item in field.metadata:
        annotation = Annotated[annotation, item]
    return TypeAdapter(annotation).validate_python(value, strict=True)


def problems(model: type[BaseModel], key: str, error: ValidationError) -> list[Problem]:
    """pydantic's errors of the top-level key `key` as problems, one for each path."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        location = tuple(part for part in detail["loc"] if part != "[key]")
        path = _path(key, location)
        found.setdefault(path, Problem(path, _sentence(model, key, location, detail)))
    return list(found.values())


def _sentence(model: type[BaseModel], key: str, location: tuple[int | str, ...], detail: Any) -> str:
    if detail["type"] == "expected":
        return detail["msg"]
    field, annotation = _field(model, (key, *location))
    if detail["type"] == "extra_forbidden":
        parent = _field(model, (key, *location[:-1]))[1]
        return unknown_key(str(location[-1]), _aliases(parent)).sentence
    expect = next((item for item in _metadata(field, annotation) if isinstance(item, Expect)), None)
    return expect.sentence if expect else _by_kind(annotation)


def _by_kind(annotation: Any) -> str:
    kind = _kind(annotation)
    expectations = {
        bool: Expect("true or false", "true"),
        int: Expect("a whole number", "1"),
        str: Expect("text", "demo"),
        list: Expect("a list", "[]"),
        dict: Expect("a mapping from text to text", "{}"),
    }
    known = expectations.get(kind)
    if known:
        return known.sentence
    first = next(iter(_aliases(annotation)), "key")
    return Expect("a mapping of settings", f"{{{first}: ...}}").sentence


def unknown_key(key: str, known: Collection[str]) -> Problem:
    """An unknown key, with the nearest known one as the example."""
    nearest = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.0)
    return Problem(
        key, f"Expected a known setting, for example '{nearest[0] if nearest else ''}'; this one is unknown."
    )


def _path(key: str, location: tuple[int | str, ...]) -> str:
    return key + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def _field(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[Any, Any]:
    """The field and annotation at a path of aliases, list positions and mapping keys."""
    field: Any = None
    annotation: Any = model
    for part in location:
        kind = _kind(annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = next((f for n, f in kind.model_fields.items() if part in (f.alias, n)), None)
            annotation = field.annotation if field else None
        else:
            field, annotation = None, get_args(_unwrapped(annotation))[-1] if annotation else None
    return field, annotation


def _unwrapped(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrapped(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return _unwrapped(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return annotation


def _metadata(field: Any, annotation: Any) -> list[Any]:
    found = list(field.metadata) if field else []
    origin = get_origin(annotation)
    if origin is Annotated:
        found += get_args(annotation)[1:]
    elif origin in (Union, types.UnionType):
        found += [item for arg in get_args(annotation) for item in _metadata(None, arg)]
    return found


def _aliases(annotation: Any) -> list[str]:
    kind = _kind(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [field.alias or name for name, field in kind.model_fields.items()]
    return []
