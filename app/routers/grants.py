"""Grants over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.cause import CauseDep
from app.domain.access import Role
from app.domain.errors import DomainError
from app.domain.operation import Bulk
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems, refusal_of
from app.etag import tag
from app.models.access import (
    GrantCorrection,
    GrantEnding,
    GrantItem,
    GrantPage,
    GrantRead,
    GrantResult,
    GrantResults,
    GrantsNew,
    Refusal,
)
from app.models.scalars import Id
from app.paging import ListerDep
from app.queries.grants import Filters
from app.reading import Reading
from app.revising import Revising
from app.routing import Route, Writing
from app.services import grants

router = APIRouter(prefix="/grants", tags=["access"], route_class=Route, responses=problems(*OF_EVERY_READ))

GrantId = Annotated[Id, Path(description="The grant's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="On this organization or one below it.")] = None,
    organization: Annotated[Id | None, Query(description="On this organization itself.")] = None,
    actor: Annotated[Id | None, Query(description="To this actor, by id.")] = None,
    role: Annotated[tuple[Role, ...], Query(max_length=20, description="Any of these.")] = (),
) -> Filters:
    return Filters(within, organization, actor, [one.value for one in role] or None)


@router.get("", response_model=GrantPage)
async def list_grants(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Grants that hold on a day, in the order in which they were made."""
    return await lister.answer(grants.listing(lister.as_of, lister.actor, filters), GrantPage)


@router.get("/{grant_id}")
async def get_grant(read: Reading, grant_id: GrantId, response: Response) -> GrantRead:
    """One grant with its periods, whether or not it holds on the day."""
    return tag(response, read.as_of, await grants.get(read.connection, read.as_of, read.actor, grant_id))


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": GrantResults, "description": "Asked for `each`: some may be refused."},
        **problems(*OF_EVERY_WRITE),
    },
)
async def create_grants(
    connection: Writing, cause: CauseDep, document: GrantsNew, request: Request, response: Response
) -> GrantResults:
    """Give roles on organizations and all below them, up to 200 in one act, all or each for itself."""
    if document.bulk is Bulk.EACH:
        response.status_code = 200
    results = await grants.create(connection, cause, document)
    return GrantResults(items=[_result(request, *one) for one in results])


def _result(request: Request, pointer: str, outcome: GrantItem | DomainError) -> GrantResult:
    if isinstance(outcome, GrantItem):
        return GrantResult(grant=outcome)
    return GrantResult(refusal=Refusal(**refusal_of(request, outcome, pointer)))


@router.post("/{grant_id}/endings", responses=problems(*OF_EVERY_DATED_WRITE))
async def end_grant(write: Revising, grant_id: GrantId, document: GrantEnding) -> GrantRead:
    """End a grant from a day on, today or later. The last admin of the whole register stays (R-ACC-1)."""
    return await write.by(grants.end, grant_id, document)


@router.post("/{grant_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_grant(write: Revising, grant_id: GrantId, document: GrantCorrection) -> GrantRead:
    """Strike a grant out over a period in which it was recorded in error."""
    return await write.by(grants.correct, grant_id, document)
