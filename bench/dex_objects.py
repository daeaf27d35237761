"""One more user of dex with an object of its own, beside none and beside 1,000: `make bench-dex-objects`.

A user is what the provider does for it (the look at dex, the object) and the first login with it; then it is removed.
The engine's own time is not in it: it is the same for every resource.
"""

from __future__ import annotations

import os
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor

from bench.platforms import bench, seconds, spread
from local.dex.login import login
from local.dex.pod import starts
from local.kube.seed import DEX_CONFIG_KEY, DEX_NAME, DEX_NAMESPACE
from local.platform import Platform
from project_workspace.dex.password_object import PasswordObjectProvider
from project_workspace.remote.provider import Props, StackConfig

OTHERS = 1000
SIDE_BY_SIDE = 8
USERS = 20
PASSWORD, HASH = "anna-local-2024", "$2a$10$jNjaTO6ZAXKWqaL4QUa3DuAZRihdihYywpIU9isn/KCq52WNqToVG"
TARGET = 1.5


def main() -> int:
    with bench() as running:
        platform = running.platform
        os.environ["KUBECONFIG"] = str(platform.kubeconfig)
        restarts = len(starts(platform.data / "dex"))
        first = _users(platform)
        filled = seconds(_fill)
        more = _users(platform)
        print(f"{OTHERS:,} users made, {SIDE_BY_SIDE} at a time: {filled:.1f} s")
        for what, place in (("made", 0), ("logged in", 1), ("removed", 2)):
            print(f"one user {what}: beside none {spread(first[place])}, beside {OTHERS:,} {spread(more[place])}")
        whole = [sum(statistics.median(each) for each in times) for times in (first, more)]
        print(f"ratio: {whole[1] / whole[0]:.2f} (target: at most {TARGET:g})")
        print(f"restarts of dex: {len(starts(platform.data / 'dex')) - restarts}")
    return 0


def _users(platform: Platform) -> tuple[list[float], list[float], list[float]]:
    """Times of making one user, logging in with it, and removing it."""
    provider = _provider()
    times: tuple[list[float], list[float], list[float]] = ([], [], [])
    for number in range(USERS):
        user = _user(f"mine{number}")

        def log_in(email: str = user["email"]) -> None:
            assert login(platform.issuer, email, PASSWORD).accepted

        times[0].append(seconds(lambda user=user: provider.do_create(user)))
        times[1].append(seconds(log_in))
        times[2].append(seconds(lambda user=user: provider.do_delete(user["email"], user)))
    return times


def _fill() -> None:
    provider = _provider()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(provider.do_create, [_user(f"user{number}") for number in range(OTHERS)]))


def _provider() -> PasswordObjectProvider:
    return PasswordObjectProvider().with_config(StackConfig({}.get))


def _user(name: str) -> Props:
    place = {"namespace": DEX_NAMESPACE, "configMap": DEX_NAME, "key": DEX_CONFIG_KEY}
    mark = {"pulumiProject": "bench", "pulumiStack": "dev"}
    return {"email": f"{name}@example.com", "username": name, "userId": name, "passwordHash": HASH, **place, **mark}


if __name__ == "__main__":
    sys.exit(main())
