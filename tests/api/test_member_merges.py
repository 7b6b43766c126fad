"""Two records of one person are made one, named where they contradict each other, and made two again."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from acts import create_member, elected, establish
from conftest import SignIn
from make import Client, World

from app.queries import facts

EVERYTHING = ["membership", "person", "activity", "identifier", "external_id"]


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def record(board: Client, world: World, **more: Any) -> str:
    """Another record of p0, who was in the court's cell before."""
    person = {
        "standing": "probationary",
        "since": "2021-01-01",
        "full_name": "Nguyễn Văn An",
        "birth_date": "1970-03-05",
        "identifiers": [{"kind": "citizen_id", "number": "030085001234"}],
        "external_ids": {"hr": "an-1"},
    }
    found: str = (await create_member(board, world, "court", **person | more))["id"]
    return found


async def versioned(client: Client, member_id: object) -> tuple[str, int]:
    answer = await client.get(f"/v1/members/{member_id}")
    return answer.headers["etag"], answer.json()["version"]


async def merge(client: Client, survivor: object, duplicate: object, status: int = 200, **more: Any) -> Any:
    etag, _ = await versioned(client, survivor)
    _, version = await versioned(client, duplicate)
    document = {"duplicate_id": str(duplicate), "duplicate_version": version, "reason": "Một người"}
    address = f"/v1/members/{survivor}/merges"
    answer = await client.post(address, json=document | more, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


async def done(client: Client, transfer_id: str, name: str, on: str, **said: Any) -> None:
    """A step of a transfer; `strike out`: of the last one."""
    address = f"/v1/transfers/{transfer_id}"
    etag = (await client.get(address)).headers["etag"]
    path, document = "steps", {"step": name, "on": on, **said}
    if name == "strike out":
        last = (await client.get(f"{address}/steps")).json()["items"][-1]
        path, document = "corrections", {"operation_id": last["id"], "reason": "Ghi nhầm"}
    answer = await client.post(f"{address}/{path}", json=document, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text


async def reverse(client: Client, survivor: object, merge_id: str, status: int = 200) -> Any:
    etag, _ = await versioned(client, survivor)
    address = f"/v1/members/{survivor}/merges/{merge_id}/reversals"
    answer = await client.post(address, json={"reason": "Hai người"}, headers={"If-Match": etag})
    assert answer.status_code == status, answer.text
    return answer.json()


async def believed(connection: asyncpg.Connection) -> dict[str, list[tuple[str, ...]]]:
    said = {}
    for table in facts.TABLES:
        columns = ", ".join([*table.columns, "valid"])
        rows = await connection.fetch(
            f"SELECT {columns} FROM {table.name} WHERE superseded_by IS NULL ORDER BY {columns}"
        )
        said[table.name] = [tuple(map(str, row)) for row in rows]
    return said


async def naming_it(connection: asyncpg.Connection, member_id: str) -> dict[str, int]:
    """How many believed facts of each table name a member, in whatever column."""
    counts = {
        table.name: await connection.fetchval(
            f"SELECT count(*) FROM {table.name} f WHERE f.superseded_by IS NULL AND f::text LIKE '%' || $1 || '%'",
            member_id,
        )
        for table in facts.TABLES
    }
    return {name: count for name, count in counts.items() if count}


async def introduce(board: Client, world: World, member_id: object) -> str:
    terms = {"kind": "official", "introduced_on": "2026-03-02", "to_organization_id": str(world["town-1"])}
    sent = await board.post("/v1/transfers", json={"member_ids": [str(member_id)]} | terms)
    assert sent.status_code == 201, sent.text
    found: str = sent.json()["items"][0]["transfer_id"]
    return found


async def leave(board: Client, member_id: str, exit_reason: str, **more: Any) -> None:
    etag, _ = await versioned(board, member_id)
    document = {"effective_on": "2025-01-01", "exit_reason": exit_reason} | more
    left = await board.post(f"/v1/members/{member_id}/exits", json=document, headers={"If-Match": etag})
    assert left.status_code in (200, 201), left.text


async def miss(board: Client, world: World, absences: dict[str, str], day: str) -> str:
    """A meeting of the cell of p0 to which some did not come."""
    meeting = {
        "organization_id": str(world["health-1"]),
        "body": "cell",
        "month": day[:7],
        "held_on": day,
        "absences": [{"member_id": who, "reason": reason} for who, reason in absences.items()],
    }
    held = await board.post("/v1/meetings", json={"meetings": [meeting]})
    assert held.status_code == 201, held.text
    found: str = held.json()["items"][0]["meeting"]["id"]
    return found


async def test_the_survivor_keeps_its_facts_and_takes_over_what_it_lacks(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world)
    contradicted = await merge(board, world["p0"], duplicate, 409)
    assert contradicted["rule"] == "R-MERGE-1"
    assert contradicted["contradictions"] == [{"fact": "membership", "period": "[2023-01-01,)"}]
    merged = await merge(board, world["p0"], duplicate, keep=["membership"])
    member = merged["member"]
    assert (member["cell"]["id"], member["standing"]) == (str(world["health-1"]), "official")
    assert member["began_on"] == "2021-01-01" and member["external_ids"] == {"hr": "an-1", "test": "p0"}
    assert [one["kind"] for one in member["identifiers"]] == ["citizen_id"]
    then = (await board.get(f"/v1/members/{world['p0']}?on=2022-01-01")).json()
    assert (then["cell"]["id"], then["standing"]) == (str(world["court"]), "probationary")
    assert await naming_it(connection, duplicate) == {"member_merge": 1}


async def test_who_asks_for_the_merged_record_is_told_where_it_went(
    board: Client, sign_in: SignIn, world: World
) -> None:
    duplicate = await record(board, world)
    known_at = (await board.get(f"/v1/members/{duplicate}")).json()["known_at"]
    merge_id = (await merge(board, world["p0"], duplicate, keep=["membership"]))["merge_id"]
    gone = await board.get(f"/v1/members/{duplicate}")
    assert (gone.status_code, gone.json()["survivor_id"]) == (410, str(world["p0"]))
    before = await board.get(f"/v1/members/{duplicate}", params={"known_at": known_at})
    assert before.json()["cell"]["id"] == str(world["court"])
    court = await sign_in("grassroots_office", "court")
    assert (await court.get(f"/v1/members/{duplicate}")).status_code == 404  # the survivor is elsewhere
    listed = (await board.get("/v1/members", params={"id": duplicate})).json()["items"]
    assert listed == []
    (item,) = (await board.get(f"/v1/members/{world['p0']}/merges")).json()["items"]
    assert (item["id"], item["duplicate_id"], item["reason"]) == (merge_id, duplicate, "Một người")
    written = await board.post(
        f"/v1/members/{duplicate}/corrections",
        json={
            "fact": "person",
            "period": {"from": "2022-01-01"},
            "value": {"sex": "male"},
            "reason": "Nhập nhầm",
        },
        headers={"If-Match": '"3"'},
    )
    assert (written.status_code, written.json()["code"]) == (409, "record_merged")


async def test_whatever_names_the_duplicate_names_the_survivor(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world, standing="official")
    seats = [elected(duplicate, "secretary")]
    await establish(board, world, seats=seats, **{"from": "2023-06-01", "to": "2028-06-01"})
    for third in (world["p3"], world["p4"]):
        apart = {"members": [duplicate, str(third)], "reason": "Hai người"}
        assert (await board.post("/v1/members/distinctions", json=apart)).status_code == 201
    apart = {"members": [str(world["p0"]), str(world["p3"])], "reason": "Hai người"}
    assert (await board.post("/v1/members/distinctions", json=apart)).status_code == 201
    number = {"external_id": "1", "kind": "retired", "happened_on": "2024-01-01"}
    sent = {"system": "hr", "organization_id": str(world["court"]), "notices": []}
    sent["notices"] = [number | {"about": {"external_id": "an-1"}}]
    result = (await board.post("/v1/notices", json=sent)).json()["items"][0]
    assert result["notice"]["member_id"] == duplicate
    await merge(board, world["p0"], duplicate, keep=["membership"])
    (seat,) = (await board.get("/v1/seats", params={"member": str(world["p0"])})).json()["items"]
    assert seat["title"] == "secretary"
    others = (await board.get("/v1/members/distinctions", params={"member": str(world["p0"])})).json()
    pairs = [set(one["members"]) - {str(world["p0"])} for one in others["items"]]
    assert sorted(pairs, key=str) == sorted([{str(world["p3"])}, {str(world["p4"])}], key=str)
    notice = (await board.get(f"/v1/notices/{result['notice']['id']}")).json()
    assert notice["member_id"] == str(world["p0"])


async def test_a_merge_is_taken_back_exactly(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world)
    before = await believed(connection)
    merge_id = (await merge(board, world["p0"], duplicate, keep=["membership"]))["merge_id"]
    assert await believed(connection) != before
    again = (await reverse(board, world["p0"], merge_id))["member"]
    assert await believed(connection) == before
    assert again["began_on"] == "2023-01-01"
    assert (await board.get(f"/v1/members/{duplicate}")).json()["cell"]["id"] == str(world["court"])
    await reverse(board, world["p0"], merge_id, 404)
    await merge(board, world["p0"], duplicate, keep=["membership"])


async def test_a_merge_stays_once_a_later_act_has_changed_the_member(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world)
    merge_id = (await merge(board, world["p0"], duplicate, keep=["membership"]))["merge_id"]
    etag, _ = await versioned(board, world["p0"])
    change = {"effective_on": "2024-01-01", "occupation": "Bác sĩ"}
    changed = await board.post(f"/v1/members/{world['p0']}/changes", json=change, headers={"If-Match": etag})
    assert changed.status_code == 200, changed.text
    refused = await reverse(board, world["p0"], merge_id, 409)
    latest = await connection.fetchval("SELECT id FROM operation ORDER BY recorded_at DESC LIMIT 1")
    assert refused["rule"] == "R-REV-1"
    assert refused["dependent_operations"] == [{"kind": "member_changed", "id": str(latest)}]


async def test_different_persons_and_a_record_with_itself_are_not_merged(
    board: Client, sign_in: SignIn, world: World
) -> None:
    itself = await merge(board, world["p0"], world["p0"], 422)
    assert itself["errors"][0]["code"] == "members_are_the_same"
    other = await merge(board, world["p0"], world["p4"], 409)
    assert {one["fact"] for one in other["contradictions"]} >= {"membership", "person", "external_id"}
    duplicate = await record(board, world)
    apart = {"members": [str(world["p0"]), duplicate], "reason": "Hai người"}
    assert (await board.post("/v1/members/distinctions", json=apart)).status_code == 201
    distinct = await merge(board, world["p0"], duplicate, 409, keep=["membership"])
    assert distinct["code"] == "members_are_distinct"
    bloc = await sign_in("upper_organizing_board", "bloc")
    document = {"duplicate_id": str(world["p5"]), "duplicate_version": 1, "reason": "Một người"}
    address = f"/v1/members/{world['p0']}/merges"
    beyond = await bloc.post(address, json=document, headers={"If-Match": '"1"'})
    assert beyond.json()["errors"][0]["code"] == "unknown_member"
    stale = await board.post(address, json={**document, "duplicate_version": 7}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


async def test_an_open_transfer_of_the_duplicate_becomes_the_survivors(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    transfer_id = await introduce(board, world, duplicate)
    before = await believed(connection)
    merge_id = (await merge(board, world["p0"], duplicate, keep=["activity"]))["merge_id"]
    assert (await board.get(f"/v1/transfers/{transfer_id}")).json()["member_id"] == str(world["p0"])
    assert await naming_it(connection, duplicate) == {"member_merge": 1}
    await reverse(board, world["p0"], merge_id)
    assert await believed(connection) == before


async def test_the_survivor_is_received_on_the_transfer_that_was_the_duplicates(
    board: Client, world: World
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    transfer_id = await introduce(board, world, duplicate)
    await merge(board, world["p0"], duplicate)
    address = f"/v1/transfers/{transfer_id}"
    etag = (await board.get(address)).headers["etag"]
    received = await board.post(
        f"{address}/steps",
        json={"step": "receive", "on": "2026-04-01"},
        headers={"If-Match": etag},
    )
    assert received.status_code == 200, received.text
    for on, cell, activity in (
        ("2026-03-31", "health-1", "transferring"),
        ("2026-04-01", "town-1", "active"),
    ):
        found = (await board.get(f"/v1/members/{world['p0']}", params={"on": on})).json()
        assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), activity)
    assert (await board.get("/v1/verify")).json()["sound"]


@pytest.mark.parametrize(
    ("taken", "state", "cell", "activity"),
    [
        (["forward", "receive"], "received", "court", "active"),
        (["forward", "forward"], "forwarded", "health-1", "transferring"),
        (["forward", "refuse", "return"], "returned", "health-1", "active"),
        (["receive", "strike out"], "introduced", "health-1", "transferring"),
    ],
)
async def test_every_step_on_a_transfer_that_was_the_duplicates_is_the_survivors(
    board: Client,
    world: World,
    connection: asyncpg.Connection,
    taken: list[str],
    state: str,
    cell: str,
    activity: str,
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    transfer_id = await introduce(board, world, duplicate)
    await merge(board, world["p0"], duplicate)
    for number, name in enumerate(taken):
        there = {"to_organization_id": str(world["court" if number == 0 else "town"])}
        await done(board, transfer_id, name, f"2026-03-1{number}", **(there if name == "forward" else {}))
    transfer = (await board.get(f"/v1/transfers/{transfer_id}")).json()
    assert (transfer["member_id"], transfer["state"]) == (str(world["p0"]), state)
    found = (await board.get(f"/v1/members/{world['p0']}", params={"on": "2026-03-20"})).json()
    assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), activity)
    assert await naming_it(connection, duplicate) == {"member_merge": 1}
    report = (await board.get("/v1/verify")).json()
    assert report["sound"], [one for one in report["checks"] if one["offenders_count"]]


async def test_after_the_unmerging_the_steps_are_those_of_whom_the_transfer_is_again(
    board: Client, world: World
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    transfer_id = await introduce(board, world, duplicate)
    merge_id = (await merge(board, world["p0"], duplicate))["merge_id"]
    await reverse(board, world["p0"], merge_id)
    await done(board, transfer_id, "receive", "2026-03-10")
    for who, cell in ((duplicate, "town-1"), (world["p0"], "health-1")):
        found = (await board.get(f"/v1/members/{who}", params={"on": "2026-03-12"})).json()
        assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), "active")


async def test_proceedings_about_the_duplicate_are_the_survivors_whose_office_decides(
    board: Client, sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world)  # in the court's cell
    committee = await sign_in("inspection_committee", "health")
    court = await sign_in("inspection_committee", "court")
    said = {
        "member_id": duplicate,
        "ground": "inspection",
        "valid": {"from": "2026-02-01"},
        "decisions": [{"issuer": "Ủy ban Kiểm tra", "number": "07-QĐ", "signed_on": "2026-02-01"}],
    }
    made = await court.post("/v1/holds", json=said)
    address = f"/v1/holds/{made.json()['id']}"
    known_at = (await court.get(address)).json()["known_at"]
    assert (await committee.get(address)).status_code == 404
    await merge(board, world["p0"], duplicate, keep=EVERYTHING)
    assert (await court.get(address)).status_code == 404
    for asked in ({}, {"known_at": known_at}):
        (listed,) = (await committee.get("/v1/holds", params=asked)).json()["items"]
        read = (await committee.get(address, params=asked)).json()
        assert read["member_id"] == listed["member_id"] == (duplicate if asked else str(world["p0"]))
    _, version = await versioned(board, world["p0"])
    ended = await committee.post(
        f"{address}/endings",
        json={"ended_on": "2026-04-01"},
        headers={"If-Match": (await committee.get(address)).headers["etag"]},
    )
    assert (ended.status_code, ended.json()["member_id"]) == (200, str(world["p0"])), ended.text
    assert (await versioned(board, world["p0"]))[1] == version + 1
    assert await naming_it(connection, duplicate) == {"member_merge": 1}


async def test_an_open_transfer_from_another_cell_than_the_survivors_is_a_contradiction_whatever_is_kept(
    board: Client, world: World
) -> None:
    duplicate = await record(board, world, standing="official")  # in the court's cell
    await introduce(board, world, duplicate)
    refused = await merge(board, world["p0"], duplicate, 409, keep=EVERYTHING)
    assert refused["contradictions"] == [{"fact": "transfer", "period": "[2026-03-02,)"}]


async def test_a_merge_says_again_what_others_said(
    board: Client, sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    transfer_id = await introduce(board, world, duplicate)
    told = {"members": [duplicate, str(world["p3"])], "reason": "Hai người cùng tên"}
    apart = (await board.post("/v1/members/distinctions", json=told)).json()["id"]
    term = {
        "organization_id": str(world["health"]),
        "kind": "executive",
        "term": "2023-2028",
        "origin": "congress",
        "size": 9,
        "from": "2023-06-01",
        "to": "2028-06-01",
        "decisions": [{"issuer": "Đảng ủy Khối", "number": "12-QĐ/ĐUK", "signed_on": "2024-01-10"}],
        "seats": [{"member_id": duplicate, "title": "committee_member", "basis": "appointed"}],
    }
    (await board.post("/v1/committees", json=term)).raise_for_status()
    (seat,) = (await board.get("/v1/seats", params={"member": duplicate})).json()["items"]

    async def told_again() -> list[Any]:
        steps = (await board.get(f"/v1/transfers/{transfer_id}/steps")).json()["items"]
        assert (await board.get(f"/v1/seats/{seat['id']}")).json()["findings"] == []
        reason = (await board.get(f"/v1/members/distinctions/{apart}")).json()["reason"]
        return [steps, reason]

    before = await told_again()
    assert len(before[0]) == 1 and before[1] == "Hai người cùng tên"
    merged = await merge(board, world["p0"], duplicate, keep=["activity"])
    assert await told_again() == before
    (listed,) = (await board.get(f"/v1/members/{world['p0']}/merges")).json()["items"]
    assert listed["reason"] == "Một người"
    await reverse(board, world["p0"], merged["merge_id"])
    assert await told_again() == before


async def test_what_is_proposed_of_a_record_follows_it_into_another_and_back(
    sign_in: SignIn, board: Client, world: World
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    office, second = [await sign_in("grassroots_office", "health") for _ in range(2)]
    wrong = {
        "fact": "person",
        "period": {"from": "2023-01-01"},
        "value": {"birth_date": "1970-05-03"},
        "reason": "Đảo ngày và tháng",
    }
    etag, _ = await versioned(office, duplicate)
    address = f"/v1/members/{duplicate}/correction-proposals"
    proposed = await office.post(address, json=wrong, headers={"If-Match": etag})
    assert proposed.status_code == 201, proposed.text
    address = f"/v1/correction-proposals/{proposed.json()['id']}"
    versions = []

    async def member_of_it() -> str:
        read = (await second.get(address)).json()
        assert read["proposed_by"] == proposed.json()["proposed_by"]
        (item,) = (await second.get("/v1/correction-proposals", params={"member": read["member_id"]})).json()[
            "items"
        ]
        assert (item["id"], item["version"]) == (read["id"], read["version"])
        versions.append(read["version"])
        member: str = read["member_id"]
        return member

    merged = await merge(board, world["p0"], duplicate)
    assert await member_of_it() == str(world["p0"])
    await reverse(board, world["p0"], merged["merge_id"])
    assert await member_of_it() == duplicate
    await merge(board, world["p0"], duplicate)
    assert await member_of_it() == str(world["p0"])
    assert versions == sorted(set(versions)) and versions[0] > 1

    async def confirm(client: Client, version: int = versions[-1]) -> Any:
        return await client.post(f"{address}/confirmations", headers={"If-Match": f'"{version}"'})

    refused = await confirm(office)
    assert (refused.status_code, refused.json()["code"]) == (403, "two_persons_needed")
    assert (await confirm(second, versions[0])).status_code == 412
    confirmed = await confirm(second)
    assert (confirmed.status_code, confirmed.json()["member_id"]) == (200, str(world["p0"]))
    read = (await second.get(f"/v1/members/{world['p0']}")).json()
    assert read["birth_date"] == "1970-05-03"


async def test_what_can_name_only_one_of_the_two_is_a_contradiction_whatever_is_kept(
    board: Client, world: World
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    for one in (world["p0"], duplicate):
        await introduce(board, world, one)
    seats = [elected(world["p0"]), elected(duplicate, "secretary") | {"from": "2024-01-01"}]
    await establish(board, world, seats=seats, **{"from": "2023-06-01", "to": "2028-06-01"})
    reasons = {str(world["p0"]): "without_reason", duplicate: "temporarily_elsewhere"}
    await miss(board, world, reasons, "2026-05-16")
    refused = await merge(board, world["p0"], duplicate, 409, keep=EVERYTHING)
    assert refused["rule"] == "R-MERGE-1"
    assert refused["contradictions"] == [
        {"fact": "absence", "period": "[2026-05-16,2026-05-17)"},
        {"fact": "seat", "period": "[2024-01-01,2028-06-01)"},
        {"fact": "transfer", "period": "[2026-03-02,)"},
    ]


async def test_absences_go_over_to_the_survivor_and_are_counted_once(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    duplicate = await record(board, world, cell_id=str(world["health-1"]), standing="official")
    await miss(board, world, {duplicate: "without_reason"}, "2026-05-16")
    await miss(board, world, {duplicate: "without_reason", str(world["p0"]): "without_reason"}, "2026-06-16")
    before = await believed(connection)
    merge_id = (await merge(board, world["p0"], duplicate))["merge_id"]
    assert await naming_it(connection, duplicate) == {"member_merge": 1}
    assert await connection.fetchval("SELECT count(*) FROM absence WHERE superseded_by IS NULL") == 2
    await reverse(board, world["p0"], merge_id)
    assert await believed(connection) == before


async def test_merges_one_after_the_other_are_taken_back_from_the_last(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    first, second, third = [await record(board, world, identifiers=[], external_ids={}) for _ in range(3)]
    states = [await believed(connection)]
    inner = (await merge(board, second, first))["merge_id"]
    states.append(await believed(connection))
    outer = (await merge(board, third, second))["merge_id"]
    for _ in range(2):
        refused = await reverse(board, third, inner, 409)
        assert (refused["rule"], refused["merge_id"]) == ("R-REV-1", outer)
        listed = (await board.get(f"/v1/members/{third}/merges")).json()["items"]
        assert [one["id"] for one in listed] == [inner, outer]
    address = f"/v1/members/{second}/merges/{inner}/reversals"
    gone = await board.post(address, json={"reason": "Hai người"}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["code"]) == (409, "record_merged")
    await reverse(board, third, outer)
    assert await believed(connection) == states[1]
    await reverse(board, second, inner)
    assert await believed(connection) == states[0]


async def test_of_two_merges_into_one_record_the_later_is_taken_back_first(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    first, second, survivor = [await record(board, world, identifiers=[], external_ids={}) for _ in range(3)]
    before = await believed(connection)
    earlier = (await merge(board, survivor, first))["merge_id"]
    later = (await merge(board, survivor, second))["merge_id"]
    refused = await reverse(board, survivor, earlier, 409)
    assert [one["kind"] for one in refused["dependent_operations"]] == ["members_merged"]
    await reverse(board, survivor, later)
    await reverse(board, survivor, earlier)
    assert await believed(connection) == before


@pytest.mark.parametrize("said", ["1970-03-06", "1970", None])
async def test_what_is_locked_of_a_record_is_not_altered_by_merging_it(
    board: Client, world: World, said: str | None
) -> None:
    known = await record(board, world)
    other = await record(board, world, identifiers=[], external_ids={}, birth_date=said)
    refused = await merge(board, other, known, 409, keep=EVERYTHING)
    assert (refused["rule"], refused["fields"]) == ("R-MEM-1", ["birth_date"])
    if said == "1970-03-06":
        refused = await merge(board, known, other, 409, keep=EVERYTHING)
        assert (refused["rule"], refused["fields"]) == ("R-MEM-1", ["birth_date"])
    else:
        await merge(board, known, other)


@pytest.mark.parametrize("exit_reason", ["expelled", "removed", "resigned"])
async def test_an_exit_by_decision_is_not_merged_away(
    board: Client, world: World, connection: asyncpg.Connection, exit_reason: str
) -> None:
    more: dict[str, Any] = {"standing": "official", "identifiers": [], "external_ids": {}}
    out, on_roll, dead = [await record(board, world, **more) for _ in range(3)]
    await leave(board, out, exit_reason)
    await leave(board, dead, "deceased")
    exit_found = {"fact": "exit", "period": "[2025-01-01,)"}
    for survivor, duplicate in ((on_roll, out), (out, on_roll), (dead, out)):
        refused = await merge(board, survivor, duplicate, 409, keep=EVERYTHING)
        assert (refused["rule"], refused["contradictions"]) == ("R-MERGE-1", [exit_found])
    await merge(board, out, dead)
    rows = await facts.believed(connection, facts.MEMBERSHIP, (UUID(out),))
    assert rows[-1][1]["exit_reason"] == exit_reason


async def test_an_exit_whose_ground_only_the_survivor_knows_is_the_same_exit(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    more: dict[str, Any] = {"standing": "official", "identifiers": [], "external_ids": {}}
    one, other = [await record(board, world, **more) for _ in range(2)]
    await leave(board, one, "expelled", ground="corruption_conviction")
    await leave(board, other, "expelled")
    refused = await merge(board, other, one, 409, keep=EVERYTHING)
    assert refused["contradictions"] == [{"fact": "exit", "period": "[2025-01-01,)"}]
    await merge(board, one, other)
