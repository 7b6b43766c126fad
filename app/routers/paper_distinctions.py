"""Persons on paper who are not a member, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.member_distinction import DistinctionCorrection
from app.models.paper_distinction import PaperDistinctionNew, PaperDistinctionPage, PaperDistinctionRead
from app.models.scalars import Id, Key, System
from app.paging import AllDaysListerDep
from app.queries.paper_distinctions import Filters
from app.reading import AllDaysReading
from app.revising import Revising
from app.routing import Route, Writing
from app.services import paper_distinctions

router = APIRouter(
    prefix="/members/paper-distinctions",
    tags=["members"],
    route_class=Route,
    responses=problems(*OF_EVERY_READ),
)

DistinctionId = Annotated[Id, Path(description="The distinction's id.")]


async def _filters(
    within: Annotated[Id | None, Query(description="Members in this organization or below it.")] = None,
    member: Annotated[Id | None, Query(description="This member.")] = None,
    system: Annotated[System | None, Query(description="Persons on papers of this system.")] = None,
    external_id: Annotated[
        Key | None, Query(description="The person whom a system knows by this id.")
    ] = None,
) -> Filters:
    return Filters(within, member, system, external_id)


@router.get("", response_model=PaperDistinctionPage)
async def list_paper_distinctions(
    lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]
) -> Any:
    """Persons on paper who are not a member, as somebody said."""
    return await lister.answer(
        paper_distinctions.listing(lister.as_of, lister.actor, filters), PaperDistinctionPage
    )


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def distinguish_paper(
    connection: Writing, cause: CauseDep, document: PaperDistinctionNew, response: Response
) -> PaperDistinctionRead:
    """Say that whom a system knows by an id is not a member; neither matches nor imports take them for one again."""
    said = await paper_distinctions.distinguish(connection, cause, document)
    response.headers["Location"] = f"/v1/members/paper-distinctions/{said.id}"
    return tag(response, cause.as_of, said)


@router.get("/{distinction_id}")
async def get_paper_distinction(
    read: AllDaysReading, distinction_id: DistinctionId, response: Response
) -> PaperDistinctionRead:
    """One distinction of a person on paper, whether or not it was struck out."""
    found = await paper_distinctions.get(read.connection, read.as_of, read.actor, distinction_id)
    return tag(response, read.as_of, found)


@router.post("/{distinction_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_paper_distinction(
    write: Revising, distinction_id: DistinctionId, document: DistinctionCorrection
) -> PaperDistinctionRead:
    """Strike a distinction of a person on paper out: the person may be the member after all."""
    return await write.by(paper_distinctions.correct, distinction_id, document)
