"""What a reversal gives back of all that the restructuring had ended with its bodies: committees, seats, roles.

To an organization that is established again they are given under new ids. What has been said otherwise since, and seats
of members who are not below the organization, stay as they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Range, Record

from app.domain.committees import CommitteeKind
from app.domain.restructuring.effects import AffectedThing as Thing
from app.domain.restructuring.planning import Plan
from app.domain.restructuring.reversing import established_again
from app.queries import facts
from app.queries import restructuring_restorations as queries
from app.queries.facts import FactTable, Wanted
from app.queries.ranges import to_period
from app.queries.restructuring_moves import Moves
from app.services import history

RESTORED = (facts.COMMITTEE, facts.SEAT, facts.ACCESS_GRANT)
"""What holds again, in the order in which it is said. All else a reversal brings back by its measures."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """A thing that holds again: what it was (`id`), on which organization it hung, on which it hangs, the new fact."""

    thing: Thing
    table: FactTable
    id: UUID
    organization_id: UUID
    to_id: UUID
    wanted: Wanted

    @property
    def detail(self) -> dict[str, Any]:
        """What a preview says of it: of a role who holds which, else the days."""
        values, valid = self.wanted.values or {}, self.wanted.valid
        if self.thing is Thing.GRANT:
            return {"actor_id": str(values["actor_id"]), "role": values["role"]}
        return {"from": valid.start, "to": valid.end}


async def find(
    connection: Connection, plan: Plan, moves: Moves, ids: Mapping[str, UUID]
) -> list[Restoration]:
    """What a document gives back by the way, none where it reverses none; while the tree still stands as before."""
    if moves.reversed_id is None:
        return []
    stands = established_again(ids)
    sitting = list(_committees(plan, stands, await queries.committees(connection, moves)))
    seats = _seats(plan, sitting, await queries.seats(connection, moves))
    return [*sitting, *seats, *_grants(stands, await queries.grants(connection, moves))]


def led(restored: Iterable[Restoration], on: date) -> set[UUID]:
    """The organizations whose executive committee sits again on a day."""
    return {
        one.to_id
        for one in restored
        if one.thing is Thing.COMMITTEE
        and (one.wanted.values or {})["kind"] == CommitteeKind.EXECUTIVE
        and one.wanted.valid.contains(on)
    }


async def write(connection: Connection, operation_id: UUID, restored: Sequence[Restoration]) -> None:
    """Say again what holds again."""
    for table in RESTORED:
        wanted = [one.wanted for one in restored if one.table is table]
        await facts.overwrite(connection, table, operation_id, wanted)


def _committees(plan: Plan, stands: Mapping[UUID, UUID], ended: Iterable[Record]) -> Iterator[Restoration]:
    """The committees that sit again."""
    ids: dict[UUID, UUID] = {}
    for row in ended:
        was = row["organization_id"]
        to = stands.get(was, was)
        if to == was and (
            row["occupied"] or (was in plan.after and not plan.after.alive(was, plan.effective_on))
        ):
            continue
        committee_id = ids.setdefault(
            row["committee_id"], row["committee_id"] if to == was else history.new_id()
        )
        values = _values(facts.COMMITTEE, row, organization_id=to)
        wanted = Wanted((committee_id,), to_period(row["rest"]), values)
        yield Restoration(Thing.COMMITTEE, facts.COMMITTEE, row["committee_id"], was, to, wanted)


def _seats(plan: Plan, sitting: Sequence[Restoration], ended: Iterable[Record]) -> Iterator[Restoration]:
    """The seats of members who stand below the committee's organization: where it sits again, and where it sits on."""
    again = {one.id: one for one in sitting}
    given: dict[UUID, UUID] = {}
    filled: dict[UUID, int] = {}
    for row in ended:
        seat_id, was = row["seat_id"], row["committee_id"]
        committee_id, to = was, row["organization_id"]
        term: Range | None = row["sitting"]
        if (committee := again.get(was)) is not None:
            (committee_id,), to, term = committee.wanted.key, committee.to_id, row["rest"]
        elif row["occupied"] or (seat_id not in given and filled.get(was, 0) >= (row["vacant"] or 0)):
            continue
        if term is None or term.isempty or not _below(plan, row, to):
            continue
        if seat_id not in given:
            filled[was] = filled.get(was, 0) + 1
            given[seat_id] = seat_id if committee_id == was else history.new_id()
        values = _values(facts.SEAT, row, committee_id=committee_id, end_reason=None)
        wanted = Wanted((given[seat_id],), to_period(term), values)
        yield Restoration(Thing.SEAT, facts.SEAT, seat_id, row["organization_id"], to, wanted)


def _below(plan: Plan, row: Record, organization_id: UUID) -> bool:
    """Whether who sat there is below an organization by the plan, and by the tree where the plan says nothing."""
    known = next((one for one in (row["cell_id"], *row["above"]) if one in plan.after), None)
    return known is not None and organization_id in plan.after.path(known, plan.effective_on)


def _grants(stands: Mapping[UUID, UUID], ended: Iterable[Record]) -> Iterator[Restoration]:
    """The roles over what is established again."""
    for row in ended:
        if (to := stands.get(row["organization_id"])) is not None:
            values = _values(facts.ACCESS_GRANT, row, organization_id=to)
            wanted = Wanted((history.new_id(),), to_period(row["rest"]), values)
            yield Restoration(
                Thing.GRANT, facts.ACCESS_GRANT, row["grant_id"], row["organization_id"], to, wanted
            )


def _values(table: FactTable, row: Record, **instead: Any) -> dict[str, Any]:
    """What a fact said, some of it otherwise."""
    return {name: row[name] for name in table.values} | instead
