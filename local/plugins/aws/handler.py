"""What all AWS resources of the stand-in have in common: checks, names, tags, region, and the form of
refreshes.

Owns: the steps around each call; does not own a single AWS call. A resource brings a table of arguments and
five methods: `make`, `find`, `change`, `retag`, `remove`.
"""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any, ClassVar

from local.plugins.aws.connection import Aws, doing
from local.plugins.aws.schema import DEFAULTS, Arguments, declared, problems, same, unchanged
from local.plugins.provider import UNKNOWN, Failure, PluginError, ReadState, ResourceHandler, Values


class AwsHandler(ResourceHandler):
    """One AWS resource type, described by class attributes."""

    what: ClassVar[str]
    """How pulumi-aws calls it in messages, for example 'S3 Bucket'."""
    arguments: ClassVar[Arguments]
    replaced_paths: ClassVar[frozenset[str]] = frozenset()
    """Parts of an argument whose change replaces the resource, such as `launchTemplate.id`."""
    outputs: ClassVar[frozenset[str]] = frozenset()
    """Outputs that are not inputs, apart from `tagsAll`."""
    name_argument: ClassVar[str | None] = None
    """The argument that is generated from the logical name when the program leaves it open."""
    prefix_argument: ClassVar[str | None] = None
    name_limit: ClassVar[int] = 255

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self.known = frozenset(self.arguments) | {DEFAULTS}
        self.required = frozenset(k for k, a in self.arguments.items() if a.required)
        self.replace_on = frozenset(k for k, a in self.arguments.items() if a.replaces) | self.replaced_paths
        self.computed = self.outputs | ({self.name_argument} if self.name_argument else set())

    # What a resource brings

    @abstractmethod
    def make(self, news: Values, region: str) -> str:
        """Make it; answer its id. The tags to set are under `tagsAll`."""

    @abstractmethod
    def find(self, id: str, region: str) -> Values | None:
        """All its arguments that can be read, and its outputs; tags under `tagsAll`. None when it is gone."""

    def change(self, id: str, olds: Values, news: Values, region: str) -> None:
        """Change it in place, tags apart. `olds` are the old outputs."""
        raise PluginError(f"The stand-in does not implement an update of {self.what} ({id}).")

    def retag(self, id: str, state: Values, remove: list[str], add: dict[str, str], region: str) -> None:
        """Take tags off and put tags on."""
        raise PluginError(f"The stand-in does not implement a change of the tags of {self.what} ({id}).")

    @abstractmethod
    def remove(self, id: str, state: Values, region: str) -> None:
        """Remove it; already gone counts as done."""

    # What the engine calls

    def autoname(self, logical: str, news: Values, olds: Values, seed: bytes) -> Values:
        name = self.name_argument
        if name is None or news.get(name) is not None or news.get(self.prefix_argument or "") is not None:
            return news
        kept = olds.get(name) if name in (olds.get(DEFAULTS) or []) else None
        suffix = hashlib.sha256(seed + logical.encode()).hexdigest()[:7]
        return {
            **news,
            name: kept or f"{self.shape(logical)[: self.name_limit - 8]}-{suffix}",
            DEFAULTS: [name],
        }

    def shape(self, logical: str) -> str:
        """A logical name as it may stand in a physical one."""
        return logical

    def check(self, news: Values, seed: bytes) -> tuple[Values, list[Failure]]:
        texts = {
            k: json.dumps(news[k]) for k, a in self.arguments.items() if a.is_json and isinstance(news.get(k), dict)
        }
        inputs, failures = super().check({**news, **texts}, seed)
        failures += problems(self.arguments, inputs)
        filled = {k: a.default for k, a in self.arguments.items() if a.default is not None and inputs.get(k) is None}
        defaults = sorted({*(inputs.get(DEFAULTS) or []), *filled})
        inputs = {**inputs, **filled, DEFAULTS: defaults}
        return inputs, failures + self.conflicts(inputs)

    def conflicts(self, news: Values) -> list[Failure]:
        """Combinations of arguments that pulumi-aws refuses before it asks AWS."""
        return []

    def changed(self, olds: Values, news: Values) -> list[str]:
        keys = {k for k in {*olds, *news} if not k.startswith("__")}
        return sorted(k for k in keys if not self._unchanged(k, olds.get(k), news.get(k)))

    def _unchanged(self, name: str, old: Any, new: Any) -> bool:
        arg = self.arguments.get(name)
        return old == new if arg is None else unchanged(arg, old, new)

    def _same(self, name: str, one: Any, other: Any) -> bool:
        arg = self.arguments.get(name)
        return one == other if arg is None else same(arg, one, other)

    def deletes_first(self, olds: Values, news: Values) -> bool:
        """A name that the program chose cannot belong to two at once (the bridge's nameRequiresDeleteBeforeReplace)."""
        name = self.name_argument
        if name is None:
            return self.delete_before_replace
        generated = name in (news.get(DEFAULTS) or [])
        return not generated and news.get(name) is not None and news.get(name) == olds.get(name)

    def preview(self, news: Values, olds: Values | None) -> Values:
        shown = self._complete(super().preview(_without_defaults(news), olds), news)
        return {k: v for k, v in shown.items() if k != "region" or k in self.arguments}

    def create(self, news: Values) -> tuple[str, Values]:
        wanted = self._complete(_without_defaults(news), news)
        with doing(f"creating {self.what} ({self._label(news)})"):
            id = self.make(wanted, wanted["region"])
        return id, self._outputs(id, wanted)

    def read(self, id: str, inputs: Values, state: Values) -> ReadState | None:
        region = self._region(state if state.get("region") else inputs)
        with doing(f"reading {self.what} ({id})"):
            live = self.find(id, region)
        if live is None:
            return None
        # Without inputs this is an import or a `.get()`, whose `state` is only what the program knows of it.
        live = self._with_own_tags(live, inputs.get("tags") or {})
        defaults = {k: a.default for k, a in self.arguments.items() if a.default is not None}
        outputs = self._merged({**state, **_without_defaults(inputs)} if inputs else defaults, live, region)
        return ReadState(id, outputs, declared(self.arguments, live, inputs, state))

    def update(self, id: str, olds: Values, news: Values) -> Values:
        wanted = self._complete(_without_defaults(news), news)
        with doing(f"updating {self.what} ({id})"):
            if self._asks_for_change(olds, wanted):
                self.change(id, olds, wanted, wanted["region"])
            before, after = olds.get("tagsAll") or {}, wanted.get("tagsAll") or {}
            if before != after:
                add = {k: v for k, v in after.items() if before.get(k) != v}
                self.retag(id, olds, sorted(set(before) - set(after)), add, wanted["region"])
        return self._outputs(id, wanted)

    def delete(self, id: str, state: Values) -> None:
        with doing(f"deleting {self.what} ({id})"):
            self.remove(id, state, self._region(state))

    # Parts of the above

    def _region(self, values: Values) -> str:
        return values.get("region") or self.aws.region

    def _label(self, news: Values) -> str:
        return str(news.get(self.name_argument or "") or news.get("bucket") or "")

    def _complete(self, values: Values, news: Values) -> Values:
        """`values` with region and all tags."""
        extra: Values = {"region": self._region(news)}
        if "tags" in self.arguments:
            tags = news.get("tags") or {}
            extra["tagsAll"] = tags if tags == UNKNOWN else {**self.aws.default_tags, **tags}
        return {**values, **extra}

    def _asks_for_change(self, olds: Values, news: Values) -> bool:
        """Whether anything but tags differs between old outputs and new inputs, computed parts left out."""
        before = {**declared(self.arguments, olds, {}, {}), **declared(self.arguments, olds, news, {})}
        after = {k: v for k, v in news.items() if k in self.arguments}
        return any(k not in ("tags", "region") for k in self.changed(before, after))

    def _outputs(self, id: str, wanted: Values) -> Values:
        with doing(f"reading {self.what} ({id})"):
            live = self.find(id, wanted["region"])
        if live is None:
            raise PluginError(f"reading {self.what} ({id}): couldn't find resource")
        return self._merged(wanted, self._with_own_tags(live, wanted.get("tags") or {}), wanted["region"])

    def _merged(self, wanted: Values, live: Values, region: str) -> Values:
        """Outputs: what is there, in the program's own writing where that means the same."""
        kept = {k: v for k, v in wanted.items() if k not in live or self._same(k, v, live[k])}
        outputs = {**live, **{k: v for k, v in kept.items() if k in self.arguments}}
        return {**outputs, "region": region} if "region" in self.arguments else outputs

    def _with_own_tags(self, live: Values, own: dict[str, str]) -> Values:
        """`live` with `tags`: all tags but AWS's own and the default ones that the resource does not set itself."""
        if "tags" not in self.arguments:
            return live
        tags = {k: v for k, v in live["tagsAll"].items() if not k.startswith("aws:")}
        defaults = self.aws.default_tags
        mine = {k: v for k, v in tags.items() if k in own or defaults.get(k) != v}
        return {**live, "tags": mine, "tagsAll": tags}


def _without_defaults(values: Values) -> Values:
    return {k: v for k, v in values.items() if k != DEFAULTS}


def unique_name(prefix: str) -> str:
    """A name from a prefix as Terraform makes it: the time to a ten-thousandth of a second, then a counter."""
    return f"{prefix}{datetime.now(UTC):%Y%m%d%H%M%S%f}"[: len(prefix) + 18] + "00000001"


def tag_map(items: list[Values] | None) -> dict[str, str]:
    """[{Key, Value}] as a map."""
    return {t["Key"]: t.get("Value", "") for t in items or []}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """A map as [{Key, Value}], in a fixed order."""
    return [{"Key": k, "Value": v} for k, v in sorted(tags.items())]
