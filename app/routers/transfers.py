"""Transfers of members over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.cause import CauseDep
from app.domain.operation import Bulk
from app.domain.transfers import TransferKind, TransferState
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems, refusal_of
from app.etag import tag
from app.models.access import Refusal
from app.models.finding import to_findings
from app.models.scalars import Day, Id
from app.models.transfer import (
    AdvancedTransfer,
    TransferArrival,
    TransferCorrection,
    TransferPage,
    TransferRead,
    TransferResult,
    TransferResults,
    TransfersNew,
    TransferStepNew,
    TransferStepPage,
)
from app.paging import AllDaysListerDep, ListerDep
from app.queries.transfers import Filters
from app.reading import MemberCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import (
    transfer_arrivals,
    transfer_corrections,
    transfer_introduction,
    transfer_steps,
    transfers,
)
from app.services.transfer_introduction import Introduced

router = APIRouter(
    prefix="/transfers", tags=["transfers"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

TransferId = Annotated[Id, Path(description="The transfer's id.")]


async def _filters(
    within: Annotated[
        Id | None, Query(description="From or to this organization, or one below it: either end.")
    ] = None,
    member: Annotated[Id | None, Query(description="Of this member.")] = None,
    kind: Annotated[tuple[TransferKind, ...], Query(max_length=10, description="Any of these.")] = (),
    state: Annotated[tuple[TransferState, ...], Query(max_length=10, description="Any of these.")] = (),
    due_by: Annotated[
        Day | None, Query(description="The limit that runs ends on this day or before: the due list.")
    ] = None,
) -> Filters:
    kinds, states = [one.value for one in kind], [one.value for one in state]
    return Filters(within, member, kinds or None, states or None, due_by)


@router.get("", response_model=TransferPage)
async def list_transfers(lister: ListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Transfers as they stand on a day, in the order in which they were recorded; those of the past too."""
    return await lister.answer(transfers.listing(lister.as_of, lister.actor, filters), TransferPage)


@router.get("/{transfer_id}")
async def get_transfer(read: MemberCounting, transfer_id: TransferId, response: Response) -> TransferRead:
    """One transfer, what is late of it, and the steps there are."""
    found = await transfers.get_recorded(read.connection, read.as_of, read.actor, read.asking, transfer_id)
    return tag(response, read.as_of, found)


@router.get("/{transfer_id}/steps", response_model=TransferStepPage)
async def list_transfer_steps(lister: AllDaysListerDep, transfer_id: TransferId) -> Any:
    """The steps of a transfer with their papers, in the order in which they were recorded; struck out ones too."""
    listing = transfers.steps(lister.as_of, lister.actor, transfer_id)
    return await lister.answer(listing, TransferStepPage)


@router.post(
    "",
    status_code=201,
    responses={
        200: {
            "model": TransferResults,
            "description": "A preview, or asked for `each`: some may be refused.",
        },
        **problems(*OF_EVERY_WRITE, "gone"),
    },
)
async def introduce_transfers(
    connection: Writing, cause: CauseDep, document: TransfersNew, request: Request, response: Response
) -> TransferResults:
    """Introduce up to 200 members to another organization in one act, or only say what would come of it."""
    if document.bulk is Bulk.EACH or document.preview:
        response.status_code = 200
    introduced = await transfer_introduction.introduce(connection, cause, document)
    return TransferResults(items=[_result(request, one) for one in introduced])


def _result(request: Request, one: Introduced) -> TransferResult:
    return TransferResult(
        member_id=one.member_id,
        transfer_id=one.transfer_id,
        from_cell_id=None if one.refusal else one.from_cell_id,
        due_on=one.limit.on if one.limit else None,
        findings=to_findings(one.findings),
        refusal=Refusal(**refusal_of(request, one.refusal, one.pointer)) if one.refusal else None,
    )


@router.post("/arrivals", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def receive_arrival(
    connection: Writing, cause: CauseDep, document: TransferArrival, response: Response
) -> AdvancedTransfer:
    """Take in somebody from outside the register: new here, or transferred out before."""
    return tag(response, cause.as_of, await transfer_arrivals.arrive(connection, cause, document))


@router.post("/{transfer_id}/steps", responses=problems(*OF_EVERY_DATED_WRITE, "step-refused", "gone"))
async def advance_transfer(
    write: Revising, transfer_id: TransferId, document: TransferStepNew
) -> AdvancedTransfer:
    """Take a step of a transfer from a day on: stamp, forward, receive, refuse, return, abandon, cancel, extend."""
    return await write.by(transfer_steps.advance, transfer_id, document)


@router.post("/{transfer_id}/corrections", responses=problems(*OF_EVERY_DATED_WRITE))
async def correct_transfer(
    write: Revising, transfer_id: TransferId, document: TransferCorrection
) -> TransferRead:
    """Strike out a step that was recorded in error, with what it did to the member, while nothing rests on it."""
    return await write.by(transfer_corrections.correct, transfer_id, document)
