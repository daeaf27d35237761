"""What the tests of namespaces share: a cluster that does not answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from local.ports import free_ports
from tests.support.real_cluster import Kube


@pytest.fixture
def no_cluster(kube: Kube, tmp_path: Path) -> str:
    """A kubeconfig with the address of nobody."""
    config = yaml.safe_load(kube.kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{free_ports(1)[0]}"
    file = tmp_path / "kubeconfig"
    file.write_text(yaml.safe_dump(config))
    return str(file)
