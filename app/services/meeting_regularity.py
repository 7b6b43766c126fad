"""How regularly cells and committees met."""

from datetime import date
from uuid import UUID

from asyncpg import Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import FieldError, Invalid
from app.domain.partial_date import add_months
from app.models.meeting_regularity import RegularityItem
from app.paging import Listing
from app.queries import meeting_regularity as queries
from app.queries.asof import AsOf

MOST_MONTHS = 60

_BY_NAME = {"sort_key": "text", "organization_id": "uuid", "body": "text"}


def listing(as_of: AsOf, actor: Actor, organization_id: UUID, first: date) -> Listing:
    """The bodies of a subtree with meetings due from a month (its first day) to the one that ends on the day."""
    if first > as_of.on:
        raise Invalid(FieldError("/query/to", "to_before_from"))
    if add_months(first, MOST_MONTHS) <= as_of.on:
        raise Invalid(FieldError("/query/to", "too_many_months", (("most", MOST_MONTHS),)))
    sql, arguments, visible = queries.listed(
        as_of, organization_id, first, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    return Listing(sql, arguments, _BY_NAME, _to_item, visible=visible, besides=queries.besides(as_of, sql))


def _to_item(row: Record) -> RegularityItem:
    return RegularityItem(**{name: row[name] for name in RegularityItem.model_fields})
