"""Edits of policies as SQL: lists, one by id, what waits beside it, and whom an edit concerns on which day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.nation import NATION
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.machine_clients import answers_for
from app.queries.reach import held_then
from app.queries.two_persons import COURSE, known, version


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of edits is narrowed to; None: not narrowed."""

    states: list[str] | None = None
    key: str | None = None
    within: UUID | None = None


def _deciding(today: str) -> str:
    """The organization that decides: that of the row (`one`), for the nation today's root."""
    return f"""coalesce(nullif(one.scope_id, '{NATION}'), (
            SELECT organization_id FROM placement
            WHERE parent_id IS NULL AND superseded_by IS NULL AND valid @> {today}::date))"""


_SHAPING = """
    FROM policy f, operation act WHERE f.key = one.key AND act.id IN (f.operation_id, f.superseded_by)"""
"""The operations that write rows of the key."""


def _shown(as_of: AsOf, today: str) -> str:
    """Edits known at the instant, as they stood at it."""
    return f"""
        SELECT {COURSE}, {version(as_of, _SHAPING)} AS version,
               one.key, one.scope, nullif(one.scope_id, '{NATION}') AS organization_id, one.valid, one.value,
               one.unit, one.combine, one.source, one.confidence, n.name AS organization_name, deciding.id AS reached_id
        FROM {known(as_of, "policy_edit")}
        CROSS JOIN LATERAL (SELECT {_deciding(today)} AS id) deciding
        LEFT JOIN organization_name n
          ON n.organization_id = one.scope_id AND n.superseded_by IS NULL AND n.valid @> {today}::date"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The edits within reach that pass the filters: SQL, arguments, the visibility of the list."""
    edits = Conditions(as_of, actor_id, roles)
    edits.want(edits.near("shown.reached_id"))
    edits.below_if(filters.within, "shown.reached_id")
    edits.want_if(filters.states, "shown.state = ANY({}::text[])")
    edits.want_if(filters.key, "shown.key = {}::text")
    sql = f"SELECT * FROM ({_shown(as_of, '$5')}) shown WHERE {edits.wanted}"
    return sql, edits.arguments, edits.visible


async def get(connection: Connection, as_of: AsOf, edit_id: UUID, actor_id: UUID) -> Record | None:
    """One edit, and the roles that the actor holds over the organization that decides.

    `own_client`: a machine client for which the actor answers proposed it.
    """
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*,
               {answers_for("shown.proposer_id", "$4")} AS own_client,
               {held_then(as_of, "shown.reached_id", "$4", "$1")} AS held
        FROM ({_shown(as_of, "$1")}) shown WHERE shown.id = $3 AND {ANY_INSTANT}
        """,
        as_of.today,
        as_of.known_at,
        edit_id,
        actor_id,
    )


async def waits(connection: Connection, key: str, scope_id: UUID, valid: Range) -> bool:
    """Whether an edit of the same row over some of these days is pending."""
    pending: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM policy_edit e WHERE key = $1 AND scope_id = $2 AND valid && $3
            AND NOT EXISTS (SELECT FROM policy_edit_closing c WHERE c.id = e.id))
        """,
        key,
        scope_id,
        valid,
    )
    return pending


async def place(connection: Connection, organization_id: UUID | None, today: date) -> Record | None:
    """The organization that decides, and its type of today (of its last day, or of its first): `id`, `type`."""
    return await connection.fetchrow(
        f"""
        SELECT deciding.id, t.type FROM (
            SELECT {_deciding("$2")} AS id FROM (SELECT coalesce($1::uuid, '{NATION}') AS scope_id) one
        ) deciding
        LEFT JOIN LATERAL (
            SELECT type FROM organization_type WHERE organization_id = deciding.id AND superseded_by IS NULL
            ORDER BY valid @> $2::date DESC, lower(valid) DESC LIMIT 1
        ) t ON true
        """,
        organization_id,
        today,
    )


async def rows_before(
    connection: Connection, keys: Sequence[str], closed_at: datetime | None
) -> list[Record]:
    """All rows of the keys believed now, or just before an edit was closed."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT p.id, p.key, p.scope, nullif(p.scope_id, '{NATION}') AS organization_id, p.valid, p.value, p.combine,
               p.source, p.confidence
        FROM policy p JOIN operation said ON said.id = p.operation_id
        LEFT JOIN operation gone ON gone.id = p.superseded_by
        WHERE p.key = ANY($1::text[]) AND ($2::timestamptz IS NULL OR said.recorded_at < $2)
          AND (p.superseded_by IS NULL OR gone.recorded_at >= $2)
        """,
        list(keys),
        closed_at,
    )
    return rows


async def groups(
    connection: Connection, days: Iterable[date], scope_id: UUID | None, bearers: Iterable[UUID]
) -> list[Record]:
    """Which organizations an edit can concern on each day, by those of `bearers` on their path from the top.

    `scope_id`: the organization whose branch it is; None: all. Columns `day`, `path`, `n`.
    """
    rows: list[Record] = await connection.fetch(
        """
        SELECT day, path, count(*) AS n FROM (
            SELECT d.day, coalesce(CASE WHEN cardinality($3::uuid[]) > 0 THEN (
                SELECT array_agg(above.ancestor_id ORDER BY above.depth DESC) FROM organization_ancestry above
                WHERE above.organization_id = one.organization_id AND above.valid @> d.day
                  AND above.ancestor_id = ANY($3::uuid[])
            ) END, '{}') AS path
            FROM unnest($1::date[]) AS d(day)
            JOIN organization_ancestry one
              ON one.valid @> d.day AND one.ancestor_id = coalesce($2::uuid, one.organization_id)
        ) concerned GROUP BY day, path
        """,
        list(days),
        scope_id,
        list(bearers),
    )
    return rows
