"""Stand-in for the provider plugin pulumi-random: random texts that stay in the state.

Only on PATH while the official plugin is not installed (docs/facts/local-platform.md, "The engine without the
official installation"). Owns nothing but the state: there is no remote, as with the real one.
"""
