"""Pairs of records as SQL: those that may be of one person, and those that were said to be of two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries import locks
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import said_first_by
from app.queries.members import home, home_of_row, last_cell, name_of, named_member
from app.queries.reach import held, held_then, reached_then, reaches_root

ORDER: Mapping[str, str] = {"sort_key": "text", "one_id": "uuid", "other_id": "uuid"}


def told_apart(as_of: AsOf) -> str:
    """Each member (`member_id`) with each other one (`other_id`) said to be a different person, as a source.

    Of two records it was said so, or of one of them and the id in another system by which the other is known.
    """
    records = as_of.believed("member_distinction")
    papers = f"""{as_of.believed("paper_distinction")} d
                JOIN {as_of.believed("member_external_id")} x USING (system, external_id)"""
    return f"""(
                SELECT one_id AS member_id, other_id FROM {records} d UNION ALL
                SELECT other_id, one_id FROM {records} d UNION ALL
                SELECT d.member_id, x.member_id FROM {papers} UNION ALL
                SELECT x.member_id, d.member_id FROM {papers})"""


def duplicates(
    as_of: AsOf, actor_id: UUID, roles: list[str], within: UUID | None
) -> tuple[str, list[Any], str, str]:
    """Pairs of members, both within reach, with the same name and whole birth date, or that bore the same number.

    Not those said to be distinct. SQL, arguments, visibility, and the lateral query of what a page shows of both.
    """
    pairs = Conditions(as_of, actor_id, roles)
    everything, mine = reaches_root("$3", "$4", "$5"), reached_then(as_of, "$3", "$4", "$5")
    if within is not None:
        below = pairs.below(within)
        pairs.want(f"(one.cell_id IN ({below}) OR other.cell_id IN ({below}))")
    sql = f"""
        WITH seen AS MATERIALIZED (
            SELECT p.member_id, p.search_key, p.sort_key, p.birth_date, last.cell_id
            FROM {as_of.holding("person")} p JOIN {as_of.holding("membership")} m USING (member_id)
            CROSS JOIN LATERAL {last_cell(as_of, "m.member_id")} last
            CROSS JOIN LATERAL (SELECT {home_of_row()} AS cell_id) home
            WHERE {everything} OR home.cell_id IN ({mine})
        ), alike AS (
            SELECT one.member_id AS one_id, other.member_id AS other_id, false AS numbered
            FROM seen one JOIN seen other USING (search_key, birth_date)
            WHERE one.member_id < other.member_id AND upper(birth_date) - lower(birth_date) = 1
            UNION ALL
            SELECT one.member_id, other.member_id, true
            FROM {as_of.believed("identifier")} one JOIN {as_of.believed("identifier")} other USING (number)
            WHERE one.member_id < other.member_id
        )
        SELECT one_id, other_id, one.sort_key, bool_or(numbered) AS numbered, NOT bool_and(numbered) AS named
        FROM alike
        JOIN seen one ON one.member_id = one_id
        JOIN seen other ON other.member_id = other_id
        WHERE {pairs.wanted} AND NOT EXISTS (
            SELECT FROM {told_apart(as_of)} apart
            WHERE apart.member_id = alike.one_id AND apart.other_id = alike.other_id)
        GROUP BY one_id, other_id, one.sort_key"""
    return sql, pairs.arguments, pairs.visible, f"SELECT {_both(as_of)} AS members"


def _both(as_of: AsOf) -> str:
    """Both members of a pair of a page (`listed`), as a JSON array in the order of their ids."""
    return f"""(
        SELECT jsonb_agg(jsonb_build_object(
            'id', p.member_id, 'full_name', p.full_name,
            'birth_year', extract(year FROM lower(p.birth_date))::int, 'cell_id', last.cell_id,
            'cell_name', {name_of(as_of, "last.cell_id")}, 'standing', m.standing, 'exit_reason', m.exit_reason
        ) ORDER BY p.member_id)
        FROM {as_of.holding("person")} p JOIN {as_of.holding("membership")} m USING (member_id)
        CROSS JOIN LATERAL {last_cell(as_of, "p.member_id")} last
        WHERE p.member_id IN (listed.one_id, listed.other_id))"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of distinctions is narrowed to; None: not narrowed."""

    within: UUID | None = None
    member: UUID | None = None


def _shown(as_of: AsOf, source: str, today: str) -> str:
    """Distinctions, with the homes of both members and what its operations say."""
    known = "" if as_of.known_at is None else " AND act.recorded_at <= $2"
    return f"""
        SELECT d.distinction_id AS id, d.one_id, d.other_id, said.reason, said.recorded_at AS said_at,
               (SELECT count(DISTINCT act.id)::int FROM member_distinction f
                JOIN operation act ON act.id IN (f.operation_id, f.superseded_by)
                WHERE f.distinction_id = d.distinction_id{known}) AS version,
               gone.id IS NULL AS holds, gone.recorded_at AS struck_out_at,
               {home("d.one_id", today)} AS one_home, {home("d.other_id", today)} AS other_home
        FROM {source} d
        JOIN operation said ON said.id = {said_first_by("d")}
        LEFT JOIN LATERAL (
            SELECT act.id, act.recorded_at FROM operation act WHERE act.id = d.superseded_by{known}) gone ON true"""


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The distinctions that are believed of members both within reach: SQL, arguments, visibility."""
    found = Conditions(as_of, actor_id, roles)
    for end in ("one_home", "other_home"):
        found.want(found.near(f"shown.{end}"))
    if filters.within is not None:
        below = found.below(filters.within)
        found.want(f"(shown.one_home IN ({below}) OR shown.other_home IN ({below}))")
    if filters.member is not None:
        found.want(f"{named_member(found, filters.member)} IN (shown.one_id, shown.other_id)")
    source = as_of.believed("member_distinction")
    return (
        f"SELECT * FROM ({_shown(as_of, source, '$5')}) shown WHERE {found.wanted}",
        found.arguments,
        found.visible,
    )


async def get(connection: Connection, as_of: AsOf, distinction_id: UUID, actor_id: UUID) -> Record | None:
    """One distinction known at the instant, whether or not it holds, with the roles held over both members."""
    source = """(
        SELECT f.* FROM member_distinction f JOIN operation act ON act.id = f.operation_id
        WHERE f.distinction_id = $3 AND ($2::timestamptz IS NULL OR act.recorded_at <= $2))"""
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*,
               {held_then(as_of, "shown.one_home", "$4", "$5")} AS one_held,
               {held_then(as_of, "shown.other_home", "$4", "$5")} AS other_held
        FROM ({_shown(as_of, source, "$5")}) shown WHERE {ANY_INSTANT} AND $1::date IS NOT NULL
        """,
        *as_of.arguments,
        distinction_id,
        actor_id,
        as_of.today,
    )


async def own_members(connection: Connection, distinction_id: UUID) -> None:
    """Wait until nobody else writes about the two members of a distinction."""
    await locks.own_members_of(
        connection,
        "SELECT unnest(ARRAY[one_id, other_id]) FROM member_distinction WHERE distinction_id = $1",
        distinction_id,
    )


async def ends(
    connection: Connection, member_ids: list[UUID], actor_id: UUID, today: date
) -> dict[UUID, Record]:
    """Of each member the cell of reach and the roles the actor holds over it."""
    rows = await connection.fetch(
        f"""
        SELECT o.id, home.cell_id, {held("home.cell_id", "$2", "$3")} AS held
        FROM member o CROSS JOIN LATERAL (SELECT {home("o.id", "$3")} AS cell_id) home
        WHERE o.id = ANY($1::uuid[])
        """,
        member_ids,
        actor_id,
        today,
    )
    return {row["id"]: row for row in rows}


async def are_distinct(connection: Connection, as_of: AsOf, one_id: UUID, other_id: UUID) -> bool:
    """Whether two members are, by all that was said, different persons."""
    distinct: bool = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {told_apart(as_of)} apart WHERE member_id = $3 AND other_id = $4)"
        f" WHERE $1::date IS NOT NULL AND {ANY_INSTANT}",
        *as_of.arguments,
        one_id,
        other_id,
    )
    return distinct


async def is_distinct(connection: Connection, one_id: UUID, other_id: UUID) -> bool:
    """Whether it is believed of two records, given in the order of their ids, that they are of different persons."""
    distinct: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM member_distinction"
        " WHERE one_id = $1 AND other_id = $2 AND superseded_by IS NULL)",
        one_id,
        other_id,
    )
    return distinct
