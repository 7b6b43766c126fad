"""Transfers of a file, as SQL: who goes from where to where, which are on record and how far, what is written."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.hierarchy import OrganizationType
from app.domain.imports import ImportKey
from app.domain.membership import ExitReason
from app.domain.transfers import OPEN, TransferState, TransferStep
from app.queries import facts
from app.queries.imports import difference, staging
from app.queries.imports.checks import Check, by_rule, refuse_where
from app.queries.imports.difference import Said
from app.queries.imports.members import known_member
from app.queries.imports.organizations import known_by
from app.queries.members import home
from app.queries.organizations import CATALOGUE
from app.queries.reach import held, reachable

_ANSWERS = f"'{TransferStep.RECEIVE}', '{TransferStep.REFUSE}'"
_OPEN = ", ".join(f"'{one}'" for one in sorted(OPEN))


async def resolve_names(connection: Connection, key: ImportKey, system: str) -> None:
    """Find the organizations and the members, as they were named on the days of the rows."""
    named = " UNION ".join(
        f"SELECT {name} AS name, {day} AS day FROM staged_row WHERE sound AND {name} IS NOT NULL"
        for name, day in (
            ("from_cell", "introduced_on"),
            ("to_organization", "introduced_on"),
            ("received_cell", "answered_on"),
        )
    )
    await staging.create(
        connection,
        "staged_named",
        ["name", "day"],
        f"""
        SELECT n.*, found.organization_id FROM ({named}) n
        LEFT JOIN LATERAL ({known_by(key, "n.name", "n.day")}) found ON true
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_person",
        ["member", "day"],
        f"""
        SELECT n.*, found.member_id
        FROM (SELECT DISTINCT member, introduced_on AS day FROM staged_row WHERE sound) n
        LEFT JOIN LATERAL ({known_member("n.member", "n.day")}) found ON true
        """,
        system,
    )


async def named(connection: Connection) -> tuple[list[UUID], list[UUID]]:
    """The members and the organizations that the file names."""
    row = await connection.fetchrow(
        """
        SELECT ARRAY(SELECT DISTINCT member_id FROM staged_person WHERE member_id IS NOT NULL) AS members,
               ARRAY(SELECT DISTINCT organization_id FROM staged_named WHERE organization_id IS NOT NULL) AS places
        """
    )
    return row["members"], row["places"]


async def resolve_transfers(connection: Connection, today: date) -> None:
    """Find which transfers are on record, where each stands last, and what the file adds to it.

    A transfer is known by its member, kind, day of introduction and both ends. Of a known one `last_…` says where it
    stands, `told` the step by which the receiving side has answered, `same` whether the file says the same of what is
    recorded. `acts`: something is to be written. `first_row`: the first row by day that would act on the member.
    """
    await staging.create(
        connection,
        "staged_transfer",
        ["row", "transfer_id", "member_id"],
        f"""
        WITH placed AS (
            SELECT s.*, p.member_id, {home("p.member_id", "$1")} AS home_id, f.organization_id AS from_id,
                   t.organization_id AS to_id, c.organization_id AS received_cell_id
            FROM staged_row s
            LEFT JOIN staged_person p ON p.member = s.member AND p.day = s.introduced_on
            LEFT JOIN staged_named f ON f.name = s.from_cell AND f.day = s.introduced_on
            LEFT JOIN staged_named t ON t.name = s.to_organization AND t.day = s.introduced_on
            LEFT JOIN staged_named c ON c.name = s.received_cell AND c.day = s.answered_on
            WHERE s.sound
        ),
        found AS (
            SELECT p.*, coalesce(known.transfer_id, p.fresh_id) AS transfer_id, known.transfer_id IS NOT NULL AS known,
                   last.state AS last_state, lower(last.valid) AS last_on, last.due_on AS last_due_on,
                   last.due_rule AS last_due_rule, last.expected_end AS last_end, told.step AS told,
                   last.to_cell_id AS last_cell_id,
                   CASE WHEN known.transfer_id IS NULL THEN p.to_id ELSE last.to_organization_id END AS receiver_id,
                   coalesce(p.purpose, first.purpose) IS NOT DISTINCT FROM first.purpose
                   AND coalesce(p.moved_on, first.moved_on) IS NOT DISTINCT FROM first.moved_on
                   AND coalesce(p.expected_end, first.expected_end) IS NOT DISTINCT FROM first.expected_end
                   AND (told.step IS NULL OR p.answer IS NULL
                        OR (told.step, lower(told.valid)) = (p.answer, p.answered_on)
                        AND coalesce(p.received_cell_id, told.to_cell_id) IS NOT DISTINCT FROM told.to_cell_id) AS same
            FROM placed p
            LEFT JOIN LATERAL (
                SELECT k.transfer_id FROM transfer k
                WHERE k.member_id = p.member_id AND k.kind = p.kind AND k.introduced_on = p.introduced_on
                  AND k.from_cell_id = p.from_id AND k.to_organization_id IS NOT DISTINCT FROM p.to_id
                  AND k.to_outside IS NOT DISTINCT FROM p.to_outside AND k.superseded_by IS NULL
                ORDER BY k.open_member_id IS NULL, k.id DESC LIMIT 1
            ) known ON true
            LEFT JOIN LATERAL (
                SELECT l.* FROM transfer l WHERE l.transfer_id = known.transfer_id AND l.superseded_by IS NULL
                ORDER BY lower(l.valid) DESC LIMIT 1
            ) last ON true
            LEFT JOIN LATERAL (
                SELECT b.* FROM transfer b WHERE b.transfer_id = known.transfer_id AND b.superseded_by IS NULL
                ORDER BY lower(b.valid) LIMIT 1
            ) first ON true
            LEFT JOIN LATERAL (
                SELECT a.* FROM transfer a WHERE a.transfer_id = known.transfer_id AND a.superseded_by IS NULL
                  AND a.step IN ({_ANSWERS}) ORDER BY lower(a.valid) LIMIT 1
            ) told ON true
        ),
        judged AS (
            SELECT found.*, coalesce(last_cell_id, receiver_id) AS reached_id,
                   NOT known OR (answer IS NOT NULL AND told IS NULL) AS acts,
                   EXISTS (SELECT FROM organization_opening o WHERE o.organization_id = receiver_id
                           AND o.superseded_by IS NULL AND o.valid @> $1::date) AS on_board,
                   coalesce(received_cell_id, receiver_id) AS entered_id
            FROM found
        )
        SELECT *, CASE WHEN acts THEN first_value(row) OVER (
            PARTITION BY member_id, acts ORDER BY introduced_on, row) END AS first_row
        FROM judged
        """,
        today,
    )
    await staging.create(
        connection,
        "staged_subject",
        ["transfer_id"],
        "SELECT DISTINCT transfer_id, known FROM staged_transfer",
    )
    await staging.create(
        connection,
        "staged_changed",
        ["transfer_id"],
        "SELECT DISTINCT transfer_id FROM staged_transfer WHERE known AND acts",
    )


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
        """
        SELECT t.*, m.cell_id AS present_id, path.path FROM staged_transfer t
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
    for said in _MOVES:
        await difference.find(connection, said)
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
    FROM staged_transfer JOIN staged_settled USING (row) WHERE NOT known ORDER BY row"""

_ANSWERED = f"""
    SELECT daterange(t.answered_on, NULL) AS valid, true AS holds, {
    _of_transfer(
        **{name: f"b.{name}" for name in facts.TRANSFER.columns}
        | {
            "to_cell_id": f"CASE t.answer WHEN '{TransferStep.RECEIVE}' THEN t.entered_id END",
            "state": "s.answer_state",
            "step": "t.answer",
            "due_on": "s.answer_due_on",
            "due_rule": "s.answer_due_rule",
            "open_member_id": f"CASE WHEN s.answer_state IN ({_OPEN}) THEN b.member_id END",
        }
    )
}
    FROM staged_transfer t JOIN staged_settled s USING (row)
    JOIN transfer b ON b.transfer_id = t.transfer_id AND b.superseded_by IS NULL AND upper_inf(b.valid)
    WHERE t.acts AND t.answer IS NOT NULL"""


async def write_introductions(connection: Connection, operation_id: UUID) -> None:
    """Write the transfers that are new."""
    await facts.insert_from(connection, facts.TRANSFER, operation_id, _INTRODUCED)


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
        "SELECT member_id, days, away FROM staged_transfer JOIN staged_settled USING (row) WHERE NOT known"
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
           introduction_number AS number, introduction_signed_on AS signed_on
    FROM staged_transfer WHERE NOT known AND introduction_number IS NOT NULL
    UNION ALL
    SELECT transfer_id, answer, coalesce({_NAME.format("receiver_id", "answered_on")}, to_outside),
           answer_number, answer_signed_on
    FROM staged_transfer WHERE acts AND answer_number IS NOT NULL"""
"""The papers of the steps that are written, each issued by the side that acts."""


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
        INSERT INTO transfer_paper (operation_id, transfer_id, step, decision_id)
        SELECT $1, said.transfer_id, said.step, d.id FROM ({_PAPERS}) said
        JOIN decision d USING (issuer, number, signed_on)
        """,
        operation_id,
    )


KNOWN = "SELECT row, transfer_id FROM staged_transfer WHERE known"
"""The rows about what is on record, with what they are about."""

OWNERS = """
    SELECT t.row, coalesce(sender.organization_id, receiver.organization_id) AS organization_id
    FROM staged_transfer t
    LEFT JOIN staged_reach sender ON sender.organization_id = t.from_id AND sender.visible
    LEFT JOIN staged_reach receiver ON receiver.organization_id = t.receiver_id AND receiver.visible
    WHERE t.row IN (SELECT row FROM staged_error)"""
"""Whose the rows at fault are: the sender's, else the receiver's, as far as the actor sees them."""
