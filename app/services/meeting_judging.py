"""Whether a meeting can be recorded: duty, body, roll (R-MEET-2), month, and the votes of its resolutions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, HeldRole, allows, role_may_not
from app.domain.errors import Conflict, DomainError, FieldError, Invalid
from app.domain.hierarchy import OrganizationType
from app.domain.meetings import AbsenceReason, Group, MeetingBody, MeetingKind, base
from app.domain.membership import ActivityStatus, Standing
from app.domain.votes import Base
from app.models.meeting import MeetingNew
from app.queries import meetings as queries
from app.services.access import held_over
from app.services.history import Cause
from app.services.policies import Policies, hierarchies

EXCLUSIONS = "vote.base_exclusions"


@dataclass(frozen=True, slots=True)
class Judged:
    """One wanted meeting: where it stands in the request, which committee met, of how many votes are counted."""

    pointer: str
    asked: MeetingNew
    committee_id: UUID | None
    base: Base | None
    refusal: DomainError | None


async def judge(
    connection: Connection,
    cause: Cause,
    asked: Sequence[tuple[str, MeetingNew]],
    besides: UUID | None = None,
) -> list[Judged]:
    """Each meeting with its pointer against reach and duty, the day's organization and roll, and the others.

    `besides` is a meeting that is being said anew, and so stands in nobody's way.
    """
    held = await held_over(connection, cause, {one.organization_id for _, one in asked})
    wanted = [
        queries.Wanted(one.organization_id, one.body, one.month, one.day, one.kind is MeetingKind.REGULAR)
        for _, one in asked
    ]
    places = await queries.places(connection, cause.as_of, wanted, besides)
    rolls = await _rolls(connection, cause, asked, places)
    hierarchy_on = (await hierarchies(connection)).on
    policies = await Policies.read(connection, EXCLUSIONS)
    taken: set[tuple[UUID, MeetingBody, date]] = set()
    judged = []
    for number, ((pointer, one), place) in enumerate(zip(asked, places, strict=True)):
        refusal = _of_duty(pointer, one, held)
        counted = None
        if refusal is None:
            type_ = OrganizationType(place["type"]) if place["type"] else None
            holds_members = type_ is not None and hierarchy_on(one.day).types[type_].holds_members
            refusal = _of_place(pointer, one, place, holds_members, cause.today)
        if refusal is None:
            roll, strays = split(rolls[number])
            if one.resolutions and place["complete"]:
                counted = count(policies, roll, one.body, one.kind, one.day, place["path"])
            refusal = _of_roll(pointer, one, strays, counted)
        key = (one.organization_id, one.body, one.month)
        if refusal is None and one.kind is MeetingKind.REGULAR:
            if place["taken"] or key in taken:
                records = [str(place["taken"])] if place["taken"] else None
                refusal = Conflict("meeting_exists", pointer=pointer, records=records)
            taken.add(key)
        committee_id = place["committee_id"] if one.body is MeetingBody.COMMITTEE else None
        judged.append(Judged(pointer, one, committee_id, counted, refusal))
    return judged


async def _rolls(
    connection: Connection, cause: Cause, asked: Sequence[tuple[str, MeetingNew]], places: Sequence[Record]
) -> Mapping[int, list[Record]]:
    """Rows of the rolls by the number of the meeting; only those that are needed are read."""
    needed = [
        (number, one.body.value, one.organization_id, place["committee_id"], one.day)
        for number, ((_, one), place) in enumerate(zip(asked, places, strict=True))
        if one.absences or one.resolutions
    ]
    absences = [
        (number, absence.member_id, absence.reason.value)
        for number, (_, one) in enumerate(asked)
        for absence in one.absences
    ]
    found: Mapping[int, list[Record]] = defaultdict(list)
    if needed:
        for row in await queries.rolls_wanted(connection, cause.as_of, needed, absences):
            found[row["n"]].append(row)
    return found


def split(rows: Iterable[Record]) -> tuple[list[Group], set[UUID]]:
    """The roll of one meeting, and those said to be absent who were not on it."""
    roll, strays = [], set[UUID]()
    for row in rows:
        if row["standing"] is None:
            strays |= set(row["strays"])
            continue
        absence = AbsenceReason(row["reason"]) if row["reason"] else None
        roll.append(Group(Standing(row["standing"]), ActivityStatus(row["status"]), absence, row["persons"]))
    return roll, strays


def count(
    policies: Policies,
    roll: Sequence[Group],
    body: MeetingBody,
    kind: MeetingKind,
    day: date,
    path: Sequence[UUID],
) -> Base | None:
    """The base of the meeting's votes; None on days of which no rule is known."""
    exclusions = policies.said(EXCLUSIONS, day, path)
    return None if exclusions is None else base(roll, body, kind, exclusions)


def base_of(policies: Policies, row: Record, roll: Sequence[Group]) -> Base | None:
    """The base of a recorded meeting; None where it was not held, or its roll or rule is not known."""
    if not row["held"] or not row["complete"] or row["path"] is None:
        return None
    return count(policies, roll, MeetingBody(row["body"]), MeetingKind(row["kind"]), row["day"], row["path"])


def _of_duty(pointer: str, one: MeetingNew, held: Mapping[UUID, list[HeldRole]]) -> DomainError | None:
    roles = held.get(one.organization_id, [])
    if not allows(Action.READ_ORGANIZATION, roles):
        return Invalid(FieldError(f"{pointer}/organization_id", "unknown_organization"))
    if not allows(Action.RECORD_MEETING, roles):
        return role_may_not(Action.RECORD_MEETING, pointer=pointer)
    return None


def _of_place(
    pointer: str, one: MeetingNew, place: Record, holds_members: bool, today: date
) -> DomainError | None:
    said = "held_on" if one.held_on is not None else "month"
    if one.day > today:
        code = "day_to_come" if one.held_on is not None else "month_not_over"
        return Invalid(FieldError(f"{pointer}/{said}", code))
    if place["type"] is None or place["path"] is None:
        return Invalid(FieldError(f"{pointer}/{said}", "organization_not_alive_then"))
    if one.body is MeetingBody.CELL and not holds_members:
        return Invalid(FieldError(f"{pointer}/body", "body_of_another_kind"))
    if one.body is MeetingBody.COMMITTEE and place["committee_id"] is None:
        return Invalid(FieldError(f"{pointer}/body", "no_committee_then"))
    return None


def _of_roll(pointer: str, one: MeetingNew, strays: set[UUID], counted: Base | None) -> DomainError | None:
    wrong = [
        FieldError(f"{pointer}/absences/{place}/member_id", "not_on_its_roll")
        for place, absence in enumerate(one.absences)
        if absence.member_id in strays
    ]
    if one.resolutions and counted is None:
        wrong.append(FieldError(f"{pointer}/resolutions", "base_unknown"))
    elif one.resolutions and counted is not None and counted.size < 1:
        wrong.append(FieldError(f"{pointer}/resolutions", "base_empty"))
    elif counted is not None:
        wrong += [
            FieldError(f"{pointer}/resolutions/{place}/in_favour", "votes_beyond_base")
            for place, resolution in enumerate(one.resolutions)
            if resolution.in_favour > counted.size
        ]
    return Invalid(*wrong) if wrong else None
