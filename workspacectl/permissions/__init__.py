"""The IAM policies of docs/permissions.md, and what of them one stack needs.

Belongs here: the policies, one file for each who is given one, and their narrowing to a stack. Does not: who asks AWS
whether it is there (`workspacectl preflight`). Why not beside the page: an installed tool reads them, and there is to
be one list.
"""
