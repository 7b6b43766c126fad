"""Everything recorded of one organization, as SQL."""

from typing import Any
from uuid import UUID

from app.queries import operations
from app.queries.asof import AsOf
from app.queries.facts import ORGANIZATION_FACTS, said_first_by
from app.queries.reach import readable

_OPEN = "jsonb_build_object('complete', true)"
"""The value of an opening, whose row says by its being there all that there is to say."""


def listed(
    as_of: AsOf, organization_id: UUID, superseded: bool, actor_id: UUID, roles: list[str]
) -> tuple[str, list[Any], str]:
    """The facts recorded of an organization up to the instant, as who said them first: SQL, arguments, visibility.

    Those taken back by then are left out unless `superseded`; what took them back later is not yet known.
    """
    facts = " UNION ALL ".join(
        f"SELECT '{fact}' AS fact, {table.value if table.shown else _OPEN} AS value,"
        f" id, valid, operation_id, said_first_by, superseded_by FROM {table.name} WHERE organization_id = $3"
        for fact, table in ORGANIZATION_FACTS.items()
    )
    sql = f"""
        SELECT f.fact, f.value, f.id, lower(f.valid) AS valid_from, upper(f.valid) AS valid_to,
               {said_first_by("f")} AS operation_id, took_back.id AS superseded_by
        FROM ({facts}) f
        JOIN operation said ON said.id = f.operation_id
         AND ($2::timestamptz IS NULL OR said.recorded_at <= $2)
        LEFT JOIN operation took_back ON took_back.id = f.superseded_by
         AND ($2::timestamptz IS NULL OR took_back.recorded_at <= $2)
        WHERE $4::boolean OR took_back.id IS NULL"""
    visible = readable("$3::uuid", "$5", "$6", "$7")
    return sql, [organization_id, superseded, actor_id, roles, as_of.today], visible


def causes() -> str:
    """The two operations of each listed fact, as columns `said` and `took_back`."""
    return f"""
        SELECT {_cause("listed.operation_id")} AS said, {_cause("listed.superseded_by")} AS took_back"""


def _cause(operation: str) -> str:
    return f"""(
        SELECT jsonb_build_object('id', op.id, 'kind', op.kind, 'recorded_at', {_RFC_3339}, 'reason', op.reason,
                                  'decisions', {operations.decisions("op.id")})
        FROM operation op WHERE op.id = {operation})"""


_RFC_3339 = """to_char(op.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
