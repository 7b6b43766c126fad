"""Figures of the past on the tree of today: everyone counted once, and every branch the sum of those below it."""

from datetime import date
from typing import Any
from uuid import UUID

from conftest import SignIn, Statements
from descent import Act, act
from make import Client, World

from app.db import Database
from app.queries import facts, tree

ON, SPLIT, MERGED = "2023-06-01", date(2024, 3, 1), date(2025, 2, 1)


async def summary(client: Client, organization_id: UUID, status: int = 200, **params: str) -> dict[str, Any]:
    asked = {"on": ON, "basis": "todays_tree"} | params
    answer = await client.get(f"/v1/organizations/{organization_id}/summary", params=asked)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def total(client: Client, organization_id: UUID, **params: str) -> int:
    """The members of a branch; they must be those of its children together, where it has children."""
    found = await summary(client, organization_id, **params)
    for groups in ("by_standing", "by_activity_status", "by_sex"):
        assert sum(found["members"][groups].values()) == found["members"]["total"]
    children = (await client.get(f"/v1/organizations/{organization_id}/children")).json()["items"]
    if children and params.get("basis") is None:
        assert found["members"]["total"] == sum([await total(client, one["id"]) for one in children])
    number: int = found["members"]["total"]
    return number


async def _split(doing: Act, world: World) -> tuple[UUID, UUID, UUID]:
    """A cell of health with five members, of whom one left it before it was split: two put here, two there."""
    old = await doing.cell(world["health"], "Chi bộ Cũ")
    one = await doing.cell(world["health"], "Chi bộ Một", since=SPLIT)
    two = await doing.cell(world["town"], "Chi bộ Hai", since=SPLIT)
    members = [await doing.member(old, f"Nguyễn Văn {name}") for name in ("An", "Ba", "Ca", "Da", "Ga")]
    await doing.move(members[0], world["court"], date(2023, 9, 1))
    for member_id, cell in zip(members[1:], (one, one, two, two), strict=True):
        await doing.move(member_id, cell, SPLIT)
    await doing.destine(old, two, SPLIT)
    await doing.end(old, SPLIT)
    await doing.edge(old, one, SPLIT, 1, 2)
    await doing.edge(old, two, SPLIT, 1, 2)
    return old, one, two


async def test_members_of_a_cell_that_was_split_count_where_they_were_put(
    sign_in: SignIn, world: World, database: Database, statements: Statements
) -> None:
    async with act(database) as doing:
        old, one, two = await _split(doing, world)
    client = await sign_in("auditor", "province")
    async with statements() as executed:
        found = await summary(client, world["province"])
    assert len([one for one in executed if "SELECT" in one]) == 4
    assert found["basis"] == "todays_tree" and found["on"] == ON
    assert await total(client, world["province"]) == await total(
        client, world["province"], basis="as_recorded"
    )
    assert await total(client, one) == 2
    assert await total(client, two) == 3, "who had left the cell before goes to where its late facts go"
    assert await total(client, world["court"]) == 1, "not where that one is today"
    assert await total(client, world["health"]) == 6
    assert await total(client, world["health"], basis="as_recorded") == 9
    assert await total(client, old, on="2024-06-01") == 0
    sizes = {size["id"]: size["count"] for size in found["organizations"]["by_size"]["cells"]}
    assert sizes == {"under_3": 3, "3_8": 2, "9_29": 0, "30_or_more": 0}
    assert found["organizations"]["total"] == 11


async def test_a_chain_of_mergers_is_followed_to_the_cell_of_today(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        _, one, two = await _split(doing, world)
    async with act(database) as doing:
        await doing.merge(one, world["town-1"], MERGED)
        await doing.merge(two, world["health-1"], MERGED)
    client = await sign_in("auditor", "province")
    assert await total(client, world["town-1"]) == 3
    assert await total(client, world["health-1"]) == 6
    assert await total(client, world["province"]) == 11


async def test_a_branch_that_moved_counts_where_it_stands_today(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        await doing.say(facts.PLACEMENT, world["health"], SPLIT, {"parent_id": world["district"]})
        await tree.rebuild_ancestry(doing.connection, [world["health"]])
    client = await sign_in("auditor", "province")
    assert (await total(client, world["bloc"]), await total(client, world["district"])) == (1, 5)
    assert await total(client, world["bloc"], basis="as_recorded") == 5


async def test_who_was_in_a_cell_that_became_a_committee_counts_in_the_cells_below_it(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        cell = await doing.cell(world["health"], "Chi bộ Trung tâm")
        members = [await doing.member(cell, f"Trần Thị {name}") for name in ("Hoa", "Lan")]
        await doing.say(facts.ORGANIZATION_TYPE, cell, SPLIT, {"type": "sectional_committee"})
        below = [await doing.cell(cell, f"Chi bộ Khoa {name}", since=SPLIT) for name in ("Nội", "Ngoại")]
        for member_id, to in zip(members, below, strict=True):
            await doing.move(member_id, to, SPLIT)
        await doing.destine(cell, below[0], SPLIT)
    client = await sign_in("auditor", "province")
    assert [await total(client, one) for one in (*below, cell)] == [1, 1, 2]
    found = await summary(client, below[0])
    assert not found["before_opening"], "what was not there yet has left nothing out"


async def test_nobody_is_counted_for_a_cell_that_went_out_of_the_register(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        cell = await doing.cell(world["health"], "Chi bộ Điện lực")
        member_id = await doing.member(cell, "Lê Văn Sáu")
        gone: dict[str, object] = {"cell_id": None, "standing": None, "exit_reason": "transferred_out"}
        await doing.say(facts.MEMBERSHIP, member_id, SPLIT, gone)
        await doing.destine(cell, None, SPLIT)
        await doing.end(cell, SPLIT)
    client = await sign_in("auditor", "province")
    assert await total(client, world["province"]) == 6
    assert await total(client, world["province"], basis="as_recorded") == 7


async def test_what_ended_without_a_destination_counts_where_it_went_or_last_stood(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        told, untold = [await doing.cell(world["health"], name) for name in ("Chi bộ Bốn", "Chi bộ Năm")]
        for cell in (told, untold):
            member_id = await doing.member(cell, "Vũ Văn Tám")
            await doing.move(member_id, world["court"], date(2023, 9, 1))
            await doing.end(cell, SPLIT)
        await doing.edge(told, world["town-1"], SPLIT)
    client = await sign_in("auditor", "province")
    assert (await summary(client, world["town-1"]))["members"]["total"] == 2
    assert (await summary(client, world["health"]))["members"]["total"] == 5
    assert (await summary(client, world["province"]))["members"]["total"] == 8


async def test_rolls_not_complete_on_the_day_leave_no_number_also_where_their_cell_is_no_more(
    sign_in: SignIn, world: World, database: Database
) -> None:
    async with act(database) as doing:
        await _split(doing, world)
    client = await sign_in("auditor", "province")
    for name in ("town", "health", "province"):
        found = await summary(client, world[name], on="2022-12-31")
        assert found["before_opening"] and found["members"] is None
    async with act(database) as doing:
        late = await doing.cell(world["town"], "Chi bộ Muộn")
        await doing.say(facts.ORGANIZATION_OPENING, late, date(2023, 1, 1), None)
        await doing.say(facts.ORGANIZATION_OPENING, late, date(2023, 7, 1), {})
    async with act(database) as doing:
        await doing.merge(late, world["court"], SPLIT)
    assert (await summary(client, world["court"]))["before_opening"]
    assert not (await summary(client, world["health"]))["before_opening"]
    assert not (await summary(client, world["court"], on="2023-07-01"))["before_opening"]


async def test_the_tree_of_today_as_once_known_is_the_tree_then_believed(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in("auditor", "province")
    before = await summary(client, world["health"])
    async with act(database) as doing:
        await doing.merge(world["health-2"], world["town-1"], SPLIT)
    after = await summary(client, world["health"])
    assert (before["members"]["total"], after["members"]["total"]) == (4, 3)
    assert await summary(client, world["health"], known_at=before["known_at"]) == before


async def test_the_tree_of_today_counts_no_day_ahead(sign_in: SignIn, world: World) -> None:
    client = await sign_in("auditor", "province")
    problem = await summary(client, world["province"], 422, on="2199-01-01")
    assert problem["errors"][0]["code"] == "todays_tree_of_the_past"
    same = {"basis": "as_recorded", "on": "2024-01-01"}
    assert (await summary(client, world["province"], **same))["basis"] == "as_recorded"
