"""Starts a plugin without the SDK around the engine's gRPC messages: `python -m local.plugins.without_sdk <module>
[args]`.

`import pulumi.runtime.proto` runs `pulumi/__init__.py`, which imports the whole SDK: a tenth of a second of
each plugin's start, in each run. Here the packages above the generated modules are entered without being run.
For a plugin that uses those modules alone: anything else of the SDK is missing in such a process. Importing
this module changes nothing.
"""

from __future__ import annotations

import runpy
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

MESSAGES = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def skip_sdk() -> None:
    """Make MESSAGES packages whose modules can be imported and whose own code has not run."""
    spec = find_spec("pulumi")
    if spec is None or spec.origin is None:
        sys.exit("The Pulumi SDK is not installed in this Python. Install requirements.txt, as 'make setup' does.")
    root = Path(spec.origin).parents[1]
    for name in MESSAGES:
        package = ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package


if __name__ == "__main__":
    skip_sdk()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
