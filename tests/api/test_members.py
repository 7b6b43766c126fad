"""Members over HTTP: who sees them and how much, how they are listed, found and followed through time."""

from typing import Any

import pytest
from acts import act, create_member, found_names, listed_names, read_member
from conftest import SignIn, Statements
from make import World

MISSING = "00000000-0000-7000-8000-000000000000"


async def test_a_member_shows_particulars_membership_and_what_may_be_done(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.get(f"/v1/members/{world['p0']}", params={"on": "2024-05-05"})
    body = answer.json()
    assert (body["full_name"], body["sex"], body["birth_date"]) == ("Nguyễn Văn An", "male", "1970-03-05")
    assert (body["standing"], body["activity_status"]) == ("official", "active")
    assert body["cell"] == {
        "id": str(world["health-1"]),
        "name": "Chi bộ Phòng Nghiệp vụ",
        "path": [str(world[one]) for one in ("province", "bloc", "health", "health-1")],
    }
    assert body["external_ids"] == {"test": "p0"} and body["on"] == "2024-05-05"
    assert (body["began_on"], body["exit_reason"], body["exited_on"]) == ("2023-01-01", None, None)
    allowed = {one["action"] for one in body["actions"] if one["allowed"]}
    assert allowed == {
        "change_member",
        "decide_member_status",
        "exit_member",
        "send_transfer",
        "correct_member",
        "propose_correction",
        "distinguish_members",
        "unmask_member",
    }
    refused = {one["action"]: one["reason"] for one in body["actions"] if not one["allowed"]}
    assert refused == {
        "restore_member": "nothing_to_restore",
        "readmit_member": "nobody_to_readmit",
        "manage_hold": "role_may_not",
        "merge_members": "role_may_not",
    }
    assert answer.headers["etag"].startswith('"1-')


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        ("cell_secretary", "health-1", 200),  # own
        ("grassroots_office", "health", 200),  # below
        ("auditor", "province", 200),
        ("cell_secretary", "health-2", 404),  # sibling
        ("grassroots_office", "town", 404),  # foreign
        ("admin", "province", 404),  # no duty over members
        (None, None, 404),
    ],
)
async def test_a_member_is_seen_from_the_own_cell_and_from_above_only(
    sign_in: SignIn, world: World, role: str | None, where: str | None, status: int
) -> None:
    client = await sign_in(role, where)
    for address in (f"/v1/members/{world['p0']}", f"/v1/members/{world['p0']}/timeline"):
        answer = await client.get(address)
        assert answer.status_code == status
        if status == 404:
            assert answer.json() | {"request_id": 0} == (
                await client.get(address.replace(str(world["p0"]), MISSING))
            ).json() | {"request_id": 0}
    listed = (await client.get("/v1/members", params={"id": str(world["p0"])})).json()["items"]
    assert len(listed) == (1 if status == 200 else 0)


async def test_before_the_first_day_a_member_is_not_yet(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    answer = await client.get(f"/v1/members/{world['p0']}", params={"on": "2022-12-31"})
    assert (answer.status_code, answer.json()["code"], answer.json()["began_on"]) == (
        404,
        "not_yet",
        "2023-01-01",
    )


async def test_numbers_are_masked_and_an_auditor_sees_only_the_year_of_birth(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    numbers = [{"kind": "citizen_id", "number": "030085001234"}, {"kind": "card_number", "number": "12"}]
    created = await create_member(office, world, birth_date="1985-07-20", identifiers=numbers)
    masked = [("card_number", "**"), ("citizen_id", "*********234")]
    assert [(one["kind"], one["number"]) for one in created["identifiers"]] == masked
    assert all(one["masked"] for one in created["identifiers"])
    assert (created["birth_date"], created["birth_date_masked"]) == ("1985-07-20", False)

    auditor = await sign_in("auditor", "bloc")
    seen = await auditor.get(f"/v1/members/{created['id']}")
    assert (seen.json()["birth_date"], seen.json()["birth_date_masked"]) == ("1985", True)
    timeline = await auditor.get(f"/v1/members/{created['id']}/timeline")
    for text in (seen.text, timeline.text, (await auditor.get("/v1/members")).text):
        assert "1985-07" not in text and "030085001234" not in text
    whole = await office.get(f"/v1/members/{created['id']}")
    assert whole.headers["etag"] != seen.headers["etag"]


async def test_a_day_of_birth_finds_nobody_for_those_who_may_see_the_year_alone(
    sign_in: SignIn, world: World
) -> None:
    office, auditor = await sign_in("grassroots_office", "health"), await sign_in("auditor", "health")
    assert await found_names(office, born="1970-03-05") == ["Nguyễn Văn An"]
    assert await found_names(auditor, born="1970-03-05") == []
    assert await found_names(auditor, born="1970") == ["Nguyễn Văn An"]


# --- lists and searches ------------------------------------------------------------------------------------


async def test_members_come_in_vietnamese_order_namesakes_each(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await listed_names(client) == [
        "Nguyễn Văn An",
        "Nguyễn Văn An",
        "Trần Thị Ánh",
        "Phạm Đức Dũng",
        "Lê Thị Hòa",
        "Đặng Đình Quế",
    ]
    whole = [one["id"] for one in (await client.get("/v1/members")).json()["items"]]
    paged: list[str] = []
    params: dict[str, Any] = {"limit": 1}
    while len(paged) == 0 or "after" in params:
        page = (await client.get("/v1/members", params=params)).json()
        paged += [one["id"] for one in page["items"]]
        params = {"limit": 1} | ({"after": page["next"]} if page["next"] else {})
    assert paged == whole


async def test_a_list_is_narrowed_by_place_standing_activity_and_id(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await listed_names(client, within=str(world["health"]), standing="probationary") == [
        "Trần Thị Ánh"
    ]
    assert await listed_names(client, cell=str(world["health-2"])) == ["Nguyễn Văn An"]
    assert len(await listed_names(client, standing=["probationary", "official"])) == 6
    await act(client, world["p1"], "statuses", effective_on="2024-01-01", activity_status="exempted")
    assert await listed_names(client, activity_status="exempted") == ["Đặng Đình Quế"]
    assert "Đặng Đình Quế" not in await listed_names(client, activity_status="active")
    assert await listed_names(client, activity_status="exempted", on="2023-12-31") == []
    assert await listed_names(client, system="test", external_id="p4") == ["Lê Thị Hòa"]
    assert len(await listed_names(client, id=[str(world["p0"]), str(world["p3"]), MISSING])) == 2
    assert await listed_names(client, on="2022-12-31") == []


async def test_a_list_shows_the_year_of_birth_and_the_cell_but_no_numbers(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    item = (await client.get("/v1/members", params={"id": str(world["p2"])})).json()["items"][0]
    assert item == {
        "id": str(world["p2"]),
        "full_name": "Trần Thị Ánh",
        "sex": "female",
        "birth_year": 1990,
        "cell_id": str(world["health-1"]),
        "cell_name": "Chi bộ Phòng Nghiệp vụ",
        "standing": "probationary",
        "activity_status": "active",
        "exit_reason": None,
        "exited_on": None,
    }


@pytest.mark.parametrize("filter", ["within", "cell"])
async def test_a_list_of_what_is_out_of_reach_is_not_found(
    sign_in: SignIn, world: World, filter: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    assert (await client.get("/v1/members", params={filter: str(world["town-1"])})).status_code == 404


async def test_names_are_found_without_accents_and_case(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    assert await found_names(client, name="dang dinh") == ["Đặng Đình Quế"]
    assert await found_names(client, name="NGUYỄN VĂN") == ["Nguyễn Văn An", "Nguyễn Văn An"]
    assert await found_names(client, name="van an", within=str(world["health-2"])) == ["Nguyễn Văn An"]
    assert await found_names(client, name="%") == []


async def test_people_are_found_by_number_birth_and_sex(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    await create_member(client, world, identifiers=[{"kind": "file_number", "number": "00123"}])
    assert await found_names(client, number="00123") == ["Vũ Thị Bích"]
    assert await found_names(client, number="0012") == []
    assert await found_names(client, born="1985-04-30") == ["Đặng Đình Quế"]  # only the year is known
    assert await found_names(client, born="1990-12") == []
    assert await found_names(client, sex="female", standing=["official"]) == ["Lê Thị Hòa"]


async def test_a_search_pages_like_a_list_and_is_one_statement(
    sign_in: SignIn, statements: Statements
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    async with statements() as executed:
        first = await client.post(
            "/v1/members/searches", json={"name": "n"}, params={"limit": 2, "total": "true"}
        )
    assert len(executed) == 1
    assert len(first.json()["items"]) == 2 and first.json()["total"] == 5
    params = {"after": first.json()["next"], "limit": 200}
    rest = await client.post("/v1/members/searches", json={"name": "n"}, params=params)
    assert len(rest.json()["items"]) == 3 and rest.json()["next"] is None
    other = await client.post("/v1/members/searches", json={"name": "a"}, params=params)
    assert other.status_code == 422


@pytest.mark.parametrize(
    "params", [{}, {"within": "health"}, {"on": "2024-01-01", "activity_status": "active", "total": "true"}]
)
async def test_a_list_is_one_statement(
    sign_in: SignIn, world: World, statements: Statements, params: dict[str, str]
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    asked = {name: str(world[value]) if name == "within" else value for name, value in params.items()}
    async with statements() as executed:
        assert len(await listed_names(client, **asked)) > 3
    assert len(executed) == 1


async def test_a_whole_list_as_ndjson_ends_with_its_count(sign_in: SignIn) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get("/v1/members", headers={"Accept": "application/x-ndjson"})
    assert len(answer.text.splitlines()) == 6 and '"count": 5' in answer.text.splitlines()[-1]


# --- creating ----------------------------------------------------------------------------------------------


async def test_after_an_exit_the_last_cell_still_reads_the_member(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    left = {
        "fact": "membership",
        "period": {"from": "2025-03-01"},
        "value": {"exit_reason": "deceased"},
        "reason": "Ghi bổ sung",
    }
    body = (await act(client, world["p1"], "corrections", **left))["member"]
    assert (body["exit_reason"], body["exited_on"], body["standing"]) == ("deceased", "2025-03-01", None)
    assert (body["activity_status"], body["cell"]["id"]) == (None, str(world["health-1"]))
    assert (await read_member(client, world["p1"], on="2025-02-28"))["exit_reason"] is None
    assert "Đặng Đình Quế" not in await listed_names(client)
    assert "Đặng Đình Quế" in await listed_names(client, on="2025-02-28")
    assert await found_names(client, name="dang dinh") == []
    answer = await client.post("/v1/members/searches", json={"name": "dang dinh", "include_exited": True})
    item = answer.json()["items"][0]
    assert (item["exit_reason"], item["exited_on"], item["cell_id"]) == (
        "deceased",
        "2025-03-01",
        body["cell"]["id"],
    )
    sibling = await sign_in("cell_secretary", "health-2")
    assert await found_names(sibling, name="dang dinh", include_exited=True) == []
    assert (await sibling.get(f"/v1/members/{world['p1']}")).status_code == 404
    refused = await act(client, world["p1"], "changes", 422, effective_on="2025-04-01", standing="official")
    assert refused["errors"][0]["code"] == "not_on_the_roll"


async def test_the_timeline_tells_every_fact_in_order_with_its_operation(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    known_at = (await read_member(client, world["p2"]))["known_at"]
    numbers = [{"kind": "citizen_id", "number": "030090001234"}]
    await act(
        client, world["p2"], "changes", effective_on="2024-03-01", standing="official", identifiers=numbers
    )
    await act(client, world["p2"], "changes", effective_on="2024-05-01", residence="Kẻ Sặt")
    await act(client, world["p2"], "statuses", effective_on="2024-05-01", activity_status="exempted")
    address = f"/v1/members/{world['p2']}/timeline"
    answer = await client.get(address)
    items = answer.json()["items"]
    assert [(one["fact"], one["from"], one["to"]) for one in items] == [
        ("external_id", "2023-01-01", None),
        ("membership", "2023-01-01", "2024-03-01"),
        ("person", "2023-01-01", "2024-05-01"),
        ("identifier", "2024-03-01", None),
        ("membership", "2024-03-01", None),
        ("activity", "2024-05-01", None),
        ("person", "2024-05-01", None),
    ]
    assert items[2]["particulars"] == {"full_name": "Trần Thị Ánh", "sex": "female", "birth_date": "1990-11"}
    assert items[6]["particulars"] == {"residence": "Kẻ Sặt"}
    assert items[3]["identifier"] == {"kind": "citizen_id", "number": "*********234", "masked": True}
    assert (items[4]["standing"], items[4]["cell_name"]) == ("official", "Chi bộ Phòng Nghiệp vụ")
    assert items[5]["activity_status"] == "exempted" and items[5]["operation_id"] != items[6]["operation_id"]
    assert items[3]["operation_id"] == items[4]["operation_id"]
    once = (await client.get(address, params={"known_at": known_at})).json()["items"]
    assert [(one["fact"], one["to"]) for one in once] == [
        ("external_id", None),
        ("membership", None),
        ("person", None),
    ]
    paged = (await client.get(address, params={"limit": 3})).json()
    rest = (await client.get(address, params={"after": paged["next"]})).json()
    assert paged["items"] + rest["items"] == items


async def test_operations_hold_ids_and_names_of_facts_but_no_personal_values(
    sign_in: SignIn, world: World, connection: Any
) -> None:
    client = await sign_in("grassroots_office", "health")
    created = await create_member(
        client, world, identifiers=[{"kind": "citizen_id", "number": "030090001234"}]
    )
    await act(client, created["id"], "changes", effective_on="2024-05-01", residence="Kẻ Sặt")
    rows = await connection.fetch(
        "SELECT kind, changes, effective_on, (SELECT array_agg(organization_id) FROM operation_organization"
        " WHERE operation_id = o.id) AS organizations FROM operation o WHERE kind LIKE 'member_%' ORDER BY recorded_at"
    )
    assert [row["kind"] for row in rows] == ["member_created", "member_changed"]
    assert rows[1]["changes"] == {
        "member": created["id"],
        "facts": ["residence"],
        "cells": [str(world["health-1"])],
    }
    assert all(row["organizations"] == [world["health-1"]] for row in rows)
    assert not any(text in str(row["changes"]) for row in rows for text in ("Bích", "Kẻ Sặt", "030090001234"))
