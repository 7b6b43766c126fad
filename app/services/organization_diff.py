"""What became of a subtree between two days."""

from datetime import date
from uuid import UUID

from asyncpg import Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import FieldError, Invalid
from app.models.organization import Headcount
from app.models.organization_diff import DiffItem, DiffSide
from app.paging import Listing
from app.queries import organization_diff as queries
from app.queries.asof import AsOf


def listing(as_of: AsOf, actor: Actor, organization_id: UUID, earlier: date) -> Listing:
    """The organizations of a subtree that differ between an earlier day and the day asked about, by name.

    What anyone may know (name, code, type, parent) is shown also of those outside the actor's reach; members not.
    """
    if earlier >= as_of.on:
        raise Invalid(FieldError("/query/to", "period_empty"))
    sql, arguments, visible = queries.listed(
        as_of, organization_id, earlier, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    return Listing(
        sql,
        arguments,
        {"sort_key": "text", "id": "uuid"},
        _to_item,
        extra=queries.sides(as_of),
        visible=visible,
        besides=queries.besides(as_of, sql),
    )


def _to_item(row: Record) -> DiffItem:
    return DiffItem(id=row["id"], changes=row["changes"], from_=_side(row, "was"), to=_side(row, "now"))


def _side(row: Record, side: str) -> DiffSide | None:
    if row[f"{side}_id"] is None:
        return None
    official, probationary = row[f"{side}_official"], row[f"{side}_probationary"]
    counts = row["near"] and not row[f"{side}_before_opening"]
    return DiffSide(
        **{name: row[f"{side}_{name}"] for name in DiffSide.model_fields if name != "members"},
        members=Headcount(official=official, probationary=probationary, total=official + probationary)
        if counts
        else None,
    )
