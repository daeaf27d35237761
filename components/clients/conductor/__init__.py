"""Client of AI Conductor's API: workspaces, accounts, members.

`client.Conductor` is the entry; `records` are its typed answers; `profile` loads the one file that knows the API's
paths and field names. Nothing is imported here: `client` needs libraries that are slow to load, and a preview that
calls nothing must not pay for them.
"""
