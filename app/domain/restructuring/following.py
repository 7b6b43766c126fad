"""Restructurings replayed on what is found late: who is written into a cell goes where its roll has gone (R-RS-11).

A member's cell may be said of days before a restructuring once that is applied. What it did to the member in the cell
believed until then is taken out of the record (`unmoved`), the new word is said, and the restructurings are replayed on
what that says (`follow`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.change import Row, Values
from app.domain.membership import ExitReason
from app.domain.period import Period, cover


@dataclass(frozen=True, slots=True)
class Destination:
    """Where those go who are in a cell on the first of the days; None: out of the register.

    `operation_id` applied the restructuring that says so.
    """

    days: Period
    cell_id: UUID | None
    operation_id: UUID


@dataclass(frozen=True, slots=True)
class Followed:
    """Days on which a member is elsewhere than was said, because the cell held no members any more."""

    days: Period
    from_cell_id: UUID
    to_cell_id: UUID | None
    operation_id: UUID


Written = tuple[Period, Values | None]
Destinations = Mapping[UUID, Sequence[Destination]]


def follow(
    written: Sequence[Written], destinations: Destinations
) -> tuple[list[Written], tuple[Followed, ...]]:
    """The stays as restructurings leave them: cut where a cell holds members no more, and going on where those went.

    Only who was in a cell before goes with its roll: a stay that begins when the cell is closed already is left as it
    is said (and refused: R-ORG-4). Several cells in turn are gone through, also on one day. No day is added or lost.
    """
    stays = _cover_by_cell(written)
    followed: list[Written] = []
    ways: list[Followed] = []
    for period, values in written:
        if values is None or values["cell_id"] is None:
            followed.append((period, values))
            continue
        cell_id = values["cell_id"]
        begun = next(stay.start for stay in stays[cell_id] if stay.contains(period.start))
        for days, to, way in _way(cell_id, begun, period, destinations):
            followed.append((days, values if way is None else _going_on(values, to)))
            if way is not None:
                ways.append(way)
    return followed, _joined(ways)


def onward(cell_id: UUID, on: date, destinations: Destinations) -> list[tuple[Period, UUID | None]]:
    """Where somebody is from a day on whose cell was this one before it was closed; None: out of the register."""
    stays, _ = follow([(Period(date.min), {"cell_id": cell_id})], destinations)
    return [
        (ahead, None if values is None else values["cell_id"])
        for days, values in stays
        if (ahead := days.intersect(Period(on))) is not None
    ]


def _cover_by_cell(rows: Sequence[Written]) -> dict[UUID, tuple[Period, ...]]:
    """When one is in which cell, whatever else changes meanwhile."""
    stays: dict[UUID, list[Period]] = {}
    for period, values in rows:
        if values is not None and values["cell_id"] is not None:
            stays.setdefault(values["cell_id"], []).append(period)
    return {cell_id: cover(periods) for cell_id, periods in stays.items()}


def _way(
    cell_id: UUID, begun: date, period: Period, destinations: Destinations
) -> Iterator[tuple[Period, UUID | None, Followed | None]]:
    """The pieces of a period, each with where one is then, and, but in the cell itself, with what led there."""
    here: UUID | None = cell_id
    left, since, start = cell_id, begun, period.start
    led: Destination | None = None
    passed: set[tuple[UUID, date]] = set()
    while True:
        onward = None if here is None else _next(destinations.get(here, ()), since, brought=led is not None)
        leaves = max(onward.days.start, since) if onward else None
        if leaves is None or (period.end and leaves >= period.end) or (here, leaves) in passed:
            onward, leaves = None, period.end
        if leaves is None or start < leaves:
            stay = Period(start, leaves)
            yield stay, here, None if led is None else Followed(stay, left, here, led.operation_id)
        if onward is None or leaves is None or here is None:
            return
        if start < leaves:
            left, start = here, leaves
        passed.add((here, leaves))
        here, since, led = onward.cell_id, leaves, onward


def _next(destinations: Sequence[Destination], since: date, *, brought: bool) -> Destination | None:
    """What closes a cell next to one who is there since a day; one who was brought there also goes on at once."""
    coming = [one for one in destinations if one.days.start > since or (brought and one.days.contains(since))]
    return min(coming, key=lambda one: one.days.start, default=None)


def _going_on(values: Values, to: UUID | None) -> dict[str, Any]:
    if to is not None:
        return {**values, "cell_id": to}
    out = {"cell_id": None, "standing": None, "exit_reason": ExitReason.TRANSFERRED_OUT.value}
    return {**values, **out}


def _joined(ways: Sequence[Followed]) -> tuple[Followed, ...]:
    """Neighbours that lead the same way are one."""
    joined: list[Followed] = []
    for way in ways:
        last = joined[-1] if joined else None
        if last is not None and last.days.end == way.days.start and _same(last) == _same(way):
            joined[-1] = Followed(Period(last.days.start, way.days.end), *_same(way))
        else:
            joined.append(way)
    return tuple(joined)


def _same(way: Followed) -> tuple[UUID, UUID | None, UUID]:
    return way.from_cell_id, way.to_cell_id, way.operation_id


def unmoved(rows: Sequence[Row], moved_on: Collection[date]) -> list[Row]:
    """The memberships as they would run on, had no restructuring moved the member.

    `moved_on` are the days from which a row is what a restructuring made of the one before: where it leads to another
    cell, or out, the member is still where he or she was; and so with what else was said of the new cell since.
    """
    stays: list[Row] = []
    led, led_to = False, None
    for number, (period, values) in enumerate(rows):
        if number == 0 or rows[number - 1][0].end != period.start:
            led = False
        elif period.start in moved_on:
            led, led_to = True, values["cell_id"]
        elif values["cell_id"] != led_to:
            led = False
        if led:
            still = stays[-1][1]
            values = still if values["cell_id"] is None else {**values, "cell_id": still["cell_id"]}
            if values == still:
                period = Period(stays.pop()[0].start, period.end)
        stays.append((period, values))
    return stays
