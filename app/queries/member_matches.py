"""Members whom people on paper may be, as SQL: of all rows in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.member_distinctions import told_apart
from app.queries.members import home_of_row, last_cell, shown
from app.queries.reach import reached_then, reaches_root


@dataclass(frozen=True, slots=True)
class Asked:
    """One row: the ways its folded name is written, the first as it stands, and what else it says.

    `external_id` is by which a `system` knows the person: whom it names bears it like a number, and whom that person
    was said not to be is not meant.
    """

    spellings: list[str]
    born: Range | None
    number: str | None
    cell_id: UUID | None
    system: str | None = None
    external_id: str | None = None


async def alike(
    connection: Connection,
    as_of: AsOf,
    actor_id: UUID,
    roles: list[str],
    birth_roles: list[str],
    asked: Sequence[Asked],
    within: UUID | None,
    most: int,
) -> list[Record]:
    """The likeliest members of each row (`place` counts from 0), at most so many, on the roll by the day.

    They bear the number or the id, or have the name and may be born then; but nobody whom the person was said not to
    be, or who was said to be another than a bearer within reach. `born` is the year alone where none of `birth_roles`
    is held; only what is shown is compared. The frame is on every row, and alone where there are none.
    """
    sql, arguments = _statement(as_of, actor_id, roles, birth_roles, asked, within, most)
    rows: list[Record] = await connection.fetch(sql, *as_of.arguments, *arguments)
    return rows


def _statement(
    as_of: AsOf,
    actor_id: UUID,
    roles: list[str],
    birth_roles: list[str],
    asked: Sequence[Asked],
    within: UUID | None,
    most: int,
) -> tuple[str, list[Any]]:
    members = Conditions(as_of, actor_id, roles)
    members.want(_in_reach(as_of, "$4"))
    members.below_if(within, "last.cell_id")
    named = _unnested(members, [(n, way, one) for n, one in enumerate(asked) for way in one.spellings])
    numbered = _unnested(members, [(n, one.number, one) for n, one in enumerate(asked) if one.number])
    known = [(n, one.external_id, one) for n, one in enumerate(asked) if one.external_id]
    elsewhere, foreign = "", ""
    if known:
        elsewhere = f"""elsewhere AS MATERIALIZED (
            SELECT row_.*, system FROM unnest({members.place([one.system for _, _, one in known])}::text[])
                WITH ORDINALITY AS of_(system, n)
            JOIN {_unnested(members, known)} WITH ORDINALITY AS row_(place, external_id, born, cell_id, n) USING (n)
        ),"""
        foreign = f"""
                UNION ALL
                SELECT place, x.member_id, true, born, elsewhere.cell_id
                FROM elsewhere JOIN {as_of.believed("member_external_id")} x USING (system, external_id)"""
        members.want(f"""(pair.place, pair.member_id) NOT IN (
                SELECT place, d.member_id
                FROM elsewhere JOIN {as_of.believed("paper_distinction")} d USING (system, external_id))""")
    birth_seen = _in_reach(as_of, members.place(birth_roles))
    sql = f"""
        WITH {elsewhere} named AS MATERIALIZED (
            SELECT *, {_year_of("born")} AS year FROM {named} AS row_(place, search_key, born, cell_id)
        ), pair AS MATERIALIZED (
            SELECT place, member_id, bool_or(bears_number) AS bears_number, asked_born, asked_cell FROM (
                SELECT place, p.member_id, false AS bears_number, born AS asked_born, cell_id AS asked_cell
                FROM named JOIN {as_of.holding("person")} p USING (search_key)
                WHERE coalesce(p.birth_date && year, true)
                UNION ALL
                SELECT place, i.member_id, true, born, row_.cell_id
                FROM {numbered} AS row_(place, number, born, cell_id)
                JOIN {as_of.believed("identifier")} i USING (number){foreign}
            ) one GROUP BY place, member_id, asked_born, asked_cell
        ), found AS MATERIALIZED (
            SELECT pair.*, p.member_id AS id, p.full_name, p.search_key, p.sort_key, p.sex,
                   CASE WHEN {birth_seen} THEN p.birth_date ELSE {_year_of("p.birth_date")} END AS born,
                   last.cell_id, m.standing, m.exit_reason,
                   CASE WHEN m.exit_reason IS NOT NULL THEN last.left_on END AS exited_on
            FROM pair
            JOIN {as_of.holding("person")} p USING (member_id)
            JOIN {as_of.holding("membership")} m USING (member_id)
            CROSS JOIN LATERAL {last_cell(as_of, "m.member_id")} last
            CROSS JOIN LATERAL (SELECT {home_of_row()} AS cell_id) home
            WHERE {members.wanted}
        ), ranked AS (
            SELECT *, row_number() OVER (
                PARTITION BY place
                ORDER BY bears_number DESC, cell_id IS NOT DISTINCT FROM asked_cell DESC,
                         born IS NOT DISTINCT FROM asked_born DESC, coalesce(born && asked_born, false) DESC,
                         sort_key, id
            ) AS rank
            FROM found WHERE bears_number OR coalesce(born && asked_born, true) AND (place, id) NOT IN (
                SELECT bearer.place, apart.other_id FROM found bearer JOIN {told_apart(as_of)} apart
                    ON apart.member_id = bearer.id WHERE bearer.bears_number)
        )
        SELECT frame.*, item.* FROM (
            SELECT {LATEST} AS frame_latest, {members.visible} AS frame_visible, $2::timestamptz AS frame_known_at
        ) frame LEFT JOIN LATERAL (
            SELECT listed.*, extract(year FROM lower(listed.born))::int AS birth_year, extra.*
            FROM ranked listed CROSS JOIN LATERAL ({shown(as_of)}) extra
            WHERE listed.rank <= {most}
        ) item ON frame_visible
        ORDER BY place, rank"""
    return sql, members.arguments


def _unnested(members: Conditions, rows: Sequence[tuple[int, str, Asked]]) -> str:
    """Rows as a source of: place, key (a name or a number), possible days of birth, cell."""
    arrays = (
        ("integer", [place for place, _, _ in rows]),
        ("text", [key for _, key, _ in rows]),
        ("daterange", [one.born for _, _, one in rows]),
        ("uuid", [one.cell_id for _, _, one in rows]),
    )
    return f"unnest({', '.join(f'{members.place(values)}::{kind}[]' for kind, values in arrays)})"


def _in_reach(as_of: AsOf, roles: str) -> str:
    """Whether one of the roles is held over the home of a member; all homes within reach are looked up once."""
    return (
        f"({reaches_root('$3', roles, '$5')} OR home.cell_id IN ({reached_then(as_of, '$3', roles, '$5')}))"
    )


def _year_of(days: str) -> str:
    """The whole year in which possible days lie."""
    first = f"date_trunc('year', lower({days})::timestamp)"
    return (
        f"CASE WHEN {days} IS NOT NULL THEN daterange({first}::date, ({first} + interval '1 year')::date) END"
    )
