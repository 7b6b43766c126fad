"""What is known of a fact over days, beside a table of every single day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Period
from app.domain.restructuring.timeline import Timeline

FIRST = date(2023, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(16)]
EVER = DAYS[-1]
"""What holds on the last of the days holds for ever."""

Said = dict[date, str]
days = st.sampled_from(DAYS)
values = st.sampled_from("abc")
timelines = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=16, max_size=16).map(
    lambda said: Timeline.of(
        (Period(day, None if day == EVER else day + timedelta(days=1)), value)
        for day, value in zip(DAYS, said, strict=True)
        if value is not None
    )
)
periods = st.tuples(days, st.one_of(st.none(), st.integers(1, 16))).map(
    lambda drawn: Period(drawn[0], None if drawn[1] is None else drawn[0] + timedelta(days=drawn[1]))
)


def said(timeline: Timeline[str]) -> Said:
    return {day: value for day in DAYS if (value := timeline.at(day)) is not None}


def sound(timeline: Timeline[str]) -> bool:
    """In order, none overlapping, each as long as it can be."""
    return all(
        one.end is not None and (one.end < other.start or (one.end == other.start and value != another))
        for (one, value), (other, another) in pairwise(timeline.pieces)
    )


@given(timelines, days, values)
def test_a_change_holds_up_to_where_something_else_is_known(
    timeline: Timeline[str], on: date, value: str
) -> None:
    expected = said(timeline)
    before = expected.get(on)
    starts = {piece.start for piece, _ in timeline}
    for day in DAYS[DAYS.index(on) :]:
        if (day > on and day in starts) or expected.get(day) != before:
            break
        expected[day] = value
    changed = timeline.change(on, value)
    assert said(changed) == expected
    assert sound(changed)


@given(timelines, days, st.sampled_from("abc"), st.sampled_from("abcd"))
def test_one_value_is_replaced_by_another_wherever_it_is_said_from_a_day_on(
    timeline: Timeline[str], on: date, old: str, new: str
) -> None:
    expected = {day: new if day >= on and value == old else value for day, value in said(timeline).items()}
    replaced = timeline.replace(on, old, new)
    assert said(replaced) == expected
    assert sound(replaced)


@given(timelines, periods)
def test_over_and_without_share_the_days_between_them(timeline: Timeline[str], period: Period) -> None:
    known = said(timeline)
    assert said(timeline.over(period)) == {day: one for day, one in known.items() if period.contains(day)}
    assert said(timeline.without(period)) == {
        day: one for day, one in known.items() if not period.contains(day)
    }
    assert Timeline.of([*timeline.over(period), *timeline.without(period)]) == timeline


@given(timelines, days)
def test_until_a_day_all_stays_and_from_it_on_nothing_is_said(timeline: Timeline[str], on: date) -> None:
    assert said(timeline.until(on)) == {day: value for day, value in said(timeline).items() if day < on}


@given(timelines, timelines)
def test_a_difference_applied_gives_the_other(one: Timeline[str], other: Timeline[str]) -> None:
    applied = one
    for period, value in one.difference(other):
        applied = Timeline.of([*applied.without(period), *([] if value is None else [(period, value)])])
    assert applied == other
    assert sound(applied)


@given(timelines, timelines)
def test_a_difference_speaks_of_no_day_on_which_both_say_the_same(
    one: Timeline[str], other: Timeline[str]
) -> None:
    told = [day for day in DAYS if any(period.contains(day) for period, _ in one.difference(other))]
    assert told == [day for day in DAYS if one.at(day) != other.at(day)]


@given(timelines)
def test_of_itself_nothing_differs(timeline: Timeline[str]) -> None:
    assert timeline.difference(timeline) == []


@given(timelines, days)
def test_days_at_and_says_agree(timeline: Timeline[str], on: date) -> None:
    assert timeline.says(on) == (timeline.at(on) is not None)
    assert timeline.says(on) == any(period.contains(on) for period in timeline.days())


@given(timelines, days)
def test_what_is_said_next_begins_on_the_first_later_day_on_which_a_piece_does(
    timeline: Timeline[str], on: date
) -> None:
    known = said(timeline)
    begins = [
        day
        for earlier, day in pairwise(DAYS)
        if day > on and day in known and known[day] != known.get(earlier)
    ]
    assert timeline.next_after(on) == min(begins, default=None)


def test_a_value_in_a_gap_ends_where_something_is_known() -> None:
    timeline = Timeline.of([(Period(DAYS[0], DAYS[2]), "a"), (Period(DAYS[5]), "b")])
    assert timeline.change(DAYS[3], "c").pieces == (
        (Period(DAYS[0], DAYS[2]), "a"),
        (Period(DAYS[3], DAYS[5]), "c"),
        (Period(DAYS[5]), "b"),
    )


def test_what_is_said_of_no_day_is_nothing() -> None:
    nothing: Timeline[str] = Timeline()
    assert not nothing
    assert nothing.change(FIRST, "a") == Timeline.since(FIRST, "a")
    assert nothing.difference(Timeline.since(FIRST, "a")) == [(Period(FIRST), "a")]
    assert Timeline.since(FIRST, "a").difference(nothing) == [(Period(FIRST), None)]
