"""Transfers of a file, as SQL: what they are judged by, what is written of them and of their members."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.hierarchy import OrganizationType
from app.domain.membership import ExitReason
from app.domain.transfers import OPEN, TransferState, TransferStep
from app.queries import facts
from app.queries.following import moved
from app.queries.imports import difference, following, staging
from app.queries.imports.checks import Check, by_rule, refuse_where
from app.queries.imports.difference import Said
from app.queries.organizations import CATALOGUE
from app.queries.reach import held, reachable
from app.queries.transfer_acts import go_along

_OPEN = ", ".join(f"'{one}'" for one in sorted(OPEN))


async def weigh_reach(
    connection: Connection, actor_id: UUID, today: date, visible: list[str]
) -> dict[UUID, list[str]]:
    """The roles the actor holds over the homes and the ends; `visible` are those that see."""
    await staging.create(
        connection,
        "staged_reach",
        ["organization_id"],
        f"""
        SELECT organization_id, {held("ends.organization_id", "$1", "$2")} AS held,
               {reachable("ends.organization_id", "$1", "$3", "$2")} AS visible
        FROM (
            SELECT DISTINCT unnest(ARRAY[home_id, from_id, reached_id, entered_id]) AS organization_id
            FROM staged_transfer
        ) ends WHERE organization_id IS NOT NULL
        """,
        actor_id,
        today,
        visible,
    )
    rows = await connection.fetch("SELECT organization_id, held FROM staged_reach WHERE held IS NOT NULL")
    return {row["organization_id"]: row["held"] for row in rows}


async def to_judge(connection: Connection, after: int, most: int) -> list[Record]:
    """The next so many rows, with the cell of the member on the day of the answer, and what stands above the sender."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT t.*, path.path, CASE WHEN m.cell_id IS DISTINCT FROM t.from_id AND EXISTS (
                   SELECT FROM membership b WHERE b.member_id = m.member_id AND b.superseded_by IS NULL
                   AND b.cell_id = t.from_id AND lower(b.valid) <= t.answered_on AND {moved("b", "m")}
               ) THEN t.from_id ELSE m.cell_id END AS present_id
        FROM staged_transfer t
        LEFT JOIN membership m ON m.member_id = t.member_id AND m.superseded_by IS NULL AND m.valid @> t.answered_on
        LEFT JOIN LATERAL (
            SELECT array_agg(ancestor_id ORDER BY depth DESC) AS path FROM organization_ancestry
            WHERE organization_id = t.from_id AND valid @> t.introduced_on
        ) path ON true
        WHERE t.row > $1 ORDER BY t.row LIMIT $2
        """,
        after,
        most,
    )
    return rows


SETTLED = {
    "row": "integer",
    "intended": "text",
    "due_on": "date",
    "due_rule": "text",
    "days": "daterange",
    "away": "text",
    "answer_state": "text",
    "answer_due_on": "date",
    "answer_due_rule": "text",
}
"""What is judged of a sound row: purpose, limit and absence from the introduction on, the state after the answer."""


async def open_settled(connection: Connection) -> None:
    """Make room for what is judged."""
    columns = ", ".join(f"{name} {kind}" for name, kind in SETTLED.items())
    await connection.execute(f"CREATE TEMPORARY TABLE staged_settled ({columns}) ON COMMIT DROP")


async def settle(connection: Connection, settled: Iterable[tuple[Any, ...]]) -> None:
    """Take in what is judged of rows, in the order of `SETTLED`."""
    await connection.copy_records_to_table("staged_settled", records=settled, columns=list(SETTLED))


_MOVED = f"""
    SELECT t.* FROM staged_transfer t JOIN staged_settled s USING (row)
    WHERE t.acts AND s.answer_state = '{TransferState.RECEIVED}'"""
"""The rows by which a member is taken in for good."""

_NONE = "NULL::text AS standing, {} AS exit_reason, NULL::text AS exit_ground"
_MOVES = (
    Said(
        facts.MEMBERSHIP,
        f"""
        SELECT row, true AS known, false AS bounded, daterange(answered_on, NULL) AS valid, member_id,
               entered_id AS cell_id, {_NONE.format("NULL::text")}
        FROM ({_MOVED}) moved WHERE entered_id IS NOT NULL""",
    ),
    Said(
        facts.MEMBERSHIP,
        f"""
        SELECT row, true AS known, true AS bounded, daterange(answered_on, (
                   SELECT min(lower(b.valid)) FROM membership b
                   WHERE b.member_id = moved.member_id AND b.superseded_by IS NULL
                     AND lower(b.valid) > moved.answered_on AND b.cell_id IS DISTINCT FROM moved.from_id
                     AND NOT EXISTS (
                         SELECT FROM membership a WHERE a.member_id = b.member_id AND a.superseded_by IS NULL
                         AND upper(a.valid) = lower(b.valid) AND {moved("a", "b")})
               )) AS valid, member_id, NULL::uuid AS cell_id, {_NONE.format(f"'{ExitReason.TRANSFERRED_OUT}'")}
        FROM ({_MOVED}) moved WHERE entered_id IS NULL""",
        whole=True,
    ),
)
"""How memberships change: up to where the cell is known to change next, the standing of later days goes along."""

_HOLDING: Check = (
    "received_cell",
    "cell_cannot_hold_members_then",
    f"""
    SELECT w.row, {by_rule("R-ORG-4", CATALOGUE, "lower(w.valid)")} FROM wanted_membership w
    LEFT JOIN cell_life life USING (cell_id)
    WHERE w.cell_id IS NOT NULL AND NOT coalesce(life.days, '{{}}') @> w.valid
    UNION ALL
    SELECT t.row, {by_rule("R-ORG-4", CATALOGUE, "t.answered_on")} FROM staged_transfer t
    JOIN staged_settled s USING (row) LEFT JOIN cell_life life ON life.cell_id = t.entered_id
    WHERE t.acts AND s.answer_state = '{TransferState.STAYING}' AND t.entered_id IS NOT NULL
      AND NOT coalesce(life.days, '{{}}') @> t.answered_on
      AND NOT EXISTS (
          SELECT FROM organization_type g WHERE g.organization_id = t.entered_id AND g.superseded_by IS NULL
          AND g.valid @> t.answered_on AND g.type = '{OrganizationType.TEMPORARY_CELL}')""",
)


async def compare(connection: Connection) -> None:
    """Find how the memberships of those taken in change, and note the rows whose cell would not hold them."""
    await following.find(connection, *_MOVES)
    await refuse_where(connection, *_HOLDING)


def _of_transfer(**said: str) -> str:
    """The columns of a transfer by SQL expressions, each with its name; what is not said is null."""
    return ", ".join(
        f"{said.get(name, f'NULL::{kind}')} AS {name}" for name, kind in facts.TRANSFER.columns.items()
    )


_INTRODUCED = f"""
    SELECT daterange(introduced_on, NULL) AS valid, true AS holds, {
    _of_transfer(
        **{
            name: name
            for name in (
                "transfer_id",
                "member_id",
                "kind",
                "to_outside",
                "introduced_on",
                "moved_on",
                "expected_end",
                "due_on",
                "due_rule",
            )
        },
        purpose="intended",
        from_cell_id="from_id",
        to_organization_id="to_id",
        state=f"'{TransferState.INTRODUCED}'",
        step=f"'{TransferStep.INTRODUCE}'",
        open_member_id="member_id",
    )
}
    FROM staged_transfer JOIN staged_settled USING (row) WHERE acts AND NOT known ORDER BY row"""

_ANSWERED = f"""
    SELECT CASE WHEN s.answer_state IN ({_OPEN}) THEN b.valid ELSE daterange(NULL, NULL) END
               * daterange(t.answered_on, NULL) AS valid, true AS holds, {
    _of_transfer(
        **{name: f"b.{name}" for name in facts.TRANSFER.columns}
        | {
            "to_cell_id": f"CASE t.answer WHEN '{TransferStep.RECEIVE}' THEN t.entered_id END",
            "state": "s.answer_state",
            "step": "t.answer",
            "due_on": "s.answer_due_on",
            "due_rule": "s.answer_due_rule",
            "refusal_ground": "t.refusal_ground",
            "open_member_id": f"CASE WHEN s.answer_state IN ({_OPEN}) THEN b.member_id END",
        }
    )
}
    FROM staged_transfer t JOIN staged_settled s USING (row)
    JOIN transfer b ON b.transfer_id = t.transfer_id AND b.superseded_by IS NULL AND CASE
        WHEN s.answer_state IN ({_OPEN}) THEN b.valid && daterange(t.answered_on, NULL)
        ELSE b.valid @> t.answered_on END
    WHERE t.acts AND t.answers"""
"""What the receiving sides answered; of a transfer that stays open, the ends stay where restructurings led them."""


async def write_introductions(connection: Connection, operation_id: UUID) -> None:
    """Write the transfers that are new."""
    await facts.insert_from(connection, facts.TRANSFER, operation_id, _INTRODUCED)
    await go_along(connection, operation_id)


async def write_answers(connection: Connection, operation_id: UUID) -> None:
    """Write what the receiving sides answered, and the memberships of those taken in."""
    await facts.overwrite_from(connection, facts.TRANSFER, operation_id, _ANSWERED)
    await difference.write(connection, operation_id, facts.MEMBERSHIP)


async def confine(connection: Connection, operation_id: UUID) -> None:
    """Believe no activity of those taken in outside on days on which they are on no roll."""
    columns = ", ".join(f"a.{name}" for name in facts.ACTIVITY.columns)
    await facts.overwrite_from(
        connection,
        facts.ACTIVITY,
        operation_id,
        f"""
        SELECT elsewhere AS valid, false AS holds, {columns}
        FROM (SELECT member_id FROM ({_MOVED}) moved WHERE entered_id IS NULL) gone JOIN activity a USING (member_id)
        CROSS JOIN LATERAL unnest(datemultirange(a.valid) - coalesce((
            SELECT range_agg(m.valid) FROM membership m
            WHERE m.member_id = a.member_id AND m.superseded_by IS NULL AND m.cell_id IS NOT NULL
        ), '{{}}')) elsewhere
        WHERE a.superseded_by IS NULL""",
    )


ENDING_SEATS = f"""
    SELECT member_id, daterange(answered_on, NULL) AS valid, '{ExitReason.TRANSFERRED_OUT}' AS reason,
           CASE WHEN entered_id IS NOT NULL THEN from_id END AS left_id, entered_id
    FROM ({_MOVED}) moved"""
"""Whose seats end by a reception for good, and between which cells."""


async def absences(connection: Connection) -> list[Record]:
    """The days over which those introduced are away, and with which status."""
    rows: list[Record] = await connection.fetch(
        "SELECT member_id, days, away FROM staged_transfer JOIN staged_settled USING (row)"
        " WHERE acts AND NOT known"
    )
    return rows


async def returns(connection: Connection) -> list[Record]:
    """Who of those answered about is away no more, and from which day."""
    rows: list[Record] = await connection.fetch(
        "SELECT member_id, answered_on, away FROM staged_transfer JOIN staged_settled USING (row)"
        f" WHERE acts AND answer_state NOT IN ({_OPEN})"
    )
    return rows


_NAME = """(
        SELECT btrim(left(n.name, 200)) FROM organization_name n
        WHERE n.organization_id = {} AND n.superseded_by IS NULL
        ORDER BY n.valid @> {} DESC, lower(n.valid) DESC LIMIT 1)"""
_PAPERS = f"""
    SELECT transfer_id, '{TransferStep.INTRODUCE}' AS step, {_NAME.format("from_id", "introduced_on")} AS issuer,
           introduction_number AS number, coalesce(introduction_signed_on, introduced_on) AS signed_on,
           begun_by AS supplements
    FROM staged_transfer WHERE acts AND introduction_number IS NOT NULL AND (NOT known OR gives_introduction)
    UNION ALL
    SELECT transfer_id, answer, coalesce({_NAME.format("receiver_id", "answered_on")}, receiver_outside),
           answer_number, coalesce(answer_signed_on, answered_on), told_by
    FROM staged_transfer WHERE acts AND answer_number IS NOT NULL AND (answers OR gives_answer)"""
"""The papers of the steps that are written or had none, each issued by the side that acts."""


async def papers(connection: Connection) -> list[Record]:
    """The papers of the file, each once."""
    rows: list[Record] = await connection.fetch(
        f"SELECT DISTINCT issuer, number, signed_on FROM ({_PAPERS}) said ORDER BY 1, 2, 3"
    )
    return rows


async def tie_papers(connection: Connection, operation_id: UUID) -> None:
    """Tie the steps to their papers, which are on record."""
    await connection.execute(
        f"""
        INSERT INTO transfer_paper (operation_id, transfer_id, step, decision_id, supplements)
        SELECT $1, said.transfer_id, said.step, d.id, said.supplements FROM ({_PAPERS}) said
        JOIN decision d USING (issuer, number, signed_on)
        """,
        operation_id,
    )


async def steps_of_file(connection: Connection, operation_id: UUID, today: date) -> list[Record]:
    """The steps that a file recorded or gave papers, each with the ends of the transfer, once for the same ends.

    `receiver_here`: whether the destination keeps its roll here.
    """
    rows: list[Record] = await connection.fetch(
        """
        SELECT DISTINCT said.step, t.from_cell_id, t.to_organization_id, EXISTS (
            SELECT FROM organization_opening o WHERE o.organization_id = t.to_organization_id
            AND o.superseded_by IS NULL AND lower(o.valid) <= $2::date
        ) AS receiver_here
        FROM (
            SELECT transfer_id, step FROM transfer WHERE operation_id = $1 AND said_first_by IS NULL
            UNION SELECT transfer_id, step FROM transfer_paper WHERE operation_id = $1
        ) said CROSS JOIN LATERAL (
            SELECT l.* FROM transfer l WHERE l.transfer_id = said.transfer_id
            ORDER BY l.superseded_by IS NULL DESC, lower(l.valid) DESC, l.id DESC LIMIT 1
        ) t
        """,
        operation_id,
        today,
    )
    return rows


KNOWN = "SELECT row, CASE WHEN adds THEN transfer_id END AS transfer_id FROM staged_transfer WHERE known"
"""The rows about what is on record, with what they are about; one that says nothing new changes nothing, as of none."""

OWNERS = """
    SELECT t.row, coalesce(sender.organization_id, receiver.organization_id) AS organization_id
    FROM staged_transfer t
    LEFT JOIN staged_reach sender ON sender.organization_id = t.from_id AND sender.visible
    LEFT JOIN staged_reach receiver ON receiver.organization_id = t.receiver_id AND receiver.visible
    WHERE t.row IN (SELECT row FROM staged_error)"""
"""Whose the rows at fault are: the sender's, else the receiver's, as far as the actor sees them."""
