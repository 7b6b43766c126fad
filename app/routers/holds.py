"""Holds of members over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.holds import HoldGround
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.hold import HoldCorrection, HoldEnding, HoldNew, HoldPage, HoldRead
from app.models.scalars import Id
from app.paging import ListerDep
from app.queries.holds import Filters
from app.reading import MemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import holds

router = APIRouter(prefix="/holds", tags=["holds"], route_class=Route, responses=problems(*OF_EVERY_READ))

HoldId = Annotated[Id, Path(description="The hold's id.")]


async def _filters(
    within: Annotated[
        Id | None, Query(description="Of members at home in this organization or below it.")
    ] = None,
    member: Annotated[Id | None, Query(description="Of this member.")] = None,
    ground: Annotated[tuple[HoldGround, ...], Query(max_length=10, description="Any of these.")] = (),
) -> Filters:
    return Filters(within, member, [one.value for one in ground] or None)


@router.get("", response_model=HoldPage)
async def list_holds(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Proceedings about members that run on a day, in the order in which they were recorded."""
    return await lister.answer(holds.listing(lister.as_of, lister.actor, filters), HoldPage)


@router.get("/{hold_id}")
async def get_hold(read: MemberCounting, hold_id: HoldId, response: Response) -> HoldRead:
    """One hold with its periods, whether or not it runs on the day."""
    return tag(
        response,
        read.as_of,
        await holds.get_recorded(read.connection, read.as_of, read.actor, read.asking, hold_id),
    )


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def create_hold(
    connection: Writing, cause: CauseDep, document: HoldNew, response: Response
) -> HoldRead:
    """Record proceedings about a member, with their paper: while they run, no transfer is introduced (R-TR-1)."""
    return tag(response, cause.as_of, await holds.create(connection, cause, document))


@router.post("/{hold_id}/endings", responses=problems(*OF_EVERY_DATED_WRITE))
async def end_hold(write: Revising, hold_id: HoldId, document: HoldEnding) -> HoldRead:
    """End proceedings from a day on."""
    return await write.by(holds.end, hold_id, document)


@router.post("/{hold_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_hold(write: Revising, hold_id: HoldId, document: HoldCorrection) -> HoldRead:
    """Strike proceedings out over a period in which they were recorded in error."""
    return await write.by(holds.correct, hold_id, document)
