"""Where generated files are."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LIBRARY = CHECKOUT / "components" / "project_workspace"
