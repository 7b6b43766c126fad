"""Descent of organizations as SQL: what went into what, and who bears or bore a code."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.restructuring.lineage import Edge, LineageKind
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.facts import said_first_by
from app.queries.organizations import life
from app.queries.ratios import decimals, ratio
from app.queries.reach import readable

_OF = "parts"
"""What the denominators of shares count."""


def listed(
    as_of: AsOf, organization_id: UUID, all_chains: bool, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str]:
    """The edges up to the day from and to an organization, or all by chains: SQL, arguments, visibility."""
    known = f"""(
        SELECT *, lower(valid) AS effective_on FROM {as_of.believed("lineage")} l WHERE lower(valid) <= $1::date)"""
    columns = f"""lineage_id, source_id, target_id, kind, share, whole, effective_on,
                  {said_first_by("edge")} AS operation_id"""
    touching = f"SELECT {columns} FROM {known} edge WHERE $3::uuid IN (source_id, target_id)"
    chains = f"""
        WITH RECURSIVE known AS MATERIALIZED {known},
        descent(id, since) AS (
            SELECT $3::uuid, NULL::date
            UNION
            SELECT edge.target_id, edge.effective_on FROM descent JOIN known edge ON edge.source_id = descent.id
            WHERE descent.since IS NULL OR edge.effective_on >= descent.since
        ),
        ancestry(id, until) AS (
            SELECT $3::uuid, NULL::date
            UNION
            SELECT edge.source_id, edge.effective_on FROM ancestry JOIN known edge ON edge.target_id = ancestry.id
            WHERE ancestry.until IS NULL OR edge.effective_on <= ancestry.until
        )
        SELECT {columns} FROM known edge WHERE EXISTS (
            SELECT FROM descent WHERE descent.id = edge.source_id
            AND (descent.since IS NULL OR edge.effective_on >= descent.since)
        ) OR EXISTS (
            SELECT FROM ancestry WHERE ancestry.id = edge.target_id
            AND (ancestry.until IS NULL OR edge.effective_on <= ancestry.until))"""
    visible = readable("$3::uuid", "$4", "$5", "$6")
    arguments = [organization_id, actor_id, roles, as_of.today]
    return chains if all_chains else touching, arguments, visible


def ends(as_of: AsOf) -> str:
    """What a page shows of each listed edge: its two organizations, and its share, where the source is in reach."""
    shown = ", ".join(
        f"{side}.{column} AS {side}_{column}" for side in ("source", "target") for column in _SHOWN
    )
    share = ratio("listed.share", "listed.whole", _OF, "shown.decimals")
    return f"""
        SELECT {shown}, CASE WHEN {readable("listed.source_id", "$4", "$5", "$6")} THEN {share} END AS ratio
        FROM ({end(as_of, "listed.source_id")}) source, ({end(as_of, "listed.target_id")}) target,
             (SELECT {decimals(as_of)} AS decimals) shown"""


_SHOWN = ("id", "code", "name", "ended_on")


def end(as_of: AsOf, organization: str) -> str:
    """An organization (an SQL expression) on the day, or on its last: `id`, `code`, `name`, `ended_on`, `sort_key`.

    No row where it had not begun.
    """
    return f"""
        SELECT {organization} AS id, end_code.code, end_name.name, end_name.sort_key,
               CASE WHEN end_life.ended_on <= $1::date THEN end_life.ended_on END AS ended_on
        FROM ({life(as_of, organization)}) end_life
        JOIN {as_of.believed("organization_name")} end_name
          ON end_name.organization_id = {organization} AND end_name.valid @> end_life.day
        LEFT JOIN {as_of.believed("organization_code")} end_code
          ON end_code.organization_id = {organization} AND end_code.valid @> end_life.day
        WHERE end_life.began_on <= $1::date"""


async def edges_from(
    connection: Connection, as_of: AsOf, organization_ids: Iterable[UUID]
) -> list[tuple[Edge, datetime]]:
    """All edges up to the day that can be reached from organizations, each with the instant of its operation."""
    rows = await connection.fetch(
        f"""
        WITH RECURSIVE known AS MATERIALIZED (
            SELECT * FROM {as_of.believed("lineage")} l WHERE lower(l.valid) <= $1::date AND {ANY_INSTANT}
        ),
        passed(id) AS (
            SELECT unnest($3::uuid[])
            UNION
            SELECT edge.target_id FROM passed JOIN known edge ON edge.source_id = passed.id
        )
        SELECT edge.source_id, edge.target_id, edge.kind, edge.share, edge.whole, lower(edge.valid) AS effective_on,
               edge.measure, said.recorded_at
        FROM passed JOIN known edge ON edge.source_id = passed.id
        JOIN operation said ON said.id = {said_first_by("edge")}
        """,
        *as_of.arguments,
        list(organization_ids),
    )
    return [
        (
            Edge(
                row["source_id"],
                row["target_id"],
                LineageKind(row["kind"]),
                row["share"],
                row["whole"],
                row["effective_on"],
                row["measure"],
            ),
            row["recorded_at"],
        )
        for row in rows
    ]


async def holders(
    connection: Connection, as_of: AsOf, shares: Sequence[tuple[UUID, UUID, int, int]]
) -> list[Record]:
    """Who holds what: for `(of, holder, parts, whole)` the holder as `end` tells it, and its share; by name."""
    of, holding, parts, wholes = zip(*shares, strict=True) if shares else ((), (), (), ())
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT held.of, holder.*, {ratio("held.parts", "held.whole", _OF, "shown.decimals")} AS share
        FROM unnest($3::uuid[], $4::uuid[], $5::integer[], $6::integer[]) AS held(of, holder_id, parts, whole)
        CROSS JOIN LATERAL ({end(as_of, "held.holder_id")}) holder
        CROSS JOIN (SELECT {decimals(as_of)} AS decimals) shown
        WHERE {ANY_INSTANT} ORDER BY holder.sort_key, holder.id
        """,
        *as_of.arguments,
        list(of),
        list(holding),
        list(parts),
        list(wholes),
    )
    return rows


async def resolved(
    connection: Connection,
    as_of: AsOf,
    codes: Sequence[str],
    ids: Sequence[UUID],
    actor_id: UUID,
    roles: list[str],
) -> list[Record]:
    """Which organization is behind each code (its last bearer up to the day), then each id, in their order.

    A row each, with `end` and `borne`; `id` is null where there is none, or none that may be read. Where nothing is
    asked there is one row, with the frame alone.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at,
               asked.n, behind.id, behind.code, behind.name, behind.ended_on,
               coalesce(asked.borne, behind.ended_on IS NULL) AS borne
        FROM (SELECT) frame LEFT JOIN (
            SELECT code.n, bearer.organization_id, bearer.borne
            FROM unnest($3::text[]) WITH ORDINALITY AS code(said, n)
            LEFT JOIN LATERAL (
                SELECT bore.organization_id, bore.valid @> $1::date AS borne
                FROM {as_of.believed("organization_code")} bore
                WHERE bore.code = code.said AND lower(bore.valid) <= $1::date ORDER BY lower(bore.valid) DESC LIMIT 1
            ) bearer ON true
            UNION ALL
            SELECT cardinality($3::text[]) + one.n, one.id, NULL
            FROM unnest($4::uuid[]) WITH ORDINALITY AS one(id, n)
        ) asked ON true
        LEFT JOIN LATERAL (
            SELECT * FROM ({end(as_of, "asked.organization_id")}) told
            WHERE {readable("asked.organization_id", "$5", "$6", "$7")}
        ) behind ON true
        ORDER BY asked.n
        """,
        *as_of.arguments,
        list(codes),
        list(ids),
        actor_id,
        roles,
        as_of.today,
    )
    return rows
