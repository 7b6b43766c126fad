"""What asks for a reorganization, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.domain.restructuring.suggestions import SuggestionKind
from app.errors import OF_EVERY_READ, problems
from app.models.restructuring_suggestion import SuggestionPage
from app.models.scalars import Id
from app.paging import ListerDep
from app.queries.restructuring_suggestions import Filters
from app.reading import Reading
from app.routing import Route
from app.services import restructuring_suggestions

router = APIRouter(
    prefix="/restructuring-suggestions",
    tags=["restructurings"],
    route_class=Route,
    responses=problems(*OF_EVERY_READ),
)


async def _filters(
    within: Annotated[Id | None, Query(description="This organization and all below it.")] = None,
    kind: Annotated[tuple[SuggestionKind, ...], Query(max_length=20, description="Any of these.")] = (),
) -> Filters:
    return Filters(within, [one.value for one in kind] or None)


@router.get("", response_model=SuggestionPage)
async def list_suggestions(
    read: Reading, lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]
) -> Any:
    """What asks for a reorganization on a day, or allows one, by the policies of that day (R-ORG-10 to R-ORG-17).

    Too few or so many members or cells, and committees that lack members, the head, or all since a restructuring. An
    alert, never a change. What the register does not know is not judged: consents given on paper, the units of a place.
    """
    found = await restructuring_suggestions.listing(read.connection, read.as_of, read.actor, filters)
    return await lister.answer(found, SuggestionPage)
