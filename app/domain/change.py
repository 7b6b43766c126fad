"""What to write when a fact changes from a day, or was recorded wrongly over a period.

A fact may have several attributes (a person's particulars); an edit names some of them. Both answers are
periods with full values, ready to be written over what is believed (`app.queries.facts.overwrite`).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.domain.period import Period

Values = Mapping[str, Any]
Row = tuple[Period, Values]


def change_from(rows: Sequence[Row], on: date, edit: Values) -> list[Row]:
    """What makes the edit true from a day on, up to where one of its attributes is known to change next.

    A change recorded for a later day (of the same attributes) therefore stays. In a gap the edit holds up to
    the next known period.
    """
    following = sorted(
        (row for row in rows if row[0].end is None or row[0].end > on), key=lambda row: row[0].start
    )
    if not following or following[0][0].start > on:
        end = following[0][0].start if following else None
        return [(Period(on, end), edit)]
    edited = [following[0][1].get(name) for name in edit]
    written: list[Row] = []
    reached: date | None = on
    for period, values in following:
        if written and (period.start != reached or [values.get(name) for name in edit] != edited):
            break
        written.append((Period(max(period.start, on), period.end), {**values, **edit}))
        reached = period.end
    return written


def correct_over(rows: Sequence[Row], period: Period, edit: Values) -> list[Row]:
    """What makes the edit true over a period as if it had always been recorded so."""
    written: list[Row] = []
    for held, values in rows:
        within = held.intersect(period)
        if within is not None:
            written.append((within, {**values, **edit}))
    written += [(gap, edit) for gap in period.subtract([held for held, _ in rows])]
    return sorted(written, key=lambda row: row[0].start)
