"""The Pulumi package `project-workspace`: one component, for programs in any of Pulumi's languages."""

import sys

from pulumi.provider import main

from hosting import SettingsProvider
from workspace_component import PACKAGE, VERSION, Workspace

if __name__ == "__main__":
    main(SettingsProvider([Workspace], PACKAGE, None, VERSION), sys.argv[1:])
