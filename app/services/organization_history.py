"""The history of an organization in both times."""

from uuid import UUID

from asyncpg import Record

from app.domain.access import Action, Actor, roles_for
from app.models.correction import PeriodShape
from app.models.organization_history import FactCause, OrganizationFact
from app.paging import Listing
from app.queries import organization_history as queries
from app.queries.asof import AsOf


def listing(as_of: AsOf, actor: Actor, organization_id: UUID, superseded: bool) -> Listing:
    """The facts of an organization, by kind, then in time, each with the operations behind it."""
    sql, arguments, visible = queries.listed(
        as_of, organization_id, superseded, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    order = {"fact": "text", "valid_from": "date", "id": "bigint"}
    return Listing(sql, arguments, order, _to_fact, visible=visible, extra=queries.causes())


def _to_fact(row: Record) -> OrganizationFact:
    took_back = row["took_back"]
    return OrganizationFact.model_validate(
        {
            "fact": row["fact"],
            "value": row["value"],
            "valid": PeriodShape(from_=row["valid_from"], to=row["valid_to"]),
            "operation": FactCause(**row["said"]),
            "superseded_by": FactCause(**took_back) if took_back else None,
        }
    )
