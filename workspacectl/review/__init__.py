"""Previews for people who review: what a change does to which stacks, in a pull request's comment or a terminal.

Owns: running the preview, what is kept of the engine's events, the words, the cut, and the one comment or issue on
GitHub. Does not own the rules of the policy pack (`policy/`), nor when all this is run (`.github/workflows/`; any CI
can). Why events and not the usual digest of `pulumi preview --json`: only they tell what the policies said.
"""
