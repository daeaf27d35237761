"""The form of the library's data files: facts, and the packages that they were taken from.

Owns: that form. Does not own the facts. Why no date: the packages' versions say it, and the same packages give the same
file.
"""

from __future__ import annotations

import json
import re
from typing import Any

import botocore
import moto

SOURCE = f"botocore {botocore.__version__}, moto {moto.__version__}; made by `make generate`"


def text_of(facts: dict[str, Any]) -> str:
    """The file's text, a fact a line."""
    document = json.dumps({"source": SOURCE, "facts": facts}, indent=1)
    return re.sub(r"\n\s{3,}", " ", document).replace("\n  }", " }") + "\n"
