"""`workspacectl`, the command-line tool beside `pulumi`: what a stack needs before, between and after its updates.

Owns: one folder a group of commands (`new`, `adopt`, `review`), how `pulumi` is called (`pulumi_cli.py`), how a failure
becomes a sentence (`failures.py`) and what is seen of a long step (`progress.py`), each once. Does not own any
resource: that is the program's. Nothing here knows the local platform; that knows this.
"""
