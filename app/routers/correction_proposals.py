"""Proposals to correct what is locked of a member, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.correction_proposals import CorrectionProposalState
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, problems
from app.etag import ExpectedVersion, tag
from app.models.correction_proposals import CorrectionProposalPage, CorrectionProposalRead
from app.models.member_corrections import PersonCorrection
from app.models.scalars import Id
from app.models.two_persons import Closure
from app.paging import AllDaysListerDep
from app.queries.correction_proposals import Filters
from app.reading import AllDaysMemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import correction_proposals

router = APIRouter(tags=["members"], route_class=Route, responses=problems(*OF_EVERY_READ))

ProposalId = Annotated[Id, Path(description="The proposal's id.")]


async def _filters(
    state: Annotated[
        tuple[CorrectionProposalState, ...], Query(max_length=4, description="Any of these.")
    ] = (CorrectionProposalState.PENDING,),
    within: Annotated[Id | None, Query(description="About members of this organization or below it.")] = None,
    member: Annotated[Id | None, Query(description="About this member.")] = None,
) -> Filters:
    return Filters([one.value for one in state], member, within)


@router.post(
    "/members/{member_id}/correction-proposals", status_code=201, responses=problems(*OF_EVERY_DATED_WRITE)
)
async def propose_correction(
    connection: Writing,
    cause: CauseDep,
    member_id: Annotated[Id, Path(description="The member's id.")],
    expected_version: ExpectedVersion,
    document: PersonCorrection,
    response: Response,
) -> CorrectionProposalRead:
    """Propose to correct what is locked of a member; a second person confirms it (R-MEM-1)."""
    proposed = await correction_proposals.propose(connection, cause, member_id, expected_version, document)
    response.headers["Location"] = f"/v1/correction-proposals/{proposed.id}"
    return tag(response, cause.as_of, proposed)


@router.get("/correction-proposals", response_model=CorrectionProposalPage)
async def list_correction_proposals(
    lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]
) -> Any:
    """Proposals about members whom the reader may correct, by default those that wait; the oldest first."""
    listing = correction_proposals.listing(lister.as_of, lister.actor, filters)
    return await lister.answer(listing, CorrectionProposalPage)


@router.get("/correction-proposals/{proposal_id}")
async def get_correction_proposal(
    read: AllDaysMemberCounting, proposal_id: ProposalId, response: Response
) -> CorrectionProposalRead:
    """One proposal, pending or closed: by whom, when, and how it ended."""
    found = await correction_proposals.get_recorded(
        read.connection, read.as_of, read.actor, read.asking, proposal_id
    )
    return tag(response, read.as_of, found)


@router.post(
    "/correction-proposals/{proposal_id}/confirmations",
    responses=problems("step-refused", *OF_EVERY_DATED_WRITE),
)
async def confirm_correction(
    connection: Writing,
    cause: CauseDep,
    proposal_id: ProposalId,
    expected_version: ExpectedVersion,
    response: Response,
) -> CorrectionProposalRead:
    """Carry out a correction that another proposed: from now on the register believes so (R-MEM-1)."""
    confirmed = await correction_proposals.confirm(connection, cause, proposal_id, expected_version)
    return tag(response, cause.as_of, confirmed)


@router.post(
    "/correction-proposals/{proposal_id}/refusals", responses=problems("step-refused", *OF_EVERY_DATED_WRITE)
)
async def refuse_correction(
    write: Revising, proposal_id: ProposalId, document: Closure
) -> CorrectionProposalRead:
    """Refuse a correction that another proposed."""
    return await write.by(correction_proposals.refuse, proposal_id, document)


@router.post(
    "/correction-proposals/{proposal_id}/withdrawals",
    responses=problems("step-refused", *OF_EVERY_DATED_WRITE),
)
async def withdraw_correction(
    write: Revising, proposal_id: ProposalId, document: Closure
) -> CorrectionProposalRead:
    """Withdraw a proposal of one's own."""
    return await write.by(correction_proposals.withdraw, proposal_id, document)
