"""What all dynamic providers share: the contract with Pulumi's engine, written once.

Owns: numbers that arrive as floats, values that are unknown in a preview, the explicit diff, whole outputs on every
answer, the redaction of secrets, and the translation of a client's `RemoteError` into the one sentence the engine
prints. Does not own: any remote's behaviour; a provider implements `do_create`, `do_read`, `do_update`, `do_delete` and
`problems`, and nothing else. Why a base class: each rule of docs/facts/pulumi-dynamic-providers.md that is forgotten
once loses outputs, hides drift or prints a password.

Instances carry no attribute when they are pickled: their reference is stored in the state, so anything on them
would be state too. Credentials come from the environment, else from the stack's configuration, at call time.
"""

import os
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, ClassVar, Self, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown

from project_workspace.remote.credential import Credential
from project_workspace.remote.errors import RemoteError
from project_workspace.remote.sdk_process import ProviderError, arrange
from project_workspace.schema.problem import Problem

PROVIDER_KEY = "__provider"
"""The input in which the SDK keeps the reference to the provider class."""

Props = dict[str, Any]
Result = TypeVar("Result")


class StackConfig:
    """The stack's configuration as the engine hands it to dynamic providers: strings, secrets in clear."""

    def __init__(self, get: Callable[[str], Any]) -> None:
        self._get = get

    def credential(self, asked: Credential) -> str | None:
        """The environment variable, else the configuration's key; None when neither is set.

        The environment wins, because on destroy and refresh the engine hands out the configuration that the last
        `up` stored: a rotated token would not be seen there.
        """
        return os.environ.get(asked.variable) or self.stack_value(asked.key)

    def stack_value(self, key: str) -> str | None:
        """The configuration `key`, whatever the environment says; None when it is not set."""
        found = self._get(key)
        return str(found) if found else None


class RemoteProvider(ResourceProvider):
    """Base of all dynamic providers; see the module's text for what it takes care of."""

    serialize_as_secret_always = False
    """The reference holds no secret, so the state stays small and diffs readable."""

    what: ClassVar[str]
    """What one resource is called in messages, for example "dex user"."""
    update_on: ClassVar[tuple[str, ...]]
    """The inputs whose change is an update, in the order in which they are reported."""
    replace_on: ClassVar[tuple[str, ...]] = ()
    """The inputs whose change replaces the resource."""
    immutable: ClassVar[Mapping[str, str]] = {}
    """The inputs that must never change, each with the sentence that says why and what to do instead."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Inputs and outputs that are secret: never named to `CheckFailure`, taken out of every message."""
    delete_before_replace: ClassVar[bool] = True
    """Whether a replacement removes first: right for everything with one name of its own in the remote."""

    _config: StackConfig

    # What a provider implements. All of it is plain Python: no Output, no Unknown, no float that is a whole number.

    def problems(self, inputs: Props) -> list[Problem]:
        """What is wrong with the inputs that are known; called in every preview, so without the remote."""
        return []

    @abstractmethod
    def do_create(self, inputs: Props) -> tuple[str, Props]:
        """Make it, or adopt what an interrupted `do_create` left behind; answer the id and the computed outputs."""

    @abstractmethod
    def do_read(self, id_: str, outputs: Props) -> Props | None:
        """What is there now, under the names of the inputs and computed outputs; None when it is gone."""

    @abstractmethod
    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        """Bring it to `news`; answer the computed outputs. `olds` are the old outputs."""

    @abstractmethod
    def do_delete(self, id_: str, outputs: Props) -> None:
        """Remove it; already gone is done."""

    def same(self, name: str, old: Any, new: Any) -> bool:
        """Whether an output and an input mean the same; override where a remote spells values differently."""
        return old == new

    def drifted(self, outputs: Props) -> bool:
        """Whether outputs that no input declares are not as they should be; seen only after a refresh."""
        return False

    @property
    def config(self) -> StackConfig:
        """The stack's configuration; only there while the engine is calling."""
        return self._config

    def with_config(self, config: StackConfig) -> Self:
        """For a caller that is not the engine: the provider with this configuration."""
        self._config = config
        return self

    # What the engine calls.

    def configure(self, req: ConfigureRequest) -> None:
        """Called once a process, before anything else."""
        self._config = StackConfig(req.config.get)
        arrange()

    def check(self, _olds: Props, news: Props) -> CheckResult:
        """Called in every preview and up, with unknown values where an input is an output of something new."""
        inputs = {name: value for name, value in news.items() if name != PROVIDER_KEY}
        known = plain({name: value for name, value in inputs.items() if not has_unknown(value)})
        found = self.problems(known) + self.refusals(_olds, known)
        return CheckResult(inputs, [self._failure(problem) for problem in found])

    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Called when a resource of that name is in the state: names what changed, and whether it replaces."""
        replaces = self._changed(self.replace_on, _olds, _news)
        updates = self._changed(self.update_on, _olds, _news)
        moved = _olds.get(PROVIDER_KEY) != _news.get(PROVIDER_KEY)
        return DiffResult(
            changes=bool(replaces or updates or moved or self.drifted(plain(_olds))),
            replaces=replaces,
            delete_before_replace=self.delete_before_replace,
        )

    def create(self, props: Props) -> CreateResult:
        """Called when the resource is not in the state; may be called again after an interrupted run."""
        inputs = plain(props)
        id_, computed = self._run(f"create {self.what}", inputs, lambda: self.do_create(inputs))
        return CreateResult(id_, {**inputs, **computed})

    def read(self, id_: str, props: Props) -> ReadResult:
        """Called by refresh; `props` are the outputs in the state."""
        outputs = plain(props)
        found = self._run(f"read {self.what}", outputs, lambda: self.do_read(id_, dict(outputs)))
        if found is None:
            return ReadResult("", {})
        current = {**outputs, **found}
        wanted = {*self.update_on, *self.replace_on, *self.immutable}
        return ReadResult(id_, current, {name: value for name, value in current.items() if name in wanted})

    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Called when `diff` found changes that do not replace."""
        olds, news = plain(_olds), plain(_news)
        work = f"update {self.what}"
        computed = self._run(work, {**olds, **news}, lambda: self.do_update(_id, olds, news))
        return UpdateResult({**news, **computed})

    def delete(self, _id: str, _props: Props) -> None:
        """Called when the resource is in the state and no longer wanted."""
        outputs = plain(_props)
        self._run(f"delete {self.what}", outputs, lambda: self.do_delete(_id, outputs))

    def _changed(self, names: tuple[str, ...], olds: Props, news: Props) -> list[str]:
        return [name for name in names if self._differs(name, olds.get(name), news.get(name))]

    def _differs(self, name: str, old: Any, new: Any) -> bool:
        return has_unknown(new) or not self.same(name, plain_value(old), plain_value(new))

    def refusals(self, olds: Props, known: Props) -> list[Problem]:
        """Changes that must not be made; `olds` are the old inputs, empty for a new resource."""
        return [
            Problem(name, sentence)
            for name, sentence in self.immutable.items()
            if name in known and olds.get(name) is not None and plain_value(olds[name]) != known[name]
        ]

    def _failure(self, problem: Problem) -> CheckFailure:
        # The engine prints the value of a named property in clear, even a secret one.
        if problem.path in self.secrets:
            return CheckFailure("", f"{problem.path}: {problem.message}")
        return CheckFailure(problem.path, problem.message)

    def _run(self, work: str, props: Props, call: Callable[[], Result]) -> Result:
        hidden = secret_texts(props, self.secrets)
        try:
            return call()
        except RemoteError as error:
            raise ProviderError(redact(str(error), hidden)) from None
        except Exception as error:
            sentence = (
                f"Could not {work}: {type(error).__name__}: {error}. This is a defect of this program; report it."
            )
            raise ProviderError(redact(sentence, hidden)) from None


def has_unknown(value: Any) -> bool:
    """Whether a value, or anything in it, is unknown in this preview."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(has_unknown(item) for item in value)
    return isinstance(value, Unknown)


def plain_value(value: Any) -> Any:
    """A value as Python means it: whole numbers as int (the wire has only floats), entries without None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: plain_value(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return value


def plain(props: Mapping[str, Any]) -> Props:
    """Properties without the provider's reference, as `plain_value` gives them."""
    return {name: plain_value(value) for name, value in props.items() if name != PROVIDER_KEY and value is not None}


def secret_texts(props: Mapping[str, Any], names: frozenset[str]) -> list[str]:
    """The texts of the secret properties, longest first, so that a part never uncovers the whole."""
    texts = {str(props[name]) for name in names if props.get(name)}
    return sorted(texts, key=len, reverse=True)


def redact(text: str, secrets: list[str]) -> str:
    """The text with every secret replaced by `[secret]`."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def inputs_of(args: Any, **computed: None) -> dict[str, Any]:
    """The properties of a dynamic resource from its Args dataclass, in camelCase; None is left out.

    The fields of a dataclass within stand beside the others. `computed` names the outputs that exist only after create:
    they must be present, as None, to get a resolver.
    """
    found: dict[str, Any] = {}
    for each in fields(args):
        value = getattr(args, each.name)
        if is_dataclass(value):
            found.update(inputs_of(value))
        elif value is not None:
            found[_camel(each.name)] = value
    return {**found, **computed}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
