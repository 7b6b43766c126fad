"""Operations over HTTP: the audit, and the feed of changes for other systems."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query

from app.domain.operation import OperationKind
from app.errors import OF_EVERY_READ, problems
from app.models.operation import OperationItem, OperationPage, TouchedPage
from app.models.scalars import Id
from app.paging import AllDaysListerDep, FeedDep
from app.queries.operations import Filters
from app.reading import AllDaysReading
from app.routing import Route
from app.services import operations

router = APIRouter(
    prefix="/operations", tags=["operations"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

OperationId = Annotated[Id, Path(description="The operation's id.")]


async def _filters(
    within: Annotated[
        Id | None, Query(description="What touched this organization or one that stood below it at the time.")
    ] = None,
    organization: Annotated[Id | None, Query(description="What touched this organization itself.")] = None,
    member: Annotated[Id | None, Query(description="What touched this member.")] = None,
    actor: Annotated[Id | None, Query(description="What this actor recorded.")] = None,
    kind: Annotated[tuple[OperationKind, ...], Query(max_length=50, description="Any of these.")] = (),
) -> Filters:
    return Filters(
        within=within,
        organization=organization,
        member=member,
        actor=actor,
        kinds=[one.value for one in kind] or None,
    )


@router.get("", response_model=OperationPage)
async def list_operations(
    feed: FeedDep,
    filters: Annotated[Filters, Depends(_filters)],
    order: Annotated[
        Literal["oldest", "newest"], Query(description="`oldest` first is the feed; `newest` is for screens.")
    ] = "oldest",
) -> Any:
    """What was recorded within your reach, in the order in which it became known: the feed of changes.

    Nothing is ever recorded before what has been answered already. To follow the register, ask with `after` the
    `latest` of the page before; to begin with the present, take the `latest` of `order=newest&limit=1`. Reach is
    of today: what comes into it later is not told again. An operation that touched no organization is for
    those who read operations over the whole register.
    """
    return await feed.answer(
        operations.listing(feed.as_of, feed.actor, filters, newest_first=order == "newest"), OperationPage
    )


@router.get("/{operation_id}")
async def get_operation(read: AllDaysReading, operation_id: OperationId) -> OperationItem:
    """One operation: who recorded what, when, on which papers, and what it touched."""
    return await operations.get(read.connection, read.as_of, read.actor, operation_id)


@router.get("/{operation_id}/organizations", response_model=TouchedPage)
async def list_operation_organizations(lister: AllDaysListerDep, operation_id: OperationId) -> Any:
    """All organizations that an operation touched, within your reach."""
    return await lister.answer(
        operations.organizations(lister.as_of, lister.actor, operation_id), TouchedPage
    )


@router.get("/{operation_id}/members", response_model=TouchedPage)
async def list_operation_members(lister: AllDaysListerDep, operation_id: OperationId) -> Any:
    """All members that an operation touched, within your reach."""
    return await lister.answer(operations.members(lister.as_of, lister.actor, operation_id), TouchedPage)
