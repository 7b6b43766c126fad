"""The directory as SQL: the one list that is not narrowed to the actor's reach."""

from typing import Any
from uuid import UUID

from app.queries.asof import AsOf
from app.queries.conditions import containing
from app.queries.organizations import named


def listed(
    as_of: AsOf, search: str | None, types: list[str] | None, ids: list[UUID] | None
) -> tuple[str, list[Any]]:
    """The organizations alive on the day that pass the filters: SQL and arguments."""
    sql = f"""
        SELECT * FROM ({named(as_of)}) named
        WHERE ($3::text IS NULL OR search_key LIKE $3)
          AND ($4::text[] IS NULL OR type = ANY($4)) AND ($5::uuid[] IS NULL OR id = ANY($5))"""
    return sql, [containing(search), types, ids]


def path(as_of: AsOf, organization: str) -> str:
    """The ids and names above an organization (an SQL expression), from the root down."""
    return f"""
        SELECT coalesce(array_agg(up.ancestor_id ORDER BY up.depth DESC), '{{}}') AS path_ids,
               coalesce(array_agg(n.name ORDER BY up.depth DESC), '{{}}') AS path_names
        FROM {as_of.above(organization)} up
        JOIN {as_of.holding("organization_name")} n ON n.organization_id = up.ancestor_id
        WHERE up.depth > 0"""
