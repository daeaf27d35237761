"""What AI Conductor and Grafana hold, as their stand-ins report it: every record, whole.

Left out: sessions, and the last number that was given to a dashboard.
"""

from __future__ import annotations

from typing import Any

import httpx

from local.platform import Platform

VOLATILE = {"logins", "lastId"}


def ai_conductor(platform: Platform) -> Any:
    """Accounts, workspaces, members and what is in the workspaces."""
    return _state(platform, "ai-conductor")


def grafana(platform: Platform) -> Any:
    """Dashboards and folders."""
    return _state(platform, "grafana")


def _state(platform: Platform, server: str) -> Any:
    return settled(httpx.get(f"{platform.url(server)}/_standin/state", timeout=10, trust_env=False).json())


def settled(value: Any) -> Any:
    """A record without what moves by itself, at every depth."""
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items() if key not in VOLATILE}
    if isinstance(value, list):
        return [settled(item) for item in value]
    return value
