"""The rule for every operation, every call of it and every fault: done or one sentence, and the next run completes it.

Owns: which cases there are, what a readable sentence is, and the comparison with an undisturbed run. Does not own the
remotes; a test file gives a `Bench` for its own. A fault that did not strike, because a busy machine looked like one
before it, is tried again with longer time limits.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest

from project_workspace.remote.provider import ProviderError
from tests.support.faults.limits import Limits
from tests.support.faults.proxy import ONLY_FOR_WRITES, OUTCOMES, TAKES_TIME, Call, Fault, Script

SENTENCE = re.compile(r"(?:[A-Z']|iam:|s3:|eks:|sts:).* \([^()]+.*\)\. [A-Z].+\.")
"""What (where). What to do."""
LONGEST_SENTENCE = 400
PATIENCE = (0.15, 1.0, 4.0)
"""Seconds a client waits for the answer that does not come: longer only where that was too short for the others."""
UNHURRIED = 30.0
THOROUGH = (pytest.mark.thorough,)


@dataclass(frozen=True)
class Case:
    """One fault at one call of an operation."""

    operation: str
    call: Call
    fault: Fault


@dataclass
class Trial(ABC):
    """One operation in a world of its own, made ready to run."""

    script: Script
    secrets: Sequence[str]

    @abstractmethod
    def act(self, patience: float) -> Any:
        """The operation, as the engine calls it in a new process; its answer without what differs by chance.

        `patience` is how many seconds the clients wait for an answer.
        """

    @abstractmethod
    def state(self) -> Any:
        """All that the remotes hold, without what differs by chance."""


@dataclass
class NamedTrial(Trial):
    """A trial on a thing with a name of its own, which is replaced in the answer."""

    name: str
    limits: Limits
    operate: Callable[[], Any] = field(default=lambda: None)

    def act(self, patience: float) -> Any:
        self.limits.set(patience)
        return str(self.operate()).replace(self.name, "NAME")


Begin = Callable[[str], AbstractContextManager[Trial]]
"""Makes a trial of an operation."""


@dataclass
class Bench:
    """Trials of one remote's operations, and what they do without a fault."""

    begin: Begin
    _undisturbed: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def calls_of(self, operation: str) -> list[str]:
        """The calls of an undisturbed run; the same call again and again at the end is a wait, and counted once."""
        with self.begin(operation) as trial:
            trial.script.clear()
            trial.act(UNHURRIED)
            labels = [call.label for call in trial.script.calls]
        while labels[-2:-1] == labels[-1:]:
            labels.pop()
        return labels

    def undisturbed(self, operation: str) -> tuple[Any, Any]:
        """Answer and state after a run without a fault."""
        if operation not in self._undisturbed:
            with self.begin(operation) as trial:
                self._undisturbed[operation] = (trial.act(UNHURRIED), trial.state())
        return self._undisturbed[operation]

    def prove(self, case: Case) -> None:
        """The rule."""
        waits = PATIENCE if case.fault in TAKES_TIME else (UNHURRIED,)
        for patience in waits:
            with self.begin(case.operation) as trial:
                struck, outcome = _disturbed(trial, case, patience)
                if struck:
                    assert outcome == self.undisturbed(case.operation)
                    return
        pytest.fail(f"{case.operation} made no {case.call}.")


def _disturbed(trial: Trial, case: Case, patience: float) -> tuple[bool, tuple[Any, Any]]:
    """Whether the fault struck; answer and state after the run, and after the next one where it failed."""
    trial.script.plan(case.call, case.fault)
    try:
        answer = trial.act(patience)
    except ProviderError as error:
        assert_readable(str(error), trial.secrets)
        trial.script.clear()
        answer = trial.act(UNHURRIED)
    return trial.script.struck, (answer, trial.state())


def assert_readable(text: str, secrets: Sequence[str]) -> None:
    """One line that says what, where and what to do, and nothing that it should not."""
    assert SENTENCE.fullmatch(text), text
    assert len(text) <= LONGEST_SENTENCE, text
    for unwanted in ("None", "Traceback", "Error:", "defect", "<html", "<body", *secrets):
        assert unwanted not in text, text


def cases(calls: Mapping[str, Sequence[str]], whole: str = "") -> list[Any]:
    """Every fault at every call of every operation, as pytest's parameters.

    Each way to end badly is in `make test` for every call, every fault for the first call of each kind in the operation
    `whole`: it stands for its transport. The rest of the matrix is thorough.
    """
    first = {_kind(label): Call(label) for label in reversed(calls.get(whole, ()))}
    return [
        pytest.param(
            Case(operation, call, fault),
            id=f"{operation}: {call}: {fault.value}",
            marks=() if _ends_otherwise(call, fault) or (operation == whole and call in first.values()) else THOROUGH,
        )
        for operation, labels in calls.items()
        for call in (Call(label, labels[: place + 1].count(label)) for place, label in enumerate(labels))
        for fault in Fault
        if not (_only_reads(call.label) and fault in ONLY_FOR_WRITES)
    ]


def _kind(label: str) -> tuple[bool, bool]:
    """Whether a call goes to AWS, whose clients are others than those of HTTP and Kubernetes, and whether it reads."""
    return ":" in label, _only_reads(label)


def _ends_otherwise(call: Call, fault: Fault) -> bool:
    """Whether the fault is a way of its own to end badly. A conflict of a call that only reads is a refusal."""
    return fault in OUTCOMES and not (fault is Fault.CONFLICT and _only_reads(call.label))


def _only_reads(label: str) -> bool:
    return label.startswith(("GET ", "iam:Get", "iam:List", "s3:List", "eks:Describe"))
