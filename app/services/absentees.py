"""Members who stayed away from meetings without reason for as long as the rules of removal ask for."""

from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.models.meeting_regularity import AbsenteeItem
from app.paging import Listing
from app.queries import absentees as queries
from app.queries.asof import AsOf
from app.queries.reads import OfPersons
from app.services import organizations
from app.services.policies import ruling

_KEY = "removal.missing_months_in_year"


async def listing(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, months: int | None
) -> Listing:
    """Who missed the regular meetings of so many months of the year that ends on the day; default: as the policy says.

    404 where the organization is out of reach, or had not yet begun.
    """
    await organizations.get(connection, as_of, actor, organization_id)
    rule = (await ruling(connection, as_of, organization_id, _KEY))[_KEY]
    sql, arguments, visible, besides = queries.listed(
        as_of,
        organization_id,
        date(as_of.on.year, 1, 1),
        rule.value if months is None else months,
        rule.source,
        actor.id,
        roles_for(Action.READ_MEMBER),
    )
    return Listing(
        sql,
        arguments,
        {"sort_key": "text", "id": "uuid"},
        _to_item,
        visible=visible,
        besides=besides,
        persons=OfPersons(),
    )


def _to_item(row: Record) -> AbsenteeItem:
    return AbsenteeItem(**{name: row[name] for name in AbsenteeItem.model_fields})
