"""Stack files written for people: `make new-stack`.

Owns: the text of a new file, whose comments say what to do, and that it is valid when it is written. Does not own the
settings (`components.settings`), stacks of what exists already (`adoption/`), nor the stack itself: `pulumi stack init`
adds its own lines to the file.
"""
