"""The stack files that the repository shows: each is valid, and what is common is said once."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.checkout import CHECKOUT
from project_workspace.config import loading, stack_file
from project_workspace.config.stack_options import StackOptions
from project_workspace.config.workspace_program import WORKSPACE

ENVIRONMENT = {"AIC_FRONTEND_URL": "https://aicond.example.com", "GRAFANA_URL": "https://grafana.example.com"}
"""What the local stack takes from `make local-env`."""
FILES = {path.name.removeprefix("Pulumi.").removesuffix(".yaml"): path for path in CHECKOUT.glob("stacks/*.yaml")}
COMMON = sorted((CHECKOUT / "stacks" / "common").iterdir())


def config_of(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())["config"]


def settings(stack: str) -> StackOptions:
    text = stack_file.text_of(CHECKOUT, stack)
    config = yaml.safe_load(text or "")["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    common_text = partial(stack_file.common_text_of, CHECKOUT)
    return loading.load(
        WORKSPACE, texts, secret_keys=set(), environment=ENVIRONMENT, stack_text=text, common_text=common_text
    )


def test_these_stacks_are_shown() -> None:
    assert sorted(FILES) == [
        "gpus-dev",
        "local",
        "research-dev",
        "speech-dev",
        "speech-prod",
        "speech-staging",
        "vision-dev",
    ]


@pytest.mark.parametrize("stack", FILES)
def test_every_stack_is_valid_and_named_after_its_project_and_environment(stack: str) -> None:
    found = settings(stack)
    assert stack in ("local", f"{found.project}-{found.environment}")


def test_one_project_has_another_size_in_each_environment() -> None:
    sizes = {
        stack: [(group.spec, group.instance_type, group.min, group.max) for group in settings(stack).node_groups]
        for stack in FILES
        if stack.startswith("speech")
    }
    assert sizes == {
        "speech-dev": [("standard", "m5.xlarge", 0, 2), ("gpu", "g5.xlarge", 0, 1)],
        "speech-staging": [("standard", "m5.4xlarge", 0, 2), ("gpu", "g5.12xlarge", 0, 1)],
        "speech-prod": [("standard", "m5.4xlarge", 1, 8), ("gpu", "g5.12xlarge", 0, 4)],
    }


def test_a_stack_has_what_its_common_files_and_its_own_say() -> None:
    prod = settings("speech-prod")
    assert prod.tags == {"cost-center": "ai-platform", "owner": "platform@example.com", "team": "speech"}
    assert (prod.infra, prod.cluster) == ("meerkat", "eks-an2-meerkat-prod-1-33-eks-master")
    assert prod.storage.expire_old_versions_days == 365
    assert prod.storage.kms_key_arn == "arn:aws:kms:ap-northeast-2:123456789012:alias/workspaces"


def test_what_is_common_is_said_once() -> None:
    """No stack repeats a value of a file that it names; every common file is named."""
    named: Counter[str] = Counter()
    repeated: list[tuple[str, str]] = []
    for stack in sorted(set(FILES) - {"local"}):
        config = config_of(FILES[stack])
        names = config["project-workspace:common"]
        named.update(names)
        for name in names:
            shared = config_of(CHECKOUT / "stacks" / "common" / f"{name}.yaml")
            repeated += [(stack, key) for key, value in shared.items() if config.get(key) == value]
    assert repeated == []
    assert set(named) == {path.stem for path in COMMON}
