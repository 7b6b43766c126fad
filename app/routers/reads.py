"""The record of reads over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.errors import OF_EVERY_READ, problems
from app.models.read import ReadPage
from app.models.scalars import Id, Instant
from app.paging import AllDaysListerDep
from app.queries.reads import Filters
from app.routing import Route
from app.services import reads

router = APIRouter(prefix="/reads", tags=["reads"], route_class=Route, responses=problems(*OF_EVERY_READ))


async def _filters(
    within: Annotated[
        Id | None,
        Query(description="Of single members who are reached by this organization or one below it."),
    ] = None,
    actor: Annotated[Id | None, Query(description="By this actor.")] = None,
    since: Annotated[Instant | None, Query(description="At this instant or later.")] = None,
    until: Annotated[Instant | None, Query(description="Before this instant.")] = None,
) -> Filters:
    return Filters(within=within, actor=actor, since=since, until=until)


@router.get("", response_model=ReadPage)
async def list_reads(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Who was shown members' data, the latest first.

    Lists, searches, matches and exports have one entry an answer, with a hash of the question and the count; they
    belong to no one organization, and are for who audits the whole register.
    """
    return await lister.answer(reads.listing(lister.as_of, lister.actor, filters), ReadPage)
