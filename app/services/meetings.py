"""Meetings: lists, and one with who was there, of how many votes count, and what was resolved."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, roles_for
from app.domain.errors import NotFound
from app.domain.finding import Finding, FindingCode
from app.domain.meetings import (
    Group,
    ResolutionShare,
    attendance,
    share,
    unrecorded,
)
from app.domain.votes import Base
from app.models.finding import to_findings
from app.models.meeting import MOST_ABSENCES
from app.models.meeting_read import (
    AbsenceRead,
    AttendanceRead,
    BaseRead,
    MeetingItem,
    MeetingRead,
    ResolutionRead,
)
from app.paging import Listing, check_frame
from app.queries import meetings as queries
from app.queries import reads
from app.queries.asof import AsOf
from app.queries.reads import Asking
from app.recording import recorded_or_refused
from app.services.access import held_roles, permitted
from app.services.meeting_judging import EXCLUSIONS, base_of, split
from app.services.policies import Policies

ACTIONS = (Action.RECORD_MEETING,)
"""What can be done with a meeting."""

_SHARES = "vote.resolution"
_IN_TIME = {"month": "date", "day": "date", "id": "uuid"}


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The meetings of organizations within reach, month by month."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_ORGANIZATION))
    return Listing(sql, arguments, _IN_TIME, to_item, visible=visible, extra=queries.extra(as_of))


def to_item(row: Record) -> MeetingItem:
    """A meeting as lists show it."""
    return MeetingItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    return {name: row[name] for name in MeetingItem.model_fields}


async def get(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, meeting_id: UUID
) -> MeetingRead:
    """One meeting; that absentees were shown is recorded. 404 where out of reach, or struck out."""
    read, _ = await find(connection, as_of, actor, meeting_id)
    shown = sum(one.member_id is not None for one in read.absent)
    if shown:
        with recorded_or_refused():
            await reads.record(connection, asking, reads.OfPersons(), shown)
    return read


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, meeting_id: UUID
) -> tuple[MeetingRead, list[HeldRole]]:
    """One meeting with the roles held over its organization."""
    rows = await queries.get_many(connection, as_of, [meeting_id], actor.id)
    held = held_roles(rows[0]["roles_held"] if rows else None)
    if not allows(Action.READ_ORGANIZATION, held):
        raise NotFound("not_found")
    row = rows[0]
    roll, strays = split(await queries.rolls(connection, as_of, [meeting_id]))
    readers = roles_for(Action.READ_MEMBER)
    absences = await queries.absences(connection, as_of, meeting_id, actor.id, readers)
    policies = await Policies.read(connection, EXCLUSIONS, _SHARES)
    counted = base_of(policies, row, roll)
    resolved = [
        _to_resolution(one, policies, row) for one in await queries.resolutions(connection, as_of, meeting_id)
    ]
    read = MeetingRead(
        **_item(row),
        attendance=AttendanceRead(**asdict(attendance(roll))) if row["held"] and row["complete"] else None,
        base=counted
        and BaseRead(
            summoned=counted.summoned,
            left_out=dict(counted.left_out),
            size=counted.size,
            source=counted.source,
        ),
        absent=[_to_absence(one, strays) for one in absences[:MOST_ABSENCES]],
        resolved=resolved,
        findings=to_findings(_findings(roll, strays, counted, resolved)),
        known_at=check_frame(row, as_of),
        actions=permitted(ACTIONS, held),
    )
    return read, held


def _to_absence(row: Record, strays: set[UUID]) -> AbsenceRead:
    return AbsenceRead(
        member_id=row["member_id"] if row["seen"] else None,
        full_name=row["full_name"] if row["seen"] else None,
        reason=row["reason"],
        on_roll=row["member_id"] not in strays,
    )


def _to_resolution(one: Record, policies: Policies, row: Record) -> ResolutionRead:
    size = one["summoned"] - sum(one["left_out"].values())
    needed = share(policies.on(_SHARES, row["day"], row["path"] or ()), ResolutionShare(one["share"]))
    return ResolutionRead(
        **one, base=size, needed=needed.needed(size), carried=needed.carried(one["in_favour"], size)
    )


def _findings(
    roll: Sequence[Group], strays: set[UUID], counted: Base | None, resolved: Sequence[ResolutionRead]
) -> list[Finding]:
    """What does not fit: who left the roll since, a status not on record, bases counted when the roll was another."""
    found = []
    if strays:
        found.append(Finding("R-MEET-2", FindingCode.ABSENT_OFF_THE_ROLL, len(strays)))
    if said := unrecorded(roll):
        source = counted.source if counted else None
        found.append(Finding("R-VOTE-2", FindingCode.STATUS_NOT_RECORDED, said, source))
    if counted is not None:
        now = (counted.summoned, counted.left_out)
        found += [
            Finding("R-VOTE-2", FindingCode.SUMMONED_DIFFERS, counted.size, counted.source)
            for one in resolved
            if (one.summoned, one.left_out) != now
        ]
    return found
