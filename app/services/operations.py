"""Operations: the audit of the register, and the feed of its changes for other systems."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import NotFound
from app.models.operation import ActorName, OperationItem, Touched, TouchedItem
from app.paging import Listing, check_frame
from app.queries import operations as queries
from app.queries.asof import AsOf
from app.queries.operations import Filters, Reader
from app.services.history import Cause

_BY_ID = {"id": "uuid"}


def listing(as_of: AsOf, actor: Actor, filters: Filters, *, newest_first: bool) -> Listing:
    """The operations within reach in the order of recording."""
    sql, arguments, visible = queries.listed(as_of, _reader(actor), filters)
    order = {"recorded_at": "timestamptz"}
    return Listing(
        sql,
        arguments,
        order,
        _to_item,
        extra=queries.touched(as_of),
        visible=visible,
        descending=newest_first,
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, operation_id: UUID) -> OperationItem:
    """One operation. 404 where it touched nothing within reach."""
    one = listing(as_of, actor, Filters(id=operation_id), newest_first=False)
    row = await connection.fetchrow(
        one.statement(after=False, limit=1, total=False), *as_of.arguments, *one.arguments
    )
    check_frame(row, as_of)
    if not row["item_is"]:
        raise NotFound("not_found")
    return _to_item(row)


def organizations(as_of: AsOf, actor: Actor, operation_id: UUID) -> Listing:
    """All organizations that an operation touched, within reach."""
    sql, arguments, visible = queries.touched_organizations(as_of, _reader(actor), operation_id)
    return Listing(sql, arguments, _BY_ID, _to_touched, visible=visible)


def members(as_of: AsOf, actor: Actor, operation_id: UUID) -> Listing:
    """All members that an operation touched, within reach."""
    sql, arguments, visible = queries.touched_members(as_of, _reader(actor), operation_id)
    return Listing(sql, arguments, _BY_ID, _to_touched, visible=visible)


async def named(
    connection: Connection, cause: Cause, found: Iterable[tuple[str, UUID]]
) -> list[dict[str, str]]:
    """Operations that stand in the way of an act, by kind and id: those that the actor may read, and only they.

    That there are others, such as of proceedings, a refusal says by their number.
    """
    each = dict.fromkeys(found)
    ids = [id for _, id in each]
    seen = await queries.readable(connection, cause.as_of, _reader(cause.actor), ids)
    return [{"kind": kind, "id": str(id)} for kind, id in each if id in seen]


async def dependent(
    connection: Connection, cause: Cause, later: Iterable[tuple[str, UUID]], count: int
) -> dict[str, Any]:
    """The later operations in the way of taking one back, as a refusal tells them; `count`: how many there are."""
    return {
        "dependent_operations": await named(connection, cause, later),
        "dependent_operations_count": count,
    }


def _reader(actor: Actor) -> Reader:
    return Reader(
        actor.id,
        roles_for(Action.READ_OPERATION),
        roles_for(Action.READ_MEMBER),
        roles_for(Action.READ_HOLD),
    )


def _to_touched(row: Record) -> TouchedItem:
    return TouchedItem(id=row["id"])


def _to_item(row: Record) -> OperationItem:
    said: dict[str, Any] = {
        name: row[name] for name in ("id", "kind", "reason", "effective_on", "recorded_at", "decisions")
    }
    return OperationItem(
        **said,
        actor=ActorName(id=row["actor_id"], name=row["actor_name"]),
        organizations=Touched(ids=row["organization_ids"], count=row["organizations"]),
        members=Touched(ids=row["member_ids"], count=row["members"]),
        changes=row["changes"] if row["whole"] else None,
    )
