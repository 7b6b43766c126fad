"""The `on` and `known_at` of a read, from the query string."""

from typing import Annotated

from fastapi import Depends, Query, Request

from app.auth import ActorDep
from app.models.scalars import Day, Instant
from app.queries.asof import AsOf


async def _as_of(
    request: Request,
    _: ActorDep,
    on: Annotated[Day | None, Query(description="The day asked about; default: today.")] = None,
    known_at: Annotated[
        Instant | None, Query(description="What the register said at this instant; default: now.")
    ] = None,
) -> AsOf:
    today = request.state.today
    return AsOf(on or today, known_at, today)


AsOfDep = Annotated[AsOf, Depends(_as_of)]
"""The day and the instant a read asks about."""
