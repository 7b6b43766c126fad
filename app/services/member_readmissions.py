"""Coming back after an exit by decision: on probation, within the rules of readmission."""

from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.ballots import BallotQuestion
from app.domain.deciding import Requirement
from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.leaving import ReadmissionRules, departures
from app.domain.membership import Standing
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.finding import to_findings
from app.models.following import to_followed
from app.models.member_acts import ActedMember, MemberReadmission
from app.queries import facts
from app.services import deciding, following, history
from app.services.deciding import Deciding
from app.services.history import Cause
from app.services.member_record import (
    as_texts,
    read,
    require_dates_in_order,
    require_over_all,
    take,
)

_RULES = tuple(f"readmission.{name}" for name in ReadmissionRules.__dataclass_fields__)


async def readmit(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MemberReadmission
) -> ActedMember:
    """Put a member who left by decision onto the roll of a cell again, on probation (R-READM-1 to -3)."""
    on, cell_id = document.effective_on, document.cell_id
    member = await take(connection, cause, member_id, [cell_id])
    require(Action.READMIT_MEMBER, member.held)
    require_version(expected_version, member.version)
    if not member.memberships or member.memberships[-1][1]["exit_reason"] is None:
        raise Conflict("nobody_to_readmit")
    past = departures(member.memberships)
    if on <= past[-1].on:
        raise Invalid(FieldError("/body/effective_on", "before_the_exit"))
    if document.consent and document.consent.signed_on > cause.today:
        raise Invalid(FieldError("/body/consent/signed_on", "day_to_come"))
    ends = {"/body/cell_id": {cell_id}}
    await require_over_all(connection, cause, Action.READMIT_MEMBER, member, ends)
    back = {"cell_id": cell_id, "standing": Standing.PROBATIONARY.value, "exit_reason": None}
    stay, ways = await following.of_stay(connection, member_id, Period(on), back)
    judged = await Deciding.read(
        connection, cause, document, on, lambda _: cell_id, "readmission.requirements", *_RULES
    )
    rules = ReadmissionRules(*(judged.on(key, on) for key in _RULES))
    rules.check(past, on, document.conviction_cleared_on)
    requirement = Requirement.of("R-READM-1", judged.on("readmission.requirements", on), "readmitted")
    findings = judged.judge(requirement)
    findings += rules.findings(past, document.consent is not None, document.conviction_cleared_on is not None)
    papers = [*document.decisions, *([document.consent] if document.consent else [])]
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_READMITTED,
        {
            "member": str(member_id),
            "cells": as_texts({cell_id, member.home}),
            "decided_by": document.decided_by and str(document.decided_by),
        },
        reason=document.reason,
        effective_on=on,
        decisions=papers,
    )
    await history.write(connection, operation_id, stay)
    anew = {"inducted_on": document.inducted_on, "recognised_on": None, "recognition_place": None}
    person = await history.plan_change(connection, facts.PERSON, (member_id,), on, anew)
    require_dates_in_order(person.written, anew)
    await history.write(connection, operation_id, person)
    await deciding.record(connection, operation_id, BallotQuestion.READMISSION, member_id, judged.ballots)
    await history.touch(connection, cause, operation_id, concerned=[member.home])
    readmitted = await read(connection, cause, member_id, member.began_on)
    return ActedMember(member=readmitted, findings=to_findings(findings), followed=to_followed(ways))
