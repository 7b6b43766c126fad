"""Policies as SQL: which rows rule a subject on a day, and which a release ships that are not yet here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import AsOf
from app.queries.facts import POLICY, overwrite_from

NATION = UUID(int=0)


async def rows_for(connection: Connection, keys: Sequence[str]) -> list[Record]:
    """All rows believed of these keys, of every scope and day."""
    rows: list[Record] = await connection.fetch(
        "SELECT id, key, scope, scope_id, valid, value, combine, source, confidence FROM policy"
        " WHERE key = ANY($1::text[]) AND superseded_by IS NULL",
        list(keys),
    )
    return rows


def listed(
    as_of: AsOf, keys: Sequence[str] | None, organization_id: UUID | None, whole: bool
) -> tuple[str, list[Any]]:
    """The rows that hold on the day (or on any, with `whole`) for the nation and for an organization's path."""
    source = as_of.believed("policy") if whole else as_of.holding("policy")
    scopes = f"p.scope_id = '{NATION}'"
    if organization_id is not None:
        scopes += f" OR p.scope_id IN (SELECT ancestor_id FROM {as_of.above('$4::uuid')} path)"
    sql = f"""
        SELECT p.id, p.key, p.scope, p.scope_id, lower(p.valid) AS valid_from, upper(p.valid) AS valid_to,
               p.value, p.unit, p.combine, p.source, p.confidence
        FROM {source} p
        WHERE ($3::text[] IS NULL OR p.key = ANY($3)) AND ($4::uuid IS NULL OR true) AND ({scopes})"""
    return sql, [list(keys) if keys else None, organization_id]


async def ship(connection: Connection, operation_id: UUID, rows: Sequence[dict[str, Any]]) -> None:
    """Believe the national rows a release ships (fields as the files have them)."""
    await overwrite_from(
        connection,
        POLICY,
        operation_id,
        f"""
        SELECT key, '{NATION}'::uuid AS scope_id, daterange(valid_from, valid_to) AS valid, true AS holds,
               'national' AS scope, value, unit, combine, source, confidence
        FROM jsonb_to_recordset($2) AS s(
            key text, valid_from date, valid_to date, value jsonb,
            unit text, combine text, source text, confidence text)""",
        list(rows),
    )


async def shipped(connection: Connection) -> list[Record]:
    """The national rows believed now."""
    rows: list[Record] = await connection.fetch(
        f"SELECT key, valid, value, unit, combine, source, confidence FROM policy"
        f" WHERE scope_id = '{NATION}' AND superseded_by IS NULL"
    )
    return rows
