"""The Pulumi package `project-workspace`: its components, for programs in any of Pulumi's languages."""

import sys

from pulumi.provider import main

from package import PROVIDER

if __name__ == "__main__":
    main(PROVIDER, sys.argv[1:])
