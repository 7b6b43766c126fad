"""Organizations of a file, as SQL: who they are, and what is to be written of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.import_cells import ENDED
from app.domain.imports import ImportKey
from app.queries import facts, locks
from app.queries.imports import difference, staging
from app.queries.imports.difference import Said
from app.queries.imports.naming import bearer

_ENDED = f"'{ENDED}'"


def known_by(key: ImportKey, name: str, day: str) -> str:
    """The organization that bears an id (of the system `$1`) or on the day a code; all are SQL expressions."""
    if key is ImportKey.EXTERNAL_ID:
        return bearer("organization", name, day)
    return f"""
        SELECT borne_code.organization_id FROM organization_code borne_code
        WHERE $1::text IS NOT DISTINCT FROM $1 AND borne_code.code = {name} AND borne_code.superseded_by IS NULL
          AND borne_code.valid @> {day} LIMIT 1"""


def once_known_by(key: ImportKey, name: str, day: str) -> str:
    """The organization that bears an id, or bore a code last until the day; as `known_by`."""
    if key is ImportKey.EXTERNAL_ID:
        return bearer("organization", name, day)
    return f"""
        SELECT bore_code.organization_id FROM organization_code bore_code
        WHERE $1::text IS NOT DISTINCT FROM $1 AND bore_code.code = {name} AND bore_code.superseded_by IS NULL
          AND lower(bore_code.valid) <= {day} ORDER BY lower(bore_code.valid) DESC LIMIT 1"""


async def resolve(connection: Connection, key: ImportKey, system: str | None, corrections: bool) -> None:
    """Find out which rows speak of the same organization, which of these are known, and who the parents are.

    `staged_organization` holds the sound rows; of what is known, only the days on which it exists.
    """
    await staging.create(
        connection,
        "staged_subject",
        ["key", "organization_id"],
        f"""
        WITH subject AS (
            SELECT {key} AS key, min(row) AS row, min(lower(valid)) AS day, bool_and(sound) AS sound,
                   (array_agg(fresh_id ORDER BY row))[1] AS fresh_id, range_merge(range_agg(valid)) AS said_life
            FROM staged_row WHERE {key} IS NOT NULL GROUP BY {key}
        )
        SELECT s.key, s.row, s.sound, coalesce(found.organization_id, s.fresh_id) AS organization_id,
               found.organization_id IS NOT NULL AS known,
               CASE WHEN found.organization_id IS NULL THEN s.said_life ELSE (
                   SELECT range_merge(range_agg(p.valid)) FROM placement p
                   WHERE p.organization_id = found.organization_id AND p.superseded_by IS NULL) END AS life
        FROM subject s LEFT JOIN LATERAL ({known_by(key, "s.key", "s.day")}) found ON true
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_organization",
        ["row", "organization_id", "parent_id"],
        f"""
        WITH named AS (SELECT DISTINCT parent, lower(valid) AS day FROM staged_row WHERE parent IS NOT NULL),
        found AS (
            SELECT n.parent, n.day, coalesce(u.organization_id, r.organization_id) AS organization_id,
                   u.organization_id IS NULL OR u.known AS known
            FROM named n LEFT JOIN staged_subject u ON u.key = n.parent
            LEFT JOIN LATERAL ({known_by(key, "n.parent", "n.day")}) r ON u.key IS NULL
        )
        SELECT s.row, $1::text AS system, s.external_id, s.parent, s.code, s.type,
               s.name, s.name_en, s.sort_key, s.search_key, s.sector, s.opened_on, s.valid AS said_valid,
               u.organization_id, u.known, u.life,
               CASE WHEN u.known THEN s.valid * u.life ELSE s.valid END AS valid,
               $2 OR upper(s.valid) IS NOT NULL AS bounded, $2 AS corrections,
               f.organization_id AS parent_id, f.known AS parent_known
        FROM staged_row s JOIN staged_subject u ON u.key = s.{key}
        LEFT JOIN found f ON f.parent = s.parent AND f.day = lower(s.valid)
        WHERE s.sound
        """,
        system,
        corrections,
    )


async def own_known(connection: Connection) -> None:
    """Own the known organizations that the file speaks of."""
    await locks.own_organizations_of(connection, "SELECT organization_id FROM staged_subject WHERE known")


_NEW = "SELECT row, known, bounded, valid, organization_id, {} FROM staged_organization WHERE NOT known"
_ALL = (
    "SELECT row, known, bounded, valid, organization_id, {} FROM staged_organization"
    " WHERE NOT isempty(valid) AND {} IS NOT NULL"
)

TABLES = tuple(
    table for table in facts.ORGANIZATION_FACTS.values() if table is not facts.ORGANIZATION_AUTHORITY
)
"""The kinds of facts a file may bring: all but authorities, each of which is a decision of its own."""


async def compare(connection: Connection, key: ImportKey, corrections: bool) -> None:
    """Find what is to be written. Shape (place, type, life) is only ever said of new organizations."""
    names = "name, name_en, sort_key, search_key"
    for said in (
        Said(facts.PLACEMENT, _NEW.format("parent_id")),
        Said(facts.ORGANIZATION_TYPE, _NEW.format("type")),
        Said(
            facts.ORGANIZATION_NAME,
            _ALL.format(names, "coalesce(name, name_en)"),
            goes_with={"sort_key": "name", "search_key": "name"},
            ended={"name_en": _ENDED},
        ),
        Said(facts.ORGANIZATION_CODE, _ALL.format("code", "code"), absent={"code": _ENDED}),
        Said(facts.ORGANIZATION_SECTOR, _ALL.format("sector", "sector"), absent={"sector": _ENDED}),
    ):
        await difference.find(connection, said)
    bearers = "NOT known" if key is ImportKey.EXTERNAL_ID else "true"
    await difference.find(
        connection,
        Said(
            facts.ORGANIZATION_EXTERNAL_ID,
            _ALL.format("system, external_id", "external_id") + f" AND {bearers}",
        ),
    )
    await _compare_openings(connection, corrections)
    wanted = " UNION ".join(
        f"SELECT organization_id FROM wanted_{table.name} WHERE known" for table in TABLES
    )
    await staging.create(connection, "staged_changed", ["organization_id"], wanted)


async def _compare_openings(connection: Connection, corrections: bool) -> None:
    """From when the rolls are complete: of new organizations by default from their first day.

    A later day than recorded contradicts only as a correction.
    """
    await staging.create(
        connection,
        "wanted_organization_opening",
        ["row", "organization_id"],
        """
        WITH said AS (
            SELECT min(row) AS row, organization_id, known, life,
                   CASE WHEN known THEN min(opened_on) ELSE coalesce(min(opened_on), lower(life)) END AS day
            FROM staged_organization GROUP BY organization_id, known, life
        ),
        compared AS (
            SELECT s.*, lower(o.valid) AS recorded FROM said s
            LEFT JOIN organization_opening o ON o.organization_id = s.organization_id AND o.superseded_by IS NULL
            WHERE s.life @> s.day
        )
        SELECT row, known, organization_id, daterange(day, upper(life)) AS valid, true AS holds
        FROM compared WHERE recorded IS NULL OR day < recorded OR ($1 AND day > recorded)
        UNION ALL
        SELECT row, known, organization_id, daterange(recorded, day), false
        FROM compared WHERE $1 AND day > recorded
        """,
        corrections,
    )


async def weigh_reach(
    connection: Connection, actor_id: UUID, today: date, visible: Sequence[str], allowed: Sequence[str]
) -> None:
    """What the actor may see and do at the known organizations of the file."""
    await staging.weigh_reach(
        connection,
        """
        SELECT organization_id FROM staged_subject WHERE known
        UNION ALL SELECT parent_id FROM staged_organization WHERE parent_known
        """,
        actor_id,
        today,
        visible=visible,
        allowed=allowed,
    )


OWNERS = """
    SELECT o.row, coalesce(itself.organization_id, parent.organization_id) AS organization_id
    FROM staged_organization o
    LEFT JOIN staged_reach itself ON itself.organization_id = o.organization_id AND itself.visible
    LEFT JOIN staged_reach parent ON parent.organization_id = o.parent_id AND parent.visible
    WHERE o.row IN (SELECT row FROM staged_error)"""
"""Whose the rows at fault are: their organization's, else the parent's, where the actor sees it."""

BELOW = """
    SELECT organization_id AS below, parent_id AS above FROM staged_organization
    WHERE NOT known AND NOT parent_known"""
"""New organizations below new ones."""


async def write(connection: Connection, operation_id: UUID) -> None:
    """Write identities and facts."""
    await connection.execute(
        "INSERT INTO organization (id) SELECT organization_id FROM staged_subject WHERE NOT known ORDER BY row"
    )
    for table in TABLES:
        await difference.write(connection, operation_id, table)
