"""Descent of organizations: what a person asks of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import FieldError, Invalid
from app.models.lineage import (
    LineageEnd,
    LineageItem,
    ResolvedItem,
    ResolvedOrganizations,
    SuccessorsRead,
)
from app.paging import Listing, check_frame
from app.queries import lineage as queries
from app.queries.asof import AsOf
from app.services import organizations
from app.services.successors import became, whole_until


def listing(as_of: AsOf, actor: Actor, organization_id: UUID, all_chains: bool) -> Listing:
    """What an organization came of and went into up to the day, in time; with `all_chains` also through others."""
    sql, arguments, visible = queries.listed(
        as_of, organization_id, all_chains, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    order = {"effective_on": "date", "lineage_id": "uuid"}
    return Listing(sql, arguments, order, _to_item, visible=visible, extra=queries.ends(as_of))


def _to_item(row: Record) -> LineageItem:
    return LineageItem(
        source=_end(row, "source_"),
        target=_end(row, "target_"),
        kind=row["kind"],
        share=row["ratio"],
        effective_on=row["effective_on"],
        operation_id=row["operation_id"],
    )


def _end(row: Record, prefix: str = "") -> LineageEnd:
    return LineageEnd(**{name: row[prefix + name] for name in LineageEnd.model_fields})


async def successors(
    connection: Connection, as_of: AsOf, actor: Actor, organization_id: UUID, since: date | None
) -> SuccessorsRead:
    """What an organization, as it was on a day, has become by the day asked about.

    Default, and the latest day it can be asked of: its last one, or, while it is alive, the day asked about. 404 where
    it is out of reach, or had not yet begun.
    """
    read = await organizations.get(connection, as_of, actor, organization_id)
    if since is not None and since > as_of.on:
        raise Invalid(FieldError("/query/since", "since_after_on"))
    last = whole_until(as_of, read.ended_on)
    since = last if since is None else min(since, last)
    assert read.known_at is not None  # it exists, so an operation made it
    return SuccessorsRead(
        id=organization_id,
        since=since,
        successors=(await became(connection, as_of, {organization_id: since}))[organization_id],
        on=as_of.on,
        known_at=read.known_at,
    )


async def resolve(
    connection: Connection, as_of: AsOf, actor: Actor, codes: Sequence[str], ids: Sequence[UUID]
) -> ResolvedOrganizations:
    """Who bears each code on the day, or bore it last before, and what came of each; the same of ids.

    What nobody bore, is out of reach, or had not begun has no organization.
    """
    rows = await queries.resolved(
        connection, as_of, codes, ids, actor.id, roles_for(Action.READ_ORGANIZATION)
    )
    known_at = check_frame(rows[0], as_of)
    found = {row["id"]: row["ended_on"] for row in rows if row["id"] is not None}
    became_of = await became(connection, as_of, {one: whole_until(as_of, end) for one, end in found.items()})
    asked: list[tuple[str | None, UUID | None]] = [
        *((code, None) for code in codes),
        *((None, id_) for id_ in ids),
    ]
    return ResolvedOrganizations(
        items=[
            ResolvedItem(
                code=code,
                id=id_,
                organization=None if row["id"] is None else _end(row),
                borne=row["id"] is not None and row["borne"],
                successors=became_of.get(row["id"], []),
            )
            for (code, id_), row in zip(asked, rows[: len(asked)], strict=True)
        ],
        on=as_of.on,
        known_at=known_at,
    )
