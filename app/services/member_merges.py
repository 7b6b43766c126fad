"""Two records of one person made one, and made two again while nothing later has changed them."""

from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound, RuleBroken
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.fact import FIRST_DAY
from app.models.member_merge import MergedMember, MergeItem, MergeNew, MergeReversal
from app.paging import Listing
from app.queries import facts, locks, member_distinctions, members
from app.queries import member_merges as queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.ranges import to_period
from app.services import history, member_locks, member_record, operations, reversal
from app.services.access import held_roles
from app.services.history import Cause
from app.services.member_record import MemberRecord, as_texts

_ALWAYS = Period(date.fromisoformat(FIRST_DAY))


def listing(as_of: AsOf, actor: Actor, member_id: UUID) -> Listing:
    """The records that were made part of a member's, in the order in which that was done."""
    sql, arguments, visible = queries.listed(as_of, member_id, actor.id, roles_for(Action.READ_MEMBER))
    return Listing(sql, arguments, {"id": "uuid"}, _to_item, visible=visible)


def _to_item(row: Record) -> MergeItem:
    return MergeItem(**{name: row[name] for name in MergeItem.model_fields})


async def merge(
    connection: Connection, cause: Cause, member_id: UUID, expected_version: int, document: MergeNew
) -> MergedMember:
    """Make another record of the same person part of this one; whoever asks for the other is told of this one.

    This one keeps what it says; on days of which it says nothing, what the other said holds. Whatever names the other
    names this one. Refused with the days on which the two contradict, but for what `keep` decides (R-MERGE-1); what
    is locked of the other, `keep` does not decide.
    """
    duplicate_id = document.duplicate_id
    if duplicate_id == member_id:
        raise Invalid(FieldError("/body/duplicate_id", "members_are_the_same"))
    await locks.own_members(connection, [member_id, duplicate_id])
    survivor = await member_record.owned(connection, cause, member_id)
    try:
        duplicate = await member_record.owned(connection, cause, duplicate_id)
    except NotFound:
        raise Invalid(FieldError("/body/duplicate_id", "unknown_member")) from None
    for record in (survivor, duplicate):
        require(Action.MERGE_MEMBERS, record.held)
    require_version(expected_version, survivor.version)
    require_version(document.duplicate_version, duplicate.version)
    await _require_one_person(connection, cause, survivor, duplicate, document)
    merge_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.MEMBERS_MERGED,
        {
            "merge": str(merge_id),
            "survivor": str(member_id),
            "duplicate": str(duplicate_id),
            "keep": sorted(set(document.keep)),
            "cells": as_texts(_cells(survivor, duplicate)),
        },
        reason=document.reason,
        decisions=document.decisions,
    )
    await queries.join(connection, operation_id, member_id, duplicate_id)
    await queries.rename(connection, operation_id, member_id, duplicate_id)
    wanted = Wanted((merge_id,), _ALWAYS, {"survivor_id": member_id, "duplicate_id": duplicate_id})
    await facts.overwrite(connection, facts.MEMBER_MERGE, operation_id, [wanted])
    await history.touch(connection, cause, operation_id, concerned=_cells(survivor, duplicate))
    began_on = min(survivor.began_on, duplicate.began_on)
    return MergedMember(
        merge_id=merge_id, member=await member_record.read(connection, cause, member_id, began_on)
    )


def _cells(*records: MemberRecord) -> set[UUID]:
    return {
        cell_id
        for record in records
        for cell_id in (record.home, *(values["cell_id"] for _, values in record.memberships))
        if cell_id
    }


async def _require_one_person(
    connection: Connection,
    cause: Cause,
    survivor: MemberRecord,
    duplicate: MemberRecord,
    document: MergeNew,
) -> None:
    if not survivor.memberships or not duplicate.memberships:
        raise Conflict("record_without_membership")
    if await member_distinctions.are_distinct(connection, cause.as_of, survivor.id, duplicate.id):
        raise Conflict("members_are_distinct")
    against = [
        {"fact": row["fact"], "period": str(to_period(row["valid"]))}
        for row in await queries.contradictions(connection, survivor.id, duplicate.id, document.keep)
    ]
    if against:
        raise RuleBroken(
            "R-MERGE-1",
            "records_contradict",
            value=0,
            source="design",
            records=[str(survivor.id), str(duplicate.id)],
            contradictions=against,
        )
    await member_locks.require_agreed(connection, survivor.id, duplicate.id)


async def unmerge(
    connection: Connection,
    cause: Cause,
    member_id: UUID,
    merge_id: UUID,
    expected_version: int,
    document: MergeReversal,
) -> MergedMember:
    """Make two records again what they were before a merge; refused once a later act has changed either (R-REV-1).

    Also once the survivor was made part of yet another record: that merge is taken back first.
    """
    found = await queries.get(connection, merge_id)
    if found is None or member_id not in (found["survivor_id"], found["first_survivor_id"]):
        raise NotFound("not_found")
    both = [member_id, found["duplicate_id"]]
    await locks.own_members(connection, both)
    survivor = await member_record.owned(connection, cause, member_id)
    require(Action.MERGE_MEMBERS, survivor.held)
    duplicate = await members.reached_by(connection, both[1], cause.actor.id, cause.today)
    require(Action.MERGE_MEMBERS, held_roles(duplicate["held"] if duplicate else None))
    require_version(expected_version, survivor.version)
    if found["further_id"]:
        further = [(OperationKind.MEMBERS_MERGED.value, found["further_operation_id"])]
        raise RuleBroken(
            "R-REV-1",
            "survivor_merged_further",
            value=0,
            source="design",
            merge_id=str(found["further_id"]),
            dependent_operations=await operations.named(connection, cause, further),
            dependent_operations_count=1,
        )
    later, count = await queries.later_acts(connection, found["operation_id"], both)
    await reversal.require_nothing_later(connection, cause, later, count)
    changes = {"merge": str(merge_id), "survivor": str(member_id), "duplicate": str(both[1])}
    await reversal.reverse(
        connection,
        cause,
        found["operation_id"],
        OperationKind.MERGE_REVERSED,
        changes,
        reason=document.reason,
    )
    rows = await facts.believed(connection, facts.MEMBERSHIP, (member_id,))
    return MergedMember(
        merge_id=merge_id, member=await member_record.read(connection, cause, member_id, rows[0][0].start)
    )
