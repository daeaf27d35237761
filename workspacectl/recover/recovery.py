"""The recovery itself: from a state that a killed run has left to one from which `up` and `destroy` go on.

Owns: the order of the steps, and what becomes of each thing that the run was about to make. Does not own any of the
steps. Running it twice is harmless, and so is running it where nothing happened: a workflow does so before every `up`.

A thing is put into the state by its id alone, and read by a refresh of nothing else. Before the state is written,
nothing of the stack's has changed; afterwards the operations are no more pending. So what could fail comes before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from project_workspace.aws import provider_connection
from project_workspace.aws.provider_connection import ACCOUNT
from project_workspace.kube.cluster import Cluster
from project_workspace.kube.provider_connection import CONNECTION, connect
from project_workspace.stack_mark import StackMark
from workspacectl.adopt.import_ids import VACANCY
from workspacectl.adopt.plan import Stack
from workspacectl.progress import Say, silent
from workspacectl.pulumi_cli import EngineError
from workspacectl.recover import carried, left, lock, made
from workspacectl.recover.state import Pending, State

REGION = "aws:region"


def recover(stack: Stack, *, unlock: bool = False, say: Say = silent) -> list[str]:
    """Bring the stack's state and what is there together; answers what was done, a line each.

    Raises `EngineError` and `RemoteError`.
    """
    say("Reading the state")
    state, lines = State.of(stack), list[str]()
    if lock.release(stack, state.root, unlock=unlock):
        lines.append(_line("unlocked", stack.name, "by a run that is over"))
        state = State.of(stack)
    config = stack.config()
    place = _place(stack, state, config)
    if state.interrupted:
        lines += _Settlement(stack, state, place, config, say).made()
        state = State.of(stack)
    if left.is_likely(state, place):
        for (type_, name), id_ in sorted(left.take(stack, place, say).items()):
            lines.append(_line("taken up", f"{type_.rpartition(':')[2]} '{name}'", id_))
    return lines


def _line(what: str, thing: object, more: str = "") -> str:
    return f"  {what:<9} {thing}  {more}".rstrip()


def _place(stack: Stack, state: State, config: Mapping[str, str]) -> made.Place:
    noted = next((each["inputs"] for each in state.resources if each["type"] == VACANCY), {})
    region = config.get(REGION) or noted.get("region")
    if not region:
        raise EngineError(f"Expected '{REGION}' in the stack's file, for example 'ap-northeast-2'.")

    settings, account = stack.providers_config(config), {"region": region, ACCOUNT: noted.get(ACCOUNT)}

    def aws(service: str, *, attempts: int = 1) -> Any:
        return provider_connection.client(settings, account, service, attempts=attempts)

    @cache
    def cluster() -> Cluster:
        return connect(settings, {name: noted[name] for name in CONNECTION if noted.get(name)})

    return made.Place(aws=aws, mark=StackMark(stack.project["name"], stack.name), cluster=cluster)


@dataclass
class _Settlement:
    """What becomes of everything that is pending."""

    stack: Stack
    state: State
    place: made.Place
    config: Mapping[str, str]
    say: Say
    added: list[str] = field(default_factory=list[str])
    """URNs."""

    def made(self) -> list[str]:
        """Decide about each, write the state once, and read what came into it; answers what was done."""
        in_clear = {each.urn: each.resource.get("inputs") or {} for each in State.of(self.stack, secrets=True).pending}
        lines: list[str] = []
        for pending in self.state.pending:
            self.say(f"Looking what came of {pending}")
            own = carried.leaves_something(pending.type)
            lines.append(self._carried(pending, in_clear[pending.urn]) if own else self._taken(pending))
        self.say("Writing the state")
        self.state.write(self.stack)
        if self.added:
            self.say("Reading what was taken up")
            targets = [argument for urn in self.added for argument in ("--target", urn)]
            self.stack.engine.checked("refresh", "--yes", "--skip-preview", *targets, "--stack", self.stack.name)
        return lines

    def _taken(self, pending: Pending) -> str:
        """Of something on AWS or in Kubernetes."""
        id_ = made.id_of(pending.type, pending.inputs, self.place)
        known = self.state.has(pending.urn)
        if id_ and not known and self.state.takes(pending):
            return self._add(pending, id_, {})
        # A launch template has another name each time: a later `up` has made a second one, or there is no group for it.
        if id_ and pending.type == made.TEMPLATE and self.state.find(pending.type, id_) is None:
            made.delete_launch_template(self.place.aws, id_)
            return _line("removed", pending, id_)
        return _line("cleared", pending)

    def _carried(self, pending: Pending, in_clear: Mapping[str, Any]) -> str:
        """Of something of this program's own providers."""
        if self.state.has(pending.urn):
            return _line("cleared", pending)  # `up` has taken it up
        if self.state.takes(pending):
            return self._add(
                pending, *carried.through(pending.type, in_clear, self.stack.providers_config(self.config))
            )
        carried.away(pending.type, in_clear, self.stack.providers_config(self.config))
        return _line("removed", pending)

    def _add(self, pending: Pending, id_: str, outputs: Mapping[str, Any]) -> str:
        self.state.add(pending, id_, outputs)
        self.added.append(pending.urn)
        return _line("taken up", pending, id_)
