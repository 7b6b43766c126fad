"""How every act is recorded: one request, one transaction, one operation that all its facts name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection
from uuid_utils.compat import uuid7

from app.domain.access import Actor
from app.domain.change import Values, change_from, correct_over
from app.domain.errors import Conflict, FieldError, Invalid
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.models.operation import DecisionPaper
from app.queries import actors, facts, touching, tree
from app.queries import history as queries
from app.queries.asof import AsOf
from app.queries.facts import FactTable, Wanted


@dataclass(frozen=True, slots=True)
class Cause:
    """Who acts, on which civil day, in which request."""

    actor: Actor
    today: date
    request_id: str | None = None

    @property
    def as_of(self) -> AsOf:
        """The register as of the act's own day."""
        return AsOf(self.today, None, self.today)


def new_id() -> UUID:
    """A fresh key: a UUID of version 7, so that keys made later sort later."""
    return uuid7()


async def begin(
    connection: Connection,
    cause: Cause,
    kind: OperationKind,
    changes: Any,
    *,
    reason: str | None = None,
    effective_on: date | None = None,
    decisions: Iterable[DecisionPaper] = (),
) -> UUID:
    """Record the operation and its decisions; its facts then name it. `changes` holds ids, no personal values.

    No paper is signed on a day to come. A known paper (issuer, number, day) that is said to be signed by another is
    a conflict.
    """
    decisions = list(decisions)
    ahead = [number for number, paper in enumerate(decisions) if paper.signed_on > cause.today]
    if ahead:
        raise Invalid(*(FieldError(f"/body/decisions/{number}/signed_on", "day_to_come") for number in ahead))
    operation_id = new_id()
    actor = cause.actor
    await actors.known(connection, actor)
    await queries.insert_operation(
        connection,
        operation_id,
        kind.value,
        actor.id,
        reason=reason,
        effective_on=effective_on,
        request_id=cause.request_id,
        changes=changes,
    )
    papers = [(new_id(), queries.Paper(**paper.model_dump())) for paper in decisions]
    if not await queries.ground(connection, operation_id, papers):
        raise Conflict("paper_signed_by_another")
    return operation_id


async def touch(
    connection: Connection,
    cause: Cause,
    operation_id: UUID,
    *,
    concerned: Iterable[UUID] = (),
    members: Iterable[UUID] = (),
) -> None:
    """Note what the operation touched, once all its facts are written: whom these name, and who else is `concerned`.

    Organizations and members whose own facts it changed gain a version; where it placed organizations, the tree is
    derived anew. Who has one of the organizations in reach sees the operation, and `within` finds it by the paths of
    before and after. What no fact names is `concerned`: the home of a member whose particulars alone were changed, the
    organization whose notice, client or policy it is; and `members`: whom a proposal is about. Members that the act
    has noted itself gain nothing here (a file of a hundred thousand notes them from its own tables, and its new ones
    begin at their first version).
    """
    named = await touching.of_operation(connection, operation_id)
    organizations = {*concerned, *named.organizations}
    stood = []
    if named.placed:
        stood = await touching.standing(connection, organizations, cause.today)
        await tree.rebuild_ancestry(connection, named.placed)
    for ids, gains in ((organizations.difference(named.changed), False), (named.changed, True)):
        if ids:
            await queries.touch_organizations(
                connection, operation_id, ids, today=cause.today, changed=gains, stood=stood
            )
    if about := {*members, *named.members}:
        await queries.touch_members(connection, operation_id, list(about))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be believed of one fact: its periods with their values, None where it is struck out.

    Values that name `said_first_by` say again what that operation said.
    """

    table: FactTable
    key: tuple[Any, ...]
    written: Sequence[tuple[Period, Values | None]]


async def plan_change(
    connection: Connection, table: FactTable, key: tuple[Any, ...], on: date, edit: Values | None
) -> Plan:
    """An edit of one fact that becomes true on a day; None: nothing holds from that day.

    It reaches up to where the fact is known to change next.
    """
    rows = await facts.believed(connection, table, key)
    if edit is None:
        nothing = [(period, None) for period, _ in change_from(rows, on, dict.fromkeys(table.values))]
        return Plan(table, key, nothing)
    return Plan(table, key, change_from(rows, on, edit))


async def plan_correction(
    connection: Connection, table: FactTable, key: tuple[Any, ...], period: Period, edit: Values | None
) -> Plan:
    """An edit of one fact believed over a period; None: the fact was recorded in error and is struck out.

    Where the edit names no value, what was believed is said again: it was only recorded over other days.
    """
    if edit is None:
        return Plan(table, key, [(period, None)])
    rows = await facts.believed(connection, table, key, whose=not edit)
    return Plan(table, key, correct_over(rows, period, edit))


async def plan_thing(
    connection: Connection,
    table: FactTable,
    thing_id: UUID,
    period: Period,
    edit: Values | None,
    *,
    anew: bool = False,
) -> Plan:
    """`plan_correction` of a thing with an id of its own, of which every period says everything.

    Where nothing was believed of it, the edit completes what is believed of the nearest period. The thing stays the
    word of who said it first; `anew`: it is what the edit's own paper says.
    """
    rows = await facts.believed(connection, table, (thing_id,), whose=not anew)
    if not rows or (edit is None and not any(period.overlaps(held) for held, _ in rows)):
        raise Invalid(FieldError("/body/period", "nothing_to_change"))
    if edit is None:
        return Plan(table, (thing_id,), [(period, None)])
    nearest = (rows[0] if period.start < rows[0][0].start else rows[-1])[1]
    written = [(piece, {**nearest, **values}) for piece, values in correct_over(rows, period, edit)]
    return Plan(table, (thing_id,), written)


async def write(connection: Connection, operation_id: UUID, plan: Plan) -> None:
    """Make the register believe what is planned."""
    wanted = [Wanted(plan.key, period, values) for period, values in plan.written]
    await facts.overwrite(connection, plan.table, operation_id, wanted)
