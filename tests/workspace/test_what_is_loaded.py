"""What a command loads: the parts that a stack has, and no costly package of an SDK for the sake of a few names.

Loading is most of what a command costs before it does anything: `pulumi_aws.ec2` alone takes half a second of CPU.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.checkout import CHECKOUT

LEAST = """
config:
  aws:region: ap-northeast-2
  project-workspace:project: demo
  project-workspace:environment: dev
  project-workspace:infra: meerkat
  project-workspace:login: {enabled: false}
"""
LOCAL = CHECKOUT / "tests/workspace/graphs/local.yaml"
PARTS = {f"project_workspace.{part}.component" for part in ("conductor", "dex", "eks", "grafana")}
ALWAYS = {f"project_workspace.{part}.component" for part in ("iam", "kubeflow", "s3")}
NEEDLESS = {
    *("pulumi_aws.ec2._inputs", "pulumi_aws.autoscaling._inputs"),
    *("pulumi_kubernetes.core.v1._inputs", "pulumi_kubernetes.storage.v1._inputs"),
}
PROGRAM = """
import sys
from pathlib import Path
from tests.workspace.conftest import recording
from tests.workspace.declare import declare
recording()
declare(Path(sys.argv[1]))
exec(sys.argv[2])
print(*sys.modules)
"""

SDKS = {"pulumi_aws", "pulumi_eks", "pulumi_kubernetes", "pulumi_random"}
BEFORE_THE_REST = """
import json, os, runpy, sys
import pulumi
from tests.workspace.conftest import recording
recording()
pulumi.get_root_directory = os.getcwd
settings = {"project": "demo", "environment": "dev", "infra": "meerkat"}
config = {"aws:region": "ap-northeast-2", **{f"project-workspace:{key}": text for key, text in settings.items()}}
os.environ["PULUMI_CONFIG"] = json.dumps(config)
given = []
pulumi.run = given.append
program = runpy.run_path("__main__.py", run_name="__main__")
assert given == [program["make"]]
print(type(program["account"]).__name__, *sys.modules)
"""


def loaded_by(stack: Path, then: str = "") -> set[str]:
    """The modules that are loaded when everything of the stack is registered."""
    command = [sys.executable, "-c", PROGRAM, str(stack), then]
    return {*subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.split()}


@pytest.fixture(scope="module")
def local() -> set[str]:
    """What a stack with every part loads."""
    return loaded_by(LOCAL)


def test_a_stack_loads_the_parts_that_it_has(tmp_path: Path, local: set[str]) -> None:
    assert local >= PARTS | ALWAYS | {"pulumi_eks", "pulumi_random"}
    stack = tmp_path / "least.yaml"
    stack.write_text(LEAST)
    least = loaded_by(stack)
    assert least >= ALWAYS
    assert least & (PARTS | {"project_workspace.runai.component", "pulumi_eks", "pulumi_random"}) == set()


def test_no_costly_package_of_an_sdk_is_loaded_for_a_few_names(local: set[str]) -> None:
    assert "pulumi_aws.eks._inputs" in local
    assert local & NEEDLESS == set()
    imports = "import pulumi_aws as aws, pulumi_kubernetes as k8s"
    used = "aws.ec2.Vpc, aws.autoscaling.Tag, k8s.core.v1.Pod, k8s.storage.v1.CSIDriver"
    assert loaded_by(LOCAL, f"{imports}; {used}") >= NEEDLESS


def test_the_account_is_asked_for_before_any_sdk_of_a_provider_is_loaded(local: set[str]) -> None:
    assert local >= SDKS
    command = [sys.executable, "-c", BEFORE_THE_REST]
    registered, *loaded = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert registered == "AccountIdentity"
    assert SDKS & {*loaded} == set()
