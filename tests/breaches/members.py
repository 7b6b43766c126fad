"""Members, what is said of them and the counts of rolls, broken."""

from datetime import date

from make import BEGAN, OPENED, member

from app.domain.period import Period
from app.queries import facts
from app.queries.register import insert_members
from app.services import history
from breaches.breaking import Breaker, breach


async def _recount(at: Breaker) -> None:
    await at.run("DELETE FROM headcount_change")
    await at.run(
        "INSERT INTO headcount_change (cell_id, standing, on_date, n)"
        " SELECT cell_id, standing, lower(valid), 1 FROM membership WHERE cell_id IS NOT NULL UNION ALL"
        " SELECT cell_id, standing, upper(valid), -1 FROM membership WHERE cell_id IS NOT NULL"
        " AND upper(valid) IS NOT NULL"
    )


async def _second_membership(at: Breaker, first: str, second: str) -> set[object]:
    """The member `p0` with two memberships in the same cell instead of one."""
    p0 = at.world["p0"]
    await at.drop("membership", "ex_membership_member_id")
    await at.run(
        "INSERT INTO membership (member_id, cell_id, standing, valid, operation_id)"
        " SELECT member_id, cell_id, standing, $2::text::daterange, operation_id FROM membership"
        " WHERE member_id = $1",
        p0,
        second,
    )
    await at.run(
        "UPDATE membership SET valid = $2::text::daterange"
        " WHERE id = (SELECT min(id) FROM membership WHERE member_id = $1)",
        p0,
        first,
    )
    await _recount(at)
    return {p0}


@breach("membership_unbroken")
async def a_membership_with_a_gap(at: Breaker) -> set[object]:
    return await _second_membership(at, "[2023-01-01,2024-01-01)", "[2025-01-01,)")


@breach("membership_unbroken")
async def a_member_of_two_cells(at: Breaker) -> set[object]:
    return await _second_membership(at, "[2023-01-01,)", "[2024-01-01,2025-01-01)")


@breach("membership_unbroken")
async def a_membership_that_just_ends(at: Breaker) -> set[object]:
    p0 = at.world["p0"]
    await at.run("UPDATE membership SET valid = '[2023-01-01,2024-01-01)' WHERE member_id = $1", p0)
    await _recount(at)
    return {p0}


@breach("membership_unbroken")
async def a_member_who_was_never_in(at: Breaker) -> set[object]:
    p0 = at.world["p0"]
    await at.run(
        "UPDATE membership SET cell_id = NULL, standing = NULL, exit_reason = 'resigned' WHERE member_id = $1",
        p0,
    )
    await _recount(at)
    return {p0}


@breach("membership_unbroken")
async def a_member_without_any_membership(at: Breaker) -> set[object]:
    member_id = history.new_id()
    await insert_members(at.connection, [member_id])
    return {member_id}


@breach("membership_in_cell")
async def a_member_of_something_that_holds_none(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE membership SET cell_id = $2 WHERE member_id = $1", at.world["p0"], at.world["health"]
    )
    await _recount(at)
    return {at.world["p0"]}


@breach("membership_in_cell")
async def a_member_before_the_cell_was_there(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    await at.connection.execute("SET LOCAL session_replication_role = replica")
    early = await member(
        at.connection, operation_id, at.world["court"], "Vũ Thị Sớm", since=date(2020, 7, 31)
    )
    await at.seal()
    await _recount(at)
    return {early}


@breach("member_described")
async def a_member_without_a_name_for_a_while(at: Breaker) -> set[object]:
    await at.run("UPDATE person SET valid = '[2023-01-02,)' WHERE member_id = $1", at.world["p0"])
    return {at.world["p0"]}


@breach("member_described")
async def a_member_without_particulars(at: Breaker) -> set[object]:
    await at.run("DELETE FROM person WHERE member_id = $1", at.world["p0"])
    return {at.world["p0"]}


@breach("headcounts")
async def a_count_too_high(at: Breaker) -> set[object]:
    await at.run("UPDATE headcount_change SET n = n + 1 WHERE cell_id = $1", at.world["court"])
    return {at.world["court"]}


@breach("headcounts")
async def a_count_on_the_wrong_day(at: Breaker) -> set[object]:
    await at.run("UPDATE headcount_change SET on_date = on_date + 1 WHERE cell_id = $1", at.world["court"])
    return {at.world["court"]}


@breach("headcounts")
async def a_count_of_the_wrong_standing(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE headcount_change SET standing = 'probationary' WHERE cell_id = $1", at.world["court"]
    )
    return {at.world["court"]}


@breach("external_id_borne_once")
async def two_members_with_one_external_id(at: Breaker) -> set[object]:
    await at.drop("member_external_id", "ex_member_external_id_system_external_id")
    await at.run("UPDATE member_external_id SET external_id = 'p1' WHERE member_id = $1", at.world["p0"])
    return {at.world["p0"], at.world["p1"]}


@breach("identifier_borne_once")
async def two_members_with_one_card(at: Breaker) -> set[object]:
    await at.drop("identifier", "ex_identifier_one_bearer")
    for name in ("p0", "p1"):
        await at.say(
            facts.IDENTIFIER, (at.world[name], "card_number"), Period(OPENED), "01.001", at.world["province"]
        )
    return {at.world["p0"], at.world["p1"]}


@breach("members_told_apart_once")
async def two_told_apart_twice(at: Breaker) -> set[object]:
    await at.drop("member_distinction", "ex_member_distinction_once")
    pair = sorted((at.world["p0"], at.world["p3"]))
    said = {history.new_id(), history.new_id()}
    for distinction_id in said:
        await at.say(facts.MEMBER_DISTINCTION, (distinction_id,), Period(BEGAN), *pair)
    return {*said}


@breach("paper_told_apart_once")
async def a_person_on_paper_told_apart_twice(at: Breaker) -> set[object]:
    await at.drop("paper_distinction", "ex_paper_distinction_once")
    said = {history.new_id(), history.new_id()}
    for distinction_id in said:
        await at.say(facts.PAPER_DISTINCTION, (distinction_id,), Period(BEGAN), at.world["p0"], "hr", "1")
    return {*said}


@breach("paper_told_apart_once")
async def a_member_who_bears_what_is_said_of_another(at: Breaker) -> set[object]:
    distinction_id = history.new_id()
    await at.say(facts.PAPER_DISTINCTION, (distinction_id,), Period(BEGAN), at.world["p0"], "test", "p0")
    return {distinction_id}
