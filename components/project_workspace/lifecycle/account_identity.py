"""Which AWS account a stack belongs to: noted by its first `up`, and compared from then on; its region as well.

Owns: the note, and the comparison in every preview, `up` and refresh, before anything else of the workspace, the
provider included: by what a state says of its provider a destroy goes. Does not own: the comparison by each dynamic
resource (`aws/provider_connection.py`), nor by Pulumi's AWS provider, which is allowed that account only
(`aws/connection.py`). Why an input that `check` adds: so it is known in the first preview, in which nothing is made
yet, and the provider with it.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Optional

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, Resource

from project_workspace.aws.provider_connection import ACCOUNT, Account, account, other_account, require_account
from project_workspace.aws.regions import REGION_STAYS
from project_workspace.remote.errors import CredentialsError, UnreachableError
from project_workspace.remote.provider import Props, RemoteProvider, inputs_of

NOTED = (ACCOUNT, "partition")
"""Found out, and not given."""


@dataclass(kw_only=True)
class AccountIdentityArgs:
    """Where the stack is, as it says itself."""

    region: str
    """AWS region; can never change."""


class AccountIdentityProvider(RemoteProvider):
    """Notes the account as soon as it is reached, and looks at it again whenever somebody asks what would change."""

    what = "note of the AWS account"
    update_on: ClassVar[tuple[str, ...]] = (*NOTED, "region")
    immutable: ClassVar[Mapping[str, str]] = {"region": REGION_STAYS}

    def check(self, _olds: Props, news: Props) -> CheckResult:
        checked = super().check(_olds, news)
        noted = {name: _olds[name] for name in NOTED if _olds.get(name)}
        reached = self._run("look at the AWS account", {}, self._reached)
        if reached and not noted:
            noted = {ACCOUNT: reached.id, "partition": reached.partition}
        failures = list(checked.failures)
        if reached and reached.id != noted[ACCOUNT]:
            failures.append(CheckFailure("", str(other_account(self.config, noted[ACCOUNT], reached))))
        return CheckResult({**checked.inputs, **noted}, failures)

    def _reached(self) -> Account | None:
        try:
            return account(self.config)
        except (UnreachableError, CredentialsError) as error:
            # Said, and no more: whatever is done with AWS fails by itself.
            sys.stderr.write(f"Not verified: the AWS account. {error}\n")
            return None

    def do_create(self, inputs: Props) -> tuple[str, Props]:
        # Not reached when it was checked: then this says why.
        reached = account(self.config)
        return reached.id, {ACCOUNT: reached.id, "partition": reached.partition}

    def do_read(self, id_: str, outputs: Props) -> Props | None:
        require_account(self.config, outputs)
        return outputs

    def do_update(self, id_: str, olds: Props, news: Props) -> Props:
        require_account(self.config, olds)
        return {name: olds[name] for name in NOTED}

    def do_delete(self, id_: str, outputs: Props) -> None:
        """Nothing to delete: the note exists in the state only."""


class AccountIdentity(Resource, module="lifecycle", name="AccountIdentity"):
    """Ready when the account is known."""

    def __init__(self, name: str, args: AccountIdentityArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(AccountIdentityProvider(), name, inputs_of(args, **dict.fromkeys(NOTED)), opts)

    @property
    def account_id(self) -> pulumi.Output[Optional[str]]:
        """Id of the account, for example `123456789012`; none in a preview that does not reach it."""
        return pulumi.get(self, ACCOUNT)
