"""Who was shown unusually many members one by one (R-READ-1)."""

from asyncpg import Record

from app.domain.access import Action, Actor, roles_for
from app.models.operation import ActorName
from app.models.read import ReadAlertItem
from app.paging import Listing
from app.queries import read_alerts as queries
from app.queries import reads
from app.queries.asof import AsOf
from app.queries.read_alerts import Filters


def listing(as_of: AsOf, zone: str, actor: Actor, filters: Filters) -> Listing:
    """The alerts of a day of the time zone, the latest first. They count whom the actor reaches, and show nobody."""
    roles = roles_for(Action.READ_RECORDED_READ)
    sql, arguments, visible = queries.listed(as_of, zone, actor.id, roles, filters)
    return Listing(
        sql,
        arguments,
        queries.ORDER,
        _to_item,
        extra=reads.named(),
        visible=visible,
        descending=True,
        duty=Action.READ_RECORDED_READ,
    )


def _to_item(row: Record) -> ReadAlertItem:
    same = ("began_at", "ended_at", "persons", "reads", "allowed")
    reader = ActorName(id=row["actor_id"], name=row["actor_name"])
    return ReadAlertItem(**{name: row[name] for name in same}, actor=reader)
