"""Committees over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.committees import CommitteeKind
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.committee import (
    CommitteeChange,
    CommitteeCorrection,
    CommitteeNew,
    CommitteePage,
    CommitteeRead,
    CorrectedCommittee,
)
from app.models.scalars import Day, Id
from app.paging import ListerDep
from app.queries.committees import Filters
from app.reading import MemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import committees

router = APIRouter(
    prefix="/committees", tags=["committees"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

CommitteeId = Annotated[Id, Path(description="The committee's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="Of this organization or one below it.")] = None,
    organization: Annotated[Id | None, Query(description="Of this organization itself.")] = None,
    kind: Annotated[tuple[CommitteeKind, ...], Query(max_length=10, description="Any of these.")] = (),
    term_ends_by: Annotated[
        Day | None, Query(description="Of which the term is over on this day or before: soon to expire.")
    ] = None,
    vacant: Annotated[
        bool | None,
        Query(description="In which fewer sit than were decided, or without a secretary or chair."),
    ] = None,
) -> Filters:
    return Filters(within, organization, [one.value for one in kind] or None, term_ends_by, vacant)


@router.get("", response_model=CommitteePage)
async def list_committees(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Committees in office on a day, by the name of the organization, with vacancies."""
    return await lister.answer(committees.listing(lister.as_of, lister.actor, filters), CommitteePage)


@router.get("/{committee_id}")
async def get_committee(read: MemberCounting, committee_id: CommitteeId, response: Response) -> CommitteeRead:
    """One committee with its seats of the day, counted, and what the rules note of it."""
    found = await committees.get_recorded(read.connection, read.as_of, read.actor, read.asking, committee_id)
    return tag(response, read.as_of, found)


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def create_committee(
    connection: Writing, cause: CauseDep, document: CommitteeNew, response: Response
) -> CommitteeRead:
    """Establish a committee for a term with those who sit in it, in one act (R-COM-2 to R-COM-5)."""
    return tag(response, cause.as_of, await committees.create(connection, cause, document))


@router.post("/{committee_id}/changes", responses=problems(*OF_EVERY_DATED_WRITE))
async def change_committee(
    write: Revising, committee_id: CommitteeId, document: CommitteeChange
) -> CommitteeRead:
    """End a term earlier or later, and record when a congress was reported and ratified."""
    return await write.by(committees.change, committee_id, document)


@router.post("/{committee_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_committee(
    write: Revising, committee_id: CommitteeId, document: CommitteeCorrection
) -> CorrectedCommittee:
    """Correct what was recorded wrongly of a committee over a period, or strike it out."""
    corrected = await write.only(committees.correct, committee_id, document)
    tag(write.response, write.cause.as_of, corrected.committee)
    return corrected
