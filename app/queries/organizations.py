"""Organizations as SQL: one by id or code, lists, the tree around one of them, what they count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.nation import NATION
from app.queries.asof import ANY_INSTANT, LATEST, AsOf
from app.queries.conditions import Conditions, containing
from app.queries.facts import said_first_by
from app.queries.reach import held

CATALOGUE = "org.type_catalogue"


def kind(as_of: AsOf, type_: str, day: str = "$1::date") -> str:
    """What the catalogue of the day says of a type (SQL expressions): `level`, `grassroots`, `holds_members`."""
    # Read once as a value of its own (`||` unpacks it), where a join might read it anew for every organization.
    catalogue = f"""(
        SELECT kind_policy.value || '{{}}' FROM {as_of.holding("policy", day)} kind_policy
        WHERE kind_policy.key = '{CATALOGUE}' AND kind_policy.scope_id = '{NATION}')"""
    return f"""(
        SELECT kind->>'level' AS level, (kind->>'grassroots')::boolean AS grassroots,
               (kind->>'holds_members')::boolean AS holds_members
        FROM (SELECT {catalogue}->{type_} AS kind OFFSET 0) said)"""


def named(as_of: AsOf, day: str = "$1::date") -> str:
    """Every organization alive on the day, with what anyone may know of it."""
    return f"""
        SELECT p.organization_id AS id, p.parent_id, c.code, n.name, n.name_en, n.sort_key, n.search_key, t.type
        FROM {as_of.holding("placement", day)} p
        JOIN {as_of.holding("organization_name", day)} n USING (organization_id)
        JOIN {as_of.holding("organization_type", day)} t USING (organization_id)
        LEFT JOIN {as_of.holding("organization_code", day)} c USING (organization_id)"""


def described(as_of: AsOf) -> str:
    """Every organization alive on the day, with the facts that lists show."""
    return f"""
        SELECT named.*, k.level, k.grassroots, k.holds_members, s.sector
        FROM ({named(as_of)}) named
        CROSS JOIN LATERAL {kind(as_of, "named.type")} k
        LEFT JOIN {as_of.holding("organization_sector")} s ON s.organization_id = named.id"""


def life(as_of: AsOf, organization: str) -> str:
    """From when to when an organization (an SQL expression) lived, and its last day up to the one asked for.

    Columns `began_on`, `ended_on` (null: open), `day`.
    """
    return f"""
        SELECT min(lower(valid)) AS began_on,
               nullif(max(coalesce(upper(valid), 'infinity')), 'infinity') AS ended_on,
               least($1::date, max(coalesce(upper(valid), 'infinity')) - 1) AS day
        FROM {as_of.believed("placement")} life_placed WHERE life_placed.organization_id = {organization}"""


def counted(as_of: AsOf, organization: str, day: str = "$1::date") -> str:
    """Members on the roll below an organization (an SQL expression) on the day, and its own.

    `before_opening` is true where the roll of some organization below is not yet complete here on that day:
    then there is no number.
    """
    # How many stand below at a past instant no planner can tell: OFFSET 0 has each looked up, not whole tables read.
    apart = "" if as_of.known_at is None else "OFFSET 0"
    return f"""
        SELECT coalesce(sum(count_of.n) FILTER (WHERE count_of.standing = 'official'), 0)::int AS official,
               coalesce(sum(count_of.n) FILTER (WHERE count_of.standing = 'probationary'), 0)::int AS probationary,
               coalesce(sum(count_of.n) FILTER (WHERE count_below.depth = 0), 0)::int AS own_members,
               EXISTS (
                   SELECT FROM {as_of.below(organization, day)} count_opened CROSS JOIN LATERAL (
                       SELECT FROM {as_of.believed("organization_opening")} count_opening
                       WHERE count_opening.organization_id = count_opened.organization_id
                         AND lower(count_opening.valid) > {day} {apart}
                   ) count_late
               ) AS before_opening
        FROM {as_of.below(organization, day)} count_below CROSS JOIN LATERAL (
            SELECT count_cell.standing, count_cell.n FROM {as_of.headcounts(day)} count_cell
            WHERE count_cell.cell_id = count_below.organization_id {apart}
        ) count_of"""


def branch(as_of: AsOf, organization: str) -> str:
    """What a lazy tree shows of a branch: how many children, and `counted`."""
    return f"""
        SELECT branch_counted.*, (
            SELECT count(*)::int FROM {as_of.holding("placement")} branch_child
            WHERE branch_child.parent_id = {organization}
        ) AS children
        FROM ({counted(as_of, organization)}) branch_counted"""


async def get(connection: Connection, as_of: AsOf, organization_id: UUID, actor_id: UUID) -> Record | None:
    """One organization with its facts on the day, or on its last day where it has ended; and the roles held.

    None where it does not exist or no role is held over it (out of reach). `began_on` later than the day: all
    facts are null.
    """
    day = "life.day"
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at,
               o.id, o.version, life.began_on, life.ended_on, p.parent_id, pn.name AS parent_name,
               c.code, n.name, n.name_en, t.type, s.sector, lower(op.valid) AS opened_on,
               kind->>'level' AS level, (kind->>'grassroots')::boolean AS grassroots,
               (kind->>'holds_members')::boolean AS holds_members,
               (SELECT jsonb_object_agg(x.system, x.external_id)
                FROM {as_of.believed("organization_external_id")} x WHERE x.organization_id = o.id
               ) AS external_ids,
               (SELECT array_agg((a.kind, lower(a.valid), EXISTS (
                    SELECT FROM operation_decision d WHERE d.operation_id = {said_first_by("a")})) ORDER BY a.kind)
                FROM {as_of.believed("organization_authority")} a
                WHERE a.organization_id = o.id AND a.valid @> {day}
               ) AS authorities,
               {held("o.id", "$4", "$5")} AS held
        FROM organization o
        CROSS JOIN LATERAL ({life(as_of, "o.id")}) life
        LEFT JOIN {as_of.believed("placement")} p ON p.organization_id = o.id AND p.valid @> {day}
        LEFT JOIN {as_of.believed("organization_name")} pn
          ON pn.organization_id = p.parent_id AND pn.valid @> {day}
        LEFT JOIN {as_of.believed("organization_name")} n ON n.organization_id = o.id AND n.valid @> {day}
        LEFT JOIN {as_of.believed("organization_type")} t ON t.organization_id = o.id AND t.valid @> {day}
        LEFT JOIN {as_of.believed("organization_code")} c ON c.organization_id = o.id AND c.valid @> {day}
        LEFT JOIN {as_of.believed("organization_sector")} s ON s.organization_id = o.id AND s.valid @> {day}
        LEFT JOIN {as_of.believed("organization_opening")} op ON op.organization_id = o.id
        LEFT JOIN LATERAL (
            SELECT catalogue.value->t.type AS kind FROM {as_of.believed("policy")} catalogue
            WHERE catalogue.key = '{CATALOGUE}' AND catalogue.scope_id = '{NATION}' AND catalogue.valid @> {day}
        ) k ON true
        WHERE o.id = $3
        """,
        *as_of.arguments,
        organization_id,
        actor_id,
        as_of.today,
    )


async def size_of(connection: Connection, as_of: AsOf, organization_id: UUID) -> Record:
    """Members on the roll of the whole branch on the day (`counted`), the type of the parent, and `has_cells`.

    `has_cells`: it is a grassroots organization with cells below it; null where it does not exist on the day.
    """
    found = await connection.fetchrow(
        f"""
        SELECT counted.*, (
            SELECT t.type FROM {as_of.holding("placement")} p
            JOIN {as_of.holding("organization_type")} t ON t.organization_id = p.parent_id
            WHERE p.organization_id = $3
        ) AS parent_type, (
            SELECT k.level = 'grassroots' AND NOT k.holds_members
            FROM {as_of.holding("organization_type")} own CROSS JOIN LATERAL {kind(as_of, "own.type")} k
            WHERE own.organization_id = $3
        ) AS has_cells
        FROM ({counted(as_of, "$3")}) counted WHERE {ANY_INSTANT}
        """,
        *as_of.arguments,
        organization_id,
    )
    assert found is not None  # an aggregate always has a row
    return found


async def complete_from(connection: Connection, organization_id: UUID, on: date) -> date | None:
    """The first day on which all rolls of the branch, as it stands on a day, are complete; None: not known of any."""
    first: date | None = await connection.fetchval(
        """
        SELECT max(lower(o.valid)) FROM organization_opening o JOIN organization_ancestry below
          ON below.organization_id = o.organization_id AND below.ancestor_id = $1 AND below.valid @> $2::date
        WHERE o.superseded_by IS NULL
        """,
        organization_id,
        on,
    )
    return first


async def bearer(connection: Connection, as_of: AsOf, code: str) -> Record | None:
    """Which organization bore a code last up to the day, until when (null: open), and whether it does on the day."""
    return await connection.fetchrow(
        f"""
        SELECT organization_id, upper(valid) AS until, valid @> $1::date AS borne
        FROM {as_of.believed("organization_code")} borne
        WHERE code = $3 AND lower(valid) <= $1::date AND {ANY_INSTANT}
        ORDER BY lower(valid) DESC LIMIT 1
        """,
        *as_of.arguments,
        code,
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of organizations is narrowed to; None: not narrowed."""

    within: UUID | None = None
    parent: UUID | None = None
    types: list[str] | None = None
    level: str | None = None
    grassroots: bool | None = None
    sector: str | None = None
    search: str | None = None
    ids: list[UUID] | None = None
    system: str | None = None
    external_id: str | None = None


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The organizations of the day within reach that pass the filters: SQL, arguments, and its visibility."""
    organizations = Conditions(as_of, actor_id, roles)
    organizations.want(organizations.near("d.id"))
    source = f"({described(as_of)}) d"
    if filters.within is not None:
        source = f"({organizations.below(filters.within)}) w JOIN {source} ON d.id = w.organization_id"
    if filters.parent is not None:
        organizations.want(f"d.parent_id = {organizations.name_past(filters.parent)}")
    organizations.want_if(filters.types, "d.type = ANY({}::text[])")
    organizations.want_if(filters.level, "d.level = {}::text")
    organizations.want_if(filters.grassroots, "d.grassroots = {}::boolean")
    organizations.want_if(filters.sector, "d.sector = {}::text")
    organizations.want_if(containing(filters.search), "d.search_key LIKE {}::text")
    organizations.want_if(filters.ids, "d.id = ANY({}::uuid[])")
    if filters.system is not None or filters.external_id is not None:
        system, external_id = organizations.place(filters.system), organizations.place(filters.external_id)
        organizations.want(f"""EXISTS (
            SELECT FROM {as_of.believed("organization_external_id")} x WHERE x.organization_id = d.id
            AND ({system}::text IS NULL OR x.system = {system})
            AND ({external_id}::text IS NULL OR x.external_id = {external_id}))""")
    sql = f"SELECT d.* FROM {source} WHERE {organizations.wanted}"
    return sql, organizations.arguments, organizations.visible


async def names_of(connection: Connection, on: date, organization_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of organizations on a day; those that have none then are missing."""
    rows = await connection.fetch(
        "SELECT organization_id, name FROM organization_name"
        " WHERE organization_id = ANY($1::uuid[]) AND superseded_by IS NULL AND valid @> $2::date",
        list(set(organization_ids)),
        on,
    )
    return {row["organization_id"]: row["name"] for row in rows}


async def resting_on(
    connection: Connection, organization_id: UUID, period: Range
) -> tuple[list[tuple[str, UUID]], int]:
    """What rests on an organization's place or type over a period: its members and its children there."""
    rows = await connection.fetch(
        """
        WITH resting AS (
            SELECT DISTINCT 'member' AS resource, member_id AS id FROM membership
            WHERE cell_id = $1 AND valid && $2 AND superseded_by IS NULL
            UNION ALL
            SELECT DISTINCT 'organization', organization_id FROM placement
            WHERE parent_id = $1 AND valid && $2 AND superseded_by IS NULL
        )
        SELECT resource, id, count(*) OVER () AS n FROM resting ORDER BY resource, id LIMIT 100
        """,
        organization_id,
        period,
    )
    return [(row["resource"], row["id"]) for row in rows], rows[0]["n"] if rows else 0
