"""What the page docs/permissions.md has somebody given, and what of it one stack needs.

Belongs here: the rights, one list for each remote that has any, and their narrowing to a stack. Does not: who asks the
remote whether they are there (`workspacectl preflight`). Why not beside the page: an installed tool reads them, and
there is to be one list.
"""
