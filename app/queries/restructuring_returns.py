"""Who comes back into the register when a restructuring is reversed that had taken them out, as SQL.

Those come back who left by that very operation and of whom nothing else was said since: each to the cell that stands
for the one of the day before, wherever other measures had brought him or her on the way out, with the standing held
there, as long as nothing else is known.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from asyncpg import Connection

from app.domain.membership import ExitReason
from app.domain.restructuring.lifecycle import RestructuringStep
from app.domain.restructuring.rolls import Heads
from app.queries.facts import said_first_by


def applying(restructuring_id: str) -> str:
    """The operation (`id`) by which a restructuring (an SQL expression) was applied, and the `day` it took effect."""
    return f"""
        SELECT applying_act.id, applying_act.effective_on AS day FROM restructuring_step applying_step
        JOIN operation applying_act ON applying_act.id = applying_step.operation_id
        WHERE applying_step.restructuring_id = {restructuring_id}::uuid
          AND applying_step.step = '{RestructuringStep.APPLY.value}'"""


def led_further(row: str, operation: str, day: str) -> str:
    """A condition: a row of roll destinations is what another document of the day said, and an operation led on."""
    return f"""({row}.superseded_by = {operation} AND {row}.operation_id <> {operation}
        AND lower({row}.valid) = {day})"""


def coming_back(reversed_id: str, ahead: str, ways: str) -> str:
    """The relations `former` (what is reversed), `ways`, `stays` and `back` (who comes back: from, to, standing, when).

    `ways`: a query of the cells that they left (`from_id`) and of those to which they come (`to_id`), each on its
    `days`. What was known of days to come in the cell where one stood is meant of that where, by what was found since,
    he or she did stand.
    """
    return f"""
    former AS ({applying(reversed_id)}),
    ways AS ({ways}),
    cells_left AS (SELECT DISTINCT from_id FROM ways),
    stays AS (
        SELECT stay.member_id, w.from_id, stay.standing, daterange(former.day, upper(planned.valid)) AS valid
        FROM former CROSS JOIN cells_left w
        JOIN membership stay ON stay.cell_id = w.from_id AND stay.superseded_by IS NULL
                            AND upper(stay.valid) = former.day
        LEFT JOIN membership planned ON planned.member_id = stay.member_id AND planned.superseded_by = former.id
                                    AND planned.valid @> former.day
        WHERE planned.id IS NULL OR lower(planned.valid) < former.day
        UNION ALL
        SELECT later.member_id, coalesce(found.from_id, w.from_id), later.standing, later.valid
        FROM former CROSS JOIN cells_left w
        JOIN membership later ON later.cell_id = w.from_id AND later.superseded_by = former.id
                             AND lower(later.valid) >= former.day
        LEFT JOIN membership stayed ON stayed.member_id = later.member_id AND stayed.cell_id = later.cell_id
                                   AND stayed.superseded_by = former.id AND stayed.valid @> former.day
                                   AND lower(stayed.valid) < former.day
        LEFT JOIN membership stay ON stay.member_id = stayed.member_id AND stay.superseded_by IS NULL
                                 AND upper(stay.valid) = former.day
        LEFT JOIN cells_left found ON found.from_id = stay.cell_id
    ),
    back AS (
        SELECT stays.member_id, stays.from_id, way.to_id, stays.standing,
               stays.valid * way.days * gone.valid * {ahead} AS valid
        FROM former CROSS JOIN stays JOIN ways way ON way.from_id = stays.from_id
        JOIN membership gone ON gone.member_id = stays.member_id AND gone.superseded_by IS NULL
                            AND gone.exit_reason = '{ExitReason.TRANSFERRED_OUT.value}'
        WHERE NOT isempty(stays.valid * way.days * gone.valid * {ahead})
          AND ({said_first_by("gone")} = former.id OR EXISTS (
              SELECT FROM roll_destination d
              WHERE d.cell_id = stays.from_id AND d.superseded_by IS NULL AND d.destination_id IS NULL
                AND {said_first_by("d")} = former.id AND lower(d.valid) = lower(gone.valid)))
    )"""


STATUSES_BACK = """
    SELECT a.*, daterange(former.day, upper(planned.valid)) AS days
    FROM former CROSS JOIN (SELECT DISTINCT member_id FROM back) whose
    JOIN activity a ON a.member_id = whose.member_id AND a.superseded_by IS NULL AND upper(a.valid) = former.day
    LEFT JOIN activity planned ON planned.member_id = a.member_id AND planned.superseded_by = former.id
                              AND planned.valid @> former.day
    WHERE planned.id IS NULL OR lower(planned.valid) < former.day
    UNION ALL
    SELECT later.*, later.valid FROM former JOIN activity later ON later.superseded_by = former.id
                                                              AND lower(later.valid) >= former.day"""
"""How those in `back` took part when they left, as it is believed by now, and what was known then of days to come."""


_LEFT = f"""
    SELECT d.cell_id AS from_id, coalesce(led.destination_id, d.cell_id) AS to_id, daterange(NULL, NULL) AS days
    FROM former JOIN roll_destination d ON d.operation_id = former.id AND d.destination_id IS NULL
    LEFT JOIN roll_destination led ON led.cell_id = d.cell_id AND {led_further("led", "former.id", "former.day")}
    UNION
    SELECT stood.cell_id, stood.cell_id, daterange(NULL, NULL) FROM former
    JOIN membership gone ON gone.operation_id = former.id AND gone.cell_id IS NULL
    JOIN membership stood ON stood.member_id = gone.member_id AND stood.superseded_by = former.id
                         AND stood.cell_id IS NOT NULL"""
"""The cells from which an operation took members out of the register, each with the one where they would be without."""


class Leavers(NamedTuple):
    """Members who left a cell, by where they would be had they not: in it, or where its roll had gone on the day."""

    stood_id: UUID
    heads: Heads


async def leavers(connection: Connection, reversed_id: UUID, on: date) -> dict[UUID, Leavers]:
    """Of the cells that members left by a restructuring, how many of them would come back on a day; none where only
    later ones would."""
    rows = await connection.fetch(
        f"""
        WITH {coming_back("$1", "daterange($2::date, NULL)", _LEFT)}
        SELECT from_id, to_id, count(*) FILTER (WHERE valid @> $2::date AND standing = 'official')::int AS official,
               count(*) FILTER (WHERE valid @> $2::date AND standing <> 'official')::int AS probationary
        FROM back GROUP BY from_id, to_id ORDER BY from_id, to_id
        """,
        reversed_id,
        on,
    )
    return {
        row["from_id"]: Leavers(row["to_id"], Heads(row["official"], row["probationary"])) for row in rows
    }
