"""Ballots: read, and corrected where recorded in error. Acts record them, each its own."""

from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Action, Actor, HeldRole, allows, require, roles_for
from app.domain.ballots import Ballot as CountedBallot
from app.domain.ballots import BallotStep, check_ballot
from app.domain.errors import FieldError, Invalid, NotFound
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.ballot import BallotCorrection, BallotItem, BallotRead
from app.paging import Listing, check_frame
from app.queries import ballots as queries
from app.queries import facts
from app.queries.asof import AsOf
from app.services import history
from app.services.access import held_roles, permitted
from app.services.history import Cause
from app.services.policies import ruling

_IN_TIME = {"held_on": "date", "id": "uuid"}


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The ballots on members within reach, in the order in which they were held."""
    sql, arguments, visible = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_MEMBER))
    return Listing(sql, arguments, _IN_TIME, to_item, visible=visible, extra=queries.named(as_of))


async def get(connection: Connection, as_of: AsOf, actor: Actor, ballot_id: UUID) -> BallotRead:
    """One ballot. 404 where the member is out of reach, or it was struck out."""
    return (await _find(connection, as_of, actor, ballot_id))[0]


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, ballot_id: UUID
) -> tuple[BallotRead, list[HeldRole]]:
    row = await queries.get(connection, as_of, ballot_id, actor.id)
    held = held_roles(row["held"] if row else None)
    if row is None or not allows(Action.READ_MEMBER, held):
        raise NotFound("not_found")
    known_at = check_frame(row, as_of)
    actions = permitted((Action.CORRECT_MEMBER,), held)
    read = BallotRead(**_item(row), version=row["version"], known_at=known_at, actions=actions)
    return read, held


def to_item(row: Record) -> BallotItem:
    """A ballot as lists show it."""
    return BallotItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    said = {name: row[name] for name in BallotItem.model_fields if name != "base"}
    return {**said, "base": row["summoned"] - sum(row["left_out"].values())}


async def correct(
    connection: Connection,
    cause: Cause,
    ballot_id: UUID,
    expected_version: int,
    document: BallotCorrection,
) -> BallotRead | None:
    """Correct the figures of a ballot, or strike it out (None). What was decided on it stays as recorded."""
    await queries.own_member(connection, ballot_id)
    ballot, held = await _find(connection, cause.as_of, cause.actor, ballot_id)
    require(Action.CORRECT_MEMBER, held)
    require_version(expected_version, ballot.version)
    day = Period.of_day(ballot.held_on)
    if document.period.required() != day:
        raise Invalid(
            FieldError("/body/period", "of_another_day", (("held_on", ballot.held_on.isoformat()),))
        )
    value = document.value
    if value is not None:
        exclusions = await ruling(
            connection,
            AsOf(ballot.held_on, None, cause.today),
            ballot.organization_id,
            "vote.base_exclusions",
        )
        counted = CountedBallot(BallotStep(ballot.step), value.summoned, value.left_out, value.in_favour)
        check_ballot(counted, exclusions["vote.base_exclusions"])
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.BALLOT_CORRECTED,
        {"ballot": str(ballot_id), "struck_out": value is None, "evidence": document.evidence},
        reason=document.reason,
    )
    said = value.model_dump(mode="json") if value is not None else None
    plan = await history.plan_correction(connection, facts.BALLOT, (ballot_id,), day, said)
    await history.write(connection, operation_id, plan)
    await history.touch(connection, cause, operation_id, concerned=[ballot.organization_id])
    if value is None:
        return None
    corrected, _ = await _find(connection, cause.as_of, cause.actor, ballot_id)
    return corrected.model_copy(update={"known_at": None})
