"""Fixtures of the shared objects' clients."""

from tests.clients.shared.real_cluster import kube

__all__ = ["kube"]
