"""Ids in other systems of a file, as SQL: what they name, what is to be written, what can be wrong with them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.imports import ImportKey, ImportSubject
from app.queries import facts, locks
from app.queries.imports import difference, staging
from app.queries.imports.checks import NOTHING, Check, of_periods, of_versions, refuse_all, refuse_taken
from app.queries.imports.difference import Said
from app.queries.imports.members import known_member
from app.queries.imports.organizations import known_by
from app.queries.members import home
from app.queries.reach import reachable

_OF = {
    ImportSubject.ORGANIZATION: facts.ORGANIZATION_EXTERNAL_ID,
    ImportSubject.MEMBER: facts.MEMBER_EXTERNAL_ID,
}


async def resolve(connection: Connection, key: ImportKey, system: str, today: date) -> None:
    """Find what the rows name, since when it is on record, and the organization by which it is reached."""
    await staging.create(
        connection,
        "staged_named",
        ["row", "subject_id"],
        f"""
        SELECT s.row, s.subject, found.subject_id, found.reached_by, found.days, s.valid_from,
               s.other_system, s.other_id
        FROM (SELECT *, coalesce(valid_from, $2::date) AS day FROM staged_row WHERE sound) s
        CROSS JOIN LATERAL (
            SELECT o.organization_id AS subject_id, o.organization_id AS reached_by,
                   (SELECT range_merge(l.days) FROM organization_life l
                    WHERE l.organization_id = o.organization_id) AS days
            FROM ({known_by(key, "s.known_as", "s.day")}) o WHERE s.subject = '{ImportSubject.ORGANIZATION}'
            UNION ALL
            SELECT m.member_id, {home("m.member_id", "$2")},
                   (SELECT daterange(min(lower(b.valid)), NULL) FROM membership b
                    WHERE b.member_id = m.member_id AND b.superseded_by IS NULL)
            FROM ({known_member("s.known_as", "s.day")}) m WHERE s.subject = '{ImportSubject.MEMBER}'
        ) found
        """,
        system,
        today,
    )


async def weigh_reach(
    connection: Connection,
    actor_id: UUID,
    today: date,
    visible: Sequence[str],
    allowed: Sequence[str],
    readers: Sequence[str],
    importers: Sequence[str],
) -> None:
    """What the actor may see and do at the organizations, and at the cells by which members are reached.

    Roles for organizations, then those for members. Only what may be seen is looked at any further.
    """
    await staging.weigh_reach(
        connection,
        "SELECT reached_by AS organization_id FROM staged_named",
        actor_id,
        today,
        visible=visible,
        allowed=allowed,
    )
    await staging.create(
        connection,
        "staged_home",
        ["organization_id"],
        f"""
        SELECT organization_id, {reachable("reached.organization_id", "$1", "$3", "$2")} AS visible,
               {reachable("reached.organization_id", "$1", "$4", "$2")} AS allowed
        FROM staged_reach reached
        """,
        actor_id,
        today,
        list(readers),
        list(importers),
    )
    await staging.create(
        connection,
        "staged_naming",
        ["row", "subject_id"],
        f"""
        SELECT n.row, n.subject, n.subject_id, n.reached_by, n.valid_from, n.other_system AS system,
               n.other_id AS external_id, true AS known, r.allowed,
               CASE WHEN n.valid_from >= upper(n.days) THEN 'empty' ELSE
                   daterange(greatest(n.valid_from, lower(n.days)), upper(n.days)) END AS valid
        FROM staged_named n JOIN (
            SELECT '{ImportSubject.ORGANIZATION}' AS subject, * FROM staged_reach
            UNION ALL SELECT '{ImportSubject.MEMBER}', * FROM staged_home
        ) r ON r.subject = n.subject AND r.organization_id = n.reached_by
        WHERE r.visible AND n.days IS NOT NULL
        """,
    )


async def own_named(connection: Connection) -> None:
    """Own the members and the organizations that the file may name."""
    rows = await connection.fetch("SELECT DISTINCT subject, subject_id FROM staged_naming WHERE allowed")
    named: dict[str, list[UUID]] = {subject.value: [] for subject in ImportSubject}
    for row in rows:
        named[row["subject"]].append(row["subject_id"])
    organizations = named[ImportSubject.ORGANIZATION]
    await locks.own_members(connection, named[ImportSubject.MEMBER], organizations)
    await locks.own_organizations(connection, organizations)


async def compare(connection: Connection, corrections: bool) -> None:
    """Find what is to be written."""
    for subject, table in _OF.items():
        key = next(iter(table.key))
        await difference.find(
            connection,
            Said(
                table,
                f"""
                SELECT row, known, {corrections} AS bounded, valid, subject_id AS {key}, system, external_id
                FROM staged_naming WHERE subject = '{subject}' AND NOT isempty(valid)""",
            ),
        )
    await staging.create(
        connection,
        "staged_subject",
        ["subject_id"],
        "SELECT subject_id, true AS known, min(row) AS row FROM staged_naming GROUP BY subject_id",
    )
    changed = " UNION ".join(
        f"SELECT {next(iter(table.key))} AS subject_id FROM wanted_{table.name}" for table in _OF.values()
    )
    await staging.create(connection, "staged_changed", ["subject_id"], changed)


def _unknown(subject: ImportSubject) -> Check:
    return (
        "known_as",
        f"unknown_{subject}",
        f"""
        SELECT s.row, {NOTHING} FROM staged_row s LEFT JOIN staged_naming n USING (row)
        WHERE s.sound AND s.subject = '{subject}' AND n.row IS NULL""",
    )


_CHECKS: tuple[Check, ...] = (
    *(_unknown(subject) for subject in ImportSubject),
    ("known_as", "import_not_allowed", f"SELECT row, {NOTHING} FROM staged_naming WHERE NOT allowed"),
    ("valid_from", "subject_ended_by_then", f"SELECT row, {NOTHING} FROM staged_naming WHERE isempty(valid)"),
    *of_periods("staged_naming", "subject_id, system", "valid"),
    *of_versions(
        "staged_naming",
        "subject_id",
        """
        SELECT version FROM organization WHERE id = t.subject_id
        UNION ALL SELECT version FROM member WHERE id = t.subject_id""",
    ),
)


_TOLD_APART: Check = (
    "other_id",
    "paper_told_apart",
    f"""
    SELECT w.row, {NOTHING} FROM wanted_{facts.MEMBER_EXTERNAL_ID.name} w
    JOIN paper_distinction d USING (member_id, system, external_id)
    WHERE w.holds AND d.superseded_by IS NULL""",
)
"""A member does not bear an id whose bearer was said to be another person."""


async def check(connection: Connection, corrections: bool) -> None:
    """Note what is wrong with the rows. Another id than the one on record is told with its day, or corrected."""
    await refuse_all(connection, _CHECKS)
    if not corrections:
        await refuse_all(connection, tuple(_otherwise(*one) for one in _OF.items()))
    await refuse_all(connection, (_TOLD_APART,))
    for table in _OF.values():
        await refuse_taken(connection, table, ("system", "external_id"), "other_id", "external_id_taken")


def _otherwise(subject: ImportSubject, table: facts.FactTable) -> Check:
    key = next(iter(table.key))
    return (
        "other_id",
        "other_id_recorded",
        f"""
        SELECT n.row, {NOTHING} FROM staged_naming n
        WHERE n.subject = '{subject}' AND n.valid_from IS NULL AND EXISTS (
            SELECT FROM {table.name} f WHERE f.{key} = n.subject_id AND f.system = n.system
            AND f.superseded_by IS NULL AND f.valid && n.valid AND f.external_id <> n.external_id)""",
    )


async def write(connection: Connection, operation_id: UUID) -> list[UUID]:
    """Write what is wanted; answers the cells of the changed members."""
    for table in _OF.values():
        await difference.write(connection, operation_id, table)
    rows = await connection.fetch(
        "SELECT DISTINCT n.reached_by FROM staged_naming n JOIN staged_changed USING (subject_id)"
        " WHERE n.subject = $1",
        ImportSubject.MEMBER,
    )
    return [row["reached_by"] for row in rows]


KNOWN = "SELECT row, subject_id FROM staged_naming"
"""The rows about what is on record, with what they are about."""
