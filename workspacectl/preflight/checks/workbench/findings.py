"""One line of several looks at one thing: how it came out is how the worst of them did.

Owns: that. Does not own any look.
"""

from __future__ import annotations

from collections.abc import Iterable

from workspacectl.preflight.answers import Answer, Outcome

_WORST_FIRST = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.WARNING, Outcome.OK)


def together(answers: Iterable[Answer]) -> Answer:
    """All of them as one: of those that are as bad as the worst one, everything; of the others nothing.

    At least one must be given.
    """
    every = list(answers)
    outcome = next(each for each in _WORST_FIRST if each in {answer.outcome for answer in every})
    told = [answer for answer in every if answer.outcome == outcome]
    details = tuple(detail for answer in every for detail in answer.details)
    return Answer(
        outcome,
        _joined(answer.seen for answer in told),
        _joined(answer.expected for answer in told),
        _joined(answer.remedy for answer in told),
        details,
    )


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
