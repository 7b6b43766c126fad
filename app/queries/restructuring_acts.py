"""What the application of a restructuring writes beside the facts of its plan, as SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.committees import SeatEndReason
from app.domain.membership import ExitReason
from app.domain.restructuring.tree import PLANNED
from app.queries.facts import (
    ACCESS_GRANT,
    ACTIVITY,
    COMMITTEE,
    MEMBERSHIP,
    ORGANIZATION_FACTS,
    SEAT,
    TRANSFER,
    FactTable,
    overwrite_from,
    said_first_by,
)
from app.queries.restructuring_moves import AHEAD, BODIES, GRANTS, RELATIONS, SEATS, TRANSFERS, Moves
from app.queries.restructuring_returns import STATUSES_BACK


def _handed_on(table: FactTable) -> str:
    """What was said of an organization, said on of the one that takes its place."""
    return f"""
        UNION ALL
        SELECT f.valid * {AHEAD}, true, {_columns(table, "f", organization_id="succeeded.successor_id")}
        FROM {table.name} f JOIN succeeded ON succeeded.id = f.organization_id
        WHERE f.superseded_by IS NULL AND f.valid && {AHEAD}"""


def _columns(table: FactTable, row: str, **instead: str) -> str:
    """The columns of a table as another query gives them, some of them otherwise."""
    return ", ".join(f"{instead.get(name, f'{row}.{name}')} AS {name}" for name in table.columns)


@dataclass(frozen=True, slots=True)
class Act:
    """What is written into one table: `wanted` selects the rows, of the relations of `restructuring_moves`.

    `said_again`: the rows go on saying what was said first (`said_first_by`).
    """

    table: FactTable
    wanted: str
    said_again: bool = False


def _of_organization(name: str, table: FactTable) -> str:
    """What is said of organizations themselves ends with them, or is said on.

    Authorities also end under another superior, and as a decision makes it another type: they are decided anew.
    """
    authority = name == "authority"
    ending = f"SELECT id FROM {'lapsing' if authority else 'ended'}"
    return f"""
        SELECT f.valid * {AHEAD} AS valid, false AS holds, {_columns(table, "f")}
        FROM {table.name} f WHERE f.organization_id IN ({ending})
          AND f.superseded_by IS NULL AND f.valid && {AHEAD}
        {"" if authority else _handed_on(table)}"""


_RESTRUCTURED = f"CASE WHEN piece.holds THEN '{SeatEndReason.RESTRUCTURED.value}' END"
ACTS = (
    Act(
        SEAT,
        f"""
        SELECT piece.valid, piece.holds, {said_first_by("s")} AS said_first_by,
               {_columns(SEAT, "s", end_reason=_RESTRUCTURED)}
        FROM seat s JOIN ({SEATS}) ending USING (seat_id)
        CROSS JOIN LATERAL (
            SELECT s.valid * {AHEAD} AS valid, false AS holds
            UNION ALL SELECT s.valid * daterange(NULL, $2::date), true
        ) piece
        WHERE s.superseded_by IS NULL AND s.valid && {AHEAD} AND NOT isempty(piece.valid)""",
        said_again=True,
    ),
    Act(
        COMMITTEE,
        f"""
        SELECT c.valid * {AHEAD} AS valid, false AS holds, {_columns(COMMITTEE, "c")}
        FROM committee c WHERE c.committee_id IN (SELECT committee_id FROM ({BODIES}) body)
          AND c.superseded_by IS NULL AND c.valid && {AHEAD}""",
    ),
    Act(
        TRANSFER,
        f"""
        SELECT now.valid, true AS holds, {said_first_by("t")} AS said_first_by,
               {
            _columns(
                TRANSFER,
                "t",
                from_cell_id="now.now_from",
                to_organization_id="now.now_to",
                to_cell_id="now.now_cell",
            )
        }
        FROM transfer t JOIN ({TRANSFERS}) now USING (transfer_id)
        WHERE t.superseded_by IS NULL AND t.valid @> now.valid""",
        said_again=True,
    ),
    Act(ACCESS_GRANT, f"SELECT g.valid, false AS holds, {_columns(ACCESS_GRANT, 'g')} FROM ({GRANTS}) g"),
    Act(
        ACTIVITY,
        f"""
        SELECT a.valid * gone.valid AS valid, false AS holds, {_columns(ACTIVITY, "a")}
        FROM moving gone JOIN activity a ON a.member_id = gone.member_id
        WHERE gone.to_id IS NULL AND a.superseded_by IS NULL AND a.valid && gone.valid
        UNION ALL
        SELECT a.days * back.valid, true, {_columns(ACTIVITY, "a")}
        FROM back JOIN ({STATUSES_BACK}) a ON a.member_id = back.member_id AND a.days && back.valid""",
    ),
    Act(
        MEMBERSHIP,
        f"""
        SELECT valid, true AS holds, member_id, to_id AS cell_id,
               CASE WHEN to_id IS NOT NULL THEN standing END AS standing,
               CASE WHEN to_id IS NULL THEN '{ExitReason.TRANSFERRED_OUT.value}' END AS exit_reason,
               NULL::text AS exit_ground
        FROM moving
        UNION ALL
        SELECT valid, true, member_id, to_id, standing, NULL, NULL FROM back""",
    ),
    *(
        Act(table, _of_organization(name, table))
        for name, table in ORGANIZATION_FACTS.items()
        if name not in PLANNED
    ),
)
"""What is written, in this order: the first statements read what the later ones change."""


async def write(connection: Connection, operation_id: UUID, moves: Moves) -> None:
    """Carry out all that is not of the organizations themselves; while the tree still stands as before."""
    for one in ACTS:
        await overwrite_from(
            connection,
            one.table,
            operation_id,
            f"{RELATIONS} SELECT wanted_rows.* FROM given, ({one.wanted}) wanted_rows",
            *moves.arguments,
            said_again=one.said_again,
        )


async def leading_to(connection: Connection, on: date, cell_ids: Sequence[UUID]) -> list[Record]:
    """The cells whose rolls lead, from the very day, to one of some cells: `cell_id`, `destination_id`."""
    rows: list[Record] = await connection.fetch(
        "SELECT cell_id, destination_id FROM roll_destination"
        " WHERE destination_id = ANY($2::uuid[]) AND superseded_by IS NULL AND lower(valid) = $1"
        " AND cell_id <> ALL($2::uuid[])",
        on,
        list(cell_ids),
    )
    return rows


async def note_members(connection: Connection, operation_id: UUID) -> None:
    """Note all members whose membership the operation changed; each gains a version. Set-based, for a million."""
    await connection.execute(
        """
        WITH noted AS (
            INSERT INTO operation_member (operation_id, member_id)
            SELECT DISTINCT $1::uuid, member_id FROM membership WHERE operation_id = $1 RETURNING member_id
        )
        UPDATE member SET version = version + 1 FROM noted WHERE member.id = noted.member_id
        """,
        operation_id,
    )
