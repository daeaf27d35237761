"""One edit of dex's configuration with 10 and with 1,000 entries in it: `make bench-concurrency` runs this too.

An edit is what the provider does for one user: read, parse, change, check, write, look again; measured on a ConfigMap
that nobody else writes, adding and removing in turn. The restart of dex and its login come after it, once.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

from bench.platforms import bench, seconds, spread
from local.kube.objects import Objects
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from project_workspace.dex import config_file as dex_config
from project_workspace.dex.config_file import Entry
from project_workspace.kube import cluster
from project_workspace.kube.rollout import Source, ensure_rollout

SIZES = (10, 1000)
EDITS = 20
HASH = "$2a$10$jNjaTO6ZAXKWqaL4QUa3DuAZRihdihYywpIU9isn/KCq52WNqToVG"
TARGET = 2.0


def main() -> int:
    with bench() as running:
        edits = {size: _edits(running.platform, size) for size in SIZES}
        for size, (times, restart) in edits.items():
            print(f"one edit with {size:>5,} entries: {spread(times)}; then dex's restart: {restart:.2f} s")
        small, large = (statistics.median(edits[size][0]) for size in SIZES)
        print(f"ratio of the edits: {large / small:.1f} (target: at most {TARGET:g})")
        whole = [statistics.median(times) + restart for times, restart in edits.values()]
        print(f"ratio with the restart: {whole[1] / whole[0]:.1f}")
    return 0


def _edits(platform: Platform, size: int) -> tuple[list[float], float]:
    """Times of edits, and of one restart after them, with `size` entries there."""
    _fill(platform, size)
    connected = cluster.connect(str(platform.kubeconfig))

    def edit(change: Callable[[str], str]) -> None:
        written = connected.edit_config_map(DEX_NAMESPACE, DEX_NAME, DEX_CONFIG_KEY, change)
        assert written is not None

    times: list[float] = []
    for number in range(EDITS):
        mine = _entry(f"mine{number}")
        times.append(seconds(lambda mine=mine: edit(lambda text: dex_config.put(text, mine))))
        times.append(seconds(lambda mine=mine: edit(lambda text: dex_config.remove(text, mine.email, mine.user_id))))
    source = Source(namespace=DEX_NAMESPACE, config_map=DEX_NAME, key=DEX_CONFIG_KEY, deployment=DEX_NAME)
    return times, seconds(lambda: ensure_rollout(connected, source, 60))


def _fill(platform: Platform, size: int) -> None:
    """Other people's entries behind those that are there, as a person would write them."""
    objects = Objects.connect(platform.kubeconfig)
    found = objects.get("v1", "ConfigMap", DEX_NAME, DEX_NAMESPACE)
    assert found is not None
    text = found["data"][DEX_CONFIG_KEY]
    there = text.count("- email:")
    lines = "".join(
        f"# desk {number}\n- email: user{number}@example.com\n  hash: {HASH}\n"
        f'  username: user{number}\n  userID: "id-{number}"\n'
        for number in range(there, size)
    )
    found["data"][DEX_CONFIG_KEY] = text.replace("staticPasswords:\n", f"staticPasswords:\n{lines}", 1)
    objects.replace({"apiVersion": "v1", "kind": "ConfigMap", **found})


def _entry(name: str) -> Entry:
    return Entry(email=f"{name}@example.com", hash=HASH, username=name, user_id=f"id-{name}")


if __name__ == "__main__":
    sys.exit(main())
