"""How regularly bodies met, as SQL: a subtree over some months in one statement. `$1` is the last day of the months.

A month that is over counts where on its first and on its last day the body was there and the roll of its organization
complete. How many meetings a year are due says the policy of the narrowest scope: tables of values replace each
other, never combine (R-MEET-1, R-POL-1).
"""

from datetime import date
from typing import Any
from uuid import UUID

from app.domain.committees import CommitteeKind
from app.domain.nation import NATION
from app.queries.asof import AsOf
from app.queries.organizations import kind
from app.queries.ratios import decimals, ratio
from app.queries.reach import reachable_then

LEADERS = "committee.cell_without_committee_max"
"""The policy of how many lead a small cell without a committee of its own, which therefore does not meet."""

COUNTS = ("due", "held", "not_held", "missing")


def listed(
    as_of: AsOf, organization_id: UUID, first: date, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str]:
    """The bodies at or below an organization on the first or the last day that have meetings due.

    SQL, arguments, visibility.
    """
    sql = f"""
        WITH months AS MATERIALIZED (
            SELECT month::date AS first, (month + interval '1 month - 1 day')::date AS last
            FROM generate_series($4::date, $1::date, interval '1 month') AS month
            WHERE month + interval '1 month' <= $7::date + 1
        ), stood AS MATERIALIZED (
            SELECT DISTINCT organization_id FROM (
                SELECT organization_id FROM {as_of.below("$3", "$4::date")} earlier
                UNION ALL
                SELECT organization_id FROM {as_of.below("$3")} later
            ) both_days
        ), lived AS MATERIALIZED (
            SELECT stood.organization_id, months.first, months.last, k.level, k.holds_members
            FROM stood CROSS JOIN months
            JOIN {as_of.believed("organization_type")} t
              ON t.organization_id = stood.organization_id AND t.valid @> months.last
            CROSS JOIN LATERAL {kind(as_of, "t.type")} k
            WHERE EXISTS (SELECT FROM {as_of.believed("organization_opening")} o
                          WHERE o.organization_id = stood.organization_id
                            AND o.valid @> months.first AND o.valid @> months.last)
        ), bodies AS MATERIALIZED (
            SELECT organization_id, 'cell' AS body, first, last, 'cell' AS frequency FROM lived WHERE holds_members
            UNION ALL
            SELECT organization_id, 'committee', first, last,
                   CASE WHEN holds_members THEN 'cell_committee' WHEN level = 'sectional' THEN 'sectional_committee'
                        WHEN level = 'grassroots' THEN 'grassroots_committee' END
            FROM lived WHERE 2 = (
                SELECT count(DISTINCT day) FROM unnest(ARRAY[first, last]) day
                JOIN {as_of.believed("committee")} c ON c.organization_id = lived.organization_id
                 AND c.kind = '{CommitteeKind.EXECUTIVE}' AND c.valid @> day
                 AND (NOT holds_members OR c.size > coalesce((
                     SELECT (p.value #>> '{{}}')::int FROM {as_of.believed("policy")} p
                     WHERE p.key = '{LEADERS}' AND p.scope_id = '{NATION}' AND p.valid @> day), 0)))
        ), scoped AS MATERIALIZED (
            SELECT p.scope_id, p.valid, p.value FROM {as_of.believed("policy")} p WHERE p.key = 'meeting.frequency'
        ), due AS (
            SELECT b.organization_id, b.body, b.first, (
                SELECT (s.value->>b.frequency)::int FROM scoped s
                LEFT JOIN LATERAL (
                    SELECT up.depth FROM {as_of.above("b.organization_id", "b.last")} up
                    WHERE s.scope_id <> '{NATION}' AND up.ancestor_id = s.scope_id
                ) up ON true
                WHERE s.valid @> b.last AND (s.scope_id = '{NATION}' OR up.depth IS NOT NULL)
                ORDER BY up.depth NULLS LAST LIMIT 1) AS a_year
            FROM bodies b
        ), by_month AS (
            -- Grouped and not joined: no planner guesses how many months and meetings meet.
            SELECT organization_id, body, month, max(a_year) AS a_year, bool_or(held) AS held FROM (
                SELECT organization_id, body, first AS month, a_year, NULL::boolean AS held FROM due WHERE a_year > 0
                UNION ALL
                SELECT m.organization_id, m.body, m.month, NULL, m.not_held_reason IS NULL
                FROM {as_of.believed("meeting")} m
                WHERE m.kind = 'regular' AND m.month BETWEEN $4::date AND $1::date
                  AND m.organization_id IN (SELECT organization_id FROM stood)
            ) either GROUP BY organization_id, body, month
        ), counted AS (
            SELECT organization_id, body, sum(a_year)::int / 12 AS due, count(*) FILTER (WHERE held)::int AS held,
                   count(*) FILTER (WHERE NOT held)::int AS not_held
            FROM by_month WHERE a_year IS NOT NULL GROUP BY organization_id, body
        )
        SELECT c.organization_id, n.name AS organization_name, n.sort_key, c.body, due, held, not_held,
               due - held - not_held AS missing, {ratio("held", "due", "due", "places")} AS regularity
        FROM (
            SELECT organization_id, body, due, least(held, due) AS held,
                   least(not_held, due - least(held, due)) AS not_held, {decimals(as_of)} AS places
            FROM counted WHERE due > 0
        ) c LEFT JOIN LATERAL (
            SELECT name, sort_key FROM {as_of.believed("organization_name")} named
            WHERE named.organization_id = c.organization_id AND lower(named.valid) <= $1::date
            ORDER BY lower(named.valid) DESC LIMIT 1) n ON true"""
    visible = reachable_then(as_of, "$3::uuid", "$5", "$6", "$7")
    return sql, [organization_id, first, actor_id, roles, as_of.today], visible


def besides(as_of: AsOf, bodies: str) -> dict[str, str]:
    """What all bodies of `listed` come to, as JSON."""
    return {
        "whole": f"""(
            SELECT jsonb_build_object('due', due, 'held', held, 'not_held', not_held, 'missing', missing,
                                      'regularity', {ratio("held", "due", "due", decimals(as_of))})
            FROM (SELECT {", ".join(f"coalesce(sum({name}), 0)::int AS {name}" for name in COUNTS)}
                  FROM ({bodies}) bodies) whole)"""
    }
