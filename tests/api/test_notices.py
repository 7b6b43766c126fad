"""Notices over HTTP: matched within the sender's reach, seen by who is over the member, settled or dismissed."""

from typing import Any

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import Client, World

AN = {"full_name": "nguyen van an", "birth_date": "1970-03-05"}


async def send(client: Client, *notices: dict[str, Any], status: int = 200, **more: Any) -> Any:
    answer = await client.post("/v1/notices", json={"system": "hr", "notices": list(notices)} | more)
    assert answer.status_code == status, answer.text
    return answer.json()


def notice(external_id: str, kind: str = "retired", about: Any = AN, **more: Any) -> dict[str, Any]:
    return {"external_id": external_id, "kind": kind, "happened_on": "2024-03-01", "about": about} | more


async def step(client: Client, notice_id: str, name: str, status: int = 200, **document: Any) -> Any:
    version = (await client.get(f"/v1/notices/{notice_id}")).json()["version"]
    address = f"/v1/notices/{notice_id}/{name}"
    answer = await client.post(address, json=document, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == status, answer.text
    return answer.json()


async def listed(client: Client, **params: Any) -> list[str]:
    answer = await client.get("/v1/notices", params=params)
    assert answer.status_code == 200, answer.text
    return [one["external_id"] for one in answer.json()["items"]]


async def exempt(office: Client, world: World, connection: asyncpg.Connection, on: str) -> str:
    """Exempt p0 from a day on; the operation."""
    address = f"/v1/members/{world['p0']}"
    status = {
        "effective_on": on,
        "activity_status": "exempted",
        "exemption_ground": "old_age_or_weak_health",
    }
    tag = {"If-Match": (await office.get(address)).headers["etag"]}
    decided = await office.post(f"{address}/statuses", json=status, headers=tag)
    assert decided.status_code == 200, decided.text
    return str(await connection.fetchval("SELECT operation_id FROM activity WHERE superseded_by IS NULL"))


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


@pytest.fixture
async def machine(sign_in: SignIn, world: World) -> Client:
    """The personnel system of health, with the reach of its office."""
    admin = await sign_in("admin", "province")
    system = {"name": "Hệ thống nhân sự", "organization_id": str(world["health"])}
    client_id = (await admin.post("/v1/machine-clients", json=system)).json()["id"]
    grant = {
        "actor": {"actor_id": client_id},
        "role": "grassroots_office",
        "organization_id": str(world["health"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    key = (await admin.post(f"/v1/machine-clients/{client_id}/keys", json={})).json()["key"]
    client = await sign_in()
    client.headers["Authorization"] = f"Bearer {key}"
    return client


async def kept(connection: asyncpg.Connection) -> int:
    number: int = await connection.fetchval("SELECT count(*) FROM notice_person")
    return number


async def test_a_notice_that_surely_means_one_member_keeps_the_member_alone(
    machine: Client, office: Client, world: World, connection: asyncpg.Connection
) -> None:
    before = (await office.get(f"/v1/members/{world['p0']}")).json()
    about = AN | {"cell_id": str(world["health-1"])}
    (result,) = (await send(machine, notice("1", about=about, note="QĐ 12")))["items"]
    assert (result["outcome"], result["known"], result["notice"]["state"]) == ("sure", False, "matched")
    assert result["notice"]["due_on"] == "2024-05-29"  # 60 working days
    assert result["notice"]["overdue"] is True
    assert await kept(connection) == 0
    read = (await office.get(f"/v1/notices/{result['notice']['id']}")).json()
    assert (read["member_id"], read["full_name"]) == (str(world["p0"]), "Nguyễn Văn An")
    assert (read["about"], read["sent_by"]["name"]) == (None, "Hệ thống nhân sự")
    assert [one["step"] for one in read["steps"] if one["allowed"]] == ["match", "settle", "dismiss"]
    after = (await office.get(f"/v1/members/{world['p0']}")).json()
    assert after["version"] == before["version"] and after["activity_status"] == "active"


async def test_the_id_in_the_sending_system_names_a_member(office: Client, world: World) -> None:
    document = {"system": "test", "organization_id": str(world["health"])}
    results = (
        await send(
            office,
            notice("1", about={"external_id": "p1"}),
            notice("2", about={"external_id": "p1", "full_name": "Lê Văn Khác"}),
            notice("3", about={"external_id": "p5"}),
            **document,
        )
    )["items"]
    # The last is a member of another branch: out of reach there is nobody.
    assert [one["outcome"] for one in results] == ["sure", "candidates", "none"]
    assert results[0]["notice"]["member_id"] == str(world["p1"])
    assert results[2]["notice"]["member_id"] is None


async def test_a_notice_sent_again_is_the_same_and_writes_nothing(
    machine: Client, connection: asyncpg.Connection
) -> None:
    first = (await send(machine, notice("1")))["items"][0]["notice"]
    operations = await connection.fetchval("SELECT count(*) FROM operation")
    (again,) = (await send(machine, notice("1", kind="died")))["items"]
    assert (again["known"], again["outcome"], again["notice"]["id"]) == (True, None, first["id"])
    assert again["notice"]["kind"] == "retired"
    assert await connection.fetchval("SELECT count(*) FROM operation") == operations
    twice = (await send(machine, notice("2"), notice("2", kind="died")))["items"]
    assert [one["known"] for one in twice] == [False, True]
    assert twice[0]["notice"] == twice[1]["notice"]


async def test_whom_it_is_about_is_kept_until_a_person_has_settled_it(
    machine: Client, office: Client, world: World, connection: asyncpg.Connection
) -> None:
    (result,) = (await send(machine, notice("1", about=AN | {"number": "030085001234"})))["items"]
    assert (result["outcome"], result["notice"]["full_name"]) == ("candidates", "nguyen van an")
    notice_id = result["notice"]["id"]
    read = (await office.get(f"/v1/notices/{notice_id}")).json()
    assert read["about"] == {
        "external_id": None,
        "full_name": "nguyen van an",
        "birth_date": "1970-03-05",
        "birth_date_masked": False,
        "number": "*********234",
        "cell_id": None,
    }
    found = (await office.get(f"/v1/notices/{notice_id}/candidates")).json()
    assert [one["member"]["id"] for one in found["candidates"]] == [str(world["p0"])]
    unsettled = await step(office, notice_id, "settlements", 409, operation_id=notice_id)
    assert (unsettled["code"], unsettled["open_steps"]) == ("no_such_step", ["match", "dismiss"])
    matched = await step(office, notice_id, "matches", member_id=str(world["p0"]))
    assert (matched["state"], matched["member_id"], matched["version"]) == ("matched", str(world["p0"]), 2)
    act = await exempt(office, world, connection, "2024-03-01")
    of_another = str(
        await connection.fetchval("SELECT operation_id FROM person WHERE member_id = $1", world["p0"])
    )
    wrong = await step(office, notice_id, "settlements", 422, operation_id=of_another)
    assert wrong["errors"][0]["code"] == "operation_not_of_member"
    assert await kept(connection) == 1
    settled = await step(office, notice_id, "settlements", operation_id=act, reason="Đã miễn")
    assert (settled["state"], settled["settled_by"], settled["about"]) == ("settled", act, None)
    assert (settled["closing_reason"], settled["overdue"], settled["steps"]) == ("Đã miễn", False, [])
    assert await kept(connection) == 0
    assert (await office.get(f"/v1/notices/{notice_id}/candidates")).json()["outcome"] == "none"
    closed = await step(office, notice_id, "dismissals", 409, reason="Nhầm")
    assert (closed["code"], closed["state"]) == ("no_such_step", "settled")


@pytest.mark.parametrize("on", ["2024-02-29", "2024-03-01", "2024-04-01"])
async def test_an_act_from_before_the_notice_came_settles_it_only_from_its_day_on(
    machine: Client, office: Client, world: World, connection: asyncpg.Connection, on: str
) -> None:
    act = await exempt(office, world, connection, on)
    about = AN | {"cell_id": str(world["health-1"])}
    (result,) = (await send(machine, notice("1", about=about)))["items"]
    knew = on >= "2024-03-01"
    answer = await step(office, result["notice"]["id"], "settlements", 200 if knew else 422, operation_id=act)
    if knew:
        assert (answer["state"], answer["settled_by"]) == ("settled", act)
    else:
        assert answer["errors"][0]["code"] == "operation_before_notice"


async def test_what_brought_the_member_into_the_register_settles_no_later_notice(
    machine: Client, office: Client, world: World, connection: asyncpg.Connection
) -> None:
    person = {
        "cell_id": str(world["health-1"]),
        "standing": "official",
        "since": "2024-02-01",
        "full_name": "Lý Thị Mơ",
        "birth_date": "1975-01-02",
    }
    made = (await office.post("/v1/members", json=person)).json()["id"]
    about = {name: person[name] for name in ("full_name", "birth_date", "cell_id")}
    (result,) = (await send(machine, notice("1", about=about)))["items"]
    act = str(await connection.fetchval("SELECT operation_id FROM person WHERE member_id = $1", made))
    wrong = await step(office, result["notice"]["id"], "settlements", 422, operation_id=act)
    assert wrong["errors"][0]["code"] == "operation_before_notice"


async def test_a_notice_of_nobody_is_dismissed_and_forgotten(
    machine: Client, office: Client, connection: asyncpg.Connection
) -> None:
    (result,) = (await send(machine, notice("1", about={"full_name": "Người Lạ"})))["items"]
    assert result["outcome"] == "none"
    dismissed = await step(office, result["notice"]["id"], "dismissals", reason="Không phải đảng viên")
    assert (dismissed["state"], dismissed["full_name"], dismissed["about"]) == ("dismissed", None, None)
    assert await kept(connection) == 0
    known_at = (await office.get("/v1/operations?order=newest")).json()["items"][1]["recorded_at"]
    then = (await office.get(f"/v1/notices/{result['notice']['id']}", params={"known_at": known_at})).json()
    assert (then["state"], then["about"]) == ("unmatched", None)


async def test_an_unmatched_notice_is_with_its_organization_and_a_matched_one_with_the_member(
    machine: Client, office: Client, sign_in: SignIn, world: World
) -> None:
    (result,) = (await send(machine, notice("1", about={"full_name": "Lê Thị Hòa"})))["items"]
    notice_id = result["notice"]["id"]
    assert result["outcome"] == "none"  # she is in the court's cell, which the system does not reach
    court = await sign_in("grassroots_office", "court")
    assert await listed(court) == [] and await listed(office) == ["1"]
    assert (await court.get(f"/v1/notices/{notice_id}")).status_code == 404
    stranger = await step(office, notice_id, "matches", 422, member_id=str(world["p4"]))
    assert stranger["errors"][0]["code"] == "unknown_member"
    board = await sign_in("upper_organizing_board", "bloc")
    await step(board, notice_id, "matches", member_id=str(world["p4"]))
    assert await listed(court) == ["1"] and await listed(office) == []
    assert await listed(board, within=str(world["court"])) == ["1"]
    assert await listed(board, within=str(world["health"])) == []
    (again,) = (await send(machine, notice("1")))["items"]
    assert (again["notice"]["member_id"], again["notice"]["full_name"]) == (None, None)


async def test_the_due_list_begins_with_what_is_due_first(
    machine: Client, office: Client, world: World
) -> None:
    sure = AN | {"cell_id": str(world["health-1"])}
    await send(
        machine,
        notice("later", "died", happened_on="2026-06-01"),
        notice("first", about=sure),
        notice("no-calendar", happened_on="1999-05-01"),
        notice("move", "moved_home", happened_on="2026-06-01"),
    )
    assert await listed(office) == ["no-calendar", "first", "later", "move"]
    assert await listed(office, due_by="2024-12-31") == ["no-calendar", "first"]
    assert await listed(office, kind="died") == ["later"]
    assert await listed(office, state="matched") == ["first"]
    assert await listed(office, member=str(world["p0"])) == ["first"]
    page = (await office.get("/v1/notices", params={"limit": 2})).json()
    rest = (await office.get("/v1/notices", params={"limit": 2, "after": page["next"]})).json()
    assert [one["external_id"] for one in rest["items"]] == ["later", "move"]
    whole = await office.get("/v1/notices", headers={"Accept": "application/x-ndjson"})
    assert len(whole.text.splitlines()) == 5


async def test_a_machine_client_only_sends(machine: Client) -> None:
    (result,) = (await send(machine, notice("1")))["items"]
    refused = await step(machine, result["notice"]["id"], "dismissals", 403, reason="Xong")
    assert refused["code"] == "machines_only_send_notices"


async def test_who_sends_names_somebody_and_a_person_an_organization(office: Client, world: World) -> None:
    unnamed = await send(office, notice("1"), status=422)
    assert unnamed["errors"][0] == unnamed["errors"][0] | {
        "pointer": "/body/organization_id",
        "code": "organization_not_named",
    }
    nobody = await send(
        office, notice("1", about={"birth_date": "1970"}), status=422, organization_id=str(world["health"])
    )
    assert (nobody["errors"][0]["pointer"], nobody["errors"][0]["code"]) == (
        "/body/notices/0/about",
        "nobody_to_match",
    )
    elsewhere = await send(office, notice("1"), status=422, organization_id=str(world["town"]))
    assert elsewhere["errors"][0]["code"] == "unknown_organization"


async def test_the_auditor_sees_the_year_alone_and_every_read_is_recorded(
    machine: Client, sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    unmatched, matched = (
        await send(machine, notice("1"), notice("2", about=AN | {"cell_id": str(world["health-1"])}))
    )["items"]
    auditor = await sign_in("auditor", "health")
    before = await connection.fetchval("SELECT count(*) FROM recorded_read")
    read = (await auditor.get(f"/v1/notices/{unmatched['notice']['id']}")).json()
    assert (read["about"]["birth_date"], read["about"]["birth_date_masked"]) == ("1970", True)
    assert {one["code"] for one in read["steps"]} == {"role_may_not"}
    await auditor.get(f"/v1/notices/{matched['notice']['id']}")
    await listed(auditor)
    rows = await connection.fetch(
        "SELECT route, member_id, count FROM recorded_read ORDER BY read_at OFFSET $1", before
    )
    assert [tuple(row) for row in rows] == [
        ("get_notice", None, 1),
        ("get_notice", world["p0"], None),
        ("list_notices", None, 2),
    ]


async def test_two_hundred_notices_take_as_many_statements_as_one(
    machine: Client, statements: Statements
) -> None:
    counts = []
    for rows in (1, 200):
        sent = [notice(f"{rows}-{n}", about={"full_name": f"Lê Văn {n}"}) for n in range(rows)]
        async with statements() as executed:
            await send(machine, *sent)
        counts.append(len(executed))
    assert counts[0] == counts[1] <= 24, counts
