"""`workspacectl`: its groups of commands, put together.

Owns: nothing but that. Each group's commands, options and exit codes are in its own `commands.py`.
"""

from __future__ import annotations

import sys

try:
    import typer
except ModuleNotFoundError:
    sys.exit("error: Expected the command-line tool's packages, for example by 'pip install project-workspace[tool]'.")

from workspacectl.adopt import commands as adopt
from workspacectl.ai_devops import commands as ai_devops
from workspacectl.images import commands as images
from workspacectl.new import commands as new
from workspacectl.preflight import commands as preflight
from workspacectl.recover import commands as recover
from workspacectl.review import commands as review
from workspacectl.values import commands as values

app = typer.Typer(
    name="workspacectl",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="What a stack needs beside `pulumi`: a new stack's file, a look at what its `up` needs, adoption, recovery, "
    "review of changes.",
)
app.command(name="new")(new.new)
app.command(name="preflight")(preflight.preflight)
app.command(name="images")(images.images)
app.command(name="recover")(recover.recover)
app.command(name="values")(values.values)
app.add_typer(adopt.app, name="adopt")
app.add_typer(ai_devops.app, name="ai-devops")
app.add_typer(review.app, name="review")


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
