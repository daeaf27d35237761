"""The summary: everything that a person needs, whole, and `[secret]` where there is one."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bench.platforms import spread
from local import summary

OUTPUTS: dict[str, Any] = {
    "workspace": "demo-ws",
    "conductorUrl": "https://aicond.example.com",
    "conductorWorkspaceId": "42",
    "systemAccount": "demo-edge",
    "systemAccountPassword": "[secret]",
    "namespace": "aic-ns-demo-ws",
    "kubeflowUser": "aic-user-demo-ws@aic.com",
    "kubeflowPassword": "[secret]",
    "bucketName": "s3-an2-meerkat-dev-demo",
    "bucketArn": "arn:aws:s3:::s3-an2-meerkat-dev-demo",
    "nodeGroupNames": ["ng-standard", "ng-gpu"],
    "dashboardUrl": "https://grafana.example.com/d/abc",
    "dashboardUid": "abc",
    "somethingElse": "is not for people",
    "nodeGroups": {
        "standard": {"nodeSelector": {"aic-role": "demo-ws-standard"}, "tolerations": []},
        "gpu": {
            "nodeSelector": {"aic-role": "demo-ws-gpu"},
            "tolerations": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}],
        },
    },
}
SHOWN = """\
  AI Conductor workspace    demo-ws
    at                      https://aicond.example.com
    id                      42
    system account          demo-edge
    its password            [secret]
  Kubernetes namespace      aic-ns-demo-ws
  Kubeflow user             aic-user-demo-ws@aic.com
    its password            [secret]
  Bucket                    s3-an2-meerkat-dev-demo
    ARN                     arn:aws:s3:::s3-an2-meerkat-dev-demo
  Node groups               ng-standard, ng-gpu
  Dashboard                 https://grafana.example.com/d/abc
    uid                     abc
Pods on the node groups
┏━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
┃ spec     ┃ node selector             ┃ tolerations                       ┃
┡━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┩
│ standard │ aic-role=demo-ws-standard │ none needed                       │
│ gpu      │ aic-role=demo-ws-gpu      │ nvidia.com/gpu=present:NoSchedule │
└──────────┴───────────────────────────┴───────────────────────────────────┘
"""


def printed(outputs: dict[str, Any], width: int = 100) -> str:
    text = io.StringIO()
    summary.show_outputs(Console(file=text, width=width, highlight=False, soft_wrap=True), outputs)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def test_the_outputs_are_shown_whole_and_secrets_as_secret() -> None:
    assert printed(OUTPUTS) == SHOWN


def test_parts_that_were_left_out_are_not_mentioned() -> None:
    assert printed({"namespace": "aic-ns-demo-ws", "nodeGroups": {}}) == "  Kubernetes namespace    aic-ns-demo-ws\n"


@pytest.mark.parametrize("value", ["[secret]", "[bold]", "[/]", "a[b]c", "\\[x]", "ends with \\"])
def test_markup_in_a_value_is_text(value: str) -> None:
    assert printed({"kubeflowPassword": value}) == f"    its password    {value}\n"


def test_a_narrow_terminal_shows_every_character_of_a_long_value() -> None:
    arn = f"arn:aws:s3:::{'x' * 90}-end"
    role = f"{'y' * 50}-end"
    group = {"nodeSelector": {"aic-role": role}, "tolerations": [{"key": role, "effect": "NoExecute"}]}
    shown = printed({"bucketArn": arn, "nodeGroups": {"s": group}}, width=50)
    assert "".join(shown.split("Pods")[0].replace("ARN", "").split()) == arn
    cells = [line.split("│")[2:4] for line in shown.splitlines() if line.startswith("│")]
    assert ["".join(part.strip() for part in column) for column in zip(*cells, strict=True)] == [
        f"aic-role={role}",
        f"{role}=:NoExecute",
    ]


def test_a_measurement_is_told_with_its_spread() -> None:
    assert spread([3.0, 1.0, 1.5]) == "1.50 s (lowest 1.00, highest 3.00)"
    assert spread([2.0, 1.0]) == "1.50 s (lowest 1.00, highest 2.00)"
    assert spread([0.126]) == "0.13 s (lowest 0.13, highest 0.13)"
