"""A restructuring applied: planned again under the lock, and exactly what was approved carried out, or nothing."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.change import Values
from app.domain.errors import Stale
from app.domain.jobs import JobKind, JobPhase
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.conflicts import blocking
from app.domain.restructuring.lifecycle import RestructuringStep
from app.domain.restructuring.planning import Plan
from app.language import Language
from app.models.job import JobRead
from app.models.restructuring_read import RestructuringRead
from app.queries import facts, locks, restructuring_acts
from app.queries import restructurings as queries
from app.queries.facts import FactTable, Wanted
from app.queries.locks import Turn
from app.queries.register import insert_organizations
from app.services import (
    history,
    jobs,
    restructuring_conflicts,
    restructuring_course,
    restructuring_preview_reads,
    restructuring_previews,
    restructuring_restorations,
    restructuring_reversals,
    restructurings,
)
from app.services.history import Cause
from app.services.jobs import Tell, tell_nobody
from app.services.organization_changes import name_values
from app.services.policies import Policies
from app.services.restructuring_digest import differences
from app.services.restructuring_in_hand import RestructuringInHand
from app.services.restructuring_planning import WorkedOut, work_out
from app.services.restructuring_steps import require_digest

MOST_DIFFERING = 100
"""How many of the rows that differ are told."""

_JOB_FROM = "restructuring.job_from_rows"


async def ask(
    connection: Connection, cause: Cause, restructuring_id: UUID, digest: str, language: Language
) -> RestructuringRead | JobRead:
    """Carry out what was approved; or where it touches more than the policy says, let a job do so."""
    taken = await restructuring_course.take(connection, cause, restructuring_id, RestructuringStep.APPLY)
    require_digest(taken, digest)
    bound = (await Policies.read(connection, _JOB_FROM)).on(_JOB_FROM, cause.today)
    kept = await restructuring_preview_reads.latest(connection, cause, restructuring_id, digest)
    if kept is None:  # signatures took longer than a preview is kept
        seen = await restructuring_previews.preview(connection, cause, restructuring_id, language)
    else:
        seen = restructuring_preview_reads.read_of(kept, language)
    if sum(one.count for one in seen.counts) < bound.value:
        return await apply(connection, cause, restructuring_id, digest)
    return await jobs.ask(
        connection, cause, JobKind.RESTRUCTURING_APPLICATION, restructuring_id, digest, language
    )


async def apply(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    digest: str,
    tell: Tell = tell_nobody,
) -> RestructuringRead:
    """Carry out what was approved, all of it at once; the plan is made again under the lock of the tree.

    412 with the rows that differ where the register, or the rules, say otherwise by now.
    """
    taken = await restructuring_course.take(connection, cause, restructuring_id, RestructuringStep.APPLY)
    require_digest(taken, digest)
    if reversed_id := taken.row["reverses"]:  # its own course takes a step, too
        await locks.take_turn(connection, Turn.RESTRUCTURING, str(reversed_id))
    await tell(JobPhase.PLANNING)
    await locks.take_turn(connection, Turn.ACCESS)
    await locks.take_turn(connection, Turn.POLICIES)
    await locks.take_turn(connection, Turn.TREE)

    async def close(organization_ids: Iterable[UUID]) -> None:
        await tell(JobPhase.CLOSING)
        await locks.close_organizations(connection, organization_ids)

    worked = await work_out(connection, taken.given, taken.ids, cause.today, close, reverses=reversed_id)
    if worked.digest != digest:
        await _refuse_stale(connection, cause, taken, worked, digest)
    if stopping := blocking(worked.conflicts):
        restructuring_conflicts.refuse(await restructuring_conflicts.told(connection, cause, taken, stopping))
    await tell(JobPhase.WRITING)
    operation_id = await _carry_out(connection, cause, taken, worked)
    await restructuring_course.note(
        connection, cause, taken, RestructuringStep.APPLY, operation_id, digest=digest
    )
    return await restructurings.after(connection, cause, restructuring_id)


async def _refuse_stale(
    connection: Connection, cause: Cause, taken: RestructuringInHand, worked: WorkedOut, digest: str
) -> None:
    """The refusal of a preview that no longer holds, with the rows that differ as far as it is kept still."""
    kept = await restructuring_preview_reads.latest(connection, cause, taken.id, digest)
    rows: list[dict[str, Any]] = []
    if kept is not None:
        now = history.new_id()
        await restructuring_previews.keep_rows(connection, now, worked)
        rows = await restructuring_preview_reads.differing(
            connection, cause, kept, now, worked.plan, MOST_DIFFERING
        )
    raise Stale(
        "preview_stale",
        current_version=taken.row["version"],
        rows=rows,
        conflicts=await restructuring_conflicts.told(
            connection, cause, taken, worked.conflicts[:MOST_DIFFERING]
        ),
    )


async def _carry_out(
    connection: Connection, cause: Cause, taken: RestructuringInHand, worked: WorkedOut
) -> UUID:
    plan = worked.plan
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.RESTRUCTURING_APPLIED,
        {
            "restructuring": str(taken.id),
            "revision": taken.row["revision"],
            "digest": worked.digest,
            "measures": [one.kind.value for one in taken.given.measures],
            "begun": [str(key) for key in plan.begun],
            "ended": [str(key) for key in plan.ended],
            "cells": {str(cell): str(to) if to else None for cell, to in plan.cells.items()},
            "members_named": len(plan.members),
        },
        reason=taken.given.reason,
        effective_on=plan.effective_on,
        decisions=[*taken.given.decisions, *(one.decision for one in taken.given.excuses)],
    )
    await insert_organizations(connection, list(plan.begun))
    await restructuring_acts.write(connection, operation_id, worked.moves)
    for table, wanted in _facts_of(plan):
        await facts.overwrite(connection, table, operation_id, wanted)
    await facts.overwrite(connection, facts.ROLL_DESTINATION, operation_id, await _led_on(connection, plan))
    await restructuring_restorations.write(connection, operation_id, worked.restored)
    await restructuring_reversals.close(connection, cause, taken, operation_id)
    above = {key for _, key in worked.moves.left_behind}
    await queries.keep_concerned(connection, taken.id, taken.row["revision"], plan.begun, above)
    await restructuring_acts.note_members(connection, operation_id)
    await history.touch(connection, cause, operation_id, concerned=taken.held)
    return operation_id


async def _led_on(connection: Connection, plan: Plan) -> list[Wanted]:
    """Rolls that lead, by another document of the same day, to cells that hold members no more: further on."""
    ahead = Period(plan.effective_on)
    return [
        Wanted((row["cell_id"],), ahead, {"destination_id": plan.defaults[row["destination_id"]]})
        for row in await restructuring_acts.leading_to(connection, plan.effective_on, list(plan.defaults))
    ]


def _facts_of(plan: Plan) -> list[tuple[FactTable, list[Wanted]]]:
    """What the plan says of organizations, as facts, table by table."""
    wanted: dict[str, tuple[FactTable, list[Wanted]]] = {}

    def say(table: FactTable, key: tuple[Any, ...], valid: Period, values: Values | None) -> None:
        wanted.setdefault(table.name, (table, []))[1].append(Wanted(key, valid, values))

    for key, said in differences(plan).items():
        for name, pieces in said.items():
            if name in _TABLES:
                table, values_of = _TABLES[name]
                for days, value in pieces:
                    say(table, (key,), days, None if value is None else values_of(value))
    ahead = Period(plan.effective_on)
    handed_on = set(plan.successors.values())  # what else was said of them stands for these, by the effects
    for key, founding in plan.begun.items():
        if key not in handed_on:
            say(facts.ORGANIZATION_OPENING, (key,), ahead, {})
        if founding.sector:
            say(facts.ORGANIZATION_SECTOR, (key,), ahead, {"sector": founding.sector})
        for system, external_id in founding.external_ids.items():
            say(facts.ORGANIZATION_EXTERNAL_ID, (key, system), ahead, {"external_id": external_id})
    for edge in plan.edges:
        values = {
            "source_id": edge.source,
            "target_id": edge.target,
            "kind": edge.kind.value,
            "share": edge.share,
            "whole": edge.whole,
            "measure": edge.measure,
        }
        say(facts.LINEAGE, (history.new_id(),), ahead, values)
    for cell, to in plan.defaults.items():
        say(facts.ROLL_DESTINATION, (cell,), ahead, {"destination_id": to})
    return list(wanted.values())


_TABLES: dict[str, tuple[FactTable, Any]] = {
    "placement": (facts.PLACEMENT, lambda parent: {"parent_id": parent}),
    "type": (facts.ORGANIZATION_TYPE, lambda type_: {"type": type_.value}),
    "name": (facts.ORGANIZATION_NAME, lambda named: {**name_values(named.name), "name_en": named.name_en}),
    "code": (facts.ORGANIZATION_CODE, lambda code: {"code": code}),
}
"""The table of each attribute of a plan, and the values of its row. Authorities lapse with the other effects."""
