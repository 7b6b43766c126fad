"""Badges by the shipped policies: award days, milestones, what brings them nearer (V-22) and later (V-21)."""

from datetime import date

import pytest
from make import shipped

from app.domain.badges import (
    award_before,
    award_on,
    considered_from,
    due,
    early_months,
    reached,
)
from app.domain.partial_date import add_months
from app.domain.party_age import Certainty, Span
from app.domain.policy import resolve

ROWS, ON = shipped("members"), date(2026, 1, 1)
DAYS = resolve(ROWS, "badge.award_days", ON).value
DELAYS = resolve(ROWS, "badge.discipline_delay_months", ON).value
EARLY = resolve(ROWS, "badge.early_months_illness", ON).value
MILESTONES = resolve(ROWS, "badge.milestones", ON).value


def day(text: str) -> date:
    return date.fromisoformat(text)


def known(text: str) -> Span:
    return Span(day(text), day(text))


@pytest.mark.parametrize(
    ("reached_on", "award", "before"),
    [
        ("2026-02-03", "2026-02-03", "2025-11-07"),
        ("2026-02-04", "2026-05-19", "2026-02-03"),
        ("2026-09-02", "2026-09-02", "2026-05-19"),
        ("2026-11-08", "2027-02-03", "2026-11-07"),
        ("2026-01-01", "2026-02-03", "2025-11-07"),
    ],
)
def test_a_milestone_falls_on_the_first_award_day_not_before_it(
    reached_on: str, award: str, before: str
) -> None:
    assert award_on(day(reached_on), DAYS) == day(award)
    assert award_before(day(reached_on), DAYS) == day(before)


def test_v21_a_warning_delays_the_badge_by_nine_months() -> None:
    forty = reached(known("1986-02-03"), 40).earliest
    assert forty == award_on(forty, DAYS) == day("2026-02-03")
    considered = considered_from(forty, [(day("2026-01-01"), "warning")], DELAYS)
    assert considered == day("2026-10-01")
    assert award_on(considered, DAYS) == day("2026-11-07")


def test_the_longest_discipline_delays_and_one_long_over_does_not() -> None:
    forty = day("2026-02-03")
    assert considered_from(forty, [], DELAYS) == forty
    assert considered_from(forty, [(day("2020-01-01"), "dismissal_from_post")], DELAYS) == forty
    both = [(day("2026-01-01"), "reprimand"), (day("2025-10-01"), "dismissal_from_post")]
    assert considered_from(forty, both, DELAYS) == day("2026-10-01")
    with pytest.raises(KeyError):
        considered_from(forty, [(day("2026-01-01"), "expulsion")], DELAYS)


def test_v22_gravely_ill_with_68_years_the_badge_of_70_may_be_given() -> None:
    seventy = reached(known("1958-01-01"), 70).earliest
    assert add_months(seventy, -early_months(70, EARLY)) == day("2026-01-01")
    sixty_five = reached(known("1962-01-01"), 65).earliest
    assert add_months(sixty_five, -early_months(65, EARLY)) == day("2026-01-01")
    posthumous = resolve(ROWS, "badge.early_months_posthumous", ON).value
    assert add_months(seventy, -posthumous) == day("2027-01-01")


def test_every_milestone_has_its_months_for_the_gravely_ill() -> None:
    assert [early_months(years, EARLY) for years in MILESTONES] == [12] * 7 + [24] * 5
    assert early_months(29, EARLY) == 0


@pytest.mark.parametrize(
    ("reached_on", "said"),
    [
        (known("2025-11-07"), None),
        (known("2025-11-08"), Certainty.CERTAIN),
        (known("2026-02-03"), Certainty.CERTAIN),
        (known("2026-02-04"), None),
        (Span(day("2026-01-01"), day("2026-01-31")), Certainty.CERTAIN),
        (Span(day("2026-02-01"), day("2026-02-28")), Certainty.POSSIBLE),
        (Span(day("2025-11-01"), day("2025-11-30")), Certainty.POSSIBLE),
        (Span(day("2025-01-01"), day("2025-11-07")), None),
    ],
)
def test_due_is_what_is_reached_since_the_award_before(reached_on: Span, said: Certainty | None) -> None:
    assert due(reached_on, day("2025-11-07"), day("2026-02-03")) is said
