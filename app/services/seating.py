"""Seats to be made, judged one after the other against reach, duty and rules, and written in one operation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, HeldRole, require
from app.domain.committees import (
    HEADS,
    CommitteeKind,
    HeldSeat,
    SeatBasis,
    SeatEndReason,
    SeatTitle,
    kind_of,
)
from app.domain.errors import Conflict, DomainError, FieldError, Invalid, RuleBroken
from app.domain.period import Period
from app.models.seat import SeatWanted
from app.queries import facts
from app.queries import seats as queries
from app.queries.facts import Wanted
from app.queries.ranges import to_period
from app.services import history
from app.services.access import held_roles
from app.services.committee_rules import CommitteeRules
from app.services.history import Cause
from app.services.members import may_read


@dataclass(slots=True)
class SeatedCommittee:
    """A committee with everyone who sits in it; the list grows with each seat that is accepted."""

    id: UUID
    organization_id: UUID
    kind: CommitteeKind
    size: int
    days: Sequence[Period]
    held: Sequence[HeldRole]
    rules: CommitteeRules | None
    seats: list[tuple[UUID, HeldSeat]] = field(default_factory=list)
    asked: set[UUID] = field(default_factory=set)
    """Those of the seats that the request itself asks for."""

    def recorded(self, seats: Iterable[UUID]) -> list[str] | None:
        """The ids of those of the seats that are on record, as refusals name them."""
        return [str(key) for key in seats if key not in self.asked] or None

    def over(self, valid: Period, member_id: UUID) -> list[tuple[UUID, HeldSeat]]:
        """The seats of the member that share days with the period."""
        return [
            (key, one) for key, one in self.seats if one.member_id == member_id and one.valid.overlaps(valid)
        ]


@dataclass(frozen=True, slots=True)
class Judged:
    """One item of a request: where it stands there, and either why it is refused or the seat it becomes.

    `former`: the seat that the person leaves for it.
    """

    pointer: str
    id: UUID
    committee_id: UUID
    seat: HeldSeat | None = None
    former: UUID | None = None
    refusal: DomainError | None = None


Asked = tuple[str, UUID, SeatWanted]
"""An item's pointer, its committee, and what is wanted."""


async def judge(
    connection: Connection, cause: Cause, committees: Mapping[UUID, SeatedCommittee], asked: Sequence[Asked]
) -> list[Judged]:
    """Each item in turn, as if those before it that are accepted were recorded."""
    members = {
        row["id"]: row
        for row in await queries.candidates(
            connection, {one.member_id for _, _, one in asked}, cause.actor.id, cause.today
        )
        if may_read(held_roles(row["held"]))
    }
    judged = []
    for pointer, committee_id, wanted in asked:
        committee, member = committees.get(committee_id), members.get(wanted.member_id)
        try:
            judged.append(_judge_one(pointer, committee_id, wanted, committee, member))
        except DomainError as refusal:
            judged.append(Judged(pointer, history.new_id(), committee_id, refusal=refusal))
    return judged


def _judge_one(
    pointer: str,
    committee_id: UUID,
    wanted: SeatWanted,
    committee: SeatedCommittee | None,
    member: Record | None,
) -> Judged:
    wrong = []
    if committee is None:
        wrong.append(FieldError(f"{pointer}/committee_id", "unknown_committee"))
    if member is None:
        wrong.append(FieldError(f"{pointer}/member_id", "unknown_member"))
    if committee is None or member is None:
        raise Invalid(*wrong)
    require(Action.MANAGE_COMMITTEE, committee.held)
    if kind_of(wanted.title) is not committee.kind:
        raise Invalid(FieldError(f"{pointer}/title", "title_of_another_kind"))
    valid = _period(pointer, wanted, committee.days)
    require_official(member["id"], [to_period(one) for one in member["official"]], valid)
    seat = HeldSeat(member["id"], wanted.title, wanted.basis, valid)
    former = _former(committee, seat)
    _require_no_other_head(committee, seat, former)
    others = [_cut(one, valid.start) if key == former else one for key, one in committee.seats]
    if committee.rules is not None and committee.kind is CommitteeKind.EXECUTIVE:
        committee.rules.caps(committee.size, valid.start).check_added(others, seat)
    seat_id = history.new_id()
    kept = [(key, one) for (key, _), one in zip(committee.seats, others, strict=True)]
    committee.seats[:] = [*kept, (seat_id, seat)]
    committee.asked.add(seat_id)
    return Judged(pointer, seat_id, committee_id, seat, former)


def _period(pointer: str, wanted: SeatWanted, days: Sequence[Period]) -> Period:
    """The days of the seat, within the committee's."""
    start = wanted.from_ or days[0].start
    term = next((one for one in days if one.contains(start)), None)
    if term is None:
        raise Invalid(FieldError(f"{pointer}/from", "seat_outside_term"))
    try:
        valid = Period(start, wanted.to or term.end)
    except ValueError:
        raise Invalid(FieldError(f"{pointer}/to", "period_empty")) from None
    if valid.subtract([term]):
        raise Invalid(FieldError(f"{pointer}/to", "seat_outside_term"))
    return valid


def require_official(member_id: UUID, official: Iterable[Period], valid: Period) -> None:
    """Only official members on a roll sit in committees, on every day of the seat (R-COM-5)."""
    missing = valid.subtract(official)
    if missing:
        raise RuleBroken(
            "R-COM-5",
            "seat_of_no_official",
            value="official",
            source="DL 3",
            records=[str(member_id)],
            on=missing[0].start.isoformat(),
        )


def _former(committee: SeatedCommittee, seat: HeldSeat) -> UUID | None:
    """The seat of the same person that the new one takes the place of, to its end."""
    over = committee.over(seat.valid, seat.member_id)
    if not over:
        return None
    (key, one), *more = over
    end = seat.valid.end
    taken_over = one.valid.start < seat.valid.start and (
        end is None or (one.valid.end is not None and one.valid.end <= end)
    )
    if more or one.title is seat.title or not taken_over:
        raise Conflict("seat_exists", records=committee.recorded(key for key, _ in over))
    return key


def _cut(seat: HeldSeat, day: date) -> HeldSeat:
    return HeldSeat(seat.member_id, seat.title, seat.basis, Period(seat.valid.start, day))


def _require_no_other_head(committee: SeatedCommittee, seat: HeldSeat, former: UUID | None) -> None:
    heads = [
        key
        for key, one in committee.seats
        if key != former and one.title in HEADS and one.valid.overlaps(seat.valid)
    ]
    if seat.title in HEADS and heads:
        raise Conflict("head_exists", records=committee.recorded(heads))


async def write(connection: Connection, operation_id: UUID, judged: Sequence[Judged]) -> None:
    """Record the accepted seats; former ones of the same persons end."""
    accepted = [(one, one.seat) for one in judged if one.seat is not None]
    left = [(one.former, seat.valid.start) for one, seat in accepted if one.former is not None]
    wanted = [
        Wanted(
            (one.id,),
            seat.valid,
            {
                "committee_id": one.committee_id,
                "member_id": seat.member_id,
                "title": seat.title.value,
                "basis": seat.basis.value,
            },
        )
        for one, seat in accepted
    ]
    await queries.end(connection, operation_id, left, SeatEndReason.OTHER_TITLE)
    await facts.overwrite(connection, facts.SEAT, operation_id, wanted)


def to_held_seat(row: Mapping[str, Any]) -> tuple[UUID, HeldSeat]:
    """A recorded seat and its id."""
    seat = HeldSeat(
        row["member_id"], SeatTitle(row["title"]), SeatBasis(row["basis"]), to_period(row["valid"])
    )
    return row["seat_id"], seat
