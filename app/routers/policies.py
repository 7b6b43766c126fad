"""Policies over HTTP: thresholds, tables, calendars (`calendar.holidays`), with their sources."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.errors import OF_EVERY_READ, problems
from app.models.policy import PolicyKey, PolicyPage, PolicyRead
from app.models.scalars import Id
from app.paging import ListerDep
from app.reading import Reading
from app.routing import Route
from app.services import policies

router = APIRouter(
    prefix="/policies", tags=["policies"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

OfOrganization = Annotated[
    Id | None,
    Query(alias="organization", description="Also what rules this organization and those above it."),
]


@router.get("", response_model=PolicyPage)
async def list_policies(
    lister: ListerDep,
    key: Annotated[tuple[PolicyKey, ...], Query(max_length=100, description="Any of these.")] = (),
    organization_id: OfOrganization = None,
    all_periods: Annotated[
        bool, Query(alias="all", description="Rows of all days, not of `on` alone.")
    ] = False,
) -> Any:
    """The rules in force on a day, or of all days, by key and from the widest scope down."""
    listing = policies.listing(lister.as_of, key, organization_id, all_periods)
    return await lister.answer(listing, PolicyPage)


@router.get("/{key}")
async def get_policy(
    read: Reading,
    key: Annotated[PolicyKey, Path(description="For instance `calendar.holidays`.")],
    organization_id: OfOrganization = None,
) -> PolicyRead:
    """What a rule says on the day of a business fact, for the nation or for an organization."""
    return await policies.get(read.connection, read.as_of, key, organization_id)
