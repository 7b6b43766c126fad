"""The `on` and `known_at` of a read, from the query string."""

from typing import Annotated

from fastapi import Depends, Query, Request

from app.auth import authenticated
from app.models.scalars import Day, Instant
from app.queries.asof import AsOf

KnownAt = Annotated[
    Instant | None, Query(description="What the register said at this instant; default: now.")
]


async def _as_of(
    request: Request,
    on: Annotated[Day | None, Query(description="The day asked about; default: today.")] = None,
    known_at: KnownAt = None,
) -> AsOf:
    await authenticated(request)  # sets the civil day, and comes before any other refusal
    today = request.state.today
    return AsOf(on or today, known_at, today)


async def _all_days(request: Request, known_at: KnownAt = None) -> AsOf:
    await authenticated(request)
    today = request.state.today
    return AsOf(today, known_at, today)


AsOfDep = Annotated[AsOf, Depends(_as_of)]
"""The day and the instant a read asks about."""

AllDaysDep = Annotated[AsOf, Depends(_all_days)]
"""The instant alone, for reads that tell of all days."""
