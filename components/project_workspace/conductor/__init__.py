"""AI Conductor: the workspace's record there, the system account of Edge Conductor, and its membership.

Belongs here: everything that knows AI Conductor's API, its words and roles. Does not: the names that it derives from a
workspace's, which others need too (`names.py`), and when it is told of a workspace (`workspace/conductor.py`). Why so
many modules: the API for workspaces and accounts is not public, so what is known of it stands in data (`profiles/`),
apart from what is certain.
"""
