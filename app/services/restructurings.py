"""Restructurings: what a person asks of them; drafts made and edited."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, allows, require, role_may_not, roles_for
from app.domain.errors import FieldError, Forbidden, Invalid
from app.domain.operation import OperationKind
from app.domain.restructuring.lifecycle import RestructuringRule, RestructuringStep
from app.domain.steps import NO_SUCH_STEP
from app.models.access import PermittedAction
from app.models.operation import ActorName
from app.models.restructuring_document import RestructuringNew, as_json, keys, members_told_apart
from app.models.restructuring_read import (
    NeededEnd,
    RestructuringItem,
    RestructuringRead,
    TakenStep,
)
from app.paging import Listing, check_frame
from app.queries import reach, restructuring_previews
from app.queries import restructurings as queries
from app.queries.asof import AsOf
from app.services import history
from app.services import restructuring_course as course
from app.services.access import held_over, open_step
from app.services.history import Cause
from app.services.restructuring_in_hand import DUTY, RestructuringInHand

ACTIONS = (
    Action.PROPOSE_RESTRUCTURING,
    Action.APPROVE_RESTRUCTURING,
    Action.APPLY_RESTRUCTURING,
    Action.ANNUL_RESTRUCTURING,
)
"""What can be done with a restructuring."""


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The restructurings of which an organization is within reach, and the actor's own, the latest first."""
    agreeing, annulling = (
        [] if actor.is_machine else roles_for(action)
        for action in (Action.APPROVE_RESTRUCTURING, Action.ANNUL_RESTRUCTURING)
    )
    sql, arguments, visible = queries.listed(
        as_of, filters, actor.id, roles_for(Action.READ_RESTRUCTURING), agreeing, annulling
    )
    return Listing(sql, arguments, {"id": "uuid"}, to_item, visible=visible, descending=True)


def to_item(row: Record) -> RestructuringItem:
    """A restructuring as lists show it."""
    return RestructuringItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    measures = row["document"].get("measures", [])
    return {
        "id": row["id"],
        "state": row["state"],
        "effective_on": row["effective_on"],
        "reason": row["document"].get("reason"),
        "kinds": list(dict.fromkeys(one["kind"] for one in measures)),
        "proposed_by": ActorName(id=row["proposer_id"], name=row["proposer_name"]),
        "proposed_at": row["proposed_at"],
        "reverses": row["reverses"],
        "revision": row["revision"],
        "version": row["version"],
    }


async def get(connection: Connection, as_of: AsOf, actor: Actor, restructuring_id: UUID) -> RestructuringRead:
    """One restructuring with its course. 404 where it is out of reach."""
    taken = await course.find(connection, as_of, actor, restructuring_id)
    named = course.named_by(taken.given)
    names = await restructuring_previews.names(
        connection, as_of, taken.given.effective_on or as_of.today, named
    )
    return _read_of(taken, as_of, names)


def _read_of(taken: RestructuringInHand, as_of: AsOf, names: dict[UUID, str]) -> RestructuringRead:
    """One restructuring as the API gives it."""
    row, submitted, met = taken.row, taken.submitted, taken.met
    steps = row["steps"] or []
    applied = next((one for one in steps if one["step"] == RestructuringStep.APPLY), None)
    there_are = [(one, taken.refusal(one)) for one in taken.open()]
    written_now = row["proposed_at"] is None or bool(row["taken"] and row["taken_at"] is None)
    return RestructuringRead(
        **_item(row),
        document=taken.given,
        names=names,
        keys={key: str(value) for key, value in taken.ids.items()},
        digest=submitted["digest"] if submitted else None,
        preview_id=row["preview_id"],
        job_id=row["job_id"],
        needs=[
            NeededEnd(
                organization_id=one["organization_id"],
                name=one.get("name"),
                part=one["part"],
                met=(one["organization_id"], one["part"]) in met,
            )
            for one in taken.ends
        ],
        operation_id=applied["operation_id"] if applied else None,
        taken=[
            TakenStep(
                step=one["step"],
                state=one["state"],
                by=ActorName(id=one["actor_id"], name=one["actor_name"]),
                at=one["at"],
                reason=one["reason"],
                revision=one["revision"],
                digest=one["digest"],
                operation_id=one["operation_id"],
            )
            for one in steps
        ],
        steps=[open_step(one, refused) for one, refused in there_are],
        known_at=None if written_now else check_frame(row, as_of),
        actions=[_permitted(action, there_are) for action in ACTIONS],
    )


def _permitted(
    action: Action, there_are: Sequence[tuple[RestructuringRule, Forbidden | None]]
) -> PermittedAction:
    """An action as its steps say: allowed where one of them can be taken now, else refused as the first of them is."""
    refusals = [refused for rule, refused in there_are if DUTY[rule.step] is action]
    if not refusals:
        return PermittedAction(action=action, allowed=False, reason=NO_SUCH_STEP)
    if None in refusals:
        return PermittedAction(action=action, allowed=True)
    refused = refusals[0]
    assert refused is not None  # none is allowed
    return PermittedAction(
        action=action,
        allowed=False,
        reason=refused.message,
        roles_that_may=refused.facts.get("roles_that_may"),
    )


async def draft(
    connection: Connection, cause: Cause, document: RestructuringNew, *, reverses: UUID | None = None
) -> RestructuringRead:
    """Keep a draft, complete or not. Who proposes has the duty over an organization that it names."""
    named = course.named_by(document)
    await _require_propose(connection, cause, named, document)
    restructuring_id = history.new_id()
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.RESTRUCTURING_DRAFTED,
        {"restructuring": str(restructuring_id), "revision": 1},
        reason=document.reason,
        effective_on=document.effective_on,
    )
    await queries.insert(connection, restructuring_id, cause.actor.id, reverses, operation_id)
    await _revise(connection, restructuring_id, 1, document, {}, named, operation_id)
    await history.touch(connection, cause, operation_id, concerned=await _known(connection, cause, named))
    return await after(connection, cause, restructuring_id)


async def edit(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    document: RestructuringNew,
) -> RestructuringRead:
    """Ask for something else: a draft again, and nothing that was agreed to holds any more."""
    taken = await course.take(connection, cause, restructuring_id, RestructuringStep.EDIT, expected_version)
    named = course.named_by(document)
    await _require_propose(connection, cause, named, document)
    if reversed_id := taken.row["reverses"]:
        course.require_later(
            await course.find(connection, cause.as_of, cause.actor, reversed_id), document.effective_on
        )
    revision = taken.row["revision"] + 1
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.RESTRUCTURING_DRAFTED,
        {"restructuring": str(restructuring_id), "revision": revision},
        reason=document.reason,
        effective_on=document.effective_on,
    )
    await _revise(connection, restructuring_id, revision, document, taken.ids, named, operation_id)
    await course.note(connection, cause, taken, RestructuringStep.EDIT, operation_id, revision=revision)
    await history.touch(connection, cause, operation_id, concerned=await _known(connection, cause, named))
    return await after(connection, cause, restructuring_id)


async def _revise(
    connection: Connection,
    restructuring_id: UUID,
    revision: int,
    document: RestructuringNew,
    known: Mapping[str, UUID],
    named: set[UUID],
    operation_id: UUID,
) -> None:
    """Keep what is asked; an organization to begin keeps its id as long as its key is kept."""
    ids = {key: known.get(key) or history.new_id() for key in keys(document)}
    await queries.revise(
        connection,
        restructuring_id=restructuring_id,
        n=revision,
        document=as_json(document),
        ids=ids,
        effective_on=document.effective_on,
        named=named,
        changing=course.changed_by(document),
        operation_id=operation_id,
    )


async def _require_propose(
    connection: Connection, cause: Cause, named: set[UUID], document: RestructuringNew
) -> None:
    """The proposer has the duty over one end at least; of an empty draft, anywhere.

    Members are told apart only where the proposer may read them: else the numbers of previews would tell of them.
    """
    if not named:
        roles = roles_for(Action.PROPOSE_RESTRUCTURING)
        if not await reach.holds_anywhere(connection, cause.actor.id, roles, cause.today):
            raise role_may_not(Action.PROPOSE_RESTRUCTURING)
        return
    held = await held_over(connection, cause, named)
    if not held:
        raise Invalid(FieldError("/body/measures", "unknown_organization"))
    require(Action.PROPOSE_RESTRUCTURING, [one for roles in held.values() for one in roles])
    for number, one in members_told_apart(document):
        if not allows(Action.READ_MEMBER, held.get(one, ())):
            raise Invalid(FieldError(f"/body/measures/{number}/organization", "unknown_organization"))


async def _known(connection: Connection, cause: Cause, named: set[UUID]) -> list[UUID]:
    return list(await held_over(connection, cause, named))


async def take_with_reason(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    expected_version: int,
    step: RestructuringStep,
    reason: str,
    *,
    evidence: str | None = None,
) -> RestructuringRead:
    """Take a step that only says why, and leads where the table says."""
    taken = await course.take(connection, cause, restructuring_id, step, expected_version)
    await course.record(connection, cause, taken, step, reason, evidence=evidence)
    return await after(connection, cause, restructuring_id)


async def after(connection: Connection, cause: Cause, restructuring_id: UUID) -> RestructuringRead:
    """The restructuring as an act has left it."""
    return await get(connection, cause.as_of, cause.actor, restructuring_id)
