"""Who was shown unusually many members one by one, out of the record of reads, as SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.domain.nation import NATION
from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.members import home
from app.queries.reach import reaches_root

PERSONS, MINUTES = "reads.alert_persons", "reads.alert_minutes"
"""The policies of how many persons, in how many minutes, are no alert yet."""

ORDER: Mapping[str, str] = {"began_at": "timestamptz", "actor_id": "uuid"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the alerts of a day are narrowed to; None: not narrowed."""

    within: UUID | None = None
    actor: UUID | None = None


def _rule(as_of: AsOf, key: str) -> str:
    """The number that the nation's row of a policy says on the day (an SQL expression)."""
    return f"""(
            SELECT (p.value #>> '{{}}')::int FROM {as_of.holding("policy")} p
            WHERE p.key = '{key}' AND p.scope_id = '{NATION}')"""


def listed(
    as_of: AsOf, zone: str, actor_id: UUID, roles: list[str], filters: Filters
) -> tuple[str, list[Any], str]:
    """Who was shown more persons within reach singly in one span of the day than the policy lets pass.

    SQL, arguments, visibility. The day is that of the time zone; its spans begin with it and follow each other. The
    homes of members are looked up only of who was shown that many at all.
    """
    alerts = Conditions(as_of, actor_id, roles)
    home_of_member = home("many.member_id", "$5")
    alerts.want(f"({reaches_root('$3', '$4', '$5')} OR {alerts.near(home_of_member)})")
    if filters.within is not None:
        alerts.want(f"{home_of_member} IN ({alerts.below(filters.within)})")
    alerts.want_if(filters.actor, "many.actor_id = {}::uuid")
    zoned = f"AT TIME ZONE {alerts.place(zone)}::text"
    sql = f"""
        WITH rule AS MATERIALIZED (
            SELECT {_rule(as_of, PERSONS)} AS allowed, {_rule(as_of, MINUTES)} * interval '1 minute' AS span
        ), shown AS MATERIALIZED (
            SELECT r.actor_id, r.member_id, count(*) AS reads,
                   date_bin((SELECT span FROM rule), r.read_at, $1::date::timestamp {zoned}) AS began_at
            FROM recorded_read r
            WHERE r.read_at >= $1::date::timestamp {zoned} AND r.read_at < ($1::date + 1)::timestamp {zoned}
              AND r.member_id IS NOT NULL AND ($2::timestamptz IS NULL OR r.read_at <= $2)
            GROUP BY r.actor_id, r.member_id, began_at
        ), many AS MATERIALIZED (
            SELECT * FROM shown WHERE (actor_id, began_at) IN (
                SELECT actor_id, began_at FROM shown
                GROUP BY actor_id, began_at HAVING count(*) > (SELECT allowed FROM rule))
        )
        SELECT actor_id, began_at, began_at + (SELECT span FROM rule) AS ended_at, count(*) AS persons,
               sum(reads)::bigint AS reads, (SELECT allowed FROM rule) AS allowed
        FROM many WHERE {alerts.wanted}
        GROUP BY actor_id, began_at HAVING count(*) > (SELECT allowed FROM rule)"""
    return sql, alerts.arguments, alerts.visible
