"""Which AWS account a stack belongs to: what `check` adds, compares and says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from project_workspace.aws import provider_connection
from project_workspace.aws.provider_connection import Account
from project_workspace.aws.regions import REGION_STAYS
from project_workspace.lifecycle import account_identity
from project_workspace.lifecycle.account_identity import AccountIdentityProvider
from project_workspace.lifecycle.teardown_guard import TeardownGuardProvider
from project_workspace.remote.errors import CredentialsError, RemoteError
from project_workspace.remote.provider import ProviderError, RemoteProvider, StackConfig

OWN = Account("123456789012", "aws", "arn:aws:iam::123456789012:user/anna")
OTHER = Account("222222222222", "aws", "arn:aws:iam::222222222222:user/anna")
NOTE = {"accountId": OWN.id, "partition": "aws", "region": "eu-west-1"}
GIVEN = {"accountId": None, "partition": None, "region": "eu-west-1"}
REFUSED = (
    "This stack belongs to another AWS account: to 123456789012, and this is 222222222222 "
    "(arn:aws:iam::222222222222:user/anna, by AWS's usual chain). Choose an identity of the stack's own account "
    "(docs/operations.md, 'Another account')."
)

Reached = Callable[[Account | RemoteError], None]


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Reached:
    """Sets whom AWS takes us for."""

    def reach(found: Account | RemoteError) -> None:
        def account(_config: StackConfig) -> Account:
            if isinstance(found, RemoteError):
                raise found
            return found

        monkeypatch.setattr(account_identity, "account", account)
        monkeypatch.setattr(provider_connection, "account", account)

    return reach


def configured(kind: type[RemoteProvider]) -> Any:
    made = kind()  # pyright: ignore[reportAbstractUsage] - a subclass
    made._config = StackConfig({}.get)
    return made


@pytest.fixture
def provider() -> Any:
    return configured(AccountIdentityProvider)


def test_the_account_is_an_input_in_the_first_preview_already_and_stays_the_same(
    provider: Any, reached: Reached
) -> None:
    reached(OWN)
    first = provider.check({}, GIVEN)
    assert (first.inputs, first.failures) == (NOTE, [])
    made = provider.create(first.inputs)
    assert (made.id, made.outs) == (OWN.id, NOTE)
    again = provider.check(first.inputs, GIVEN)
    assert (again.inputs, again.failures) == (NOTE, [])
    assert provider.diff(made.id, made.outs, again.inputs).changes is False
    read = provider.read(made.id, made.outs)
    assert (read.outs, read.inputs) == (NOTE, NOTE)
    assert provider.update(made.id, made.outs, again.inputs).outs == NOTE


def test_another_account_is_refused_with_both_and_how_it_was_reached(provider: Any, reached: Reached) -> None:
    reached(OTHER)
    checked = provider.check(NOTE, GIVEN)
    assert checked.inputs == NOTE
    assert [(each.property, each.reason) for each in checked.failures] == [("", REFUSED)]
    for look in (lambda: provider.read(OWN.id, NOTE), lambda: provider.update(OWN.id, NOTE, NOTE)):
        with pytest.raises(ProviderError) as refused:
            look()
        assert str(refused.value) == REFUSED


def test_another_region_is_refused_before_the_provider_has_it(provider: Any, reached: Reached) -> None:
    reached(OWN)
    checked = provider.check(NOTE, {**GIVEN, "region": "us-east-1"})
    assert [(each.property, each.reason) for each in checked.failures] == [("region", REGION_STAYS)]


def test_a_destroy_in_another_account_ends_before_anything_is_deleted(reached: Reached) -> None:
    reached(OTHER)
    guard = configured(TeardownGuardProvider)
    for may_go in (False, True):
        with pytest.raises(ProviderError) as refused:
            guard.delete("b", {"bucket": "b", "region": "eu-west-1", "deleteData": may_go, "accountId": OWN.id})
        assert str(refused.value) == REFUSED


def test_an_account_that_is_not_reached_is_said_in_a_preview_and_stops_everything_else(
    provider: Any, reached: Reached, capfd: pytest.CaptureFixture[str]
) -> None:
    reached(CredentialsError("sts:GetCallerIdentity failed: no AWS credentials", where="AWS", remedy="Log in."))
    said = "Not verified: the AWS account. sts:GetCallerIdentity failed: no AWS credentials (AWS). Log in.\n"
    unknown = provider.check({}, {"region": "eu-west-1"})
    assert (unknown.inputs, unknown.failures) == ({"region": "eu-west-1"}, [])
    assert capfd.readouterr().err == said
    noted = provider.check(NOTE, GIVEN)
    assert (noted.inputs, noted.failures) == (NOTE, [])
    assert capfd.readouterr().err == said
    for look in (lambda: provider.create({}), lambda: provider.read(OWN.id, NOTE)):
        with pytest.raises(ProviderError, match="no AWS credentials"):
            look()
