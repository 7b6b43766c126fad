"""What must still hold of the tree and the rolls once an operation is taken back, as SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.period import Period
from app.queries.facts import (
    MEMBERSHIP,
    ORGANIZATION_AUTHORITY,
    ORGANIZATION_TYPE,
    PLACEMENT,
    SEAT,
    FactTable,
    said_first_by,
)
from app.queries.ranges import to_period
from app.queries.reversal import (
    Dependants,
    apart,
    known,
    known_after,
    known_later,
    latest,
    saying,
    would_end,
)

SHAPING = (PLACEMENT, ORGANIZATION_TYPE, ORGANIZATION_AUTHORITY)
"""The facts that decide who may stand under whom, and who may be in what."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """The organizations of which an operation said place, type or powers, and those under which it placed them.

    Those that are only there by the operation are left out. `since`: the first of the days of which it said so.
    """

    organizations: Sequence[UUID] = ()
    since: date = date.max


async def shaped(connection: Connection, operation_id: UUID, tables: Iterable[FactTable]) -> Shaped:
    """What taking an operation back shapes anew; `find_still_said` must have run."""
    said = [
        f"SELECT organization_id, {'parent_id' if table is PLACEMENT else 'NULL::uuid AS parent_id'}, valid"
        f" FROM {table.name} WHERE operation_id = $1 OR superseded_by = $1"
        for table in tables
        if table in SHAPING
    ]
    if not said:
        return Shaped()
    row = await connection.fetchrow(
        f"""
        SELECT min(lower(valid)) AS since, array_agg(DISTINCT organization_id) AS below,
               array_agg(DISTINCT parent_id) FILTER (WHERE parent_id IS NOT NULL) AS above
        FROM ({" UNION ALL ".join(said)}) said
        WHERE NOT EXISTS (SELECT FROM {would_end(PLACEMENT)} ended WHERE ended.id = said.organization_id)
        """,
        operation_id,
    )
    if row["since"] is None:
        return Shaped()
    return Shaped(sorted({*row["below"], *(row["above"] or ())}), row["since"])


_BROUGHT = f"""
    SELECT held.*, body.organization_id, over.valid * held.valid * stay.valid AS days FROM {known(MEMBERSHIP)} stay
    JOIN seat held ON held.member_id = stay.member_id AND held.superseded_by IS NULL AND held.valid && stay.valid
    JOIN committee body ON body.committee_id = held.committee_id AND body.superseded_by IS NULL
    JOIN organization_ancestry over ON over.organization_id = stay.cell_id AND over.ancestor_id = body.organization_id
    UNION ALL
    SELECT held.*, body.organization_id, over.valid * held.valid * stay.valid * below.valid
    FROM {known(PLACEMENT)} placed
    JOIN organization_ancestry over ON over.organization_id = placed.organization_id AND over.depth > 0
        AND over.valid && placed.valid
    JOIN committee body ON body.organization_id = over.ancestor_id AND body.superseded_by IS NULL
    JOIN seat held ON held.committee_id = body.committee_id AND held.superseded_by IS NULL AND held.valid && over.valid
    JOIN membership stay ON stay.member_id = held.member_id AND stay.superseded_by IS NULL
        AND stay.valid && held.valid
    JOIN organization_ancestry below ON below.organization_id = stay.cell_id
        AND below.ancestor_id = placed.organization_id"""
"""Seats over cells where an operation had brought the member, and over what it had placed below their committees."""


async def seated(connection: Connection, operation_id: UUID) -> list[Record]:
    """The seats given since an operation became known over where it had brought members; `find_still_said` has run.

    Columns `id` (of the operation that gave it), `member_id`, `organization_id` and `days`.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT DISTINCT {said_first_by("held")} AS id, member_id, organization_id, days FROM ({_BROUGHT}) held
        WHERE NOT isempty(days) AND {apart(SEAT, "held")} AND {known_later("held")}
        """,
        operation_id,
    )
    return rows


async def left_behind(connection: Connection, seats: Sequence[Record]) -> Dependants:
    """Who gave those of the seats whose members no longer stand below the committee on all the days [294 16.4]."""
    asked = """
        SELECT was.id FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::daterange[])
            AS was(id, member_id, organization_id, days)
        WHERE NOT was.days <@ (
            SELECT coalesce(range_agg(stay.valid * above.valid), '{}') FROM membership stay
            JOIN organization_ancestry above ON above.organization_id = stay.cell_id
                AND above.ancestor_id = was.organization_id
            WHERE stay.member_id = was.member_id AND stay.superseded_by IS NULL)"""
    return await latest(connection, asked, *([row[place] for row in seats] for place in range(4)))


def _outside(cells: str) -> str:
    """Who is in cells (an array in SQL) on days on which they hold no members, and whose rolls lead there on such a
    day: columns `cell_id`, `valid`, `operation_id`.
    """
    return f"""
        SELECT cell_id, stay.valid, stay.operation_id FROM (
            SELECT cell_id, valid, operation_id FROM membership
            WHERE cell_id = ANY({cells}) AND superseded_by IS NULL
            UNION ALL
            SELECT destination_id, daterange(lower(valid), lower(valid) + 1), operation_id FROM roll_destination
            WHERE destination_id = ANY({cells}) AND superseded_by IS NULL
        ) stay LEFT JOIN (SELECT * FROM cell_life WHERE cell_id = ANY({cells})) life USING (cell_id)
        WHERE NOT stay.valid <@ coalesce(life.days, '{{}}')"""


async def outside_cells(
    connection: Connection, reversing_id: UUID, organization_ids: Iterable[UUID]
) -> list[tuple[Period, UUID]]:
    """Stays on days on which the cell holds no members, the earliest of each cell; once all is taken back.

    Asked are the organizations given, the cells in which members are again, and those to which rolls lead again.
    """
    cells = await connection.fetchval(
        """
        SELECT array_agg(id) FROM (
            SELECT cell_id AS id FROM membership WHERE operation_id = $1
            UNION SELECT destination_id FROM roll_destination WHERE operation_id = $1
            UNION SELECT unnest($2::uuid[])
        ) cell WHERE id IS NOT NULL
        """,
        reversing_id,
        list(organization_ids),
    )
    rows = await connection.fetch(
        f"SELECT DISTINCT ON (cell_id) cell_id, valid FROM ({_outside('$1::uuid[]')}) s ORDER BY cell_id, valid",
        cells,
    )
    return [(to_period(row["valid"]), row["cell_id"]) for row in rows]


async def later_shaping(
    connection: Connection, operation_id: UUID, organization_ids: Iterable[str]
) -> Dependants:
    """The operations known after one that shaped organizations, or put members where none can be without it.

    Those that took back a fact count only where it is not believed again.
    """
    shaping = [saying(table, "organization_id = ANY($2::uuid[])") for table in SHAPING]
    outside = f"SELECT operation_id FROM ({_outside('$2::uuid[]')}) stay"
    asked = known_after(" UNION ALL ".join([*shaping, outside]))
    return await latest(connection, asked, operation_id, list(map(UUID, organization_ids)))
