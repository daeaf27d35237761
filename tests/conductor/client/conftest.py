"""A stand-in of AI Conductor for each test, and clients of it."""

from collections.abc import Callable, Iterator

import pytest

from local.standins.ai_conductor.inprocess import Running, serving
from project_workspace.conductor.client import Conductor
from project_workspace.conductor.profile import Profile, load_profile
from project_workspace.remote.http import Limits

ADMIN = ("site-admin", "admin-secret-4711")


@pytest.fixture
def limits() -> Limits:
    """Short pauses; an answer may take its time on a busy machine."""
    return Limits(connect_seconds=20, answer_seconds=20, attempts=3, pause_seconds=0.01, longest_pause_seconds=1)


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile("ai-conductor-2.1")


@pytest.fixture
def server() -> Iterator[Running]:
    with serving(*ADMIN) as running:
        yield running


@pytest.fixture
def make_client(server: Running, profile: Profile, limits: Limits) -> Callable[..., Conductor]:
    def make(user: str = ADMIN[0], password: str = ADMIN[1], url: str | None = None) -> Conductor:
        return Conductor(url or server.url, lambda: (user, password), profile, limits)

    return make


@pytest.fixture
def client(make_client: Callable[..., Conductor]) -> Conductor:
    return make_client()
