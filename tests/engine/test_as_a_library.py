"""`ProjectWorkspace` in other programs: as an installed library in Python, and as a Pulumi package in Go.

Both are the programs under examples/. Of the package also: what it refuses, and the schema that it shows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from local import inventory
from local.aws.seed import CLUSTER, REGION
from local.checkout import CHECKOUT
from local.dex.login import login
from local.platform import Platform
from local.toolchain.golang import USUAL_PLACE
from project_workspace.config.workbench_program import WORKBENCH
from workspacectl.pulumi_cli import Engine

pytestmark = pytest.mark.engine

Resources = list[dict[str, Any]]
STACK = "team"
LIBRARY = ("components", "workspacectl", "pyproject.toml")
"""Everything of which the library is built."""


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment of a stranger's, in which the library is installed from a wheel.

    What the library needs is in the environment of this checkout already, and taken from there.
    """
    folder = tmp_path_factory.mktemp("library")
    source, made = folder / "source", folder / "venv"
    source.mkdir()
    for name in LIBRARY:
        copy: Any = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy
        copy(CHECKOUT / name, source / name)
    site = strangers_environment(made)
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"),
        *("--no-build-isolation", "--target", str(site), str(source)),
    )
    where = run(
        str(made / "bin/python"), "-c", "import project_workspace; print(project_workspace.__file__)", cwd=folder
    )
    assert Path(where.strip()).is_relative_to(site)
    return made


def strangers_environment(made: Path) -> Path:
    """A virtual environment with everything that the library needs, and not the library; its folder of packages."""
    run(sys.executable, "-m", "venv", "--without-pip", str(made))
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(made)}))
    # What this checkout adds to its own environment is a .pth file: there it is not read.
    (site / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return site


def run(*command: str, cwd: Path | None = None, **variables: str) -> str:
    ended = subprocess.run(
        command, cwd=cwd, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def program(platform: Platform, tmp_path: Path) -> Callable[..., Engine]:
    """An example in a folder of its own, with a stack; its Pulumi.yaml is changed as `change` says."""

    def copied(name: str, change: Callable[[Any], None], **variables: str) -> Engine:
        folder = tmp_path / name
        shutil.copytree(CHECKOUT / "examples" / name, folder)
        yaml = YAML()
        project = yaml.load(folder / "Pulumi.yaml")
        change(project)
        yaml.dump(project, folder / "Pulumi.yaml")
        settings = {
            "environment": "dev",
            "infra": "meerkat",
            "cluster": CLUSTER,
            "grafanaUrl": platform.url("grafana"),
            "conductorUrl": platform.url("ai-conductor"),
        }
        config = {"aws:region": REGION, **{f"{name}:{key}": value for key, value in settings.items()}}
        yaml.dump({"config": config}, folder / f"Pulumi.{STACK}.yaml")
        engine = Engine(folder, {**platform.complete_environment(), **variables})
        engine.select(STACK)
        return engine

    return copied


def in_python(environment: Path) -> Callable[[Any], None]:
    def change(project: Any) -> None:
        project["runtime"]["options"]["virtualenv"] = str(environment)

    return change


def lives(
    program: Engine, platform: Platform, before: inventory.Inventory, look: Callable[[Resources], None] = lambda _: None
) -> dict[str, Any]:
    """Up, a look at the state, no changes, destroy, nothing left; the outputs in between."""
    program.checked("up", "--yes", "--skip-preview", "--stack", STACK)
    made = program.outputs(STACK, secrets=True)
    state = program.checked("stack", "export", "--show-secrets", "--stack", STACK).stdout
    look(json.loads(state)["deployment"]["resources"])
    users = made.values() if "namespace" not in made else [made]
    for outputs in users:
        assert login(platform.issuer, outputs["kubeflowUser"], outputs["kubeflowPassword"]).accepted
        assert outputs["kubeflowPassword"] not in program.checked("stack", "export", "--stack", STACK).stdout
    again = program.run("preview", "--expect-no-changes", "--stack", STACK)
    assert again.code == 0, again.output
    program.checked("destroy", "--yes", "--skip-preview", "--stack", STACK)
    assert inventory.differences(before, inventory.take(platform)) == []
    return made


@pytest.mark.thorough
def test_a_program_in_python_makes_two_workspaces_and_takes_them_away(
    platform: Platform, before: inventory.Inventory, program: Callable[..., Engine], environment: Path
) -> None:
    made = lives(program("two-projects", in_python(environment)), platform, before)
    assert {project: outputs["namespace"] for project, outputs in made.items()} == {
        "speech": "aic-ns-speech-ws",
        "vision": "aic-ns-vision-ws",
    }


@pytest.fixture
def package(tmp_path: Path, environment: Path) -> Path:
    """The package in a folder of its own, with the stranger's environment."""
    folder = tmp_path / "package"
    shutil.copytree(CHECKOUT / "provider", folder)
    yaml = YAML()
    plugin = yaml.load(folder / "PulumiPlugin.yaml")
    plugin["runtime"]["options"]["virtualenv"] = str(environment)
    yaml.dump(plugin, folder / "PulumiPlugin.yaml")
    return folder


@pytest.fixture
def from_go(program: Callable[..., Engine], package: Path, environment: Path, tmp_path: Path) -> Engine:
    """The program in Go, built, with a language host on PATH and the package beside it."""
    binary, host = tmp_path / "from-go.bin", tmp_path / "bin" / "pulumi-language-go"
    go = shutil.which("go") or USUAL_PLACE
    # Without the version control's state: git may refuse to tell it of somebody else's checkout.
    build = ("build", "-trimpath", "-buildvcs=false", "-o", str(binary), ".")
    run(go, *build, cwd=CHECKOUT / "examples" / "from-go", GOWORK="off")
    host.parent.mkdir()
    host.write_text(
        f"#!/bin/sh\nPYTHONPATH='{CHECKOUT}' exec '{sys.executable}' -m tests.support.engine.language_go \"$@\"\n"
    )
    host.chmod(0o755)

    def change(project: Any) -> None:
        project["runtime"] = {"name": "go", "options": {"binary": str(binary)}}
        project["plugins"]["providers"][0]["path"] = str(package)

    path = f"{host.parent}{os.pathsep}"
    # The engine runs dynamic providers with this Python when the program has none of its own.
    engine = program("from-go", change, PULUMI_PYTHON_CMD=str(environment / "bin" / "python"))
    return Engine(engine.project, {**engine.environment, "PATH": path + engine.environment["PATH"]})


@pytest.mark.thorough
def test_a_program_in_go_makes_a_workspace_and_takes_it_away(
    platform: Platform, before: inventory.Inventory, from_go: Engine
) -> None:
    def the_component_has_the_outputs_of_what_it_wraps(resources: Resources) -> None:
        outputs = {
            resource["type"]: resource["outputs"]
            for resource in resources
            if resource["type"] in ("project-workspace:index:Workspace", "project-workspace:index:ProjectWorkspace")
        }
        assert outputs["project-workspace:index:Workspace"] == outputs["project-workspace:index:ProjectWorkspace"]
        assert len(outputs["project-workspace:index:Workspace"]) == 14

    made = lives(from_go, platform, before, the_component_has_the_outputs_of_what_it_wraps)
    assert made["namespace"] == "aic-ns-vision-ws"
    assert made["bucketName"].endswith("-meerkat-dev-vision")


@pytest.mark.thorough
def test_what_is_wrong_is_told_at_once_and_nothing_is_made(
    platform: Platform, before: inventory.Inventory, from_go: Engine
) -> None:
    for key, value in {"infra": "UP", "cluster": "x y", "grafanaUrl": "grafana"}.items():
        from_go.checked("config", "set", key, value, "--stack", STACK)
    refused = from_go.run("up", "--yes", "--skip-preview", "--stack", STACK)
    assert refused.code != 0
    told = [line.strip() for line in refused.output.splitlines() if ": Expected " in line]
    assert [line.partition(": Expected ")[0] for line in told] == ["cluster", "grafana.url", "infra"]
    assert "Traceback" not in refused.output
    assert 'File "' not in refused.output
    assert inventory.differences(before, inventory.take(platform)) == []


@pytest.mark.thorough
def test_where_the_callers_python_lacks_the_library_nothing_is_made(
    platform: Platform, before: inventory.Inventory, from_go: Engine, tmp_path: Path
) -> None:
    strangers_environment(tmp_path / "without")
    python = str(tmp_path / "without/bin/python")
    without = Engine(from_go.project, {**from_go.environment, "PULUMI_PYTHON_CMD": python})
    refused = without.run("up", "--yes", "--skip-preview", "--stack", STACK)
    assert refused.code != 0
    assert "No module named 'project_workspace'" in refused.output
    assert inventory.differences(before, inventory.take(platform)) == []


OTHERS = """\
import pulumi
import pulumi_kubernetes as kubernetes

WORKBENCH = %s
cluster = kubernetes.Provider("cluster", upsert_existing_objects=True)
opts = pulumi.ResourceOptions(providers={"kubernetes": cluster})
for kind, settings in {"Workbench": WORKBENCH, "AiDevops": {"storageClass": {"name": "gp3"}}}.items():
    pulumi.ComponentResource(f"project-workspace:index:{kind}", "trial", settings, opts, remote=True)
"""


@pytest.mark.thorough
def test_a_program_makes_the_packages_other_components_and_takes_them_away(
    platform: Platform, before: inventory.Inventory, package: Path, environment: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    project = {
        "name": "others",
        "runtime": {"name": "python", "options": {"virtualenv": str(environment)}},
        "plugins": {"providers": [{"name": "project-workspace", "path": str(package)}]},
    }
    site = {"environment": "dev", "infra": "meerkat", "region": REGION, "hostname": "anaconda.dev.example.com"}
    (folder / "Pulumi.yaml").write_text(json.dumps(project))
    (folder / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": {"aws:region": REGION}}))
    (folder / "__main__.py").write_text(OTHERS % repr({**site, **WORKBENCH.first}))
    others = Engine(folder, platform.complete_environment())
    others.select(STACK)
    others.checked("up", "--yes", "--skip-preview", "--stack", STACK)
    state = json.loads(others.checked("stack", "export", "--stack", STACK).stdout)["deployment"]["resources"]
    made = {each["type"]: each.get("outputs") for each in state if each["type"].startswith("project-workspace:")}
    for kind, inside in {"Workbench": "workbench:Workbench", "AiDevops": "aidevops:AiDevops"}.items():
        assert made[f"project-workspace:index:{kind}"] == made[f"project-workspace:{inside}"]
    assert made["project-workspace:index:Workbench"]["namespace"] == "anaconda-enterprise"
    assert made["project-workspace:index:AiDevops"] == {"storageClass": "gp3"}
    again = others.run("preview", "--expect-no-changes", "--stack", STACK)
    assert again.code == 0, again.output
    others.checked("destroy", "--yes", "--skip-preview", "--stack", STACK)
    assert inventory.differences(before, inventory.take(platform)) == []


def test_the_engine_reads_the_schema_of_the_package(program: Callable[..., Engine], package: Path) -> None:
    shown = program("two-projects", lambda _: None).checked("package", "get-schema", str(package))
    schema = json.loads(shown.stdout)
    names = ("AiDevops", "Workbench", "Workspace")
    assert sorted(schema["resources"]) == [f"project-workspace:index:{name}" for name in names]
    assert all(resource["isComponent"] is True for resource in schema["resources"].values())
