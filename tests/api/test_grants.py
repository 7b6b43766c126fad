"""Grants over HTTP: who gives them, in bulk, how they end, and that rights follow at once."""

from datetime import timedelta
from typing import Any

import pytest
from conftest import SignIn
from make import Client, World, today

from app.auth import DEVELOPMENT_ISSUER
from app.domain.access import MACHINE_ISSUER


def asked(
    world: World, organization: str = "health", role: str = "auditor", **differing: Any
) -> dict[str, Any]:
    return {
        "actor": {"issuer": DEVELOPMENT_ISSUER, "subject": "binh", "name": "Trần Thị Bình"},
        "role": role,
        "organization_id": str(world[organization]),
        "valid": {"from": "2024-01-01"},
    } | differing


async def give(client: Client, *grants: dict[str, Any], **differing: Any) -> Any:
    return await client.post("/v1/grants", json={"grants": list(grants), **differing})


async def test_a_grant_is_in_force_at_the_next_request_and_ends_at_the_next(
    sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "bloc")
    binh = await sign_in(subject="binh")
    assert (await binh.get(f"/v1/organizations/{world['health-1']}")).status_code == 404
    given = await give(admin, asked(world), reason="Phân công")
    assert given.status_code == 201, given.text
    grant = given.json()["items"][0]["grant"]
    assert grant["actor"]["name"] == "Trần Thị Bình" and grant["organization_name"] == "Đảng bộ Sở Y tế"
    assert grant["periods"] == [{"from": "2024-01-01", "to": None}] and grant["version"] == 1
    assert (await binh.get(f"/v1/organizations/{world['health-1']}")).status_code == 200
    assert (await binh.get(f"/v1/organizations/{world['court']}")).status_code == 404

    read = await admin.get(f"/v1/grants/{grant['id']}")
    assert read.json()["actions"] == [
        {"action": "manage_grant", "allowed": True, "reason": None, "roles_that_may": None}
    ]
    ended = await admin.post(
        f"/v1/grants/{grant['id']}/endings",
        json={"ended_on": str(today()), "reason": "Hết nhiệm vụ"},
        headers={"If-Match": read.headers["etag"]},
    )
    assert ended.status_code == 200, ended.text
    assert ended.json()["periods"] == [{"from": "2024-01-01", "to": str(today())}]
    assert ended.json()["version"] == 2
    assert (await binh.get(f"/v1/organizations/{world['health-1']}")).status_code == 404


async def test_a_grant_not_yet_begun_gives_nothing(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "bloc")
    tomorrow = str(today() + timedelta(days=1))
    given = await give(admin, asked(world, valid={"from": tomorrow}))
    assert given.status_code == 201
    binh = await sign_in(subject="binh")
    assert (await binh.get(f"/v1/organizations/{world['health']}")).status_code == 404
    mine = {"actor": given.json()["items"][0]["grant"]["actor"]["id"]}
    assert (await admin.get("/v1/grants", params=mine)).json()["items"] == []
    assert len((await admin.get("/v1/grants", params=mine | {"on": tomorrow})).json()["items"]) == 1


async def test_grants_are_listed_within_reach_by_place_actor_and_role(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "bloc")
    foreign = await sign_in("admin", "district")
    given = await give(
        admin, asked(world), asked(world, "health-1", "cell_secretary"), asked(world, "court", "auditor")
    )
    binh = given.json()["items"][0]["grant"]["actor"]["id"]

    async def listed(client: Client, **params: str) -> list[tuple[str, str]]:
        answer = await client.get("/v1/grants", params={"actor": binh} | params)
        assert answer.status_code == 200, answer.text
        return [(one["role"], one["organization_id"]) for one in answer.json()["items"]]

    assert len(await listed(admin)) == 3 and await listed(foreign) == []
    assert len(await listed(admin, within=str(world["health"]))) == 2
    assert await listed(admin, organization=str(world["health"])) == [("auditor", str(world["health"]))]
    assert await listed(admin, role="cell_secretary") == [("cell_secretary", str(world["health-1"]))]
    assert await listed(admin, on="2023-12-31") == []
    out_of_reach = {"within": str(world["town"])}
    assert (await admin.get("/v1/grants", params=out_of_reach)).status_code == 404


async def test_all_or_nothing_writes_nothing_when_one_item_is_refused(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    good, foreign = asked(world), asked(world, "town")
    nobody = asked(world, actor={"actor_id": "00000000-0000-7000-8000-000000000000"})
    machine = asked(world, actor={"issuer": MACHINE_ISSUER, "subject": "x"})
    empty = asked(world, valid={"from": "2024-01-01", "to": "2024-01-01"})
    refused = await give(admin, good, foreign, nobody, machine, empty)
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/body/grants/1/organization_id", "unknown_organization"),
        ("/body/grants/2/actor/actor_id", "unknown_actor"),
        ("/body/grants/3/actor/issuer", "machine_by_id"),
        ("/body/grants/4/valid", "period_empty"),
    ]
    assert (await admin.get("/v1/grants", params={"role": "auditor"})).json()["items"] == []


async def test_each_item_is_judged_for_itself_in_one_operation(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    good, foreign = asked(world), asked(world, "town")
    answer = await give(admin, good, foreign, good, bulk="each")
    assert answer.status_code == 200, answer.text
    made, unknown, twice = answer.json()["items"]
    assert made["refusal"] is None and made["grant"]["role"] == "auditor"
    assert unknown["refusal"]["code"] == "unknown_organization"
    assert unknown["refusal"]["pointer"] == "/body/grants/1/organization_id"
    assert twice["refusal"]["code"] == "grant_exists" and twice["refusal"]["detail"]
    none = await give(admin, good, bulk="each")
    assert none.status_code == 200 and none.json()["items"][0]["grant"] is None


async def test_the_same_duty_is_held_once_at_any_instant(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    assert (
        await give(admin, asked(world, valid={"from": "2024-01-01", "to": "2024-06-01"}))
    ).status_code == 201
    again = await give(admin, asked(world, valid={"from": "2024-05-01"}))
    assert (again.status_code, again.json()["code"]) == (409, "grant_exists")
    assert again.json()["pointer"] == "/body/grants/0"
    assert (await give(admin, asked(world, valid={"from": "2024-06-01"}))).status_code == 201


async def test_who_sees_an_organization_but_is_not_its_admin_gives_no_grants(
    sign_in: SignIn, world: World
) -> None:
    for role in ("upper_organizing_board", "auditor"):
        client = await sign_in(role, "bloc")
        refused = await give(client, asked(world))
        assert (refused.status_code, refused.json()["roles_that_may"]) == (403, ["admin"])
    above = await sign_in("admin", "health-1")
    assert (await give(above, asked(world))).status_code == 422


async def test_an_auditor_reads_grants_but_ends_none(sign_in: SignIn, world: World) -> None:
    admin, auditor = await sign_in("admin", "bloc"), await sign_in("auditor", "health")
    grant = (await give(admin, asked(world))).json()["items"][0]["grant"]
    read = await auditor.get(f"/v1/grants/{grant['id']}")
    assert read.status_code == 200 and not read.json()["actions"][0]["allowed"]
    refused = await auditor.post(
        f"/v1/grants/{grant['id']}/endings",
        json={"ended_on": str(today())},
        headers={"If-Match": read.headers["etag"]},
    )
    assert refused.status_code == 403
    office = await sign_in("grassroots_office", "health")
    assert (await office.get(f"/v1/grants/{grant['id']}")).status_code == 404


async def test_ending_needs_the_version_read_a_day_to_come_and_days_to_end(
    sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "bloc")
    given = await give(admin, asked(world, valid={"from": "2024-01-01", "to": "2199-01-01"}))
    address = f"/v1/grants/{given.json()['items'][0]['grant']['id']}/endings"
    version = {"If-Match": '"1"'}
    for ended_on, headers, status, code in (
        (str(today()), {}, 428, "if_match_required"),
        (str(today()), {"If-Match": '"7"'}, 412, "stale"),
        (str(today() - timedelta(days=1)), version, 422, "grant_end_in_past"),
        ("2199-01-01", version, 422, "grant_ended_by_then"),
    ):
        answer = await admin.post(address, json={"ended_on": ended_on}, headers=headers)
        assert answer.status_code == status, answer.text
        assert code in (answer.json()["code"], *(one["code"] for one in answer.json().get("errors", [])))


async def test_a_grant_recorded_in_error_is_struck_out_and_stays_known(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "bloc")
    grant = (await give(admin, asked(world))).json()["items"][0]["grant"]
    address = f"/v1/grants/{grant['id']}"
    known_at = (await admin.get(address)).json()["known_at"]
    document = {"period": {"from": "2024-03-01", "to": "2024-04-01"}, "reason": "Nhập nhầm", "evidence": "Sổ"}
    corrected = await admin.post(f"{address}/corrections", json=document, headers={"If-Match": '"1"'})
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["periods"] == [
        {"from": "2024-01-01", "to": "2024-03-01"},
        {"from": "2024-04-01", "to": None},
    ]
    whole = {"period": {"from": "2000-01-01"}, "reason": "Nhập nhầm cả"}
    struck = await admin.post(f"{address}/corrections", json=whole, headers={"If-Match": '"2"'})
    assert (struck.json()["periods"], struck.json()["version"]) == ([], 3)
    before = await admin.get(address, params={"known_at": known_at})
    assert before.json()["periods"] == [{"from": "2024-01-01", "to": None}]
    nothing = await admin.post(f"{address}/corrections", json=whole, headers={"If-Match": '"3"'})
    assert nothing.status_code == 422


@pytest.mark.parametrize("act", ["endings", "corrections"])
async def test_the_last_admin_of_the_register_stays(sign_in: SignIn, world: World, act: str) -> None:
    founder = await sign_in(subject="founder")
    listed = await founder.get("/v1/grants", params={"organization": str(world["province"]), "role": "admin"})
    (grant,) = listed.json()["items"]
    body: dict[str, Any] = (
        {"ended_on": str(today())}
        if act == "endings"
        else {"period": {"from": "2000-01-01"}, "reason": "Nhầm"}
    )
    address, headers = f"/v1/grants/{grant['id']}/{act}", {"If-Match": f'"{grant["version"]}"'}
    refused = await founder.post(address, json=body, headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-ACC-1")
    for_a_year = asked(world, "province", "admin", valid={"from": "2024-01-01", "to": "2199-01-01"})
    assert (await give(founder, for_a_year)).status_code == 201
    assert (await founder.post(address, json=body, headers=headers)).json()["on"] == "2199-01-01"
    successor = {"issuer": DEVELOPMENT_ISSUER, "subject": "successor"}
    assert (await give(founder, asked(world, "province", "admin", actor=successor))).status_code == 201
    gone = await founder.post(address, json=body, headers=headers)
    assert gone.status_code == 200, gone.text
    assert not gone.json()["actions"][0]["allowed"]
    assert (await founder.get("/v1/grants")).status_code == 403


async def test_rights_follow_the_tree_at_once(sign_in: SignIn, world: World) -> None:
    province = await sign_in("provincial_organizing_board", "province")
    old, new = await sign_in("auditor", "bloc"), await sign_in("auditor", "district")
    address = f"/v1/organizations/{world['health']}"
    cell = f"/v1/organizations/{world['health-1']}"
    assert [(await one.get(cell)).status_code for one in (old, new)] == [200, 404]
    document = {
        "fact": "placement",
        "period": {"from": "2020-08-01"},
        "value": {"parent_id": str(world["district"])},
        "reason": "Ghi nhầm cấp trên",
    }
    moved = await province.post(f"{address}/corrections", json=document, headers={"If-Match": '"1"'})
    assert moved.status_code == 200, moved.text
    assert [(await one.get(cell)).status_code for one in (old, new)] == [404, 200]
    for client, count in ((old, 0), (new, 1)):
        listed = (await client.get("/v1/organizations", params={"id": str(world["health"])})).json()["items"]
        assert len(listed) == count


async def test_me_tells_roles_grants_and_the_tops_of_reach(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "province")
    await give(
        admin,
        asked(world, "health", "grassroots_office"),
        asked(world, "health-1", "cell_secretary"),
        asked(world, "town", "auditor"),
        asked(world, "court", "auditor", valid={"from": "2023-01-01", "to": "2024-01-01"}),
    )
    binh = await sign_in(subject="binh")
    me = (await binh.get("/v1/me")).json()
    assert me["actor"]["subject"] == "binh" and me["on"] == str(today())
    assert me["roles"] == ["cell_secretary", "grassroots_office", "auditor"]
    assert {one["name"] for one in me["reach"]} == {"Đảng bộ Sở Y tế", "Đảng bộ Thị trấn Kẻ Sặt"}
    assert len(me["grants"]) == 3


async def test_who_holds_nothing_is_told_so(sign_in: SignIn) -> None:
    me = (await (await sign_in()).get("/v1/me")).json()
    assert (me["roles"], me["reach"], me["grants"]) == ([], [], [])


async def test_a_malformed_item_is_pointed_at_as_the_body_has_it(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "health")
    refused = await give(
        admin,
        asked(world, actor={"issuer": "x"}),
        asked(world, actor={"actor_id": 7}),
        asked(world, actor={"actor_id": str(world["health"]), "subject": "x"}),
        asked(world, actor="binh", role="root"),
    )
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/body/grants/0/actor/subject", "missing"),
        ("/body/grants/1/actor/actor_id", "uuid_type"),
        ("/body/grants/2/actor", "extra_forbidden"),
        ("/body/grants/3/actor", "model_attributes_type"),
        ("/body/grants/3/role", "enum"),
    ]
