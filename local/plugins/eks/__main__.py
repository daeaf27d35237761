"""Stand-in for the provider plugin pulumi-eks: the executable, `python -m local.plugins.eks ENGINE_ADDRESS`.

Served by the SDK's own server for remote components, which offers no `Attach`: the engine starts this plugin
anew for every run.
"""

import sys

from pulumi.provider.server import main

from local.plugins.eks.component import EksProvider
from local.plugins.eks.references import register

if __name__ == "__main__":
    register()
    main(EksProvider(), sys.argv[1:])
