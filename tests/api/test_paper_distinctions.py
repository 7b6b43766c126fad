"""That a person on paper is not a member is remembered: by matches, by imports, by duplicates and merges."""

from typing import Any

import pytest
from conftest import SignIn, Statements
from import_files import apply, counts, errors, send
from make import Client, World


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


def an(world: World, external_id: str | None = "7", **more: Any) -> dict[str, Any]:
    """A row that surely is p0."""
    said = {"full_name": "Nguyễn Văn An", "birth_date": "1970-03-05", "cell_id": str(world["health-1"])}
    return said | ({"system": "hr", "external_id": external_id} if external_id else {}) | more


async def matched(client: Client, *rows: dict[str, Any]) -> list[tuple[str, list[str]]]:
    answer = await client.post("/v1/members/matches", json={"rows": list(rows)})
    assert answer.status_code == 200, answer.text
    return [
        (row["outcome"], [one["member"]["id"] for one in row["candidates"]]) for row in answer.json()["rows"]
    ]


async def tell_apart(client: Client, member: Any, external_id: str = "7", **more: Any) -> Any:
    status = more.pop("status", 201)
    document = {"member_id": str(member), "system": "hr", "external_id": external_id, "reason": "Khác quê"}
    answer = await client.post("/v1/members/paper-distinctions", json=document | more)
    assert answer.status_code == status, answer.text
    return answer.json()


async def strike_out(client: Client, distinction_id: str) -> Any:
    address = f"/v1/members/paper-distinctions/{distinction_id}"
    tag = {"If-Match": (await client.get(address)).headers["etag"]}
    answer = await client.post(f"{address}/corrections", json={"reason": "Nhầm"}, headers=tag)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whom_a_row_is_not_is_never_proposed_again_until_that_is_struck_out(
    office: Client, world: World
) -> None:
    p0, p3 = str(world["p0"]), str(world["p3"])
    assert await matched(office, an(world)) == [("sure", [p0])]
    said = await tell_apart(office, p0)
    assert (said["member_id"], said["system"], said["external_id"], said["version"]) == (p0, "hr", "7", 1)
    found = await matched(
        office,
        an(world),
        {"full_name": "Nguyễn Văn An", "system": "hr", "external_id": "7"},
        an(world, "8"),
        an(world, "7", system="other"),
        an(world, None),
    )
    # The rows that are p0 are of one paper, and so are left to a person.
    assert found == [("none", []), ("candidates", [p3]), *3 * [("candidates", [p0])]]
    struck = await strike_out(office, said["id"])
    assert struck["version"] == 2
    assert await matched(office, an(world)) == [("sure", [p0])]
    await tell_apart(office, p0)


async def test_a_distinction_is_read_listed_and_struck_out_once(office: Client, world: World) -> None:
    said = await tell_apart(office, world["p0"])
    address = f"/v1/members/paper-distinctions/{said['id']}"
    read = await office.get(address)
    assert read.json()["struck_out_at"] is None
    for params in ({}, {"member": str(world["p0"])}, {"system": "hr", "external_id": "7"}):
        listed = (await office.get("/v1/members/paper-distinctions", params=params)).json()["items"]
        assert [one["id"] for one in listed] == [said["id"]]
    elsewhere = (await office.get("/v1/members/paper-distinctions", params={"system": "other"})).json()
    assert elsewhere["items"] == []
    assert (await tell_apart(office, world["p0"], status=409))["code"] == "paper_distinction_exists"
    await strike_out(office, said["id"])
    after = await office.get(address)
    assert after.json()["struck_out_at"] is not None
    assert (await office.get("/v1/members/paper-distinctions")).json()["items"] == []
    then = await office.get(address, params={"known_at": read.json()["known_at"]})
    assert then.json() == read.json()
    tag = {"If-Match": after.headers["etag"]}
    nothing = await office.post(f"{address}/corrections", json={"reason": "Nhầm"}, headers=tag)
    assert nothing.json()["errors"][0]["code"] == "nothing_to_change"


async def test_a_distinction_is_known_only_to_who_reaches_the_member(
    office: Client, sign_in: SignIn, world: World
) -> None:
    said = await tell_apart(office, world["p0"])
    court = await sign_in("grassroots_office", "court")
    assert (await court.get(f"/v1/members/paper-distinctions/{said['id']}")).status_code == 404
    assert (await court.get("/v1/members/paper-distinctions")).json()["items"] == []
    member = await court.get("/v1/members/paper-distinctions", params={"member": str(world["p0"])})
    assert member.status_code == 404
    unknown = await tell_apart(court, world["p0"], "9", status=422)
    assert unknown["errors"][0]["code"] == "unknown_member"
    auditor = await sign_in("auditor", "health")
    await tell_apart(auditor, world["p0"], "9", status=403)


async def test_an_id_finds_its_bearer_like_a_number_and_is_not_said_of_another(
    office: Client, world: World
) -> None:
    row = {"full_name": "Nguyễn Văn An", "system": "test", "external_id": "p3"}
    assert await matched(office, row) == [("sure", [str(world["p3"])])]
    borne = await tell_apart(office, world["p3"], "p3", system="test", status=409)
    assert borne["code"] == "paper_is_of_member"
    alone = await office.post("/v1/members/matches", json={"rows": [{"full_name": "A", "external_id": "p3"}]})
    assert alone.json()["errors"][0]["code"] == "system_and_id_together"


async def test_who_is_said_to_be_another_than_the_bearer_is_no_candidate(
    office: Client, world: World
) -> None:
    p0, p3 = str(world["p0"]), str(world["p3"])
    # The id is of p3, what else the row says is not: nobody is sure.
    row = {
        "full_name": "Nguyễn Văn An",
        "cell_id": str(world["court"]),
        "system": "test",
        "external_id": "p3",
    }
    assert await matched(office, row) == [("candidates", [p3, p0])]
    document = {"members": [p0, p3], "reason": "Hai người"}
    assert (await office.post("/v1/members/distinctions", json=document)).status_code == 201
    assert await matched(office, row) == [("candidates", [p3])]


FILE = (
    "external_id,full_name,sex,birth_date,cell,standing,valid_from",
    "7,Nguyễn Văn An,male,1970-03-05,C-health-1,official,2024-01-01",  # as p0, in his cell
    "8,Lý Thị Mơ,female,1988,C-health-1,official,2024-01-01",
)


async def test_a_namesake_told_apart_is_imported_without_letting_all_duplicates_in(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    asked = {"system": "hr", "key": "code"}
    assert await errors(board, await apply(board, "members", *FILE, **asked)) == [
        (1, "external_id", "duplicate")
    ]
    await tell_apart(board, world["p0"])
    assert counts(await apply(board, "members", *FILE, **asked)) == ("applied", 2, 0, 0)
    searched = await board.post("/v1/members/searches", json={"name": "Nguyễn Văn An"})
    (namesake,) = (
        one["id"]
        for one in searched.json()["items"]
        if one["cell_id"] == str(world["health-1"]) and one["id"] != str(world["p0"])
    )
    # What was said of the paper holds of the member who bears the id now.
    assert (await board.get("/v1/members/duplicates")).json()["items"] == []
    versions = {
        one: (await board.get(f"/v1/members/{one}")).json()["version"] for one in (namesake, str(world["p0"]))
    }
    merge = {"duplicate_id": namesake, "duplicate_version": versions[namesake], "reason": "Một người"}
    merged = await board.post(
        f"/v1/members/{world['p0']}/merges",
        json=merge,
        headers={"If-Match": f'"{versions[str(world["p0"])]}"'},
    )
    assert (merged.status_code, merged.json()["code"]) == (409, "members_are_distinct")
    # Nor is the id given to whom it was said not to be of.
    again = await tell_apart(board, world["p3"], "n-1")
    named = await apply(board, "external_ids", "subject,known_as,other_system,other_id", "member,p3,hr,n-1")
    assert await errors(board, named) == [(1, "other_id", "paper_told_apart")]
    await strike_out(board, again["id"])


async def test_a_merge_carries_over_what_was_said_of_persons_on_paper(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    person = {
        "cell_id": str(world["health-2"]),
        "standing": "official",
        "since": "2024-01-01",
        "full_name": "Nguyễn Văn An",
        "birth_date": "1970-03-05",
    }
    second = (await board.post("/v1/members", json=person)).json()["id"]
    both = [await tell_apart(board, one) for one in (world["p0"], second)]
    other = await tell_apart(board, second, "8")
    version = (await board.get(f"/v1/members/{world['p0']}")).headers["etag"]
    duplicate_version = (await board.get(f"/v1/members/{second}")).json()["version"]
    merge = {
        "duplicate_id": second,
        "duplicate_version": duplicate_version,
        "keep": ["membership"],
        "reason": "Một người",
    }
    merged = await board.post(f"/v1/members/{world['p0']}/merges", json=merge, headers={"If-Match": version})
    assert merged.status_code == 200, merged.text
    listed = (await board.get("/v1/members/paper-distinctions")).json()["items"]
    assert [(one["id"], one["member_id"], one["reason"]) for one in listed] == [
        (both[0]["id"], str(world["p0"]), "Khác quê"),
        (other["id"], str(world["p0"]), "Khác quê"),
    ]
    assert await matched(board, an(world)) == [("none", [])]


async def test_telling_apart_is_a_few_statements_and_rows_with_ids_are_matched_in_as_many_as_without(
    office: Client, world: World, statements: Statements
) -> None:
    async with statements() as executed:
        await tell_apart(office, world["p0"])
    assert len(executed) <= 17, executed
    executions = []
    for rows in ([an(world, None)], [an(world, str(number)) for number in range(50)]):
        async with statements() as executed:
            await matched(office, *rows)
        executions.append(len(executed))
    assert executions[0] == executions[1], executions


async def test_nobody_is_told_apart_by_an_id_of_the_register_itself(office: Client, world: World) -> None:
    own = await tell_apart(office, world["p0"], str(world["p3"]), system="dangbo", status=422)
    assert [(one["pointer"], one["code"]) for one in own["errors"]] == [("/body/system", "system_reserved")]


async def test_a_file_that_gives_the_id_of_another_person_has_a_row_at_fault_and_the_rest_is_clean(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    await tell_apart(board, world["p0"])
    file = ("subject,known_as,other_system,other_id", "member,p0,hr,7", "member,p1,hr,8")
    refused = (await send(board, "external_ids", *file)).json()
    assert await errors(board, refused) == [(1, "other_id", "paper_told_apart")]
    clean = await apply(board, "external_ids", *file, accept="clean")
    assert (clean["state"], clean["outcomes"]["held"], clean["outcomes"]["loaded"]) == ("applied", 1, 1)
