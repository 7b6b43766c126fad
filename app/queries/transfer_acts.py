"""What transfers are judged by and what they do, as SQL: members looked at, destinations, absences."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.hierarchy import OrganizationType
from app.domain.transfers import AWAY
from app.queries.asof import AsOf
from app.queries.facts import ACTIVITY, TRANSFER, overwrite_from
from app.queries.following import moved
from app.queries.members import home
from app.queries.organizations import kind as kind_of
from app.queries.reach import held


async def candidates(
    connection: Connection, looked_at: Iterable[tuple[UUID, date]], actor_id: UUID, today: date
) -> list[Record]:
    """What an introduction is judged by, of each member that there is, each looked at on a day (`looked_on`).

    `held_home` and `held`: the roles over the cell by which the member is reached, and over the cell of the day
    (`cell_id`, null: on no roll); `holds`: proceedings that run on the day, `later_grounds`: of those that began
    after it and run today; `open`: whether a transfer is open on the day or later; `days`: the days of the stay on a
    roll that the day is among.
    """
    pairs = list(set(looked_at))
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT member.id, looked.day AS looked_on, {held(home("member.id", "$4"), "$3", "$4")} AS held_home,
               m.cell_id, {held("m.cell_id", "$3", "$4")} AS held, (
                   SELECT coalesce(jsonb_agg(jsonb_build_object('id', h.hold_id, 'ground', h.ground)
                                             ORDER BY h.hold_id), '[]')
                   FROM hold h WHERE h.member_id = member.id AND h.valid @> looked.day AND h.superseded_by IS NULL
               ) AS holds, (
                   SELECT coalesce(jsonb_agg(DISTINCT h.ground), '[]')
                   FROM hold h WHERE h.member_id = member.id AND h.superseded_by IS NULL
                   AND lower(h.valid) > looked.day AND h.valid @> $4::date
               ) AS later_grounds, (
                   SELECT t.transfer_id FROM transfer t WHERE t.open_member_id = member.id AND t.superseded_by IS NULL
                   AND t.valid && daterange(looked.day, NULL) LIMIT 1
               ) AS open, (
                   SELECT stay FROM unnest((
                       SELECT range_agg(s.valid) FROM membership s
                       WHERE s.member_id = member.id AND s.superseded_by IS NULL AND s.cell_id IS NOT NULL
                   )) stay WHERE stay @> looked.day
               ) AS days
        FROM unnest($1::uuid[], $2::date[]) looked(id, day) JOIN member USING (id)
        LEFT JOIN membership m ON m.member_id = member.id AND m.superseded_by IS NULL
             AND m.cell_id IS NOT NULL AND m.valid @> looked.day
        """,
        [member_id for member_id, _ in pairs],
        [day for _, day in pairs],
        actor_id,
        today,
    )
    return rows


Place = tuple[UUID, date]
"""An organization on a day."""

Way = tuple[UUID, UUID, date]
"""Two organizations on a day."""


async def destinations(connection: Connection, places: Iterable[Place]) -> dict[Place, OrganizationType]:
    """The types of those that are organizations of the directory on their day."""
    asked = list(set(places))
    rows = await connection.fetch(
        """
        SELECT asked.id, asked.day, t.type FROM unnest($1::uuid[], $2::date[]) asked(id, day)
        JOIN placement p ON p.organization_id = asked.id AND p.superseded_by IS NULL AND p.valid @> asked.day
        JOIN organization_type t ON t.organization_id = asked.id AND t.superseded_by IS NULL AND t.valid @> asked.day
        """,
        [one for one, _ in asked],
        [day for _, day in asked],
    )
    return {(row["id"], row["day"]): OrganizationType(row["type"]) for row in rows}


async def ended_by(connection: Connection, places: Iterable[Place]) -> dict[Place, date]:
    """From when organizations are no more, of those that have ended by their day."""
    asked = list(set(places))
    rows = await connection.fetch(
        """
        SELECT asked.id, asked.day, max(upper(p.valid)) AS ended_on
        FROM unnest($1::uuid[], $2::date[]) asked(id, day)
        JOIN placement p ON p.organization_id = asked.id AND p.superseded_by IS NULL
        GROUP BY asked.id, asked.day HAVING max(coalesce(upper(p.valid), 'infinity')) <= asked.day
        """,
        [one for one, _ in asked],
        [day for _, day in asked],
    )
    return {(row["id"], row["day"]): row["ended_on"] for row in rows}


async def standing_below(connection: Connection, ways: Iterable[Way]) -> set[Way]:
    """Those whose first organization is the second, or stands below it on the day."""
    return await _those(
        connection,
        ways,
        """
        SELECT FROM organization_ancestry WHERE organization_id = asked.first AND ancestor_id = asked.second
        AND valid @> asked.day
        """,
    )


async def under_one_upper(connection: Connection, ways: Iterable[Way]) -> set[Way]:
    """Those whose two organizations share, on the day, one at grassroots or upper level above."""
    as_of = AsOf(date.min, None, date.min)
    return await _those(
        connection,
        ways,
        f"""
        SELECT FROM organization_ancestry mine JOIN organization_ancestry theirs USING (ancestor_id)
        JOIN organization_type t ON t.organization_id = mine.ancestor_id AND t.superseded_by IS NULL
                                AND t.valid @> asked.day
        CROSS JOIN LATERAL {kind_of(as_of, "t.type", "asked.day")} k
        WHERE mine.organization_id = asked.first AND mine.valid @> asked.day
          AND theirs.organization_id = asked.second AND theirs.valid @> asked.day
          AND k.level IN ('grassroots', 'upper_grassroots')
        """,
    )


async def _those(connection: Connection, ways: Iterable[Way], condition: str) -> set[Way]:
    asked = list(set(ways))
    if not asked:
        return set()
    rows = await connection.fetch(
        f"""
        SELECT asked.* FROM unnest($1::uuid[], $2::uuid[], $3::date[]) asked(first, second, day)
        WHERE EXISTS ({condition})
        """,
        *(list(column) for column in zip(*asked, strict=True)),
    )
    return {tuple(row) for row in rows}


async def go_away(
    connection: Connection, operation_id: UUID, absences: Iterable[tuple[UUID, Any, str]]
) -> None:
    """Let members be away, each over the days and with the status given, where nothing else departs from activity."""
    listed = list(absences)
    await overwrite_from(
        connection,
        ACTIVITY,
        operation_id,
        """
        SELECT unnest(datemultirange(away.days) - coalesce((
                   SELECT range_agg(a.valid) FROM activity a
                   WHERE a.member_id = away.member_id AND a.superseded_by IS NULL
               ), '{}')) AS valid, true AS holds, away.member_id, away.status
        FROM unnest($2::uuid[], $3::daterange[], $4::text[]) away(member_id, days, status)
        """,
        [member_id for member_id, _, _ in listed],
        [days for _, days, _ in listed],
        [status for _, _, status in listed],
    )


ABSENCES = f"""
    SELECT t.transfer_id, t.open_member_id AS member_id,
           CASE {" ".join(f"WHEN t.kind = '{kind}' THEN '{status}'" for kind, status in AWAY.items())} END AS status,
           datemultirange(t.valid * stay.days) - coalesce((
               SELECT range_agg(a.valid) FROM activity a
               WHERE a.member_id = t.open_member_id AND a.superseded_by IS NULL
           ), '{{}}') AS days
    FROM transfer t CROSS JOIN LATERAL (
        SELECT days FROM unnest((
            SELECT range_agg(m.valid) FROM membership m
            WHERE m.member_id = t.open_member_id AND m.superseded_by IS NULL AND m.cell_id IS NOT NULL
        )) days WHERE days @> t.introduced_on
    ) stay
    WHERE t.superseded_by IS NULL"""
"""The days of open transfers on which the member is on the roll and active, and the status that there should be."""


ONE_MEMBER = "SELECT $2::uuid"
OF_OPERATION = "SELECT member_id FROM operation_member WHERE operation_id = $2"
"""Whom `stay_away` is asked for: the member given, or those whom the operation given touched."""


async def stay_away(connection: Connection, operation_id: UUID, whose: str, *arguments: Any) -> None:
    """Let members of open transfers be away again on the days on which an act has left them active.

    `whose` is a query of their ids, with arguments from `$2` on.
    """
    await overwrite_from(
        connection,
        ACTIVITY,
        operation_id,
        f"""
        SELECT unnest(days) AS valid, true AS holds, member_id, status FROM ({ABSENCES}) absent
        WHERE member_id IN ({whose})""",
        *arguments,
    )


Return = tuple[UUID, date, str, str | None]
"""Who is back, from which day on, of which status that holds no longer, and what holds instead, if anything."""


async def be_back(connection: Connection, operation_id: UUID, returns: Iterable[Return]) -> None:
    """End members' absences from a day on."""
    listed = list(returns)
    await overwrite_from(
        connection,
        ACTIVITY,
        operation_id,
        """
        SELECT a.valid * daterange(back.day, NULL) AS valid, back.instead IS NOT NULL AS holds, a.member_id,
               back.instead AS status
        FROM unnest($2::uuid[], $3::date[], $4::text[], $5::text[]) back(member_id, day, status, instead)
        JOIN activity a USING (member_id, status)
        WHERE a.superseded_by IS NULL AND a.valid && daterange(back.day, NULL)
        """,
        *([one[place] for one in listed] for place in range(4)),
    )


_HEIR = """
    SELECT coalesce(went.destination_id, sole.target_id) AS id, lived.ended_on AS day
    FROM (
        SELECT upper(span) AS ended_on FROM organization_life life, unnest(life.days) span
        WHERE life.organization_id = heir.id AND span @> heir.day
    ) lived
    LEFT JOIN roll_destination went ON went.cell_id = heir.id AND went.superseded_by IS NULL
        AND lower(went.valid) = lived.ended_on
    LEFT JOIN LATERAL (
        SELECT (array_agg(l.target_id))[1] AS target_id FROM lineage l
        WHERE l.source_id = heir.id AND l.superseded_by IS NULL AND lower(l.valid) = lived.ended_on
        HAVING count(DISTINCT l.target_id) = 1
    ) sole ON true
    WHERE coalesce(went.destination_id, sole.target_id) IS NOT NULL"""
"""Who stands for an organization (`heir`: `id`, as of `day`) that has ended: to whom its roll goes, or its sole
successor."""


async def go_along(connection: Connection, operation_id: UUID) -> None:
    """Have the open transfers that an operation said lead from where restructurings moved their members since, and to
    whom their destinations became.

    Where no cell has been closed with a destination, nothing is looked at (R-RS-11).
    """
    columns = ", ".join(_led(name) if name in _ENDS else f"t.{name}" for name in TRANSFER.columns)
    await overwrite_from(
        connection,
        TRANSFER,
        operation_id,
        f"""
        WITH RECURSIVE opened AS (
            SELECT * FROM transfer t
            WHERE t.operation_id = $1 AND t.superseded_by IS NULL AND t.open_member_id IS NOT NULL
              AND EXISTS (SELECT FROM roll_destination)
        ),
        heir AS (
            SELECT o.transfer_id, said.name, said.id, lower(o.valid) AS day FROM opened o
            CROSS JOIN LATERAL (
                VALUES ('to_organization_id', o.to_organization_id), ('to_cell_id', o.to_cell_id)) said(name, id)
            WHERE said.id IS NOT NULL
            UNION ALL
            SELECT heir.transfer_id, heir.name, onward.id, onward.day FROM heir CROSS JOIN LATERAL ({_HEIR}) onward
        ),
        led AS (
            SELECT * FROM heir
            UNION ALL
            SELECT o.transfer_id, 'from_cell_id', m.cell_id, lower(m.valid) FROM opened o
            JOIN membership m ON m.member_id = o.member_id
            JOIN membership b ON b.member_id = m.member_id AND b.superseded_by IS NULL
            WHERE m.superseded_by IS NULL AND m.cell_id IS NOT NULL
              AND lower(m.valid) > lower(o.valid) AND m.valid && o.valid AND {moved("b", "m")}
        )
        SELECT t.valid * daterange(point.day, lead(point.day) OVER (PARTITION BY t.transfer_id ORDER BY point.day))
                   AS valid, true AS holds, {columns}
        FROM opened t JOIN (SELECT DISTINCT transfer_id, day FROM led) point
            ON point.transfer_id = t.transfer_id AND point.day > lower(t.valid) AND t.valid @> point.day""",
    )


_ENDS = ("from_cell_id", "to_organization_id", "to_cell_id")


def _led(end: str) -> str:
    """Where an end of a transfer has been led by a day."""
    return f"""coalesce((
        SELECT led.id FROM led WHERE led.transfer_id = t.transfer_id AND led.name = '{end}' AND led.day <= point.day
        ORDER BY led.day DESC LIMIT 1), t.{end}) AS {end}"""
