"""Seats in committees over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.cause import CauseDep
from app.domain.committees import SeatTitle
from app.domain.errors import DomainError
from app.domain.operation import Bulk
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems, refusal_of
from app.etag import tag
from app.models.access import Refusal
from app.models.scalars import Id
from app.models.seat import (
    SeatCorrection,
    SeatEnding,
    SeatItem,
    SeatPage,
    SeatRead,
    SeatResult,
    SeatResults,
    SeatsNew,
)
from app.paging import ListerDep
from app.queries.seats import Filters
from app.reading import MemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import seats

router = APIRouter(
    prefix="/seats", tags=["committees"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

SeatId = Annotated[Id, Path(description="The seat's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="In committees of this organization or below.")] = None,
    organization: Annotated[
        Id | None, Query(description="In committees of this organization itself.")
    ] = None,
    committee: Annotated[Id | None, Query(description="In this committee.")] = None,
    member: Annotated[Id | None, Query(description="Of this member.")] = None,
    title: Annotated[tuple[SeatTitle, ...], Query(max_length=20, description="Any of these.")] = (),
) -> Filters:
    return Filters(within, organization, committee, member, [one.value for one in title] or None)


@router.get("", response_model=SeatPage)
async def list_seats(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Seats held on a day, in the order in which they were made."""
    return await lister.answer(seats.listing(lister.as_of, lister.actor, filters), SeatPage)


@router.get("/{seat_id}")
async def get_seat(read: MemberCounting, seat_id: SeatId, response: Response) -> SeatRead:
    """One seat with its periods, whether or not it is held on the day."""
    return tag(
        response,
        read.as_of,
        await seats.get_recorded(read.connection, read.as_of, read.actor, read.asking, seat_id),
    )


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": SeatResults, "description": "Asked for `each`: some may be refused."},
        **problems(*OF_EVERY_WRITE),
    },
)
async def create_seats(
    connection: Writing, cause: CauseDep, document: SeatsNew, request: Request, response: Response
) -> SeatResults:
    """Give seats in committees, up to 200 in one act, all or each for itself (R-COM-3 to R-COM-5)."""
    if document.bulk is Bulk.EACH:
        response.status_code = 200
    results = await seats.create(connection, cause, document)
    return SeatResults(items=[_result(request, *one) for one in results])


def _result(request: Request, pointer: str, outcome: SeatItem | DomainError) -> SeatResult:
    if isinstance(outcome, SeatItem):
        return SeatResult(seat=outcome)
    return SeatResult(refusal=Refusal(**refusal_of(request, outcome, pointer)))


@router.post("/{seat_id}/endings", responses=problems(*OF_EVERY_DATED_WRITE))
async def end_seat(write: Revising, seat_id: SeatId, document: SeatEnding) -> SeatRead:
    """End a seat before the term; on retirement, change of job or transfer without a decision [294 16.4]."""
    return await write.by(seats.end, seat_id, document)


@router.post("/{seat_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_seat(write: Revising, seat_id: SeatId, document: SeatCorrection) -> SeatRead:
    """Correct what was recorded wrongly of a seat over a period, or strike it out."""
    return await write.by(seats.correct, seat_id, document)
