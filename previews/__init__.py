"""Previews for people who review: what a change does to which stacks, in a pull request's comment or a terminal.

Owns: reading the engine's events, the words, the cut, and the one comment or issue on GitHub. Does not own the previews
themselves (`pulumi preview --json` with PULUMI_ENABLE_STREAMING_JSON_PREVIEW set, run by any CI) nor the rules of the
policy pack (`policy/`). Why events and not the usual digest: only they tell what the policies said.
"""
