"""Stack files written for people: `workspacectl new`.

Owns: the text of a new file, whose comments say what to do, and that it is valid when it is written. Does not own the
programs and their settings (`project_workspace.config`), stacks of what exists already (`adopt/`), nor the stack
itself: `pulumi stack init` adds its own lines to the file.
"""
