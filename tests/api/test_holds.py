"""Holds over HTTP: who records proceedings, who sees them, how they end and are struck out."""

from typing import Any
from uuid import UUID

from acts import create_member
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
    listed = await office.get("/v1/holds", params={"member": str(world["p0"])})
    assert (listed.status_code, listed.json()["code"]) == (403, "role_may_not")
    assert "inspection_committee" in listed.json()["roles_that_may"]
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


async def introduced(client: Client, world: World, **differing: Any) -> Any:
    document = {
        "member_ids": [str(world["p0"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town-1"]),
    } | differing
    answer = await client.post("/v1/transfers", json=document)
    assert answer.is_success, answer.text
    return answer.json()["items"][0]


def noted(findings: Any) -> Any:
    return [
        (one["rule"], one["code"], one["value"], one["source"], one["on"])
        for one in findings
        if one["rule"] == "R-TR-1"
    ]


async def test_a_hold_recorded_after_the_step_that_it_would_have_kept_back_is_noted_on_both(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    board = await sign_in("provincial_organizing_board", "province")
    transfer = (await introduced(office, world))["transfer_id"]
    assert noted((await board.get(f"/v1/transfers/{transfer}")).json()["findings"]) == []
    made = (await hold(board, world)).json()
    expected = ("R-TR-1", "proceedings_ran", ["inspection"], "294 6.3.1đ", "2026-03-02")
    assert noted(made["findings"]) == [expected]
    assert noted((await board.get(f"/v1/transfers/{transfer}")).json()["findings"]) == [expected]
    path = f"/v1/transfers/{transfer}"
    unnamed = (*expected[:2], None, *expected[3:])
    assert noted((await office.get(path)).json()["findings"]) == [unnamed]
    earlier = {"on": "2026-03-01"}
    assert noted((await board.get(path, params=earlier)).json()["findings"]) == []
    assert noted((await board.get(f"/v1/holds/{made['id']}", params=earlier)).json()["findings"]) == []
    etag = (await board.get(f"/v1/holds/{made['id']}")).headers["etag"]
    correction = {"period": {"from": "2026-02-01"}, "reason": "Nhầm người"}
    struck_out = await board.post(
        f"/v1/holds/{made['id']}/corrections", json=correction, headers={"If-Match": etag}
    )
    assert struck_out.json()["findings"] == []
    assert noted((await office.get(path)).json()["findings"]) == []


async def test_a_hold_between_the_two_steps_is_noted_only_where_it_runs_on_one_of_their_days(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    transfer = (await introduced(board, world))["transfer_id"]
    within = {"valid": {"from": "2026-03-05", "to": "2026-03-09"}}
    assert (await hold(board, world, **within)).json()["findings"] == []
    path = f"/v1/transfers/{transfer}"
    etag = (await board.get(path)).headers["etag"]
    received = await board.post(
        f"{path}/steps", json={"step": "receive", "on": "2026-03-10"}, headers={"If-Match": etag}
    )
    assert noted(received.json()["findings"]) == []
    over_it = await hold(board, world, ground="audit", valid={"from": "2026-03-08"})
    assert [one["on"] for one in over_it.json()["findings"]] == ["2026-03-10"]
    noted_of_it = noted((await board.get(path)).json()["findings"])
    assert [(one[2], one[4]) for one in noted_of_it] == [(["audit"], "2026-03-10")]


async def test_an_introduction_dated_before_running_proceedings_is_taken_and_noted(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    board = await sign_in("provincial_organizing_board", "province")
    made = (await hold(board, world)).json()
    dated_back = {"introduced_on": "2026-01-20"}
    tried = await introduced(board, world, **dated_back, preview=True)
    expected = ("R-TR-1", "proceedings_ran", ["inspection"], "294 6.3.1đ", "2026-01-20")
    assert noted(tried["findings"]) == [expected]
    unnamed = (*expected[:2], None, *expected[3:])
    recorded = await introduced(office, world, **dated_back)
    assert noted(recorded["findings"]) == [unnamed]
    path = f"/v1/transfers/{recorded['transfer_id']}"
    assert noted((await office.get(path)).json()["findings"]) == [unnamed]
    assert noted((await board.get(path)).json()["findings"]) == [expected]
    assert noted((await board.get(f"/v1/holds/{made['id']}")).json()["findings"]) == [expected]


async def test_proceedings_that_ended_before_an_introduction_was_recorded_say_nothing_of_it(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    await hold(board, world, valid={"from": "2026-02-01", "to": "2026-03-01"})
    recorded = await introduced(board, world, introduced_on="2026-01-20")
    assert recorded["findings"] == []
    path = f"/v1/transfers/{recorded['transfer_id']}"
    assert noted((await board.get(path)).json()["findings"]) == []


async def test_what_keeps_a_step_from_being_struck_out_is_named_only_to_who_may_read_it(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    board = await sign_in("provincial_organizing_board", "province")
    arrival = {
        "from_outside": "Đảng ủy nơi khác",
        "introduced_on": "2026-01-10",
        "member": {
            "cell_id": str(world["health-1"]),
            "standing": "official",
            "since": "2026-01-15",
            "full_name": "Lê Thị Mới",
        },
        "decisions": [PAPER],
    }
    arrived = await office.post("/v1/transfers/arrivals", json=arrival)
    assert arrived.status_code == 201, arrived.text
    transfer, newcomer = arrived.json()["id"], arrived.json()["member_id"]
    assert (await hold(board, {"it": UUID(newcomer)}, "it")).status_code == 201
    steps = (await office.get(f"/v1/transfers/{transfer}/steps")).json()["items"]
    for client, kinds in ((office, []), (board, ["hold_created"])):
        refused = await client.post(
            f"/v1/transfers/{transfer}/corrections",
            json={"operation_id": steps[0]["id"], "reason": "Ghi nhầm"},
            headers={"If-Match": (await client.get(f"/v1/transfers/{transfer}")).headers["etag"]},
        )
        assert refused.status_code == 409, refused.text
        assert [one["kind"] for one in refused.json()["dependent_operations"]] == kinds
        assert refused.json()["dependent_operations_count"] == 1
        assert "hold" not in refused.text or client is board


async def test_proceedings_do_not_end_before_they_began(sign_in: SignIn, world: World) -> None:
    committee = await sign_in("inspection_committee", "bloc")
    made = await hold(committee, world)
    address, version = f"/v1/holds/{made.json()['id']}", {"If-Match": made.headers["etag"]}
    for day in ("2026-01-31", "2026-02-01"):
        early = await committee.post(f"{address}/endings", json={"ended_on": day}, headers=version)
        assert early.status_code == 422, early.text
        assert [(one["pointer"], one["code"]) for one in early.json()["errors"]] == [
            ("/body/ended_on", "hold_not_begun_by_then")
        ]
    assert (await committee.get(address)).json()["periods"] == [{"from": "2026-02-01", "to": None}]


async def test_the_same_proceedings_are_recorded_once(sign_in: SignIn, world: World) -> None:
    committee = await sign_in("inspection_committee", "bloc")
    made = await hold(committee, world, valid={"from": "2026-02-01", "to": "2026-04-01"})
    again = await hold(committee, world, valid={"from": "2026-03-31"})
    assert (again.status_code, again.json()["code"]) == (409, "hold_exists")
    for other in (
        {"valid": {"from": "2026-04-01"}},
        {"ground": "complaint"},
        {"member": "p1"},
    ):
        assert (await hold(committee, world, **other)).status_code == 201
    period = {"from": "2026-02-01", "to": "2026-04-01"}
    struck_out = await committee.post(
        f"/v1/holds/{made.json()['id']}/corrections",
        json={"period": period, "reason": "Ghi nhầm"},
        headers={"If-Match": made.headers["etag"]},
    )
    assert struck_out.status_code == 200, struck_out.text
    assert (await hold(committee, world, valid={"from": "2026-02-01", "to": "2026-04-01"})).status_code == 201


async def test_proceedings_are_listed_by_the_home_of_whom_they_are_about(
    sign_in: SignIn, world: World
) -> None:
    bloc = await sign_in("inspection_committee", "bloc")
    district = await sign_in("inspection_committee", "district")
    one, other = (await hold(bloc, world)).json()["id"], (await hold(district, world, "p5")).json()["id"]
    board = await sign_in("provincial_organizing_board", "province")
    await create_member(
        board, world, "town-1", since="2026-11-20"
    )  # the last one recorded is of the district
    for committee, own in ((bloc, one), (district, other)):
        for asked in ({}, {"on": "2026-03-01"}, {"ground": "inspection"}):
            listed = await committee.get("/v1/holds", params=asked)
            assert [each["id"] for each in listed.json()["items"]] == [own]
    within = await (await sign_in("inspection_committee", "province")).get(
        "/v1/holds", params={"within": str(world["district"])}
    )
    assert [each["id"] for each in within.json()["items"]] == [other]
