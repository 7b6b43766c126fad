"""Records that rules of the register itself judge, as SQL: which would no longer be allowed by other rows."""

from collections.abc import Iterable

from asyncpg import Connection, Range, Record

from app.domain.authority import Authority
from app.domain.catalogues import Catalogue
from app.queries.members import home

MOST_SHOWN = 100

_COUNTED = f"""count(*) AS n, count(DISTINCT organization_id) AS organizations_n,
    coalesce((array_agg(DISTINCT organization_id))[1:{MOST_SHOWN}], '{{}}') AS organizations"""

_DAYS_BY_WORD = """(
    SELECT word, range_agg(valid) AS days FROM unnest($1::text[], $2::daterange[]) AS said(word, valid)
    GROUP BY word)"""


async def memberships_outside(
    connection: Connection, types: Iterable[tuple[str, Range]], period: Range
) -> Record:
    """Memberships of the period on days on which their cell's type is none of those that then hold members."""
    words, days = _columns(types)
    found: Record = await connection.fetchrow(
        f"""
        WITH life AS (
            SELECT organization_id, range_agg(datemultirange(p.valid * t.valid) * holding.days) AS days
            FROM placement p JOIN organization_type t USING (organization_id)
            JOIN {_DAYS_BY_WORD} holding ON holding.word = t.type
            WHERE p.superseded_by IS NULL AND t.superseded_by IS NULL AND p.valid && t.valid
            GROUP BY organization_id
        )
        SELECT {_COUNTED} FROM (
            SELECT m.cell_id AS organization_id FROM membership m LEFT JOIN life ON life.organization_id = m.cell_id
            WHERE m.superseded_by IS NULL AND m.cell_id IS NOT NULL AND m.valid && $3
              AND NOT m.valid * $3 <@ coalesce(life.days, '{{}}')
        ) outside
        """,
        words,
        days,
        period,
    )
    return found


_CONCERNED = {
    "organization": "said.organization_id",
    "member": home("said.member_id", "lower($3::daterange)"),
}
"""Whose a fact about an organization or a member is, on the first day of the period `$3`."""


async def codes_outside(
    connection: Connection, catalogue: Catalogue, codes: Iterable[tuple[str, Range]], period: Range
) -> Record:
    """Codes said of organizations or members in the period on days on which the catalogue has none such."""
    words, days = _columns(codes)
    found: Record = await connection.fetchrow(
        f"""
        SELECT {_COUNTED} FROM (
            SELECT {_CONCERNED[catalogue.subject]} AS organization_id FROM {catalogue.table} said
            LEFT JOIN {_DAYS_BY_WORD} life ON life.word = said.{catalogue.field}
            WHERE said.superseded_by IS NULL AND said.{catalogue.field} IS NOT NULL AND said.valid && $3
              AND NOT said.valid * $3 <@ coalesce(life.days, '{{}}')
        ) outside
        """,
        words,
        days,
        period,
    )
    return found


def _columns(said: Iterable[tuple[str, Range]]) -> tuple[list[str], list[Range]]:
    pairs = list(said)
    return [word for word, _ in pairs], [days for _, days in pairs]


async def links(connection: Connection, period: Range) -> list[Record]:
    """The links that begin in the period, by their first day and types, with the `organizations` below.

    Columns `on_day`, `type`, `parent_type`, and `delegated`: the parent holds delegated powers on that day. A link
    goes over rows that say the same; what ended on the eve of the period tells whether one goes on.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        WITH piece AS (
            SELECT p.organization_id, p.parent_id, own.type, above.type AS parent_type,
                   p.valid * own.valid * coalesce(above.valid, p.valid) AS valid
            FROM placement p
            JOIN organization_type own ON own.organization_id = p.organization_id AND own.superseded_by IS NULL
                AND own.valid && p.valid
            LEFT JOIN organization_type above ON above.organization_id = p.parent_id AND above.superseded_by IS NULL
                AND above.valid && p.valid * own.valid
            WHERE p.superseded_by IS NULL AND (p.parent_id IS NULL OR above.type IS NOT NULL)
              AND p.valid && daterange(lower($1::daterange) - 1, upper($1::daterange))
        ),
        link AS (
            SELECT organization_id, parent_id, type, parent_type, lower(unnest(range_agg(valid))) AS on_day
            FROM piece WHERE organization_id IN (SELECT organization_id FROM piece WHERE lower(valid) <@ $1::daterange)
            GROUP BY organization_id, parent_id, type, parent_type
        )
        SELECT on_day, type, parent_type, a.organization_id IS NOT NULL AS delegated,
               array_agg(link.organization_id) AS organizations
        FROM link LEFT JOIN organization_authority a ON a.organization_id = link.parent_id AND a.valid @> on_day
            AND a.superseded_by IS NULL AND a.kind = '{Authority.DELEGATED_UPPER_POWERS}'
        WHERE on_day <@ $1::daterange
        GROUP BY on_day, type, parent_type, delegated
        """,
        period,
    )
    return rows
