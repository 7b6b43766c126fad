"""What organizations have become, with the shares of each."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.restructuring.lineage import successors, told
from app.models.lineage import SuccessorItem
from app.queries import lineage as queries
from app.queries.asof import AsOf


async def became(
    connection: Connection, as_of: AsOf, asked: Mapping[UUID, date]
) -> Mapping[UUID, list[SuccessorItem]]:
    """What each organization, as it was on a day of its own, has become by the day asked about, by name."""
    known = await queries.edges_from(connection, as_of, asked)
    shares = [
        (of, holder, *part)
        for of, held in successors(asked, as_of.on, known).items()
        for holder, part in told(held).items()
    ]
    found: defaultdict[UUID, list[SuccessorItem]] = defaultdict(list)
    for row in await queries.holders(connection, as_of, shares):
        shown = {name: row[name] for name in SuccessorItem.model_fields}
        found[row["of"]].append(SuccessorItem(**shown))
    return found


def whole_until(as_of: AsOf, ended_on: date | None) -> date:
    """The last day on which an organization was what it is asked about: the day itself, or the last of its life."""
    return as_of.on if ended_on is None else date.fromordinal(ended_on.toordinal() - 1)
