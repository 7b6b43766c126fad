"""An operation taken back as a whole, while nothing later depends on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.errors import RuleBroken
from app.domain.operation import OperationKind
from app.models.operation import DecisionPaper
from app.queries import facts, locks, tree
from app.queries import reversal as queries
from app.queries.locks import Turn
from app.services import history, operations
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
    """Take back an operation about organizations and members, by an operation of the given kind; answers its id.

    What it said is believed no longer, what it took back is believed again; `known_at` still shows the old belief.
    Refused with the later operations that depend on it (R-REV-1). Who may do so, the caller has asked; grants and
    policies, which other rules guard, are not taken back so. Where the tree may change, nothing else may have been
    locked before.
    """
    tables = await queries.tables_of(connection, operation_id)
    shapes_tree = facts.PLACEMENT in tables
    if shapes_tree:
        await locks.take_turn(connection, Turn.TREE)
    await queries.own_touched(connection, operation_id, tree=shapes_tree)
    await queries.find_still_said(connection, operation_id, tables)
    if tables:
        later = await queries.dependants(connection, operation_id, tables)
        await require_nothing_later(connection, cause, later.shown, later.count)
    touched = await queries.touched(connection, operation_id, tables)
    reversing_id = await history.begin(
        connection,
        cause,
        kind,
        {"reversed": str(operation_id), **changes},
        reason=reason,
        decisions=decisions,
    )
    # Before the tree loses what was brought into it: who stood above that sees that it is gone.
    await history.touch(
        connection,
        cause,
        reversing_id,
        concerned=touched.concerned,
        changed=touched.changed,
        members=touched.members,
    )
    for table in tables:
        await queries.take_back(connection, table, operation_id, reversing_id)
    await queries.forget_still_said(connection)
    if touched.placed:
        await tree.rebuild_ancestry(connection, touched.placed)
    return reversing_id


async def require_nothing_later(
    connection: Connection, cause: Cause, later: Sequence[tuple[str, UUID]], count: int
) -> None:
    """Refuse where later operations (kind and id; so many in all) depend on what would be taken back (R-REV-1).

    Those that the actor may not read are only counted.
    """
    if count:
        named = await operations.named(connection, cause, later)
        raise RuleBroken(
            "R-REV-1",
            "later_operations_depend",
            value=0,
            source="design",
            records=[one["id"] for one in named],
            operations=named,
            operations_count=count,
        )
