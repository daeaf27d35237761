"""`make generate`: write every generated file anew."""

from __future__ import annotations

from codegen.generators import ALL

if __name__ == "__main__":
    for generator in ALL:
        generator.FILE.write_text(generator.text())
