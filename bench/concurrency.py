"""Sixteen workspaces at the same time against one alone, while somebody else edits dex: `make bench-concurrency`.

The sixteen share the four stand-in plugins. One alone is measured twice: as a person runs it, with plugins of its own,
and with the shared ones. Prints wall time and CPU, entries lost, and dex's restarts against the edits. Run it on a
quiet machine.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from bench.foreign import ForeignWriter
from bench.foreign_subjects import ForeignSubjects
from bench.platforms import Bench, bench, say, spread
from bench.stacks import Stack, at_once, prepare
from local import inventory
from local.dex.pod import starts
from local.kube.seed import DEX_CONFIG_KEY
from local.platform import Platform
from local.shared_plugins import shared_plugins
from project_workspace.dex import config_file as dex_config
from project_workspace.runai.bindings import SHARED_VIEWERS

ALONE = ("alonea", "aloneb", "alonec")
ATTACHED = ("attacheda", "attachedb", "attachedc")
"""Projects that are made one by one; the first ones also warm what the sixteen find warm."""


@dataclass(frozen=True)
class Cost:
    """What something took."""

    wall: float
    runs: float
    """CPU seconds of the engines, programs and dynamic providers."""
    servers: float
    """CPU seconds of the platform's servers and the shared plugins."""

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s   CPU: {self.runs:6.1f} s of runs, {self.servers:6.1f} s of servers and plugins"


def main() -> int:
    with bench() as running:
        folder = running.platform.folder / "stacks"
        plain = running.platform.complete_environment()
        alone = [_life(running, prepare(folder, plain, [project])) for project in ALONE]
        with shared_plugins(plain, running.platform.run_dir) as environment:
            attached = [_life(running, prepare(folder, environment, [project])) for project in ATTACHED]
            crowd = _crowd(running, prepare(folder, environment))
        _report_walls("one stack", alone, crowd)
        _report_walls("one stack that shares the plugins", attached, crowd)
    return 0


def _life(running: Bench, stacks: list[Stack]) -> tuple[Cost, Cost]:
    """Up and destroy of the stacks; every user logs in when its own `up` has returned."""
    issuer = running.platform.issuer
    logins: list[bool] = []
    up = _cost(lambda: logins.extend(each.accepted for each in at_once(stacks, lambda s: s.up_and_log_in(issuer))))
    say(f"  up of {len(stacks)}: {up}")
    if not all(logins):
        print(f"users who could not log in when their up had returned: {logins.count(False)}")
    _count_entries(running.platform, stacks)
    destroyed = _cost(lambda: at_once(stacks, Stack.destroy))
    say(f"  destroy of {len(stacks)}: {destroyed}")
    return up, destroyed


def _crowd(running: Bench, stacks: list[Stack]) -> tuple[Cost, Cost]:
    platform, before = running.platform, inventory.take(running.platform)
    started = len(starts(platform.data / "dex"))
    with ForeignWriter(platform.kubeconfig) as foreign, ForeignSubjects(platform.kubeconfig, SHARED_VIEWERS) as people:
        costs = _life(running, stacks)
    ours = starts(platform.data / "dex")[started:]
    print(f"entries of the foreign writer lost: {len(foreign.lost + foreign.altered)} of {foreign.writes} writes")
    print(f"people of the foreign writer lost:  {len(people.lost)} of {people.writes} writes")
    print(f"differences left on the platform:   {len(inventory.differences(before, inventory.take(platform)))}")
    print(f"restarts of dex: {len(ours)} for {2 * len(stacks)} edits of ours; target: at most a third")
    print(f"crashes of dex:  {sum(1 for each in ours if each['restart'])}")
    return costs


def _count_entries(platform: Platform, stacks: list[Stack]) -> None:
    found = inventory.take(platform)
    text = found["dex configuration"][DEX_CONFIG_KEY]
    users = sum(len(dex_config.find_all(text, stack.user)) for stack in stacks)
    wanted = [arn for stack in stacks for arn in stack.bucket_arns]
    named = [
        sum(json.loads(document)["Statement"][0]["Resource"].count(arn) for arn in wanted)
        for name, document in found["policies"].items()
        if name.startswith(("policy-s3-kubeflow-", "policy-s3-aia-"))
    ]
    subjects = found["kubernetes"]["clusterrolebindings.rbac.authorization.k8s.io"][SHARED_VIEWERS].get("subjects", [])
    there = {each["name"] for each in subjects}
    people = sum(viewer in there for stack in stacks for viewer in stack.viewers)
    print(
        f"{len(stacks)} stacks: {users} of {len(stacks)} dex entries, {named} of {len(wanted)} policy entries, "
        f"{people} of {2 * len(stacks)} people in Run:ai's list"
    )


def _cost(work: Callable[[], object]) -> Cost:
    began, runs, servers = time.perf_counter(), _of_runs(), _of_servers()
    work()
    return Cost(time.perf_counter() - began, _of_runs() - runs, _of_servers() - servers)


def _of_runs() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _of_servers() -> float:
    """Of everything that this process has started and that still runs."""
    total = 0.0
    for process in psutil.Process(os.getpid()).children(recursive=True):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += used.user + used.system + used.children_user + used.children_system
    return total


def _report_walls(what: str, alone: list[tuple[Cost, Cost]], crowd: tuple[Cost, Cost]) -> None:
    for name, one, many in zip(("up", "destroy"), zip(*alone, strict=True), crowd, strict=True):
        walls = [cost.wall for cost in one]
        print(f"{name} of {what}: {spread(walls)}")
        print(f"{name} of 16 at once: {many.wall:.1f} s, {many.wall / statistics.median(walls):.1f} times (target: 5)")


if __name__ == "__main__":
    sys.exit(main())
