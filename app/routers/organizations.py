"""Organizations over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.asof import AsOfDep
from app.auth import ActorDep
from app.cause import CauseDep, today_of
from app.domain.hierarchy import OrganizationType, Sector
from app.domain.names import fold
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, problems
from app.etag import ExpectedVersion, tag
from app.models.organization import (
    ChildPage,
    CorrectedOrganization,
    OrganizationChange,
    OrganizationCorrection,
    OrganizationPage,
    OrganizationRead,
)
from app.models.scalars import Id, Key, LevelName, Name, System
from app.paging import ListerDep
from app.queries.organizations import Filters
from app.routing import Reading, Route, Writing
from app.services import organization_changes, organizations

router = APIRouter(
    prefix="/organizations", tags=["organizations"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

OrganizationId = Annotated[Id, Path(description="The organization's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="This organization and all below it.")] = None,
    parent: Annotated[Id | None, Query(description="Only its children.")] = None,
    type: Annotated[tuple[OrganizationType, ...], Query(max_length=20, description="Any of these.")] = (),
    level: Annotated[LevelName | None, Query()] = None,
    grassroots: Annotated[bool | None, Query(description="Counted as TCCSĐ or not.")] = None,
    sector: Annotated[Sector | None, Query()] = None,
    q: Annotated[
        Name | None, Query(description="Part of the name, without regard to accents or case.")
    ] = None,
    id: Annotated[tuple[Id, ...], Query(max_length=1000, description="Any of these.")] = (),
    system: Annotated[System | None, Query(description="Known to this system.")] = None,
    external_id: Annotated[Key | None, Query(description="By this id there.")] = None,
) -> Filters:
    return Filters(
        within=within,
        parent=parent,
        types=[one.value for one in type] or None,
        level=level,
        grassroots=grassroots,
        sector=sector,
        search=fold(q) if q else None,
        ids=list(id) or None,
        system=system,
        external_id=external_id,
    )


@router.get("", response_model=OrganizationPage)
async def list_organizations(
    lister: ListerDep, actor: ActorDep, filters: Annotated[Filters, Depends(_filters)]
) -> Any:
    """Organizations alive on a day, by name."""
    return await lister.answer(organizations.listing(lister.as_of, actor, filters), OrganizationPage)


@router.get("/{organization_id}", responses=problems("not-yet"))
async def get_organization(
    connection: Reading, as_of: AsOfDep, actor: ActorDep, organization_id: OrganizationId, response: Response
) -> OrganizationRead:
    """One organization on a day; on its last day, with `ended_on`, where it has ended."""
    return tag(response, as_of, await organizations.get(connection, as_of, actor, organization_id))


@router.get("/{organization_id}/children", response_model=ChildPage)
async def list_children(lister: ListerDep, actor: ActorDep, organization_id: OrganizationId) -> Any:
    """The children of an organization on a day, by name, with the counts of their branches."""
    return await lister.answer(organizations.children(lister.as_of, actor, organization_id), ChildPage)


@router.post("/{organization_id}/changes", responses=problems(*OF_EVERY_DATED_WRITE))
async def change_organization(
    connection: Writing,
    cause: CauseDep,
    organization_id: OrganizationId,
    expected_version: ExpectedVersion,
    document: OrganizationChange,
    response: Response,
) -> OrganizationRead:
    """Record what becomes true of names, code or sector from a day on; answers the organization of today."""
    changed = await organization_changes.change(
        connection, cause, organization_id, expected_version, document
    )
    return tag(response, today_of(cause), changed)


@router.post("/{organization_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_organization(
    connection: Writing,
    cause: CauseDep,
    organization_id: OrganizationId,
    expected_version: ExpectedVersion,
    document: OrganizationCorrection,
    response: Response,
) -> CorrectedOrganization:
    """Correct one fact that was recorded in error over a period; answers what depends on it."""
    corrected = await organization_changes.correct(
        connection, cause, organization_id, expected_version, document
    )
    tag(response, today_of(cause), corrected.organization)
    return corrected
