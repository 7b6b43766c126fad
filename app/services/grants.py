"""Grants: who holds which role where, given, ended, and struck out where recorded in error."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import (
    MACHINE_ISSUER,
    Action,
    Actor,
    HeldRole,
    Role,
    actor_of,
    allows,
    check_admin_remains,
    require,
    role_may_not,
    roles_for,
)
from app.domain.errors import Conflict, DomainError, FieldError, Invalid, NotFound, refuse_any
from app.domain.operation import Bulk, OperationKind
from app.domain.period import Period
from app.etag import require_version
from app.models.access import (
    ActorRead,
    GrantCorrection,
    GrantEnding,
    GrantItem,
    GrantNew,
    GrantRead,
    GrantsNew,
    KnownActor,
)
from app.models.correction import PeriodShape
from app.models.operation import DecisionPaper
from app.paging import Listing, check_frame
from app.queries import actors, facts, locks
from app.queries import grants as queries
from app.queries.asof import AsOf
from app.queries.facts import Wanted
from app.queries.locks import Turn
from app.queries.ranges import to_period
from app.services import history
from app.services.access import held_over, held_roles, permitted
from app.services.history import Cause

Holding = tuple[UUID, Role, UUID]
"""Who holds which role on which organization."""


def listing(as_of: AsOf, actor: Actor, filters: queries.Filters) -> Listing:
    """The grants that hold on a day within reach, in the order in which they were made."""
    sql, arguments, visible, extra = queries.listed(as_of, filters, actor.id, roles_for(Action.READ_GRANT))
    return Listing(
        sql, arguments, {"id": "uuid"}, to_item, visible=visible, extra=extra, duty=Action.READ_GRANT
    )


async def get(connection: Connection, as_of: AsOf, actor: Actor, grant_id: UUID) -> GrantRead:
    """One grant, whether or not it holds on the day. 404 where it is out of reach."""
    return (await _find(connection, as_of, actor, grant_id))[0]


async def _find(
    connection: Connection, as_of: AsOf, actor: Actor, grant_id: UUID
) -> tuple[GrantRead, list[HeldRole]]:
    rows = await queries.get_many(connection, as_of, [grant_id], actor.id)
    held = held_roles(rows[0]["held"] if rows else None)
    if not allows(Action.READ_GRANT, held):
        raise NotFound("not_found")
    known_at = check_frame(rows[0], as_of)
    assert known_at is not None  # it exists, so an operation made it
    actions = permitted((Action.MANAGE_GRANT,), held)
    return GrantRead(**_item(rows[0]), on=as_of.on, known_at=known_at, actions=actions), held


def to_item(row: Record) -> GrantItem:
    """A grant as lists show it."""
    return GrantItem(**_item(row))


def _item(row: Record) -> dict[str, Any]:
    same = ("id", "role", "organization_id", "organization_name", "version")
    return {name: row[name] for name in same} | {
        "actor": ActorRead(
            id=row["actor_id"], issuer=row["issuer"], subject=row["subject"], name=row["actor_name"]
        ),
        "periods": [PeriodShape(from_=one.lower, to=one.upper) for one in row["periods"]],
    }


@dataclass(frozen=True, slots=True)
class _Judged:
    """One item of a request: where it stands there, whom it names, why it is refused if it is."""

    pointer: str
    actor: Actor | None
    asked: GrantNew
    refusal: DomainError | None


async def create(
    connection: Connection, cause: Cause, document: GrantsNew
) -> list[tuple[str, GrantItem | DomainError]]:
    """Give roles, in one act. Answers each item's pointer with the grant, or with the refusal (`each` only)."""
    await locks.share_organizations(connection, {one.organization_id for one in document.grants})
    judged = await _judge(connection, cause, document.grants)
    if document.bulk is Bulk.ALL_OR_NOTHING:
        refuse_any(one.refusal for one in judged)
    made = {one.pointer: history.new_id() for one in judged if one.refusal is None}
    await _write(connection, cause, document, [one for one in judged if one.refusal is None], made)
    as_of = cause.as_of
    rows = await queries.get_many(connection, as_of, made.values(), cause.actor.id)
    items = {row["id"]: to_item(row) for row in rows}
    return [(one.pointer, one.refusal or items[made[one.pointer]]) for one in judged]


async def _judge(connection: Connection, cause: Cause, asked: Sequence[GrantNew]) -> list[_Judged]:
    """Each item against reach and duty, the actors on record, and what is held already or asked before it."""
    held = await held_over(connection, cause, {one.organization_id for one in asked})
    known = await actors.on_record(
        connection, {one.actor.actor_id for one in asked if isinstance(one.actor, KnownActor)}
    )
    named = [_named(one, known) for one in asked]
    taken: dict[Holding, list[Period]] = defaultdict(list)
    ids = {actor.id for actor in named if actor}
    for row in await queries.believed_among(connection, ids, held):
        taken[row["actor_id"], Role(row["role"]), row["organization_id"]].append(to_period(row["valid"]))
    judged = []
    for number, (one, actor) in enumerate(zip(asked, named, strict=True)):
        pointer = f"/body/grants/{number}"
        refusal = _refusal(pointer, one, actor, held, taken)
        if actor and refusal is None:
            taken[actor.id, one.role, one.organization_id].append(one.valid.to_period())
        judged.append(_Judged(pointer, actor, one, refusal))
    return judged


def _named(asked: GrantNew, known: set[UUID]) -> Actor | None:
    """The actor an item names; None where the register cannot know it."""
    if isinstance(asked.actor, KnownActor):
        key = asked.actor.actor_id
        return Actor(key, "", "") if key in known else None
    if asked.actor.issuer == MACHINE_ISSUER:
        return None
    return actor_of(asked.actor.issuer, asked.actor.subject, asked.actor.name)


def _refusal(
    pointer: str,
    asked: GrantNew,
    actor: Actor | None,
    held: Mapping[UUID, list[HeldRole]],
    taken: Mapping[Holding, list[Period]],
) -> DomainError | None:
    """Why an item cannot be, or None."""
    wrong = []
    if asked.organization_id not in held:
        wrong.append(FieldError(f"{pointer}/organization_id", "unknown_organization"))
    if actor is None:
        by_id = isinstance(asked.actor, KnownActor)
        wrong.append(
            FieldError(f"{pointer}/actor/actor_id", "unknown_actor")
            if by_id
            else FieldError(f"{pointer}/actor/issuer", "machine_by_id")
        )
    try:
        valid = asked.valid.to_period()
    except ValueError:
        wrong.append(FieldError(f"{pointer}/valid", "period_empty"))
    if wrong or actor is None:
        return Invalid(*wrong)
    if not allows(Action.MANAGE_GRANT, held[asked.organization_id]):
        return role_may_not(Action.MANAGE_GRANT, pointer=pointer)
    if any(valid.overlaps(one) for one in taken.get((actor.id, asked.role, asked.organization_id), ())):
        return Conflict("grant_exists", pointer=pointer)
    return None


async def _write(
    connection: Connection,
    cause: Cause,
    document: GrantsNew,
    accepted: Sequence[_Judged],
    made: Mapping[str, UUID],
) -> None:
    if not accepted:
        return
    operation_id = await history.begin(
        connection,
        cause,
        OperationKind.GRANTS_CREATED,
        {"grants": [str(grant_id) for grant_id in made.values()]},
        reason=document.reason,
        decisions=document.decisions,
    )
    # Those named by id are on record already, and stay as they are.
    await actors.known(connection, *{one.actor.id: one.actor for one in accepted if one.actor}.values())
    wanted = [
        Wanted(
            (made[one.pointer],),
            one.asked.valid.to_period(),
            {
                "actor_id": one.actor.id,
                "role": one.asked.role.value,
                "organization_id": one.asked.organization_id,
            },
        )
        for one in accepted
        if one.actor
    ]
    await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, wanted)
    await history.touch(connection, cause, operation_id)


async def end(
    connection: Connection, cause: Cause, grant_id: UUID, expected_version: int, document: GrantEnding
) -> GrantRead:
    """End a grant from a day on, today or later; what ended earlier is told by a correction."""
    if document.ended_on < cause.today:
        raise Invalid(FieldError("/body/ended_on", "grant_end_in_past"))
    await locks.take_turn(connection, Turn.ACCESS)
    grant = await _changeable(connection, cause, grant_id, expected_version)
    lost = Period(document.ended_on)
    if not _days_of(grant, lost):
        raise Invalid(FieldError("/body/ended_on", "grant_ended_by_then"))
    return await _strike_out(
        connection,
        cause,
        OperationKind.GRANT_ENDED,
        grant,
        lost,
        {},
        document.reason,
        document.decisions,
    )


async def correct(
    connection: Connection, cause: Cause, grant_id: UUID, expected_version: int, document: GrantCorrection
) -> GrantRead:
    """Strike a grant out over a period: it was recorded in error. `known_at` still shows it."""
    lost = document.period.required()
    await locks.take_turn(connection, Turn.ACCESS)
    grant = await _changeable(connection, cause, grant_id, expected_version)
    if not _days_of(grant, lost):
        raise Invalid(FieldError("/body/period", "nothing_to_change"))
    changes = {"period": str(lost), "evidence": document.evidence}
    return await _strike_out(
        connection, cause, OperationKind.GRANT_CORRECTED, grant, lost, changes, document.reason
    )


async def _changeable(
    connection: Connection, cause: Cause, grant_id: UUID, expected_version: int
) -> GrantRead:
    as_of = cause.as_of
    grant, held = await _find(connection, as_of, cause.actor, grant_id)
    require(Action.MANAGE_GRANT, held)
    require_version(expected_version, grant.version)
    return grant


def _days_of(grant: GrantRead, period: Period) -> list[Period]:
    """The days of the period on which the grant holds."""
    return [days for one in grant.periods if (days := one.to_period().intersect(period))]


async def _strike_out(
    connection: Connection,
    cause: Cause,
    kind: OperationKind,
    grant: GrantRead,
    lost: Period,
    changes: Mapping[str, Any],
    reason: str | None,
    decisions: Sequence[DecisionPaper] = (),
) -> GrantRead:
    administrations = await queries.root_administrations(connection, cause.today)
    if grant.id in {row["grant_id"] for row in administrations}:
        others = [to_period(row["valid"]) for row in administrations if row["grant_id"] != grant.id]
        check_admin_remains(_days_of(grant, lost), others, cause.today)
    operation_id = await history.begin(
        connection,
        cause,
        kind,
        {"grant": str(grant.id), **changes},
        reason=reason,
        effective_on=lost.start,
        decisions=decisions,
    )
    struck_out = await history.plan_correction(connection, facts.ACCESS_GRANT, (grant.id,), lost, None)
    await history.write(connection, operation_id, struck_out)
    await history.touch(connection, cause, operation_id)
    return await _after(connection, cause, grant)


async def _after(connection: Connection, cause: Cause, grant: GrantRead) -> GrantRead:
    """The grant as it stands now; an actor who gave up the last right to see it is still answered."""
    as_of = cause.as_of
    (row,) = await queries.get_many(connection, as_of, [grant.id], cause.actor.id)
    actions = permitted((Action.MANAGE_GRANT,), held_roles(row["held"]))
    return GrantRead(**_item(row), on=grant.on, known_at=None, actions=actions)
