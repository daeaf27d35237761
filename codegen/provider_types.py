"""The types of the Pulumi package, `provider/settings_types.py`, made of the options: `make generate`.

Owns: that file. Does not own the options (the subjects' own), nor what the package makes of its arguments
(`provider/settings_component.py`). Why a file that is generated: Pulumi's analyzer reads classes of the source, with
their docstrings, and knows neither pydantic's models nor annotated types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr

from codegen.option_docs import about
from codegen.paths import CHECKOUT
from codegen.settings import Setting, settings_of
from project_workspace.ai_devops.options import AiDevopsOptions
from project_workspace.options import WorkspaceOptions
from project_workspace.schema.kinds import plain_type
from project_workspace.workbench.options import WorkbenchOptions

FILE = CHECKOUT / "provider" / "settings_types.py"
ARGUMENTS: dict[str, type[BaseModel]] = {
    "WorkspaceArgs": WorkspaceOptions,
    "WorkbenchArgs": WorkbenchOptions,
    "AiDevopsArgs": AiDevopsOptions,
}
"""The arguments of each component, and of what they are made."""

HEAD = '''"""What the package's components take: the settings of a stack file. Made by `make generate`.

Left out: what only a stack says (files of this repository's stacks, and the connection to the cluster,
which is the caller's provider or KUBECONFIG), and every secret, because a plain argument would not stay one.
"""

from typing import Any, NotRequired, TypedDict'''


def text() -> str:
    """The file as it should be."""
    classes = {each: None for name, model in ARGUMENTS.items() for each in _classes(model, name)}
    return "\n\n\n".join([HEAD, *classes]) + "\n"


def offered(model: type[BaseModel]) -> list[Setting]:
    """The options of a model that are arguments of the package."""
    return [setting for setting in settings_of(model) if plain_type(setting.annotation) is not SecretStr]


def _classes(model: type[BaseModel], name: str) -> Iterator[str]:
    """The models inside a model, then its own class."""
    settings = offered(model)
    for setting in settings:
        if setting.section:
            yield from _classes(setting.section, setting.section.__name__)
    documented = about(model).replace("\n\n", "\n\n    ")
    members = [line for setting in settings for line in _member(setting)]
    yield "\n".join([f"class {name}(TypedDict):", f'    """{documented}"""', "", *members])


def _member(setting: Setting) -> Iterator[str]:
    kind = _text(setting.annotation)
    yield f"    {setting.name}: {kind if setting.required else f'NotRequired[{kind}]'}"
    yield f'    """{setting.whole_description}"""'


def _text(annotation: Any) -> str:
    kind = plain_type(annotation)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (list, dict):
        return f"{origin.__name__}[{', '.join(_text(argument) for argument in arguments)}]"
    return kind.__name__
