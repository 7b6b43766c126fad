"""An operation taken back as a whole, while nothing later depends on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import check_admin_remains
from app.domain.errors import RuleBroken
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.tree import Tree
from app.models.operation import DecisionPaper
from app.queries import facts, grants, locks, reversal_soundness, touching, transfer_acts
from app.queries import reversal as queries
from app.queries.facts import FactTable
from app.queries.locks import Turn
from app.queries.ranges import to_period
from app.queries.reversal_soundness import SHAPING, Shaped
from app.services import history, member_record, operations, places, reversal_guards
from app.services.history import Cause


async def reverse(
    connection: Connection,
    cause: Cause,
    operation_id: UUID,
    kind: OperationKind,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
    decisions: Iterable[DecisionPaper] = (),
) -> UUID:
    """Take back an operation, by another of the given kind; answers the id of that.

    What it said is believed no longer, what it took back is believed again; `known_at` still shows the old belief.
    Refused with the later operations that depend on it (R-REV-1); where the tree or a roll would be unsound as it was
    not before (R-ORG-1, R-ORG-2, R-ORG-4), or anything else that the guards judge (`reversal_guards`), with those that
    came between; where nobody would administer the register any more (R-ACC-1); and where it said a policy, which only
    an edit of two persons changes (R-POL-4). Who may do so, the caller has asked. Where the tree may change, nothing
    else may have been locked before.
    """
    tables = await queries.tables_of(connection, operation_id)
    if facts.POLICY in tables:
        raise RuleBroken("R-POL-4", "policy_not_reversed", value=2, source="design")
    gives_roles = facts.ACCESS_GRANT in tables
    moves = _shapes_tree(tables) or facts.MEMBERSHIP in tables
    await _hold(connection, operation_id, tables)
    await queries.find_still_said(connection, operation_id, tables)
    if tables:
        later = await queries.dependants(connection, operation_id, tables)
        await require_nothing_later(connection, cause, later.shown, later.count)
    seats = await reversal_soundness.seated(connection, operation_id) if moves else []
    shaped = await reversal_soundness.shaped(connection, operation_id, tables)
    before = await places.around_shaped(connection, shaped)
    administered = await _administered(connection, cause) if gives_roles else []
    concerned = await touching.noted(connection, operation_id)
    reversing_id = await history.begin(
        connection,
        cause,
        kind,
        {"reversed": str(operation_id), **changes},
        reason=reason,
        decisions=decisions,
    )
    for table in tables:
        await queries.take_back(connection, table, operation_id, reversing_id)
    if facts.ACTIVITY in tables or facts.MEMBERSHIP in tables:
        of_operation = transfer_acts.OF_OPERATION
        await transfer_acts.stay_away(connection, reversing_id, of_operation, operation_id)
    await queries.forget_still_said(connection)
    if moves:
        await _require_sound(connection, cause, operation_id, reversing_id, shaped, before)
    await reversal_guards.require(connection, cause, operation_id, reversing_id)
    if gives_roles:
        check_admin_remains(administered, await _administered(connection, cause), cause.today)
    await history.touch(connection, cause, reversing_id, concerned=concerned)
    if seats:  # the tree is as before again
        later = await reversal_soundness.left_behind(connection, seats)
        await require_nothing_later(connection, cause, later.shown, later.count)
    return reversing_id


def _shapes_tree(tables: Iterable[FactTable]) -> bool:
    return any(table in SHAPING for table in tables)


async def _hold(connection: Connection, operation_id: UUID, tables: Sequence[FactTable]) -> None:
    """Keep others from all that is altered by taking an operation back: the turns first, then whom it touched."""
    if facts.ACCESS_GRANT in tables:
        await locks.take_turn(connection, Turn.ACCESS)
    if _shapes_tree(tables):
        await locks.take_turn(connection, Turn.TREE)
    await queries.own_touched(connection, operation_id, tree=_shapes_tree(tables))


async def _require_sound(
    connection: Connection, cause: Cause, operation_id: UUID, reversing_id: UUID, shaped: Shaped, before: Tree
) -> None:
    """Judge what holds again as every act is judged; the refusal also names the later operations it is owed to."""
    outside = await reversal_soundness.outside_cells(connection, reversing_id, shaped.organizations)
    try:
        await places.require_sound(connection, before, shaped)
        await member_record.require_holding(connection, outside)
    except RuleBroken as broken:
        later = await reversal_soundness.later_shaping(connection, operation_id, broken.records)
        broken.facts |= await operations.dependent(connection, cause, later.shown, later.count)
        raise


async def _administered(connection: Connection, cause: Cause) -> list[Period]:
    """The days on which a person administers the whole register, of each such grant."""
    rows = await grants.root_administrations(connection, cause.today)
    return [to_period(row["valid"]) for row in rows]


async def require_nothing_later(
    connection: Connection, cause: Cause, later: Sequence[tuple[str, UUID]], count: int
) -> None:
    """Refuse where later operations (kind and id; so many in all) depend on what would be taken back (R-REV-1).

    Those that the actor may not read are only counted.
    """
    if count:
        told = await operations.dependent(connection, cause, later, count)
        raise RuleBroken("R-REV-1", "later_operations_depend", value=0, source="design", **told)
