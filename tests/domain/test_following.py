"""Restructurings replayed on stays that are found late: nobody is lost, nobody stays where nobody can be."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.period import Period, cover
from app.domain.restructuring.following import Destination, Followed, follow, onward, unmoved

A, B, C, D = (UUID(int=number) for number in range(1, 5))
FIRST, SECOND = UUID(int=91), UUID(int=92)
BEGAN, DAY, LATER = date(2024, 1, 1), date(2026, 5, 1), date(2026, 8, 1)


def stay(
    cell_id: UUID | None, standing: str | None = "official", reason: str | None = None
) -> dict[str, Any]:
    return {"cell_id": cell_id, "standing": standing, "exit_reason": reason, "exit_ground": None}


OUT = stay(None, None, "transferred_out")


def to(cell_id: UUID | None, day: date = DAY, operation_id: UUID = FIRST) -> Destination:
    return Destination(Period(day), cell_id, operation_id)


def test_a_stay_goes_on_where_the_roll_of_its_cell_went() -> None:
    rows, ways = follow([(Period(BEGAN), stay(A))], {A: [to(B)]})
    assert rows == [(Period(BEGAN, DAY), stay(A)), (Period(DAY), stay(B))]
    assert ways == (Followed(Period(DAY), A, B, FIRST),)


def test_whose_cell_was_closed_is_where_its_roll_went_by_the_day() -> None:
    ways = {A: [to(B)], B: [to(None, LATER, SECOND)]}
    before = DAY - timedelta(days=1)
    assert onward(A, before, ways) == [
        (Period(before, DAY), A),
        (Period(DAY, LATER), B),
        (Period(LATER), None),
    ]
    assert onward(A, LATER, ways) == [(Period(LATER), None)]


def test_a_stay_that_ends_before_does_not_follow() -> None:
    rows = [(Period(BEGAN, DAY), stay(A))]
    assert follow(rows, {A: [to(B)]}) == (rows, ())


def test_a_stay_that_begins_in_a_closed_cell_is_left_to_be_refused() -> None:
    rows = [(Period(DAY), stay(A))]
    assert follow(rows, {A: [to(B)]}) == (rows, ())


def test_a_destination_that_is_closed_later_leads_on() -> None:
    rows, ways = follow([(Period(BEGAN), stay(A))], {A: [to(B)], B: [to(C, LATER, SECOND)]})
    assert [values["cell_id"] for _, values in rows if values] == [A, B, C]
    assert ways == (Followed(Period(DAY, LATER), A, B, FIRST), Followed(Period(LATER), B, C, SECOND))


def test_a_destination_that_is_closed_on_the_same_day_leads_on_at_once() -> None:
    rows, ways = follow([(Period(BEGAN), stay(A))], {A: [to(B)], B: [to(C, DAY, SECOND)]})
    assert rows == [(Period(BEGAN, DAY), stay(A)), (Period(DAY), stay(C))]
    assert ways == (Followed(Period(DAY), A, C, SECOND),)


def test_a_destination_out_of_the_register_is_an_exit() -> None:
    rows, _ = follow([(Period(BEGAN), stay(A))], {A: [to(None)]})
    assert rows == [(Period(BEGAN, DAY), stay(A)), (Period(DAY), OUT)]


def test_the_standing_of_later_days_goes_along() -> None:
    said = [(Period(BEGAN, LATER), stay(A, "probationary")), (Period(LATER), stay(A))]
    rows, ways = follow(said, {A: [to(B)]})
    assert rows == [
        (Period(BEGAN, DAY), stay(A, "probationary")),
        (Period(DAY, LATER), stay(B, "probationary")),
        (Period(LATER), stay(B)),
    ]
    assert ways == (Followed(Period(DAY), A, B, FIRST),)


def test_what_is_struck_out_and_who_is_out_follow_nothing() -> None:
    rows = [(Period(BEGAN, DAY), None), (Period(DAY), OUT)]
    assert follow(rows, {A: [to(B)]}) == (rows, ())


def test_cells_that_lead_to_each_other_on_one_day_end_the_way() -> None:
    rows, _ = follow([(Period(BEGAN), stay(A))], {A: [to(B)], B: [to(A)]})
    assert cover(period for period, _ in rows) == (Period(BEGAN),)


def test_whom_a_restructuring_moved_is_still_in_the_old_cell_without_it() -> None:
    rows = [
        (Period(BEGAN, DAY), stay(A, "probationary")),
        (Period(DAY, LATER), stay(B, "probationary")),
        (Period(LATER), stay(B)),
    ]
    assert unmoved(rows, {DAY}) == [
        (Period(BEGAN, LATER), stay(A, "probationary")),
        (Period(LATER), stay(A)),
    ]
    assert unmoved(rows, set()) == rows


def test_whom_a_restructuring_handed_over_is_still_here_without_it() -> None:
    rows = [(Period(BEGAN, DAY), stay(A)), (Period(DAY), OUT)]
    assert unmoved(rows, {DAY}) == [(Period(BEGAN), stay(A))]


def test_who_left_the_new_cell_by_another_act_left_it_all_the_same() -> None:
    rows = [(Period(BEGAN, DAY), stay(A)), (Period(DAY, LATER), stay(B)), (Period(LATER), stay(C))]
    assert unmoved(rows, {DAY}) == [(Period(BEGAN, LATER), stay(A)), (Period(LATER), stay(C))]


days = st.integers(0, 40).map(lambda number: BEGAN + timedelta(days=number))
cells = st.sampled_from([A, B, C, D])


@st.composite
def registers(draw: st.DrawFn) -> dict[UUID, list[Destination]]:
    """Cells that end, each on a day, in one that outlives it or on the same day by a later cell; D outlives all."""
    ends = {cell: draw(st.none() | days) for cell in (A, B, C)}
    order = [A, B, C, D]
    destinations: dict[UUID, list[Destination]] = {}
    for place, cell in enumerate(order[:3]):
        day = ends[cell]
        if day is not None:
            destinations[cell] = [to(draw(st.none() | st.sampled_from(order[place + 1 :])), day)]
    return destinations


@st.composite
def written(draw: st.DrawFn) -> list[tuple[Period, dict[str, Any]]]:
    """Rows without a gap, in one cell after the other, the last one open."""
    starts = sorted(draw(st.sets(days, min_size=1, max_size=5)))
    ends = [*starts[1:], None]
    return [
        (Period(start, end), draw(st.just(OUT) | cells.map(stay)))
        for start, end in zip(starts, ends, strict=True)
    ]


@given(written(), registers())
def test_no_day_is_lost_and_nobody_goes_into_a_closed_cell(
    rows: list[tuple[Period, dict[str, Any]]], destinations: dict[UUID, list[Destination]]
) -> None:
    followed, ways = follow(rows, destinations)
    assert sorted((one for one, _ in followed), key=lambda one: one.start) == [one for one, _ in followed]
    assert cover(one for one, _ in followed) == cover(one for one, _ in rows)
    assert sum(1 for _ in followed) >= len(rows)
    begun_closed = {
        (values["cell_id"])
        for period, values in rows
        if any(period.start >= one.days.start for one in destinations.get(values["cell_id"], ()))
    }
    for period, values in followed:
        assert values is not None
        for closed in destinations.get(values["cell_id"], ()):
            assert values["cell_id"] in begun_closed or not period.overlaps(closed.days)
        said = next(one for days, one in rows if days.contains(period.start))
        assert values["cell_id"] is None or values["standing"] == said["standing"]
    for way in ways:
        inside = [values for period, values in followed if values and period.overlaps(way.days)]
        assert {values["cell_id"] for values in inside} == {way.to_cell_id}
    again, nothing = follow(
        followed, {cell: one for cell, one in destinations.items() if cell not in begun_closed}
    )
    assert again == followed and nothing == ()
