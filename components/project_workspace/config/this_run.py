"""This run of the engine, as the `__main__.py` of each program needs it: its stack's settings, and the ways they say.

Owns: what is asked of the engine for them. Does not own how texts become settings (`loading.py`), nor any connection
(`aws/connection.py`, `kube/connection.py`): those, and the SDKs under them, are loaded when a program asks for one.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Optional, TypeVar

import pulumi

from project_workspace.config import loading, stack_file
from project_workspace.config.program import Options, Program
from project_workspace.config.stack_options import Reached

if TYPE_CHECKING:
    import pulumi_aws as aws

    from project_workspace.kube.connection import Connection

Chosen_co = TypeVar("Chosen_co", covariant=True)


@dataclass(frozen=True)
class ThisRun(Generic[Chosen_co]):
    """One run."""

    options: Chosen_co
    """The stack's settings."""
    config: Mapping[str, str]
    """The stack's configuration as the engine gives it."""
    secret_keys: Collection[str]
    """The keys of it that hold something encrypted."""

    def aws_provider(self, account_id: pulumi.Output[Optional[str]]) -> "aws.Provider":
        """The AWS provider of everything, held to this account."""
        from project_workspace.aws import connection

        return connection.provider(self.config, secret_keys=self.secret_keys, account_id=account_id)

    def connect(
        self: "ThisRun[Reached]", aws_provider: "aws.Provider", *, changes_secrets: bool = False
    ) -> "Connection":
        """The way to the cluster. `changes_secrets`: see `kube/connection.py`."""
        from project_workspace.kube import connection

        return connection.connect(
            self.config,
            cluster=self.options.cluster,
            region=self.options.region,
            from_cluster=self.options.kubernetes.from_cluster,
            aws_provider=aws_provider,
            changes_secrets=changes_secrets,
        )


def read(program: Program[Options]) -> ThisRun[Options]:
    """This run of the program. Raises `SettingsError` with everything that is wrong in the stack's settings."""
    config = pulumi.runtime.get_config_env()
    secret_keys = set(pulumi.runtime.get_config_secret_keys_env())
    root = Path(pulumi.get_root_directory())
    options = loading.load(
        program,
        config,
        secret_keys=secret_keys,
        environment=os.environ,
        stack_text=stack_file.text_of(root, pulumi.get_stack()),
        common_text=partial(stack_file.common_text_of, root),
    )
    return ThisRun(options, config, secret_keys)
