"""Notices of other systems over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.notices import NoticeKind, NoticeState
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.member_matches import RowMatch
from app.models.notice import (
    NoticeDismissal,
    NoticeMatching,
    NoticePage,
    NoticeRead,
    NoticeResults,
    NoticeSettlement,
    NoticesNew,
)
from app.models.scalars import Day, Id
from app.paging import AllDaysListerDep
from app.queries.notices import Filters
from app.reading import AllDaysMemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import notice_receipt, notice_steps, notices

router = APIRouter(prefix="/notices", tags=["notices"], route_class=Route, responses=problems(*OF_EVERY_READ))

NoticeId = Annotated[Id, Path(description="The notice's id.")]


async def _filters(
    within: Annotated[
        Id | None,
        Query(description="Of members of this organization or below it; unmatched ones, of systems there."),
    ] = None,
    member: Annotated[Id | None, Query(description="About this member.")] = None,
    kind: Annotated[tuple[NoticeKind, ...], Query(max_length=10, description="Any of these.")] = (),
    state: Annotated[tuple[NoticeState, ...], Query(max_length=4, description="Any of these.")] = (),
    due_by: Annotated[
        Day | None,
        Query(description="Whose limit ends on this day or before; also those whose limit is not known."),
    ] = None,
) -> Filters:
    kinds, states = [one.value for one in kind], [one.value for one in state]
    return Filters(within, member, kinds or None, states or None, due_by)


@router.get("", response_model=NoticePage)
async def list_notices(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Notices of other systems, those due first before the others."""
    return await lister.answer(notices.listing(lister.as_of, lister.actor, filters), NoticePage)


@router.post("", responses=problems(*OF_EVERY_WRITE))
async def send_notices(connection: Writing, cause: CauseDep, document: NoticesNew) -> NoticeResults:
    """Tell what another system knows of people: left, retired, moved, died; changes no record of a member."""
    return NoticeResults(items=await notice_receipt.receive(connection, cause, document))


@router.get("/{notice_id}")
async def get_notice(read: AllDaysMemberCounting, notice_id: NoticeId, response: Response) -> NoticeRead:
    """One notice: what it says, of whom, how long it may wait and what became of it. Who read it is recorded."""
    found = await notices.get(read.connection, read.as_of, read.asking, read.actor, notice_id)
    return tag(response, read.as_of, found, found.about and found.about.birth_date_masked)


@router.get("/{notice_id}/candidates")
async def list_notice_candidates(read: AllDaysMemberCounting, notice_id: NoticeId) -> RowMatch:
    """Whom of the members within your reach a notice may mean, while whom it is about is kept."""
    return await notices.candidates(read.connection, read.as_of, read.asking, read.actor, notice_id)


@router.post("/{notice_id}/matches", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def match_notice(write: Revising, notice_id: NoticeId, document: NoticeMatching) -> NoticeRead:
    """Say whom a notice means."""
    return await write.by(notice_steps.match, notice_id, document)


@router.post("/{notice_id}/settlements", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def settle_notice(write: Revising, notice_id: NoticeId, document: NoticeSettlement) -> NoticeRead:
    """Name the recorded act about the member by which a notice is settled."""
    return await write.by(notice_steps.settle, notice_id, document)


@router.post("/{notice_id}/dismissals", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def dismiss_notice(write: Revising, notice_id: NoticeId, document: NoticeDismissal) -> NoticeRead:
    """Dismiss a notice: nothing is to be done."""
    return await write.by(notice_steps.dismiss, notice_id, document)
