"""The objects that manifests name: each once, from lists too, and a file that is none is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspacectl.ai_devops.manifests import Named, read
from workspacectl.failures import ToolError


def test_each_object_is_named_once_in_the_order_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "2.yml").write_text("{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n")
    (tmp_path / "1.yaml").write_text(
        "# nothing\n---\n"
        "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n---\n"
        "{apiVersion: v1, kind: List, items: [{apiVersion: apps/v1, kind: Deployment, metadata: {name: b}}]}\n---\n"
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: a}, data: {X: {CLIENT_SECRET}, y: =}}\n---\n"
        "{kind: Kustomization}\n---\n- a list\n"
    )
    (tmp_path / "ai-devops.config").write_text("CLIENT_SECRET={CLIENT_SECRET}\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.yaml").write_text("{apiVersion: v1, kind: Secret, metadata: {generateName: x-}}\n")
    assert read(tmp_path) == [
        Named("v1", "Namespace", "default", "a", "1.yaml"),
        Named("apps/v1", "Deployment", "default", "b", "1.yaml"),
        Named("v1", "ConfigMap", "a", "c", "1.yaml"),
    ]


def test_a_manifest_that_the_installers_script_has_spoilt_is_told_with_its_line(tmp_path: Path) -> None:
    """It opens a quote that it never closes."""
    (tmp_path / "9.knative.yaml").write_text("data:\n  queueSidecarImage: '/gcr.io/queue\nkind: ConfigMap\n")
    with pytest.raises(ToolError, match=r"not so 9\.knative\.yaml, line \d+\. The installer's script edits"):
        read(tmp_path)


def test_a_folder_that_names_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="names no object"):
        read(tmp_path)
