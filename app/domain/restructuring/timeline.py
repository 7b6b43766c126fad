"""What is known of one fact over days: periods in order, none overlapping, each with a value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from app.domain.period import Period, cover

Value = TypeVar("Value")
Piece = tuple[Period, Value]


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Value]):
    """One fact over days. Nothing is said of days in no piece."""

    pieces: tuple[Piece[Value], ...] = ()

    @classmethod
    def of(cls, pieces: Iterable[Piece[Value]]) -> "Timeline[Value]":
        """The pieces in order; neighbours that say the same are one."""
        joined: list[Piece[Value]] = []
        for period, value in sorted(pieces, key=lambda piece: piece[0].start):
            if joined and joined[-1][1] == value and joined[-1][0].end == period.start:
                period = Period(joined.pop()[0].start, period.end)
            joined.append((period, value))
        return cls(tuple(joined))

    def __iter__(self) -> Iterator[Piece[Value]]:
        return iter(self.pieces)

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def at(self, on: date) -> Value | None:
        """What is said of a day; None where nothing is."""
        return next((value for period, value in self.pieces if period.contains(on)), None)

    def says(self, on: date) -> bool:
        """Whether anything is said of a day."""
        return any(period.contains(on) for period, _ in self.pieces)

    def days(self) -> tuple[Period, ...]:
        """The days of which anything is said, as few periods as can say it."""
        return cover(period for period, _ in self.pieces)

    def over(self, period: Period) -> "Timeline[Value]":
        """What is said of the days of a period alone."""
        return Timeline(
            tuple(
                (days, value) for held, value in self.pieces if (days := held.intersect(period)) is not None
            )
        )

    def without(self, period: Period) -> "Timeline[Value]":
        """The same with nothing said of the days of a period."""
        return Timeline(
            tuple((days, value) for held, value in self.pieces for days in held.subtract([period]))
        )

    def saying(self, period: Period, value: Value) -> "Timeline[Value]":
        """The same with a value over the days of a period, whatever was said of them."""
        return Timeline.of([*self.without(period), (period, value)])

    def until(self, on: date) -> "Timeline[Value]":
        """The same with nothing said from a day on."""
        return self.without(Period(on))

    @classmethod
    def since(cls, on: date, value: Value) -> "Timeline[Value]":
        """The value from a day on, for ever."""
        return cls(((Period(on), value),))

    def next_after(self, on: date) -> date | None:
        """The first day after one from which something else is said; None where nothing more is known."""
        return min((period.start for period, _ in self.pieces if period.start > on), default=None)

    def change(self, on: date, value: Value) -> "Timeline[Value]":
        """The value from a day on, up to where the fact is known to change next; in a gap, up to its end."""
        held = next((period for period, _ in self.pieces if period.contains(on)), None)
        return self.saying(Period(on, held.end if held else self.next_after(on)), value)

    def replace(self, on: date, old: Value, new: Value) -> "Timeline[Value]":
        """The new value wherever the old one is said, from a day on."""
        ahead = [(period, new if value == old else value) for period, value in self.over(Period(on))]
        return Timeline.of([*self.until(on), *ahead])

    def difference(self, other: "Timeline[Value]") -> list[tuple[Period, Value | None]]:
        """Where the other says otherwise: periods with what it says, None where it says nothing."""
        same = [
            days
            for period, value in self.pieces
            for held, said in other.pieces
            if said == value and (days := period.intersect(held)) is not None
        ]
        said_anew = [(piece, value) for period, value in other.pieces for piece in period.subtract(same)]
        told = [period for period, _ in other.pieces]
        unsaid = [(piece, None) for period, _ in self.pieces for piece in period.subtract(told)]
        return sorted([*said_anew, *unsaid], key=lambda piece: piece[0].start)
