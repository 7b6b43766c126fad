"""Two records made one, as SQL: what contradicts, what moves, what names the one that ends."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.leaving import RESTORABLE
from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.facts import (
    ACTIVITY,
    MEMBER_DISTINCTION,
    MEMBER_FACTS,
    MEMBER_MERGE,
    MEMBERSHIP,
    PAPER_DISTINCTION,
    FactTable,
    overwrite_from,
    said_first_by,
)
from app.queries.members import home
from app.queries.naming import Identity, naming
from app.queries.reversal import held_once

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

_BY_DECISION = ", ".join(f"'{reason.value}'" for reason in sorted(RESTORABLE))

_LOST = f"""
    d.exit_reason IN ({_BY_DECISION})
        AND (s.exit_reason IS DISTINCT FROM d.exit_reason OR s.exit_ground IS DISTINCT FROM
             coalesce(d.exit_ground, s.exit_ground))
    OR s.exit_reason IN ({_BY_DECISION}) AND d.cell_id IS NOT NULL"""
"""When an exit by decision would be lost, or what the other record says against it: no choice between records."""

_SENT_FROM_ELSEWHERE = """
    SELECT 'transfer' AS fact, d.valid * s.valid AS valid FROM transfer d JOIN membership s
        ON d.valid && s.valid AND s.cell_id IS DISTINCT FROM d.from_cell_id
    WHERE d.open_member_id = $2 AND s.member_id = $1 AND d.superseded_by IS NULL AND s.superseded_by IS NULL"""
"""The days of an open transfer of the duplicate on which the survivor is not in the cell that it leads from."""


def _same_key(table: FactTable, one: str, other: str) -> str:
    """Conditions that both rows are of the same fact, whoever's."""
    return "".join(f" AND {one}.{name} = {other}.{name}" for name in tuple(table.key)[1:])


def _others() -> list[tuple[FactTable, list[str]]]:
    """The tables that name members beside the facts of each, with the columns that do; distinctions apart."""
    apart = (*MEMBER_FACTS.values(), MEMBER_DISTINCTION, PAPER_DISTINCTION)
    named = [one for one in naming(Identity.MEMBER) if one[0] not in apart]
    return [(table, [column for _, column in those]) for table, those in groupby(named, itemgetter(0))]


def _clashes(table: FactTable, column: str) -> list[str]:
    """Conditions under which a row that names the duplicate (`d`) cannot stand beside one that names the survivor.

    Where the member is part of what identifies the fact, both may say the same; it is believed once then.
    """
    return [
        "".join(f" AND d.{name} = s.{name}" for name in once if name != column)
        + (_different(table) if set(once) == set(table.key) else "")
        for once, _ in held_once(table)
        if column in once
    ]


def _different(table: FactTable) -> str:
    said = [", ".join(f"{row}.{name}" for name in table.values) for row in ("d", "s")]
    return f" AND ROW({said[0]}) IS DISTINCT FROM ROW({said[1]})"


async def contradictions(
    connection: Connection, survivor_id: UUID, duplicate_id: UUID, kept: Iterable[str]
) -> list[Record]:
    """The kinds of facts, but the `kept`, with the days, on which two records say what cannot both be: `fact`, `valid`.

    The first hundred. Beside the facts of a member: an `exit` by decision, by their tables the facts that name both
    where they can name only one, and an open `transfer` that would not lead from where the member is.
    """
    against = [
        (fact, table, "member_id", f"{_same_key(table, 'd', 's')} AND ({_DIFFERENT[fact]})")
        for fact, table in MEMBER_FACTS.items()
    ]
    against.append(("exit", MEMBERSHIP, "member_id", f" AND ({_LOST})"))
    against += [
        (table.name, table, column, clash)
        for table, columns in _others()
        if table is not MEMBER_MERGE  # whom it made part of another is no record to be merged any more
        for column in columns
        for clash in _clashes(table, column)
    ]
    asked = " UNION ALL ".join(
        f"""
        SELECT '{fact}' AS fact, d.valid * s.valid AS valid FROM {table.name} d JOIN {table.name} s
            ON d.valid && s.valid{condition}
        WHERE d.{column} = $2 AND s.{column} = $1 AND d.superseded_by IS NULL AND s.superseded_by IS NULL"""
        for fact, table, column, condition in against
    )
    asked += f" UNION ALL {_SENT_FROM_ELSEWHERE}"
    rows: list[Record] = await connection.fetch(
        f"SELECT fact, valid FROM ({asked}) said WHERE fact <> ALL($3::text[]) ORDER BY fact, valid LIMIT 100",
        survivor_id,
        duplicate_id,
        list(kept),
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
            SELECT piece AS valid, true AS holds, {said_first_by("d")} AS said_first_by, $2::uuid AS member_id, {rest}
            FROM {table.name} d, unnest({days} - coalesce((
                SELECT range_agg(s.valid) FROM {table.name} s
                WHERE s.member_id = $2 AND s.superseded_by IS NULL{_same_key(table, "s", "d")}), '{{}}')) piece
            WHERE d.member_id = $3 AND d.superseded_by = $1""",
            survivor_id,
            duplicate_id,
            said_again=True,
        )


async def rename(connection: Connection, operation_id: UUID, survivor_id: UUID, duplicate_id: UUID) -> None:
    """Have every other believed fact that names the duplicate name the survivor, in whatever table it stands."""
    for table, columns in _others():
        said = ", ".join(
            f"CASE {name} WHEN $3 THEN $2::uuid ELSE {name} END AS {name}" if name in columns else name
            for name in table.columns
        )
        first = f"{said_first_by(table.name)} AS said_first_by"
        of_duplicate = f"FROM {table.name} WHERE $3 IN ({', '.join(columns)}) AND superseded_by IS NULL"
        await overwrite_from(
            connection,
            table,
            operation_id,
            # Under its old key too, where the member is part of it.
            f"SELECT valid, false AS holds, {first}, {', '.join(table.columns)} {of_duplicate}"
            f" UNION ALL SELECT valid, true, {first}, {said} {of_duplicate}",
            survivor_id,
            duplicate_id,
            said_again=True,
        )
    # A pair stands in the order of its ids, and once.
    await overwrite_from(
        connection,
        MEMBER_DISTINCTION,
        operation_id,
        f"""
        SELECT d.valid, kept.distinction_id IS NULL AS holds, {said_first_by("d")} AS said_first_by,
               d.distinction_id, pair.one_id, pair.other_id
        FROM member_distinction d CROSS JOIN LATERAL (
            SELECT CASE $3::uuid WHEN d.one_id THEN d.other_id ELSE d.one_id END AS id) third
        CROSS JOIN LATERAL (
            SELECT least($2::uuid, third.id) AS one_id, greatest($2::uuid, third.id) AS other_id) pair
        LEFT JOIN member_distinction kept ON kept.one_id = pair.one_id AND kept.other_id = pair.other_id
            AND kept.superseded_by IS NULL
        WHERE $3::uuid IN (d.one_id, d.other_id) AND d.superseded_by IS NULL""",
        survivor_id,
        duplicate_id,
        said_again=True,
    )
    # And once it is said that a person on paper is not the member.
    await overwrite_from(
        connection,
        PAPER_DISTINCTION,
        operation_id,
        f"""
        SELECT d.valid, kept.distinction_id IS NULL AS holds, {said_first_by("d")} AS said_first_by,
               d.distinction_id, $2::uuid AS member_id, d.system, d.external_id
        FROM paper_distinction d LEFT JOIN paper_distinction kept
            ON kept.member_id = $2 AND kept.system = d.system AND kept.external_id = d.external_id
            AND kept.superseded_by IS NULL
        WHERE d.member_id = $3 AND d.superseded_by IS NULL""",
        survivor_id,
        duplicate_id,
        said_again=True,
    )


async def get(connection: Connection, merge_id: UUID) -> Record | None:
    """A merge that is believed: its operation, the duplicate, and whom that is part of now (`survivor_id`).

    `first_survivor_id` is whom the merge made it part of; `further_id` and `further_operation_id` are the merge that
    made that one part of yet another record. Later operations say a merge again: of a survivor merged further, and
    back.
    """
    return await connection.fetchrow(
        f"""
        SELECT g.survivor_id, g.duplicate_id, said.operation_id, said.survivor_id AS first_survivor_id,
               onward.merge_id AS further_id, {said_first_by("onward")} AS further_operation_id
        FROM member_merge g JOIN member_merge said ON said.merge_id = g.merge_id AND said.said_first_by IS NULL
        LEFT JOIN member_merge onward ON onward.duplicate_id = said.survivor_id AND onward.superseded_by IS NULL
        WHERE g.merge_id = $1 AND g.superseded_by IS NULL
        """,
        merge_id,
    )


async def later_acts(
    connection: Connection, operation_id: UUID, member_ids: list[UUID]
) -> tuple[list[tuple[str, UUID]], int]:
    """The operations recorded after one that changed facts of the members, the latest first; and how many.

    Without those that were taken back since, and what took them back.
    """
    rows = await connection.fetch(
        """
        WITH later AS (
            SELECT o.id, o.kind, o.recorded_at, (o.changes ->> 'reversed')::uuid AS reversed FROM operation o
            WHERE o.id IN (SELECT operation_id FROM operation_member WHERE member_id = ANY($2::uuid[]))
              AND o.recorded_at > (SELECT recorded_at FROM operation WHERE id = $1)
        ), undone AS (
            SELECT taken.id, back.id AS by FROM later taken JOIN later back ON back.reversed = taken.id
        )
        SELECT kind, id, count(*) OVER () AS n FROM later
        WHERE id NOT IN (SELECT id FROM undone UNION ALL SELECT by FROM undone)
        ORDER BY recorded_at DESC LIMIT 100
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
        JOIN operation said ON said.id = {said_first_by("g")}
        WHERE g.survivor_id = {mark}"""
    return sql, merges.arguments, merges.visible
