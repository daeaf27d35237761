"""The one error of the toolchain. Its text is the sentence that the user reads: what, where, what to do."""

from workspacectl.failures import ToolError


class ToolchainError(ToolError):
    """A tool cannot be had. The text is complete as it is: show it without a traceback."""
