"""Seats as SQL: lists, one by id, those of a committee; who may take one; how they end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.committees import SeatEndReason, SeatTitle
from app.queries import locks, things
from app.queries.asof import LATEST, AsOf
from app.queries.committees import named_committee
from app.queries.conditions import Conditions
from app.queries.facts import SEAT, overwrite_from, said_first_by
from app.queries.members import going_on, home, named_member
from app.queries.reach import held, held_then, reachable, reachable_then

_RANKED = ", ".join(f"'{one.value}'" for one in SeatTitle)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of seats is narrowed to; None: not narrowed."""

    within: UUID | None = None
    organization: UUID | None = None
    committee: UUID | None = None
    member: UUID | None = None
    titles: list[str] | None = None


def _shown(as_of: AsOf, source: str) -> str:
    """Seats with their committees, whose organization and kind never change; `source` gives the facts."""
    return f"""
        SELECT s.seat_id AS id, s.committee_id, s.member_id, s.title, s.basis, s.end_reason,
               c.kind AS committee_kind, c.organization_id, n.name AS organization_name
        FROM {source} s
        CROSS JOIN LATERAL (
            SELECT k.kind, k.organization_id FROM committee k WHERE k.committee_id = s.committee_id LIMIT 1) c
        LEFT JOIN {as_of.holding("organization_name")} n ON n.organization_id = c.organization_id"""


def _extra(as_of: AsOf, seat: str, actor: str, member_roles: str, today: str) -> str:
    """Periods and version; whether the actor may read the member, and the name of the day, or the nearest."""
    return f"""
        SELECT {things.spans(as_of, SEAT, f"{seat}.id")}, person.full_name, person.sort_key,
               {reachable_then(as_of, "home.cell_id", actor, member_roles, today)} AS seen
        FROM (SELECT {home(going_on(f"{seat}.member_id"), today)} AS cell_id) home
        LEFT JOIN LATERAL (
            SELECT p.full_name, p.sort_key FROM {as_of.believed("person")} p
            WHERE p.member_id = {seat}.member_id
            ORDER BY lower(p.valid) <= $1::date DESC, abs(lower(p.valid) - $1::date) LIMIT 1) person ON true"""


def listed(
    as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str], member_roles: list[str]
) -> tuple[str, list[Any], str, str]:
    """The seats held on the day in committees within reach that pass the filters.

    SQL, arguments, the visibility of the list, and the lateral query of who holds each and when.
    """
    seats = Conditions(as_of, actor_id, roles)
    readers = seats.place(member_roles)
    seats.want(seats.among("c.organization_id"))
    seats.below_if(filters.within, "c.organization_id")
    seats.at_if(filters.organization, "c.organization_id")
    if filters.committee is not None:
        seats.want(f"s.committee_id = {named_committee(seats, filters.committee)}")
    if filters.member is not None:
        seats.want(f"s.member_id = {named_member(seats, filters.member, readers)}")
    seats.want_if(filters.titles, "s.title = ANY({}::text[])")
    sql = f"{_shown(as_of, as_of.holding('seat'))} WHERE {readers}::text[] IS NOT NULL AND {seats.wanted}"
    return sql, seats.arguments, seats.visible, _extra(as_of, "listed", "$3", readers, "$5")


async def get_many(
    connection: Connection, as_of: AsOf, seat_ids: Iterable[UUID], actor_id: UUID, member_roles: list[str]
) -> list[Record]:
    """The seats known at the instant, whether or not they are held, and the roles the actor holds over each."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, shown.*, extra.*,
               {held_then(as_of, "shown.organization_id", "$4", "$5")} AS held,
               {things.names_paper(as_of, SEAT, "shown.id")} AS names_paper, EXISTS (
                   SELECT FROM seat ended JOIN operation by ON by.id = ended.operation_id
                   JOIN operation_decision d ON d.operation_id = by.id
                   WHERE ended.seat_id = shown.id AND ended.end_reason = shown.end_reason
                     AND ($2::timestamptz IS NULL OR by.recorded_at <= $2)) AS end_names_paper
        FROM ({_shown(as_of, things.nearest(as_of, SEAT, "$3::uuid[]"))}) shown
        CROSS JOIN LATERAL ({_extra(as_of, "shown", "$4", "$6", "$5")}) extra
        """,
        *as_of.arguments,
        list(seat_ids),
        actor_id,
        as_of.today,
        member_roles,
    )
    return rows


async def of_committee(
    connection: Connection,
    as_of: AsOf,
    committee_id: UUID,
    actor_id: UUID,
    member_roles: list[str],
    most: int,
) -> list[Record]:
    """The seats of a committee on the day, the highest titles first, then in Vietnamese order."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT $2::timestamptz AS frame_known_at, shown.*, extra.*
        FROM ({_shown(as_of, as_of.holding("seat"))} WHERE s.committee_id = $3) shown
        CROSS JOIN LATERAL ({_extra(as_of, "shown", "$4", "$6", "$5")}) extra
        ORDER BY array_position(ARRAY[{_RANKED}], shown.title), extra.sort_key, shown.id LIMIT {most}
        """,
        *as_of.arguments,
        committee_id,
        actor_id,
        as_of.today,
        member_roles,
    )
    return rows


async def committees(
    connection: Connection, committee_ids: Iterable[UUID], actor_id: UUID, today: date
) -> list[Record]:
    """What is believed of the committees: `id`, organization, kind, size, days, and the roles held over each."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT of.*, {held("of.organization_id", "$2", "$3")} AS held FROM (
            SELECT c.committee_id AS id, c.organization_id, c.kind,
                   (array_agg(c.size ORDER BY lower(c.valid) DESC))[1] AS size,
                   ARRAY(SELECT unnest(range_agg(c.valid))) AS days
            FROM committee c WHERE c.committee_id = ANY($1::uuid[]) AND c.superseded_by IS NULL
            GROUP BY c.committee_id, c.organization_id, c.kind
        ) of
        """,
        list(set(committee_ids)),
        actor_id,
        today,
    )
    return rows


async def own_organization(connection: Connection, seat_id: UUID) -> None:
    """Wait until nobody else writes about the committees of its organization."""
    await locks.own_organizations_of(
        connection,
        "SELECT c.organization_id FROM seat s JOIN committee c USING (committee_id) WHERE s.seat_id = $1",
        seat_id,
    )


async def held_seats(connection: Connection, committee_ids: Iterable[UUID]) -> list[Record]:
    """All seats believed of the committees, on whatever days."""
    rows: list[Record] = await connection.fetch(
        "SELECT seat_id, committee_id, member_id, title, basis, valid FROM seat"
        " WHERE committee_id = ANY($1::uuid[]) AND superseded_by IS NULL",
        list(set(committee_ids)),
    )
    return rows


async def candidates(
    connection: Connection, member_ids: Iterable[UUID], actor_id: UUID, today: date
) -> list[Record]:
    """Of each member, the roles held over the cell of reach, and the days on a roll as an official member."""
    rows: list[Record] = await connection.fetch(
        f"""
        SELECT o.id, {held("home.cell_id", "$2", "$3")} AS held, ARRAY(
            SELECT unnest(range_agg(m.valid)) FROM membership m
            WHERE m.member_id = o.id AND m.superseded_by IS NULL AND m.cell_id IS NOT NULL
              AND m.standing = 'official'
        ) AS official
        FROM member o CROSS JOIN LATERAL (SELECT {home("o.id", "$3")} AS cell_id) home
        WHERE o.id = ANY($1::uuid[])
        """,
        list(set(member_ids)),
        actor_id,
        today,
    )
    return rows


_SAID = ", ".join(f"s.{name}" for name in SEAT.columns if name != "end_reason")
_CUT = f"""
    SELECT cut.valid, cut.holds, {said_first_by("s")} AS said_first_by, {_SAID},
           CASE WHEN cut.holds THEN {{reason}} END AS end_reason
    FROM seat s JOIN ({{endings}}) ending USING (seat_id)
    CROSS JOIN LATERAL (
        SELECT s.valid * daterange(ending.day, NULL) AS valid, false AS holds
        UNION ALL
        SELECT s.valid * daterange(NULL, ending.day), true
    ) cut
    WHERE s.superseded_by IS NULL AND NOT isempty(cut.valid) AND NOT s.valid << daterange(ending.day, NULL)"""


async def end(
    connection: Connection, operation_id: UUID, endings: Sequence[tuple[UUID, date]], reason: SeatEndReason
) -> None:
    """End seats, each from a day on; a seat that begins only then is struck out."""
    if not endings:
        return
    given = "SELECT * FROM unnest($2::uuid[], $3::date[]) AS given(seat_id, day)"
    await overwrite_from(
        connection,
        SEAT,
        operation_id,
        _CUT.format(endings=given, reason="$4::text"),
        [seat_id for seat_id, _ in endings],
        [day for _, day in endings],
        reason.value,
        said_again=True,
    )


_OF_SEAT = "SELECT c.organization_id FROM committee c WHERE c.committee_id = held.committee_id LIMIT 1"


def _lost_between(left: str, entered: str, day: str) -> str:
    """A condition: the seat's organization (`of`) stood above the cell left until the day, not above the one entered.

    All are SQL expressions; where no cell is left, every seat is lost.
    """

    def above(cell: str, on: str) -> str:
        return f"""EXISTS (
            SELECT FROM organization_ancestry up WHERE up.ancestor_id = of.organization_id
            AND up.organization_id = {cell}::uuid AND up.valid @> {on})"""

    return f"({left}::uuid IS NULL OR {above(left, f'({day} - 1)')} AND NOT {above(entered, day)})"


async def end_of_leavers(connection: Connection, operation_id: UUID, lost: str) -> None:
    """End the seats of many members, each from the first of its days on which the member may not hold it.

    `lost` is a query of the days that members lose: `member_id`, `valid`, `reason` (null: not said), and `left_id`
    and `entered_id`, the cells between which a member moves: as in `end_of_leaver`; without `left_id` all seats end.
    """
    day = "lower(gone.valid)"
    theirs = f"""
        SELECT DISTINCT ON (held.seat_id) held.seat_id, {day} AS day, gone.reason
        FROM seat held JOIN ({lost}) gone ON gone.member_id = held.member_id AND gone.valid && held.valid
        CROSS JOIN LATERAL ({_OF_SEAT}) of
        WHERE held.superseded_by IS NULL AND {_lost_between("gone.left_id", "gone.entered_id", day)}
        ORDER BY held.seat_id, {day}"""
    cut = _CUT.format(endings=theirs, reason="ending.reason")
    await overwrite_from(connection, SEAT, operation_id, cut, said_again=True)


async def ended_by(
    connection: Connection, operation_id: UUID, actor_id: UUID, roles: list[str], today: date
) -> list[UUID]:
    """The seats that an operation has ended or struck out, of committees within reach."""
    rows = await connection.fetch(
        f"""
        SELECT DISTINCT held.seat_id FROM seat held CROSS JOIN LATERAL ({_OF_SEAT}) of
        WHERE held.superseded_by = $1 AND {reachable("of.organization_id", "$2", "$3", "$4")} ORDER BY held.seat_id
        """,
        operation_id,
        actor_id,
        roles,
        today,
    )
    return [row["seat_id"] for row in rows]


async def end_of_leaver(
    connection: Connection,
    operation_id: UUID,
    member_id: UUID,
    on: date,
    reason: SeatEndReason,
    cells: tuple[UUID, UUID] | None,
) -> None:
    """End the seats of a member from a day on: all, or those lost on the way between two cells.

    Who leaves one cell for another loses the seats in committees of organizations that stand above the first and
    not above the second.
    """
    left, entered = cells or (None, None)
    theirs = f"""
        SELECT DISTINCT held.seat_id, $3::date AS day FROM seat held CROSS JOIN LATERAL ({_OF_SEAT}) of
        WHERE held.member_id = $2 AND held.superseded_by IS NULL AND {_lost_between("$5", "$6", "$3::date")}"""
    await overwrite_from(
        connection,
        SEAT,
        operation_id,
        _CUT.format(endings=theirs, reason="$4::text"),
        member_id,
        on,
        reason.value,
        left,
        entered,
        said_again=True,
    )
