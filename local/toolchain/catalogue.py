"""The tools that can be built, and of what: docs/facts/local-platform.md, "What exists, and in which form".

Each has a small Go module of its own under `local/tools/` (one go.mod for several binaries would force one
version of every shared dependency on all of them). Versions stand there and nowhere else.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as distribution_version
from pathlib import Path

from local.toolchain import cache

MODULES = Path(__file__).parents[1] / "tools"

SDK = "github.com/pulumi/pulumi/sdk/v3"
"""The Go module whose folder also holds the two plain scripts in SCRIPTS."""

SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")

KUBERNETES_PLUGIN = "pulumi-resource-kubernetes"
_PLUGIN_MODULE = "github.com/pulumi/pulumi-kubernetes/provider/v4"

_KUBERNETES_LINK = (
    "-X k8s.io/component-base/version.gitVersion={version} "
    "-X k8s.io/component-base/version.gitMajor={major} "
    "-X k8s.io/component-base/version.gitMinor={minor}"
)


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One binary: `package`, built in the Go module `local/tools/<folder>`; `module` gives the version."""

    name: str
    folder: str
    module: str
    package: str
    link: str = ""
    """More for the linker; {version}, {major} and {minor} are those of `module`."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    files: tuple[str, ...] = ()
    """Files that belong beside the binary, by their paths in the module `files_of`."""
    files_of: str = SDK

    @property
    def directory(self) -> Path:
        return MODULES / self.folder

    @property
    def version(self) -> str:
        """As go.mod requires it, for example `v3.259.0`."""
        return _line(self.directory, rf"^(?:require )?\s*{re.escape(self.module)} (v\S+)")

    @property
    def go_version(self) -> tuple[int, int]:
        """The oldest Go that go.mod accepts."""
        major, minor = _line(self.directory, r"^go (\d+\.\d+)").split(".")
        return int(major), int(minor)

    @property
    def linker_flags(self) -> str:
        major, minor, _ = self.version.removeprefix("v").split(".", 2)
        return f"-s -w {self.link.format(version=self.version, major=major, minor=minor)}".strip()

    @property
    def target(self) -> Path:
        """Where the finished binary lies in the cache. Whatever goes into it goes into the path."""
        key = cache.digest(
            (self.directory / "go.mod").read_bytes(),
            (self.directory / "go.sum").read_bytes(),
            *(path.read_bytes() for path in sorted(self.directory.glob("*.go"))),
            *(self.package, self.linker_flags, repr(sorted(self.environment.items())), *self.files),
            # A home folder may be shared by machines of different kinds.
            *(platform.system(), platform.machine()),
        )
        return cache.root() / "tools" / f"{self.name}-{self.version}-{key}" / self.name


def _line(directory: Path, pattern: str) -> str:
    found = re.search(pattern, (directory / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"{directory / 'go.mod'} has no line like {pattern}")
    return found[1]


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="pulumi",
            folder="pulumi",
            module="github.com/pulumi/pulumi/pkg/v3",
            package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            link=f"-X {SDK}/go/common/version.Version={{version}}",
            files=SCRIPTS,
        ),
        Tool(
            name="etcd",
            folder="etcd",
            module="go.etcd.io/etcd/server/v3",
            package="go.etcd.io/etcd/server/v3",
        ),
        *(
            Tool(
                name=name,
                folder="kubernetes",
                module="k8s.io/kubernetes",
                package=f"k8s.io/kubernetes/cmd/{name}",
                link=_KUBERNETES_LINK,
            )
            for name in ("kube-apiserver", "kube-controller-manager")
        ),
        Tool(
            name="dex",
            folder="dex",
            module="github.com/dexidp/dex",
            package="github.com/dexidp/dex/cmd/dex",
            # Without C there is no SQLite storage, which nothing here uses, and the build is twice as fast.
            environment={"CGO_ENABLED": "0"},
        ),
        Tool(
            # For the commands of the runbook (docs/facts/runbook.md) only. A go.mod of its own, because a change of
            # it would rebuild the servers.
            name="kubectl",
            folder="kubectl",
            module="k8s.io/kubernetes",
            package="k8s.io/kubernetes/cmd/kubectl",
            link=_KUBERNETES_LINK,
        ),
        Tool(
            name="yq",
            folder="yq",
            module="github.com/mikefarah/yq/v4",
            package="github.com/mikefarah/yq/v4",
        ),
        Tool(
            # For `make test-official` only. It says the version that the SDK asks the engine for.
            name=KUBERNETES_PLUGIN,
            folder="kubernetes-plugin",
            module=_PLUGIN_MODULE,
            package=".",
            link=f"-X {_PLUGIN_MODULE}/pkg/version.Version=v{distribution_version('pulumi-kubernetes')}",
            files=tuple(f"cmd/{KUBERNETES_PLUGIN}/{name}" for name in ("schema.json", "terraform-mapping.json")),
            files_of=_PLUGIN_MODULE,
        ),
        *(
            # For the tests of `workspacectl images` only.
            Tool(
                name=name,
                folder=name,
                module=module,
                package=f"{module}/cmd/{name}",
                environment={"CGO_ENABLED": "0"},
            )
            for name, module in (
                ("registry", "github.com/distribution/distribution/v3"),
                ("crane", "github.com/google/go-containerregistry"),
            )
        ),
        Tool(
            # For the test of the workflows only.
            name="actionlint",
            folder="actionlint",
            module="github.com/rhysd/actionlint",
            package="github.com/rhysd/actionlint/cmd/actionlint",
            environment={"CGO_ENABLED": "0"},
        ),
    )
}
