"""Stand-in for the executable pulumi-resource-aws: `python -m local.plugins.aws` prints its port and serves."""

from __future__ import annotations

from local.plugins.aws.plugin import plugin
from local.plugins.serving import serve

if __name__ == "__main__":
    serve(plugin)
