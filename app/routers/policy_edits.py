"""Edits of policies over HTTP: proposed by one, approved by another person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from app.cause import CauseDep
from app.domain.policy_edits import PolicyEditState
from app.errors import OF_EVERY_DATED_WRITE, OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.etag import tag
from app.models.policy import PolicyKey
from app.models.policy_edit import (
    PolicyEditApproval,
    PolicyEditNew,
    PolicyEditPage,
    PolicyEditRead,
)
from app.models.scalars import Id
from app.models.two_persons import Closure
from app.paging import AllDaysListerDep
from app.queries.policy_edits import Filters
from app.reading import AllDaysCounting
from app.revising import Revising
from app.routing import Route, Writing
from app.services import policy_edit_steps, policy_edits

router = APIRouter(
    prefix="/policy-edits", tags=["policies"], route_class=Route, responses=problems(*OF_EVERY_READ)
)

EditId = Annotated[Id, Path(description="The edit's id.")]


async def _filters(
    state: Annotated[tuple[PolicyEditState, ...], Query(max_length=4, description="Any of these.")] = (),
    key: Annotated[PolicyKey | None, Query(description="Of this policy.")] = None,
    within: Annotated[
        Id | None,
        Query(description="Of this organization or one below it; those of the nation are of the root."),
    ] = None,
) -> Filters:
    return Filters([one.value for one in state] or None, key, within)


@router.get("", response_model=PolicyEditPage)
async def list_policy_edits(lister: AllDaysListerDep, filters: Annotated[Filters, Depends(_filters)]) -> Any:
    """Edits of policies, pending and closed, the latest first."""
    return await lister.answer(policy_edits.listing(lister.as_of, lister.actor, filters), PolicyEditPage)


@router.get("/{edit_id}")
async def get_policy_edit(read: AllDaysCounting, edit_id: EditId, response: Response) -> PolicyEditRead:
    """One edit with what it alters: the days, the organizations, the values, the records in its way."""
    return tag(response, read.as_of, await policy_edits.get(read.connection, read.as_of, read.actor, edit_id))


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE))
async def propose_policy_edit(
    connection: Writing, cause: CauseDep, document: PolicyEditNew, response: Response
) -> PolicyEditRead:
    """Propose what a policy says over a period; answers what that would alter. It waits for another person."""
    proposed = await policy_edits.propose(connection, cause, document)
    response.headers["Location"] = f"/v1/policy-edits/{proposed.id}"
    return tag(response, cause.as_of, proposed)


@router.post("/{edit_id}/approvals", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def approve_policy_edit(
    write: Revising, edit_id: EditId, document: PolicyEditApproval
) -> PolicyEditRead:
    """Approve an edit that another proposed, by its paper: from now on the register says so (R-POL-4)."""
    return await write.by(policy_edit_steps.approve, edit_id, document)


@router.post("/{edit_id}/refusals", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def refuse_policy_edit(write: Revising, edit_id: EditId, document: Closure) -> PolicyEditRead:
    """Refuse an edit that another proposed."""
    return await write.by(policy_edit_steps.refuse, edit_id, document)


@router.post("/{edit_id}/withdrawals", responses=problems("step-refused", *OF_EVERY_DATED_WRITE))
async def withdraw_policy_edit(write: Revising, edit_id: EditId, document: Closure) -> PolicyEditRead:
    """Withdraw an edit of one's own."""
    return await write.by(policy_edit_steps.withdraw, edit_id, document)
