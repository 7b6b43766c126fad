"""Two records of one person made one, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.cause import CauseDep
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, problems
from app.etag import ExpectedVersion, tag
from app.models.member_merge import MergedMember, MergeNew, MergePage, MergeReversal
from app.models.scalars import Id
from app.paging import AllDaysListerDep
from app.queries.asof import AsOf
from app.revising import Revising
from app.routing import Route, Writing
from app.services import member_merges
from app.services.history import Cause

router = APIRouter(prefix="/members", tags=["members"], route_class=Route, responses=problems(*OF_EVERY_READ))

MemberId = Annotated[Id, Path(description="The id of the record that goes on.")]


@router.get("/{member_id}/merges", response_model=MergePage)
async def list_merges(lister: AllDaysListerDep, member_id: MemberId) -> Any:
    """The records that were made part of a member's."""
    return await lister.answer(member_merges.listing(lister.as_of, lister.actor, member_id), MergePage)


@router.post("/{member_id}/merges", responses=problems(*OF_EVERY_DATED_WRITE))
async def merge_members(write: Revising, member_id: MemberId, document: MergeNew) -> MergedMember:
    """Make another record of the same person part of this one; refused where the two contradict each other."""
    merged = await write.only(member_merges.merge, member_id, document)
    return _tagged(write.response, write.cause, merged)


@router.post("/{member_id}/merges/{merge_id}/reversals", responses=problems(*OF_EVERY_DATED_WRITE))
async def reverse_merge(
    connection: Writing,
    cause: CauseDep,
    member_id: MemberId,
    merge_id: Annotated[Id, Path(description="The merge's id.")],
    expected_version: ExpectedVersion,
    document: MergeReversal,
    response: Response,
) -> MergedMember:
    """Make two records again what they were before a merge, while no later act has changed either."""
    merged = await member_merges.unmerge(connection, cause, member_id, merge_id, expected_version, document)
    return _tagged(response, cause, merged)


def _tagged(response: Response, cause: Cause, merged: MergedMember) -> MergedMember:
    member = merged.member
    tag(
        response,
        AsOf(member.on, None, cause.today),
        member,
        member.birth_date_masked,
        member.residence_masked,
    )
    return merged
