"""The record of reads over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.errors import OF_EVERY_READ, problems
from app.models.read import ReadAlertPage, ReadPage
from app.models.scalars import Id, Instant
from app.paging import AllDaysListerDep, ListerDep
from app.queries import read_alerts as alert_queries
from app.queries.reads import Filters
from app.routing import Route
from app.services import read_alerts, reads

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


async def _alert_filters(
    within: Annotated[
        Id | None, Query(description="Counts members reached by this organization or one below it.")
    ] = None,
    actor: Annotated[Id | None, Query(description="Of this reader.")] = None,
) -> alert_queries.Filters:
    return alert_queries.Filters(within, actor)


@router.get("/alerts", response_model=ReadAlertPage)
async def list_read_alerts(
    lister: ListerDep, filters: Annotated[alert_queries.Filters, Depends(_alert_filters)]
) -> Any:
    """Who was shown unusually many members one by one on a day, span by span, the latest first.

    Lists, searches, matches and exports do not count. How many are too many in how many minutes, the policies
    `reads.alert_persons` and `reads.alert_minutes` say; the first span begins with the day.
    """
    zone = lister.request.app.state.zone.key
    return await lister.answer(read_alerts.listing(lister.as_of, zone, lister.actor, filters), ReadAlertPage)
