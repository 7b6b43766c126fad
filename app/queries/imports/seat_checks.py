"""What can be wrong with committees and seats of a file: each check selects rows at fault, once all are compared."""

from asyncpg import Connection

from app.domain.committees import HEADS
from app.queries import facts
from app.queries.imports.checks import NOTHING, Check, of_versions, refuse_all, refuse_taken, refuse_where
from app.queries.imports.seats import TOLD
from app.queries.things import version

_HEADS = ", ".join(f"'{one.value}'" for one in HEADS)
_NEEDED = ("term_from", "size", "origin")
_HELD_TO = {"term_to": "least(term_to, ended_on)"}
"""What is told of a committee as it can be on record: a term ends with the organization (R-RS-11)."""

_OF_NAMES: tuple[Check, ...] = (
    (
        "organization",
        "unknown_organization",
        f"""
        SELECT s.row, {NOTHING} FROM staged_row s
        LEFT JOIN staged_named n USING (organization, committee_kind, term)
        LEFT JOIN staged_reach r USING (organization_id)
        WHERE s.sound AND r.visible IS NOT TRUE""",
    ),
    (
        "organization",
        "import_not_allowed",
        f"""
        SELECT s.row, {NOTHING} FROM staged_row s JOIN staged_named n USING (organization, committee_kind, term)
        JOIN staged_reach r USING (organization_id) WHERE s.sound AND r.visible AND NOT r.allowed""",
    ),
    (
        "member",
        "unknown_member",
        f"""
        SELECT s.row, {NOTHING} FROM staged_row s LEFT JOIN staged_person p USING (member)
        LEFT JOIN staged_home h USING (home_id) WHERE s.sound AND h.seen IS NOT TRUE""",
    ),
)

_OF_COMMITTEES: tuple[Check, ...] = (
    *(
        (
            name,
            "missing_value",
            f"SELECT row, {NOTHING} FROM staged_committee WHERE NOT known AND {name} IS NULL",
        )
        for name in _NEEDED
    ),
    (
        "term_to",
        "term_empty",
        f"SELECT row, {NOTHING} FROM staged_committee WHERE NOT known AND term_to <= term_from",
    ),
    (
        "term_from",
        "committee_outside_life",
        f"""
        SELECT c.row, {NOTHING} FROM staged_committee c LEFT JOIN organization_life life USING (organization_id)
        WHERE NOT c.known AND NOT c.days <@ coalesce(life.days, '{{}}')""",
    ),
    *(
        (
            name,
            "committee_recorded_otherwise",
            f"""
        SELECT row, {NOTHING} FROM staged_committee
        WHERE known AND {name} IS NOT NULL AND {_HELD_TO.get(name, name)} IS DISTINCT FROM held_{name}""",
        )
        for name in TOLD
    ),
)

_OF_ROWS: tuple[Check, ...] = (
    *(
        (
            name,
            "rows_disagree",
            f"""
        SELECT s.row, {NOTHING} FROM staged_row s JOIN staged_seat t USING (row)
        JOIN staged_committee c USING (committee_id) WHERE s.{name} <> c.{name}""",
        )
        for name in TOLD
    ),
    ("basis", "missing_value", f"SELECT row, {NOTHING} FROM staged_seat WHERE basis IS NULL"),
    (
        "valid_to",
        "period_empty",
        f"SELECT row, {NOTHING} FROM staged_seat WHERE days @> first_day AND valid IS NULL",
    ),
    (
        "valid_from",
        "seat_outside_term",
        f"SELECT row, {NOTHING} FROM staged_seat WHERE NOT days @> first_day",
    ),
    (
        "valid_to",
        "seat_outside_term",
        f"SELECT row, {NOTHING} FROM staged_seat WHERE days @> first_day AND NOT days @> valid",
    ),
    (
        "member",
        "seat_of_no_official",
        """
        SELECT row, jsonb_build_object('rule', 'R-COM-5', 'source', 'DL 3',
                                       'on', lower(missing)) AS facts FROM (
            SELECT w.row, datemultirange(w.valid) - coalesce(on_roll.official, '{}') AS missing
            FROM wanted_seat w LEFT JOIN (
                SELECT m.member_id, range_agg(m.valid) AS official FROM membership m
                WHERE m.superseded_by IS NULL AND m.cell_id IS NOT NULL AND m.standing = 'official'
                  AND m.member_id = ANY(ARRAY(SELECT member_id FROM wanted_seat))
                GROUP BY m.member_id
            ) on_roll USING (member_id)
            WHERE w.holds
        ) judged WHERE NOT isempty(missing)""",
    ),
)

_VERSIONS = of_versions(
    "staged_seat",
    "seat_id",
    f"SELECT {version(facts.SEAT, 't.seat_id')} AS version",
)

_OF_CHANGES: Check = (
    None,
    "seat_recorded_otherwise",
    f"""
    SELECT row, {NOTHING} FROM staged_seat WHERE known AND valid IS NOT NULL
      AND (valid, basis, end_reason) IS DISTINCT FROM (held_valid, held_basis, held_end_reason)
      AND NOT (basis = held_basis AND lower(valid) = lower(held_valid) AND held_end_reason IS NULL
               AND upper(valid) < upper(held_valid))""",
)


async def check_committees(connection: Connection) -> None:
    """Note what is wrong with committees, at the first row of each."""
    await refuse_all(connection, _OF_COMMITTEES)
    await refuse_taken(
        connection, facts.COMMITTEE, ("organization_id", "kind"), "term_from", "committee_exists"
    )


async def spread(connection: Connection) -> None:
    """What is wrong with a committee is wrong with each of its rows: called before the rows are checked."""
    await connection.execute(
        """
        INSERT INTO staged_error (row, "column", code, facts)
        SELECT s.row, e."column", e.code, e.facts FROM staged_error e JOIN staged_committee c ON c.row = e.row
        JOIN staged_seat s USING (committee_id) WHERE s.row <> e.row
        """
    )


async def check_seats(connection: Connection, corrections: bool) -> None:
    """Note what is wrong with single rows, besides what bounds the seats of a committee."""
    await refuse_all(connection, (*_OF_NAMES, *_OF_ROWS, *_VERSIONS))
    if not corrections:
        await refuse_where(connection, *_OF_CHANGES)
    await refuse_taken(connection, facts.SEAT, ("committee_id", "member_id"), "member", "seat_exists")
    await refuse_taken(
        connection,
        facts.SEAT,
        ("committee_id",),
        "title",
        "head_exists",
        only=f"w.title IN ({_HEADS})",
        others=f"b.title IN ({_HEADS})",
    )
