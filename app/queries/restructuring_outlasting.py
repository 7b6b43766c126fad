"""What is on record of bodies beyond the day on which a restructuring ends or changes them, as SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from asyncpg import Connection

from app.domain.restructuring.tree import PLANNED
from app.queries.facts import MEMBERSHIP, ORGANIZATION_FACTS, TRANSFER, said_first_by
from app.queries.restructuring_moves import ARRAYS, BEGUN_OUTSIDE, LEFT_OPEN, Moves, fetch

_ENDED, _BODIES = ARRAYS["ended"]["id"], ARRAYS["bodies"]["id"]
IN_THE_WAY: Mapping[str, str] = {
    "meeting.organization_id": f"id = ANY({_ENDED}) AND since >= $2",
    "ballot.organization_id": f"id = ANY({_ENDED}) AND since >= $2",
    "committee.organization_id": f"id = ANY({_BODIES}) AND since >= $2",
    "lineage.target_id": f"id = ANY({_ENDED}) AND since > $2",
}
"""Facts before whose first day a body does not end (R-RS-5), by the column that names it; when they are so.

By the arguments of `Moves`; `$2` is the day.
"""


def _in_the_way(column: str, condition: str) -> str:
    table, name = column.split(".")
    return f"""
        SELECT '{table}' AS kind, id, count(*)::int AS n
        FROM (SELECT {name} AS id, lower(valid) AS since FROM {table} WHERE superseded_by IS NULL) {table}
        WHERE {condition} GROUP BY id"""


class Recorded(NamedTuple):
    """How many of a kind are on record of a body that ends; `kind`: the table."""

    kind: str
    organization_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Outlasting:
    """What is on record of bodies beyond their end: what keeps them from ending, and transfers left open with them."""

    in_the_way: Sequence[Recorded]
    left_open: Sequence[Recorded]


async def find(connection: Connection, moves: Moves) -> Outlasting:
    """What is recorded of bodies, or went into them, on days when they are no more.

    In the way is also who would leave the register before he or she had come (`BEGUN_OUTSIDE`).
    """
    kinds = " UNION ALL ".join(_in_the_way(column, condition) for column, condition in IN_THE_WAY.items())
    rows = await fetch(
        connection,
        moves,
        f"""
        SELECT found.* FROM given, (
            {kinds}
            UNION ALL
            SELECT '{MEMBERSHIP.name}', cell_id, count(*)::int FROM ({BEGUN_OUTSIDE}) membership GROUP BY cell_id
            UNION ALL
            SELECT '{TRANSFER.name}', ended_id, count(*)::int FROM ({LEFT_OPEN}) transfer GROUP BY ended_id
        ) found ORDER BY kind, id
        """,
    )
    found = [Recorded(row["kind"], row["id"], row["n"]) for row in rows]
    return Outlasting(
        in_the_way=[one for one in found if one.kind != TRANSFER.name],
        left_open=[one for one in found if one.kind == TRANSFER.name],
    )


async def turning(
    connection: Connection, turns: Sequence[tuple[UUID, date]]
) -> dict[tuple[UUID, date], UUID]:
    """Of organizations, each with a day on which it is known to change or to end, the last operation that said so."""
    said = " UNION ALL ".join(
        f"""
        SELECT {said_first_by("f")} AS id FROM {ORGANIZATION_FACTS[fact].name} f
        WHERE f.organization_id = turn.organization_id AND f.superseded_by IS NULL AND lower(f.valid) = turn.day
        UNION ALL
        SELECT f.superseded_by FROM {ORGANIZATION_FACTS[fact].name} f
        WHERE f.organization_id = turn.organization_id AND f.valid @> turn.day AND lower(f.valid) < turn.day
          AND EXISTS (SELECT FROM {ORGANIZATION_FACTS[fact].name} still
                      WHERE still.organization_id = f.organization_id AND still.superseded_by IS NULL
                        AND upper(still.valid) = turn.day)"""
        for fact in PLANNED
    )
    rows = await connection.fetch(
        f"""
        SELECT turn.organization_id, turn.day, who.id FROM unnest($1::uuid[], $2::date[]) AS turn(organization_id, day)
        CROSS JOIN LATERAL (
            SELECT said.id FROM ({said}) said JOIN operation ON operation.id = said.id
            ORDER BY operation.recorded_at DESC LIMIT 1
        ) who
        """,
        [key for key, _ in turns],
        [day for _, day in turns],
    )
    return {(row["organization_id"], row["day"]): row["id"] for row in rows}
