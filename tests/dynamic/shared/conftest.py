"""Fixtures of the shared objects' dynamic providers."""

from tests.clients.shared.real_cluster import platform

__all__ = ["platform"]
