"""An uninstall carried out: a step is over when nothing of it is left, and what hangs is told with its reason.

Owns: the deletions, the waiting with its limit, and the sentence about what does not go. Does not own what goes, nor
when (`plan.py`). Nothing is ever forced: a finalizer stands for something outside that only its controller can clean
up, so taking it away is left to the person, with the command for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from project_workspace.kube.cluster import Ref, what_blocks
from project_workspace.remote.errors import DeadlineError, NotFoundError
from workspacectl.ai_devops.data import listed
from workspacectl.ai_devops.plan import AT_ONCE, Plan, Step, Thing
from workspacectl.progress import Say

POLL_SECONDS = 0.5
NAMED = 3
"""How many things that hang are explained."""


@dataclass
class Removal:
    """One run of an uninstall; another one goes on where this one ends."""

    plan: Plan
    seconds: float
    """How long each step may take."""
    say: Say
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def run(self) -> list[str]:
        """Take away everything; a line for each step in which there was something. Raises `RemoteError`."""
        return [line for step in self.plan.steps if (line := self._carry_out(step))]

    def _carry_out(self, step: Step) -> str:
        ends, gone = self.clock() + self.seconds, set[str]()
        while things := step.left():
            self._within(ends, step, things)
            together = {each.uid for each in things}
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._delete, (each.ref for each in things if not each.owners & together)))
            self._wait(ends, step, things)
            gone |= together
        return f"{step.title}: {len(gone)} gone" if gone else ""

    def _wait(self, ends: float, step: Step, things: Sequence[Thing]) -> None:
        """Until none of these is there; one of the same name that somebody has made since is another."""
        uids = {each.uid for each in things}
        while things:
            self.say(f"{step.title}: {len(things)} left, {listed((str(each.ref) for each in things), NAMED)}")
            things = [each for each in step.left() if each.uid in uids]
            self._within(ends, step, things)
            if things:
                self.sleep(POLL_SECONDS)

    def _delete(self, ref: Ref) -> None:
        cluster = self.plan.cluster

        def once() -> None:
            found = cluster.find(ref)
            if found and not found["metadata"].get("deletionTimestamp"):
                with suppress(NotFoundError):
                    cluster.attempt(lambda: cluster.delete(found, ref))

        cluster.retry_on_conflict(once)

    def _within(self, ends: float, step: Step, things: Sequence[Thing]) -> None:
        if not things or self.clock() <= ends:
            return
        idle = self.plan.controllers_not_running()
        running = f" Not running: {listed(idle)}." if idle else ""
        raise DeadlineError(
            f"'{step.title}' did not end within {self.seconds:g} s; {len(things)} left: "
            f"{'; '.join(_why(each) for each in things[:NAMED])}",
            where=self.plan.cluster.server,
            remedy=f"What has a finalizer goes when its controller runs: start it again, by its own manifest, then run "
            f"the same command.{running} If it never can run again: {_by_hand(things[0].ref)}",
        )


def _why(thing: Thing) -> str:
    metadata = thing.found["metadata"]
    if thing.ref.kind == "Namespace":
        return f"{thing.ref}: {what_blocks(thing.found)}"
    if not metadata.get("deletionTimestamp"):
        return f"{thing.ref}: it comes again whenever it is deleted, or the cluster has not begun"
    return f"{thing.ref}: waits for {', '.join(metadata.get('finalizers') or ['the cluster'])}"


def _by_hand(ref: Ref) -> str:
    group = ref.api.split("/")[1] if ref.api.startswith("apis/") else ""
    kind = f"{ref.plural}.{group}" if group else ref.plural
    place = f" -n {ref.namespace}" if ref.namespace else ""
    if ref.kind == "Namespace":
        return "do the same for what the namespace's status names."
    return (
        f"""'kubectl patch {kind} {ref.name}{place} --type=merge -p {{"metadata":{{"finalizers":null}}}}' """
        "lets it go, and what it stands for is yours to clean up."
    )
