"""What a person does with a notice: says whom it means, names the act that settled it, or dismisses it."""

from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import HeldRole
from app.domain.errors import FieldError, Invalid
from app.domain.notices import STEPS, NoticeState, NoticeStep
from app.domain.operation import OperationKind
from app.domain.steps import advance
from app.etag import require_version
from app.models.notice import NoticeDismissal, NoticeMatching, NoticeRead, NoticeSettlement
from app.queries import members
from app.queries import notices as queries
from app.services import history
from app.services.access import held_roles
from app.services.history import Cause
from app.services.members import may_read
from app.services.notices import find, refusal, to_read


async def match(
    connection: Connection, cause: Cause, notice_id: UUID, expected_version: int, document: NoticeMatching
) -> NoticeRead:
    """Say whom a notice means; said anew it holds anew. From then on it is with the offices over the member."""
    notice, _ = await _begin(connection, cause, notice_id, expected_version, NoticeStep.MATCH)
    member_id = document.member_id
    member = await members.reached_by(connection, member_id, cause.actor.id, cause.today)
    if member is None or member["merged"] or not may_read(held_roles(member["held"])):
        raise Invalid(FieldError("/body/member_id", "unknown_member"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.NOTICE_MATCHED,
        {"notice": str(notice_id), "member": str(member_id)},
        reason=document.reason,
    )
    await queries.match(connection, operation_id, notice_id, member_id)
    concerned = {notice["reached_id"], member["cell_id"]}
    return await _after(connection, cause, operation_id, notice_id, concerned)


async def settle(
    connection: Connection, cause: Cause, notice_id: UUID, expected_version: int, document: NoticeSettlement
) -> NoticeRead:
    """Name the recorded act by which the register has followed a notice; one about another member is none.

    Nor is one that was recorded before the notice came, unless it says something from the notice's day on: then the
    register knew already (R-NOTICE-1).
    """
    notice, state = await _begin(connection, cause, notice_id, expected_version, NoticeStep.SETTLE)
    if not await queries.is_act_about(connection, document.operation_id, notice["member_id"]):
        raise Invalid(FieldError("/body/operation_id", "operation_not_of_member"))
    days = (notice["received_at"], notice["happened_on"])
    if not await queries.answers(connection, document.operation_id, notice["member_id"], *days):
        raise Invalid(FieldError("/body/operation_id", "operation_before_notice"))
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.NOTICE_SETTLED,
        {"notice": str(notice_id), "operation": str(document.operation_id)},
        reason=document.reason,
    )
    await queries.close(connection, operation_id, notice_id, state.value, document.operation_id)
    return await _after(connection, cause, operation_id, notice_id, {notice["reached_id"]})


async def dismiss(
    connection: Connection, cause: Cause, notice_id: UUID, expected_version: int, document: NoticeDismissal
) -> NoticeRead:
    """Dismiss a notice: nothing is to be done. One dismissed by mistake is sent again under another id."""
    notice, state = await _begin(connection, cause, notice_id, expected_version, NoticeStep.DISMISS)
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.NOTICE_DISMISSED,
        {"notice": str(notice_id)},
        reason=document.reason,
    )
    await queries.close(connection, operation_id, notice_id, state.value, None)
    return await _after(connection, cause, operation_id, notice_id, {notice["reached_id"]})


async def _begin(
    connection: Connection, cause: Cause, notice_id: UUID, expected_version: int, step: NoticeStep
) -> tuple[Record, NoticeState]:
    """The notice, whose organization is owned, and its state after the step."""
    await queries.own_organization(connection, notice_id)
    notice, held = await find(connection, cause.as_of, cause.actor, notice_id)
    rule = advance(STEPS, NoticeState(notice["state"]), step)
    if refused := refusal(cause.actor, held):
        raise refused
    require_version(expected_version, notice["version"])
    return notice, rule.after


async def _after(
    connection: Connection, cause: Cause, operation_id: UUID, notice_id: UUID, concerned: set[UUID]
) -> NoticeRead:
    """The notice as it stands now; who matched it out of their own duty is still answered."""
    await history.touch(connection, cause, operation_id, concerned=concerned)
    (row,) = await queries.get_many(connection, cause.as_of, [notice_id], cause.actor.id)
    held: list[HeldRole] = held_roles(row["held"])
    return to_read(row, cause.as_of, cause.actor, held).model_copy(update={"known_at": None})
