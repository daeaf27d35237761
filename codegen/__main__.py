"""`make generate`: write every generated file anew."""

from __future__ import annotations

from codegen import provider_types, settings_docs

WRITERS = (settings_docs.write, provider_types.write)

if __name__ == "__main__":
    for write in WRITERS:
        write()
