"""Members of a file, as SQL: who they are, and what is to be written of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.import_cells import ENDED
from app.domain.imports import ImportKey
from app.domain.nation import NATION
from app.domain.person import IdentifierKind
from app.queries import facts, locks
from app.queries.imports import difference, following, staging
from app.queries.imports.difference import Said
from app.queries.imports.naming import bearer
from app.queries.imports.organizations import known_by
from app.queries.members import home
from app.queries.transfer_acts import stay_away

_ENDED = f"'{ENDED}'"
_PERSON = ", ".join(facts.PERSON.values)


def known_member(name: str, day: str) -> str:
    """The member that bears an id of the system `$1`, on the day rather than on another; both are SQL expressions."""
    return bearer("member", name, day)


async def resolve(
    connection: Connection, key: ImportKey, system: str, corrections: bool, today: date
) -> None:
    """Find out which rows speak of the same member, which of these are known, and which cells they name."""
    await staging.create(
        connection,
        "staged_subject",
        ["key", "member_id"],
        f"""
        WITH subject AS (
            SELECT external_id AS key, min(row) AS row, min(lower(valid)) AS day,
                   (array_agg(fresh_id ORDER BY row))[1] AS fresh_id
            FROM staged_row WHERE external_id IS NOT NULL GROUP BY external_id
        )
        SELECT s.key, s.row, s.day, $1::text AS system, coalesce(found.member_id, s.fresh_id) AS member_id,
               found.member_id IS NOT NULL AS known, {home("found.member_id", "$2")} AS home_id
        FROM subject s LEFT JOIN LATERAL ({known_member("s.key", "s.day")}) found ON true
        """,
        system,
        today,
    )
    await staging.create(
        connection,
        "staged_cell",
        ["cell", "day"],
        f"""
        SELECT n.cell, n.day, found.organization_id AS cell_id
        FROM (SELECT DISTINCT cell, lower(valid) AS day FROM staged_row WHERE cell IS NOT NULL) n
        LEFT JOIN LATERAL ({known_by(key, "n.cell", "n.day")}) found ON true
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_member",
        ["row", "member_id", "cell_id"],
        f"""
        SELECT s.row, u.member_id, u.known, u.home_id, s.valid, $1 OR upper(s.valid) IS NOT NULL AS bounded,
               $1 AND u.known AS corrected,
               c.cell_id, s.cell, s.standing, s.exit_reason, s.exit_ground, s.activity_status, {_PERSON},
               s.citizen_id, s.card_number, s.file_number
        FROM staged_row s JOIN staged_subject u ON u.key = s.external_id
        LEFT JOIN staged_cell c ON c.cell = s.cell AND c.day = lower(s.valid)
        WHERE s.sound
        """,
        corrections,
    )


async def own_known(connection: Connection, today: date) -> bool:
    """Own the known members that the file speaks of, and share the cells.

    False where somebody has moved one of them since the file was resolved.
    """
    row = await connection.fetchrow(
        """
        SELECT ARRAY(SELECT member_id FROM staged_subject WHERE known) AS members, ARRAY(
            SELECT cell_id FROM staged_cell WHERE cell_id IS NOT NULL
            UNION SELECT home_id FROM staged_subject WHERE home_id IS NOT NULL) AS cells
        """
    )
    await locks.own_members(connection, row["members"], row["cells"])
    moved: bool = await connection.fetchval(
        f"""
        SELECT EXISTS (
            SELECT FROM staged_subject u
            WHERE u.known AND u.home_id IS DISTINCT FROM {home("u.member_id", "$1")})
        """,
        today,
    )
    return not moved


TABLES = tuple(facts.MEMBER_FACTS.values())
"""The kinds of facts a file may bring."""

_SAID = "SELECT row, known, bounded, valid, member_id, {} FROM staged_member WHERE {}"

_IN_A_CELL = Said(
    facts.MEMBERSHIP,
    _SAID.format(
        "cell_id, standing, exit_reason, exit_ground",
        "exit_reason IS NULL AND coalesce(cell, standing) IS NOT NULL",
    ),
    settled={
        name: f"CASE WHEN cell_id IS NULL THEN old_{name} END" for name in ("exit_reason", "exit_ground")
    },
)
_OUT = Said(
    facts.MEMBERSHIP,
    _SAID.format("cell_id, standing, exit_reason, exit_ground", "exit_reason IS NOT NULL"),
    whole=True,
)
_ACTIVITY = Said(
    facts.ACTIVITY,
    _SAID.format(
        "CASE WHEN exit_reason IS NOT NULL THEN 'active' ELSE activity_status END AS status",
        "coalesce(exit_reason, activity_status) IS NOT NULL",
    ),
    absent={"status": "'active'"},
)
_PARTICULARS = Said(
    facts.PERSON,
    _SAID.format(
        _PERSON,
        f"num_nonnulls({', '.join(name for name in facts.PERSON.values if not name.endswith('_key'))}) > 0",
    ),
    goes_with={"sort_key": "full_name", "search_key": "full_name"},
    ended={
        name: "'empty'::daterange" if kind == "DATERANGE" else _ENDED
        for name, kind in facts.PERSON.values.items()
        if name not in ("full_name", "sort_key", "search_key", "birth_date")
    },
)

_PROVINCE = """(
    SELECT above.ancestor_id FROM organization_ancestry above
    JOIN organization_type t ON t.organization_id = above.ancestor_id AND t.superseded_by IS NULL
    WHERE above.organization_id = {cell} AND above.valid @> {day} AND t.valid @> {day} AND t.type = 'provincial')"""

_NUMBERS = Said(
    facts.IDENTIFIER,
    f"""
    SELECT b.row, b.known, b.corrected OR b.following IS NOT NULL AS bounded, b.member_id, b.kind, b.number,
           CASE WHEN b.number = {_ENDED} THEN NULL
                WHEN b.kind = '{IdentifierKind.FILE_NUMBER}' THEN coalesce(p.province_id, '{NATION}')
                ELSE '{NATION}' END AS number_space,
           CASE WHEN b.corrected THEN b.valid ELSE daterange(lower(b.valid), b.following) END AS valid
    FROM (
        SELECT m.row, m.known, m.corrected, m.member_id, m.valid,
               i.kind, i.number, coalesce(m.cell_id, (
                   SELECT e.cell_id FROM staged_member e
                   WHERE e.member_id = m.member_id AND e.cell_id IS NOT NULL AND lower(e.valid) < lower(m.valid)
                   ORDER BY lower(e.valid) DESC LIMIT 1), m.home_id) AS cell_id,
               lead(lower(m.valid)) OVER (PARTITION BY m.member_id, i.kind ORDER BY lower(m.valid)) AS following
        FROM staged_member m CROSS JOIN LATERAL (VALUES
            {", ".join(f"('{kind}', m.{kind})" for kind in IdentifierKind)}) i(kind, number)
        WHERE i.number IS NOT NULL
    ) b
    LEFT JOIN staged_province p ON p.cell_id = b.cell_id AND p.day = lower(b.valid)
    WHERE b.following IS DISTINCT FROM lower(b.valid)""",
    absent={"number": _ENDED},
)


async def compare(connection: Connection, today: date) -> None:
    """Find what is to be written, and into whose days.

    `staged_written` holds for each row on a known member the cells whose days something is written over. A stay
    that is still to come counts where the membership itself is, or where the row speaks of its days; what is said
    from an earlier day simply goes on holding there.
    """
    await connection.execute("CREATE INDEX ON staged_member (member_id)")
    await staging.create(
        connection,
        "staged_province",
        ["cell_id", "day"],
        f"""
        SELECT cell_id, day, {_PROVINCE.format(cell="cell_id", day="day")} AS province_id FROM (
            SELECT DISTINCT coalesce(c.cell_id, home_id) AS cell_id, lower(valid) AS day
            FROM staged_member c WHERE file_number IS NOT NULL AND coalesce(c.cell_id, home_id) IS NOT NULL
            UNION
            SELECT e.cell_id, lower(m.valid) FROM staged_member m JOIN staged_member e USING (member_id)
            WHERE m.cell_id IS NULL AND e.cell_id IS NOT NULL
        ) used
        """,
    )
    await following.find(connection, _IN_A_CELL, _OUT)
    for said in (_PARTICULARS, _ACTIVITY, _NUMBERS):
        await difference.find(connection, said)
    await staging.create(
        connection,
        "wanted_member_external_id",
        ["row", "member_id"],
        "SELECT row, false AS known, daterange(day, NULL) AS valid, true AS holds, member_id, system,"
        " key AS external_id FROM staged_subject WHERE NOT known ORDER BY row",
    )
    await _live(connection, today)
    wanted = " UNION ".join(f"SELECT member_id FROM wanted_{table.name} WHERE known" for table in TABLES)
    await staging.create(connection, "staged_changed", ["member_id"], wanted)
    over = " UNION ".join(
        f"""
        SELECT w.row, b.cell_id AS organization_id
        FROM wanted_{table.name} w JOIN staged_member m USING (row)
        JOIN membership b ON b.member_id = w.member_id AND b.superseded_by IS NULL AND b.valid && w.valid
        WHERE w.known AND b.cell_id IS NOT NULL
          AND ({table is facts.MEMBERSHIP} OR m.bounded OR b.valid @> lower(m.valid) OR lower(b.valid) <= $1)"""
        for table in TABLES
    )
    await staging.create(connection, "staged_written", ["organization_id"], over, today)


async def _live(connection: Connection, today: date) -> None:
    """How the membership of each member of the file would run: all its days, those in a cell, who was born by when.

    What activity is said of the last days in a cell does not outlast them. Where the membership changes, what is
    recorded of days that are none of it any more is taken back: activity off the roll, numbers before the record.
    """
    await staging.create(
        connection,
        "staged_life",
        ["member_id"],
        """
        WITH cut AS (SELECT member_id, range_agg(valid) AS days FROM wanted_membership WHERE known GROUP BY member_id)
        SELECT member_id, range_agg(valid) AS days, range_agg(valid) FILTER (WHERE inside) AS stays,
               least(min(lower(valid)), $1::date) AS born_by FROM (
            SELECT member_id, valid, cell_id IS NOT NULL OR standing IS NOT NULL AS inside FROM wanted_membership
            UNION ALL
            SELECT b.member_id, unnest(datemultirange(b.valid) - coalesce(cut.days, '{}')), b.cell_id IS NOT NULL
            FROM membership b JOIN staged_subject u USING (member_id) LEFT JOIN cut USING (member_id)
            WHERE u.known AND b.superseded_by IS NULL
        ) held GROUP BY member_id
        """,
        today,
    )
    await connection.execute(
        """
        UPDATE wanted_activity w
        SET valid = (SELECT w.valid * stay FROM unnest(l.stays) stay WHERE stay @> lower(w.valid))
        FROM staged_life l, staged_member m
        WHERE w.holds AND l.member_id = w.member_id AND l.stays @> lower(w.valid) AND NOT l.stays @> w.valid
          AND m.row = w.row AND NOT (m.bounded AND w.known)
        """
    )
    for table, days in (
        (facts.ACTIVITY, "l.stays"),
        (facts.IDENTIFIER, "datemultirange(daterange(lower(l.days), NULL))"),
        (facts.MEMBER_EXTERNAL_ID, "datemultirange(daterange(lower(l.days), NULL))"),
    ):
        columns = ", ".join(table.columns)
        await connection.execute(
            f"""
            INSERT INTO wanted_{table.name} (row, known, valid, holds, {columns})
            SELECT row, true, unnest(datemultirange(valid) - coalesce(kept, '{{}}')), false, {columns} FROM (
                SELECT m.row, {days} AS kept, f.* FROM {table.name} f
                JOIN (SELECT member_id, min(row) AS row FROM wanted_membership WHERE known GROUP BY member_id) m
                    USING (member_id)
                JOIN staged_life l USING (member_id)
                WHERE f.superseded_by IS NULL
            ) said
            """
        )


async def weigh_reach(
    connection: Connection, actor_id: UUID, today: date, visible: Sequence[str], allowed: Sequence[str]
) -> None:
    """What the actor may see and do at the cells of the file, at the homes of the known, at the cells written over."""
    await staging.weigh_reach(
        connection,
        """
        SELECT cell_id AS organization_id FROM staged_cell UNION ALL SELECT home_id FROM staged_subject
        UNION ALL SELECT organization_id FROM staged_written
        """,
        actor_id,
        today,
        visible=visible,
        allowed=allowed,
    )


OWNERS = """
    SELECT s.row, coalesce(cell.organization_id, home.organization_id) AS organization_id
    FROM staged_row s
    LEFT JOIN staged_cell c ON c.cell = s.cell AND c.day = lower(s.valid)
    LEFT JOIN staged_reach cell ON cell.organization_id = c.cell_id AND cell.visible
    LEFT JOIN staged_subject u ON u.key = s.external_id
    LEFT JOIN staged_reach home ON home.organization_id = u.home_id AND home.visible
    WHERE s.row IN (SELECT row FROM staged_error)"""
"""Whose the rows at fault are: the cell's that they name, else the home's of the member, where the actor sees it."""


async def write(connection: Connection, operation_id: UUID) -> list[UUID]:
    """Write identities and facts, and note the members touched; answers the cells concerned."""
    cells = await connection.fetch(
        """
        SELECT DISTINCT organization_id FROM (
            SELECT w.cell_id AS organization_id FROM wanted_membership w
            UNION ALL SELECT organization_id FROM staged_written
            UNION ALL SELECT u.home_id FROM staged_subject u JOIN staged_changed USING (member_id)
        ) concerned WHERE organization_id IS NOT NULL
        """
    )
    await connection.execute(
        "INSERT INTO member (id) SELECT member_id FROM staged_subject WHERE NOT known ORDER BY row"
    )
    for table in TABLES:
        await difference.write(connection, operation_id, table)
    await stay_away(connection, operation_id, "SELECT member_id FROM staged_changed")
    await connection.execute(
        "INSERT INTO operation_member (operation_id, member_id)"
        " SELECT $1::uuid, member_id FROM staged_subject WHERE NOT known"
        " UNION ALL SELECT $1::uuid, member_id FROM staged_changed",
        operation_id,
    )
    await connection.execute(
        "UPDATE member SET version = version + 1 FROM staged_changed c WHERE member.id = c.member_id"
    )
    return [row[0] for row in cells]
