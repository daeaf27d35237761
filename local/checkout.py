"""Where this checkout is: said once, for the platform, the generators, the measurements and the tests."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
