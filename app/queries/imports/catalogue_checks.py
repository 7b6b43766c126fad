"""Codes of a file that their catalogues do not have on all days of which they are said."""

from asyncpg import Connection

from app.domain.catalogues import taken_by
from app.domain.nation import NATION
from app.queries.facts import FactTable

_ANSWER = f"""(
    SELECT jsonb_build_object('rule', bad.rule, 'source', c.source, 'catalogue', bad.catalogue, 'on', bad.on_day,
        'expected', coalesce((SELECT string_agg(entry.key, ', ' ORDER BY (entry.value -> 'rank')::integer, entry.key)
                              FROM jsonb_each(c.value) entry), ''))
    FROM (SELECT bad.key) of_key LEFT JOIN policy c ON c.key = of_key.key AND c.scope_id = '{NATION}'
        AND c.superseded_by IS NULL AND c.valid @> bad.on_day)"""


async def check(connection: Connection, table: FactTable) -> None:
    """Note the rows whose codes of a kind of fact are in no catalogue then, in one statement for all its columns.

    Judged is each combination of codes and days once, however many rows say it.
    """
    catalogues = taken_by(table.name)
    fields = ", ".join(one.field for one in catalogues)
    said = ", ".join(
        f"('{one.field}', '{one.name}', '{one.key}', '{one.rule}', said.{one.field})" for one in catalogues
    )
    wanted = " ".join(f"WHEN '{one.field}' THEN w.{one.field}" for one in catalogues)
    await connection.execute(
        f"""
        INSERT INTO staged_error (row, "column", code, facts)
        WITH said AS (SELECT DISTINCT {fields}, valid FROM wanted_{table.name} WHERE holds),
        bad AS MATERIALIZED (
            SELECT one.*, said.valid, lower(datemultirange(said.valid) - coalesce(life.days, '{{}}')) AS on_day
            FROM said CROSS JOIN LATERAL (VALUES {said}) one("column", catalogue, key, rule, code)
            LEFT JOIN catalogue_life life USING (key, code)
            WHERE one.code IS NOT NULL AND NOT said.valid <@ coalesce(life.days, '{{}}')
        ),
        told AS MATERIALIZED (SELECT DISTINCT bad.*, ({_ANSWER})::text AS facts FROM bad)
        SELECT DISTINCT ON (w.row, told."column") w.row, told."column", 'code_not_in_catalogue', told.facts
        FROM told JOIN wanted_{table.name} w ON w.valid = told.valid AND told.code = CASE told."column" {wanted} END
        WHERE w.holds ORDER BY w.row, told."column", w.valid
        """
    )
