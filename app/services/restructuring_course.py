"""The course of a restructuring: how it is taken in hand for a step, and how the step is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection

from app.domain.access import Action, Actor, roles_for
from app.domain.errors import FieldError, Invalid, NotFound, RuleBroken
from app.domain.operation import OperationKind
from app.domain.restructuring.deciding import CommitteePart
from app.domain.restructuring.document import changing, names_of
from app.domain.restructuring.lifecycle import STEPS, RestructuringState, RestructuringStep
from app.domain.steps import advance
from app.domain.two_persons import Part
from app.etag import require_version
from app.models.restructuring_document import RestructuringNew, measures_of
from app.queries import locks, reach
from app.queries import restructurings as queries
from app.queries.asof import AsOf
from app.queries.locks import Turn
from app.services import history
from app.services.access import held_over, held_roles
from app.services.history import Cause
from app.services.restructuring_in_hand import RestructuringInHand


async def find(
    connection: Connection, as_of: AsOf, actor: Actor, restructuring_id: UUID
) -> RestructuringInHand:
    """A restructuring, and what the actor holds over whom it concerns. 404 where it is out of reach."""
    row = await queries.get(
        connection,
        as_of,
        restructuring_id,
        actor.id,
        roles_for(Action.READ_RESTRUCTURING),
        roles_for(Action.READ_ORGANIZATION),
    )
    if row is None:
        raise NotFound("not_found")
    given = RestructuringNew.model_validate(row["document"])
    ids = {key: UUID(value) for key, value in row["ids"].items()}
    part = Part(row["asking_id"] == actor.id, actor.is_machine, row["own_client"])
    taken = RestructuringInHand(row, given, ids, {}, part)
    concerned = {*row["concerned"], *taken.end_ids}
    if not concerned:
        anywhere = held_roles(await reach.held_anywhere(connection, actor.id, as_of.today))
        return replace(taken, anywhere=anywhere)
    return replace(taken, held=await held_over(connection, Cause(actor, as_of.today), concerned))


def named_by(given: RestructuringNew) -> set[UUID]:
    """The organizations of the register that a document names."""
    return names_of(measures_of(given))


def changed_by(given: RestructuringNew) -> set[UUID]:
    """Those of them that it changes."""
    return changing(measures_of(given))


async def take(
    connection: Connection,
    cause: Cause,
    restructuring_id: UUID,
    step: RestructuringStep,
    expected_version: int | None = None,
) -> RestructuringInHand:
    """Take a restructuring in hand for a step: nobody else takes one meanwhile, and it is this actor's to take."""
    await locks.take_turn(connection, Turn.RESTRUCTURING, str(restructuring_id))
    taken = await find(connection, cause.as_of, cause.actor, restructuring_id)
    approves = step is RestructuringStep.APPROVE
    rule = advance(STEPS if approves else taken.open(), taken.state, step)
    if refused := taken.refusal(rule):
        raise refused
    if approves:
        _require_consent(taken)
    if expected_version is not None:
        require_version(expected_version, taken.row["version"])
    return taken


def require_later(reversed_: RestructuringInHand, on: date | None) -> None:
    """Refuse that what leads back from an applied restructuring does so before that has begun."""
    began = reversed_.took_effect_on
    if on is not None and on <= began:
        day = (("effective_on", began.isoformat()),)
        raise Invalid(FieldError("/body/effective_on", "reversed_before_it_began", day))


def _require_consent(taken: RestructuringInHand) -> None:
    """Refuse an approval before the consent from above is on record (R-ORG-12) [DL 21.5]."""
    if waiting := taken.open_ends(CommitteePart.CONSENTS):
        raise RuleBroken(
            "R-ORG-12",
            "consent_missing",
            value=waiting[0]["value"],
            source=waiting[0]["source"],
            records=[key for one in waiting for key in one["about"]],
            consenting=[one["organization_id"] for one in waiting],
        )


async def note(
    connection: Connection,
    cause: Cause,
    taken: RestructuringInHand,
    step: RestructuringStep,
    operation_id: UUID,
    *,
    state: RestructuringState | None = None,
    ends: Sequence[Mapping[str, Any]] = (),
    digest: str | None = None,
    revision: int | None = None,
) -> None:
    """Record that a step was taken. Who proposes an annulment is the proposer of what the next step agrees to.

    `state`: to which it led, where that is not the one that the table has after it.
    """
    proposing = step is RestructuringStep.PROPOSE_ANNULMENT
    ending = step in (RestructuringStep.ANNUL, RestructuringStep.KEEP)
    proposer = cause.actor.id if proposing else taken.row["asking_id"] if ending else taken.row["proposer_id"]
    await queries.keep_step(
        connection,
        restructuring_id=taken.id,
        step=step.value,
        state=(state or advance(STEPS, taken.state, step).after).value,
        revision=revision or taken.row["revision"],
        actor_id=cause.actor.id,
        proposer_id=proposer,
        ends=list(ends),
        digest=digest,
        operation_id=operation_id,
    )


async def record(
    connection: Connection,
    cause: Cause,
    taken: RestructuringInHand,
    step: RestructuringStep,
    reason: str | None,
    *,
    state: RestructuringState | None = None,
    ends: Sequence[Mapping[str, Any]] = (),
    digest: str | None = None,
    evidence: str | None = None,
) -> None:
    """Take a step that changes nothing but where the restructuring stands: an operation of its own.

    `state` as of `note`.
    """
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.RESTRUCTURING_ADVANCED,
        {
            "restructuring": str(taken.id),
            "revision": taken.row["revision"],
            "step": step.value,
            "digest": digest,
            "evidence": evidence,
        },
        reason=reason,
        effective_on=taken.given.effective_on,
    )
    await note(connection, cause, taken, step, operation_id, state=state, ends=ends, digest=digest)
    await history.touch(connection, cause, operation_id, concerned=taken.held)
