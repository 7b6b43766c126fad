"""Who stayed away from regular meetings without reason (R-MEET-3), as SQL. `$1` is the end of the year."""

from datetime import date
from typing import Any
from uuid import UUID

from app.domain.meetings import AbsenceReason, MeetingBody, MeetingKind
from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.members import home


def listed(
    as_of: AsOf, organization_id: UUID, first: date, least: int, source: str, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str, dict[str, str]]:
    """Members in reach who missed so many months' meetings of cells at or below an organization since a day.

    SQL, arguments, visibility, and what the page says besides. Who was not on the roll of the day missed nothing.
    """
    absent = Conditions(as_of, actor_id, roles)
    absent.want(absent.near(home("a.member_id", "$5")))
    absent.want(f"m.organization_id IN ({absent.below(organization_id)})")
    absent.want(f"m.month BETWEEN {absent.place(first)}::date AND $1::date")
    needed = f"{absent.place(least)}::int"
    besides = {"least": needed, "source": f"{absent.place(source)}::text"}
    sql = f"""
        SELECT missed.*, p.full_name, p.sort_key, n.name AS cell_name
        FROM (
            SELECT a.member_id AS id, array_agg(m.month ORDER BY m.month) AS months,
                   (array_agg(m.organization_id ORDER BY m.month DESC))[1] AS cell_id,
                   (array_agg(h.standing ORDER BY m.month DESC))[1] AS standing
            FROM {as_of.believed("meeting")} m
            JOIN {as_of.believed("absence")} a
              ON a.meeting_id = m.meeting_id AND a.reason = '{AbsenceReason.WITHOUT_REASON}'
            JOIN {as_of.believed("membership")} h
              ON h.member_id = a.member_id AND h.cell_id = m.organization_id AND h.valid @> lower(m.valid)
            WHERE m.body = '{MeetingBody.CELL}' AND m.kind = '{MeetingKind.REGULAR}' AND {absent.wanted}
            GROUP BY a.member_id HAVING count(DISTINCT m.month) >= {needed}
        ) missed
        LEFT JOIN LATERAL (
            SELECT full_name, sort_key FROM {as_of.believed("person")} said
            WHERE said.member_id = missed.id AND lower(said.valid) <= $1::date
            ORDER BY lower(said.valid) DESC LIMIT 1) p ON true
        LEFT JOIN {as_of.holding("organization_name")} n ON n.organization_id = missed.cell_id"""
    return sql, absent.arguments, absent.visible, besides
