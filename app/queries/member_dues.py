"""Who reaches a milestone of party age, and whose probation ends, as SQL over all members below an organization.

The arithmetic is that of `app.domain.party_age`; tests compare the two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Range

from app.domain.membership import Standing
from app.queries.asof import AsOf
from app.queries.members import Filters, absences, listed


@dataclass(frozen=True, slots=True)
class Due:
    """A list: its SQL, arguments and visibility, and how many members it cannot judge, for want of a date."""

    sql: str
    arguments: list[Any]
    visible: str
    undated: str


@dataclass(frozen=True, slots=True)
class Windows:
    """When a milestone must be reached: after one day, and up to the day that belongs to its years.

    `admitted` are the days of admission of all whom this can concern, had nothing broken their party age off.
    """

    after: date
    milestones: Sequence[tuple[int, date]]
    admitted: Sequence[Range]


def badges(
    as_of: AsOf,
    organization_id: UUID,
    actor_id: UUID,
    roles: list[str],
    windows: Windows,
    award_on: date,
    breaking: Sequence[str],
) -> Due:
    """The official members on the roll who reach, or may reach, a milestone in its window: one row a milestone.

    `since_earliest`, `since_latest`: from when their party age counts, up to the award day.
    """
    filters = Filters(within=organization_id, standings=[Standing.OFFICIAL.value])
    base, arguments, visible = listed(as_of, filters, actor_id, roles, more=("admitted_on",))
    place = _Places(arguments)
    award, admitted = f"{place(award_on)}::date", f"{place(list(windows.admitted))}::daterange[]"
    sql = f"""
        WITH broken AS MATERIALIZED (
            SELECT member_id, range_agg(valid) AS days FROM ({absences(as_of)}) lost
            WHERE why = ANY({place(list(breaking))}::text[]) GROUP BY member_id
        ),
        judged AS MATERIALIZED (
            SELECT member.*, broken.days AS broken FROM ({base}) member LEFT JOIN broken ON broken.member_id = member.id
            WHERE broken.member_id IS NOT NULL AND lower(member.admitted_on) <= {award}
               OR member.admitted_on && (SELECT range_agg(days) FROM unnest({admitted}) days)
        )
        SELECT id, sort_key, full_name, sex, birth_year, cell_id, standing, exit_reason, exited_on,
               milestone.years AS milestone, since.earliest AS since_earliest, since.latest AS since_latest
        FROM judged CROSS JOIN LATERAL ({_lost("judged.broken", "judged.admitted_on", award)}) lost
        CROSS JOIN LATERAL (
            SELECT (lower(judged.admitted_on) + make_interval(months => lost.months, days => lost.days))::date
                   AS earliest,
                   (upper(judged.admitted_on) - 1 + make_interval(months => lost.months, days => lost.days))::date
                   AS latest
        ) since
        JOIN unnest({place([years for years, _ in windows.milestones])}::int[],
                    {place([up_to for _, up_to in windows.milestones])}::date[]) milestone(years, up_to)
          ON (since.earliest + make_interval(years => milestone.years))::date <= milestone.up_to
         AND (since.latest + make_interval(years => milestone.years))::date > {place(windows.after)}::date"""
    undated = f"(SELECT count(*) FROM ({base}) member WHERE member.admitted_on IS NULL)"
    return Due(sql, arguments, visible, undated)


def probations(
    as_of: AsOf, organization_id: UUID, actor_id: UUID, roles: list[str], ends_by: date, months: int
) -> Due:
    """The probationary members on the roll whose probation ends, or may have ended, by a day.

    `ends_earliest`, `ends_latest`: the day after its last.
    """
    filters = Filters(within=organization_id, standings=[Standing.PROBATIONARY.value])
    base, arguments, visible = listed(as_of, filters, actor_id, roles, more=("inducted_on",))
    place = _Places(arguments)
    later = f"make_interval(months => {place(months)}::int)"
    sql = f"""
        SELECT * FROM (
            SELECT member.*, (lower(member.inducted_on) + {later})::date AS ends_earliest,
                   CASE WHEN upper(member.inducted_on) - lower(member.inducted_on) = 1
                        THEN (lower(member.inducted_on) + {later})::date
                        ELSE (upper(member.inducted_on) + {later})::date - 1 END AS ends_latest
            FROM ({base}) member WHERE member.inducted_on IS NOT NULL
        ) ending WHERE ends_earliest <= {place(ends_by)}::date"""
    undated = f"(SELECT count(*) FROM ({base}) member WHERE member.inducted_on IS NULL)"
    return Due(sql, arguments, visible, undated)


def _lost(broken: str, admitted: str, until: str) -> str:
    """Months and days that do not count, of a multirange of breaks, from the admission up to a day."""
    return f"""
        SELECT coalesce(sum(months), 0)::int AS months,
               coalesce(sum(ended - (began + make_interval(months => months))::date), 0)::int AS days
        FROM (
            SELECT began, ended, whole - ((began + make_interval(months => whole))::date > ended)::int AS months
            FROM (
                SELECT lower(one) AS began, upper(one) AS ended,
                       (extract(year FROM upper(one)) - extract(year FROM lower(one)))::int * 12
                       + (extract(month FROM upper(one)) - extract(month FROM lower(one)))::int AS whole
                FROM unnest({broken} * datemultirange(daterange(
                    lower({admitted}), greatest(lower({admitted}), {until})))) one
            ) counted
        ) spelt"""


class _Places:
    """The marks of further values of a statement that has arguments already."""

    def __init__(self, arguments: list[Any]) -> None:
        self._arguments = arguments

    def __call__(self, value: Any) -> str:
        self._arguments.append(value)
        return f"${len(self._arguments) + 2}"
