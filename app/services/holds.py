"""Holds of members: proceedings that begin, end, and are struck out where recorded in error."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.errors import Conflict, FieldError, Invalid, NotFound
from app.domain.finding import Finding
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.transfers import held_findings
from app.etag import require_version
from app.models.correction import PeriodShape
from app.models.finding import to_findings
from app.models.hold import HoldCorrection, HoldEnding, HoldItem, HoldNew, HoldRead
from app.models.operation import DecisionPaper
from app.paging import Listing, check_frame
from app.queries import facts
from app.queries import holds as queries
from app.queries import members as member_queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.ranges import to_range
from app.queries.reads import Asking, OfPersons
from app.services import history, reads
from app.services.access import held_roles, permitted
from app.services.history import Cause
from app.services.member_record import take
from app.services.transfer_rules import TransferRules

_ACTIONS = (Action.MANAGE_HOLD,)


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The holds that run on a day within reach, in the order in which they were recorded."""
    sql, arguments, visible, extra = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_HOLD))
    return Listing(
        sql,
        arguments,
        {"id": "uuid"},
        to_item,
        visible=visible,
        extra=extra,
        persons=OfPersons(),
        duty=Action.READ_HOLD,
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, hold_id: UUID) -> HoldRead:
    """One hold, whether or not it runs on the day. 404 where out of reach."""
    return (await _find(connection, as_of, actor, hold_id))[0]


async def get_recorded(
    connection: Connection, as_of: AsOf, actor: Actor, asking: Asking, hold_id: UUID
) -> HoldRead:
    """One hold as `get` reads it, recorded."""
    found = await get(connection, as_of, actor, hold_id)
    await reads.record_shown(connection, asking, [found.member_id] if found.full_name else [])
    return found


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, hold_id: UUID
) -> tuple[HoldRead, list[HeldRole]]:
    row = await queries.get(connection, as_of, hold_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.READ_HOLD, held):
        raise NotFound("not_found")
    actions = permitted(_ACTIONS, held)
    read = HoldRead(
        **_item(row),
        findings=to_findings(await _met(connection, row)),
        on=as_of.on,
        known_at=check_frame(row, as_of),
        actions=actions,
    )
    return read, held


async def _met(connection: Connection, row: Record) -> list[Finding]:
    """The steps of transfers that the hold met, each judged by the policy of its day where the member was."""
    met = [
        (date.fromisoformat(one["on"]), one["from_cell_id"] and UUID(one["from_cell_id"]), one["ground"])
        for one in row["transfers"]
    ]
    if not met:
        return []
    rules = await TransferRules.read(
        connection, [cell_id for _, cell_id, _ in met], max(on for on, _, _ in met)
    )
    return [
        finding
        for on, cell_id, ground in met
        for finding in held_findings([(on, ground)], rules.value("block_when", on, cell_id), named=True)
    ]


def to_item(row: Record) -> HoldItem:
    """A hold as lists show it."""
    return HoldItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    said = {name: row[name] for name in ("id", "member_id", "full_name", "ground", "version")}
    return said | {"periods": [PeriodShape(from_=one.lower, to=one.upper) for one in row["periods"]]}


async def create(connection: Connection, cause: Cause, document: HoldNew) -> HoldRead:
    """Record proceedings about a member."""
    valid = document.valid.required("/body/valid")
    try:
        member = await take(connection, cause, document.member_id, [])
    except NotFound:
        raise Invalid(FieldError("/body/member_id", "unknown_member")) from None
    require(Action.MANAGE_HOLD, member.held)
    if await queries.runs(connection, member.id, document.ground.value, to_range(valid)):
        raise Conflict("hold_exists")
    hold_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.HOLD_CREATED,
        {"hold": str(hold_id), "member": str(member.id)},
        reason=document.reason,
        effective_on=valid.start,
        decisions=document.decisions,
    )
    wanted = Wanted((hold_id,), valid, {"member_id": member.id, "ground": document.ground.value})
    await facts.overwrite(connection, facts.HOLD, operation_id, [wanted])
    await history.touch(connection, cause, operation_id, concerned=[member.home])
    return await _after(connection, cause, hold_id)


async def end(
    connection: Connection, cause: Cause, hold_id: UUID, expected_version: int, document: HoldEnding
) -> HoldRead:
    """End proceedings from a day on. Those that were never running then are struck out by a correction."""
    return await _strike_out(
        connection,
        cause,
        OperationKind.HOLD_ENDED,
        hold_id,
        expected_version,
        Period(document.ended_on),
        FieldError("/body/ended_on", "hold_ended_by_then"),
        {},
        document.reason,
        document.decisions,
        begun_by=document.ended_on,
    )


async def correct(
    connection: Connection, cause: Cause, hold_id: UUID, expected_version: int, document: HoldCorrection
) -> HoldRead:
    """Strike proceedings out over a period: they were recorded in error. `known_at` still shows them."""
    lost = document.period.required()
    return await _strike_out(
        connection,
        cause,
        OperationKind.HOLD_CORRECTED,
        hold_id,
        expected_version,
        lost,
        FieldError("/body/period", "nothing_to_change"),
        {"period": str(lost), "evidence": document.evidence},
        document.reason,
    )


async def _strike_out(
    connection: Connection,
    cause: Cause,
    kind: OperationKind,
    hold_id: UUID,
    expected_version: int,
    lost: Period,
    unless: FieldError,
    changes: Mapping[str, Any],
    reason: str | None,
    decisions: Sequence[DecisionPaper] = (),
    *,
    begun_by: date | None = None,
) -> HoldRead:
    await queries.own_member(connection, hold_id)
    hold, held = await _find(connection, cause.as_of, cause.actor, hold_id)
    require(Action.MANAGE_HOLD, held)
    require_version(expected_version, hold.version)
    if not any(one.to_period().overlaps(lost) for one in hold.periods):
        raise Invalid(unless)
    if begun_by and all(one.from_ >= begun_by for one in hold.periods):
        raise Invalid(FieldError("/body/ended_on", "hold_not_begun_by_then"))
    operation_id = await history.begin(
        connection,
        cause,
        kind,
        {"hold": str(hold.id), **changes},
        reason=reason,
        effective_on=lost.start,
        decisions=decisions,
    )
    struck_out = await history.plan_correction(connection, facts.HOLD, (hold.id,), lost, None)
    await history.write(connection, operation_id, struck_out)
    row = await member_queries.reached_by(connection, hold.member_id, cause.actor.id, cause.today)
    assert row is not None  # the hold is of a member
    await history.touch(connection, cause, operation_id, concerned=[row["cell_id"]])
    return await _after(connection, cause, hold_id)


async def _after(connection: Connection, cause: Cause, hold_id: UUID) -> HoldRead:
    read = await get(connection, cause.as_of, cause.actor, hold_id)
    return read.model_copy(update={"known_at": None})
