"""Verification: silent on a sound register, and each check sees the breach it is there for, and only that."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from uuid import UUID

import asyncpg
import pytest
from make import BEGAN, CAUSE, OPENED, World, member, organization

from app.bootstrap import Urls, with_database
from app.db import speak
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.queries.policies import NATION
from app.queries.register import insert_members, insert_organizations
from app.queries.verify import CHECKS
from app.services import history
from app.services.verify import verify


class Breaker:
    """A superuser at work past every guard; all of it is rolled back."""

    def __init__(self, connection: asyncpg.Connection, world: World) -> None:
        self.connection = connection
        self.world = world

    async def run(self, statement: str, *arguments: object) -> None:
        """A statement without triggers and foreign keys."""
        await self.connection.execute("SET LOCAL session_replication_role = replica")
        await self.connection.execute(statement, *arguments)
        await self.connection.execute("SET LOCAL session_replication_role = origin")

    async def drop(self, table: str, constraint: str) -> None:
        await self.connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")

    async def fetchval(self, query: str, *arguments: object) -> object:
        return await self.connection.fetchval(query, *arguments)

    async def operation(self) -> object:
        """An operation, for facts that are added."""
        return await history.begin(self.connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})

    async def seal(self) -> None:
        """Make the operations known without having them judged."""
        await self.run("UPDATE operation SET recorded_at = clock_timestamp() WHERE recorded_at IS NULL")

    async def say(
        self, table: facts.FactTable, key: tuple[object, ...], valid: Period, *values: object
    ) -> None:
        """A believed fact more, where triggers do not look."""
        await self.connection.execute("SET LOCAL session_replication_role = replica")
        await facts.overwrite(self.connection, table, await self.operation(), [Wanted(key, valid, values)])
        await self.seal()

    async def rebuild(self) -> None:
        """Ancestry as the broken placements say it, so that only the breach itself is seen."""
        organizations = await self.connection.fetch("SELECT id FROM organization")
        await tree.rebuild_ancestry(self.connection, [row["id"] for row in organizations])


Break = Callable[[Breaker], Awaitable[set[object]]]
BREACHES: list[tuple[str, Break]] = []


def breach(check: str) -> Callable[[Break], Break]:
    """A way to break the data; it answers the offenders that exactly this check must report."""

    def register(break_it: Break) -> Break:
        BREACHES.append((check, break_it))
        return break_it

    return register


@breach("one_root")
async def two_roots(at: Breaker) -> set[object]:
    await at.drop("placement", "ex_placement_one_root")
    district = at.world["district"]
    await at.run("UPDATE placement SET parent_id = NULL WHERE organization_id = $1", district)
    await at.rebuild()
    return {district, at.world["province"]}


@breach("one_root")
async def a_root_that_ends_without_another(at: Breaker) -> set[object]:
    await at.run("UPDATE placement SET valid = daterange('2020-08-01', '2100-01-01')")
    await at.run("UPDATE organization_opening SET valid = daterange(lower(valid), '2100-01-01')")
    await at.run("DELETE FROM membership")
    await at.run("DELETE FROM headcount_change")
    await at.run("DELETE FROM member")
    await at.rebuild()
    return {at.world["province"]}


@breach("organization_unbroken")
async def a_life_with_a_gap(at: Breaker) -> set[object]:
    court = at.world["court"]
    await at.run("UPDATE placement SET valid = '[2020-08-01,2021-01-01)' WHERE organization_id = $1", court)
    await at.run(
        "INSERT INTO placement (organization_id, parent_id, valid, operation_id)"
        " SELECT organization_id, parent_id, '[2022-01-01,)', operation_id FROM placement"
        " WHERE organization_id = $1",
        court,
    )
    await at.rebuild()
    return {court}


@breach("organization_unbroken")
async def two_places_on_one_day(at: Breaker) -> set[object]:
    court = at.world["court"]
    await at.drop("placement", "ex_placement_organization_id")
    await at.run(
        "INSERT INTO placement (organization_id, parent_id, valid, operation_id)"
        " SELECT organization_id, $2, '[2021-01-01,2021-01-02)', operation_id FROM placement"
        " WHERE organization_id = $1",
        court,
        at.world["district"],
    )
    await at.rebuild()
    return {court}


@breach("organization_unbroken")
async def an_organization_that_never_lived(at: Breaker) -> set[object]:
    organization_id = history.new_id()
    await insert_organizations(at.connection, [organization_id])
    return {organization_id}


@breach("parent_alive")
async def a_parent_that_ends_before_its_child(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    parent = await organization(
        at.connection, operation_id, at.world["bloc"], "grassroots_committee", "Đảng bộ cũ"
    )
    child = await organization(at.connection, operation_id, parent, "affiliated_cell", "Chi bộ cũ")
    await at.seal()
    for table in ("placement", "organization_opening"):
        await at.run(
            f"UPDATE {table} SET valid = daterange(lower(valid), '2024-01-01') WHERE organization_id = $1",
            parent,
        )
    await at.rebuild()
    return {child}


@breach("tree_without_cycle")
async def two_organizations_below_each_other(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    one = await organization(
        at.connection, operation_id, at.world["bloc"], "grassroots_committee", "Đảng bộ một"
    )
    other = await organization(at.connection, operation_id, one, "grassroots_committee", "Đảng bộ hai")
    await at.seal()
    await at.run("UPDATE placement SET parent_id = $1 WHERE organization_id = $2", other, one)
    await at.rebuild()
    return {one, other}


@breach("tree_without_cycle")
async def a_tree_deeper_than_it_may_be(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    await at.connection.execute("SET LOCAL session_replication_role = replica")
    below = at.world["province"]
    for depth in range(1, 14):
        below = await organization(
            at.connection, operation_id, below, "grassroots_committee", f"Đảng bộ bậc {depth}"
        )
    await at.seal()
    return {below}


@breach("ancestry")
async def an_ancestor_forgotten(at: Breaker) -> set[object]:
    await at.run(
        "DELETE FROM organization_ancestry WHERE organization_id = $1 AND ancestor_id = $2",
        at.world["court"],
        at.world["province"],
    )
    return {at.world["court"]}


@breach("ancestry")
async def an_ancestor_made_up(at: Breaker) -> set[object]:
    await at.run(
        "INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)"
        " VALUES ($1, $2, 1, '[2020-08-01,)')",
        at.world["court"],
        at.world["district"],
    )
    return {at.world["court"]}


@breach("ancestry")
async def an_ancestor_written_twice(at: Breaker) -> set[object]:
    await at.run(
        "INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)"
        " SELECT organization_id, ancestor_id, depth, valid FROM organization_ancestry"
        " WHERE organization_id = $1 AND depth = 0",
        at.world["court"],
    )
    return {at.world["court"]}


@breach("organization_described")
async def an_organization_without_a_name_for_a_while(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE organization_name SET valid = '[2020-09-01,)' WHERE organization_id = $1", at.world["court"]
    )
    return {at.world["court"]}


@breach("organization_described")
async def an_organization_without_a_type(at: Breaker) -> set[object]:
    # The bloc holds no members, so that the type is missed for nothing else.
    await at.run("DELETE FROM organization_type WHERE organization_id = $1", at.world["bloc"])
    return {at.world["bloc"]}


@breach("opening_in_life")
async def a_roll_complete_before_the_cell_was_there(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE organization_opening SET valid = '[2019-01-01,)' WHERE organization_id = $1",
        at.world["court"],
    )
    return {at.world["court"]}


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


@breach("code_borne_once")
async def two_organizations_with_one_code(at: Breaker) -> set[object]:
    await at.drop("organization_code", "ex_organization_code_code")
    await at.run("UPDATE organization_code SET code = 'C-town' WHERE organization_id = $1", at.world["court"])
    return {at.world["court"], at.world["town"]}


@breach("external_id_borne_once")
async def two_organizations_with_one_external_id(at: Breaker) -> set[object]:
    await at.drop("organization_external_id", "ex_organization_external_id_system_external_id")
    await at.run(
        "UPDATE organization_external_id SET external_id = 'town' WHERE organization_id = $1",
        at.world["court"],
    )
    return {at.world["court"], at.world["town"]}


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


def _transfer(at: Breaker) -> tuple[object, ...]:
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
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *_transfer(at))
    return {transfer_id}


@breach("transfer_unbroken")
async def a_transfer_that_stands_nowhere_for_a_while(at: Breaker) -> set[object]:
    transfer_id = history.new_id()
    await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED, date(2024, 1, 1)), *_transfer(at))
    await at.say(facts.TRANSFER, (transfer_id,), Period(date(2024, 2, 1)), *_transfer(at))
    return {transfer_id}


@breach("transfer_open_once")
async def a_member_on_the_way_to_two_places(at: Breaker) -> set[object]:
    await at.drop("transfer", "ex_transfer_one_open")
    transfers: list[object] = [history.new_id(), history.new_id()]
    for transfer_id in transfers:
        await at.say(facts.TRANSFER, (transfer_id,), Period(OPENED), *_transfer(at))
    return set(transfers)


@breach("grant_held_once")
async def a_role_granted_twice(at: Breaker) -> set[object]:
    await at.drop("access_grant", "ex_access_grant_once")
    grants = [history.new_id(), history.new_id()]
    for grant_id in grants:
        values = (CAUSE.actor.id, "auditor", at.world["bloc"])
        await at.say(facts.ACCESS_GRANT, (grant_id,), Period(BEGAN), *values)
    return set(grants)


@breach("sector_in_catalogue")
async def a_sector_that_no_catalogue_has(at: Breaker) -> set[object]:
    await at.say(facts.ORGANIZATION_SECTOR, (at.world["court"],), Period(OPENED), "moon")
    return {at.world["court"]}


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


@breach("members_told_apart_once")
async def two_told_apart_twice(at: Breaker) -> set[object]:
    await at.drop("member_distinction", "ex_member_distinction_once")
    pair = sorted((at.world["p0"], at.world["p3"]))
    said = {history.new_id(), history.new_id()}
    for distinction_id in said:
        await at.say(facts.MEMBER_DISTINCTION, (distinction_id,), Period(BEGAN), *pair)
    return {*said}


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


TERM = Period(OPENED, date(2190, 1, 1))


async def _committee(at: Breaker, organization: str = "health", valid: Period = TERM) -> UUID:
    committee_id = history.new_id()
    said = (at.world[organization], "executive", "2023-2028", None, "congress", 9, None, None)
    await at.say(facts.COMMITTEE, (committee_id,), valid, *said)
    return committee_id


async def _seat(
    at: Breaker, committee_id: UUID, name: str = "p0", title: str = "committee_member", valid: Period = TERM
) -> UUID:
    seat_id = history.new_id()
    await at.say(facts.SEAT, (seat_id,), valid, committee_id, at.world[name], title, "elected", None)
    return seat_id


@breach("committee_in_life")
async def a_committee_before_its_organization(at: Breaker) -> set[object]:
    return {await _committee(at, valid=Period(date(2019, 1, 1), date(2024, 1, 1)))}


@breach("committee_one_of_a_kind")
async def two_committees_at_once(at: Breaker) -> set[object]:
    await at.drop("committee", "ex_committee_one_of_a_kind")
    return {await _committee(at), await _committee(at)}


@breach("seat_in_committee")
async def a_seat_after_the_term(at: Breaker) -> set[object]:
    committee_id = await _committee(at, valid=Period(OPENED, date(2024, 1, 1)))
    return {await _seat(at, committee_id)}


@breach("seat_of_official")
async def a_seat_of_a_probationary_member(at: Breaker) -> set[object]:
    return {await _seat(at, await _committee(at), "p2")}


@breach("seat_held_once")
async def two_secretaries(at: Breaker) -> set[object]:
    await at.drop("seat", "ex_seat_one_head")
    committee_id = await _committee(at)
    return {await _seat(at, committee_id, name, "secretary") for name in ("p0", "p1")}


@breach("seat_held_once")
async def a_person_in_two_seats(at: Breaker) -> set[object]:
    await at.drop("seat", "ex_seat_one_of_a_person")
    committee_id = await _committee(at)
    return {await _seat(at, committee_id), await _seat(at, committee_id)}


async def _meeting(at: Breaker, day: date = date(2023, 5, 4), held: bool = True) -> UUID:
    meeting_id = history.new_id()
    reason = None if held else "other"
    said = (at.world["health-1"], "cell", None, "regular", day.replace(day=1), reason)
    await at.say(facts.MEETING, (meeting_id,), Period.of_day(day), *said)
    return meeting_id


@breach("meeting_in_life")
async def a_meeting_before_its_organization(at: Breaker) -> set[object]:
    return {await _meeting(at, date(2019, 5, 4))}


@breach("meeting_one_regular")
async def two_regular_meetings_of_a_month(at: Breaker) -> set[object]:
    await at.drop("meeting", "ex_meeting_one_regular")
    return {await _meeting(at), await _meeting(at, date(2023, 5, 20))}


@breach("record_of_meeting")
async def an_absence_from_a_meeting_that_was_not_held(at: Breaker) -> set[object]:
    meeting_id = await _meeting(at, date(2023, 5, 31), held=False)
    await at.say(facts.ABSENCE, (meeting_id, at.world["p0"]), Period.of_day(date(2023, 5, 31)), "ill")
    return {meeting_id}


@breach("record_of_meeting")
async def a_resolution_of_another_day(at: Breaker) -> set[object]:
    meeting_id = await _meeting(at)
    said = ("Nghị quyết", "two_thirds", 2, {}, 2)
    await at.say(facts.RESOLUTION, (meeting_id, 1), Period.of_day(date(2023, 5, 5)), *said)
    return {meeting_id}


def _believed_twice(table: facts.FactTable) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        await at.drop(table.name, f"ex_{table.name}_{'_'.join(table.key)}")
        if not await at.fetchval(f"SELECT count(*) FROM {table.name}"):
            await _say_something(at, table)
        others = await at.connection.fetch(
            "SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = $1::text::regclass",
            table.name,
        )
        for row in others:
            await at.drop(table.name, row["conname"])
        columns = ", ".join(table.columns)
        first = await at.fetchval(f"SELECT max(id) FROM {table.name} WHERE superseded_by IS NULL")
        # The same value again would break the rules about values too.
        values = {"external_id": "'other'", "code": "'other'", "number": "'other'", "role": "'auditor'"}
        said = ", ".join(
            values.get(name, name) if kind == "VARCHAR" else name for name, kind in table.columns.items()
        )
        await at.run(
            f"INSERT INTO {table.name} ({columns}, valid, operation_id)"
            f" SELECT {said}, daterange('2100-01-01', '2100-01-02'), operation_id FROM {table.name} WHERE id = $1",
            first,
        )
        second = await at.fetchval(f"SELECT max(id) FROM {table.name}")
        return {f"{table.name}:{first}", f"{table.name}:{second}"}

    break_it.__name__ = f"{table.name}_believed_twice"
    return break_it


async def _say_something(at: Breaker, table: facts.FactTable) -> None:
    if table is facts.COMMITTEE:
        await _committee(at)
        return
    if table is facts.SEAT:
        await _seat(at, await _committee(at))
        return
    if table in (facts.MEETING, facts.ABSENCE, facts.RESOLUTION):
        meeting_id, days = history.new_id(), Period(OPENED)
        meeting = (at.world["health-1"], "cell", None, "thematic", date(2023, 5, 1), None)
        await at.say(facts.MEETING, (meeting_id,), days, *meeting)
        if table is facts.ABSENCE:
            await at.say(table, (meeting_id, at.world["p0"]), days, "ill")
        if table is facts.RESOLUTION:
            await at.say(table, (meeting_id, 1), days, "Nghị quyết", "two_thirds", 2, {}, 2)
        return
    said: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
        "activity": ((at.world["p0"],), ("exempted",)),
        "ballot": (
            (history.new_id(),),
            ("exit", at.world["p0"], "cell", at.world["court"], 3, {}, 3, None),
        ),
        "correction_proposal": ((history.new_id(),), (at.world["p0"], {}, "Ghi nhầm", None)),
        "member_distinction": ((history.new_id(),), tuple(sorted((at.world["p0"], at.world["p3"])))),
        "member_merge": ((history.new_id(),), (at.world["p0"], at.world["p3"])),
        "identifier": ((at.world["p0"], "citizen_id"), ("030170000001", at.world["province"])),
        "organization_authority": ((at.world["court"], "delegated_upper_powers"), ()),
        "organization_sector": ((at.world["court"],), ("hospital",)),
        "hold": ((history.new_id(),), (at.world["p0"], "complaint")),
        "transfer": ((history.new_id(),), _transfer(at)),
    }
    key, values = said[table.name]
    await at.say(table, key, Period(OPENED), *values)


BREACHES += [
    ("fact_believed_once", _believed_twice(table))
    for table in facts.TABLES
    if table not in (facts.PLACEMENT, facts.MEMBERSHIP, facts.TRANSFER)
]


@breach("operation_sealed")
async def an_operation_never_sealed(at: Breaker) -> set[object]:
    return {await at.operation()}


@breach("operation_sealed")
async def two_operations_at_one_instant(at: Breaker) -> set[object]:
    await at.connection.execute("DROP INDEX uq_operation_recorded_at")
    operations = {await at.operation(), await at.operation()}
    await at.run("UPDATE operation SET recorded_at = now() WHERE recorded_at IS NULL")
    return operations


def _unsound(table: str, how: str) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        await _say_for(at, table)
        row = await at.fetchval(
            f"SELECT id FROM {table} WHERE superseded_by IS NULL ORDER BY id DESC LIMIT 1"
        )
        missing = history.new_id()
        if how == "of_no_operation":
            await at.run(f"UPDATE {table} SET operation_id = $1 WHERE id = $2", missing, row)
        else:
            # Taken back and said again, so that nothing is missed but the order of the two operations.
            columns = await at.fetchval(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = $1 AND column_name NOT IN ('id', 'superseded_by', 'hash')",
                table,
            )
            earlier = await at.fetchval("SELECT id FROM operation ORDER BY recorded_at LIMIT 1")
            by = missing if how == "taken_back_by_no_operation" else earlier
            if how == "taken_back_before_it_was_said":
                latest = await at.operation()
                await at.seal()
                await at.run(f"UPDATE {table} SET operation_id = $1 WHERE id = $2", latest, row)
            await at.run(f"UPDATE {table} SET superseded_by = $1 WHERE id = $2", by, row)
            if table != "api_key":
                await at.run(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = $1", row
                )
        return {f"{table}:{row}"}

    break_it.__name__ = f"{table}_{how}"
    return break_it


async def _say_for(at: Breaker, table: str) -> None:
    if await at.fetchval(f"SELECT count(*) FROM {table}"):
        return
    if table == "api_key":
        operation_id = await at.operation()
        await at.seal()
        await at.run(
            "INSERT INTO api_key (id, actor_id, hash, operation_id) VALUES ($1, $2, '\\x00', $3)",
            history.new_id(),
            CAUSE.actor.id,
            operation_id,
        )
    else:
        await _say_something(at, next(one for one in facts.TABLES if one.name == table))


BREACHES += [
    ("fact_of_operation", _unsound(table, how))
    for table in (*(one.name for one in facts.TABLES), "api_key")
    for how in ("of_no_operation", "taken_back_by_no_operation", "taken_back_before_it_was_said")
]


@pytest.fixture(scope="module")
async def superuser(admin_dsn: str, template: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(with_database(admin_dsn, template))
    await speak(connection)
    yield connection
    await connection.close()


@pytest.fixture
async def breaker(superuser: asyncpg.Connection, world: World) -> AsyncIterator[Breaker]:
    transaction = superuser.transaction()
    await transaction.start()
    yield Breaker(superuser, world)
    await transaction.rollback()


async def test_a_sound_register_offends_nothing(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.reader)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        report = await verify(connection)
    await connection.close()
    assert report.sound and report.known_at is not None
    assert [one.check for one in report.checked] == list(CHECKS)
    assert all(one.offending_count == 0 and one.offending == [] for one in report.checked)
    assert len({one.description for one in report.checked}) == len(CHECKS)


@pytest.mark.parametrize(
    ("check", "break_it"), [pytest.param(*one, id=f"{one[0]}-{one[1].__name__}") for one in BREACHES]
)
async def test_a_breach_is_reported_by_its_own_check_alone(
    breaker: Breaker, check: str, break_it: Break
) -> None:
    offenders = {str(one) for one in await break_it(breaker)}
    report = await verify(breaker.connection)
    assert not report.sound
    found = {one.check: set(one.offending) for one in report.checked if one.offending_count}
    assert found == {check: offenders}


def test_there_is_no_check_that_was_never_seen_to_fail() -> None:
    assert {check for check, _ in BREACHES} == set(CHECKS)


async def test_of_many_offenders_a_hundred_are_shown_and_all_are_counted(breaker: Breaker) -> None:
    await insert_members(breaker.connection, [history.new_id() for _ in range(150)])
    report = await verify(breaker.connection)
    (broken,) = (one for one in report.checked if one.offending_count)
    assert (broken.check, len(broken.offending), broken.offending_count) == ("membership_unbroken", 100, 150)
