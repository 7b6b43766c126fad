"""Operations as SQL: which an actor may see, what they touched. The day (`$1`) is today: reach is of today."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.models.operation import MOST_DECISIONS
from app.models.scalars import MOST_IDS
from app.queries.members import home
from app.queries.reach import reachable, reached, reaches_root


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of operations is narrowed to; None: not narrowed."""

    id: UUID | None = None
    within: UUID | None = None
    organization: UUID | None = None
    member: UUID | None = None
    actor: UUID | None = None
    kinds: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and the roles that may read operations, and the members they touched."""

    actor_id: UUID
    roles: list[str]
    member_roles: list[str]

    @property
    def arguments(self) -> list[Any]:
        """`$3`, `$4`, `$5`."""
        return [self.actor_id, self.roles, self.member_roles]


def listed(reader: Reader, filters: Filters) -> tuple[str, list[Any], str]:
    """The operations known at the instant that touched something within reach: SQL, arguments, visibility.

    Whoever reads over the root reads all, also those that touched no organization (`sees_all`). The two cases
    are two queries of which one is never run: the first follows the order of recording, the second the reach.
    """
    arguments = reader.arguments
    wanted = ["($2::timestamptz IS NULL OR op.recorded_at <= $2)", "$5::text[] IS NOT NULL"]
    visible = "true"

    def place(value: Any) -> str:
        arguments.append(value)
        return f"${len(arguments) + 2}"

    if filters.id is not None:
        wanted.append(f"op.id = {place(filters.id)}")
    if filters.within is not None:
        mark = place(filters.within)
        wanted.append(_touching(f"touched.path @> ARRAY[{mark}::uuid]"))
        visible = reachable(f"{mark}::uuid", "$3", "$4", "$1")
    if filters.organization is not None:
        mark = place(filters.organization)
        wanted.append(_touching(f"touched.organization_id = {mark}::uuid"))
        visible += f" AND {reachable(f'{mark}::uuid', '$3', '$4', '$1')}"
    if filters.member is not None:
        mark = place(filters.member)
        wanted.append(
            f"op.id IN (SELECT touched.operation_id FROM operation_member touched WHERE member_id = {mark}::uuid)"
        )
        visible += f" AND {_member_near(f'{mark}::uuid')}"
    if filters.actor is not None:
        wanted.append(f"op.actor_id = {place(filters.actor)}::uuid")
    if filters.kinds is not None:
        wanted.append(f"op.kind = ANY({place(filters.kinds)}::text[])")

    sees_all = reaches_root("$3", "$4", "$1")
    within_reach = _touching(f"touched.organization_id IN ({reached('$3', '$4', '$1')})")
    sql = f"""
        SELECT op.*, true AS sees_all FROM operation op WHERE {sees_all} AND {" AND ".join(wanted)}
        UNION ALL
        SELECT op.*, false FROM operation op WHERE NOT {sees_all} AND {within_reach} AND {" AND ".join(wanted)}"""
    return sql, arguments, visible


def _touching(condition: str) -> str:
    return f"op.id IN (SELECT touched.operation_id FROM operation_organization touched WHERE {condition})"


def _member_near(member: str) -> str:
    return f"{home(member, '$1')} IN ({reached('$3', '$5', '$1')})"


def touched() -> str:
    """Who recorded each listed operation, on what papers, and what it touched within reach.

    `whole` is true where nothing that it touched lies outside.
    """
    # The reach does not hang on the row, so it is read once for a page, however much its operations touched;
    # OFFSET keeps `near` from being worked out again for each of its uses.
    organization_near = f"listed.sees_all OR t.organization_id IN ({reached('$3', '$4', '$1')})"
    member_near = f"{reaches_root('$3', '$5', '$1')} OR {_member_near('t.member_id')}"
    return f"""
        SELECT (SELECT name FROM actor WHERE actor.id = listed.actor_id) AS actor_name,
               {decisions("listed.id")} AS decisions, o.organization_ids, o.organizations, m.member_ids, m.members,
               o.whole AND m.whole AS whole
        FROM (
            SELECT coalesce((array_agg(id ORDER BY id) FILTER (WHERE near))[1:{MOST_IDS}], '{{}}') AS organization_ids,
                   count(*) FILTER (WHERE near) AS organizations, coalesce(bool_and(near), true) AS whole
            FROM (
                SELECT t.organization_id AS id, {organization_near} AS near
                FROM operation_organization t WHERE t.operation_id = listed.id OFFSET 0
            ) t
        ) o, (
            SELECT coalesce((array_agg(id ORDER BY id) FILTER (WHERE near))[1:{MOST_IDS}], '{{}}') AS member_ids,
                   count(*) FILTER (WHERE near) AS members, coalesce(bool_and(near), true) AS whole
            FROM (
                SELECT t.member_id AS id, {member_near} AS near
                FROM operation_member t WHERE t.operation_id = listed.id OFFSET 0
            ) t
        ) m"""


def touched_organizations(reader: Reader, operation_id: UUID) -> tuple[str, list[Any], str]:
    """The organizations an operation touched, within reach: SQL, arguments, visibility."""
    one, arguments, _ = listed(reader, Filters(id=operation_id))
    sql = f"""
        SELECT t.organization_id AS id FROM operation_organization t
        WHERE t.operation_id = $6 AND t.organization_id IN ({reached("$3", "$4", "$1")})"""
    return sql, arguments, f"EXISTS ({one})"


def touched_members(reader: Reader, operation_id: UUID) -> tuple[str, list[Any], str]:
    """The members an operation touched, within reach: SQL, arguments, visibility."""
    one, arguments, _ = listed(reader, Filters(id=operation_id))
    sql = f"""
        SELECT t.member_id AS id FROM operation_member t
        WHERE t.operation_id = $6 AND ({reaches_root("$3", "$5", "$1")} OR {_member_near("t.member_id")})"""
    return sql, arguments, f"EXISTS ({one})"


def decisions(operation: str) -> str:
    """The papers behind an operation (an SQL expression), as JSON."""
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'issuer', d.issuer, 'number', d.number, 'signed_on', d.signed_on, 'signatory', d.signatory
        ) ORDER BY d.signed_on, d.number, d.issuer), '[]')
        FROM (
            SELECT decision.* FROM operation_decision od JOIN decision ON decision.id = od.decision_id
            WHERE od.operation_id = {operation} LIMIT {MOST_DECISIONS}
        ) d)"""
