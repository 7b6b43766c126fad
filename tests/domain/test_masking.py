"""Masking: what of a number or a birth date stays readable."""

import pytest

from app.domain.masking import mask_birth_date, mask_number
from app.domain.partial_date import UNKNOWN_DATE, PartialDate


@pytest.mark.parametrize(
    ("number", "shown"), [("030085001234", "*********234"), ("0012", "*012"), ("123", "***"), ("1", "*")]
)
def test_of_a_number_the_last_three_characters_are_shown_but_never_all(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(("born", "shown"), [("1985-07-20", "1985"), ("1985-07", "1985"), ("1985", "1985")])
def test_of_a_birth_date_the_year_is_shown(born: str, shown: str) -> None:
    assert mask_birth_date(PartialDate.parse(born)) == PartialDate.parse(shown)


def test_an_unknown_birth_date_has_nothing_to_show() -> None:
    assert mask_birth_date(None) is None and mask_birth_date(UNKNOWN_DATE) is None
