"""Corrections of what is locked: one person proposes, a second one confirms (R-MEM-1)."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, require, roles_for
from app.domain.errors import Forbidden, NotFound, RuleBroken
from app.domain.masking import ProtectedField, mask_birth_date, mask_line, whole_by_duty
from app.domain.operation import OperationKind
from app.etag import require_version
from app.models.access import ActorRead
from app.models.correction import PeriodShape
from app.models.correction_proposals import CorrectionProposalItem, Withdrawal
from app.models.member_corrections import CorrectedMember, PersonCorrection, PersonValue
from app.paging import Listing
from app.queries import correction_proposals as queries
from app.queries import facts
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.reads import OfPersons
from app.services import history, member_corrections
from app.services.access import held_roles
from app.services.history import Cause, Plan
from app.services.member_locks import locked_by, rule_of
from app.services.member_record import as_texts, take


async def propose(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: PersonCorrection
) -> CorrectionProposalItem:
    """Propose a correction of locked particulars. It is checked whole now, and again when it is confirmed."""
    period = document.period.required()
    member = await take(connection, cause, member_id, [])
    require(Action.CORRECT_MEMBER, member.held)
    require_version(expected_version, member.version)
    cells = await member_corrections.require_correction(connection, cause, member, period, None)
    await member_corrections.corrected(connection, cause, member, document, period)
    if not await locked_by(connection, member_id, document.value, period):
        raise RuleBroken("R-MEM-1", "needs_no_second_person", **await rule_of(connection, period.start))
    proposal_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CORRECTION_PROPOSED,
        {"member": str(member_id), "proposal": str(proposal_id), "cells": as_texts(cells)},
        reason=document.reason,
    )
    value = document.value.model_dump(mode="json", exclude_unset=True)
    said = (member_id, value, document.reason, document.evidence)
    wanted = Wanted((proposal_id,), period, said)
    await facts.overwrite(connection, facts.CORRECTION_PROPOSAL, operation_id, [wanted])
    await history.touch(connection, cause, operation_id, concerned=cells, members=[member_id])
    return _to_item(await _find(connection, cause, proposal_id))


def listing(as_of: AsOf, actor: Actor, within: UUID | None, member_id: UUID | None) -> Listing:
    """The proposals that wait for a second person, about members whom the actor may correct; the oldest first."""
    sql, arguments, visible = queries.listed(
        as_of, actor.id, roles_for(Action.CORRECT_MEMBER), within=within, member_id=member_id
    )
    return Listing(sql, arguments, {"id": "uuid"}, _to_item, visible=visible, persons=OfPersons())


def _to_item(row: Record) -> CorrectionProposalItem:
    """A proposal as answers show it: its value masked as the member is to this actor."""
    proposal = _to_proposal(row)
    whole = whole_by_duty(held_roles(row["held"]))
    value, masked = proposal.value, dict[str, Any]()
    if ProtectedField.BIRTH_DATE not in whole:
        births = value.model_fields_set & {"birth_date", "citizen_birth_date"}
        masked |= {name: mask_birth_date(getattr(value, name)) for name in births}
    if ProtectedField.RESIDENCE not in whole and "residence" in value.model_fields_set:
        masked["residence"] = mask_line(value.residence)
    return proposal.model_copy(update={"value": value.model_copy(update=masked)})


def _to_proposal(row: Record) -> CorrectionProposalItem:
    same = ("id", "member_id", "reason", "evidence", "proposed_at")
    return CorrectionProposalItem(
        **{name: row[name] for name in same},
        period=PeriodShape(from_=row["from_"], to=row["to"]),
        value=PersonValue(**row["value"]),
        proposed_by=ActorRead(
            id=row["actor_id"], issuer=row["issuer"], subject=row["subject"], name=row["name"]
        ),
    )


async def confirm(
    connection: Connection, cause: Cause, proposal_id: UUID, expected_version: int
) -> CorrectedMember:
    """Carry a proposal out, as another person than the proposer; never as a machine. The version is the member's.

    Who made the machine client that proposed it, or gave it a key, is no other person.
    """
    found = await _find(connection, cause, proposal_id)
    proposal = _to_proposal(found)
    if cause.actor.is_machine:
        raise Forbidden("machine_cannot_confirm")
    if found["own_client"] or proposal.proposed_by.id == cause.actor.id:
        rule = await rule_of(connection, proposal.period.from_)
        raise RuleBroken("R-MEM-1", "second_person_is_another", **rule)
    document = PersonCorrection(
        fact="person",
        period=proposal.period,
        value=proposal.value,
        reason=proposal.reason,
        evidence=proposal.evidence,
    )
    return await member_corrections.correct(
        connection, cause, proposal.member_id, expected_version, document, _settled(proposal)
    )


async def withdraw(
    connection: Connection, cause: Cause, proposal_id: UUID, document: Withdrawal
) -> CorrectionProposalItem:
    """End a proposal that is not to be confirmed; the proposer may, and whoever may confirm."""
    found = await _find(connection, cause, proposal_id)
    member = await take(connection, cause, found["member_id"], [])
    require(Action.CORRECT_MEMBER, member.held)
    proposal = _to_item(await _find(connection, cause, proposal_id))  # nobody was faster
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBER_CORRECTION_WITHDRAWN,
        {"member": str(member.id), "proposal": str(proposal_id)},
        reason=document.reason,
    )
    await history.write(connection, operation_id, _settled(proposal))
    await history.touch(connection, cause, operation_id, concerned=[member.home], members=[member.id])
    return proposal


def _settled(proposal: CorrectionProposalItem) -> Plan:
    """The proposal is pending no more."""
    return Plan(facts.CORRECTION_PROPOSAL, (proposal.id,), [(proposal.period.to_period(), None)])


async def _find(connection: Connection, cause: Cause, proposal_id: UUID) -> Record:
    roles = roles_for(Action.CORRECT_MEMBER)
    found = await queries.pending(connection, cause.as_of, cause.actor.id, roles, proposal_id)
    if found is None:
        raise NotFound("not_found")
    return found
