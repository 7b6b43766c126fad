"""What can be wrong with members of a file: each check selects rows at fault, once all are compared."""

from asyncpg import Connection

from app.domain.nation import NATION
from app.domain.person import IdentifierKind
from app.queries import facts
from app.queries.imports import catalogue_checks, dossier_checks, leaving_checks
from app.queries.imports.checks import (
    NOTHING,
    Check,
    by_rule,
    conceal,
    of_periods,
    of_versions,
    refuse_all,
    refuse_taken,
)
from app.queries.imports.members import TABLES
from app.queries.organizations import CATALOGUE

LOCKED = "member.locked_particulars"
"""The policy of what changes and files leave as the dossier has it, once it is known."""

_FIRST_ROWS = "(SELECT member_id, known, min(row) AS row FROM wanted_membership GROUP BY member_id, known)"
"""The first row that says something of each member's membership."""

_CHECKS: tuple[Check, ...] = (
    *of_periods("staged_member", "member_id", "valid"),
    (
        "valid_to",
        "exit_missing",
        f"""
        SELECT row, {NOTHING} FROM (
            SELECT DISTINCT ON (member_id) row, valid FROM staged_member WHERE NOT known
            ORDER BY member_id, lower(valid) DESC
        ) last WHERE upper(valid) IS NOT NULL""",
    ),
    (
        "full_name",
        "missing_value",
        f"""
        SELECT row, {NOTHING} FROM staged_member WHERE NOT known AND full_name IS NULL
        UNION
        SELECT row, {NOTHING} FROM wanted_person WHERE known AND full_name IS NULL
        UNION
        SELECT w.row, {NOTHING} FROM wanted_membership w
        LEFT JOIN (SELECT member_id, range_agg(valid) AS described FROM wanted_person GROUP BY member_id) p
            USING (member_id)
        WHERE w.known AND NOT coalesce(p.described, '{{}}') + coalesce((
            SELECT range_agg(b.valid) FROM person b
            WHERE b.member_id = w.member_id AND b.superseded_by IS NULL), '{{}}') @> w.valid""",
    ),
    (
        "cell",
        "missing_value",
        f"""
        SELECT row, {NOTHING} FROM staged_member
        WHERE NOT known AND coalesce(cell, exit_reason) IS NULL
        UNION ALL
        SELECT w.row, {NOTHING} FROM wanted_membership w JOIN staged_member m USING (row)
        WHERE w.known AND w.cell_id IS NULL AND w.standing IS NOT NULL AND m.cell IS NULL""",
    ),
    (
        "standing",
        "missing_value",
        f"""
        SELECT row, {NOTHING} FROM staged_member WHERE NOT known AND coalesce(standing, exit_reason) IS NULL
        UNION ALL
        SELECT row, {NOTHING} FROM wanted_membership
        WHERE known AND cell_id IS NOT NULL AND standing IS NULL""",
    ),
    (
        "cell",
        "unknown_organization",
        f"""
        SELECT m.row, {NOTHING} FROM staged_member m LEFT JOIN staged_reach r ON r.organization_id = m.cell_id
        WHERE m.cell IS NOT NULL AND r.visible IS NOT TRUE""",
    ),
    (
        "cell",
        "import_not_allowed",
        f"""
        SELECT m.row, {NOTHING} FROM staged_member m JOIN staged_reach r ON r.organization_id = m.cell_id
        WHERE r.visible AND NOT r.allowed""",
    ),
    (
        "external_id",
        "import_not_allowed",
        f"""
        SELECT DISTINCT ends.row, {NOTHING} FROM (
            TABLE staged_written
            UNION ALL
            SELECT u.row, u.home_id FROM staged_subject u JOIN staged_changed USING (member_id)
        ) ends JOIN staged_reach r USING (organization_id)
        JOIN staged_member m ON m.row = ends.row JOIN staged_reach home ON home.organization_id = m.home_id
        WHERE home.visible AND NOT r.allowed""",
    ),
    (
        "cell",
        "cell_cannot_hold_members_then",
        f"""
        SELECT w.row, {by_rule("R-ORG-4", CATALOGUE, "lower(w.valid)")} FROM wanted_membership w
        JOIN staged_reach r ON r.organization_id = w.cell_id AND r.visible
        LEFT JOIN (
            SELECT * FROM cell_life
            WHERE cell_id = ANY(ARRAY(SELECT DISTINCT cell_id FROM wanted_membership WHERE cell_id IS NOT NULL))
        ) life USING (cell_id)
        WHERE NOT coalesce(life.days, '{{}}') @> w.valid""",
    ),
    (
        "valid_from",
        "membership_has_gap",
        f"""
        SELECT w.row, {NOTHING} FROM {_FIRST_ROWS} w JOIN staged_life l USING (member_id)
        WHERE w.known AND (NOT upper_inf(l.days) OR (SELECT count(*) FROM unnest(l.days)) > 1)""",
    ),
    (
        "cell",
        "never_in_a_cell",
        f"SELECT w.row, {NOTHING} FROM {_FIRST_ROWS} w JOIN staged_life l USING (member_id) WHERE l.stays IS NULL",
    ),
    (
        "exit_reason",
        "exit_before_membership",
        f"""
        SELECT w.row, {NOTHING} FROM {_FIRST_ROWS} w JOIN staged_life l USING (member_id)
        WHERE lower(l.days) < lower(l.stays)""",
    ),
    (
        "activity_status",
        "not_on_the_roll",
        f"""
        SELECT w.row, {NOTHING} FROM wanted_activity w JOIN staged_member m USING (row)
        JOIN staged_life l ON l.member_id = w.member_id
        WHERE w.holds AND l.stays IS NOT NULL AND NOT l.stays @> CASE
            WHEN m.bounded AND w.known THEN w.valid ELSE daterange(lower(w.valid), lower(w.valid) + 1) END""",
    ),
    *(
        (
            kind.value,
            "not_on_the_roll",
            # Numbers outlast an exit: only their first day must be on the roll, or follow days that are.
            f"""
            SELECT w.row, {NOTHING} FROM wanted_identifier w JOIN staged_life l USING (member_id)
            WHERE w.holds AND w.kind = '{kind}' AND lower(w.valid) < lower(l.stays)""",
        )
        for kind in IdentifierKind
    ),
    (
        "birth_date",
        "birth_in_future",
        f"""
        SELECT w.row, {NOTHING} FROM wanted_person w JOIN staged_member m USING (row)
        JOIN staged_life l ON l.member_id = w.member_id
        WHERE m.birth_date IS NOT NULL AND lower(w.birth_date) > l.born_by""",
    ),
    (
        "valid_from",
        "birth_in_future",
        f"""
        SELECT w.row, {NOTHING} FROM {_FIRST_ROWS} w JOIN staged_member m USING (row) JOIN staged_life l
            ON l.member_id = w.member_id
        WHERE w.known AND m.birth_date IS NULL AND EXISTS (
            SELECT FROM person b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
            AND lower(b.birth_date) > l.born_by)""",
    ),
    (
        "birth_date",
        "only_corrected",
        f"""
        SELECT w.row, {by_rule("R-MEM-1", "member.birth_date_frozen_since", "lower(w.valid)")}
        FROM wanted_person w JOIN staged_member m USING (row)
        WHERE w.known AND NOT m.corrected AND m.birth_date IS NOT NULL AND EXISTS (
            SELECT FROM person b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
            AND b.valid && w.valid AND b.birth_date IS DISTINCT FROM w.birth_date)""",
    ),
    *(
        (
            column,
            code,
            f"""
            SELECT w.row, {by_rule("R-MEM-1", LOCKED, "lower(w.valid)")}
            FROM wanted_person w JOIN staged_member m USING (row)
            WHERE w.known AND {meant} AND m.{column} IS NOT NULL
              AND EXISTS (
                SELECT FROM policy WHERE key = '{LOCKED}' AND scope_id = '{NATION}' AND superseded_by IS NULL
                AND valid @> lower(w.valid) AND value ? '{column}') AND EXISTS (
                SELECT FROM person b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL
                AND b.valid && w.valid AND b.{column} IS NOT NULL AND NOT b.{column} @> w.{column})""",
        )
        for column in ("birth_date", "admitted_on", "inducted_on", "recognised_on")
        for code, meant in (
            ("needs_second_person", "m.corrected"),
            *((("locked_only_corrected", "NOT m.corrected"),) if column != "birth_date" else ()),
        )
    ),
)


_VERSIONS = of_versions("staged_member", "member_id", "SELECT version FROM member WHERE id = t.member_id")

STAGED = ("staged_member", "staged_subject", "staged_written", *(f"wanted_{table.name}" for table in TABLES))
"""Where rows about members stand once they are compared."""


async def check(connection: Connection, *, newcomers: bool, refusal: str) -> None:
    """Note what is wrong with the rows; without `newcomers`, who is not known is told like who is out of reach.

    `refusal` is the code that tells it.
    """
    await conceal(
        connection,
        f"""
        SELECT DISTINCT m.row FROM staged_member m
        LEFT JOIN staged_reach r ON r.organization_id = m.home_id
        WHERE CASE WHEN m.known THEN r.visible IS NOT TRUE ELSE {not newcomers} END""",
        STAGED,
        "external_id",
        refusal,
    )
    await refuse_all(connection, _CHECKS)
    await catalogue_checks.check(connection, facts.PERSON)
    await leaving_checks.check(connection)
    await dossier_checks.check(connection)
    await refuse_all(connection, _VERSIONS)
    await check_names(connection)


async def check_names(connection: Connection) -> None:
    """Note the rows that want a number or an id which another bears."""
    for kind in IdentifierKind:
        await refuse_taken(
            connection,
            facts.IDENTIFIER,
            ("kind", "number_space", "number"),
            kind.value,
            "identifier_taken",
            only=f"w.kind = '{kind}'",
        )
    await refuse_taken(
        connection,
        facts.MEMBER_EXTERNAL_ID,
        ("system", "external_id"),
        "external_id",
        "external_id_taken",
    )
