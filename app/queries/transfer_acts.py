"""What transfers are judged by and what they do, as SQL: members locked and looked at, destinations, absences."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import AsOf
from app.queries.facts import ACTIVITY, overwrite_from
from app.queries.members import home
from app.queries.organizations import kind as kind_of
from app.queries.reach import held


async def lock_members(
    connection: Connection, member_ids: Iterable[UUID], organization_ids: Iterable[UUID]
) -> None:
    """Hold the cells that members were or shall be in, then the members against other writers, all in order."""
    ids = list(set(member_ids))
    await connection.fetch(
        """
        SELECT id FROM organization
        WHERE id IN (
            SELECT unnest($2::uuid[])
            UNION SELECT cell_id FROM membership WHERE member_id = ANY($1::uuid[]) AND superseded_by IS NULL
        ) ORDER BY id FOR KEY SHARE
        """,
        ids,
        list(organization_ids),
    )
    await connection.fetch("SELECT FROM member WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", ids)


async def candidates(
    connection: Connection, member_ids: Iterable[UUID], on: date, actor_id: UUID, today: date
) -> list[Record]:
    """What an introduction on a day is judged by, of each member that there is.

    `held_home` and `held`: the roles over the cell by which the member is reached, and over the cell of the day
    (`cell_id`, null: on no roll); `holds`: proceedings that run on the day, `later_grounds`: of those that began
    after it and run today; `open`: whether a transfer is open on the day or later; `days`: the days of the stay on a
    roll that the day is among.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT member.id, {held(home("member.id", "$4"), "$3", "$4")} AS held_home,
               m.cell_id, {held("m.cell_id", "$3", "$4")} AS held, (
                   SELECT coalesce(jsonb_agg(jsonb_build_object('id', h.hold_id, 'ground', h.ground)
                                             ORDER BY h.hold_id), '[]')
                   FROM hold h WHERE h.member_id = member.id AND h.valid @> $2::date AND h.superseded_by IS NULL
               ) AS holds, (
                   SELECT coalesce(jsonb_agg(DISTINCT h.ground), '[]')
                   FROM hold h WHERE h.member_id = member.id AND h.superseded_by IS NULL
                   AND lower(h.valid) > $2::date AND h.valid @> $4::date
               ) AS later_grounds, EXISTS (
                   SELECT FROM transfer t WHERE t.open_member_id = member.id AND t.superseded_by IS NULL
                   AND t.valid && daterange($2::date, NULL)
               ) AS open, (
                   SELECT stay FROM unnest((
                       SELECT range_agg(s.valid) FROM membership s
                       WHERE s.member_id = member.id AND s.superseded_by IS NULL AND s.cell_id IS NOT NULL
                   )) stay WHERE stay @> $2::date
               ) AS days
        FROM member LEFT JOIN membership m ON m.member_id = member.id AND m.superseded_by IS NULL
             AND m.cell_id IS NOT NULL AND m.valid @> $2::date
        WHERE member.id = ANY($1::uuid[])
        """,
        list(set(member_ids)),
        on,
        actor_id,
        today,
    )
    return rows


async def destination(connection: Connection, organization_id: UUID, on: date) -> Record | None:
    """An organization of the directory on a day: its type.

    None where it does not live on the day.
    """
    as_of = AsOf(on, None, on)
    return await connection.fetchrow(
        f"""
        SELECT t.type FROM {as_of.holding("placement")} p
        JOIN {as_of.holding("organization_type")} t USING (organization_id)
        WHERE p.organization_id = $3 AND $2::timestamptz IS NULL
        """,
        *as_of.arguments,
        organization_id,
    )


async def stands_below(connection: Connection, organization_id: UUID, above: UUID, on: date) -> bool:
    """Whether an organization is another one or stands below it on the day."""
    below: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM organization_ancestry WHERE organization_id = $1 AND ancestor_id = $2"
        " AND valid @> $3::date)",
        organization_id,
        above,
        on,
    )
    return below


async def under_one_upper(
    connection: Connection, cell_ids: Iterable[UUID], organization_id: UUID, on: date
) -> set[UUID]:
    """Of the cells those that share with the organization, on the day, one at grassroots or upper level above."""
    as_of = AsOf(on, None, on)
    rows = await connection.fetch(
        f"""
        SELECT DISTINCT mine.organization_id FROM organization_ancestry mine
        JOIN organization_ancestry theirs USING (ancestor_id)
        JOIN {as_of.holding("organization_type")} t ON t.organization_id = mine.ancestor_id
        CROSS JOIN LATERAL {kind_of(as_of, "t.type")} k
        WHERE mine.organization_id = ANY($3::uuid[]) AND mine.valid @> $1::date
          AND theirs.organization_id = $4 AND theirs.valid @> $1::date AND $2::timestamptz IS NULL
          AND k.level IN ('grassroots', 'upper_grassroots')
        """,
        *as_of.arguments,
        list(cell_ids),
        organization_id,
    )
    return {row["organization_id"] for row in rows}


async def go_away(
    connection: Connection, operation_id: UUID, absences: Iterable[tuple[UUID, Any]], status: str
) -> None:
    """Let the members be away over the days given, where nothing else departs from ordinary activity."""
    listed = list(absences)
    await overwrite_from(
        connection,
        ACTIVITY,
        operation_id,
        """
        SELECT unnest(datemultirange(away.days) - coalesce((
                   SELECT range_agg(a.valid) FROM activity a
                   WHERE a.member_id = away.member_id AND a.superseded_by IS NULL
               ), '{}')) AS valid, true AS holds, away.member_id, $4::text AS status
        FROM unnest($2::uuid[], $3::daterange[]) away(member_id, days)
        """,
        [member_id for member_id, _ in listed],
        [days for _, days in listed],
        status,
    )


async def be_back(
    connection: Connection, operation_id: UUID, member_id: UUID, on: date, status: str, instead: str | None
) -> None:
    """End the member's absence from a day on; `instead` is what holds from then, if anything."""
    await overwrite_from(
        connection,
        ACTIVITY,
        operation_id,
        """
        SELECT a.valid * daterange($3::date, NULL) AS valid, $5::text IS NOT NULL AS holds, a.member_id,
               $5::text AS status
        FROM activity a
        WHERE a.member_id = $2 AND a.superseded_by IS NULL AND a.status = $4 AND a.valid && daterange($3::date, NULL)
        """,
        member_id,
        on,
        status,
        instead,
    )
