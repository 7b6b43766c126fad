"""What acts note as touched: whom their facts name, and where the tree changed the paths of before and after."""

from typing import Any

import pytest
from acts import act, elected, establish
from conftest import RolledBack, SignIn
from make import FOUNDER, TODAY, Client, World
from touched import unnoted

from app.domain.operation import OperationKind
from app.queries import facts
from app.services import history
from app.services.history import Cause


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def operations(client: Client, **params: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/operations", params={"order": "newest", **params})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def version(client: Client, address: str) -> str:
    etag: str = (await client.get(address)).headers["etag"]
    return etag.strip('"').rpartition("-")[2]


async def correct_place(
    client: Client, world: World, short: str, parent: str, status: int = 200, **period: str
) -> None:
    address = f"/v1/organizations/{world[short]}"
    document = {
        "fact": "placement",
        "period": period,
        "value": {"parent_id": str(world[parent])},
        "reason": "Ghi nhầm cấp trên",
    }
    etag = (await client.get(address)).headers["etag"]
    answer = await client.post(f"{address}/corrections", json=document, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text


async def test_an_exit_that_ends_a_seat_concerns_the_organization_of_the_committee(
    board: Client, world: World
) -> None:
    await establish(board, world, "province", seats=[elected(world["p0"], "committee_member")])
    await act(board, world["p0"], "exits", effective_on="2024-06-01", exit_reason="deceased")
    (left,) = await operations(board, organization=str(world["province"]), kind="member_left")
    assert {str(world["province"]), str(world["health-1"])} == set(left["organizations"]["ids"])
    assert left["members"]["ids"] == [str(world["p0"])]


async def test_a_seat_of_a_member_changes_nothing_of_the_member_and_nothing_of_the_organization(
    board: Client, world: World
) -> None:
    addresses = [f"/v1/members/{world['p0']}", f"/v1/organizations/{world['health']}"]
    before = [await version(board, one) for one in addresses]
    await establish(board, world, seats=[elected(world["p0"], "secretary")])
    (made,) = await operations(board, organization=str(world["health"]), kind="committee_created")
    assert made["members"]["ids"] == []
    assert [await version(board, one) for one in addresses] == before


async def test_an_act_finds_itself_below_the_old_parent_and_below_the_new(
    board: Client, world: World
) -> None:
    await correct_place(board, world, "health", "district", **{"from": "2020-08-01"})
    for within in ("bloc", "district", "province", "health"):
        (moved,) = await operations(board, within=str(world[within]), kind="organization_corrected")
        named = {str(world[name]) for name in ("health", "bloc", "district")}
        assert set(moved["organizations"]["ids"]) == named


async def test_the_path_of_who_was_moved_is_that_of_before_and_after(
    board: Client, world: World, connection: Any
) -> None:
    await correct_place(board, world, "health", "district", **{"from": "2020-08-01"})
    path = await connection.fetchval(
        "SELECT path FROM operation_organization JOIN operation o ON o.id = operation_id"
        " WHERE organization_id = $1 AND o.kind = 'organization_corrected'",
        world["health"],
    )
    assert set(path) == {world[name] for name in ("health", "bloc", "district", "province")}


async def test_a_place_of_the_past_concerns_the_parents_of_those_days_and_changes_none_of_them(
    board: Client, world: World
) -> None:
    parents = [f"/v1/organizations/{world[name]}" for name in ("bloc", "district")]
    before = [await version(board, one) for one in parents]
    await correct_place(board, world, "health", "district", **{"from": "2021-01-01", "to": "2022-01-01"})
    assert len(await operations(board, within=str(world["district"]), kind="organization_corrected")) == 1
    assert [await version(board, one) for one in parents] == before


async def test_who_corrects_a_place_holds_the_duty_over_every_parent_of_the_period(
    sign_in: SignIn, board: Client, world: World
) -> None:
    days = {"from": "2021-01-01", "to": "2022-01-01"}
    await correct_place(board, world, "health", "district", **days)
    bloc = await sign_in("upper_organizing_board", "bloc")  # over today's parent, and over the one of 2020
    await correct_place(bloc, world, "health", "bloc", 422, **{"from": "2020-09-01", "to": "2021-06-01"})
    await correct_place(bloc, world, "health", "bloc", **{"from": "2020-09-01", "to": "2020-12-01"})
    await correct_place(board, world, "health", "bloc", **days)


async def test_an_act_that_forgets_whom_it_touched_is_found(database: RolledBack, world: World) -> None:
    async with database.writing() as unit:
        connection = await unit.begin()
        cause = Cause(FOUNDER, TODAY, request_id="forgetful")
        operation_id = await history.begin(connection, cause, OperationKind.MEMBER_CHANGED, {})
        said = {"occupation": "Bác sĩ"}
        plan = await history.plan_change(connection, facts.PERSON, (world["p0"],), TODAY, said)
        await history.write(connection, operation_id, plan)
        assert await unnoted(connection) == {("member_changed", "person")}
        await history.touch(connection, cause, operation_id)
        assert await unnoted(connection) == set()
