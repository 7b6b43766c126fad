"""Organizations over HTTP."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from app.domain.hierarchy import OrganizationType
from app.domain.names import fold
from app.domain.summary import SummaryBasis
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, problems
from app.etag import tag
from app.models.lineage import LineagePage, ResolvedOrganizations, SuccessorsRead
from app.models.organization import ChildPage, OrganizationPage, OrganizationRead
from app.models.organization_changes import OrganizationChange
from app.models.organization_corrections import CorrectedOrganization, OrganizationCorrection
from app.models.organization_diff import DiffPage
from app.models.organization_history import OrganizationHistoryPage
from app.models.organization_tree import DEEPEST_TREE, MOST_NODES, AncestorPage, TreeRead
from app.models.scalars import MOST_IDS, Code, Day, Id, Key, LevelName, Name, SectorCode, System
from app.models.summary import SummaryRead
from app.paging import AllDaysListerDep, ListerDep
from app.queries.organizations import Filters
from app.reading import Counting, Reading, Snapshot
from app.revising import Revising
from app.routing import Route
from app.services import (
    lineage,
    organization_changes,
    organization_corrections,
    organization_diff,
    organization_history,
    organization_tree,
    organizations,
    summary,
)

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
    sector: Annotated[SectorCode | None, Query()] = None,
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
async def list_organizations(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Organizations alive on a day, by name."""
    return await lister.answer(organizations.listing(lister.as_of, lister.actor, filters), OrganizationPage)


@router.get("/by-code", responses=problems("not-yet", "gone"))
async def get_organization_by_code(
    read: Snapshot,
    code: Annotated[Code, Query(description="An official code.")],
    response: Response,
    on: Annotated[Day | None, Query()] = None,
) -> OrganizationRead:
    """The organization that bears a code on a day; without `on`, a retired code is `gone` and names successors."""
    found = await organizations.by_code(read.connection, read.as_of, read.actor, code, dated=on is not None)
    return tag(response, read.as_of, found)


@router.get("/resolve")
async def resolve_organizations(
    read: Snapshot,
    code: Annotated[
        tuple[Code, ...], Query(max_length=MOST_IDS, description="Official codes, also retired ones.")
    ] = (),
    id: Annotated[tuple[Id, ...], Query(max_length=MOST_IDS, description="Ids.")] = (),
) -> ResolvedOrganizations:
    """What became of organizations behind codes and ids: who bore each last, and its successors with shares."""
    return await lineage.resolve(read.connection, read.as_of, read.actor, code, id)


@router.get("/{organization_id}", responses=problems("not-yet"))
async def get_organization(
    read: Reading, organization_id: OrganizationId, response: Response
) -> OrganizationRead:
    """One organization on a day; on its last day, with `ended_on`, where it has ended."""
    return tag(
        response,
        read.as_of,
        await organizations.get(read.connection, read.as_of, read.actor, organization_id),
    )


@router.get("/{organization_id}/children", response_model=ChildPage)
async def list_children(lister: ListerDep, organization_id: OrganizationId) -> Any:
    """The children of an organization on a day, by name, with the counts of their branches."""
    return await lister.answer(organizations.children(lister.as_of, lister.actor, organization_id), ChildPage)


@router.get("/{organization_id}/ancestors", response_model=AncestorPage)
async def list_ancestors(lister: ListerDep, organization_id: OrganizationId) -> Any:
    """The organizations above one on a day, the root first; as of its last day where it has ended."""
    return await lister.answer(
        organization_tree.ancestors(lister.as_of, lister.actor, organization_id), AncestorPage
    )


@router.get("/{organization_id}/tree", responses=problems("not-yet"))
async def get_tree(
    read: Counting,
    organization_id: OrganizationId,
    depth: Annotated[
        int, Query(ge=1, le=DEEPEST_TREE, description=f"Levels below; at most {MOST_NODES} organizations.")
    ] = 2,
) -> TreeRead:
    """An organization and those below it on a day, nested, each with the counts of its branch."""
    return await organization_tree.tree(read.connection, read.as_of, read.actor, organization_id, depth)


@router.get("/{organization_id}/summary", responses=problems("not-yet"))
async def get_summary(
    read: Counting,
    organization_id: OrganizationId,
    basis: Annotated[
        SummaryBasis,
        Query(
            description="The tree on which the day is counted: its own, or that of today (of a day not ahead)."
        ),
    ] = SummaryBasis.AS_RECORDED,
) -> SummaryRead:
    """Members of the subtree on a day by standing, activity, sex and age; its organizations by type and size."""
    return await summary.summarise(read.connection, read.as_of, read.actor, organization_id, basis)


@router.get("/{organization_id}/lineage", response_model=LineagePage)
async def list_lineage(
    lister: ListerDep,
    organization_id: OrganizationId,
    depth: Annotated[
        Literal["direct", "all"],
        Query(description="`direct`: its own edges; `all`: those of its ancestry and descent too."),
    ] = "direct",
) -> Any:
    """What an organization came of and what it went into up to a day, in time, with shares."""
    listing = lineage.listing(lister.as_of, lister.actor, organization_id, depth == "all")
    return await lister.answer(listing, LineagePage)


@router.get("/{organization_id}/successors", responses=problems("not-yet"))
async def get_successors(
    read: Snapshot,
    organization_id: OrganizationId,
    since: Annotated[
        Day | None,
        Query(description="The organization as it was on this day; default: on its last one, or on `on`."),
    ] = None,
) -> SuccessorsRead:
    """What an organization has become by a day, through mergers and splits: who holds which share of it."""
    return await lineage.successors(read.connection, read.as_of, read.actor, organization_id, since)


@router.get("/{organization_id}/history", response_model=OrganizationHistoryPage)
async def list_organization_history(
    lister: AllDaysListerDep,
    organization_id: OrganizationId,
    superseded: Annotated[bool, Query(description="Also what was taken back, and by what.")] = False,
) -> Any:
    """The facts of an organization in both times: when each was true, who said so when, on which papers."""
    listing = organization_history.listing(lister.as_of, lister.actor, organization_id, superseded)
    return await lister.answer(listing, OrganizationHistoryPage)


@router.get("/{organization_id}/diff", response_model=DiffPage)
async def list_differences(
    lister: AllDaysListerDep,
    organization_id: OrganizationId,
    earlier: Annotated[Day, Query(alias="from", description="The earlier day.")],
    later: Annotated[Day, Query(alias="to", description="The later day.")],
) -> Any:
    """What became of a subtree between two days: begun, ended, moved, renamed, retyped, recoded, and members."""
    between = replace(lister, as_of=replace(lister.as_of, on=later))
    listing = organization_diff.listing(between.as_of, between.actor, organization_id, earlier)
    return await between.answer(listing, DiffPage)


@router.post("/{organization_id}/changes", responses=problems(*OF_EVERY_DATED_WRITE))
async def change_organization(
    write: Revising, organization_id: OrganizationId, document: OrganizationChange
) -> OrganizationRead:
    """Record what becomes true of names, code or sector from a day on; answers the organization of today."""
    return await write.by(organization_changes.change, organization_id, document)


@router.post("/{organization_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_organization(
    write: Revising, organization_id: OrganizationId, document: OrganizationCorrection
) -> CorrectedOrganization:
    """Correct one fact that was recorded in error over a period; answers what depends on it."""
    corrected = await write.only(organization_corrections.correct, organization_id, document)
    tag(write.response, write.cause.as_of, corrected.organization)
    return corrected
