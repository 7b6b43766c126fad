"""Meetings recorded, many in one act, and corrected: said anew as a whole, or struck out."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.errors import DomainError, FieldError, Invalid, refuse_any
from app.domain.operation import Bulk, OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.meeting import (
    AbsenceNew,
    MeetingCorrection,
    MeetingNew,
    MeetingsNew,
    MeetingValue,
    ResolutionNew,
)
from app.models.meeting_read import MeetingItem, MeetingRead
from app.queries import facts, locks
from app.queries import meetings as queries
from app.queries.facts import FactTable, Wanted
from app.services import history, meetings
from app.services.history import Cause
from app.services.meeting_judging import Judged, judge
from app.services.meetings import to_item

Said = tuple[FactTable, Wanted]
"""One thing to be believed, and in which table."""


async def create(
    connection: Connection, cause: Cause, document: MeetingsNew
) -> list[tuple[str, MeetingItem | DomainError]]:
    """Record meetings, in one act. Answers each item's pointer with the meeting, or the refusal (`each` only)."""
    await locks.own_organizations(connection, {one.organization_id for one in document.meetings})
    asked = [(f"/body/meetings/{number}", one) for number, one in enumerate(document.meetings)]
    judged = await judge(connection, cause, asked)
    if document.bulk is Bulk.ALL_OR_NOTHING:
        refuse_any(one.refusal for one in judged)
    made = {one.pointer: history.new_id() for one in judged if one.refusal is None}
    if made:
        accepted = [one for one in judged if one.refusal is None]
        operation_id = await history.begin(
            connection,
            cause,
            OperationKind.MEETINGS_RECORDED,
            {"meetings": [str(meeting_id) for meeting_id in made.values()]},
            reason=document.reason,
            decisions=document.decisions,
        )
        said = [row for one in accepted for row in _said(made[one.pointer], one)]
        await _write(connection, operation_id, said)
        await history.touch(connection, cause, operation_id)
    rows = await queries.get_many(connection, cause.as_of, made.values(), cause.actor.id)
    items = {row["id"]: to_item(row) for row in rows}
    return [(one.pointer, one.refusal or items[made[one.pointer]]) for one in judged]


def _said(meeting_id: UUID, judged: Judged) -> list[Said]:
    """All that is to be believed of a meeting."""
    one = judged.asked
    day = Period.of_day(one.day)
    meeting = {
        "organization_id": one.organization_id,
        "body": one.body.value,
        "committee_id": judged.committee_id,
        "kind": one.kind.value,
        "month": one.month,
        "not_held_reason": one.not_held_reason and one.not_held_reason.value,
    }
    said = [(facts.MEETING, Wanted((meeting_id,), day, meeting))]
    for absence in one.absences:
        wanted = Wanted((meeting_id, absence.member_id), day, {"reason": absence.reason.value})
        said.append((facts.ABSENCE, wanted))
    for number, resolution in enumerate(one.resolutions, start=1):
        assert judged.base is not None  # else it was refused
        values = {
            "title": resolution.title,
            "share": resolution.share.value,
            "summoned": judged.base.summoned,
            "left_out": {reason.value: persons for reason, persons in judged.base.left_out.items()},
            "in_favour": resolution.in_favour,
        }
        said.append((facts.RESOLUTION, Wanted((meeting_id, number), day, values)))
    return said


async def _write(connection: Connection, operation_id: UUID, rows: Sequence[Said]) -> None:
    """One statement a table, however many meetings."""
    for table in (facts.MEETING, facts.ABSENCE, facts.RESOLUTION):
        await facts.overwrite(connection, table, operation_id, [one for of, one in rows if of is table])


async def correct(
    connection: Connection, cause: Cause, meeting_id: UUID, expected_version: int, document: MeetingCorrection
) -> MeetingRead | None:
    """Say a meeting anew with all that was recorded of it, or strike it out (None)."""
    await queries.own_organization(connection, meeting_id)
    meeting, held = await meetings.find(connection, cause.as_of, cause.actor, meeting_id)
    require(Action.RECORD_MEETING, held)
    require_version(expected_version, meeting.version)
    day = Period.of_day(meeting.day)
    if document.period.required() != day:
        raise Invalid(FieldError("/body/period", "of_another_day", (("held_on", meeting.day.isoformat()),)))
    asked, old = await _recorded(connection, cause, meeting)
    new: list[Said] = []
    if document.value is not None:
        merged = _merged(asked, document.value)
        (judged,) = await judge(connection, cause, [("/body/value", merged)], besides=meeting_id)
        refuse_any([judged.refusal])
        new = _said(meeting_id, judged)
    edits = _edits(old, new)
    if not edits:
        raise Invalid(FieldError("/body/value", "nothing_to_change"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEETING_CORRECTED,
        {"meeting": str(meeting_id), "struck_out": document.value is None, "evidence": document.evidence},
        reason=document.reason,
    )
    await _write(connection, operation_id, edits)
    await history.touch(connection, cause, operation_id)
    if document.value is None:
        return None
    corrected, _ = await meetings.find(connection, cause.as_of, cause.actor, meeting_id)
    return corrected.model_copy(update={"known_at": None})


async def _recorded(
    connection: Connection, cause: Cause, meeting: MeetingRead
) -> tuple[MeetingNew, list[Said]]:
    """A meeting as it would be said today, and all that is believed of it."""
    as_of, key, day = cause.as_of, (meeting.id,), Period.of_day(meeting.day)
    absences = await queries.absences(connection, as_of, meeting.id, cause.actor.id, [])
    resolutions = await queries.resolutions(connection, as_of, meeting.id)
    ((_, values),) = await facts.believed(connection, facts.MEETING, key)
    said = [(facts.MEETING, Wanted(key, day, values))]
    said += [
        (facts.ABSENCE, Wanted((*key, one["member_id"]), day, {"reason": one["reason"]})) for one in absences
    ]
    said += [
        (
            facts.RESOLUTION,
            Wanted((*key, one["number"]), day, {name: one[name] for name in facts.RESOLUTION.values}),
        )
        for one in resolutions
    ]
    asked = MeetingNew(
        organization_id=meeting.organization_id,
        body=meeting.body,
        kind=meeting.kind,
        month=meeting.month,
        held_on=meeting.day if meeting.held else None,
        not_held_reason=meeting.not_held_reason,
        absences=[AbsenceNew(member_id=one["member_id"], reason=one["reason"]) for one in absences],
        resolutions=[
            ResolutionNew(title=one["title"], share=one["share"], in_favour=one["in_favour"])
            for one in resolutions
        ],
    )
    return asked, said


def _merged(asked: MeetingNew, value: MeetingValue) -> MeetingNew:
    """What was recorded, with what is given instead of it."""
    given = {name: getattr(value, name) for name in value.model_fields_set}
    gone = [name for name, one in given.items() if one is None]
    if gone:
        raise Invalid(*(FieldError(f"/body/value/{name}", "cannot_end") for name in gone))
    if "held_on" in given:
        given["not_held_reason"] = None
    elif "not_held_reason" in given:
        given = {"held_on": None, "absences": [], "resolutions": [], **given}
    merged = asked.model_copy(update=given)
    if fault := merged.fault():
        raise Invalid(FieldError("/body/value", fault.type))
    return merged


def _edits(old: Sequence[Said], new: Sequence[Said]) -> list[Said]:
    """What is to be struck out, and what to be said that is not believed already."""
    before = {(table.name, one.key): (table, one) for table, one in old}
    after = {(table.name, one.key): one for table, one in new}
    gone = [
        (table, replace(one, values=None))
        for key, (table, one) in before.items()
        if key not in after or after[key].valid != one.valid
    ]
    unchanged = [one for _, one in before.values()]
    return gone + [(table, one) for table, one in new if one not in unchanged]
