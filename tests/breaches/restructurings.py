"""Restructurings and where rolls go, broken."""

from make import CAUSE, OPENED

from app.domain.access import MACHINE_ISSUER
from app.domain.period import Period
from app.queries import facts
from app.queries import restructurings as queries
from app.services import history
from breaches.breaking import Breaker, breach

DIGEST = "0" * 64


async def _drafted(at: Breaker) -> object:
    restructuring_id, operation_id = history.new_id(), await at.operation()
    await queries.insert(at.connection, restructuring_id, CAUSE.actor.id, None, operation_id)
    await queries.revise(
        at.connection,
        restructuring_id=restructuring_id,
        n=1,
        document={},
        ids={},
        effective_on=None,
        named=[],
        changing=[],
        operation_id=operation_id,
    )
    await at.seal()
    return restructuring_id


async def _taken(at: Breaker, one: object, step: str, state: str, **differing: object) -> None:
    """A step by another person than the proposer, unless it is the proposer's."""
    own = step in ("edit", "submit", "cancel")
    said = {
        "n": 1
        + int(
            str(await at.fetchval("SELECT count(*) FROM restructuring_step WHERE restructuring_id = $1", one))
        ),
        "revision": 1,
        "actor_id": CAUSE.actor.id if own else await _somebody(at, "another"),
        "digest": DIGEST,
    } | differing
    operation_id = await at.operation()
    await at.run("UPDATE operation SET actor_id = $1 WHERE id = $2", said["actor_id"], operation_id)
    await at.run(
        "INSERT INTO restructuring_step"
        " (restructuring_id, n, step, state, revision, actor_id, proposer_id, digest, operation_id)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        one, said["n"], step, state, said["revision"], said["actor_id"], CAUSE.actor.id, said["digest"], operation_id,
    )  # fmt: skip
    await at.seal()


async def _somebody(at: Breaker, subject: str, issuer: str = "elsewhere") -> object:
    actor_id = history.new_id()
    await at.run(
        "INSERT INTO actor (id, issuer, subject, organization_id) VALUES ($1, $2, $3, $4)",
        actor_id, issuer, f"{subject} {actor_id}", at.world["bloc"] if issuer == MACHINE_ISSUER else None,
    )  # fmt: skip
    return actor_id


@breach("restructuring_by_two_persons")
async def a_restructuring_of_another_than_its_operation_says(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await at.run(
        "UPDATE restructuring SET proposer_id = $1 WHERE id = $2", await _somebody(at, "another"), one
    )
    return {one}


@breach("restructuring_by_two_persons")
async def a_restructuring_approved_by_its_proposer(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted")
    await at.drop("restructuring_step", "ck_restructuring_step_two_actors")
    await _taken(at, one, "approve", "approved", actor_id=CAUSE.actor.id)
    return {one}


@breach("restructuring_by_two_persons")
async def a_restructuring_approved_by_a_machine_client(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted")
    await _taken(at, one, "approve", "approved", actor_id=await _somebody(at, "system", MACHINE_ISSUER))
    return {one}


@breach("restructuring_by_two_persons")
async def a_restructuring_submitted_by_another_than_its_proposer(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted", actor_id=await _somebody(at, "another"))
    return {one}


@breach("restructuring_by_two_persons")
async def a_step_of_another_than_its_operation_says(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted")
    await at.run("UPDATE operation SET actor_id = $1 WHERE id = (SELECT max(operation_id::text)::uuid"
                 " FROM restructuring_step)", await _somebody(at, "another"))  # fmt: skip
    return {one}


@breach("restructuring_course")
async def a_restructuring_applied_that_nobody_approved(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted")
    await _taken(at, one, "apply", "applied")
    return {one}


@breach("restructuring_course")
async def an_approval_of_something_else_than_was_submitted(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "submit", "submitted")
    await _taken(at, one, "approve", "approved", digest="1" * 64)
    return {one}


@breach("restructuring_course")
async def an_edit_that_makes_no_revision(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await _taken(at, one, "edit", "draft")
    return {one}


@breach("restructuring_course")
async def a_restructuring_that_asks_for_nothing_known(at: Breaker) -> set[object]:
    one = await _drafted(at)
    await at.run("DELETE FROM restructuring_revision WHERE restructuring_id = $1", one)
    return {one}


@breach("roll_destination")
async def a_roll_that_goes_where_nobody_can_be(at: Breaker) -> set[object]:
    await at.say(facts.ROLL_DESTINATION, (at.world["court"],), Period(OPENED), at.world["health"])
    return {at.world["court"]}
