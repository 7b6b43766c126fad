"""An operation taken back as a whole, while nothing later depends on it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import check_admin_remains
from app.domain.errors import RuleBroken
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.operation import DecisionPaper
from app.queries import facts, grants, locks, touching, transfer_acts
from app.queries import reversal as queries
from app.queries.locks import Turn
from app.queries.ranges import to_period
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
    """Take back an operation, by another of the given kind; answers the id of that.

    What it said is believed no longer, what it took back is believed again; `known_at` still shows the old belief.
    Refused with the later operations that depend on it (R-REV-1); where nobody would administer the register any more
    (R-ACC-1); and where it said a policy, which only an edit of two persons changes (R-POL-4). Who may do so, the
    caller has asked. Where the tree may change, nothing else may have been locked before.
    """
    tables = await queries.tables_of(connection, operation_id)
    if facts.POLICY in tables:
        raise RuleBroken("R-POL-4", "policy_not_reversed", value=2, source="design")
    shapes_tree = facts.PLACEMENT in tables
    gives_roles = facts.ACCESS_GRANT in tables
    if shapes_tree:
        await locks.take_turn(connection, Turn.TREE)
    if gives_roles:
        await locks.take_turn(connection, Turn.ACCESS)
    await queries.own_touched(connection, operation_id, tree=shapes_tree)
    await queries.find_still_said(connection, operation_id, tables)
    if tables:
        later = await queries.dependants(connection, operation_id, tables)
        await require_nothing_later(connection, cause, later.shown, later.count)
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
    if gives_roles:
        check_admin_remains(administered, await _administered(connection, cause), cause.today)
    await history.touch(connection, cause, reversing_id, concerned=concerned)
    return reversing_id


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
        named = await operations.named(connection, cause, later)
        raise RuleBroken(
            "R-REV-1",
            "later_operations_depend",
            value=0,
            source="design",
            dependent_operations=named,
            dependent_operations_count=count,
        )
