"""What restructurings made of rolls, as SQL: where those go who are found later, and whom they have moved already."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.following import Destination
from app.queries.facts import said_first_by
from app.queries.ranges import to_period


def moved(before: str, row: str) -> str:
    """A condition: a row of memberships is what a restructuring made of the one before; both are aliases.

    It is the word of one that was applied, or says what followed from one when something was found late.
    """
    return f"""(upper({before}.valid) = lower({row}.valid) AND {before}.cell_id IS NOT NULL
        AND {row}.cell_id IS DISTINCT FROM {before}.cell_id AND (
            EXISTS (
                SELECT FROM operation follow_operation WHERE follow_operation.id = {said_first_by(row)}
                AND follow_operation.kind = '{OperationKind.RESTRUCTURING_APPLIED}')
            OR EXISTS (
                SELECT FROM roll_destination follow_to
                WHERE follow_to.cell_id = {before}.cell_id AND follow_to.superseded_by IS NULL
                  AND lower(follow_to.valid) = lower({row}.valid)
                  AND follow_to.destination_id IS NOT DISTINCT FROM {row}.cell_id)))"""


async def moved_on(connection: Connection, member_id: UUID) -> frozenset[date]:
    """The days from which a member is elsewhere because a restructuring said so."""
    rows = await connection.fetch(
        f"""
        SELECT lower(m.valid) AS day FROM membership m
        JOIN membership b ON b.member_id = m.member_id AND b.superseded_by IS NULL
        WHERE m.member_id = $1 AND m.superseded_by IS NULL AND {moved("b", "m")}
        """,
        member_id,
    )
    return frozenset(row["day"] for row in rows)


WAYS = f"""
    WITH RECURSIVE reached AS (
        {{asked}}
        UNION
        SELECT onward.destination_id FROM reached
        JOIN roll_destination onward ON onward.cell_id = reached.cell_id AND onward.superseded_by IS NULL
        WHERE onward.destination_id IS NOT NULL
    )
    SELECT reached.cell_id, life.days AS life, way.days, way.destination_id, way.operation_id
    FROM reached
    LEFT JOIN (SELECT * FROM cell_life WHERE cell_id = ANY(ARRAY(SELECT cell_id FROM reached))) life USING (cell_id)
    LEFT JOIN LATERAL (
        SELECT closed AS days, d.destination_id, {said_first_by("d")} AS operation_id
        FROM roll_destination d, unnest(datemultirange(d.valid) - coalesce(life.days, '{{{{}}}}')) closed
        WHERE d.cell_id = reached.cell_id AND d.superseded_by IS NULL
    ) way ON true"""
"""Of cells (`asked`: a query of `cell_id`), and of all that those found in them later can come to: when each holds
members (`life`), and from when to when it leads where."""


async def ways(
    connection: Connection, cell_ids: Iterable[UUID]
) -> tuple[dict[UUID, list[Period]], dict[UUID, list[Destination]]]:
    """Of cells, and of all that those found in them later can come to: when each holds members, and where it leads."""
    asked = "SELECT unnest($1::uuid[]) AS cell_id"
    rows = await connection.fetch(WAYS.format(asked=asked), list(set(cell_ids)))
    holding = {row["cell_id"]: [to_period(one) for one in row["life"] or ()] for row in rows}
    destinations: dict[UUID, list[Destination]] = {}
    for row in rows:
        if row["days"] is not None:
            one = Destination(to_period(row["days"]), row["destination_id"], row["operation_id"])
            destinations.setdefault(row["cell_id"], []).append(one)
    return holding, destinations
