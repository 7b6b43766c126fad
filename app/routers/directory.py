"""The directory over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.domain.hierarchy import OrganizationType
from app.domain.names import fold
from app.errors import OF_EVERY_READ, problems
from app.models.directory import DirectoryPage
from app.models.scalars import Id, Name
from app.paging import ListerDep
from app.routing import Route
from app.services import directory

router = APIRouter(
    prefix="/directory", tags=["directory"], route_class=Route, responses=problems(*OF_EVERY_READ)
)


@router.get("", response_model=DirectoryPage)
async def list_directory(
    lister: ListerDep,
    q: Annotated[
        Name | None, Query(description="Part of the name, without regard to accents or case.")
    ] = None,
    type: Annotated[tuple[OrganizationType, ...], Query(max_length=20, description="Any of these.")] = (),
    id: Annotated[tuple[Id, ...], Query(max_length=1000, description="Any of these.")] = (),
) -> Any:
    """Organizations alive on a day, by name, each with its path: no counts, no persons; for all signed in."""
    listing = directory.listing(
        lister.as_of, fold(q) if q else None, [one.value for one in type] or None, list(id) or None
    )
    return await lister.answer(listing, DirectoryPage)
