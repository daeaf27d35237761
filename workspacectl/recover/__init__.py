"""`workspacectl recover`: a stack whose run was killed, brought to where `pulumi up` and `pulumi destroy` go on.

Owns: the command (`commands.py`), the order of its steps (`recovery.py`), the lock of a run that is dead (`lock.py`),
the state with its pending operations (`state.py`), the look for what AWS and Kubernetes made (`made.py`), carrying
through what this program's own providers had begun (`carried.py`), and what carries the stack's mark without any
operation that says so (`left.py`). Why a command: the engine notes what it was about to make and not what came of it,
and its own `refresh --import-pending-creates` imports nothing (docs/facts/pulumi-dynamic-providers.md, "Interrupted
runs").
"""
