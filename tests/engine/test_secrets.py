"""No secret of a whole run stands in clear anywhere: state, preview, output, logs, process list, files."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatch

import bcrypt
import pytest
from ruamel.yaml import YAML

from local.checkout import CHECKOUT
from local.kube.seed import DEX_NAMESPACE
from local.platform import Platform
from project_workspace.conductor.records import AccountContent
from project_workspace.dex import config_file as dex_config
from tests.support.engine.drifting import Hand
from tests.support.engine.leaks import (
    Holder,
    Secret,
    TemporaryFiles,
    command_lines,
    files_with,
    kinds_in,
    leaks_below,
    leaks_in,
    mode,
)
from tests.support.engine.workspaces import NODE_GROUPS, Workspace

pytestmark = pytest.mark.engine

GIVEN = 'user-Xp20"Tq<&>Lm/p word%+'
HASHED = bcrypt.hashpw(b"known by its hash", bcrypt.gensalt(10)).decode()
MEMBER = "alice@example.com"
EDGE = 'edge-Gk3"vR&w81-password'
AWS_KEY = "aws/Vt5+Rm2Qw9-secret-access-key"
ADMIN, ADMIN_PASSWORD = "administrator-Jw6Zd0", 'admin-Bn4"Kx<7>-password'

HASHES = frozenset({"generated hash", "given password's hash", "given hash", "member's hash"})
HOLDERS = [
    Holder("credentials.json", frozenset({"AI Conductor's password", "Grafana's token"}),
           "what the platform drew at its start, for those who use it"),
    Holder("data/kube/kubeconfig", frozenset({"API server's token"}), "the administrator's kubeconfig"),
    Holder("data/kube/tokens.csv", frozenset({"API server's token"}), "by which the API server knows its user"),
    Holder("data/kube/etcd/member/*", HASHES, "the cluster's objects, dex's ConfigMap among them"),
    Holder("data/dex/*/config.yaml", HASHES, "the file that a dex reads, as in its pod"),
    Holder("data/dex/kubeconfig", frozenset({"API server's token"}), "by which dex keeps its records in the cluster"),
    Holder("data/ai-conductor.json", frozenset({"administrator's login id"}), "AI Conductor's accounts"),
]  # fmt: skip
"""Every file of the platform that may hold something in clear; nothing else may hold any of it, in any form."""

FROM_CONFIG = ("AIC_ADMIN_USER", "AIC_ADMIN_PASSWD", "GRAFANA_TOKEN", "KUBECONFIG")
"""What the environment gives in the first half of the run, and the stack's encrypted configuration in the second."""


class Run:
    """The whole life of a workspace, everything it showed, and the secrets that it met."""

    def __init__(self, platform: Platform, demo: Workspace) -> None:
        self._platform, self._demo, self.engine = platform, demo, demo.engine
        self._email = f"aic-user-{demo.project}-ws@aic.com"
        self._dex = Hand(platform)
        admin = platform.credentials
        self.shown: dict[str, str] = {}
        self.secrets = [
            Secret("system account's password", EDGE),
            Secret("given password", GIVEN),
            Secret("given hash", HASHED),
            Secret("AWS secret key", AWS_KEY),
            Secret("administrator's login id", ADMIN),
            Secret("administrator's password", ADMIN_PASSWORD),
            Secret("AI Conductor's password", admin.conductor_password),
            Secret("Grafana's token", admin.grafana_token),
            Secret("API server's token", _token(platform)),
        ]

    def do(self, name: str, *arguments: str) -> None:
        """Run a command that must succeed; what it said is kept."""
        result = self.engine.checked(*arguments, "--stack", self._demo.stack)
        self.shown[f"{name}: {' '.join(arguments[:2])}"] = result.output

    def with_the_environment(self) -> None:
        """Made with credentials of the environment and a generated password."""
        self._demo.set_secret("conductor.systemAccountPassword", EDGE)
        self.engine = replace(self.engine, environment={**self.engine.environment, "AWS_SECRET_ACCESS_KEY": AWS_KEY})
        self.do("environment", "up", "--yes", "--diff")
        self.secrets += [
            Secret("generated password", self._demo.outputs()["kubeflowPassword"]),
            Secret("generated hash", self._hash()),
            Secret("member's password", self._demo.outputs()["memberPasswords"][MEMBER]),
            Secret("member's hash", self._hash(MEMBER)),
        ]

    def with_the_configuration(self) -> None:
        """Changed with credentials of the configuration, to a given password and then to a given hash."""
        environment = {name: value for name, value in self.engine.environment.items() if name not in FROM_CONFIG}
        given = {
            "conductorAdminUser": ADMIN,
            "conductorAdminPassword": ADMIN_PASSWORD,
            "grafanaToken": self._platform.credentials.grafana_token,
            "kubernetes:kubeconfig": self._platform.kubeconfig.read_text(),
            "login.password": GIVEN,
        }
        for path, value in given.items():
            self._demo.set_secret(path, value)
        self.engine = replace(self.engine, environment=environment)
        self.do("given password", "preview", "--diff", "--json")
        self.do("given password", "up", "--yes", "--skip-preview", "--diff")
        self.secrets.append(Secret("given password's hash", self._hash()))
        self.do("given password", "refresh", "--yes", "--skip-preview", "--diff")

        self.engine.checked("config", "rm", "--path", "login.password", "--stack", self._demo.stack)
        self._demo.set_secret("login.passwordHash", HASHED)
        self.do("given hash", "up", "--yes", "--skip-preview", "--json")
        assert self._hash() == HASHED

    def with_users_in_objects(self) -> None:
        """Moved out of what everybody reads."""
        self.engine.checked(
            "config", "set", "--path", "login.dex.storedIn", "password-object", "--stack", self._demo.stack
        )
        self.do("objects", "up", "--yes", "--skip-preview", "--diff")
        self.do("objects", "refresh", "--yes", "--skip-preview", "--diff")
        users = self._dex.objects.list_all("dex.coreos.com/v1", "Password", DEX_NAMESPACE)[0]
        assert sorted(each["email"] for each in users) == [self._email, MEMBER]

    def told_of_it(self) -> None:
        """What one asks of a stack that is there."""
        asked = (
            ("stack",),
            ("stack", "output", "--json"),
            ("stack", "export"),
            ("stack", "history", "--json"),
            ("config",),
        )
        for command in asked:
            self.do("objects", *command)

    def end(self) -> None:
        self.do("objects", "destroy", "--yes", "--show-config", "--diff")

    def _hash(self, email: str = "") -> str:
        """The hash of a user, as dex has it now; of the workspace's own without an address."""
        found = dex_config.find(self._dex.dex_text(), email or self._email)
        assert found
        return found.hash


def _token(platform: Platform) -> str:
    (user,) = YAML(typ="safe").load(platform.kubeconfig)["users"]
    assert set(user["user"]) == {"token"}, "a kubeconfig with other credentials has other secrets"
    return user["user"]["token"]


@contextmanager
def administrator(platform: Platform) -> Generator[None]:
    """Another administrator of AI Conductor: whose name stands nowhere else."""
    conductor = Hand(platform).conductor
    content = AccountContent("Another", "ADMIN", "another@example.com", "Example", "Platform")
    account = conductor.create_account(ADMIN, ADMIN_PASSWORD, content)
    yield
    conductor.delete_account(account.id)


def test_no_secret_of_a_run_is_in_clear_anywhere(platform: Platform, workspace: Callable[..., Workspace]) -> None:
    demo = workspace(
        "secretive", nodeGroups=NODE_GROUPS[1:], members=[{"email": MEMBER, "login": True}]
    ).with_plugins_of_its_own()
    run, temporary = Run(platform, demo), TemporaryFiles()
    with command_lines() as seen, administrator(platform):
        run.with_the_environment()
        run.with_the_configuration()
        held = [*files_with(platform.folder, run.secrets)]
        run.with_users_in_objects()
        run.told_of_it()
        held += files_with(platform.folder, run.secrets)
        while_it_stands = leaks_below(platform.folder, run.secrets, HOLDERS)
        with_secrets = run.engine.checked("stack", "export", "--show-secrets", "--stack", demo.stack).stdout
        run.end()

    assert len({secret.kind for secret in run.secrets}) == len(run.secrets) == 14
    assert {"given hash", "system account's password"} <= kinds_in(with_secrets, run.secrets)
    names = {str(path.relative_to(platform.folder)) for path in held}
    assert [each.path for each in HOLDERS if not any(fnmatch(name, each.path) for name in names)] == []

    assert {where: found for where, text in run.shown.items() if (found := leaks_in(text, run.secrets))} == {}
    assert {line for line in seen if leaks_in(line, run.secrets)} == set()
    assert while_it_stands == []
    assert leaks_below(platform.folder, run.secrets, HOLDERS) == []
    assert files_with(demo.engine.project, run.secrets) == {}
    assert files_with(CHECKOUT / "stacks", run.secrets) == {}
    assert temporary.with_secrets(run.secrets) == {}


def test_only_the_owner_can_read_the_platforms_folder(platform: Platform) -> None:
    assert mode(platform.folder) == 0o700
    private = (
        "credentials.json",
        "data/kube/kubeconfig",
        "data/kube/tokens.csv",
        "data/dex/kubeconfig",
        "data/ai-conductor.json",
    )
    assert {name: mode(platform.folder / name) for name in private} == dict.fromkeys(private, 0o600)
