"""Acts of two persons as SQL: a row of what is proposed, and under its id one of how it ended, in `<table>_closing`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.queries.asof import AsOf

PROPOSED = ("policy_edit", "correction_proposal")
"""The tables of what is proposed by one and decided by another person."""

COURSE = """
    one.id, proposer.id AS proposer_id, proposer.name AS proposer_name, proposed.recorded_at AS proposed_at,
    proposed.reason, coalesce(closed.state, 'pending') AS state, closed.closer_id, closed.closer_name,
    closed.recorded_at AS closed_at, closed.reason AS closing_reason"""
"""What is told of every act: columns over what `known` selects from."""


def _then(as_of: AsOf, operation: str) -> str:
    return "" if as_of.known_at is None else f" AND {operation}.recorded_at <= $2"


def known(as_of: AsOf, table: str) -> str:
    """Acts known at the instant, as they stood at it: `one`, of the operation `proposed`, and how it was `closed`."""
    return f"""
        {table} one
        JOIN operation proposed ON proposed.id = one.operation_id{_then(as_of, "proposed")}
        JOIN actor proposer ON proposer.id = one.proposer_id
        LEFT JOIN LATERAL (
            SELECT c.state, c.closer_id, closer.name AS closer_name, c.operation_id, act.recorded_at, act.reason
            FROM {table}_closing c JOIN operation act ON act.id = c.operation_id
            JOIN actor closer ON closer.id = c.closer_id
            WHERE c.id = one.id{_then(as_of, "act")}
        ) closed ON true"""


def version(as_of: AsOf, shaping: str) -> str:
    """The version of `one`, as an SQL expression: it grows with its closing, and until then with each shaping act.

    `shaping` is the rest of a query, from FROM on, of the operations (`act`) that alter what the act is about.
    """
    return f"""(
        SELECT 1 + count(DISTINCT touching.id)::int FROM (
            SELECT act.id {shaping}
              AND act.id <> one.operation_id
              AND (act.recorded_at IS NULL OR act.recorded_at > proposed.recorded_at
                   AND act.recorded_at <= coalesce(closed.recorded_at, 'infinity'){_then(as_of, "act")})
            UNION ALL SELECT closed.operation_id WHERE closed.state IS NOT NULL
        ) touching)"""


async def insert(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """A new act; the names of the row are those of the table."""
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())


async def close(
    connection: Connection,
    table: str,
    act_id: UUID,
    proposer_id: UUID,
    closer_id: UUID,
    state: str,
    operation_id: UUID,
) -> None:
    """End an act."""
    await connection.execute(
        f"INSERT INTO {table}_closing (id, proposer_id, closer_id, state, operation_id)"
        " VALUES ($1, $2, $3, $4, $5)",
        act_id,
        proposer_id,
        closer_id,
        state,
        operation_id,
    )
