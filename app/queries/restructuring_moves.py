"""What a plan does to organizations and rolls, as relations over arrays: what previews list and the application writes.

Asked while the tree still stands as before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.period import Period
from app.domain.transfers import OPEN, TransferState
from app.queries.ranges import to_range
from app.queries.restructuring_returns import coming_back


def _relation(*ids: str, **others: str) -> Any:
    """A field that SQL reads as a relation of its name: columns of ids, and others each of its type."""
    return field(default=(), metadata={"columns": dict.fromkeys(ids, "uuid") | others})


@dataclass(frozen=True, slots=True)
class Moves:
    """What a plan does to organizations and rolls. One more relation is one more field, here and nowhere else.

    `ended`: organizations that are no more; `bodies`: those whose committees end, these included. `cells`: whole rolls,
    `members`: members one by one, each from a cell to another (None: out of the register). `placed`: organizations that
    come under another one; `lapsing`: those whose authorities end. `left_behind` and `entered`: those placed, each with
    one that stood above it and does not any more, or does now and did not. `lost` and `won`: the same for those who go
    from one cell to another. `heirs`: of an organization that is no more, the one that stands for it; `succeeded`: of
    one whose place another one takes by a change of type, which. `returned`: cells of whose members those who left the
    register by the restructuring that is reversed (`reversed_id`) come back, each with a cell to which and the days
    there.
    """

    on: date
    today: date
    reversed_id: UUID | None = None
    ended: Sequence[UUID] = _relation("id")
    bodies: Sequence[UUID] = _relation("id")
    placed: Sequence[UUID] = _relation("id")
    lapsing: Sequence[UUID] = _relation("id")
    cells: Sequence[tuple[UUID, UUID | None]] = _relation("from_id", "to_id")
    members: Sequence[tuple[UUID, UUID, UUID | None]] = _relation("member_id", "from_id", "to_id")
    left_behind: Sequence[tuple[UUID, UUID]] = _relation("id", "ancestor_id")
    entered: Sequence[tuple[UUID, UUID]] = _relation("id", "ancestor_id")
    lost: Sequence[tuple[UUID, UUID | None, UUID]] = _relation("from_id", "to_id", "ancestor_id")
    won: Sequence[tuple[UUID, UUID | None, UUID]] = _relation("from_id", "to_id", "ancestor_id")
    heirs: Sequence[tuple[UUID, UUID]] = _relation("id", "heir_id")
    returned: Sequence[tuple[UUID, UUID, Period]] = _relation("from_id", "to_id", days="daterange")
    succeeded: Sequence[tuple[UUID, UUID]] = _relation("id", "successor_id")

    @property
    def arguments(self) -> tuple[Any, ...]:
        """`$2` and on, in the order of `ARRAYS`."""
        return (
            self.on,
            max(self.on, self.today),
            self.reversed_id,
            *(
                [to_range(row[place] if isinstance(row, tuple) else row) for row in getattr(self, name)]
                for name, columns in ARRAYS.items()
                for place in range(len(columns))
            ),
        )


_NUMBERS = count(5)
ARRAYS: Mapping[str, Mapping[str, str]] = {
    one.name: {column: f"${next(_NUMBERS)}::{type_}[]" for column, type_ in one.metadata["columns"].items()}
    for one in fields(Moves)
    if one.metadata
}
"""Of each relation its columns, as the arrays that were given: where an index is asked, it is asked by these."""

AHEAD = "daterange($2::date, NULL)"
_ENDED = ARRAYS["ended"]["id"]
_SENDING = f"{ARRAYS['cells']['from_id']} || {ARRAYS['members']['from_id']}"
_GIVEN = ", ".join(
    f"{name} AS (SELECT * FROM unnest({', '.join(columns.values())}) AS row_of({', '.join(columns)}))"
    for name, columns in ARRAYS.items()
)
RELATIONS = f"""
    WITH given AS (SELECT $1::uuid AS id, $2::date AS day, $3::date AS grants_end),
    {_GIVEN},
    moving AS (
        SELECT m.member_id, m.cell_id, m.standing, m.valid * {AHEAD} AS valid,
               CASE WHEN n.member_id IS NULL THEN c.to_id ELSE n.to_id END AS to_id
        FROM membership m
        LEFT JOIN members n ON n.member_id = m.member_id AND n.from_id = m.cell_id
        LEFT JOIN cells c ON c.from_id = m.cell_id
        WHERE m.cell_id = ANY({_SENDING}) AND m.superseded_by IS NULL AND m.valid && {AHEAD}
          AND (n.member_id IS NOT NULL OR c.from_id IS NOT NULL)
          AND CASE WHEN n.member_id IS NULL THEN c.to_id ELSE n.to_id END IS DISTINCT FROM m.cell_id
    ),
    {coming_back("$4", AHEAD, "SELECT * FROM returned")}"""
"""The fields as relations; `moving`: the stays from the day on that become stays elsewhere; `back`: who returns."""

BODIES = f"""
    SELECT c.committee_id, c.organization_id, c.kind FROM committee c JOIN bodies ON bodies.id = c.organization_id
    WHERE c.superseded_by IS NULL AND c.valid && {AHEAD}"""


def _seated(organizations: str) -> str:
    """The seats believed from the day on in committees of some organizations (a relation of `id`)."""
    return f"""
        (SELECT DISTINCT id FROM {organizations} o) concerned
        JOIN committee body ON body.organization_id = concerned.id AND body.superseded_by IS NULL
        JOIN seat held ON held.committee_id = body.committee_id AND held.superseded_by IS NULL
                      AND held.valid && {AHEAD}"""


SEATS = f"""
    SELECT DISTINCT held.seat_id, held.member_id, body.organization_id FROM {_seated("bodies")}
    UNION
    SELECT held.seat_id, held.member_id, body.organization_id
    FROM {_seated("(SELECT ancestor_id AS id FROM left_behind)")}
    JOIN membership stay ON stay.member_id = held.member_id AND stay.superseded_by IS NULL AND stay.valid @> $2::date
    JOIN organization_ancestry below ON below.organization_id = stay.cell_id AND below.valid @> $2::date
    JOIN left_behind gone ON gone.id = below.ancestor_id AND gone.ancestor_id = body.organization_id
    UNION
    SELECT held.seat_id, held.member_id, body.organization_id
    FROM {_seated("(SELECT ancestor_id AS id FROM lost)")}
    JOIN moving ON moving.member_id = held.member_id
    JOIN lost ON lost.from_id = moving.cell_id AND lost.to_id IS NOT DISTINCT FROM moving.to_id
             AND lost.ancestor_id = body.organization_id"""
"""Seats that end: of bodies that end, and of members who no longer stand below the seat's organization [294 16.4]."""

_OPEN = ", ".join(f"'{one.value}'" for one in sorted(OPEN))
TRANSFERS = f"""
    SELECT t.transfer_id, t.member_id, t.valid * {AHEAD} AS valid, t.from_cell_id, t.to_organization_id, t.to_cell_id,
           coalesce(moving.to_id, t.from_cell_id) AS now_from,
           coalesce(h.heir_id, t.to_organization_id) AS now_to, coalesce(hc.heir_id, t.to_cell_id) AS now_cell
    FROM transfer t
    LEFT JOIN moving ON moving.member_id = t.member_id AND moving.cell_id = t.from_cell_id
                    AND moving.valid @> greatest(lower(t.valid), $2::date)
    LEFT JOIN heirs h ON h.id = t.to_organization_id
    LEFT JOIN heirs hc ON hc.id = t.to_cell_id
    WHERE t.superseded_by IS NULL AND t.valid && {AHEAD} AND t.state IN ({_OPEN})
      AND (t.from_cell_id = ANY({_SENDING})
           OR t.to_organization_id = ANY({_ENDED}) OR t.to_cell_id = ANY({_ENDED}))
      AND (moving.to_id IS NOT NULL OR h.id IS NOT NULL OR hc.id IS NOT NULL)"""
"""Transfers under way: the sender is the cell where the member is, the destination what stands for one that ended."""

BEGUN_OUTSIDE = """
    SELECT moving.cell_id, moving.member_id FROM moving WHERE moving.to_id IS NULL AND NOT EXISTS (
        SELECT FROM membership m WHERE m.member_id = moving.member_id AND m.superseded_by IS NULL
        AND lower(m.valid) < lower(moving.valid))"""
"""Members who leave the register before they had come: their first day in it is one on which their cell has left."""

_LEAVES = "moving.member_id IS NOT NULL AND moving.to_id IS NULL"
LEFT_OPEN = f"""
    SELECT DISTINCT t.transfer_id, coalesce(moving.to_id, t.from_cell_id) AS now_from, t.from_cell_id, aim.id AS to_id,
           CASE WHEN {_LEAVES} THEN t.from_cell_id ELSE aim.id END AS ended_id
    FROM transfer t CROSS JOIN LATERAL (SELECT coalesce(t.to_cell_id, t.to_organization_id) AS id) aim
    LEFT JOIN moving ON moving.member_id = t.member_id AND moving.cell_id = t.from_cell_id
                    AND moving.valid @> greatest(lower(t.valid), $2::date)
    WHERE t.superseded_by IS NULL AND upper_inf(t.valid) AND t.state IN ({_OPEN})
      AND (t.from_cell_id = ANY({_SENDING})
           OR t.to_organization_id = ANY({_ENDED}) OR t.to_cell_id = ANY({_ENDED}))
      AND ({_LEAVES} OR (t.state <> '{TransferState.REFUSED.value}'
                        AND aim.id IN (SELECT id FROM ended EXCEPT SELECT id FROM heirs)))"""
"""Transfers under way that the parties themselves forward or end, each with what has ended (`ended_id`): the
destination, for which nothing stands, or the cell that sends, with which the member leaves the register. One that was
refused is the sender's to end, wherever it led."""

GRANTS = """
    SELECT g.grant_id, g.actor_id, g.role, g.organization_id, g.valid * daterange($3::date, NULL) AS valid
    FROM access_grant g JOIN ended ON ended.id = g.organization_id
    WHERE g.superseded_by IS NULL AND g.valid && daterange($3::date, NULL)"""
"""Roles held over what is no more, from that day or, of a day past, from today on."""


async def fetch(connection: Connection, moves: Moves, sql: str) -> list[Record]:
    """The rows of a query over the relations; more relations may come first, each behind a comma."""
    of_no_preview = None
    rows: list[Record] = await connection.fetch(f"{RELATIONS} {sql}", of_no_preview, *moves.arguments)
    return rows


async def persons(connection: Connection, moves: Moves) -> list[tuple[Any, ...]]:
    """Who changes cell, as one line for each way: from, to, how many stays, and a hash of who they are and when."""
    rows = await fetch(
        connection,
        moves,
        """
        SELECT cell_id, to_id, count(*) AS n, count(DISTINCT member_id) FILTER (WHERE valid @> $2::date) AS members,
               md5(string_agg(member_id::text || valid::text, ',' ORDER BY member_id, valid)) AS hash
        FROM given, (
            SELECT member_id, cell_id, to_id, valid FROM moving UNION ALL SELECT member_id, NULL, to_id, valid FROM back
        ) going
        GROUP BY cell_id, to_id ORDER BY cell_id, to_id
        """,
    )
    return [tuple(row) for row in rows]
