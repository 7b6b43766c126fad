"""Two records made one, as SQL: what contradicts, what moves, what names the one that ends."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.facts import (
    ACTIVITY,
    MEMBER_DISTINCTION,
    MEMBER_FACTS,
    FactTable,
    overwrite_from,
)
from app.queries.members import home
from app.queries.reversal import naming

_DIFFERENT: Mapping[str, str] = {
    "membership": "d.cell_id IS NOT NULL"
    " AND ROW(d.cell_id, d.standing) IS DISTINCT FROM ROW(s.cell_id, s.standing)",
    "person": "d.search_key <> s.search_key OR NOT d.birth_date && s.birth_date OR d.sex <> s.sex",
    "activity": "d.status <> s.status",
    "identifier": "d.number <> s.number",
    "external_id": "d.external_id <> s.external_id",
}
"""When a fact of the duplicate (`d`) contradicts one of the survivor (`s`) on a same day, by kind.

Who is on a roll in one record and out in the other is there once; of particulars, only those that tell persons apart.
"""


def _same_key(table: FactTable, one: str, other: str) -> str:
    """Conditions that both rows are of the same fact, whoever's."""
    return "".join(f" AND {one}.{name} = {other}.{name}" for name in tuple(table.key)[1:])


async def contradictions(connection: Connection, survivor_id: UUID, duplicate_id: UUID) -> list[Record]:
    """The kinds of facts, with the days, on which two records say what cannot both be: `fact`, `valid`."""
    asked = " UNION ALL ".join(
        f"""
        SELECT '{fact}' AS fact, d.valid * s.valid AS valid FROM {table.name} d JOIN {table.name} s
            ON d.valid && s.valid{_same_key(table, "d", "s")}
        WHERE d.member_id = $2 AND s.member_id = $1 AND d.superseded_by IS NULL AND s.superseded_by IS NULL
          AND ({_DIFFERENT[fact]})"""
        for fact, table in MEMBER_FACTS.items()
    )
    rows: list[Record] = await connection.fetch(
        f"SELECT fact, valid FROM ({asked}) said ORDER BY fact, valid LIMIT 100", survivor_id, duplicate_id
    )
    return rows


async def join(connection: Connection, operation_id: UUID, survivor_id: UUID, duplicate_id: UUID) -> None:
    """Believe of the survivor what was believed of the duplicate, on days of which the survivor's says nothing."""
    for table in MEMBER_FACTS.values():
        await overwrite_from(
            connection,
            table,
            operation_id,
            f"SELECT valid, false AS holds, {', '.join(table.columns)} FROM {table.name}"
            " WHERE member_id = $2 AND superseded_by IS NULL",
            duplicate_id,
        )
        rest = ", ".join(f"d.{name}" for name in tuple(table.columns)[1:])
        days = "datemultirange(d.valid)"
        if table is ACTIVITY:  # written after the memberships: a departure is from a roll
            days += """ * coalesce((
                SELECT range_agg(m.valid) FROM membership m
                WHERE m.member_id = $2 AND m.cell_id IS NOT NULL AND m.superseded_by IS NULL), '{}')"""
        await overwrite_from(
            connection,
            table,
            operation_id,
            f"""
            SELECT piece AS valid, true AS holds, $2::uuid AS member_id, {rest}
            FROM {table.name} d, unnest({days} - coalesce((
                SELECT range_agg(s.valid) FROM {table.name} s
                WHERE s.member_id = $2 AND s.superseded_by IS NULL{_same_key(table, "s", "d")}), '{{}}')) piece
            WHERE d.member_id = $3 AND d.superseded_by = $1""",
            survivor_id,
            duplicate_id,
        )


async def rename(connection: Connection, operation_id: UUID, survivor_id: UUID, duplicate_id: UUID) -> None:
    """Have every other believed fact that names the duplicate name the survivor, in whatever table it stands."""
    others = [one for one in naming("member.id") if one[0] not in MEMBER_FACTS.values()]
    for table, column in others:
        if table is MEMBER_DISTINCTION:
            continue
        said = ", ".join("$2::uuid AS " + name if name == column else name for name in table.columns)
        await overwrite_from(
            connection,
            table,
            operation_id,
            f"SELECT valid, true AS holds, {said} FROM {table.name} WHERE {column} = $3 AND superseded_by IS NULL",
            survivor_id,
            duplicate_id,
        )
    # A pair stands in the order of its ids, and once.
    await overwrite_from(
        connection,
        MEMBER_DISTINCTION,
        operation_id,
        """
        SELECT d.valid, kept.distinction_id IS NULL AS holds, d.distinction_id, pair.one_id, pair.other_id
        FROM member_distinction d CROSS JOIN LATERAL (
            SELECT CASE $3::uuid WHEN d.one_id THEN d.other_id ELSE d.one_id END AS id) third
        CROSS JOIN LATERAL (
            SELECT least($2::uuid, third.id) AS one_id, greatest($2::uuid, third.id) AS other_id) pair
        LEFT JOIN member_distinction kept ON kept.one_id = pair.one_id AND kept.other_id = pair.other_id
            AND kept.superseded_by IS NULL
        WHERE $3::uuid IN (d.one_id, d.other_id) AND d.superseded_by IS NULL""",
        survivor_id,
        duplicate_id,
    )


async def lock(connection: Connection, member_ids: list[UUID]) -> None:
    """Hold the cells that the members are or were in, then the members, against other writers."""
    await connection.execute(
        "SELECT FROM organization WHERE id IN ("
        " SELECT cell_id FROM membership WHERE member_id = ANY($1::uuid[]) AND superseded_by IS NULL"
        ") ORDER BY id FOR KEY SHARE",
        member_ids,
    )
    await connection.execute(
        "SELECT FROM member WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", member_ids
    )


async def get(connection: Connection, merge_id: UUID) -> Record | None:
    """A merge that is believed: survivor, duplicate, operation."""
    return await connection.fetchrow(
        "SELECT survivor_id, duplicate_id, operation_id FROM member_merge"
        " WHERE merge_id = $1 AND superseded_by IS NULL",
        merge_id,
    )


async def later_acts(
    connection: Connection, operation_id: UUID, member_ids: list[UUID]
) -> tuple[list[tuple[str, UUID]], int]:
    """The operations recorded after one that changed facts of the members, the latest first; and how many."""
    rows = await connection.fetch(
        """
        SELECT o.kind, o.id, count(*) OVER () AS n FROM operation o
        WHERE o.id IN (SELECT operation_id FROM operation_member WHERE member_id = ANY($2::uuid[]))
          AND o.recorded_at > (SELECT recorded_at FROM operation WHERE id = $1)
        ORDER BY o.recorded_at DESC LIMIT 100
        """,
        operation_id,
        member_ids,
    )
    return [(row["kind"], row["id"]) for row in rows], rows[0]["n"] if rows else 0


def listed(as_of: AsOf, member_id: UUID, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The records that were made part of a member's: SQL, arguments, visibility."""
    merges = Conditions(as_of, actor_id, roles)
    mark = f"{merges.place(member_id)}::uuid"
    merges.see(merges.near(home(mark, "$5")))
    sql = f"""
        SELECT g.merge_id AS id, g.survivor_id, g.duplicate_id, said.reason, said.recorded_at AS merged_at
        FROM {as_of.believed("member_merge")} g
        JOIN member_merge first ON first.merge_id = g.merge_id
        JOIN operation said ON said.id = first.operation_id
        WHERE g.survivor_id = {mark} AND first.id = (
            SELECT min(f.id) FROM member_merge f WHERE f.merge_id = g.merge_id)"""
    return sql, merges.arguments, merges.visible
