"""Records that may be of one person are listed, until somebody says that they are of two."""

from typing import Any

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import Client, World


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


async def again(client: Client, world: World, cell: str = "health-2", **more: Any) -> str:
    """The second record of p0."""
    person = {
        "cell_id": str(world[cell]),
        "standing": "official",
        "since": "2024-01-01",
        "full_name": "NGUYỄN VĂN AN",
        "birth_date": "1970-03-05",
    }
    made = await client.post("/v1/members", json=person | more)
    assert made.status_code == 201, made.text
    found: str = made.json()["id"]
    return found


async def pairs(client: Client, **params: Any) -> list[tuple[set[str], list[str]]]:
    answer = await client.get("/v1/members/duplicates", params=params)
    assert answer.status_code == 200, answer.text
    return [({one["id"] for one in pair["members"]}, pair["reasons"]) for pair in answer.json()["items"]]


async def tell_apart(client: Client, *members: Any, status: int = 201) -> Any:
    document = {"members": [str(one) for one in members], "reason": "Khác quê quán"}
    answer = await client.post("/v1/members/distinctions", json=document)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_same_name_and_birth_date_or_number_make_a_pair(office: Client, world: World) -> None:
    assert await pairs(office) == []  # the namesakes of the small register were born in different years
    second = await again(office, world)
    assert await pairs(office) == [({str(world["p0"]), second}, ["name", "birth_date"])]
    item = (await office.get("/v1/members/duplicates")).json()["items"][0]["members"]
    assert {one["cell_name"] for one in item} == {"Chi bộ Phòng Nghiệp vụ", "Chi bộ Văn phòng"}
    assert {one["birth_year"] for one in item} == {1970}


async def test_one_who_left_and_came_anew_under_another_name_is_found_by_the_number(
    office: Client, world: World
) -> None:
    number = {"identifiers": [{"kind": "citizen_id", "number": "030085001234"}]}
    first = await again(office, world, full_name="Lê Bình", birth_date="1985", **number)
    etag = (await office.get(f"/v1/members/{first}")).headers["etag"]
    left = {"effective_on": "2024-03-01", "exit_reason": "deceased"}
    gone = await office.post(f"/v1/members/{first}/exits", json=left, headers={"If-Match": etag})
    assert gone.status_code == 200, gone.text
    other = {"kind": "card_number", "number": "030085001234"}
    second = await again(office, world, full_name="Lê Thị Bình", birth_date="1985", identifiers=[other])
    assert await pairs(office) == [({first, second}, ["number"])]


async def test_a_pair_told_apart_is_listed_no_longer_until_that_is_struck_out(
    office: Client, world: World
) -> None:
    second = await again(office, world)
    said = await tell_apart(office, second, world["p0"])
    assert set(said["members"]) == {str(world["p0"]), second} and said["version"] == 1
    assert await pairs(office) == []
    taken = await tell_apart(office, world["p0"], second, status=409)
    assert taken["code"] == "distinction_exists"
    listed = (await office.get("/v1/members/distinctions", params={"member": second})).json()["items"]
    assert [(one["id"], one["reason"]) for one in listed] == [(said["id"], "Khác quê quán")]
    address = f"/v1/members/distinctions/{said['id']}"
    read = await office.get(address)
    assert read.json()["struck_out_at"] is None
    correction = {"reason": "Nhầm", "evidence": "Biên bản đối chiếu"}
    tag = {"If-Match": read.headers["etag"]}
    corrected = (await office.post(f"{address}/corrections", json=correction, headers=tag)).json()
    assert corrected["version"] == 2
    assert len(await pairs(office)) == 1
    assert (await office.get("/v1/members/distinctions")).json()["items"] == []
    after = await office.get(address)
    assert after.json()["struck_out_at"] is not None
    then = await office.get(address, params={"known_at": read.json()["known_at"]})
    assert then.json() == read.json()
    stale = await office.post(f"{address}/corrections", json=correction, headers=tag)
    assert stale.status_code == 412
    tag = {"If-Match": after.headers["etag"]}
    nothing = await office.post(f"{address}/corrections", json=correction, headers=tag)
    assert nothing.json()["errors"][0]["code"] == "nothing_to_change"
    await tell_apart(office, world["p0"], second)


async def test_a_pair_is_known_only_to_who_reaches_both(
    office: Client, sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    second = await again(board, world, "town-1")
    pair = [({str(world["p0"]), second}, ["name", "birth_date"])]
    assert await pairs(office) == []
    assert await pairs(board) == pair
    assert await pairs(board, within=str(world["district"])) == pair
    assert await pairs(board, within=str(world["court"])) == []
    unknown = await tell_apart(office, world["p0"], second, status=422)
    assert (unknown["errors"][0]["pointer"], unknown["errors"][0]["code"]) == (
        "/body/members/1",
        "unknown_member",
    )
    said = await tell_apart(board, world["p0"], second)
    assert (await office.get(f"/v1/members/distinctions/{said['id']}")).status_code == 404
    assert (await office.get("/v1/members/distinctions")).json()["items"] == []
    assert (await office.get("/v1/members/distinctions", params={"member": second})).status_code == 404


async def test_one_record_is_not_told_apart_from_itself(office: Client, world: World) -> None:
    same = await tell_apart(office, world["p0"], world["p0"], status=422)
    assert same["errors"][0]["code"] == "members_are_the_same"


async def test_the_list_of_pairs_is_one_statement_that_records_it(
    office: Client, world: World, connection: asyncpg.Connection, statements: Statements
) -> None:
    await again(office, world)
    async with statements() as executed:
        await pairs(office)
    assert len(executed) == 1, executed
    row = await connection.fetchrow("SELECT route, count FROM recorded_read ORDER BY read_at DESC LIMIT 1")
    assert tuple(row) == ("list_duplicates", 1)
