"""Operations as SQL: which an actor may see, what they touched."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.operation import OperationKind
from app.models.operation import MOST_DECISIONS
from app.models.scalars import MOST_IDS
from app.queries.asof import AsOf
from app.queries.conditions import Conditions
from app.queries.members import home
from app.queries.reach import reached_then, reaches_root


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of operations is narrowed to; None: not narrowed."""

    id: UUID | None = None
    ids: list[UUID] | None = None
    within: UUID | None = None
    organization: UUID | None = None
    member: UUID | None = None
    actor: UUID | None = None
    kinds: list[str] | None = None


GUARDED = (OperationKind.HOLD_CREATED, OperationKind.HOLD_ENDED, OperationKind.HOLD_CORRECTED)
"""Operations of which only those know who may read holds."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and the roles that may read operations, the members they touched, and holds."""

    actor_id: UUID
    roles: list[str]
    member_roles: list[str]
    hold_roles: list[str]


def listed(as_of: AsOf, reader: Reader, filters: Filters) -> tuple[str, list[Any], str]:
    """The operations known at the instant that touched something within reach: SQL, arguments, visibility.

    Whoever reads over the root reads all, also those that touched no organization (`sees_all`). The two cases
    are two queries of which one is never run: the first follows the order of recording, the second the reach.
    `$6` are the roles that may read the members touched.
    """
    operations = Conditions(as_of, reader.actor_id, reader.roles)
    operations.want(f"{operations.place(reader.member_roles)}::text[] IS NOT NULL")
    operations.want("($2::timestamptz IS NULL OR op.recorded_at <= $2)")
    operations.want_if(filters.id, "op.id = {}::uuid")
    operations.want_if(filters.ids, "op.id = ANY({}::uuid[])")
    guarded = operations.place([kind.value for kind in GUARDED])
    readers = operations.place(reader.hold_roles)
    seen = _touching(f"touched.organization_id IN ({reached_then(as_of, '$3', readers, '$5')})")
    operations.want(f"(op.kind <> ALL({guarded}::text[]) OR {seen})")
    if filters.within is not None:
        operations.want(_touching(f"touched.path @> ARRAY[{operations.name(filters.within)}]"))
    if filters.organization is not None:
        operations.want(_touching(f"touched.organization_id = {operations.name(filters.organization)}"))
    if filters.member is not None:
        member = f"{operations.place(filters.member)}::uuid"
        operations.want(
            f"op.id IN (SELECT touched.operation_id FROM operation_member touched WHERE member_id = {member})"
        )
        operations.see(_member_near(as_of, member))
    operations.want_if(filters.actor, "op.actor_id = {}::uuid")
    operations.want_if(filters.kinds, "op.kind = ANY({}::text[])")

    sees_all = reaches_root("$3", "$4", "$5")
    within_reach = _touching(f"touched.organization_id IN ({reached_then(as_of, '$3', '$4', '$5')})")
    sql = f"""
        SELECT op.*, true AS sees_all FROM operation op WHERE {sees_all} AND {operations.wanted}
        UNION ALL
        SELECT op.*, false FROM operation op WHERE NOT {sees_all} AND {within_reach} AND {operations.wanted}"""
    return sql, operations.arguments, operations.visible


async def readable(connection: Connection, as_of: AsOf, reader: Reader, ids: list[UUID]) -> set[UUID]:
    """Those of the operations that the reader may see."""
    sql, arguments, _ = listed(as_of, reader, Filters(ids=ids))
    rows = await connection.fetch(
        f"SELECT id FROM ({sql}) seen WHERE $1::date IS NOT NULL", *as_of.arguments, *arguments
    )
    return {row["id"] for row in rows}


def _touching(condition: str) -> str:
    return f"op.id IN (SELECT touched.operation_id FROM operation_organization touched WHERE {condition})"


def _member_near(as_of: AsOf, member: str) -> str:
    return f"{home(member, '$5')} IN ({reached_then(as_of, '$3', '$6', '$5')})"


def touched(as_of: AsOf) -> str:
    """Who recorded each listed operation, on what papers, and what it touched within reach.

    `whole` is true where nothing that it touched lies outside.
    """
    # The reach does not hang on the row, so it is read once for a page, however much its operations touched;
    # OFFSET keeps `near` from being worked out again for each of its uses.
    organization_near = f"listed.sees_all OR t.organization_id IN ({reached_then(as_of, '$3', '$4', '$5')})"
    member_near = f"{reaches_root('$3', '$6', '$5')} OR {_member_near(as_of, 't.member_id')}"
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


def touched_organizations(as_of: AsOf, reader: Reader, operation_id: UUID) -> tuple[str, list[Any], str]:
    """The organizations an operation touched, within reach: SQL, arguments, visibility."""
    one, arguments, _ = listed(as_of, reader, Filters(id=operation_id))
    sql = f"""
        SELECT t.organization_id AS id FROM operation_organization t
        WHERE t.operation_id = $7 AND t.organization_id IN ({reached_then(as_of, "$3", "$4", "$5")})"""
    return sql, arguments, f"EXISTS ({one})"


def touched_members(as_of: AsOf, reader: Reader, operation_id: UUID) -> tuple[str, list[Any], str]:
    """The members an operation touched, within reach: SQL, arguments, visibility."""
    one, arguments, _ = listed(as_of, reader, Filters(id=operation_id))
    sql = f"""
        SELECT t.member_id AS id FROM operation_member t
        WHERE t.operation_id = $7 AND ({reaches_root("$3", "$6", "$5")} OR {_member_near(as_of, "t.member_id")})"""
    return sql, arguments, f"EXISTS ({one})"


def decisions(operation: str, tied: str = "operation_decision", only: str = "true") -> str:
    """The papers behind an operation (an SQL expression), as JSON; or `only` those of its rows in a table.

    `only` calls the row `paper_tied`.
    """
    return f"""(
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'issuer', paper_shown.issuer, 'number', paper_shown.number, 'signed_on', paper_shown.signed_on,
            'signatory', paper_shown.signatory, 'role', paper_shown.role
        ) ORDER BY paper_shown.signed_on, paper_shown.number, paper_shown.issuer), '[]')
        FROM (
            SELECT paper_said.*, paper_tied.role FROM {tied} paper_tied
            JOIN decision paper_said ON paper_said.id = paper_tied.decision_id
            WHERE paper_tied.operation_id = {operation} AND {only} LIMIT {MOST_DECISIONS}
        ) paper_shown)"""
