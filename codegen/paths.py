"""Where generated files are."""

from local.checkout import CHECKOUT

LIBRARY = CHECKOUT / "components" / "project_workspace"
