"""Transfers as SQL: lists, one of them, its steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.operation import OperationKind
from app.queries import locks
from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.facts import TRANSFER
from app.queries.held_transfers import of_transfer
from app.queries.members import going_on, home, name_of
from app.queries.naming import Identity, naming, resting
from app.queries.operations import decisions
from app.queries.organizations import life
from app.queries.reach import held_then, reached_then

_TAKING_BACK = f"'{OperationKind.TRANSFER_CORRECTED}', '{OperationKind.IMPORT_REVERSED}'"
"""Operations that record no step, but take some back."""

_ENDS = ("from_cell_id", "to_organization_id", "to_cell_id")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of transfers is narrowed to; None: not narrowed."""

    within: UUID | None = None
    member: UUID | None = None
    kinds: list[str] | None = None
    states: list[str] | None = None
    due_by: date | None = None


def listed(as_of: AsOf, filters: Filters, actor_id: UUID, roles: list[str]) -> tuple[str, list[Any], str]:
    """The transfers that stand somewhere on the day, of which the member's home or an end is within reach."""
    transfers = Conditions(as_of, actor_id, roles)
    near = [f"given.{end} IN (SELECT organization_id FROM mine)" for end in _ENDS]
    transfers.want(
        f"({' OR '.join(near)} OR {home(going_on('given.member_id'), '$5')} IN (SELECT organization_id FROM mine))"
    )
    if filters.within is not None:
        below = transfers.below(filters.within)
        transfers.want(f"({' OR '.join(f'given.{end} IN ({below})' for end in _ENDS)})")
    transfers.want_if(filters.member, "given.member_id = {}::uuid")
    transfers.want_if(filters.kinds, "given.kind = ANY({}::text[])")
    transfers.want_if(filters.states, "given.state = ANY({}::text[])")
    transfers.want_if(filters.due_by, "given.due_on <= {}::date")
    sql = f"""
        WITH mine AS MATERIALIZED ({reached_then(as_of, "$3", "$4", "$5")})
        SELECT given.transfer_id AS id, {_columns("given")}, lower(given.valid) AS since
        FROM {as_of.holding("transfer")} given WHERE {transfers.wanted}"""
    return sql, transfers.arguments, transfers.visible


def _columns(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in TRANSFER.values)


def shown(as_of: AsOf) -> str:
    """What lists show besides of each transfer of a page (`listed`): names, and the version."""
    return _shown(as_of, "listed")


def _shown(as_of: AsOf, row: str) -> str:
    return f"""
        SELECT person.full_name, person.birth_year,
               coalesce({name_of(as_of, f"{row}.from_cell_id")}, {row}.from_outside) AS from_name,
               coalesce({name_of(as_of, f"{row}.to_organization_id")}, {row}.to_outside) AS to_name,
               {name_of(as_of, f"{row}.to_cell_id")} AS to_cell_name,
               (SELECT count(DISTINCT touching)::int
                FROM transfer f, unnest(ARRAY[f.operation_id, f.superseded_by]) touching
                WHERE f.transfer_id = {row}.id) AS version
        FROM (SELECT) once LEFT JOIN LATERAL (
            SELECT p.full_name, extract(year FROM lower(p.birth_date))::int AS birth_year
            FROM {as_of.believed("person")} p
            WHERE p.member_id = {row}.member_id
            ORDER BY lower(p.valid) > $1::date, abs(lower(p.valid) - $1::date) LIMIT 1
        ) person ON true"""


async def get(connection: Connection, as_of: AsOf, transfer_id: UUID, actor_id: UUID) -> Record | None:
    """One transfer on the day; where it stands last, and the roles held over its ends then and the member's home.

    None where the register knew of none at the instant. `since` is null where it stands nowhere on the day: not
    introduced yet, or struck out. `last_state` is null where it was struck out. `proceedings`: what its steps met.
    `guests`: how many official members stay in the temporary cell where the member stays; null where in none.
    `destination_ended_on`: from when the destination is no more, where it had ended by the day.
    """
    then = (
        "(NOT EXISTS (SELECT FROM operation gone WHERE gone.id = f.superseded_by AND gone.recorded_at <= $2))"
    )
    believed = "f.superseded_by IS NULL" if as_of.known_at is None else then
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at,
               one.*, shown.*,
               {held_then(as_of, "one.last_from", "$4", "$5")} AS held_sender,
               {held_then(as_of, "one.last_to", "$4", "$5")} AS held_receiver,
               {held_then(as_of, "one.home_id", "$4", "$5")} AS held_home,
               {of_transfer(as_of, "one.id", "one.member_id")} AS proceedings,
               CASE WHEN one.since IS NOT NULL AND one.state = 'staying' AND EXISTS (
                   SELECT FROM {as_of.holding("organization_type")} t
                   WHERE t.organization_id = one.to_cell_id AND t.type = 'temporary_cell'
               ) THEN (
                   SELECT count(*)::int FROM {as_of.holding("transfer")} g
                   JOIN {as_of.holding("membership")} m USING (member_id)
                   WHERE g.to_cell_id = one.to_cell_id AND g.state = 'staying' AND m.standing = 'official'
               ) END AS guests, (
                   SELECT aim.ended_on FROM ({life(as_of, "coalesce(one.to_cell_id, one.to_organization_id)")}) aim
                   WHERE aim.ended_on <= $1::date
               ) AS destination_ended_on
        FROM (
            SELECT chosen.transfer_id AS id, {_columns("chosen")},
                   CASE WHEN chosen.stands THEN lower(chosen.valid) END AS since,
                   CASE WHEN last.superseded_by IS NULL THEN last.state END AS last_state,
                   lower(last.valid) AS last_on, last.from_cell_id AS last_from,
                   EXISTS (
                       SELECT FROM organization_opening o WHERE o.organization_id = last.to_organization_id
                       AND o.superseded_by IS NULL AND lower(o.valid) <= $5::date
                   ) AS on_board,
                   coalesce(last.to_cell_id, last.to_organization_id) AS last_to,
                   {home(going_on("chosen.member_id"), "$5")} AS home_id
            FROM (
                SELECT f.*, {believed} AND f.valid @> $1::date AS stands
                FROM transfer f JOIN operation said ON said.id = f.operation_id
                WHERE f.transfer_id = $3 AND ($2::timestamptz IS NULL OR said.recorded_at <= $2)
                ORDER BY {believed} AND f.valid @> $1::date DESC, {believed} DESC, f.id DESC LIMIT 1
            ) chosen CROSS JOIN LATERAL (
                SELECT l.* FROM transfer l WHERE l.transfer_id = chosen.transfer_id
                ORDER BY l.superseded_by IS NULL DESC, lower(l.valid) DESC, l.id DESC LIMIT 1
            ) last
        ) one CROSS JOIN LATERAL ({_shown(as_of, "one")}) shown
        """,
        *as_of.arguments,
        transfer_id,
        actor_id,
        as_of.today,
    )


def steps(as_of: AsOf, transfer_id: UUID) -> tuple[str, list[Any]]:
    """The steps of a transfer by the operations that recorded them, in the order in which they were recorded.

    Each is what an operation said first, two in a file that tells of two; what is said again was the step of another.
    """
    sql = f"""
        SELECT op.id, said.id AS number, said.step, said.state, lower(said.valid) AS step_on, op.recorded_at,
               op.actor_id, op.reason, (SELECT name FROM actor WHERE actor.id = op.actor_id) AS actor_name,
               {decisions("op.id", papers("said", "$2::timestamptz"))} AS decisions,
               {struck_out("said", "$2::timestamptz")} AS struck_out
        FROM (
            SELECT DISTINCT ON (f.operation_id, f.step) f.* FROM transfer f
            WHERE f.transfer_id = $3 AND f.said_first_by IS NULL ORDER BY f.operation_id, f.step, f.id
        ) said JOIN operation op ON op.id = said.operation_id
        WHERE op.recorded_at IS NOT NULL AND $1::date IS NOT NULL
          AND ($2::timestamptz IS NULL OR op.recorded_at <= $2)"""
    return sql, [transfer_id]


def papers(step: str, instant: str) -> str:
    """The papers of a step (a row, by name) as `operation_id`, the step's, `decision_id` and `role`.

    A step that came in a file has its own, one without may have been given it by a later file, unless that was taken
    back until the instant (null: until now).
    """
    return f"""(
        SELECT operation_id, decision_id, role FROM operation_decision
        UNION ALL
        SELECT coalesce(p.supplements, p.operation_id), p.decision_id, 'decision'
        FROM transfer_paper p JOIN operation giving ON giving.id = p.operation_id
        WHERE p.transfer_id = {step}.transfer_id AND p.step = {step}.step
          AND ({instant} IS NULL OR giving.recorded_at <= {instant})
          AND (p.supplements IS NULL OR NOT EXISTS (
              SELECT FROM import i JOIN import_reversal r ON r.import_id = i.id
              JOIN operation back ON back.id = r.operation_id
              WHERE i.operation_id = p.operation_id AND ({instant} IS NULL OR back.recorded_at <= {instant})
          ))
    )"""


def struck_out(step: str, instant: str) -> str:
    """A condition: the operation of a step (a row, by name) is taken back until the instant (null: until now)."""
    return f"""EXISTS (
        SELECT FROM transfer f JOIN operation error ON error.id = f.superseded_by
        WHERE f.transfer_id = {step}.transfer_id AND error.kind IN ({_TAKING_BACK})
          AND coalesce(error.changes->>'struck_out', error.changes->>'reversed') = {step}.operation_id::text
          AND ({instant} IS NULL OR error.recorded_at <= {instant})
    )"""


def visible(as_of: AsOf, actor: str, roles: str, today: str) -> str:
    """A condition: one end of the transfer `$3`, as it stands last, or the member's home is within reach."""
    return f"""EXISTS (
        SELECT FROM (
            SELECT l.* FROM transfer l WHERE l.transfer_id = $3
            ORDER BY l.superseded_by IS NULL DESC, lower(l.valid) DESC, l.id DESC LIMIT 1
        ) last, ({reached_then(as_of, actor, roles, today)}) mine
        WHERE mine.organization_id IN (last.from_cell_id, last.to_organization_id, last.to_cell_id,
                                       {home(going_on("last.member_id"), today)}))"""


async def own_member(connection: Connection, transfer_id: UUID, organization_ids: Iterable[UUID]) -> None:
    """Wait until nobody else writes about the member of a transfer, nor closes the cells and these organizations.

    Nor its destination: who is received for a time enters no roll that would keep it open.
    """
    destinations = await connection.fetch(
        "SELECT to_organization_id FROM transfer"
        " WHERE transfer_id = $1 AND superseded_by IS NULL AND to_organization_id IS NOT NULL",
        transfer_id,
    )
    await locks.own_members_of(
        connection,
        "SELECT member_id FROM transfer WHERE transfer_id = $1",
        transfer_id,
        [*organization_ids, *(row["to_organization_id"] for row in destinations)],
    )


async def steps_of(connection: Connection, transfer_id: UUID, operation_id: UUID) -> list[str]:
    """The steps of a transfer that an operation recorded, in their order; none that was struck out."""
    sql, arguments = steps(AsOf(date.min, None, date.min), transfer_id)
    rows = await connection.fetch(
        f"SELECT step FROM ({sql}) step WHERE id = $4 AND NOT struck_out ORDER BY number",
        date.min,
        None,
        *arguments,
        operation_id,
    )
    return [row["step"] for row in rows]


async def recorded_since(
    connection: Connection, member_id: UUID, operation_id: UUID
) -> list[tuple[str, UUID]]:
    """The operations on a member after this one, or that say something of the member still believed.

    But for those that took back what others said in error.
    """
    naming_member = " UNION ".join(
        [
            *(
                f"SELECT operation_id FROM {table.name} WHERE {column} = $1 AND superseded_by IS NULL"
                for table, column in naming(Identity.MEMBER)
            ),
            *(f"SELECT operation_id FROM ({one}) resting WHERE id = $1" for one in resting(Identity.MEMBER)),
        ]
    )
    rows = await connection.fetch(
        f"""
        SELECT op.kind, op.id FROM operation op
        WHERE op.id IN (
            SELECT operation_id FROM operation_member WHERE member_id = $1
            UNION {naming_member}
        ) AND op.kind <> 'transfer_corrected'
          AND op.recorded_at > (SELECT recorded_at FROM operation WHERE id = $2)
        ORDER BY op.recorded_at LIMIT 100
        """,
        member_id,
        operation_id,
    )
    return [(row["kind"], row["id"]) for row in rows]


async def open_of(connection: Connection, member_id: UUID, on: date) -> UUID | None:
    """The transfer of a member that is open on a day or later."""
    found: UUID | None = await connection.fetchval(
        "SELECT transfer_id FROM transfer WHERE open_member_id = $1 AND superseded_by IS NULL"
        " AND (upper(valid) IS NULL OR upper(valid) > $2) LIMIT 1",
        member_id,
        on,
    )
    return found


async def away_on(connection: Connection, member_id: UUID, on: date) -> str | None:
    """The kind of the transfer of a member that is open on a day."""
    kind: str | None = await connection.fetchval(
        "SELECT kind FROM transfer WHERE open_member_id = $1 AND superseded_by IS NULL AND valid @> $2::date",
        member_id,
        on,
    )
    return kind
