"""`ai-devops.config`: its whole text, and what comes out of it when the installer's script has it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from project_workspace.ai_devops.installer_config import (
    DOMAIN,
    KEYS,
    REGISTRY_ADDRESS,
    SECRET,
    VERSION,
    InstallerConfig,
    values_of,
)
from project_workspace.schema.rule import Rule

SECRET_VALUE = "bac5oef-d3fjief-gjeifsjle-dj457f"
CONFIG = InstallerConfig(
    discovery_url="https://hyperauth.tmaxcloud.org/auth/realms/tmax",
    custom_domain="tmaxcloud.org",
    gatekeeper_version="v1.0.2",
    log_level="error",
)
AIR_GAPPED = InstallerConfig(**{**vars(CONFIG), "registry": "172.2.2.6:5000"})

SCRIPT = """\
source ./ai-devops.config
if [ $REGISTRY != "{REGISTRY}" ]; then
  echo "air-gapped"
fi
sed -i 's@{DISCOVERY_URL}@'${DISCOVERY_URL}'@g' notebook.yaml
sed -i 's/{CLIENT_SECRET}/'${CLIENT_SECRET}'/g' notebook.yaml
sed -i 's/{CUSTOM_DOMAIN}/'${CUSTOM_DOMAIN}'/g' notebook.yaml
sed -i 's/{GATEKEEPER_VERSION}/'${GATEKEEPER_VERSION}'/g' notebook.yaml
sed -i 's/{LOG_LEVEL}/'${LOG_LEVEL}'/g' notebook.yaml
if [ $REGISTRY != "{REGISTRY}" ]; then
  sed -i "s/image: gcr.io\\/kfserving\\/agent/image: ${registry}\\/gcr.io\\/kfserving\\/agent/g" notebook.yaml
fi
"""
"""What the installer's script does with the values, line by line (docs/facts/ai-devops.md)."""
MANIFEST = """\
data:
  CLIENT_SECRET: {CLIENT_SECRET}
  DISCOVERY_URL: {DISCOVERY_URL}
  CUSTOM_DOMAIN: {CUSTOM_DOMAIN}
  GATEKEEPER_VERSION: {GATEKEEPER_VERSION}
  LOG_LEVEL: {LOG_LEVEL}
image: gcr.io/kfserving/agent:v0.5.1
"""


def installed(folder: Path, text: str) -> tuple[str, Any]:
    """What a real shell says, and the manifest as YAML after the script."""
    (folder / "ai-devops.config").write_text(text)
    (folder / "notebook.yaml").write_text(MANIFEST)
    command = ["bash", "-e", "-c", SCRIPT]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout, yaml.safe_load((folder / "notebook.yaml").read_text())


def test_the_file_is_this() -> None:
    assert CONFIG.text(SECRET_VALUE) == (
        "# Of the installer of ai-devops; made by the Pulumi program ai-devops. It holds a secret.\n"
        "DISCOVERY_URL=https://hyperauth.tmaxcloud.org/auth/realms/tmax\n"
        "CLIENT_SECRET=bac5oef-d3fjief-gjeifsjle-dj457f\n"
        "CUSTOM_DOMAIN=tmaxcloud.org\n"
        "GATEKEEPER_VERSION=v1.0.2\n"
        "LOG_LEVEL=error\n"
        "REGISTRY={REGISTRY}\n"
    )


def test_in_an_air_gapped_site_it_ends_with_the_registry_under_both_names() -> None:
    assert AIR_GAPPED.text(SECRET_VALUE) == CONFIG.text(SECRET_VALUE).replace(
        "REGISTRY={REGISTRY}\n",
        "REGISTRY=172.2.2.6:5000\n"
        "# The script looks at REGISTRY, and puts this one before the images.\n"
        "registry=$REGISTRY\n",
    )


def test_the_script_takes_every_value_as_it_was_meant(tmp_path: Path) -> None:
    said, manifest = installed(tmp_path, CONFIG.text(SECRET_VALUE))
    assert said == ""
    assert manifest == {
        "data": {
            "CLIENT_SECRET": SECRET_VALUE,
            "DISCOVERY_URL": CONFIG.discovery_url,
            "CUSTOM_DOMAIN": CONFIG.custom_domain,
            "GATEKEEPER_VERSION": CONFIG.gatekeeper_version,
            "LOG_LEVEL": CONFIG.log_level,
        },
        "image": "gcr.io/kfserving/agent:v0.5.1",
    }


def test_by_the_registry_the_script_knows_an_air_gapped_site_and_names_its_images(tmp_path: Path) -> None:
    said, manifest = installed(tmp_path, AIR_GAPPED.text(SECRET_VALUE))
    assert said == "air-gapped\n"
    assert manifest["image"] == "172.2.2.6:5000/gcr.io/kfserving/agent:v0.5.1"


SPOILT = [
    "with/slash",
    "with&",
    "with\\back",
    "with'quote",
    'with"quote',
    "with$HOME",
    "with space",
    "with;true",
    "with`id`",
    "with#",
    "*",
    "{CUSTOM_DOMAIN}",
    "123456",
    "1_000",
    "1e5",
    "12.5",
    "0x1f",
    "0o17",
    "2026-11-27",
    "true",
    "No",
    "null",
    "y",
    "-dash",
    "",
    "two\nlines",
]


@pytest.mark.parametrize("value", SPOILT)
def test_a_secret_that_something_would_read_as_something_else_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="Expected a secret of letters") as refused:
        CONFIG.text(value)
    assert str(refused.value) == SECRET.message


RIGHT = [SECRET_VALUE, "e720562b-e986-47ff-b040-9513b91989b9", "12345678-1234-1234-1234-123456789012", "aB3", "0x1g"]


@pytest.mark.parametrize("value", RIGHT)
def test_what_is_not_refused_comes_through_the_script(tmp_path: Path, value: str) -> None:
    assert installed(tmp_path, CONFIG.text(value))[1]["data"]["CLIENT_SECRET"] == value


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (DOMAIN, ["https://tmaxcloud.org", "tmaxcloud.org/a", "tmaxcloud", "Tmax.org", "10.0", "a..org", "a&b.org"]),
        (VERSION, ["1.0", "v1/2", "2026-11-27", "v1 2", "v1&"]),
        (REGISTRY_ADDRESS, ["https://r:5000", "r:5000/path", "r:", "R", "$r"]),
    ],
)
def test_other_values_have_rules_as_narrow(rule: Rule, wrong: list[str]) -> None:
    assert rule.right(rule.example)
    assert [value for value in wrong if rule.right(value)] == []


def test_what_stands_in_a_file_is_read_as_it_is_written() -> None:
    text = "# ex : LOG_LEVEL=debug\n\n" + AIR_GAPPED.text(SECRET_VALUE) + "CUSTOM_DOMAIN_NAME={X} \n"
    found = values_of(text)
    assert {*found} == {*KEYS, "registry", "CUSTOM_DOMAIN_NAME"}
    assert (found["LOG_LEVEL"], found["REGISTRY"], found["CUSTOM_DOMAIN_NAME"]) == ("error", "172.2.2.6:5000", "{X}")
