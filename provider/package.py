"""The package's components, and the provider that hosts them."""

from ai_devops_component import AiDevops
from hosting import SettingsProvider
from settings_component import PACKAGE, VERSION
from workbench_component import Workbench
from workspace_component import Workspace

PROVIDER = SettingsProvider([Workspace, Workbench, AiDevops], PACKAGE, None, VERSION)
