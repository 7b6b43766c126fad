"""Ballots over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.domain.ballots import BallotQuestion
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, problems
from app.etag import tag
from app.models.ballot import BallotCorrection, BallotPage, BallotRead, CorrectedBallot
from app.models.scalars import Day, Id
from app.paging import AllDaysListerDep
from app.queries.ballots import Filters
from app.reading import AllDaysReading
from app.revising import Revising
from app.routing import Route
from app.services import ballots

router = APIRouter(prefix="/ballots", tags=["ballots"], route_class=Route, responses=problems(*OF_EVERY_READ))

BallotId = Annotated[Id, Path(description="The ballot's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="Held in this organization or below it.")] = None,
    organization: Annotated[Id | None, Query(description="Held by this organization itself.")] = None,
    member: Annotated[Id | None, Query(description="On this member.")] = None,
    question: Annotated[tuple[BallotQuestion, ...], Query(max_length=10, description="Any of these.")] = (),
    since: Annotated[Day | None, Query(description="Held on this day or later.")] = None,
    until: Annotated[Day | None, Query(description="Held on this day or earlier.")] = None,
) -> Filters:
    return Filters(within, organization, member, [one.value for one in question] or None, since, until)


@router.get("", response_model=BallotPage)
async def list_ballots(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Votes of cells and committees on members, in the order in which they were held."""
    return await lister.answer(ballots.listing(lister.as_of, lister.actor, filters), BallotPage)


@router.get("/{ballot_id}")
async def get_ballot(read: AllDaysReading, ballot_id: BallotId, response: Response) -> BallotRead:
    """One ballot with its base item by item (R-VOTE-2)."""
    return tag(response, read.as_of, await ballots.get(read.connection, read.as_of, read.actor, ballot_id))


@router.post("/{ballot_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_ballot(write: Revising, ballot_id: BallotId, document: BallotCorrection) -> CorrectedBallot:
    """Correct the figures of a ballot recorded in error, or strike it out; what was decided on it stays."""
    corrected = await write.only(ballots.correct, ballot_id, document)
    return CorrectedBallot(ballot=corrected)
