"""Rows that leave a roll, come back or move where a single act would refuse it, once all are compared.

A correction of a known member says what was so all along: what is asked of an act is not asked of it.
"""

from asyncpg import Connection

from app.domain.leaving import LEAVERS, LEAVERS_SOURCE
from app.domain.membership import ExitReason
from app.domain.nation import NATION
from app.queries.imports import staging
from app.queries.imports.checks import Check, by_rule, refuse_all

_MOVED_OUT = f"'{ExitReason.TRANSFERRED_OUT}'"
"""The exit into another register, from which one comes back without a readmission."""

_LEAVERS = ", ".join(
    f"('{reason}', '{standing}')" for reason, standings in LEAVERS.items() for standing in sorted(standings)
)
_ACT = "staged_run w JOIN staged_member m ON m.row = w.row AND NOT m.corrected"
_BELIEVED = (
    "FROM membership b WHERE b.member_id = w.member_id AND b.superseded_by IS NULL AND b.valid && w.valid"
)

_HELD = f"""EXISTS (
            SELECT FROM hold h JOIN policy p ON p.value ? h.ground
            WHERE h.member_id = w.member_id AND h.superseded_by IS NULL AND h.valid @> lower(w.valid)
              AND p.key = 'transfer.block_when' AND p.scope_id = '{NATION}' AND p.superseded_by IS NULL
              AND p.valid @> lower(w.valid))"""

_MOVES = f"EXISTS (SELECT {_BELIEVED} AND b.cell_id <> w.cell_id)"
_OPEN = f"""
        SELECT DISTINCT w.row, jsonb_build_object('transfer', t.transfer_id) AS facts FROM {_ACT}
        JOIN transfer t ON t.open_member_id = w.member_id AND t.superseded_by IS NULL
         AND (upper(t.valid) IS NULL OR upper(t.valid) > lower(w.valid))
        WHERE w.known AND"""

_CHECKS: tuple[Check, ...] = (
    (
        "cell",
        "back_by_act_alone",
        f"""
        SELECT w.row, {by_rule("R-READM-1", "readmission.min_months", "lower(w.valid)")} FROM {_ACT}
        WHERE w.known AND w.exit_reason IS NULL AND (
            w.row_before IS NOT NULL AND w.exit_before <> {_MOVED_OUT}
            OR EXISTS (SELECT {_BELIEVED} AND b.exit_reason <> {_MOVED_OUT}))""",
    ),
    (
        "exit_reason",
        "membership_known_later",
        f"""
        SELECT w.row, jsonb_build_object('first_day', upper(w.valid)) AS facts FROM {_ACT}
        WHERE w.known AND w.exit_reason <> {_MOVED_OUT} AND w.row_after IS NULL AND upper(w.valid) IS NOT NULL""",
    ),
    (
        "exit_reason",
        "exit_of_another_standing",
        f"""
        SELECT w.row, jsonb_build_object('rule', 'R-EXIT-1', 'source', '{LEAVERS_SOURCE}') AS facts FROM {_ACT}
        WHERE w.exit_reason IS NOT NULL AND w.standing_before IS NOT NULL
          AND (w.exit_reason, w.standing_before) NOT IN (VALUES {_LEAVERS})""",
    ),
    (
        "exit_reason",
        "exit_with_open_transfer",
        f"{_OPEN} w.exit_reason IS NOT NULL",
    ),
    (
        "cell",
        "move_with_open_transfer",
        f"{_OPEN} {_MOVES}",
    ),
    *(
        (
            column,
            "transfer_held",
            f"""
            SELECT w.row, {by_rule("R-TR-1", "transfer.block_when", "lower(w.valid)")} FROM {_ACT}
            WHERE w.known AND {moves} AND {_HELD}""",
        )
        for column, moves in (
            ("cell", _MOVES),
            ("exit_reason", f"w.exit_reason = {_MOVED_OUT}"),
        )
    ),
    (
        "valid_from",
        "seat_of_no_official",
        """
        SELECT w.row, jsonb_build_object('rule', 'R-COM-5', 'source', 'DL 3',
                                         'on', min(lower(w.valid * s.valid))) AS facts
        FROM staged_run w JOIN staged_member m ON m.row = w.row AND m.corrected
        JOIN seat s ON s.member_id = w.member_id AND s.superseded_by IS NULL AND s.valid && w.valid
        WHERE w.standing IS DISTINCT FROM 'official' AND NOT upper_inf(w.valid) GROUP BY w.row""",
    ),
)

ENDING_SEATS = """
    SELECT member_id, valid, CASE WHEN exit_reason IN ('deceased', 'transferred_out') THEN exit_reason
                                  WHEN exit_reason IS NOT NULL THEN 'left_party' END AS reason,
           NULL::uuid AS left_id, NULL::uuid AS entered_id
    FROM wanted_membership WHERE known AND standing IS DISTINCT FROM 'official'
    UNION ALL
    SELECT w.member_id, w.valid, 'transferred_out', before.cell_id, w.cell_id
    FROM wanted_membership w JOIN staged_member m ON m.row = w.row AND NOT m.corrected
    JOIN membership before ON before.member_id = w.member_id AND before.superseded_by IS NULL
     AND before.valid @> lower(w.valid) - 1 AND before.cell_id <> w.cell_id
    WHERE w.known AND w.standing = 'official'"""
"""The days on which a file takes known members off the rolls, off official standing or into another cell.

Why seats end then, and of a move between which cells. Read once the memberships are written.
"""


async def check(connection: Connection) -> None:
    """Note the rows at fault.

    `staged_run` is how the memberships of those who are known, or leave, would run: the rows of the file, and what
    is believed on all other days (`row` null), each with what comes before and after it.
    """
    await staging.create(
        connection,
        "staged_run",
        ["row", "member_id"],
        """
        WITH cut AS (SELECT member_id, range_agg(valid) AS days FROM wanted_membership WHERE known GROUP BY member_id)
        SELECT *, lag(row) OVER life AS row_before, lag(standing) OVER life AS standing_before,
               lag(exit_reason) OVER life AS exit_before, lead(row) OVER life AS row_after
        FROM (
            SELECT member_id, row, known, valid, cell_id, standing, exit_reason FROM wanted_membership
            WHERE known OR member_id IN (SELECT member_id FROM wanted_membership WHERE exit_reason IS NOT NULL)
            UNION ALL
            SELECT b.member_id, NULL, true, unnest(datemultirange(b.valid) - cut.days), b.cell_id, b.standing,
                   b.exit_reason
            FROM membership b JOIN cut USING (member_id) WHERE b.superseded_by IS NULL
        ) held WINDOW life AS (PARTITION BY member_id ORDER BY lower(valid))
        """,
    )
    await refuse_all(connection, _CHECKS)
