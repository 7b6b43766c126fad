"""What can be wrong with organizations of a file: each check selects rows at fault, once all are compared."""

from datetime import date

from asyncpg import Connection, Record

from app.domain.authority import Authority
from app.domain.hierarchy import DEEPEST
from app.domain.imports import ImportKey
from app.queries import facts
from app.queries.imports import catalogue_checks
from app.queries.imports.checks import (
    NOTHING,
    Check,
    conceal,
    of_periods,
    of_versions,
    refuse_all,
    refuse_taken,
)
from app.queries.imports.organizations import TABLES

_JUDGED = "CASE WHEN o.bounded THEN o.valid ELSE daterange(lower(o.valid), lower(o.valid) + 1) END"

_OTHER_PARENT = f"""
    SELECT o.row, {NOTHING} FROM staged_organization o
    LEFT JOIN staged_reach r ON r.organization_id = o.parent_id
    WHERE o.known AND o.parent IS NOT NULL AND coalesce(r.visible, NOT o.parent_known, false) = {{visible}}
      AND EXISTS (SELECT FROM placement p WHERE p.organization_id = o.organization_id AND p.superseded_by IS NULL
                  AND p.valid && {_JUDGED} AND p.parent_id IS DISTINCT FROM o.parent_id)"""

_PARENT_SEEN = (
    "NOT EXISTS (SELECT FROM staged_reach r WHERE r.organization_id = o.parent_id AND NOT r.visible)"
)
"""Nothing is said of a parent out of reach but that it is unknown."""

_CHECKS: tuple[Check, ...] = (
    *of_periods("staged_organization", "organization_id", "said_valid"),
    (
        "name",
        "missing_value",
        f"SELECT row, {NOTHING} FROM staged_organization WHERE NOT known AND name IS NULL",
    ),
    (
        "type",
        "missing_value",
        f"SELECT row, {NOTHING} FROM staged_organization WHERE NOT known AND type IS NULL",
    ),
    (
        "parent",
        "parent_missing",
        f"SELECT row, {NOTHING} FROM staged_organization WHERE NOT known AND parent IS NULL",
    ),
    (
        "parent",
        "unknown_organization",
        f"""
        SELECT o.row, {NOTHING} FROM staged_organization o
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
        SELECT o.row, {NOTHING} FROM staged_organization o
        JOIN staged_reach r ON r.organization_id = o.parent_id
        WHERE NOT o.known AND r.visible AND NOT r.allowed""",
    ),
    (
        "type",
        "restructuring_needed",
        f"""
        SELECT o.row, {NOTHING} FROM staged_organization o WHERE o.known AND o.type IS NOT NULL AND EXISTS (
            SELECT FROM organization_type t WHERE t.organization_id = o.organization_id
            AND t.superseded_by IS NULL AND t.valid && {_JUDGED} AND t.type <> o.type)""",
    ),
    (
        "valid_from",
        "restructuring_needed",
        f"""
        SELECT row, {NOTHING} FROM staged_organization
        WHERE known AND (lower(said_valid) < lower(life) OR isempty(valid))""",
    ),
    (
        "valid_to",
        "restructuring_needed",
        f"""
        SELECT row, {NOTHING} FROM (
            SELECT DISTINCT ON (organization_id) * FROM staged_organization WHERE known
            ORDER BY organization_id, lower(said_valid) DESC
        ) last WHERE upper(said_valid) IS NOT NULL AND CASE WHEN corrections THEN upper(said_valid) > upper(life)
            ELSE upper(said_valid) IS DISTINCT FROM upper(life) END""",
    ),
    (
        "parent",
        "parent_not_alive_then",
        f"""
        SELECT o.row, {NOTHING} FROM staged_organization o
        LEFT JOIN staged_subject u ON u.organization_id = o.parent_id
        WHERE NOT o.known AND o.parent_id IS NOT NULL AND coalesce(u.sound OR u.known, true) AND {_PARENT_SEEN}
          AND NOT coalesce(
              datemultirange(u.life),
              (SELECT days FROM organization_life WHERE organization_id = o.parent_id), '{{}}') @> o.valid""",
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
        SELECT n.row, {NOTHING} FROM new n
        LEFT JOIN (SELECT row, range_agg(valid) AS valid FROM hangs GROUP BY row) h USING (row)
        WHERE NOT n.rests AND NOT coalesce(h.valid, '{{}}') @> n.valid
          AND NOT EXISTS (SELECT FROM staged_error WHERE code IN ('parent_not_alive_then', 'rows_have_gap'))""",
    ),
    (
        "opened_on",
        "opened_outside_life",
        f"SELECT row, {NOTHING} FROM staged_organization WHERE opened_on IS NOT NULL AND NOT life @> opened_on",
    ),
    (
        None,
        "import_not_allowed",
        f"""
        SELECT u.row, {NOTHING} FROM staged_subject u JOIN staged_changed USING (organization_id)
        JOIN staged_reach r USING (organization_id) WHERE r.visible AND NOT r.allowed""",
    ),
)


_VERSIONS = of_versions(
    "staged_organization",
    "organization_id",
    "SELECT version FROM organization WHERE id = t.organization_id",
)

STAGED = ("staged_organization", "staged_subject", *(f"wanted_{table.name}" for table in TABLES))
"""Where rows about organizations stand once they are compared."""


async def check(connection: Connection, key: ImportKey, *, newcomers: bool) -> None:
    """Note what is wrong with the rows, besides the parent matrix.

    Without `newcomers`, what is not known is told like what is out of reach: no file makes an id of the register.
    """
    await conceal(
        connection,
        f"""
        SELECT DISTINCT o.row FROM staged_organization o LEFT JOIN staged_reach r USING (organization_id)
        WHERE CASE WHEN o.known THEN r.visible IS NOT TRUE ELSE {not newcomers} END""",
        STAGED,
        key.value,
        f"{key}_taken" if newcomers else "own_id_unknown",
    )
    await check_compared(connection)
    await refuse_all(connection, _VERSIONS)


async def check_compared(connection: Connection) -> None:
    """The same of rows on organizations within reach alone."""
    await refuse_all(connection, _CHECKS)
    await catalogue_checks.check(connection, facts.ORGANIZATION_SECTOR)
    await refuse_taken(connection, facts.ORGANIZATION_CODE, ("code",), "code", "code_taken")
    await refuse_taken(
        connection,
        facts.ORGANIZATION_EXTERNAL_ID,
        ("system", "external_id"),
        "external_id",
        "external_id_taken",
    )


async def links(connection: Connection) -> list[Record]:
    """The pairs of types that new links bring together, each with the first day of such a link.

    Columns `on_day`, `type`, `parent_type`, and `delegated`: the parent holds delegated powers on all days of the link.
    """
    rows: list[Record] = await connection.fetch(
        f"SELECT DISTINCT on_day, type, parent_type, delegated FROM ({_LINKS}) link"
    )
    return rows


_LINKS = f"""
    WITH own AS (
        SELECT organization_id, parent_id, type, unnest(range_agg(valid)) AS valid FROM staged_organization o
        WHERE NOT known AND type IS NOT NULL AND parent_id IS NOT NULL AND {_PARENT_SEEN}
        GROUP BY organization_id, parent_id, type
    ),
    above AS (
        SELECT organization_id, type, unnest(range_agg(valid)) AS valid FROM (
            SELECT organization_id, type, valid FROM staged_organization WHERE NOT known
            UNION ALL
            SELECT organization_id, type, valid FROM organization_type
            WHERE superseded_by IS NULL AND organization_id IN (SELECT parent_id FROM own)
        ) typed WHERE type IS NOT NULL GROUP BY organization_id, type
    )
    SELECT o.row, lower(link.valid) AS on_day, link.type, link.parent_type, coalesce((
        SELECT range_agg(a.valid) FROM organization_authority a
        WHERE a.organization_id = link.parent_id AND a.superseded_by IS NULL
          AND a.kind = '{Authority.DELEGATED_UPPER_POWERS}'
    ) @> link.valid, false) AS delegated
    FROM (
        SELECT own.organization_id, own.parent_id, own.type, above.type AS parent_type,
               own.valid * above.valid AS valid
        FROM own JOIN above ON above.organization_id = own.parent_id AND above.valid && own.valid
    ) link
    JOIN staged_organization o ON o.organization_id = link.organization_id AND o.valid @> lower(link.valid)"""
"""A link goes from its first day to its last, over rows that say the same of it."""


async def refuse_links(
    connection: Connection,
    days: list[date],
    types: list[str],
    parent_types: list[str],
    delegated: list[bool],
    why: list[str],
) -> None:
    """Note the rows whose link is one of these pairs; `why` holds the facts as JSON."""
    await connection.execute(
        f"""
        INSERT INTO staged_error (row, "column", code, facts)
        SELECT link.row, 'parent', 'parent_type_not_allowed', bad.facts
        FROM ({_LINKS}) link
        JOIN unnest($1::date[], $2::text[], $3::text[], $4::boolean[], $5::text[])
            AS bad(on_day, type, parent_type, delegated, facts) USING (on_day, type, parent_type, delegated)
        """,
        days,
        types,
        parent_types,
        delegated,
        why,
    )
