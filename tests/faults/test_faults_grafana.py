"""Grafana on bad days: a dashboard, at every call of every operation."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from local.standins.grafana.access import Tokens
from local.standins.grafana.app import make_app
from local.standins.grafana.seed import living_site
from local.standins.grafana.server import serving
from local.standins.grafana.store import Store
from project_workspace.grafana.project_dashboard import render_project_dashboard
from project_workspace.grafana.provider import DashboardProvider
from tests.support.faults.dialects import GRAFANA
from tests.support.faults.limits import Limits
from tests.support.faults.operations import Operation, Thing, configured
from tests.support.faults.proxy import Script, proxy
from tests.support.faults.rule import UNHURRIED, Bench, Case, Trial, cases

TOKEN = "glsa_right-token"

CALLS = {
    "create": ["GET dashboards/uid", "POST dashboards/db"],
    "read": ["GET dashboards/uid"],
    "update": ["GET dashboards/uid", "POST dashboards/db"],
    "delete": ["DELETE dashboards/uid"],
}
"""Of an undisturbed run."""


@dataclass
class Shown(Trial):
    """One operation on a stand-in that nobody else uses."""

    store: Store
    url: str
    limits: Limits
    operate: Operation = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        answer = self.operate()
        return {key: str(value).replace(self.url, "URL") for key, value in (answer or {}).items()}

    def state(self) -> Any:
        volatile = {"id", "created", "updated"}
        return {
            uid: {key: value for key, value in dashboard.items() if key not in volatile}
            for uid, dashboard in self.store.dashboards.items()
        }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("grafana") / "state.json", living_site())


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[str]:
    with serving(make_app(store, Tokens(TOKEN, "glsa_viewer-token"))) as url:
        yield url


@pytest.fixture
def bench(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, store: Store, server: str, undisturbed: dict[str, Any]
) -> Iterator[Bench]:
    monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)

    @contextmanager
    def begin(operation: str) -> Generator[Trial]:
        with store.change():
            store.dashboards = living_site()["dashboards"]
        script = Script()
        with proxy(remote, GRAFANA, script) as url:
            trial = Shown(script, [TOKEN], store, url, limits)
            limits.set(UNHURRIED)
            trial.operate = _dashboard(url).ready(operation)
            yield trial

    with httpx.Client(base_url=server, trust_env=False) as remote:
        yield Bench(begin, undisturbed)


def _dashboard(url: str) -> Thing:
    inputs = {"url": url, "uid": "d4f7k2m9q1x0z", "title": "Workspace demo-ws", "folder": "monitoring"}
    model, news = (
        render_project_dashboard(
            title="Workspace demo-ws", workspace="demo-ws", namespace=namespace, bucket="b", node_labels=[]
        )
        for namespace in ("aic-ns-demo-ws", "aic-ns-other-ws")
    )
    return Thing(configured(DashboardProvider), {**inputs, "model": model}, {**inputs, "model": news})


@pytest.mark.parametrize("operation", CALLS)
def test_the_calls_of_an_operation_are_these(bench: Bench, operation: str) -> None:
    assert bench.calls_of(operation) == CALLS[operation]


@pytest.mark.parametrize("case", cases(CALLS, whole="create"))
def test_an_operation_completes_or_says_why_and_the_next_run_completes_it(bench: Bench, case: Case) -> None:
    bench.prove(case)
