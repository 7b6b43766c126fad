"""Proposals to correct what is locked of a member, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from app.cause import CauseDep
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import ExpectedVersion, tag
from app.models.correction_proposals import CorrectionProposalItem, CorrectionProposalPage, Withdrawal
from app.models.member_corrections import CorrectedMember, PersonCorrection
from app.models.scalars import Id
from app.paging import AllDaysListerDep
from app.queries.asof import AsOf
from app.routing import Route, Writing
from app.services import correction_proposals

router = APIRouter(tags=["members"], route_class=Route, responses=problems(*OF_EVERY_READ))

ProposalId = Annotated[Id, Path(description="The proposal's id.")]


@router.post(
    "/members/{member_id}/correction-proposals", status_code=201, responses=problems(*OF_EVERY_DATED_WRITE)
)
async def propose_correction(
    connection: Writing,
    cause: CauseDep,
    member_id: Annotated[Id, Path(description="The member's id.")],
    expected_version: ExpectedVersion,
    document: PersonCorrection,
) -> CorrectionProposalItem:
    """Propose to correct what is locked of a member; a second person confirms it (R-MEM-1)."""
    return await correction_proposals.propose(connection, cause, member_id, expected_version, document)


@router.get("/correction-proposals", response_model=CorrectionProposalPage)
async def list_correction_proposals(
    lister: AllDaysListerDep,
    within: Annotated[Id | None, Query(description="About members of this organization or below it.")] = None,
    member: Annotated[Id | None, Query(description="About this member.")] = None,
) -> Any:
    """The proposals that wait for a second person, about members whom the reader may correct; oldest first."""
    listing = correction_proposals.listing(lister.as_of, lister.actor, within, member)
    return await lister.answer(listing, CorrectionProposalPage)


@router.post("/correction-proposals/{proposal_id}/confirmations", responses=problems(*OF_EVERY_DATED_WRITE))
async def confirm_correction(
    connection: Writing,
    cause: CauseDep,
    proposal_id: ProposalId,
    expected_version: ExpectedVersion,
    response: Response,
) -> CorrectedMember:
    """Carry a proposed correction out, as another person than the proposer. `If-Match` is the member's ETag."""
    corrected = await correction_proposals.confirm(connection, cause, proposal_id, expected_version)
    if corrected.member is not None:
        as_of = AsOf(corrected.member.on, None, cause.today)
        tag(response, as_of, corrected.member, corrected.member.birth_date_masked)
    return corrected


@router.post("/correction-proposals/{proposal_id}/withdrawals", responses=problems(*OF_EVERY_WRITE))
async def withdraw_correction(
    connection: Writing, cause: CauseDep, proposal_id: ProposalId, document: Withdrawal
) -> CorrectionProposalItem:
    """End a proposal that is not to be confirmed; answers what it was."""
    return await correction_proposals.withdraw(connection, cause, proposal_id, document)
