"""Corrections of what is locked: one person proposes, a second one confirms or refuses (R-MEM-1)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.correction_proposals import PROPOSAL, CorrectionProposalState, CorrectionProposalStep
from app.domain.errors import NotFound, RuleBroken
from app.domain.masking import ProtectedField, mask_birth_date, mask_line, whole_by_duty
from app.domain.operation import OperationKind
from app.etag import require_version
from app.models.correction import PeriodShape
from app.models.correction_proposals import CorrectionProposalItem, CorrectionProposalRead
from app.models.member_corrections import PersonCorrection, PersonValue
from app.models.two_persons import Closure
from app.paging import Listing
from app.queries import correction_proposals as queries
from app.queries import two_persons as acts
from app.queries.asof import AsOf
from app.queries.ranges import to_range
from app.queries.reads import Asking, OfPersons
from app.services import history, member_corrections, reads
from app.services.access import held_roles, permitted
from app.services.history import Cause
from app.services.member_locks import locked_by, rule_of
from app.services.member_record import MemberRecord, as_texts, take
from app.services.two_persons import course, known_at, part_of, steps_of

ACTIONS = (Action.CORRECT_MEMBER,)


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The proposals about members whom the actor may correct, the oldest first."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.CORRECT_MEMBER))
    return Listing(
        sql,
        arguments,
        {"id": "uuid"},
        to_item,
        visible=visible,
        persons=OfPersons(),
        duty=Action.CORRECT_MEMBER,
    )


async def get_recorded(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, proposal_id: UUID
) -> CorrectionProposalRead:
    """One proposal, recorded. 404 where the member is out of reach or not the actor's to correct."""
    row, held = await _find(connection, as_of, actor, proposal_id)
    read = _read_of(row, as_of, actor, held)
    await reads.record_shown(connection, asking, [read.member_id])
    return read


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, proposal_id: UUID
) -> tuple[Record, list[HeldRole]]:
    row = await queries.get(connection, as_of, proposal_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.CORRECT_MEMBER, held):
        raise NotFound("not_found")
    return row, held


def to_item(row: Record) -> CorrectionProposalItem:
    """A proposal as lists show it."""
    return CorrectionProposalItem(**_item(row, held_roles(row["held"])))


def _item(row: Record, held: Sequence[HeldRole]) -> dict[str, Any]:
    """What is shown of a proposal: its value masked as the member is to this actor."""
    whole = whole_by_duty(held)
    value, masked = PersonValue(**row["value"]), dict[str, Any]()
    if ProtectedField.BIRTH_DATE not in whole:
        births = value.model_fields_set & {"birth_date", "citizen_birth_date"}
        masked |= {name: mask_birth_date(getattr(value, name)) for name in births}
    if ProtectedField.RESIDENCE not in whole and "residence" in value.model_fields_set:
        masked["residence"] = mask_line(value.residence)
    return course(row) | {
        "member_id": row["member_id"],
        "period": _period_of(row),
        "fields": sorted(value.model_fields_set),
        "value": value.model_copy(update=masked),
        "evidence": row["evidence"],
    }


def _period_of(row: Record) -> PeriodShape:
    return PeriodShape(from_=row["period"].lower, to=row["period"].upper)


def _read_of(row: Record, as_of: AsOf, actor: Actor, held: Sequence[HeldRole]) -> CorrectionProposalRead:
    return CorrectionProposalRead(
        **_item(row, held),
        steps=steps_of(PROPOSAL, CorrectionProposalState(row["state"]), row, actor, held),
        known_at=known_at(row, as_of),
        actions=permitted(ACTIONS, held),
    )


async def propose(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: PersonCorrection
) -> CorrectionProposalRead:
    """Propose a correction of locked particulars. It is checked whole now, and again when it is confirmed."""
    member = await take(connection, cause, member_id, [])
    require(Action.PROPOSE_CORRECTION, member.held)
    require_version(expected_version, member.version)
    judged = await member_corrections.judge(connection, cause, member, document)
    if not await locked_by(connection, member_id, document.value, judged.period):
        raise RuleBroken(
            "R-MEM-1", "needs_no_second_person", **await rule_of(connection, judged.period.start)
        )
    proposal_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CORRECTION_PROPOSED,
        {"member": str(member_id), "proposal": str(proposal_id), "cells": as_texts(judged.cells)},
        reason=document.reason,
    )
    await acts.insert(
        connection,
        "correction_proposal",
        {
            "id": proposal_id,
            "operation_id": operation_id,
            "proposer_id": cause.actor.id,
            "member_id": member_id,
            "period": to_range(judged.period),
            "value": document.value.model_dump(mode="json", exclude_unset=True),
            "evidence": document.evidence,
        },
    )
    await history.touch(connection, cause, operation_id, concerned=judged.cells, members=[member_id])
    return await _get(connection, cause, proposal_id)


async def _get(connection: Connection, cause: Cause, proposal_id: UUID) -> CorrectionProposalRead:
    row, held = await _find(connection, cause.as_of, cause.actor, proposal_id)
    return _read_of(row, cause.as_of, cause.actor, held)


async def confirm(
    connection: Connection, cause: Cause, proposal_id: UUID, expected_version: int
) -> CorrectionProposalRead:
    """Carry out what another proposed: from now on the register believes so."""
    row, member, state = await _begin(
        connection, cause, proposal_id, expected_version, CorrectionProposalStep.CONFIRM
    )
    document = PersonCorrection(
        fact="person",
        period=_period_of(row),
        value=PersonValue(**row["value"]),
        reason=row["reason"],
        evidence=row["evidence"],
    )
    judged = await member_corrections.judge(connection, cause, member, document)
    operation_id = await member_corrections.record(
        connection, cause, judged, OperationKind.MEMBER_CORRECTION_CONFIRMED, _changes(row)
    )
    return await _close(connection, cause, row, state, operation_id)


async def refuse(
    connection: Connection, cause: Cause, proposal_id: UUID, expected_version: int, document: Closure
) -> CorrectionProposalRead:
    """Refuse what another proposed: nothing changes."""
    return await _end(
        connection, cause, proposal_id, expected_version, CorrectionProposalStep.REFUSE, document
    )


async def withdraw(
    connection: Connection, cause: Cause, proposal_id: UUID, expected_version: int, document: Closure
) -> CorrectionProposalRead:
    """Withdraw one's own proposal: nothing changes."""
    return await _end(
        connection, cause, proposal_id, expected_version, CorrectionProposalStep.WITHDRAW, document
    )


_KINDS = {
    CorrectionProposalState.REFUSED: OperationKind.MEMBER_CORRECTION_REFUSED,
    CorrectionProposalState.WITHDRAWN: OperationKind.MEMBER_CORRECTION_WITHDRAWN,
}


async def _begin(
    connection: Connection,
    cause: Cause,
    proposal_id: UUID,
    expected_version: int,
    step: CorrectionProposalStep,
) -> tuple[Record, MemberRecord, CorrectionProposalState]:
    """The proposal as it stands once its member is held, and the state after the step."""
    found, _ = await _find(connection, cause.as_of, cause.actor, proposal_id)
    member = await take(connection, cause, found["member_id"], [])
    row, held = await _find(connection, cause.as_of, cause.actor, proposal_id)
    state = PROPOSAL.advance(CorrectionProposalState(row["state"]), step, part_of(row, cause.actor), held)
    # Also where the two records of a merge were made two again meanwhile, and the other one is held.
    require_version(expected_version, row["version"])
    return row, member, state


async def _end(
    connection: Connection,
    cause: Cause,
    proposal_id: UUID,
    expected_version: int,
    step: CorrectionProposalStep,
    document: Closure,
) -> CorrectionProposalRead:
    row, member, state = await _begin(connection, cause, proposal_id, expected_version, step)
    changes = {"member": str(member.id)} | _changes(row)
    operation_id = await history.begin(connection, cause, _KINDS[state], changes, reason=document.reason)
    await history.touch(connection, cause, operation_id, concerned=[member.home], members=[member.id])
    return await _close(connection, cause, row, state, operation_id)


def _changes(row: Record) -> dict[str, Any]:
    """What the operation of a step says of the proposal."""
    return {"proposal": str(row["id"]), "proposer": str(row["proposer_id"]), "version": row["version"]}


async def _close(
    connection: Connection, cause: Cause, row: Record, state: CorrectionProposalState, operation_id: UUID
) -> CorrectionProposalRead:
    proposer_id, closer_id = row["proposer_id"], cause.actor.id
    await acts.close(
        connection, "correction_proposal", row["id"], proposer_id, closer_id, state.value, operation_id
    )
    return await _get(connection, cause, row["id"])
