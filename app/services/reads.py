"""The record of reads: who was shown which members' data."""

from collections.abc import Iterable
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.models.operation import ActorName
from app.models.read import ReadItem
from app.paging import Listing
from app.queries import reads as queries
from app.queries.asof import AsOf
from app.queries.reads import Asking, Filters, OfPersons
from app.recording import recorded_or_refused


def listing(as_of: AsOf, actor: Actor, filters: Filters) -> Listing:
    """The reads of members within reach, the latest first. It shows no member's data and is not recorded itself."""
    roles, readers = roles_for(Action.READ_RECORDED_READ), roles_for(Action.READ_MEMBER)
    sql, arguments, visible, dutiful = queries.listed(as_of, actor.id, roles, readers, filters)
    return Listing(
        sql,
        arguments,
        queries.ORDER,
        _to_item,
        extra=queries.named(),
        visible=visible,
        descending=True,
        duty=Action.READ_RECORDED_READ,
        dutiful=dutiful,
    )


def _to_item(row: Record) -> ReadItem:
    same = (
        "id",
        "read_at",
        "route",
        "request_id",
        "member_id",
        "fields",
        "purpose",
        "query_hash",
        "count",
        "file",
    )
    reader = ActorName(id=row["actor_id"], name=row["actor_name"])
    return ReadItem(**{name: row[name] for name in same}, actor=reader)


async def record_shown(connection: Connection, asking: Asking, member_ids: Iterable[UUID]) -> None:
    """Record of whom an answer shows the name: of one, by the id; of several, how many. 503 where it cannot be."""
    shown = list(member_ids)
    with recorded_or_refused():
        if len(shown) == 1:
            await queries.record(connection, asking, OfPersons(shown[0]), 1)
        elif shown:
            await queries.record(connection, asking, OfPersons(), len(shown))
