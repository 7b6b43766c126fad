"""Organizations of a file, as SQL: who they are, what is wrong with them, what is to be written of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.imports import ImportKey
from app.queries import facts
from app.queries.asof import DEEPEST
from app.queries.imports import difference, staging
from app.queries.imports.difference import Said
from app.queries.imports.staging import refuse_where

_KNOWN_BY = {
    ImportKey.EXTERNAL_ID: """
        SELECT x.organization_id FROM organization_external_id x
        WHERE x.system = $1 AND x.external_id = {name} AND x.superseded_by IS NULL
        ORDER BY x.valid @> {day} DESC, lower(x.valid) DESC LIMIT 1""",
    ImportKey.CODE: """
        SELECT c.organization_id FROM organization_code c
        WHERE $1::text IS NOT DISTINCT FROM $1 AND c.code = {name} AND c.superseded_by IS NULL
          AND c.valid @> {day} LIMIT 1""",
}


def known_by(key: ImportKey, name: str, day: str) -> str:
    """The organization that bears an id (of the system `$1`) or on the day a code; all are SQL expressions."""
    return _KNOWN_BY[key].format(name=name, day=day)


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


async def lock_known(connection: Connection) -> None:
    """Keep others from changing the organizations that the file speaks of."""
    await connection.execute(
        "SELECT id FROM organization WHERE id IN (SELECT organization_id FROM staged_subject WHERE known)"
        " ORDER BY id FOR NO KEY UPDATE"
    )


_NEW = "SELECT row, known, bounded, valid, organization_id, {} FROM staged_organization WHERE NOT known"
_ALL = (
    "SELECT row, known, bounded, valid, organization_id, {} FROM staged_organization"
    " WHERE NOT isempty(valid) AND {} IS NOT NULL"
)

TABLES = (
    facts.PLACEMENT,
    facts.ORGANIZATION_NAME,
    facts.ORGANIZATION_TYPE,
    facts.ORGANIZATION_CODE,
    facts.ORGANIZATION_SECTOR,
    facts.ORGANIZATION_EXTERNAL_ID,
    facts.ORGANIZATION_OPENING,
)
"""The kinds of facts a file may bring, in the order of writing."""


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
        ),
        Said(facts.ORGANIZATION_CODE, _ALL.format("code", "code")),
        Said(facts.ORGANIZATION_SECTOR, _ALL.format("sector", "sector")),
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


_NOTHING = "jsonb_build_object() AS facts"
_JUDGED = "CASE WHEN o.bounded THEN o.valid ELSE daterange(lower(o.valid), lower(o.valid) + 1) END"

_OTHER_PARENT = f"""
    SELECT o.row, {_NOTHING} FROM staged_organization o
    LEFT JOIN staged_reach r ON r.organization_id = o.parent_id
    WHERE o.known AND o.parent IS NOT NULL AND coalesce(r.visible, NOT o.parent_known, false) = {{visible}}
      AND EXISTS (SELECT FROM placement p WHERE p.organization_id = o.organization_id AND p.superseded_by IS NULL
                  AND p.valid && {_JUDGED} AND p.parent_id IS DISTINCT FROM o.parent_id)"""

_CHECKS: tuple[tuple[str | None, str, str], ...] = (
    (
        "valid_from",
        "rows_overlap",
        """
        SELECT row, jsonb_build_object('other_row', other) AS facts FROM (
            SELECT row, said_valid, lag(row) OVER series AS other,
                   max(coalesce(upper(said_valid), 'infinity')) OVER
                       (series ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM staged_organization WINDOW series AS (PARTITION BY organization_id ORDER BY lower(said_valid), row)
        ) placed WHERE lower(said_valid) < reached""",
    ),
    (
        "valid_from",
        "rows_have_gap",
        f"""
        SELECT row, {_NOTHING} FROM (
            SELECT row, said_valid, max(coalesce(upper(said_valid), 'infinity')) OVER
                (PARTITION BY organization_id ORDER BY lower(said_valid), row
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM staged_organization WHERE NOT known
        ) placed WHERE lower(said_valid) > reached""",
    ),
    (
        "name",
        "missing_value",
        f"SELECT row, {_NOTHING} FROM staged_organization WHERE NOT known AND name IS NULL",
    ),
    (
        "type",
        "missing_value",
        f"SELECT row, {_NOTHING} FROM staged_organization WHERE NOT known AND type IS NULL",
    ),
    (
        "parent",
        "parent_missing",
        f"SELECT row, {_NOTHING} FROM staged_organization WHERE NOT known AND parent IS NULL",
    ),
    (
        "parent",
        "unknown_organization",
        f"""
        SELECT o.row, {_NOTHING} FROM staged_organization o
        LEFT JOIN staged_reach r ON r.organization_id = o.parent_id
        WHERE NOT o.known AND o.parent IS NOT NULL
          AND (o.parent_id IS NULL OR (o.parent_known AND NOT r.visible))""",
    ),
    ("parent", "unknown_organization", _OTHER_PARENT.format(visible="false")),
    ("parent", "restructuring_needed", _OTHER_PARENT.format(visible="true")),
    (
        "parent",
        "import_not_allowed",
        f"""
        SELECT o.row, {_NOTHING} FROM staged_organization o
        JOIN staged_reach r ON r.organization_id = o.parent_id
        WHERE NOT o.known AND r.visible AND NOT r.allowed""",
    ),
    (
        "type",
        "restructuring_needed",
        f"""
        SELECT o.row, {_NOTHING} FROM staged_organization o WHERE o.known AND o.type IS NOT NULL AND EXISTS (
            SELECT FROM organization_type t WHERE t.organization_id = o.organization_id
            AND t.superseded_by IS NULL AND t.valid && {_JUDGED} AND t.type <> o.type)""",
    ),
    (
        "valid_from",
        "restructuring_needed",
        f"""
        SELECT row, {_NOTHING} FROM staged_organization
        WHERE known AND (lower(said_valid) < lower(life) OR isempty(valid))""",
    ),
    (
        "valid_to",
        "restructuring_needed",
        f"""
        SELECT row, {_NOTHING} FROM (
            SELECT DISTINCT ON (organization_id) * FROM staged_organization WHERE known
            ORDER BY organization_id, lower(said_valid) DESC
        ) last WHERE upper(said_valid) IS NOT NULL AND CASE WHEN corrections THEN upper(said_valid) > upper(life)
            ELSE upper(said_valid) IS DISTINCT FROM upper(life) END""",
    ),
    (
        "parent",
        "parent_not_alive_then",
        f"""
        SELECT o.row, {_NOTHING} FROM staged_organization o
        LEFT JOIN staged_subject u ON u.organization_id = o.parent_id
        WHERE NOT o.known AND o.parent_id IS NOT NULL AND coalesce(u.sound OR u.known, true)
          AND NOT coalesce(datemultirange(u.life), organization_periods(o.parent_id), '{{}}') @> o.valid""",
    ),
    (
        "parent",
        "tree_cycle",
        f"""
        WITH RECURSIVE new AS (
            SELECT o.row, o.organization_id, o.parent_id, o.valid,
                   u.sound IS FALSE OR o.parent_known OR o.parent_id IS NULL AS rests
            FROM staged_organization o LEFT JOIN staged_subject u ON u.organization_id = o.parent_id
            WHERE NOT o.known
        ),
        hangs(row, organization_id, valid, depth) AS (
            SELECT row, organization_id, valid, 1 FROM new WHERE rests
            UNION
            SELECT n.row, n.organization_id, n.valid * h.valid, h.depth + 1
            FROM hangs h JOIN new n ON n.parent_id = h.organization_id AND n.valid && h.valid AND NOT n.rests
            WHERE h.depth < {DEEPEST}
        )
        SELECT n.row, {_NOTHING} FROM new n
        LEFT JOIN (SELECT row, range_agg(valid) AS valid FROM hangs GROUP BY row) h USING (row)
        WHERE NOT n.rests AND NOT coalesce(h.valid, '{{}}') @> n.valid
          AND NOT EXISTS (SELECT FROM staged_error WHERE code IN ('parent_not_alive_then', 'rows_have_gap'))""",
    ),
    (
        "opened_on",
        "opened_outside_life",
        f"SELECT row, {_NOTHING} FROM staged_organization WHERE opened_on IS NOT NULL AND NOT life @> opened_on",
    ),
    (
        None,
        "import_not_allowed",
        f"""
        SELECT u.row, {_NOTHING} FROM staged_subject u JOIN staged_changed USING (organization_id)
        JOIN staged_reach r USING (organization_id) WHERE r.visible AND NOT r.allowed""",
    ),
)


async def check(connection: Connection, key: ImportKey) -> None:
    """Note what is wrong with the rows, besides the parent matrix."""
    for column, code, query in _CHECKS:
        await refuse_where(connection, column, code, query)
    await refuse_where(
        connection,
        key.value,
        f"{key}_taken",
        f"""
        SELECT u.row, {_NOTHING} FROM staged_subject u JOIN staged_reach r USING (organization_id)
        WHERE u.known AND NOT r.visible""",
    )
    await staging.refuse_taken(connection, facts.ORGANIZATION_CODE, ("code",), "code", "code_taken")
    await staging.refuse_taken(
        connection,
        facts.ORGANIZATION_EXTERNAL_ID,
        ("system", "external_id"),
        "external_id",
        "external_id_taken",
    )
    await staging.conceal(
        connection,
        """
        SELECT DISTINCT o.row FROM staged_organization o JOIN staged_reach r USING (organization_id)
        WHERE o.known AND NOT r.visible""",
        key.value,
        f"{key}_taken",
    )


async def links(connection: Connection) -> list[Record]:
    """The pairs of types that new links bring together, each with the first day of such a link.

    Columns `on_day`, `type`, `parent_type`.
    """
    rows: list[Record] = await connection.fetch(
        f"SELECT DISTINCT on_day, type, parent_type FROM ({_LINKS}) link WHERE parent_type IS NOT NULL"
    )
    return rows


_LINKS = """
    SELECT o.row, lower(o.valid) AS on_day, o.type, coalesce(
        (SELECT n.type FROM staged_organization n
         WHERE n.organization_id = o.parent_id AND NOT n.known AND n.valid @> lower(o.valid) LIMIT 1),
        (SELECT t.type FROM organization_type t WHERE t.organization_id = o.parent_id
         AND t.superseded_by IS NULL AND t.valid @> lower(o.valid))
    ) AS parent_type
    FROM staged_organization o WHERE NOT o.known AND o.type IS NOT NULL AND o.parent_id IS NOT NULL"""


async def refuse_links(
    connection: Connection, days: list[date], types: list[str], parent_types: list[str], why: list[str]
) -> None:
    """Note the rows whose link is one of these pairs; `why` holds the facts as JSON."""
    await connection.execute(
        f"""
        INSERT INTO staged_error (row, "column", code, facts)
        SELECT link.row, 'parent', 'parent_type_not_allowed', bad.facts
        FROM ({_LINKS}) link
        JOIN unnest($1::date[], $2::text[], $3::text[], $4::text[]) AS bad(on_day, type, parent_type, facts)
        USING (on_day, type, parent_type)
        """,
        days,
        types,
        parent_types,
        why,
    )


async def count(connection: Connection) -> Record:
    """How many organizations of the file are `created`, `changed`, `unchanged`."""
    return await connection.fetchrow(
        """
        SELECT count(*) FILTER (WHERE NOT known) AS created,
               count(*) FILTER (WHERE c.organization_id IS NOT NULL) AS changed,
               count(*) FILTER (WHERE known AND c.organization_id IS NULL) AS unchanged
        FROM staged_subject LEFT JOIN staged_changed c USING (organization_id)
        """
    )


async def write(connection: Connection, operation_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Write identities and facts; answers the new organizations and the changed ones."""
    await connection.execute(
        "INSERT INTO organization (id) SELECT organization_id FROM staged_subject WHERE NOT known ORDER BY row"
    )
    for table in TABLES:
        await difference.write(connection, operation_id, table)
    new = await connection.fetch("SELECT organization_id FROM staged_subject WHERE NOT known")
    changed = await connection.fetch("SELECT organization_id FROM staged_changed")
    return [row[0] for row in new], [row[0] for row in changed]
