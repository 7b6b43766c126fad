"""Seats: who sits in a committee, under which title, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.access import PermittedAction, Refusal
from dangbo_client.findings import Finding
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import Decision, act, correction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeat:
    """Someone's seat: from the committee's first day to the end of its term, where nothing else is said.

    `committee_id` is left out where the seat comes with a new committee.
    """

    member_id: str
    title: str
    basis: str
    committee_id: str | None = None
    from_: Day | None = None
    to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatItem:
    """A seat as lists show it; whose it is, only where the member is in your reach."""

    id: str
    committee_id: str
    committee_kind: str
    organization_id: str
    organization_name: str | None
    member_id: str | None
    full_name: str | None
    title: str
    basis: str
    end_reason: str | None
    periods: tuple[Period, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat(SeatItem):
    """One seat."""

    findings: tuple[Finding, ...]
    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatResult:
    """What became of one wanted seat: the seat, or the refusal."""

    seat: SeatItem | None = None
    refusal: Refusal | None = None


class Seats(Resource):
    """`client.seats`. `on` defaults to today, `known_at` to now."""

    @reads("seats")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        committee: str | None = None,
        member: str | None = None,
        title: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[SeatItem]:
        """Seats held on a day, in the order in which they were made."""

    @reads("seats/{seat_id}")
    def get(self, seat_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Seat:
        """One seat with its periods, whether or not it is held on the day."""

    def create(
        self,
        *wanted: NewSeat,
        each: bool = False,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> tuple[SeatResult, ...]:
        """Give up to 200 seats in one act: all or none of them; with `each`, every one for itself."""
        said = {
            "seats": [said_of(one) | {"committee_id": one.committee_id} for one in wanted],
            "bulk": "each" if each else "all_or_nothing",
        }
        return self._write(tuple[SeatResult, ...], ("seats",), act(reason, decisions, said))

    @writes("seats/{seat}/endings")
    def end(
        self,
        seat: Seat,
        *,
        ended_on: Day,
        end_reason: str,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Seat:
        """End a seat before the term; `ended_on` is the first day on which it is no longer held."""

    def correct(
        self,
        seat: Seat,
        value: dict[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
    ) -> Seat:
        """Say what should have been recorded over a period; None strikes it out."""
        path = ("seats", seat.id, "corrections")
        return self._write(Seat, path, correction(from_, to, reason, evidence, value=value), seat)


def said_of(wanted: NewSeat) -> dict[str, Any]:
    """What is said of a seat in any committee."""
    return {
        "member_id": wanted.member_id,
        "title": wanted.title,
        "basis": wanted.basis,
        "from": wanted.from_,
        "to": wanted.to,
    }
