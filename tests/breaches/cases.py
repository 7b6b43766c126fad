"""Transfers, grants, edits of policies and notices, broken."""

from datetime import date
from uuid import UUID

from make import BEGAN, CAUSE, OPENED

from app.domain.period import Period
from app.queries import facts
from app.queries.policies import NATION
from app.services import history
from breaches.breaking import Breaker, breach


def transfer(at: Breaker) -> tuple[object, ...]:
    said = dict.fromkeys(facts.TRANSFER.values) | {
        "member_id": at.world["p0"],
        "kind": "official",
        "from_cell_id": at.world["health-1"],
        "to_outside": "Đảng ủy nơi khác",
        "state": "introduced",
        "step": "introduce",
        "introduced_on": OPENED,
        "open_member_id": at.world["p0"],
    }
    return tuple(said.values())


@breach("transfer_unbroken")
async def a_transfer_that_just_ends(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *transfer(at))
    return {transfer_id}


@breach("transfer_unbroken")
async def a_transfer_that_stands_nowhere_for_a_while(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *transfer(at))
    await at.say(facts.TRANSFER, (transfer_id,), Period(date(2024, 2, 1)), *transfer(at))
    return {transfer_id}


@breach("transfer_open_once")
async def a_member_on_the_way_to_two_places(at: Breaker) -> set[object]:
    await at.drop("transfer", "ex_transfer_one_open")
    transfers: list[object] = [history.new_id(), history.new_id()]
    for transfer_id in transfers:
        await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED), *transfer(at))
    return set(transfers)


@breach("grant_held_once")
async def a_role_granted_twice(at: Breaker) -> set[object]:
    await at.drop("access_grant", "ex_access_grant_once")
    grants = [history.new_id(), history.new_id()]
    for grant_id in grants:
        values = (CAUSE.actor.id, "auditor", at.world["bloc"])
        await at.say(facts.ACCESS_GRANT, (grant_id,), Period(BEGAN), *values)
    return set(grants)


async def _close_an_edit(at: Breaker, state: str, closer: object) -> set[object]:
    edit_id = history.new_id()
    operation_id = await at.operation()
    await at.run(
        "INSERT INTO policy_edit (id, operation_id, proposer_id, key, scope, scope_id, valid)"
        " VALUES ($1, $2, $3, 'org.root_types', 'national', $4, '[2024-01-01,)')",
        edit_id, operation_id, CAUSE.actor.id, NATION,
    )  # fmt: skip
    await at.drop("policy_edit_closing", "ck_policy_edit_closing_two_actors")
    await at.run(
        "INSERT INTO policy_edit_closing VALUES ($1, $2, $3, $4, $5)",
        edit_id, CAUSE.actor.id, closer, state, operation_id,
    )  # fmt: skip
    await at.seal()
    return {edit_id}


@breach("policy_edit_by_two")
async def an_edit_approved_by_its_proposer(at: Breaker) -> set[object]:
    return await _close_an_edit(at, "approved", CAUSE.actor.id)


@breach("policy_edit_by_two")
async def an_edit_closed_by_another_than_its_operation_says(at: Breaker) -> set[object]:
    return await _close_an_edit(at, "refused", history.new_id())


async def _notice(at: Breaker, state: str, settled_by: object) -> UUID:
    notice_id, operation_id = history.new_id(), await at.operation()
    await at.run(
        "INSERT INTO notice (id, operation_id, organization_id, system, external_id, kind, happened_on)"
        " VALUES ($1, $2, $3, 'hr', '1', 'died', '2024-01-01')",
        notice_id, operation_id, at.world["health"],
    )  # fmt: skip
    await at.run(
        "INSERT INTO notice_match (notice_id, member_id, operation_id) VALUES ($1, $2, $3)",
        notice_id, at.world["p0"], operation_id,
    )  # fmt: skip
    await at.run(
        "INSERT INTO notice_closing VALUES ($1, $2, $3, $4)", notice_id, state, settled_by, operation_id
    )
    await at.seal()
    return notice_id


@breach("notice_settled")
async def a_notice_settled_by_an_act_about_nobody(at: Breaker) -> set[object]:
    return {await _notice(at, "settled", await at.fetchval("SELECT id FROM operation LIMIT 1"))}


@breach("notice_settled")
async def a_dismissed_notice_of_which_a_name_is_kept(at: Breaker) -> set[object]:
    notice_id = await _notice(at, "dismissed", None)
    await at.run("INSERT INTO notice_person (notice_id, full_name) VALUES ($1, 'Người Lạ')", notice_id)
    return {notice_id}
