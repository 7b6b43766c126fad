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
            'on', met_step.day, 'ground', met_hold.ground, 'from_cell_id', met_move.from_cell_id)), '[]')
        FROM (
            SELECT met_row.transfer_id, met_row.member_id, met_row.from_cell_id, met_row.introduced_on,
                   min(lower(met_row.valid)) FILTER (WHERE met_row.state IN ('received', 'staying')) AS arrived_on,
                   coalesce((
                       SELECT min(met_said.recorded_at) FROM transfer met_first
                       JOIN operation met_said ON met_said.id = met_first.operation_id
                       WHERE met_first.transfer_id = met_row.transfer_id), now()) AS recorded_at
            FROM {as_of.believed("transfer")} met_row GROUP BY 1, 2, 3, 4
        ) met_move JOIN {as_of.believed("hold")} met_hold ON met_hold.member_id = met_move.member_id
        CROSS JOIN LATERAL (
            VALUES (met_move.introduced_on, true), (met_move.arrived_on, false)) met_step(day, introduced)
        WHERE {condition} AND met_step.day <= $1::date AND lower(met_hold.valid) <= $1::date AND (
            met_hold.valid @> met_step.day
            OR met_step.introduced AND met_step.day < lower(met_hold.valid)
               AND met_hold.valid @> (met_move.recorded_at AT TIME ZONE 'UTC')::date AND EXISTS (
                   SELECT FROM hold met_first JOIN operation met_said ON met_said.id = met_first.operation_id
                   WHERE met_first.hold_id = met_hold.hold_id AND met_said.recorded_at < met_move.recorded_at)))"""


def of_transfer(as_of: AsOf, transfer: str, member: str) -> str:
    """What proceedings the steps of a transfer met (ids of the transfer and its member, SQL expressions)."""
    return _found(as_of, f"met_move.transfer_id = {transfer} AND met_hold.member_id = {member}")


def of_hold(as_of: AsOf, hold: str, member: str) -> str:
    """Which steps of transfers a hold met (ids of the hold and its member, SQL expressions)."""
    return _found(as_of, f"met_hold.hold_id = {hold} AND met_move.member_id = {member}")
