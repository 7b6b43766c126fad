"""Who counted on a day of the past, on the tree of today, as SQL: everyone once, so that branches add up.

A member is counted in the cell of that day while it holds members today. Where it does no longer, in the cell where he
or she was put on the day on which it ceased to; who was not in it any more by then, in the one to which its late facts
go. And so on from there. Nobody is counted for a cell that went out of the register. What ended without a word of where
its members go is followed by the organization that took the greatest share of it, and by the one under which it last
stood where it left no successor.
"""

from app.queries.asof import AsOf


# A planner cannot know how few are followed: OFFSET 0 keeps it from reading whole tables for them; CASE, IS TRUE and
# NOT IN from reading all that is gone anew for each; and DISTINCT ON, which takes nobody out, lets it think of a few.
def rolls(as_of: AsOf, organization: str, day: str) -> str:
    """The members of a day (an SQL expression) whom an organization and all below it count on the tree of `$1`.

    Names of a WITH RECURSIVE: `todays_roll` has `member_id`, `standing`, `organization_id`; `todays_taken` the
    organizations, of today or no more, whose members were looked at (`organization_id`).
    """
    return f"""
        todays_branch AS MATERIALIZED (SELECT organization_id FROM {as_of.below(organization)} todays_below),
        todays_gone AS MATERIALIZED ({_gone(as_of)}),
        todays_said AS NOT MATERIALIZED (SELECT * FROM {as_of.believed("membership")} todays_fact),
        todays_taken(organization_id) AS (
            SELECT organization_id FROM todays_branch
            UNION
            SELECT todays_source.organization_id FROM todays_taken
            LEFT JOIN todays_gone todays_left ON todays_left.heir_id = todays_taken.organization_id
            CROSS JOIN LATERAL (
                SELECT todays_left.organization_id WHERE todays_left.organization_id IS NOT NULL
                UNION ALL
                SELECT todays_was.cell_id FROM (
                    SELECT todays_put.member_id, lower(todays_put.valid) AS since FROM todays_said todays_put
                    WHERE todays_put.cell_id = todays_taken.organization_id
                      AND (lower(todays_put.valid) IN (SELECT todays_gone.since FROM todays_gone)) IS TRUE
                    OFFSET 0
                ) todays_came JOIN todays_said todays_was
                  ON todays_was.member_id = todays_came.member_id AND upper(todays_was.valid) = todays_came.since
                WHERE CASE
                    WHEN todays_was.cell_id IS NULL THEN false
                    ELSE (todays_was.cell_id, todays_came.since) IN (
                        SELECT todays_gone.organization_id, todays_gone.since FROM todays_gone) END
            ) todays_source
        ),
        todays_placed(member_id, standing, organization_id) AS (
            SELECT todays_held.member_id, todays_held.standing, todays_taken.organization_id
            FROM todays_taken CROSS JOIN LATERAL (
                SELECT todays_in.member_id, todays_in.standing FROM {as_of.holding("membership", day)} todays_in
                WHERE todays_in.cell_id = todays_taken.organization_id OFFSET 0
            ) todays_held
            WHERE (todays_taken.organization_id IN (SELECT todays_gone.organization_id FROM todays_gone)) IS TRUE
            UNION
            SELECT todays_placed.member_id, todays_placed.standing,
                   coalesce(todays_moved.cell_id, todays_gone.heir_id)
            FROM todays_placed JOIN todays_gone USING (organization_id)
            LEFT JOIN LATERAL (
                SELECT todays_came.cell_id FROM todays_said todays_came
                WHERE todays_came.member_id = todays_placed.member_id
                  AND lower(todays_came.valid) = todays_gone.since AND EXISTS (
                      SELECT FROM todays_said todays_was WHERE todays_was.member_id = todays_placed.member_id
                      AND todays_was.cell_id = todays_placed.organization_id
                      AND upper(todays_was.valid) = todays_gone.since)
                OFFSET 0
            ) todays_moved ON true
        ),
        todays_alive AS MATERIALIZED (
            SELECT organization_id FROM todays_branch
            WHERE organization_id NOT IN (SELECT todays_gone.organization_id FROM todays_gone)
        ),
        todays_followed AS MATERIALIZED (
            SELECT DISTINCT ON (member_id) todays_placed.* FROM todays_placed JOIN todays_alive USING (organization_id)
        ),
        todays_roll AS (
            SELECT todays_in.member_id, todays_in.standing, todays_alive.organization_id
            FROM todays_alive JOIN {as_of.holding("membership", day)} todays_in
              ON todays_in.cell_id = todays_alive.organization_id
            UNION ALL
            SELECT * FROM todays_followed
        )"""


def _gone(as_of: AsOf) -> str:
    """What holds no members any more on `$1`: `organization_id`, `since`, `heir_id` (null: out of the register)."""
    return f"""
        SELECT todays_destined.cell_id AS organization_id, lower(todays_destined.valid) AS since,
               todays_destined.destination_id AS heir_id
        FROM {as_of.holding("roll_destination")} todays_destined
        UNION ALL
        SELECT todays_last.organization_id, upper(todays_last.valid), coalesce((
                   SELECT todays_edge.target_id FROM {as_of.believed("lineage")} todays_edge
                   WHERE todays_edge.source_id = todays_last.organization_id
                     AND lower(todays_edge.valid) = upper(todays_last.valid)
                   ORDER BY todays_edge.share DESC, todays_edge.target_id LIMIT 1
               ), todays_last.parent_id)
        FROM {as_of.believed("placement")} todays_last
        WHERE upper(todays_last.valid) <= $1::date AND NOT EXISTS (
            SELECT FROM {as_of.believed("placement")} todays_later
            WHERE todays_later.organization_id = todays_last.organization_id
              AND lower(todays_later.valid) >= upper(todays_last.valid)
        ) AND NOT EXISTS (
            SELECT FROM {as_of.holding("roll_destination")} todays_destined
            WHERE todays_destined.cell_id = todays_last.organization_id)"""
