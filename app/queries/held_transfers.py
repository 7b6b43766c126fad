"""Transfers and proceedings that got past each other, as SQL: one was recorded when the other stood already.

An introduction is refused while proceedings run on its day; which ones did, may be recorded only later. Then a day on
which the member was introduced or taken in lies in the days of a hold. Or the introduction is dated before a hold that
was on record, and running, when it was recorded.
"""

from app.queries.asof import AsOf


def _found(as_of: AsOf, condition: str) -> str:
    """The day of each such step with the hold that it met, as JSON: `on`, `ground`, and the cell that sent."""
    return f"""(
        SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object(
            'on', step.day, 'ground', h.ground, 'from_cell_id', move.from_cell_id)), '[]')
        FROM (
            SELECT t.transfer_id, t.member_id, t.from_cell_id, t.introduced_on,
                   min(lower(t.valid)) FILTER (WHERE t.state IN ('received', 'staying')) AS arrived_on, coalesce((
                       SELECT min(said.recorded_at) FROM transfer f JOIN operation said ON said.id = f.operation_id
                       WHERE f.transfer_id = t.transfer_id), now()) AS recorded_at
            FROM {as_of.believed("transfer")} t GROUP BY 1, 2, 3, 4
        ) move JOIN {as_of.believed("hold")} h ON h.member_id = move.member_id
        CROSS JOIN LATERAL (VALUES (move.introduced_on, true), (move.arrived_on, false)) step(day, introduced)
        WHERE {condition} AND step.day <= $1::date AND lower(h.valid) <= $1::date AND (
            h.valid @> step.day
            OR step.introduced AND step.day < lower(h.valid)
               AND h.valid @> (move.recorded_at AT TIME ZONE 'UTC')::date AND EXISTS (
                   SELECT FROM hold f JOIN operation said ON said.id = f.operation_id
                   WHERE f.hold_id = h.hold_id AND said.recorded_at < move.recorded_at)))"""


def of_transfer(as_of: AsOf, transfer: str, member: str) -> str:
    """What proceedings the steps of a transfer met (ids of the transfer and its member, SQL expressions)."""
    return _found(as_of, f"move.transfer_id = {transfer} AND h.member_id = {member}")


def of_hold(as_of: AsOf, hold: str, member: str) -> str:
    """Which steps of transfers a hold met (ids of the hold and its member, SQL expressions)."""
    return _found(as_of, f"h.hold_id = {hold} AND move.member_id = {member}")
