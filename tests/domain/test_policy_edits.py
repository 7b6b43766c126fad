"""Edits of policies: what an edit alters for whom."""

from datetime import date
from uuid import UUID

from app.domain.period import Period
from app.domain.policy import Combine, Confidence, PolicyRow, PolicyScope
from app.domain.policy_edits import alterations, days_altered, edited, first_days

PROVINCE, BLOC = UUID(int=1), UUID(int=2)


def row(
    value: object,
    start: date,
    end: date | None = None,
    *,
    of: UUID | None = None,
    combine: Combine = Combine.REPLACE,
    source: str = "S",
) -> PolicyRow:
    scope = PolicyScope.NATIONAL if of is None else PolicyScope.ORGANIZATION
    return PolicyRow(0, "k", scope, of, Period(start, end), value, combine, source, Confidence.SURE)


def year(number: int) -> date:
    return date(number, 1, 1)


def test_an_edit_cuts_the_row_of_its_own_scope_alone() -> None:
    rows = [row(30, year(2000)), row(20, year(2010), of=PROVINCE)]
    period = Period(year(2015), year(2016))
    after = edited(rows, None, period, row(25, period.start, period.end))
    assert sorted((one.valid.start, one.value) for one in after) == [
        (year(2000), 30), (year(2010), 20), (year(2015), 25), (year(2016), 30),
    ]  # fmt: skip
    assert edited(rows, PROVINCE, Period(year(2010)), None) == [rows[0]]


def test_what_can_differ_begins_where_a_row_begins_or_ends() -> None:
    rows = [row(1, year(2000), year(2012)), row(2, year(2012))]
    assert first_days(rows, Period(year(2010), year(2020))) == [year(2010), year(2012)]
    assert first_days(rows, Period(year(2012))) == [year(2012)]


def test_days_with_the_same_values_are_one_entry_and_organizations_are_counted_on_the_first() -> None:
    before = [row(30, year(2000)), row(20, year(2012), of=BLOC, combine=Combine.MIN)]
    period = Period(year(2010), year(2020))
    after = edited(before, None, period, row(25, period.start, period.end))
    groups = {year(2010): [((), 9)], year(2012): [((), 6), ((BLOC,), 4)]}
    (found,) = alterations("k", period, before, after, groups)
    assert (found.valid, found.organizations) == (period, 9)
    assert found.before is not None and found.before.value == 30
    assert found.after is not None and found.after.value == 25
    assert days_altered([found]) == (year(2020) - year(2010)).days


def test_a_stricter_row_below_hides_an_edit_and_a_looser_one_is_altered_by_it() -> None:
    before = [row(30, year(2000)), row(28, year(2000), of=BLOC, combine=Combine.MIN)]
    after = edited(before, None, Period(year(2010)), row(29, year(2010)))
    assert alterations("k", Period(year(2010)), before, after, {year(2010): [((BLOC,), 4)]}) == []
    after = edited(before, None, Period(year(2010)), row(20, year(2010)))
    (found,) = alterations("k", Period(year(2010)), before, after, {year(2010): [((BLOC,), 4)]})
    assert found.before is not None and found.before.value == 28
    assert (found.organizations, days_altered([found])) == (4, None)


def test_another_source_for_the_same_value_alters_nothing() -> None:
    before = [row(30, year(2000))]
    after = edited(before, None, Period(year(2010)), row(30, year(2010), source="T"))
    assert alterations("k", Period(year(2010)), before, after, {year(2010): [((), 1)]}) == []


def test_where_nothing_is_said_any_more_there_is_no_value_after() -> None:
    before = [row(30, year(2000))]
    after = edited(before, None, Period(year(2010)), None)
    (found,) = alterations("k", Period(year(2010)), before, after, {year(2010): [((), 1)]})
    assert (found.before is not None, found.after) == (True, None)
