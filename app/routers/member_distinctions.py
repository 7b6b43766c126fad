"""Records that may be of one person, and those that are not, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.member_distinction import (
    DistinctionCorrection,
    DistinctionNew,
    DistinctionPage,
    DistinctionRead,
    DuplicatePage,
)
from app.models.scalars import Id
from app.paging import AllDaysListerDep
from app.queries.member_distinctions import Filters
from app.reading import AllDaysReading
from app.revising import Revising
from app.routing import Route, Writing
from app.services import member_distinctions

router = APIRouter(prefix="/members", tags=["members"], route_class=Route, responses=problems(*OF_EVERY_READ))

DistinctionId = Annotated[Id, Path(description="The distinction's id.")]
Within = Annotated[
    Id | None, Query(description="One of the two at least is in this organization or below it.")
]


async def _filters(
    within: Within = None,
    member: Annotated[Id | None, Query(description="This member and others.")] = None,
) -> Filters:
    return Filters(within, member)


@router.get("/duplicates", response_model=DuplicatePage)
async def list_duplicates(lister: AllDaysListerDep, within: Within = None) -> Any:
    """Pairs of records that may be of one person: same name and birth date, or same number; not those told apart."""
    return await lister.answer(
        member_distinctions.duplicates(lister.as_of, lister.actor, within), DuplicatePage
    )


@router.get("/distinctions", response_model=DistinctionPage)
async def list_distinctions(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Pairs of records that are of different persons, as somebody said."""
    return await lister.answer(
        member_distinctions.listing(lister.as_of, lister.actor, filters), DistinctionPage
    )


@router.post("/distinctions", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def distinguish_members(
    connection: Writing, cause: CauseDep, document: DistinctionNew, response: Response
) -> DistinctionRead:
    """Say that two records are of different persons; they are no longer listed as duplicates."""
    said = await member_distinctions.distinguish(connection, cause, document)
    response.headers["Location"] = f"/v1/members/distinctions/{said.id}"
    return tag(response, cause.as_of, said)


@router.get("/distinctions/{distinction_id}")
async def get_distinction(
    read: AllDaysReading, distinction_id: DistinctionId, response: Response
) -> DistinctionRead:
    """One distinction, whether or not it was struck out."""
    found = await member_distinctions.get(read.connection, read.as_of, read.actor, distinction_id)
    return tag(response, read.as_of, found)


@router.post("/distinctions/{distinction_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_distinction(
    write: Revising, distinction_id: DistinctionId, document: DistinctionCorrection
) -> DistinctionRead:
    """Strike a distinction out: the two may be one person after all."""
    return await write.by(member_distinctions.correct, distinction_id, document)
