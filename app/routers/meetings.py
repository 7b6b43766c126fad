"""Meetings over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.cause import CauseDep
from app.domain.errors import DomainError
from app.domain.meetings import MeetingKind
from app.domain.operation import Bulk
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems, refusal_of
from app.etag import tag
from app.models.access import Refusal
from app.models.meeting import MeetingCorrection, MeetingsNew
from app.models.meeting_read import (
    CorrectedMeeting,
    MeetingItem,
    MeetingPage,
    MeetingRead,
    MeetingResult,
    MeetingResults,
)
from app.models.scalars import Id, Month
from app.paging import AllDaysListerDep
from app.queries.meetings import Filters
from app.reading import AllDaysMemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import meeting_records, meetings

router = APIRouter(
    prefix="/meetings", tags=["meetings"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

MeetingId = Annotated[Id, Path(description="The meeting's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="Of this organization or one below it today.")] = None,
    organization: Annotated[Id | None, Query(description="Of this organization itself.")] = None,
    committee: Annotated[Id | None, Query(description="Of this committee.")] = None,
    since: Annotated[Month | None, Query(alias="from", description="For this month or later.")] = None,
    until: Annotated[Month | None, Query(alias="to", description="For this month or earlier.")] = None,
    kind: Annotated[tuple[MeetingKind, ...], Query(max_length=10, description="Any of these.")] = (),
    held: Annotated[bool | None, Query(description="Held, or said not to be held.")] = None,
) -> Filters:
    kinds = [one.value for one in kind] or None
    return Filters(within, organization, committee, since, until, kinds, held)


@router.get("", response_model=MeetingPage)
async def list_meetings(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Meetings of cells and committees, month by month, held or not."""
    return await lister.answer(meetings.listing(lister.as_of, lister.actor, filters), MeetingPage)


@router.get("/{meeting_id}")
async def get_meeting(read: AllDaysMemberCounting, meeting_id: MeetingId, response: Response) -> MeetingRead:
    """One meeting: who was there, the base of votes item by item (R-VOTE-2), absentees, resolutions."""
    found = await meetings.get(read.connection, read.as_of, read.actor, read.asking, meeting_id)
    return tag(response, read.as_of, found)


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": MeetingResults, "description": "Asked for `each`: some may be refused."},
        **problems(*OF_EVERY_WRITE),
    },
)
async def create_meetings(
    connection: Writing, cause: CauseDep, document: MeetingsNew, request: Request, response: Response
) -> MeetingResults:
    """Record meetings with their absentees and resolutions, up to 200 in one act, all or each for itself."""
    if document.bulk is Bulk.EACH:
        response.status_code = 200
    results = await meeting_records.create(connection, cause, document)
    return MeetingResults(items=[_result(request, *one) for one in results])


def _result(request: Request, pointer: str, outcome: MeetingItem | DomainError) -> MeetingResult:
    if isinstance(outcome, MeetingItem):
        return MeetingResult(meeting=outcome)
    return MeetingResult(refusal=Refusal(**refusal_of(request, outcome, pointer)))


@router.post("/{meeting_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_meeting(
    write: Revising, meeting_id: MeetingId, document: MeetingCorrection
) -> CorrectedMeeting:
    """Correct a meeting with its absentees and resolutions, or strike it out with all that was recorded of it."""
    corrected = await write.only(meeting_records.correct, meeting_id, document)
    return CorrectedMeeting(meeting=corrected)
