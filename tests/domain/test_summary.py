"""Age bands and size classes: whole years, bounds included, leap days, dates known only in part."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.partial_date import whole_months
from app.domain.summary import NumberClass, births, classes


def test_a_class_includes_its_bounds_and_may_have_no_upper_one() -> None:
    low, high = classes([{"id": "3_8", "from": 3, "to": 8}, {"id": "9_or_more", "from": 9}])
    assert [low.holds(number) for number in (2, 3, 8, 9)] == [False, True, True, False]
    assert high.holds(10_000) and not high.holds(8)


def test_the_births_of_a_band_end_with_the_birthday_that_opens_it() -> None:
    band = NumberClass("18_30", 18, 30)
    assert births(band, date(2023, 12, 31)) == (date(1993, 1, 1), date(2005, 12, 31))
    assert births(NumberClass("over_60", 61, None), date(2023, 12, 31)) == (None, date(1962, 12, 31))


def test_a_child_of_29_february_is_a_year_older_on_28_february() -> None:
    assert births(NumberClass("18_30", 18, None), date(2022, 2, 28)) == (None, date(2004, 2, 29))


@given(
    born=st.dates(date(1901, 1, 1), date(2010, 1, 1)),
    on=st.dates(date(2011, 1, 1), date(2100, 1, 1)),
    least=st.integers(1, 60),
    width=st.integers(0, 30),
)
def test_births_and_ages_tell_the_same(born: date, on: date, least: int, width: int) -> None:
    band = NumberClass("band", least, least + width)
    first, last = births(band, on)
    assert first is not None
    assert (first <= born <= last) == band.holds(whole_months(born, on) // 12)


@given(on=st.dates(date(1950, 1, 1), date(2100, 1, 1)), bound=st.integers(1, 100))
def test_neighbouring_bands_neither_overlap_nor_leave_a_gap(on: date, bound: int) -> None:
    younger, _ = births(NumberClass("younger", 0, bound - 1), on)
    _, older = births(NumberClass("older", bound, None), on)
    assert younger is not None and older + timedelta(days=1) == younger
