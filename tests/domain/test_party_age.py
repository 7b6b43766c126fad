"""Party age and probation: the named vectors, breaks, and dates known in part."""

from datetime import date

import pytest

from app.domain.partial_date import UNKNOWN_DATE, PartialDate
from app.domain.party_age import (
    AgeUnknown,
    PartyAge,
    Span,
    breaks,
    counted_since,
    party_age,
    probation_end,
)
from app.domain.period import Period

ON = date(2026, 6, 1)
BREAKING = {"removed", "expelled", "interrupted"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def days(start: str, end: str | None = None) -> Period:
    return Period(day(start), day(end) if end else None)


def age(admitted: str, *lost: Period, on: date = ON) -> PartyAge:
    found = party_age(PartialDate.parse(admitted), lost, "official", on)
    assert isinstance(found, PartyAge)
    return found


def test_v3_party_age_runs_from_the_decision_and_probation_from_the_ceremony() -> None:
    decision, ceremony = PartialDate.parse("2024-08-25"), PartialDate.parse("2024-09-15")
    assert probation_end(ceremony, 12) == PartialDate.parse("2025-09-15")
    assert party_age(decision, (), "probationary", day("2025-09-14")) is AgeUnknown.NOT_OFFICIAL
    once_official = party_age(decision, (), "official", day("2025-09-15"))
    assert once_official == PartyAge(Span(day("2024-08-25"), day("2024-08-25")), 12, 12)


@pytest.mark.parametrize(
    ("inducted", "end"),
    [("2024-02-29", "2025-02-28"), ("2024-09", "2025-09"), ("2024", "2025"), (None, None)],
)
def test_the_end_of_probation_is_known_as_exactly_as_the_ceremony(
    inducted: str | None, end: str | None
) -> None:
    found = probation_end(PartialDate.parse(inducted) if inducted else None, 12)
    assert found == (PartialDate.parse(end) if end else None)
    assert probation_end(UNKNOWN_DATE, 12) is None


@pytest.mark.parametrize(
    ("admitted", "standing", "why"),
    [
        ("1990", None, AgeUnknown.NOT_ON_THE_ROLL),
        ("1990", "probationary", AgeUnknown.NOT_OFFICIAL),
        (None, "official", AgeUnknown.ADMISSION_UNKNOWN),
        ("2026-06-02", "official", AgeUnknown.ADMISSION_LATER),
        ("2027", "official", AgeUnknown.ADMISSION_LATER),
    ],
)
def test_where_there_is_no_party_age_the_answer_says_why(
    admitted: str | None, standing: str | None, why: AgeUnknown
) -> None:
    assert party_age(PartialDate.parse(admitted) if admitted else None, (), standing, ON) is why


def test_an_admission_known_in_part_gives_the_least_and_the_most() -> None:
    assert (age("1986").least_months, age("1986").most_months) == (39 * 12 + 5, 40 * 12 + 5)
    assert (age("1986-06").least_months, age("1986-06").most_months) == (39 * 12 + 11, 40 * 12)
    assert (age("2026").least_months, age("2026").most_months) == (0, 5)  # some of its days are to come
    assert age("2026-06-01") == PartyAge(Span(ON, ON), 0, 0)


def test_a_break_of_two_years_is_two_years_whatever_their_days() -> None:
    for began in ("1988-01-01", "1989-01-01", "1991-07-31"):
        lost = days(began, str(int(began[:4]) + 2) + began[4:])
        assert age("1980-02-03", lost).since == Span(day("1982-02-03"), day("1982-02-03"))
    assert age("1980-02-03", days("1990-01-31", "1990-02-28")).since.earliest == day("1980-03-03")


def test_breaks_add_up_once_each_and_only_between_admission_and_the_day() -> None:
    overlapping = days("1990-01-01", "1991-01-01"), days("1990-06-01", "1992-01-01")
    assert age("1980-02-03", *overlapping) == age("1980-02-03", days("1990-01-01", "1992-01-01"))
    assert age("1980-02-03", days("1970-01-01", "1979-01-01")) == age("1980-02-03")
    assert age("1980-02-03", days("1970-01-01", "1980-02-04")).since.earliest == day("1980-02-04")
    assert age("1980-02-03", days("2026-06-01")) == age("1980-02-03")  # a break that begins on the day


def test_an_open_break_stops_party_age() -> None:
    lost = days("2020-02-03")
    assert [age("1980-02-03", lost, on=day(f"{year}-02-03")).most_months for year in (2020, 2021, 2025)] == [
        480
    ] * 3


def test_readmitted_counts_from_the_first_decision_and_what_is_no_break_counts() -> None:
    absences = [
        (days("2010-01-01", "2014-01-01"), "expelled"),
        (days("2016-01-01", "2017-01-01"), "transferred_out"),
        (days("2018-01-01", "2018-07-01"), "interrupted"),
        (days("2019-01-01", "2020-01-01"), "exempted"),
    ]
    lost = breaks(absences, BREAKING)
    assert lost == (absences[0][0], absences[2][0])
    assert age("2000-05-19", *lost).since.earliest == day("2004-11-19")


def test_nothing_counts_before_it_is_known_or_begun() -> None:
    assert counted_since(UNKNOWN_DATE, (), ON) is None
    assert counted_since(PartialDate.parse("2026-06-02"), (), ON) is None
