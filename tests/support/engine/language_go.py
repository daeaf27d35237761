"""A stand-in for `pulumi-language-go`, the engine's language host for Go; the official one is on no module proxy.

It knows the option `binary` alone: the program is built before. Everything else is that of the stand-in for Python.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from local.plugins.language import LanguageHost, _outcome, serve


class GoHost(LanguageHost):
    """Runs the binary that Pulumi.yaml names, with the environment of the Go SDK (`sdk/go/pulumi/run.go`)."""

    def Run(self, request: Any, context: Any) -> Any:
        binary = json_format.MessageToDict(request.info.options)["binary"]
        environment = {
            **os.environ,
            "PULUMI_ORGANIZATION": request.organization,
            "PULUMI_PROJECT": request.project,
            "PULUMI_ROOT_DIRECTORY": request.info.root_directory,
            "PULUMI_STACK": request.stack,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            "PULUMI_PARALLEL": str(request.parallel),
            "PULUMI_DRY_RUN": "true" if request.dryRun else "false",
            "PULUMI_MONITOR": request.monitor_address,
            "PULUMI_ENGINE": self._engine,
        }
        program = str(Path(request.info.root_directory, binary))
        with self._child(self._programs, [program], environment, cwd=request.pwd) as child:
            return _outcome(child.wait(), cancelled=not context.is_active())


if __name__ == "__main__":
    serve(lambda stop: GoHost(script="", engine=sys.argv[-1], stop=stop))
