"""What the meetings below an organization come to, over HTTP: regularity, and who stayed away."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.domain.meetings import last_day
from app.errors import OF_EVERY_READ, problems
from app.models.meeting_regularity import AbsenteePage, RegularityPage
from app.models.scalars import Id, Month
from app.paging import AllDaysListerDep
from app.reading import AllDaysReading
from app.routing import Route
from app.services import absentees, meeting_regularity

router = APIRouter(
    prefix="/organizations", tags=["meetings"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

OrganizationId = Annotated[Id, Path(description="The organization's id.")]


@router.get("/{organization_id}/meeting-regularity", response_model=RegularityPage)
async def list_meeting_regularity(
    lister: AllDaysListerDep,
    organization_id: OrganizationId,
    first: Annotated[Month, Query(alias="from", description="The first month.")],
    last: Annotated[Month, Query(alias="to", description="The last month; at most 60.")],
) -> Any:
    """How many of the regular meetings due in some months the cells and committees of a subtree held (R-MEET-1)."""
    over = replace(lister, as_of=replace(lister.as_of, on=last_day(last)))
    listing = meeting_regularity.listing(over.as_of, over.actor, organization_id, first)
    return await over.answer(listing, RegularityPage)


@router.get(
    "/{organization_id}/absentees", response_model=AbsenteePage, responses=problems("not-yet", "rule-broken")
)
async def list_absentees(
    lister: AllDaysListerDep,
    read: AllDaysReading,
    organization_id: OrganizationId,
    year: Annotated[int, Query(ge=1901, le=2199, description="The calendar year.")],
    months: Annotated[
        int | None, Query(ge=1, le=12, description="How many months; default: as the rules of removal say.")
    ] = None,
) -> Any:
    """Members who missed the regular meetings of some months of a year without reason (R-MEET-3)."""
    of_year = replace(lister, as_of=replace(lister.as_of, on=date(year, 12, 31)))
    listing = await absentees.listing(read.connection, of_year.as_of, of_year.actor, organization_id, months)
    return await of_year.answer(listing, AbsenteePage)
