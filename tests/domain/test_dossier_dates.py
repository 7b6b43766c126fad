"""The order of a dossier's dates: refused only where every possible day is wrong."""

import pytest

from app.domain.dossier_dates import DATES, PAIRS, check_order
from app.domain.errors import RuleBroken
from app.domain.partial_date import UNKNOWN_DATE, PartialDate


def refusal(**dates: str | None) -> tuple[str, str] | None:
    known = {name: PartialDate.parse(text) if text else None for name, text in dates.items()}
    try:
        check_order(known, DATES)
    except RuleBroken as broken:
        assert (broken.rule, broken.message) == ("R-MEM-7", "dates_out_of_order")
        return broken.facts["first"], broken.facts["then"]
    return None


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(
    ("first", "then", "wrong"),
    [
        ("1990-05-10", "1990-05-09", "always"),
        ("1990-05-10", "1990-05-10", "apart"),
        ("1990-05-10", "1990-05-11", "never"),
        ("1990-05", "1990-04", "always"),
        ("1990-05", "1990-05", "never"),
        ("1990-05-31", "1990-05", "apart"),
        ("1990-05-30", "1990-05", "never"),
        ("1991", "1990", "always"),
        ("1990", "1990-01-01", "apart"),
        ("1990", "1990", "never"),
        (None, "1900", "never"),
        ("2199", None, "never"),
    ],
)
def test_two_dates_are_refused_only_where_it_is_sure(
    pair: tuple[str, str, bool], first: str | None, then: str | None, wrong: str
) -> None:
    earlier, later, apart = pair
    refused = wrong == "always" or (wrong == "apart" and apart)
    assert refusal(**{earlier: first, later: then}) == ((earlier, later) if refused else None)


def test_nobody_is_recognised_before_the_admission_though_the_ceremony_is_unknown() -> None:
    assert refusal(admitted_on="2001", recognised_on="2000") == ("admitted_on", "recognised_on")
    check_order({"birth_date": UNKNOWN_DATE, "admitted_on": PartialDate.parse("1950")}, DATES)


def test_only_the_dates_said_are_judged() -> None:
    known = {"admitted_on": PartialDate.parse("2001"), "inducted_on": PartialDate.parse("2000")}
    check_order(known, {"birth_date"})
    with pytest.raises(RuleBroken):
        check_order(known, {"inducted_on"})
