"""Holds over HTTP: who records proceedings, who sees them, how they end and are struck out."""

from typing import Any

from conftest import SignIn, Statements
from make import Client, World

PAPER = {"issuer": "Ủy ban Kiểm tra Huyện ủy", "number": "07-QĐ", "signed_on": "2026-02-01"}


async def hold(client: Client, world: World, member: str = "p0", **differing: Any) -> Any:
    document = {
        "member_id": str(world[member]),
        "ground": "inspection",
        "valid": {"from": "2026-02-01"},
        "decisions": [PAPER],
    } | differing
    return await client.post("/v1/holds", json=document)


async def test_proceedings_begin_with_a_paper_run_and_end(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    committee = await sign_in("inspection_committee", "bloc")
    assert (await hold(committee, world, decisions=[])).status_code == 422
    made = await hold(committee, world)
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["full_name"], one["periods"]) == ("Nguyễn Văn An", [{"from": "2026-02-01", "to": None}])
    async with statements() as executed:
        listed = await committee.get("/v1/holds", params={"within": str(world["health"])})
    assert [each["id"] for each in listed.json()["items"]] == [one["id"]] and len(executed) == 1
    assert (await committee.get("/v1/holds", params={"on": "2026-01-31"})).json()["items"] == []
    assert (await committee.get("/v1/holds", params={"ground": "complaint"})).json()["items"] == []
    by_member = await committee.get("/v1/holds", params={"member": str(world["p0"])})
    assert len(by_member.json()["items"]) == 1
    ended = await committee.post(
        f"/v1/holds/{one['id']}/endings",
        json={"ended_on": "2026-05-01"},
        headers={"If-Match": made.headers["etag"]},
    )
    assert ended.json()["periods"] == [{"from": "2026-02-01", "to": "2026-05-01"}]
    again = {"json": {"ended_on": "2026-05-01"}, "headers": {"If-Match": ended.headers["etag"]}}
    late = await committee.post(f"/v1/holds/{one['id']}/endings", **again)
    assert late.json()["errors"][0]["code"] == "hold_ended_by_then"


async def test_offices_without_that_duty_do_not_see_them(sign_in: SignIn, world: World) -> None:
    committee = await sign_in("inspection_committee", "bloc")
    one = (await hold(committee, world)).json()["id"]
    office = await sign_in("grassroots_office", "health")
    assert (await office.get(f"/v1/holds/{one}")).status_code == 404
    assert (await office.get("/v1/holds")).json()["items"] == []
    assert (await hold(office, world)).status_code == 403
    foreign = await sign_in("inspection_committee", "district")
    assert (await foreign.get(f"/v1/holds/{one}")).status_code == 404
    assert (await hold(foreign, world)).json()["errors"][0]["code"] == "unknown_member"


async def test_proceedings_recorded_in_error_are_struck_out_and_stay_known(
    sign_in: SignIn, world: World
) -> None:
    committee = await sign_in("inspection_committee", "bloc")
    made = await hold(committee, world)
    one = made.json()["id"]
    known_at = (await committee.get(f"/v1/holds/{one}")).json()["known_at"]
    stale = {"json": {"period": {"from": "2026-02-01"}, "reason": "Nhầm người"}}
    refused = await committee.post(f"/v1/holds/{one}/corrections", **stale, headers={"If-Match": '"7"'})
    assert refused.status_code == 412
    struck_out = await committee.post(
        f"/v1/holds/{one}/corrections", **stale, headers={"If-Match": made.headers["etag"]}
    )
    assert (struck_out.status_code, struck_out.json()["periods"]) == (200, [])
    then = await committee.get(f"/v1/holds/{one}", params={"known_at": known_at})
    assert then.json()["periods"] == [{"from": "2026-02-01", "to": None}]


async def test_the_operations_of_a_hold_are_for_who_may_read_holds(sign_in: SignIn, world: World) -> None:
    inspector = await sign_in("inspection_committee", "health", "inspector")
    document = {
        "member_id": str(world["p0"]),
        "ground": "complaint",
        "valid": {"from": "2026-02-01"},
        "reason": "Đơn tố cáo",
        "decisions": [{"issuer": "Ủy ban Kiểm tra", "number": "5-QĐ", "signed_on": "2026-02-01"}],
    }
    assert (await inspector.post("/v1/holds", json=document)).status_code == 201
    asked = {"member": str(world["p0"]), "kind": "hold_created"}
    (operation,) = (await inspector.get("/v1/operations", params=asked)).json()["items"]
    for role, place in (("grassroots_office", "health"), ("cell_secretary", "health-1")):
        client = await sign_in(role, place, role)
        assert (await client.get("/v1/operations", params=asked)).json()["items"] == []
        assert (await client.get(f"/v1/operations/{operation['id']}")).status_code == 404
        assert (await client.get(f"/v1/operations/{operation['id']}/members")).status_code == 404
