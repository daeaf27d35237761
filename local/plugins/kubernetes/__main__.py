"""Stand-in for the provider plugin pulumi-kubernetes: the executable, `python -m local.plugins.kubernetes`."""

from local.plugins.kubernetes.plugin import plugin
from local.plugins.serving import serve

if __name__ == "__main__":
    serve(plugin)
