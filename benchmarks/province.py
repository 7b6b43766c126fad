"""A whole province, put into the register by plain SQL: 300,000 organizations, 300,000 members in 3,000 large cells.

Below the root stand ten upper organizations; in each of them one committee, thirty committees of its own, a thousand
cells under each of these: 30,030 organizations below every one of the ten committees. The first thousand cells of the
first three have a hundred members each.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

UPPERS, COMMITTEES, CELLS = 10, 30, 1_000
LARGE, MEMBERS_A_CELL = 3, 100
BEGAN = date(2020, 8, 1)
BELOW = COMMITTEES * (CELLS + 1)
"""How many organizations stand below each of the ten committees."""
ORGANIZATIONS = UPPERS * (2 + BELOW)

_ID = "('01900000-0000-7000-8000-' || lpad(to_hex(nextval('numbered')), 12, '0'))::uuid"
"""Ids that sort as they were made, as the service's own do."""

_SHAPE = """
    CREATE TEMPORARY TABLE shape AS
    WITH root AS (SELECT organization_id AS id FROM placement WHERE parent_id IS NULL LIMIT 1),
    upper_one AS (
        SELECT {id} AS id, root.id AS parent_id, n, 'special_upper' AS type, 'Đảng bộ vùng ' || n AS name
        FROM root, generate_series(0, {uppers} - 1) n
    ),
    whole AS (
        SELECT {id} AS id, id AS parent_id, n, 'grassroots_committee' AS type,
               'Đảng bộ Tổng công ty ' || n AS name
        FROM upper_one
    ),
    committee AS (
        SELECT {id} AS id, whole.id AS parent_id, n * {committees} + k AS n, 'affiliated_committee' AS type,
               'Đảng bộ Chi nhánh ' || n || '.' || k AS name
        FROM whole, generate_series(0, {committees} - 1) k
    ),
    cell AS (
        SELECT {id} AS id, committee.id AS parent_id, n * {cells} + c AS n, 'affiliated_cell' AS type,
               'Chi bộ ' || n || '.' || c AS name
        FROM committee, generate_series(0, {cells} - 1) c
    )
    SELECT * FROM upper_one UNION ALL SELECT * FROM whole UNION ALL SELECT * FROM committee
    UNION ALL SELECT * FROM cell
"""

_ORGANIZATIONS = """
    CREATE INDEX ON shape (id);
    ANALYZE shape;
    INSERT INTO organization (id) SELECT id FROM shape;
    INSERT INTO placement (valid, operation_id, organization_id, parent_id)
    SELECT days, operation_id, id, parent_id FROM shape, cause;
    INSERT INTO organization_type (valid, operation_id, organization_id, type)
    SELECT days, operation_id, id, type FROM shape, cause;
    INSERT INTO organization_name (valid, operation_id, organization_id, name, sort_key, search_key)
    SELECT days, operation_id, id, name, lower(name), lower(name) FROM shape, cause;
    INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)
    WITH RECURSIVE up(id, ancestor_id, depth) AS (
        SELECT id, id, 0 FROM shape
        UNION ALL SELECT up.id, p.parent_id, up.depth + 1 FROM up JOIN shape p ON p.id = up.ancestor_id
    )
    SELECT up.id, up.ancestor_id, up.depth, days FROM up, cause;
"""

_MEMBERS = """
    CREATE TEMPORARY TABLE roll AS
    SELECT {id} AS member_id, shape.id AS cell_id
    FROM shape, generate_series(1, {a_cell})
    WHERE type = 'affiliated_cell' AND n / {whole} < {large} AND n % {whole} < {cells};
    INSERT INTO member (id) SELECT member_id FROM roll;
    INSERT INTO membership (valid, operation_id, member_id, cell_id, standing)
    SELECT days, operation_id, member_id, cell_id, 'official' FROM roll, cause;
    INSERT INTO headcount_change (cell_id, standing, on_date, n)
    SELECT cell_id, 'official', lower(days), count(*) FROM roll, cause GROUP BY 1, 3;
    SELECT refresh_statistics();
"""


@dataclass(frozen=True)
class Province:
    """The ids that measures name: upper organizations, the committee in each, the large cells of the first three."""

    uppers: list[UUID]
    committees: list[UUID]
    homes: list[UUID]
    cells: list[list[UUID]]


async def fill(admin_dsn: str) -> Province:
    """Write it all, without guards and triggers: what is measured starts from it, and is not this."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute("SET session_replication_role = replica")
        async with connection.transaction():
            await connection.execute(
                "CREATE TEMPORARY TABLE cause AS SELECT id AS operation_id,"
                f" daterange('{BEGAN}', NULL) AS days FROM operation LIMIT 1"
            )
            await connection.execute("CREATE TEMPORARY SEQUENCE numbered")
            await connection.execute(_SHAPE.format(id=_ID, uppers=UPPERS, committees=COMMITTEES, cells=CELLS))
            await connection.execute(_ORGANIZATIONS)
            await connection.execute(
                _MEMBERS.format(
                    id=_ID, a_cell=MEMBERS_A_CELL, whole=COMMITTEES * CELLS, large=LARGE, cells=CELLS
                )
            )
        await connection.execute("VACUUM ANALYZE")
        return await _read(connection)
    finally:
        await connection.close()


async def _read(connection: asyncpg.Connection) -> Province:
    async def of(type_: str) -> list[UUID]:
        rows = await connection.fetch("SELECT id FROM shape WHERE type = $1 ORDER BY n", type_)
        return [row["id"] for row in rows]

    cells = await of("affiliated_cell")
    whole = COMMITTEES * CELLS
    return Province(
        uppers=await of("special_upper"),
        committees=await of("grassroots_committee"),
        homes=[(await of("affiliated_committee"))[number * COMMITTEES] for number in range(LARGE)],
        cells=[cells[number * whole : number * whole + CELLS] for number in range(LARGE)],
    )
