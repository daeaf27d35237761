"""Stand-in for the provider plugin pulumi-random: the executable, `python -m local.plugins.random`."""

from local.plugins.provider import Plugin, serve
from local.plugins.random.resources import RESOURCES

if __name__ == "__main__":
    serve(Plugin(name="random", resources=RESOURCES))
