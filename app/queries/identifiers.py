"""Numbers of members as SQL: who bears them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.queries.members import home
from app.queries.reach import held


async def other_bearers(
    connection: Connection,
    member_id: UUID,
    wanted: Sequence[tuple[str, UUID, str, Range]],
    actor_id: UUID,
    today: date,
) -> list[Record]:
    """Other members who bear one of the numbers on some of its days, and the roles held over each.

    A number is wanted as its kind, within what it is unique, the number and the days.
    """
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT found.member_id, {held(home("found.member_id", "$7"), "$6", "$7")} AS held
        FROM (
            SELECT DISTINCT i.member_id
            FROM unnest($1::text[], $2::uuid[], $3::text[], $4::daterange[]) wanted(kind, space, number, valid)
            JOIN identifier i ON i.kind = wanted.kind AND i.number_space = wanted.space
              AND i.number = wanted.number AND i.valid && wanted.valid AND i.superseded_by IS NULL
            WHERE i.member_id <> $5
        ) found ORDER BY found.member_id
        """,
        *([one[column] for one in wanted] for column in range(4)),
        member_id,
        actor_id,
        today,
    )
    return rows
