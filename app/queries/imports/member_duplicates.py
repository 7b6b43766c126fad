"""New persons of a file who surely are members already, as SQL.

The rule is that of `app.domain.matching` (R-MATCH-1), of which only what is sure is asked, for all rows at once: the
member is of the cell that the row names, nothing speaks against it, nobody else may be meant, and either the member
alone bears a number of the row or the name and the whole birth date are the same. Whom the row was said not to be is
not meant.
"""

from datetime import date

from asyncpg import Connection

from app.domain.person import IdentifierKind
from app.queries.imports import staging
from app.queries.imports.checks import NOTHING, refuse_where

_SPELT = "regexp_replace({name}, '(^| )(qu|[^aeiouy ]+)y(?= |$)', '\\1\\2i', 'g')"
"""A folded name, of the ways in which it is written (`app.domain.names.spellings`) that with i."""

_SURE = f"""
    WITH paper AS MATERIALIZED (
        SELECT DISTINCT ON (m.member_id) m.member_id AS new_id, m.cell_id, m.search_key, m.birth_date
        FROM staged_member m JOIN staged_reach r ON r.organization_id = m.cell_id AND r.allowed
        WHERE NOT m.known AND m.search_key IS NOT NULL ORDER BY m.member_id, lower(m.valid) DESC
    ),
    bearer AS MATERIALIZED (
        SELECT DISTINCT w.member_id AS new_id, i.member_id
        FROM wanted_identifier w JOIN identifier i USING (kind, number_space, number)
        WHERE NOT w.known AND i.superseded_by IS NULL
    ),
    person_of AS MATERIALIZED (
        SELECT last.member_id, last.cell_id, p.search_key, p.birth_date FROM (
            SELECT DISTINCT ON (b.member_id) b.member_id, b.cell_id FROM membership b
            WHERE b.superseded_by IS NULL AND b.cell_id IS NOT NULL AND lower(b.valid) <= $1
              AND b.member_id IN (
                  SELECT member_id FROM membership WHERE superseded_by IS NULL
                  AND cell_id IN (SELECT cell_id FROM paper))
            ORDER BY b.member_id, lower(b.valid) DESC
        ) last JOIN person p ON p.member_id = last.member_id AND p.superseded_by IS NULL AND p.valid @> $1
    ),
    clear AS (
        SELECT a.new_id, p.member_id, b.member_id IS NOT NULL
               OR a.search_key = p.search_key AND a.birth_date = p.birth_date
                  AND upper(a.birth_date) - lower(a.birth_date) = 1 AS proven
        FROM paper a
        JOIN person_of p ON p.cell_id = a.cell_id
         AND translate(p.search_key, 'y', 'i') = translate(a.search_key, 'y', 'i')
         AND (p.search_key = a.search_key
              OR {_SPELT.format(name="p.search_key")} = {_SPELT.format(name="a.search_key")})
         AND coalesce(p.birth_date && a.birth_date, true)
        LEFT JOIN bearer b ON b.new_id = a.new_id AND b.member_id = p.member_id
        WHERE (b.member_id IS NOT NULL OR NOT EXISTS (SELECT FROM bearer x WHERE x.new_id = a.new_id))
          AND (a.new_id, p.member_id) NOT IN (
              SELECT u.member_id, d.member_id FROM staged_subject u
              JOIN paper_distinction d ON d.system = u.system AND d.external_id = u.key
              WHERE d.superseded_by IS NULL)
    )
    SELECT new_id, (array_agg(member_id))[1] AS member_id, false AS again FROM clear
    GROUP BY new_id HAVING count(*) = 1 AND bool_and(proven)
       AND (SELECT count(*) FROM bearer b WHERE b.new_id = clear.new_id) <= 1"""


async def check(connection: Connection, today: date) -> None:
    """Refuse the rows of new persons who surely are members, and of two who surely are the same.

    That their numbers are taken then goes without saying.
    """
    await staging.create(connection, "staged_duplicate", ["new_id"], _SURE, today)
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM staged_duplicate)"):
        return
    await connection.execute(
        """
        UPDATE staged_duplicate SET again = true WHERE member_id IN (
            SELECT member_id FROM staged_duplicate GROUP BY member_id HAVING count(*) > 1)
        """
    )
    await connection.execute(
        f"""
        DELETE FROM staged_error e USING staged_member m, staged_duplicate d
        WHERE m.row = e.row AND d.new_id = m.member_id AND NOT d.again AND e.code = 'identifier_taken'
          AND e."column" IN ({", ".join(f"'{kind}'" for kind in IdentifierKind)})
        """
    )
    of_rows = "FROM staged_duplicate d JOIN staged_member m ON m.member_id = d.new_id"
    await refuse_where(
        connection,
        "external_id",
        "duplicate",
        f"SELECT m.row, jsonb_build_object('member_id', d.member_id) AS facts {of_rows} WHERE NOT d.again",
    )
    await refuse_where(
        connection, "external_id", "duplicate_twice", f"SELECT m.row, {NOTHING} {of_rows} WHERE d.again"
    )
