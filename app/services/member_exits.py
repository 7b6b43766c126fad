"""Leaving the roll by a decision, or by death; and the decision that it was wrong."""

from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.ballots import BallotQuestion
from app.domain.committees import SeatEndReason
from app.domain.deciding import Requirement
from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.leaving import RESTORABLE, check_leaver
from app.domain.membership import ExitReason, Standing
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.finding import to_findings
from app.models.following import to_followed
from app.models.member_acts import ActedMember, MemberExit, MemberRestoration
from app.queries import facts, transfers
from app.queries import members as queries
from app.queries.facts import Wanted
from app.services import deciding, following, history, seats
from app.services.deciding import Deciding
from app.services.history import Cause
from app.services.member_record import as_texts, read, require_over_all, take


async def leave(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberExit
) -> ActedMember:
    """Take a member off the roll from a day on; departure from activity and seats end with it.

    Refused where the register knows another cell, standing or exit from a later day: one of the two is wrong. What
    restructurings did to the member on later days is no such knowledge: who had left was not moved (R-RS-11).
    """
    on, reason = document.effective_on, document.exit_reason
    if reason is ExitReason.TRANSFERRED_OUT:
        raise Invalid(FieldError("/body/exit_reason", "exit_by_transfer"))
    member = await take(connection, cause, member_id, [])
    require(Action.EXIT_MEMBER, member.held)
    require_version(expected_version, member.version)
    cell_id = member.cell_on(on)
    if cell_id is None:
        raise Invalid(FieldError("/body/effective_on", "not_on_the_roll"))
    if on == member.began_on:
        begun = (("began_on", on.isoformat()),)
        raise Invalid(FieldError("/body/effective_on", "before_the_second_day", begun))
    await require_over_all(connection, cause, Action.EXIT_MEMBER, member, {"/body/effective_on": {cell_id}})
    rows = await following.as_if_unmoved(connection, member_id, member.memberships, on)
    values = next(values for period, values in rows if period.contains(on))
    later = [period.start for period, known in rows if period.start > on and known != values]
    if later:
        raise Conflict("membership_known_later", first_day=later[0].isoformat())
    moved_to = member.cells_within([Period(on)]) - {cell_id}
    await require_over_all(connection, cause, Action.EXIT_MEMBER, member, {"/body/effective_on": moved_to})
    if transfer_id := await transfers.open_of(connection, member_id, on):
        raise Conflict("exit_with_open_transfer", transfer=str(transfer_id))
    check_leaver(reason, Standing(values["standing"]))
    judged = await Deciding.read(connection, cause, document, on, member.cell_on, "exit.requirements")
    requirement = Requirement.of("R-EXIT-2", judged.on("exit.requirements", on), reason.value)
    findings = judged.judge(requirement)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_LEFT,
        {
            "member": str(member_id),
            "cell": str(cell_id),
            "exit_reason": reason.value,
            "decided_by": document.decided_by and str(document.decided_by),
        },
        reason=document.reason,
        effective_on=on,
        decisions=document.decisions,
    )
    out = {"exit_reason": reason.value, "exit_ground": document.ground}
    await facts.overwrite(connection, facts.MEMBERSHIP, operation_id, [Wanted((member_id,), Period(on), out)])
    await facts.overwrite(connection, facts.ACTIVITY, operation_id, [Wanted((member_id,), Period(on), None)])
    ended = SeatEndReason.DECEASED if reason is ExitReason.DECEASED else SeatEndReason.LEFT_PARTY
    lost = await seats.end_for_leaver(connection, cause, operation_id, member_id, on, ended)
    await deciding.record(connection, operation_id, BallotQuestion.EXIT, member_id, judged.ballots)
    await history.touch(connection, cause, operation_id)
    left = await read(connection, cause, member_id, member.began_on)
    return ActedMember(member=left, findings=to_findings(findings), ended_seats=lost)


async def restore(
    connection: Connection,
    cause: Cause,
    member_id: UUID,
    expected_version: int,
    document: MemberRestoration,
) -> ActedMember:
    """Take the last exit back because a decision found it wrong: the member never left [06 5.3].

    Cell, standing and a departure from activity go on as before the exit. Where the cell has been restructured since,
    the member goes along with its roll; or the document names the cell of all the days since.
    """
    entered = [document.cell_id] if document.cell_id else []
    member = await take(connection, cause, member_id, entered)
    require(Action.RESTORE_MEMBER, member.held)
    require_version(expected_version, member.version)
    if not member.memberships or member.memberships[-1][1]["exit_reason"] not in RESTORABLE:
        raise Conflict("nothing_to_restore", exit_reasons=sorted(RESTORABLE))
    stay, held = next(row for row in reversed(member.memberships) if row[1]["cell_id"])
    assert stay.end is not None  # an exit follows
    days = Period(stay.end)
    cell_id = document.cell_id or held["cell_id"]
    ends = {"/body/cell_id": {cell_id, held["cell_id"]}}
    await require_over_all(connection, cause, Action.RESTORE_MEMBER, member, ends)
    resumed, ways = await following.resumed(connection, member_id, (stay, held), cell_id)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_RESTORED,
        {"member": str(member_id), "cells": as_texts(ends["/body/cell_id"]), "period": str(days)},
        reason=document.reason,
        effective_on=days.start,
        decisions=document.decisions,
    )
    await queries.resume(connection, facts.ACTIVITY, operation_id, member_id, days)
    await history.write(connection, operation_id, resumed)
    await history.touch(connection, cause, operation_id, concerned=ends["/body/cell_id"])
    restored = await read(connection, cause, member_id, member.began_on)
    return ActedMember(member=restored, findings=[], followed=to_followed(ways))
