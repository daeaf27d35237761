"""The copies: a command for each image, printed or run.

Owns: the commands of the two tools, for all platforms with the digest kept, and that what was copied is what was
wanted. Does not own the tools. Why not `docker pull` and `push`: they take one platform, and so another digest.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from project_workspace.images.reference import Reference
from workspacectl.failures import ToolError
from workspacectl.images.asked import Registries, Seen, State, of_one
from workspacectl.images.needed import Needed
from workspacectl.registries.client import LOOPBACK

LIMIT_SECONDS = 3600.0
"""How long the copy of one image may take: some are of 20 GB."""


class Tool(StrEnum):
    """What copies."""

    SKOPEO = "skopeo"
    CRANE = "crane"


def command(tool: Tool, image: Needed) -> list[str]:
    """The command that copies one image: all platforms, by its digest where that is known.

    skopeo refuses a source with a tag and a digest (docs/facts/images.md, "Tools that copy"). The target has a tag.
    """
    source = replace(image.source, tag=None) if image.source.digest else image.source.explicit
    target = replace(image.pushed, digest=None).explicit
    if tool is Tool.CRANE:
        return ["crane", "copy", str(source), str(target)]
    plain = [f"--{end}-tls-verify=false" for end, one in (("src", source), ("dest", target)) if _is_local(one)]
    return ["skopeo", "copy", "--all", "--preserve-digests", *plain, f"docker://{source}", f"docker://{target}"]


def _is_local(reference: Reference) -> bool:
    """A registry of this machine has no certificate. crane knows that by itself."""
    return LOOPBACK.fullmatch(reference.registry) is not None


def run(
    tool: Tool, images: Iterable[Needed], registries: Registries, say: Callable[[str], None]
) -> list[tuple[Seen, bool]]:
    """Copy what is not at its target, one after the other; for each how it is then, and whether it was copied.

    Raises `ToolError` where the tool is not there.
    """
    if shutil.which(tool) is None:
        raise ToolError(f"Expected '{tool}' on the PATH. Install it, or leave '--run' away to have its commands.")
    return [_one(tool, image, registries, say) for image in images]


def _one(tool: Tool, image: Needed, registries: Registries, say: Callable[[str], None]) -> tuple[Seen, bool]:
    before = of_one(image, registries)
    if before.state in (State.THERE, State.VERSION) or not image.moves:
        return before, False
    say(f"Copying {image.source}")
    try:
        done = subprocess.run(
            command(tool, image),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return replace(before, why=f"{tool} did not end within {LIMIT_SECONDS:g} s"), False
    if done.returncode != 0:
        said = " ".join(done.stderr.split()[-40:])
        return replace(before, why=f"{tool} ended with exit code {done.returncode}: {said}"), False
    return of_one(image, registries), True
