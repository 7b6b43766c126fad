"""Policies as SQL: which rows rule a subject on a day, and which a release ships that are not yet here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.nation import NATION
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.facts import POLICY, overwrite_from

_COLUMNS = f"""p.id, p.key, p.scope, nullif(p.scope_id, '{NATION}') AS organization_id, p.value, p.unit, p.combine,
    p.source, p.confidence, lower(p.valid) AS valid_from, upper(p.valid) AS valid_to"""


def rules_over(as_of: AsOf, path: str, keys: str) -> str:
    """The rows of the keys that hold on the day for the nation or on a path of organizations, as one jsonb.

    Path and keys are SQL expressions of arrays; for a statement that needs rules beside what it asks for.
    """
    return f"""(
        SELECT jsonb_agg(jsonb_build_object(
            'id', rule_row.id, 'key', rule_row.key, 'scope', rule_row.scope,
            'organization_id', nullif(rule_row.scope_id, '{NATION}'), 'value', rule_row.value,
            'combine', rule_row.combine, 'source', rule_row.source, 'confidence', rule_row.confidence))
        FROM {as_of.holding("policy")} rule_row
        WHERE rule_row.key = ANY({keys}::text[]) AND rule_row.scope_id = ANY(array_append({path}, '{NATION}')))"""


async def rows_for(connection: Connection, keys: Sequence[str]) -> list[Record]:
    """All rows believed of these keys, of every scope and day."""
    rows: list[Record] = await connection.fetch(
        "SELECT id, key, scope, scope_id, valid, value, combine, source, confidence FROM policy"
        " WHERE key = ANY($1::text[]) AND superseded_by IS NULL",
        list(keys),
    )
    return rows


async def rows_of(
    connection: Connection, as_of: AsOf, keys: Sequence[str], organization_id: UUID | None
) -> list[Record]:
    """All rows of these keys believed at the instant that rule the nation or an organization's path.

    `level` 0 is the nation, 1 the root and so on down the path of the day. The frame is on every row, and alone
    where there are none.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT frame.*, ruling.* FROM (
            SELECT {LATEST} AS frame_latest, $2::timestamptz AS frame_known_at,
                   $4::uuid IS NULL OR EXISTS (SELECT FROM organization WHERE id = $4) AS frame_visible
        ) frame
        LEFT JOIN LATERAL (
            SELECT {_COLUMNS}, p.valid, scope.level
            FROM {as_of.believed("policy")} p
            JOIN ({_scopes(as_of, "$4")}) scope USING (scope_id)
            WHERE p.key = ANY($3::text[])
        ) ruling ON frame_visible
        ORDER BY ruling.key, ruling.level, ruling.valid_from
        """,
        *as_of.arguments,
        list(keys),
        organization_id,
    )
    return rows


def _scopes(as_of: AsOf, organization: str) -> str:
    """The nation, and an organization's path on the day: `scope_id`, `level` from 0 downwards."""
    return f"""
        SELECT '{NATION}'::uuid AS scope_id, 0::bigint AS level
        UNION ALL
        SELECT path.ancestor_id, row_number() OVER (ORDER BY path.depth DESC)
        FROM {as_of.above(f"{organization}::uuid")} path"""


async def rows_holding(connection: Connection, as_of: AsOf, keys: Sequence[str]) -> list[Record]:
    """The rows of these keys that hold on the day, of every scope.

    `path`: from the root down to the organization of the scope as it stands on the day; null of the nation's rows.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {_COLUMNS}, p.valid, (
            SELECT array_agg(up.ancestor_id ORDER BY up.depth DESC) FROM {as_of.above("p.scope_id")} up
        ) AS path
        FROM {as_of.holding("policy")} p WHERE p.key = ANY($3::text[]) AND {ANY_INSTANT}
        """,
        *as_of.arguments,
        list(keys),
    )
    return rows


def listed(
    as_of: AsOf, keys: Sequence[str] | None, organization_id: UUID | None, all_periods: bool
) -> tuple[str, list[Any], str]:
    """The rows that hold on the day (or on any day) for the nation and an organization's path.

    SQL, arguments, visibility.
    """
    source = as_of.believed("policy") if all_periods else as_of.holding("policy")
    sql = f"""
        SELECT {_COLUMNS}, scope.level FROM {source} p JOIN ({_scopes(as_of, "$4")}) scope USING (scope_id)
        WHERE $3::text[] IS NULL OR p.key = ANY($3)"""
    visible = "($4::uuid IS NULL OR EXISTS (SELECT FROM organization WHERE id = $4))"
    return sql, [list(keys) if keys else None, organization_id], visible


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


async def edited_days(connection: Connection) -> list[Record]:
    """The days of the nation's rows that were edited here, whatever is believed of them now: `key`, `valid`."""
    rows: list[Record] = await connection.fetch(
        "SELECT e.key, e.valid FROM policy_edit e JOIN policy_edit_closing c ON c.id = e.id"
        f" WHERE c.state = 'approved' AND e.scope_id = '{NATION}'"
    )
    return rows
