"""`workspacectl images`: the options. The work is in the modules beside this file."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Optional

import typer

from project_workspace.images.documents import mapped_text
from project_workspace.images.image_map import ImageMap
from workspacectl.failures import ToolError, as_sentences
from workspacectl.images import copying, shown
from workspacectl.images.asked import Registries, Seen, State, look
from workspacectl.images.copying import Tool
from workspacectl.images.lists import LISTS, ImageList, of_file, together
from workspacectl.images.needed import Needed, map_of, needed
from workspacectl.images.running import in_cluster, unlisted
from workspacectl.preflight.profiles import choose
from workspacectl.preflight.site import Site
from workspacectl.preflight.sites import site_of
from workspacectl.progress import Say, progress
from workspacectl.project_folder import ProjectFolder, program_in
from workspacectl.pulumi_cli import Engine

BAD = {State.MISSING, State.OTHER}
UNCLEAR = {State.VERSION, State.UNKNOWN}


def images(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help="Name of the stack, for example demo-dev.")],
    profile: Annotated[
        Optional[str],
        typer.Option(help=f"Whose images: {', '.join(LISTS)}. Default: those of the stack's program."),
    ] = None,
    registry: Annotated[
        Optional[str], typer.Option(help="The site's registry. Default: the stack's 'images.registry'.")
    ] = None,
    more: Annotated[
        Optional[list[Path]],
        typer.Option("--list", help="A file with further images: a reference a line, or Kubernetes documents (.yaml)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Ask the registries whether the images are there.")] = False,
    copy: Annotated[Optional[Tool], typer.Option(help="Print the commands that copy them.")] = None,
    run: Annotated[bool, typer.Option("--run", help="Run these commands, and verify the digests.")] = False,
    from_cluster: Annotated[
        bool, typer.Option("--from-cluster", help="Name what runs in the cluster and is not in the list.")
    ] = False,
    rewrite: Annotated[
        Optional[Path], typer.Option(help="Print this file with every image at its place in the site's registry.")
    ] = None,
    folder: ProjectFolder,
) -> None:
    """List the images that a stack and a platform need, and where the site has them.

    Exit code 0: nothing is missing; 1: something is; 2: nothing is, but a registry could not be asked.
    """
    asked = _Asked(check=check, copy=copy, run=run, from_cluster=from_cluster, rewrite=rewrite)
    with as_sentences(), progress() as say:
        listed = _chosen(profile, folder)
        say("Reading the stack's settings")
        site = site_of(Engine(folder.resolve(), dict(os.environ)), stack)
        where = map_of(site.options, registry)
        asked.require_sense(where)
        all_of_them = together(listed.images, [image for path in more or () for image in of_file(path)])
        wanted = needed(all_of_them, site.options, where)
        text = mapped_text(where, _read(rewrite), {each.source.name for each in all_of_them}) if rewrite else ""
        found = _Found() if rewrite else _look(asked, wanted, site, say)
    if rewrite:
        sys.stdout.write(text)
    elif copy and not run:
        print("\n".join(_commands(copy, wanted)))
    else:
        rows = shown.as_rows(wanted, found.seen)
        print(shown.as_json(rows) if as_json else "\n".join(shown.as_lines(rows)))
    for note in (*found.notes, *([f"{listed.name}: {listed.rest}"] if listed.rest and not rewrite else [])):
        print(note, file=sys.stderr)  # standard output is the list's
    raise typer.Exit(found.code)


@dataclass(frozen=True)
class _Asked:
    """What the command is to do with the list."""

    check: bool
    copy: Tool | None
    run: bool
    from_cluster: bool
    rewrite: Path | None

    def require_sense(self, where: ImageMap) -> None:
        """Raises `ToolError` for options that need another one."""
        if self.run and self.copy is None:
            raise ToolError("--run: Expected what shall copy beside it, for example '--copy crane'.")
        if (self.copy or self.rewrite) and not where.moves:
            raise ToolError("--registry: Expected the site's, for example '--registry registry.example.com'.")


@dataclass(frozen=True)
class _Found:
    """What registries and the cluster said."""

    seen: Mapping[Needed, Seen] = field(default_factory=dict[Needed, Seen])
    notes: Sequence[str] = ()
    unlisted: bool = False

    @property
    def code(self) -> int:
        """The exit code."""
        states = {each.state for each in self.seen.values()}
        return 1 if self.unlisted or states & BAD else 2 if states & UNCLEAR else 0


def _look(asked: _Asked, wanted: Sequence[Needed], site: Site, say: Say) -> _Found:
    """Ask, or copy, as far as it was asked for."""
    seen: list[Seen] = []
    notes: list[str] = []
    if asked.copy and asked.run:
        results = copying.run(asked.copy, wanted, Registries(os.environ), say)
        seen = [each for each, _ in results]
        notes.append(f"{sum(was for _, was in results)} of {len(results)} images were copied.")
    elif asked.check:
        seen = look(wanted, Registries(os.environ), say)
    extra: list[str] = []
    if asked.from_cluster:
        say("Looking at the cluster's pods")
        running = in_cluster(site.cluster)
        extra = [f"runs and is in no list: {each} ({running[each]})" for each in unlisted(running, wanted)]
    return _Found({each.needed: each for each in seen}, [*notes, *extra], bool(extra))


def _chosen(profile: str | None, folder: Path) -> ImageList:
    name = profile or choose(None, program_in(folder).namespace)[0]
    if name not in LISTS:
        raise ToolError(f"--profile: Expected one of {', '.join(LISTS)}, for example 'workspace'.")
    return LISTS[name]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(f"--rewrite: Expected a text file, for example 'manifests.yaml'; {path}: {error}.") from None


def _commands(copy: Tool, wanted: Iterable[Needed]) -> Iterator[str]:
    for image in wanted:
        if not image.image.is_one:
            yield f"# {image.source}: which version? Give it by --list."
        elif image.moves:
            yield shlex.join(copying.command(copy, image))
