"""Transfers, grants, acts of two persons and notices, broken."""

from datetime import date
from uuid import UUID

from make import BEGAN, CAUSE, OPENED

from app.domain.nation import NATION
from app.domain.period import Period
from app.queries import facts, two_persons
from app.queries.ranges import to_range
from app.services import history
from breaches.breaking import BREACHES, Break, Breaker, breach


def transfer(at: Breaker, **differing: object) -> tuple[object, ...]:
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
    return tuple((said | differing).values())


async def away(at: Breaker) -> None:
    """The member of the transfer on the way, on all its days."""
    await at.say(facts.ACTIVITY, (at.world["p0"],), Period(OPENED), "transferring")


@breach("transfer_and_activity")
async def a_member_on_the_way_who_is_active(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED), *transfer(at))
    return {transfer_id}


@breach("transfer_and_activity")
async def a_transfer_that_is_open_for_somebody_else(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await away(at)
    await at.drop("transfer", "ck_transfer_open_member")
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED), *transfer(at, member_id=at.world["p1"]))
    return {transfer_id}


@breach("transfer_and_activity")
async def a_member_still_on_the_way_when_the_transfer_is_over(at: Breaker) -> set[object]:
    transfer_id, over = history.new_id(), date(2024, 1, 1)
    await away(at)
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, over), *transfer(at))
    ended = transfer(at, state="cancelled", step="cancel", open_member_id=None)
    await at.say(facts.TRANSFER, (transfer_id,), Period(over), *ended)
    return {transfer_id}


@breach("transfer_unbroken")
async def a_transfer_that_just_ends(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await away(at)
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *transfer(at))
    return {transfer_id}


@breach("transfer_unbroken")
async def a_transfer_that_stands_nowhere_for_a_while(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await away(at)
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *transfer(at))
    await at.say(facts.TRANSFER, (transfer_id,), Period(date(2024, 2, 1)), *transfer(at))
    return {transfer_id}


@breach("transfer_open_once")
async def a_member_on_the_way_to_two_places(at: Breaker) -> set[object]:
    await at.drop("transfer", "ex_transfer_one_open")
    await away(at)
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


def _proposed(at: Breaker, table: str) -> dict[str, object]:
    period = to_range(Period(OPENED))
    if table == "policy_edit":
        return {"key": "org.root_types", "scope": "national", "scope_id": NATION, "valid": period}
    return {"member_id": at.world["p0"], "period": period, "value": {}}


async def _close(at: Breaker, table: str, state: str, closer: object) -> set[object]:
    proposal_id = history.new_id()
    operation_id = await at.operation()
    row = {"id": proposal_id, "operation_id": operation_id, "proposer_id": CAUSE.actor.id}
    await two_persons.insert(at.connection, table, row | _proposed(at, table))
    await at.drop(f"{table}_closing", f"ck_{table}_closing_two_actors")
    await at.run(
        f"INSERT INTO {table}_closing (id, proposer_id, closer_id, state, operation_id) VALUES ($1, $2, $3, $4, $5)",
        proposal_id, CAUSE.actor.id, closer, state, operation_id,
    )  # fmt: skip
    await at.seal()
    return {proposal_id}


def _closed_by_its_proposer(table: str) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        return await _close(at, table, "refused", CAUSE.actor.id)

    break_it.__name__ = f"{table}_refused_by_its_proposer"
    return break_it


def _closed_by_another_than_said(table: str) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        return await _close(at, table, "refused", history.new_id())

    break_it.__name__ = f"{table}_closed_by_another_than_its_operation_says"
    return break_it


BREACHES += [
    ("by_two_persons", how(table))
    for table in two_persons.PROPOSED
    for how in (_closed_by_its_proposer, _closed_by_another_than_said)
]


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
