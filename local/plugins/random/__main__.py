"""Stand-in for the provider plugin pulumi-random: the executable, `python -m local.plugins.random`."""

from local.plugins.provider import Plugin
from local.plugins.random.resources import RESOURCES
from local.plugins.serving import serve

if __name__ == "__main__":
    serve(lambda: Plugin(name="random", resources=RESOURCES))
