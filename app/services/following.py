"""Memberships as they are written: the one place where each stay is judged, and goes on where its cell's roll went."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.change import Row, Values, change_from
from app.domain.period import Period
from app.domain.restructuring.following import Followed, follow, unmoved
from app.queries import facts, locks
from app.queries import following as queries
from app.services.history import Plan
from app.services.member_record import require_held


async def followed(connection: Connection, plan: Plan) -> tuple[Plan, tuple[Followed, ...]]:
    """A plan of memberships with the restructurings replayed on it (R-RS-11), and what they made of it.

    Every cell must exist and be of a type that holds members on every day that is left of its stay (R-ORG-4).
    """
    named = {values["cell_id"] for _, values in plan.written if values and values.get("cell_id")}
    if not named:
        return plan, ()
    holding, destinations = await queries.ways(connection, named)
    written, ways = follow(plan.written, destinations)
    if ways:
        await locks.share_found(connection, [way.to_cell_id for way in ways if way.to_cell_id])
    stays = [(period, values["cell_id"]) for period, values in written if values and values.get("cell_id")]
    await require_held(connection, stays, holding)
    return Plan(plan.table, plan.key, written), ways


async def of_stay(
    connection: Connection, member_id: UUID, days: Period, values: Values
) -> tuple[Plan, tuple[Followed, ...]]:
    """The same of one stay that is written as it is said."""
    return await followed(connection, Plan(facts.MEMBERSHIP, (member_id,), [(days, values)]))


async def resumed(
    connection: Connection, member_id: UUID, before: Row, cell_id: UUID
) -> tuple[Plan, tuple[Followed, ...]]:
    """The same of a stay that goes on from the end of one before, in its cell or in another one."""
    (stay, values), days = before, Period(before[0].end or before[0].start)
    since = stay if cell_id == values["cell_id"] else days
    plan, ways = await of_stay(connection, member_id, Period(since.start), {**values, "cell_id": cell_id})
    written = [(within, said) for held, said in plan.written if (within := held.intersect(days))]
    ahead = (replace(way, days=within) for way in ways if (within := way.days.intersect(days)))
    return replace(plan, written=written), tuple(ahead)


async def plan_change(
    connection: Connection, member_id: UUID, rows: Sequence[Row], on: date, edit: Values
) -> tuple[Plan, tuple[Followed, ...]]:
    """An edit of a membership (`rows`: all that is believed of it) that becomes true on a day (R-RS-11).

    It reaches up to where the membership is known to change next. Who comes into another cell was not in the old one
    any more when that was restructured: there the restructurings of the new one are replayed.
    """
    held = next((values["cell_id"] for period, values in rows if period.contains(on)), None)
    if "cell_id" in edit and edit["cell_id"] != held:
        rows = await as_if_unmoved(connection, member_id, rows, on)
    return await followed(connection, Plan(facts.MEMBERSHIP, (member_id,), change_from(rows, on, edit)))


async def as_if_unmoved(
    connection: Connection, member_id: UUID, rows: Sequence[Row], on: date
) -> Sequence[Row]:
    """The memberships with what restructurings did to the member after a day taken out."""
    if not any(period.start > on for period, _ in rows):
        return rows
    moved_on = await queries.moved_on(connection, member_id)
    return unmoved(rows, {day for day in moved_on if day > on})
