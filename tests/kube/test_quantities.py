"""Quantities of Kubernetes: their numbers and their canonical form are those of its own types."""

from decimal import localcontext
from fractions import Fraction
from pathlib import Path

from hypothesis import assume, given
from hypothesis import strategies as st
from kubernetes.utils.quantity import parse_quantity

from project_workspace.kube import quantities

QUANTITY = st.from_regex(quantities.QUANTITY, fullmatch=True)
POSSIBLE = QUANTITY.filter(lambda quantity: quantities.number(quantity) <= quantities.LARGEST)
TABLE = Path(__file__).with_name("quantities.txt")
"""What Kubernetes' own types make of quantities; `quantities.go` writes it."""


def test_the_canonical_form_is_that_of_kubernetes() -> None:
    rows = [line.split() for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert len(rows) > 1000
    assert [row for row in rows if not quantities.QUANTITY.fullmatch(row[0])] == []
    assert [(given, quantities.canonical(given)) for given, _, _ in rows] == [(given, form) for given, _, form in rows]


@given(quantity=POSSIBLE)
def test_the_canonical_form_is_a_quantity_that_stays_and_counts_the_same_up_to_a_thousandth(quantity: str) -> None:
    form = quantities.canonical(quantity)
    assert quantities.QUANTITY.fullmatch(form)
    assert quantities.canonical(form) == form
    assert 0 <= quantities.number(form) - quantities.number(quantity) < Fraction(1, 1000)
    assert quantities.is_whole(form) or not quantities.is_whole(quantity)


@given(quantity=POSSIBLE, same=st.sampled_from(["0{}", "00{}"]))
def test_two_spellings_of_one_quantity_have_one_canonical_form(quantity: str, same: str) -> None:
    assume(len(quantity) < 18)
    assert quantities.canonical(same.format(quantity)) == quantities.canonical(quantity)


@given(quantity=QUANTITY)
def test_a_whole_number_is_what_the_kubernetes_library_takes_for_one(quantity: str) -> None:
    with localcontext(prec=200):  # the library multiplies decimals, which are cut to 28 digits otherwise
        number = parse_quantity(quantity)
        assert quantities.is_whole(quantity) == (number == int(number))


@given(text=st.text(alphabet="0123456789.mkKMGTPEei+- ", max_size=45))
def test_every_right_quantity_can_be_judged(text: str) -> None:
    if quantities.QUANTITY.fullmatch(text):
        assert quantities.is_whole(text) in (True, False)
