"""Due lists of members over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.errors import OF_EVERY_READ, problems
from app.models.member_dues import BadgeDuePage, ProbationEndPage
from app.models.scalars import Day, Id
from app.paging import ListerDep
from app.reading import Reading
from app.routing import Route
from app.services import member_dues

router = APIRouter(
    prefix="/organizations/{organization_id}",
    tags=["members"],
    route_class=Route,
    responses=problems(*OF_EVERY_READ, "not-yet"),
)

OrganizationId = Annotated[Id, Path(description="The organization: its members and those below it.")]


@router.get("/badges-due", response_model=BadgeDuePage)
async def list_badges_due(
    read: Reading,
    lister: ListerDep,
    organization_id: OrganizationId,
    award_on: Annotated[
        Day | None, Query(description="An award day; default: the first on or after the day asked about.")
    ] = None,
    early: Annotated[
        bool, Query(description="Also whose milestone is so near that the gravely ill may have the badge.")
    ] = False,
) -> Any:
    """Who on the roll is due for which badge on an award day, by milestone, then in Vietnamese order.

    As far as dates tell: what disciplines delay, and who holds the badge already, is not on record here.
    """
    listing = await member_dues.badges(
        read.connection, read.as_of, read.actor, organization_id, award_on, early
    )
    return await lister.answer(listing, BadgeDuePage)


@router.get("/probations-ending", response_model=ProbationEndPage)
async def list_probations_ending(
    read: Reading,
    lister: ListerDep,
    organization_id: OrganizationId,
    ends_by: Annotated[
        Day | None, Query(description="Ends on this day or before; default: the day asked about.")
    ] = None,
) -> Any:
    """Whose probation ends by a day, the earliest first: counted from the ceremony [DL 5]."""
    listing = await member_dues.probations(read.connection, read.as_of, read.actor, organization_id, ends_by)
    return await lister.answer(listing, ProbationEndPage)
