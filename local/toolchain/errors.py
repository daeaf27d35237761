"""The one error of the toolchain. Its text is the sentence that the user reads: what, where, what to do."""


class ToolchainError(Exception):
    """A tool cannot be had. The text is complete as it is: show it without a traceback."""
