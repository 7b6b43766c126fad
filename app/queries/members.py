"""Members as SQL: one of them, lists and searches, everything said of one in order of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.period import Period
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions, containing
from app.queries.facts import MEMBER_FACTS, PERSON, FactTable, overwrite_from, said_first_by
from app.queries.policies import rules_over
from app.queries.ranges import to_period, to_range
from app.queries.reach import held, held_then, reachable_then, reached_then, reaches_root

PARTICULARS = PERSON.shown
"""The columns about the person that answers show."""


def home(member: str, today: str) -> str:
    """The cell by which a member (an SQL expression) is reached: of today, else the last, else the first to come.

    A member whose memberships were all struck out is reached by the cell last recorded.
    """
    return f"""(
        SELECT home_stay.cell_id FROM membership home_stay
        WHERE home_stay.member_id = {member} AND home_stay.cell_id IS NOT NULL
        ORDER BY home_stay.superseded_by IS NOT NULL, lower(home_stay.valid) > {today}::date,
                 abs(lower(home_stay.valid) - {today}::date) LIMIT 1)"""


def going_on(member: str) -> str:
    """The record that goes on for a member (an SQL expression): the survivor of a merge, else the member itself.

    Things read by id are reached by it, whatever record they named at the instant asked about.
    """
    return f"""coalesce((
        SELECT going_merge.survivor_id FROM member_merge going_merge
        WHERE going_merge.duplicate_id = {member} AND going_merge.superseded_by IS NULL), {member})"""


def named_member(conditions: Conditions, member_id: UUID, roles: str = "$4") -> str:
    """The mark of a member that the caller of a list names, and must see."""
    mark = f"{conditions.place(member_id)}::uuid"
    conditions.see(conditions.near(home(mark, "$5"), roles))
    return mark


def home_of_row() -> str:
    """`home` of the member of a membership `m`, which needs no looking up where that one holds today."""
    return f"""CASE
        WHEN m.superseded_by IS NULL AND m.cell_id IS NOT NULL AND m.valid @> $5::date THEN m.cell_id
        ELSE {home("m.member_id", "$5")} END"""


def last_cell(as_of: AsOf, member: str) -> str:
    """The cell on the day, else the one before the exit: `cell_id`, and `left_on`, the day after its last."""
    return f"""(
        SELECT last_stay.cell_id, upper(last_stay.valid) AS left_on FROM {as_of.believed("membership")} last_stay
        WHERE last_stay.member_id = {member} AND last_stay.cell_id IS NOT NULL AND lower(last_stay.valid) <= $1::date
        ORDER BY lower(last_stay.valid) DESC LIMIT 1)"""


def name_of(as_of: AsOf, organization: str, day: str = "$1::date") -> str:
    """Its name on the day, or its last name before."""
    return f"""(
        SELECT name_said.name FROM {as_of.believed("organization_name")} name_said
        WHERE name_said.organization_id = {organization} AND lower(name_said.valid) <= {day}
        ORDER BY lower(name_said.valid) DESC LIMIT 1)"""


def one(as_of: AsOf, member_id: UUID, actor_id: UUID, rules: Sequence[str] = ()) -> tuple[str, list[Any]]:
    """One member with all facts on the day, and the roles held over the cell the member is reached by.

    SQL and arguments. `out` and `departed` are the periods begun by the day in which the member was out of the roll,
    or on it but not active; `out_why` and `departed_as` say why and how. `rules`: the policy rows of these keys that
    rule the cell on the day, read for those whom they can concern: who was ever absent, or is on probation.

    `began_on` later than the day (or null): all facts are null.
    """
    sql = f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at,
               o.id, o.version, m.standing, m.exit_reason, {", ".join(f"p.{name}" for name in PARTICULARS)},
               CASE WHEN m.exit_reason IS NOT NULL THEN cell.left_on END AS exited_on,
               cell.cell_id, {name_of(as_of, "cell.cell_id")} AS cell_name,
               path.ids AS path, stays.began_on, stays.out, stays.out_why,
               activity.status AS activity_status, activity.departed, activity.departed_as,
               (SELECT jsonb_object_agg(i.kind, i.number) FROM {as_of.holding("identifier")} i
                WHERE i.member_id = o.id) AS identifiers,
               (SELECT jsonb_object_agg(x.system, x.external_id)
                FROM {as_of.holding("member_external_id")} x WHERE x.member_id = o.id) AS external_ids,
               CASE WHEN m.standing = 'probationary' OR stays.out IS NOT NULL OR activity.departed IS NOT NULL
                    THEN {rules_over(as_of, "path.ids", "$6")} END AS rules,
               {held_then(as_of, "home.cell_id", "$4", "$5")} AS held,
               merged.survivor_id AS merged_into, {held_then(as_of, "merged.cell_id", "$4", "$5")} AS survivor_held
        FROM member o
        CROSS JOIN LATERAL (SELECT {home("o.id", "$5")} AS cell_id) home
        LEFT JOIN LATERAL (
            SELECT g.survivor_id, {home("g.survivor_id", "$5")} AS cell_id
            FROM {as_of.believed("member_merge")} g WHERE g.duplicate_id = o.id
        ) merged ON true
        LEFT JOIN {as_of.believed("membership")} m ON m.member_id = o.id AND m.valid @> $1::date
        LEFT JOIN {as_of.believed("person")} p ON p.member_id = o.id AND p.valid @> $1::date
        LEFT JOIN LATERAL {last_cell(as_of, "o.id")} cell ON true
        CROSS JOIN LATERAL (
            SELECT array_agg(up.ancestor_id ORDER BY up.depth DESC) AS ids FROM {as_of.above("cell.cell_id")} up
        ) path
        CROSS JOIN LATERAL (
            SELECT min(lower(b.valid)) FILTER (WHERE b.cell_id IS NOT NULL) AS began_on,
                   array_agg(b.valid) FILTER (WHERE b.cell_id IS NULL AND lower(b.valid) <= $1::date) AS out,
                   array_agg(b.exit_reason) FILTER (WHERE b.cell_id IS NULL AND lower(b.valid) <= $1::date) AS out_why
            FROM {as_of.believed("membership")} b WHERE b.member_id = o.id
        ) stays
        CROSS JOIN LATERAL (
            SELECT min(a.status) FILTER (WHERE a.valid @> $1::date) AS status,
                   array_agg(a.valid) AS departed, array_agg(a.status) AS departed_as
            FROM {as_of.believed("activity")} a WHERE a.member_id = o.id AND lower(a.valid) <= $1::date
        ) activity
        WHERE o.id = $3"""
    return sql, [*as_of.arguments, member_id, actor_id, as_of.today, list(rules)]


async def get(
    connection: Connection, as_of: AsOf, member_id: UUID, actor_id: UUID, rules: Sequence[str] = ()
) -> Record | None:
    """The member of `one`, or None where there is no such member."""
    sql, arguments = one(as_of, member_id, actor_id, rules)
    return await connection.fetchrow(sql, *arguments)


def absences(as_of: AsOf) -> str:
    """When members were out of the roll, or on it but not active, and why: an exit's reason, or a status."""
    return f"""
        SELECT member_id, valid, exit_reason AS why FROM {as_of.believed("membership")} exits WHERE cell_id IS NULL
        UNION ALL SELECT member_id, valid, status FROM {as_of.believed("activity")} departures"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of members is narrowed to; None: not narrowed."""

    within: UUID | None = None
    cell: UUID | None = None
    standings: list[str] | None = None
    activity_statuses: list[str] | None = None
    ids: list[UUID] | None = None
    system: str | None = None
    external_id: str | None = None
    name: str | None = None
    """Part of the folded name."""
    number: str | None = None
    born: Range | None = None
    sex: str | None = None
    include_exited: bool = False
    births_differ: bool = False
    """Whose birth date in the dossier cannot be that of the citizen's id."""

    @property
    def names_persons(self) -> bool:
        """Whether they are sooner found by these filters than by the cells within reach."""
        return any((self.ids, self.system, self.external_id, self.name, self.number))


def listed(
    as_of: AsOf,
    filters: Filters,
    actor_id: UUID,
    roles: list[str],
    birth_roles: list[str] | None = None,
    more: Sequence[str] = (),
) -> tuple[str, list[Any], str]:
    """The members of the day within reach that pass the filters: SQL, arguments, and its visibility.

    With `birth_roles`, only those over whose cell one of these roles is held besides. `more`: further columns of
    the person.
    """
    members = Conditions(as_of, actor_id, roles)
    mine, everything = reached_then(as_of, "$3", "$4", "$5"), reaches_root("$3", "$4", "$5")
    cell = "m.cell_id"
    exit_columns = "NULL::text AS exit_reason, NULL::date AS exited_on"
    source = f"{as_of.holding('person')} p JOIN {as_of.holding('membership')} m USING (member_id)"
    if filters.include_exited:
        source += f" CROSS JOIN LATERAL {last_cell(as_of, 'p.member_id')} last"
        cell = "last.cell_id"
        exit_columns = "m.exit_reason, CASE WHEN m.exit_reason IS NOT NULL THEN last.left_on END AS exited_on"
    else:
        members.want("m.cell_id IS NOT NULL")
    # Today the cell of the day is the one by which a member is reached, and below the reached all is reached.
    home, here = cell, True
    if as_of.known_at is not None or as_of.on != as_of.today or filters.include_exited:
        source += f" CROSS JOIN LATERAL (SELECT {home_of_row()} AS cell_id) home"
        home, here = "home.cell_id", False
    if filters.within is not None:
        below = members.below(filters.within)
        members.want(f"{cell} IN ({below})")
        if filters.include_exited:
            members.want(_ever_in(below))
    if filters.cell is not None:
        members.want(f"{cell} = {members.name(filters.cell)}")
    placed = filters.within is not None or filters.cell is not None
    if not placed and not filters.names_persons:
        members.want(f"({everything} OR {_ever_in(mine)})")
    if not (placed and here):
        members.want(f"({everything} OR {members.near(home)})")
    if birth_roles is not None:
        members.want(f"({members.near(home, members.place(birth_roles))}) IS TRUE")
    members.want_if(filters.standings, "m.standing = ANY({}::text[])")
    if filters.activity_statuses is not None:
        members.want(f"""m.cell_id IS NOT NULL AND coalesce((
            SELECT a.status FROM {as_of.holding("activity")} a WHERE a.member_id = p.member_id
        ), 'active') = ANY({members.place(filters.activity_statuses)}::text[])""")
    members.want_if(filters.ids, "p.member_id = ANY({}::uuid[])")
    if filters.system is not None or filters.external_id is not None:
        system, external_id = members.place(filters.system), members.place(filters.external_id)
        members.want(f"""p.member_id IN (
            SELECT x.member_id FROM {as_of.believed("member_external_id")} x
            WHERE ({system}::text IS NULL OR x.system = {system})
            AND ({external_id}::text IS NULL OR x.external_id = {external_id}))""")
    members.want_if(containing(filters.name), "p.search_key LIKE {}::text")
    if filters.number is not None:
        members.want(f"""p.member_id IN (
            SELECT i.member_id FROM {as_of.believed("identifier")} i
            WHERE i.number = {members.place(filters.number)}::text)""")
    members.want_if(filters.born, "p.birth_date && {}::daterange")
    members.want_if(filters.sex, "p.sex = {}::text")
    if filters.births_differ:
        members.want("NOT p.birth_date && p.citizen_birth_date")
    sql = f"""
        SELECT p.member_id AS id, p.sort_key, p.full_name, p.sex,
               extract(year FROM lower(p.birth_date))::int AS birth_year,
               {cell} AS cell_id, m.standing, {exit_columns}{"".join(f", p.{column}" for column in more)}
        FROM {source} WHERE {members.wanted}"""
    return sql, members.arguments, members.visible


def _ever_in(organizations: str) -> str:
    return (
        f"p.member_id IN (SELECT ever.member_id FROM membership ever WHERE ever.cell_id IN ({organizations}))"
    )


def shown(as_of: AsOf) -> str:
    """What lists show besides of each member of a page (`listed`): the cell's name, a departure from activity."""
    return f"""
        SELECT {name_of(as_of, "listed.cell_id")} AS cell_name,
               (SELECT a.status FROM {as_of.holding("activity")} a WHERE a.member_id = listed.id) AS activity_status"""


@dataclass(frozen=True, slots=True)
class Seeing:
    """The roles that may read a member, and those that see the birth date and the residence whole."""

    roles: list[str]
    birth_roles: list[str]
    residence_roles: list[str]


def timeline(as_of: AsOf, member_id: UUID, actor_id: UUID, seeing: Seeing) -> tuple[str, list[Any], str]:
    """Every believed fact of a member with the operation that first said it: SQL, arguments, and its visibility.

    `value` holds the fact's values; `before`, of the person, the values of the period before.
    """
    facts = " UNION ALL ".join(
        f"SELECT '{fact}' AS fact, t.id, t.valid, {said_first_by('t')} AS operation_id, {table.value} AS value"
        f" FROM {as_of.believed(table.name)} t WHERE t.member_id = $3"
        for fact, table in MEMBER_FACTS.items()
    )
    by = f"(SELECT {home('$3::uuid', '$6')} AS cell_id) of"
    sql = f"""
        SELECT said.fact, said.id, lower(said.valid) AS from_, upper(said.valid) AS to,
               said.operation_id, operation.recorded_at, said.value, said.before,
               (SELECT {reachable_then(as_of, "of.cell_id", "$4", "$7", "$6")} FROM {by}) AS birth_seen,
               (SELECT {reachable_then(as_of, "of.cell_id", "$4", "$8", "$6")} FROM {by}) AS residence_seen
        FROM (
            SELECT *, CASE fact WHEN 'person' THEN lag(value) OVER of_its_kind END AS before
            FROM ({facts}) fact_of_member WINDOW of_its_kind AS (PARTITION BY fact ORDER BY lower(valid))
        ) said JOIN operation ON operation.id = said.operation_id"""
    visible = f"(SELECT {reachable_then(as_of, 'of.cell_id', '$4', '$5', '$6')} FROM {by})"
    arguments = [member_id, actor_id, seeing.roles, as_of.today, seeing.birth_roles, seeing.residence_roles]
    return sql, arguments, visible


SHOWN_WHOLE = """array_remove(ARRAY[
    CASE WHEN bool_or(fact = 'person' AND birth_seen) THEN 'birth_date' END,
    CASE WHEN bool_or(fact = 'person' AND residence_seen) THEN 'residence' END], NULL)"""
"""The protected fields that items of the timeline show whole."""


def cell_named(as_of: AsOf) -> str:
    """The name the cell of a membership (`listed`) bore when the membership began."""
    cell = "(listed.value->>'cell_id')::uuid"
    return f"SELECT {name_of(as_of, cell, 'listed.from_')} AS cell_name"


async def reached_by(connection: Connection, member_id: UUID, actor_id: UUID, today: date) -> Record | None:
    """The member's version, the cell the member is reached by and the roles held over it."""
    return await connection.fetchrow(
        f"""
        SELECT o.version, home.cell_id, {held("home.cell_id", "$2", "$3")} AS held, EXISTS (
            SELECT FROM member_merge g WHERE g.duplicate_id = o.id AND g.superseded_by IS NULL) AS merged
        FROM member o CROSS JOIN LATERAL (SELECT {home("o.id", "$3")} AS cell_id) home
        WHERE o.id = $1
        """,
        member_id,
        actor_id,
        today,
    )


async def holding_periods(connection: Connection, cell_ids: Iterable[UUID]) -> dict[UUID, list[Period]]:
    """When each of the organizations exists and is of a type that holds members."""
    asked = list(set(cell_ids))
    rows = await connection.fetch(
        "SELECT cell_id, days FROM cell_life WHERE cell_id = ANY($1::uuid[])", asked
    )
    life = {row["cell_id"]: [to_period(one) for one in row["days"]] for row in rows}
    return {cell_id: life.get(cell_id, []) for cell_id in asked}


async def province_of(connection: Connection, cell_id: UUID, on: date) -> UUID | None:
    """The provincial organization above a cell on a day."""
    found: UUID | None = await connection.fetchval(
        """
        SELECT above.ancestor_id FROM organization_ancestry above
        JOIN organization_type t ON t.organization_id = above.ancestor_id
        WHERE above.organization_id = $1 AND above.valid @> $2::date
          AND t.type = 'provincial' AND t.valid @> $2::date AND t.superseded_by IS NULL
        """,
        cell_id,
        on,
    )
    return found


async def recorded_within(
    connection: Connection, member_id: UUID, period: Range
) -> tuple[list[tuple[str, UUID]], int]:
    """The operations that recorded something of the member which begins inside the period, the latest first."""
    facts = " UNION ".join(
        f"SELECT operation_id, valid FROM {table.name} WHERE member_id = $1 AND superseded_by IS NULL"
        for table in MEMBER_FACTS.values()
    )
    rows = await connection.fetch(
        f"""
        SELECT o.kind, o.id, count(*) OVER () AS n FROM operation o
        WHERE o.id IN (
            SELECT operation_id FROM ({facts}) said
            WHERE lower(said.valid) <@ $2::daterange AND lower(said.valid) > lower($2::daterange)
        ) ORDER BY o.recorded_at DESC LIMIT 100
        """,
        member_id,
        period,
    )
    return [(row["kind"], row["id"]) for row in rows], rows[0]["n"] if rows else 0


async def confine(
    connection: Connection, table: FactTable, operation_id: UUID, member_id: UUID, days: Iterable[Period]
) -> None:
    """Believe what the table says of a member on these days alone."""
    await overwrite_from(
        connection,
        table,
        operation_id,
        f"""
        SELECT elsewhere AS valid, false AS holds, {", ".join(table.columns)}
        FROM {table.name}, unnest(
            datemultirange(valid) - (SELECT coalesce(range_agg(day), '{{}}') FROM unnest($3::daterange[]) day)
        ) elsewhere
        WHERE member_id = $2 AND superseded_by IS NULL
        """,
        member_id,
        [to_range(one) for one in days],
    )


async def resume(
    connection: Connection, table: FactTable, operation_id: UUID, member_id: UUID, days: Period
) -> None:
    """Believe again what the table said of a member's days when an exit, from the first of them, cut it off."""
    await overwrite_from(
        connection,
        table,
        operation_id,
        f"""
        SELECT valid * $3::daterange AS valid, true AS holds, {said_first_by("cut")} AS said_first_by,
               {", ".join(table.columns)}
        FROM {table.name} cut
        WHERE member_id = $2 AND valid && $3::daterange AND superseded_by = (
            SELECT {said_first_by("exit")} FROM membership exit
            WHERE member_id = $2 AND superseded_by IS NULL AND lower(valid) = lower($3::daterange))
        """,
        member_id,
        to_range(days),
        said_again=True,
    )
