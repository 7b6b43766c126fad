"""Who comes back into the register with a document that reverses another one: worked out anew for each plan."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.period import Period
from app.domain.restructuring.following import onward
from app.domain.restructuring.reversing import established_again
from app.domain.restructuring.rolls import NOBODY, Heads
from app.queries import following, restructuring_reversals
from app.queries import restructuring_returns as queries


@dataclass(frozen=True, slots=True)
class Returns:
    """From which cells to which ones members come back as a restructuring is reversed, on which days; how many to each.

    `ways`: cells that they left, each with a cell to which and the days there; one that is known to be closed later
    has several. `heads`: how many are in which cell on the first day.
    """

    reversed_id: UUID | None = None
    ways: Sequence[tuple[UUID, UUID, Period]] = ()
    heads: Mapping[UUID, Heads] = field(default_factory=dict)

    @property
    def stays(self) -> list[tuple[UUID, Period]]:
        """The cells in which they will be, each with the days there."""
        return [(to, days) for _, to, days in self.ways]

    @property
    def cells(self) -> set[UUID]:
        """The cells in which they will be, sooner or later."""
        return {to for _, to, _ in self.ways}


async def find(
    connection: Connection,
    reversed_id: UUID | None,
    ids: Mapping[str, UUID],
    back: Collection[UUID],
    on: date,
) -> Returns:
    """Who comes back on a day, each to the cell of the day before, by whatever measures he or she had left it.

    It is established again, or made what it was (`back`), by the document, or is there still; or it was established
    again before, as what had ended it was reversed. Where it has been closed since, or is known to be closed later, who
    comes back goes where its roll goes (R-RS-11): also out of the register.
    """
    if reversed_id is None:
        return Returns()
    left = await queries.leavers(connection, reversed_id, on)
    stands = {key: key for key in back} | established_again(ids)
    renewed = await restructuring_reversals.renewed(connection, on)
    there = {cell: renewed.get(one.stood_id, one.stood_id) for cell, one in left.items()}
    holding, destinations = await following.ways(connection, there.values())
    ways: list[tuple[UUID, UUID, Period]] = []
    heads: dict[UUID, Heads] = {}

    def stays(cell: UUID) -> Iterator[tuple[UUID, Period]]:
        if (stood := left[cell].stood_id) in stands:
            yield stands[stood], Period(on)
            return
        for days, to in onward(there[cell], on, destinations):
            if days.start == on and (to is None or not any(life.contains(on) for life in holding[to])):
                return
            if to is not None:
                yield to, days

    for cell, one in left.items():
        for to, days in stays(cell):
            ways.append((cell, to, days))
            if days.start == on:
                heads[to] = heads.get(to, NOBODY) + one.heads
    return Returns(reversed_id, ways, heads)
