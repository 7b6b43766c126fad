"""Transfers over HTTP: two sides, one cell at any instant, the limits, and steps recorded in error."""

from typing import Any

import asyncpg
import pytest
from acts import act
from conftest import SignIn, Statements
from import_files import apply
from make import Client, World

PAPER = {"issuer": "Đảng ủy nơi nhận", "number": "12-GB", "signed_on": "2026-03-10"}
P = "/v1/transfers"


async def introduce(client: Client, world: World, *members: str, **differing: Any) -> Any:
    document = {
        "member_ids": [str(world[name]) for name in members],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town"]),
    } | differing
    return await client.post(P, json={name: one for name, one in document.items() if one is not None})


async def begun(client: Client, world: World, member: str = "p0", **differing: Any) -> str:
    answer = await introduce(client, world, member, **differing)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["items"][0]["transfer_id"])


async def step(client: Client, transfer: str, name: str, on: str, **said: Any) -> Any:
    read = await client.get(f"{P}/{transfer}")
    assert read.status_code == 200, read.text
    return await client.post(
        f"{P}/{transfer}/steps",
        json={"step": name, "on": on, **said},
        headers={"If-Match": read.headers["etag"]},
    )


async def done(client: Client, transfer: str, name: str, on: str, **said: Any) -> Any:
    answer = await step(client, transfer, name, on, **said)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def strike_out(client: Client, transfer: str, number: int) -> Any:
    steps = (await client.get(f"{P}/{transfer}/steps")).json()["items"]
    read = await client.get(f"{P}/{transfer}")
    return await client.post(
        f"{P}/{transfer}/corrections",
        json={"operation_id": steps[number]["id"], "reason": "Ghi nhầm"},
        headers={"If-Match": read.headers["etag"]},
    )


async def member(client: Client, world: World, name: str, on: str) -> Any:
    return (await client.get(f"/v1/members/{world[name]}", params={"on": on})).json()


async def counted(client: Client, world: World, cell: str, on: str) -> int:
    answer = await client.get(f"/v1/organizations/{world[cell]}/summary", params={"on": on})
    return int(answer.json()["members"]["count"])


@pytest.fixture
async def sender(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


@pytest.fixture
async def receiver(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "town")


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def test_the_sender_introduces_the_receiver_takes_in_and_the_member_counts_there(
    sender: Client, receiver: Client, board: Client, world: World
) -> None:
    transfer = await begun(sender, world)
    seen = (await receiver.get(f"{P}/{transfer}")).json()
    assert (seen["state"], seen["full_name"], seen["birth_year"]) == ("introduced", "Nguyễn Văn An", 1970)
    assert (seen["from_name"], seen["to_name"]) == ("Chi bộ Phòng Nghiệp vụ", "Đảng bộ Thị trấn Kẻ Sặt")
    assert (seen["due_on"], seen["due_rule"]) == ("2026-04-13", "R-TR-7")
    assert (await receiver.get(f"/v1/members/{world['p0']}")).status_code == 404
    may = {one["step"]: one["allowed"] for one in seen["steps"]}
    assert may == {
        "stamp": True, "forward": True, "receive": True, "refuse": True, "abandon": True, "cancel": False,
    }  # fmt: skip
    assert {one["action"]: one["allowed"] for one in seen["actions"]} == {
        "send_transfer": False,
        "receive_transfer": True,
    }
    assert (await member(board, world, "p0", "2026-03-02"))["activity_status"] == "transferring"

    assert (await done(sender, transfer, "stamp", "2026-03-05", decisions=[PAPER]))["state"] == "in_transit"
    received = await done(receiver, transfer, "receive", "2026-03-10", cell_id=str(world["town-1"]))
    assert (received["state"], received["to_cell_name"], received["due_on"]) == (
        "received",
        "Chi bộ Khu 1",
        None,
    )
    assert received["steps"] == []
    for on, cell, activity in (
        ("2026-03-01", "health-1", "active"),
        ("2026-03-09", "health-1", "transferring"),
        ("2026-03-10", "town-1", "active"),
    ):
        found = await member(board, world, "p0", on)
        assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), activity)
    steps = (await receiver.get(f"{P}/{transfer}/steps")).json()["items"]
    assert [(one["step"], one["state"], one["on"]) for one in steps] == [
        ("introduce", "introduced", "2026-03-02"),
        ("stamp", "in_transit", "2026-03-05"),
        ("receive", "received", "2026-03-10"),
    ]
    assert [len(one["decisions"]) for one in steps] == [0, 1, 0]
    as_it_was = (await board.get(f"{P}/{transfer}", params={"on": "2026-03-06"})).json()
    assert (as_it_was["state"], as_it_was["since"]) == ("in_transit", "2026-03-05")
    assert (await board.get(f"{P}/{transfer}", params={"on": "2026-01-06"})).json()["state"] is None


async def test_each_side_does_its_own_only(
    sender: Client, receiver: Client, board: Client, world: World, sign_in: SignIn
) -> None:
    transfer = await begun(sender, world)
    refused = await step(sender, transfer, "receive", "2026-03-10", cell_id=str(world["town-1"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "role_may_not")
    assert (await step(receiver, transfer, "cancel", "2026-03-10")).status_code == 403
    foreign = await sign_in("grassroots_office", "court")
    assert (await foreign.get(f"{P}/{transfer}")).status_code == 404
    assert (await foreign.get(f"{P}/{transfer}/steps")).status_code == 404
    assert (await foreign.get(P)).json()["items"] == []
    auditor = await sign_in("auditor", "district")
    assert (await step(auditor, transfer, "stamp", "2026-03-10")).status_code == 403
    both = await done(board, transfer, "receive", "2026-03-10", cell_id=str(world["town-1"]))
    assert both["state"] == "received"


async def test_what_is_not_there_lists_what_is(sender: Client, receiver: Client, world: World) -> None:
    transfer = await begun(sender, world)
    refused = await step(receiver, transfer, "come_back", "2026-03-10")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dangbo:problem:step-refused")
    assert set(refused.json()["open_steps"]) == {"stamp", "forward", "receive", "refuse", "abandon", "cancel"}
    early = await step(receiver, transfer, "refuse", "2026-03-01")
    assert early.json()["errors"][0]["code"] == "step_before_last"
    wrong = await step(receiver, transfer, "refuse", "2026-03-03", cell_id=str(world["town-1"]))
    assert wrong.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/body/cell_id", "code": "not_of_this_step", "detail": "",
    }  # fmt: skip
    elsewhere = await step(receiver, transfer, "receive", "2026-03-03", cell_id=str(world["court"]))
    assert elsewhere.json()["errors"][0]["code"] == "cell_not_below_destination"
    committee = await step(receiver, transfer, "receive", "2026-03-03")
    assert (committee.status_code, committee.json()["rule"]) == (409, "R-ORG-4")


async def test_refused_papers_go_back_and_the_member_is_active_again(
    sender: Client, receiver: Client, board: Client, world: World
) -> None:
    transfer = await begun(sender, world)
    await done(receiver, transfer, "refuse", "2026-03-10", reason="Chưa đủ điều kiện")
    assert (await member(board, world, "p0", "2026-03-11"))["activity_status"] == "transferring"
    again = (await introduce(sender, world, "p0")).json()
    assert (again["code"], again["records"]) == ("transfer_open", [transfer])
    await done(sender, transfer, "return", "2026-03-15")
    found = await member(board, world, "p0", "2026-03-15")
    assert (found["activity_status"], found["cell"]["id"]) == ("active", str(world["health-1"]))
    assert (await introduce(sender, world, "p0", introduced_on="2026-03-15")).status_code == 201


async def test_a_reception_stopped_over_an_unlawful_admission_is_written_to_the_sender(
    sender: Client, receiver: Client, world: World
) -> None:
    transfer = await begun(sender, world)
    ground = {"refusal_ground": "admission_standard_not_met"}
    unwritten = await step(receiver, transfer, "refuse", "2026-03-10", **ground)
    assert [(one["pointer"], one["code"]) for one in unwritten.json()["errors"]] == [
        ("/body/decisions", "ground_needs_paper")
    ]
    elsewhere = await step(receiver, transfer, "stamp", "2026-03-10", **ground)
    assert elsewhere.json()["errors"][0]["code"] == "not_of_this_step"
    refused = await done(receiver, transfer, "refuse", "2026-03-10", **ground, decisions=[PAPER])
    assert (refused["state"], refused["refusal_ground"]) == ("refused", "admission_standard_not_met")
    asked = {"state": "refused", "on": "2026-03-11"}
    (listed,) = (await sender.get(P, params=asked)).json()["items"]
    assert (listed["id"], listed["refusal_ground"]) == (transfer, "admission_standard_not_met")
    steps = (await sender.get(f"{P}/{transfer}/steps")).json()["items"]
    assert [one["number"] for one in steps[-1]["decisions"]] == ["12-GB"]
    returned = await done(sender, transfer, "return", "2026-03-15")
    assert returned["refusal_ground"] == "admission_standard_not_met"
    await strike_out(sender, transfer, 2)
    restored = await strike_out(receiver, transfer, 1)
    assert (restored.json()["state"], restored.json()["refusal_ground"]) == ("introduced", None)


async def test_who_graduated_without_work_may_begin_within_twelve_months(
    sender: Client, world: World
) -> None:
    graduated = {"purpose": "graduation", "moved_on": "2025-04-30"}
    in_time = await begun(sender, world, **graduated)
    read = (await sender.get(f"{P}/{in_time}", params={"on": "2026-03-02"})).json()
    assert (read["purpose"], read["findings"]) == ("graduation", [])
    late = await begun(sender, world, "p1", **graduated | {"moved_on": "2025-01-31"})
    read = (await sender.get(f"{P}/{late}", params={"on": "2026-03-02"})).json()
    assert [(one["rule"], one["value"], one["on"]) for one in read["findings"]] == [
        ("R-TR-5", 12, "2026-01-31")
    ]
    for differing, pointer, code in (
        ({"purpose": "graduation"}, "/body/moved_on", "graduation_day_required"),
        ({"purpose": "study"}, "/body/purpose", "purpose_of_another_kind"),
        (
            graduated | {"kind": "temporary", "expected_end": "2026-09-30"},
            "/body/purpose",
            "purpose_of_another_kind",
        ),
    ):
        refused = (await introduce(sender, world, "p3", **differing)).json()["errors"]
        assert (refused[0]["pointer"], refused[0]["code"]) == (pointer, code)


async def test_papers_at_the_wrong_place_are_forwarded_by_that_place(
    sender: Client, receiver: Client, board: Client, world: World
) -> None:
    transfer = await begun(sender, world)
    forwarded = await done(
        receiver, transfer, "forward", "2026-03-09", to_organization_id=str(world["court"])
    )
    assert (forwarded["state"], forwarded["to_name"]) == ("forwarded", "Chi bộ Tòa án")
    assert (await receiver.get(f"{P}/{transfer}")).status_code == 404
    received = await done(board, transfer, "receive", "2026-03-12")
    assert received["to_cell_id"] == str(world["court"])


async def test_three_months_unpresented_papers_are_given_up_by_the_receiving_side(
    sender: Client, receiver: Client, board: Client, world: World
) -> None:
    """V-20."""
    transfer = await begun(sender, world, introduced_on="2026-03-01")
    due = {"due_by": "2026-04-14", "within": str(world["town"])}
    assert [one["id"] for one in (await receiver.get(P, params=due)).json()["items"]] == [transfer]
    assert (await receiver.get(P, params=due | {"due_by": "2026-04-09"})).json()["items"] == []
    late = (await receiver.get(f"{P}/{transfer}", params={"on": "2026-04-15"})).json()
    assert [
        (one["rule"], one["code"], one["value"], one["source"], one["on"]) for one in late["findings"]
    ] == [("R-TR-7", "limit_passed", 30, "294 6.3.1c", "2026-04-10")]
    abandon = next(one for one in late["steps"] if one["step"] == "abandon")
    assert (abandon["who"], abandon["not_until"]) == ("receiver", "2026-06-01")
    early = await step(receiver, transfer, "abandon", "2026-06-01")
    said = early.json()
    assert (early.status_code, said["rule"], said["value"], said["source"]) == (409, "R-TR-3", 3, "294 6.3.1")
    assert (await step(sender, transfer, "abandon", "2026-06-02")).status_code == 403
    assert (await done(receiver, transfer, "abandon", "2026-06-02"))["state"] == "abandoned"
    found = await member(board, world, "p0", "2026-06-02")
    assert (found["activity_status"], found["cell"]["id"]) == ("interrupted", str(world["health-1"]))


async def test_an_introduction_long_after_the_decision_is_late_and_not_refused(
    sender: Client, world: World
) -> None:
    transfer = await begun(sender, world, moved_on="2025-06-02")
    found = (await sender.get(f"{P}/{transfer}", params={"on": "2026-03-02"})).json()["findings"]
    assert [(one["rule"], one["value"], one["source"]) for one in found] == [("R-TR-9", 60, "294 6.3.1a")]


async def test_a_temporary_stay_is_counted_and_seated_at_home_until_the_member_comes_back(
    sender: Client, receiver: Client, board: Client, world: World
) -> None:
    terms = {"kind": "temporary", "expected_end": "2026-09-30"}
    transfer = await begun(sender, world, **terms)
    staying = await done(receiver, transfer, "receive", "2026-03-10", cell_id=str(world["town-1"]))
    assert (staying["state"], staying["due_on"], staying["due_rule"]) == ("staying", "2026-09-30", "R-TR-8")
    found = await member(board, world, "p0", "2026-05-01")
    assert (found["activity_status"], found["cell"]["id"]) == (
        "temporarily_elsewhere",
        str(world["health-1"]),
    )
    late = await board.get(f"{P}/{transfer}", params={"on": "2026-10-01"})
    assert [one["rule"] for one in late.json()["findings"]] == ["R-TR-8"]
    extended = await done(sender, transfer, "extend", "2026-09-20", expected_end="2026-12-01")
    assert (extended["due_on"], extended["state"]) == ("2026-12-01", "staying")
    too_long = await step(sender, transfer, "extend", "2026-09-21", expected_end="2027-09-21")
    assert (too_long.json()["rule"], too_long.json()["value"]) == ("R-TR-8", 12)
    await done(receiver, transfer, "come_back", "2026-11-20")
    assert (await member(board, world, "p0", "2026-11-19"))["activity_status"] == "temporarily_elsewhere"
    assert (await member(board, world, "p0", "2026-11-20"))["activity_status"] == "active"


async def test_a_stay_too_short_or_too_long_is_refused_with_rule_value_and_source(
    sender: Client, world: World
) -> None:
    for end, purpose, value in (
        ("2026-06-01", None, 3),
        ("2027-03-02", None, 12),
        ("2028-03-03", "study", 24),
    ):
        terms = {"kind": "temporary", "expected_end": end, "purpose": purpose}
        refused = (await introduce(sender, world, "p0", **terms)).json()
        assert (refused["rule"], refused["value"]) == ("R-TR-8", value)
        assert refused["source"].startswith("294 6.3.2a")


async def test_one_who_goes_abroad_is_counted_at_home_and_comes_back(
    sender: Client, board: Client, world: World
) -> None:
    inside = await introduce(sender, world, "p0", kind="abroad")
    assert inside.json()["errors"][0]["code"] == "abroad_is_outside"
    terms = {"kind": "abroad", "to_organization_id": None, "to_outside": "Đảng ủy ngoài nước"}
    transfer = await begun(sender, world, **terms)
    await done(sender, transfer, "receive", "2026-04-01", decisions=[PAPER])
    assert (await member(board, world, "p0", "2026-04-01"))["activity_status"] == "temporarily_elsewhere"
    assert (await done(sender, transfer, "come_back", "2026-05-30"))["state"] == "came_back"


async def test_the_paper_of_a_receiver_outside_the_register_stands_for_its_act(
    sender: Client, board: Client, world: World
) -> None:
    terms = {"to_organization_id": None, "to_outside": "Đảng ủy phường Ninh Kiều"}
    transfer = await begun(sender, world, **terms)
    bare = await step(sender, transfer, "receive", "2026-03-20")
    assert bare.json()["errors"][0]["code"] == "paper_stands_for_act"
    assert (await done(sender, transfer, "receive", "2026-03-20", decisions=[PAPER]))["state"] == "received"
    found = await member(board, world, "p0", "2026-03-20")
    assert (found["exit_reason"], found["exited_on"], found["standing"]) == (
        "transferred_out", "2026-03-20", None,
    )  # fmt: skip

    back = {
        "from_outside": "Đảng ủy phường Ninh Kiều",
        "introduced_on": "2026-05-02",
        "member": {
            "member_id": str(world["p0"]),
            "cell_id": str(world["court"]),
            "standing": "official",
            "since": "2026-05-10",
        },
        "decisions": [PAPER],
    }
    answer = await board.post(f"{P}/arrivals", json=back)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["from_name"]) == ("received", "Đảng ủy phường Ninh Kiều")
    assert (await member(board, world, "p0", "2026-05-10"))["cell"]["id"] == str(world["court"])
    again = await board.post(f"{P}/arrivals", json=back)
    assert (again.status_code, again.json()["code"]) == (409, "not_transferred_out")


async def test_a_receiver_whose_roll_is_not_kept_here_yet_is_stood_for_by_its_paper(
    sender: Client, world: World, connection: asyncpg.Connection
) -> None:
    transfer = await begun(sender, world, to_organization_id=str(world["town-1"]))
    assert (await step(sender, transfer, "receive", "2026-03-20", decisions=[PAPER])).status_code == 403
    undone = "UPDATE organization_opening SET superseded_by = $2 WHERE organization_id = $1"
    operation = (
        "INSERT INTO operation (id, kind, actor_id, changes) SELECT $1, kind, actor_id, '{}' FROM operation"
    )
    key = world["p5"]
    await connection.execute(operation + " LIMIT 1", key)
    await connection.execute(undone, world["town-1"], key)
    assert (await step(sender, transfer, "receive", "2026-03-20")).status_code == 422
    assert (await done(sender, transfer, "receive", "2026-03-20", decisions=[PAPER]))["state"] == "received"


async def test_a_newcomer_from_outside_is_made_and_received_in_one_act_and_struck_out_again(
    receiver: Client, board: Client, world: World
) -> None:
    document = {
        "from_outside": "Đảng ủy phường Ninh Kiều",
        "introduced_on": "2026-05-02",
        "member": {
            "cell_id": str(world["town-1"]),
            "standing": "probationary",
            "since": "2026-05-10",
            "full_name": "Hoàng Thị Mới",
            "birth_date": "1999-02",
        },
        "decisions": [PAPER],
    }
    answer = await receiver.post(f"{P}/arrivals", json=document)
    assert answer.status_code == 201, answer.text
    transfer, who = answer.json()["id"], answer.json()["member_id"]
    found = await receiver.get(f"/v1/members/{who}", params={"on": "2026-05-10"})
    assert found.json()["standing"] == "probationary"
    operations = (await receiver.get("/v1/operations", params={"member": who})).json()["items"]
    assert [one["kind"] for one in operations] == ["transfer_arrived"]
    struck_out = await strike_out(receiver, transfer, 0)
    assert struck_out.status_code == 200, struck_out.text
    assert struck_out.json()["state"] is None
    assert (await receiver.get(f"/v1/members/{who}", params={"on": "2026-05-10"})).status_code == 404
    report = (await board.get("/v1/verify")).json()
    assert report["sound"], report


async def test_running_proceedings_block_and_are_named_to_those_who_may_see_them(
    sender: Client, board: Client, world: World
) -> None:
    """V-19."""
    hold = await board.post(
        "/v1/holds",
        json={
            "member_id": str(world["p0"]),
            "ground": "complaint",
            "valid": {"from": "2026-02-01", "to": "2026-04-01"},
            "decisions": [PAPER],
        },
    )
    assert hold.status_code == 201, hold.text
    for client, records in ((sender, None), (board, [hold.json()["id"]])):
        refused = (await introduce(client, world, "p0")).json()
        assert (refused["rule"], refused["source"]) == ("R-TR-1", "294 6.3.1đ")
        assert "complaint" in refused["value"] and refused.get("records") == records
    assert (await introduce(sender, world, "p0", introduced_on="2026-04-01")).status_code == 201


async def test_a_selection_is_tried_first_and_then_introduced_whole_or_each(
    board: Client, world: World, statements: Statements
) -> None:
    names = ("p0", "p1", "p5", "p2")
    terms = {"to_organization_id": str(world["town-1"]), "preview": True}
    before = (await board.get("/v1/operations", params={"order": "newest", "limit": 1})).json()["items"]
    tried = await introduce(board, world, *names, **terms)
    assert tried.status_code == 200
    items = tried.json()["items"]
    assert [one["member_id"] for one in items] == [str(world[name]) for name in names]
    assert [one["refusal"] and one["refusal"]["code"] for one in items] == [None, None, "same_cell", None]
    assert items[0]["due_on"] == "2026-04-13" and items[0]["transfer_id"] is None
    assert (
        before == (await board.get("/v1/operations", params={"order": "newest", "limit": 1})).json()["items"]
    )
    assert (await board.get(P)).json()["items"] == []

    terms["preview"] = False
    assert (await introduce(board, world, *names, **terms)).status_code == 422
    async with statements() as executed:
        each = await introduce(board, world, *names, **terms, bulk="each")
    assert each.status_code == 200
    assert [one["transfer_id"] is not None for one in each.json()["items"]] == [True, True, False, True]
    assert len(each.json()["items"]) == 4 and len(executed) == 20, executed
    assert len({one["id"] for one in (await board.get(P)).json()["items"]}) == 3
    repeated = await introduce(board, world, "p3", "p3")
    assert repeated.json()["errors"][0]["code"] == "member_repeated"


async def test_an_internal_transfer_stays_within_one_upper_organization(
    sender: Client, board: Client, world: World
) -> None:
    far = await introduce(board, world, "p0", kind="internal")
    assert far.json()["errors"][0]["code"] == "transfer_not_internal"
    near = await begun(sender, world, kind="internal", to_organization_id=str(world["health-2"]))
    await done(sender, near, "receive", "2026-03-02")
    assert (await member(board, world, "p0", "2026-03-02"))["cell"]["id"] == str(world["health-2"])


async def test_a_reception_found_months_late_carries_later_standing_along_and_holds_up_to_a_later_move(
    board: Client, world: World
) -> None:
    path = f"/v1/members/{world['p2']}"

    async def changed(on: str, **said: str) -> None:
        etag = (await board.get(path)).headers["etag"]
        document = {"effective_on": on, **said}
        answer = await board.post(f"{path}/changes", json=document, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text

    await changed("2025-06-01", standing="official")
    await changed("2026-01-01", cell_id=str(world["court"]))
    late = await begun(
        board, world, "p2", introduced_on="2025-02-03", to_organization_id=str(world["town-1"])
    )
    await done(board, late, "receive", "2025-03-03")
    for on, cell, standing in (
        ("2025-03-02", "health-1", "probationary"),
        ("2025-03-03", "town-1", "probationary"),
        ("2025-06-01", "town-1", "official"),
        ("2026-01-01", "court", "official"),
    ):
        found = await member(board, world, "p2", on)
        assert (found["cell"]["id"], found["standing"]) == (str(world[cell]), standing), on
    report = (await board.get("/v1/verify")).json()
    assert report["sound"], report


async def test_who_left_the_register_late_found_is_out_whatever_standing_was_recorded_since(
    board: Client, world: World
) -> None:
    path = f"/v1/members/{world['p2']}"
    etag = (await board.get(path)).headers["etag"]
    later = {"effective_on": "2025-06-01", "standing": "official"}
    await board.post(f"{path}/changes", json=later, headers={"If-Match": etag})
    terms = {"to_organization_id": None, "to_outside": "Đảng ủy nơi khác", "introduced_on": "2025-02-03"}
    transfer = await begun(board, world, "p2", **terms)
    await done(board, transfer, "receive", "2025-03-03", decisions=[PAPER])
    for on in ("2025-03-03", "2025-06-01"):
        assert (await member(board, world, "p2", on))["exit_reason"] == "transferred_out"
    assert (await strike_out(board, transfer, 1)).status_code == 200
    assert (await member(board, world, "p2", "2025-06-01"))["standing"] == "official"
    assert (await board.get("/v1/verify")).json()["sound"]


async def test_a_reception_after_the_member_moved_otherwise_is_refused(board: Client, world: World) -> None:
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    etag = (await board.get(f"/v1/members/{world['p0']}")).headers["etag"]
    move = {"effective_on": "2026-03-05", "cell_id": str(world["court"])}
    moved = await board.post(f"/v1/members/{world['p0']}/changes", json=move, headers={"If-Match": etag})
    assert moved.status_code == 200
    refused = await step(board, transfer, "receive", "2026-03-10")
    assert (refused.status_code, refused.json()["code"]) == (409, "member_moved_meanwhile")
    assert (await done(board, transfer, "cancel", "2026-03-10"))["state"] == "cancelled"


async def test_a_departure_that_holds_already_outlasts_the_transfer(board: Client, world: World) -> None:
    path = f"/v1/members/{world['p0']}"
    etag = (await board.get(path)).headers["etag"]
    exempted = {"effective_on": "2026-01-01", "activity_status": "exempted"}
    await board.post(f"{path}/statuses", json=exempted, headers={"If-Match": etag})
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    await done(board, transfer, "receive", "2026-03-10")
    assert (await member(board, world, "p0", "2026-03-10"))["activity_status"] == "exempted"


async def test_steps_recorded_in_error_are_struck_out_from_the_last_to_the_first(
    board: Client, world: World
) -> None:
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    await done(board, transfer, "receive", "2026-03-10")
    blocked = await strike_out(board, transfer, 0)
    assert (blocked.status_code, blocked.json()["code"]) == (409, "step_has_dependents")
    assert [one["kind"] for one in blocked.json()["dependent_operations"]] == ["transfer_advanced"]

    undone = await strike_out(board, transfer, 1)
    assert undone.status_code == 200, undone.text
    assert undone.json()["state"] == "introduced" and undone.json()["due_on"] == "2026-04-13"
    found = await member(board, world, "p0", "2026-03-12")
    assert (found["cell"]["id"], found["activity_status"]) == (str(world["health-1"]), "transferring")
    assert (await strike_out(board, transfer, 1)).json()["errors"][0]["code"] == "unknown_step"

    gone = await strike_out(board, transfer, 0)
    assert (gone.status_code, gone.json()["state"], gone.json()["steps"]) == (200, None, [])
    assert (await member(board, world, "p0", "2026-03-12"))["activity_status"] == "active"
    steps = (await board.get(f"{P}/{transfer}/steps")).json()["items"]
    assert [(one["step"], one["struck_out"]) for one in steps] == [("introduce", True), ("receive", True)]
    known = (await board.get(f"{P}/{transfer}", params={"known_at": steps[1]["recorded_at"]})).json()
    assert known["state"] == "received"
    assert (await board.get("/v1/verify")).json()["sound"]
    refused = await step(board, transfer, "receive", "2026-03-10")
    assert (refused.status_code, refused.json()["open_steps"]) == (409, [])


async def test_what_was_recorded_after_a_reception_keeps_it_from_being_struck_out(
    board: Client, world: World
) -> None:
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    await done(board, transfer, "receive", "2026-03-10")
    path = f"/v1/members/{world['p0']}"
    etag = (await board.get(path)).headers["etag"]
    later = {"effective_on": "2026-04-01", "activity_status": "exempted"}
    await board.post(f"{path}/statuses", json=later, headers={"If-Match": etag})
    blocked = await strike_out(board, transfer, 1)
    assert [one["kind"] for one in blocked.json()["dependent_operations"]] == ["member_status_decided"]


async def test_a_reception_ends_the_seats_that_are_left_behind_and_struck_out_gives_them_back(
    board: Client, world: World
) -> None:
    term = {
        "kind": "executive",
        "term": "2025-2030",
        "origin": "congress",
        "from": "2025-01-01",
        "to": "2030-01-01",
    }
    seat = {"member_id": str(world["p0"]), "title": "committee_member", "basis": "elected"}
    for name, size in (("health", 9), ("province", 45)):
        made = await board.post(
            "/v1/committees",
            json=term | {"organization_id": str(world[name]), "size": size, "seats": [seat]},
        )
        assert made.status_code == 201, made.text

    async def seats() -> list[str]:
        answer = await board.get("/v1/seats", params={"member": str(world["p0"]), "on": "2026-03-10"})
        return sorted(one["organization_name"] for one in answer.json()["items"])

    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    await done(board, transfer, "receive", "2026-03-10")
    assert await seats() == ["Đảng bộ tỉnh Thử Nghiệm"]
    struck = await strike_out(board, transfer, 1)
    assert struck.status_code == 200, struck.text
    assert await seats() == ["Đảng bộ Sở Y tế", "Đảng bộ tỉnh Thử Nghiệm"]


async def test_nobody_leaves_the_party_in_the_middle_of_a_transfer(board: Client, world: World) -> None:
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    path = f"/v1/members/{world['p0']}"
    etag = (await board.get(path)).headers["etag"]
    gone = {"effective_on": "2026-03-05", "exit_reason": "deceased"}
    refused = await board.post(f"{path}/exits", json=gone, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["code"]) == (409, "exit_with_open_transfer")
    assert refused.json()["transfer"] == transfer


async def test_the_steps_of_one_day_are_each_kept(board: Client, world: World) -> None:
    transfer = await begun(board, world, to_organization_id=str(world["town-1"]))
    await done(board, transfer, "stamp", "2026-03-02")
    await done(board, transfer, "receive", "2026-03-02")
    steps = (await board.get(f"{P}/{transfer}/steps")).json()["items"]
    assert [one["step"] for one in steps] == ["introduce", "stamp", "receive"]
    assert (await strike_out(board, transfer, 2)).json()["state"] == "in_transit"
    assert (await strike_out(board, transfer, 1)).json()["state"] == "introduced"
    assert (await member(board, world, "p0", "2026-03-02"))["activity_status"] == "transferring"


async def test_lists_are_narrowed_by_end_member_kind_and_state_with_one_statement(
    sender: Client, board: Client, world: World, statements: Statements
) -> None:
    transfer = await begun(sender, world)
    other = await begun(board, world, "p4", kind="temporary", expected_end="2026-09-01")

    async def listed(**params: str) -> list[str]:
        answer = await board.get(P, params=params)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    async with statements() as executed:
        assert await listed(within=str(world["district"])) == [transfer, other]
    assert len(executed) == 1
    assert await listed(within=str(world["health"])) == [transfer]
    assert await listed(member=str(world["p4"])) == [other]
    assert await listed(kind="temporary") == [other] and await listed(state="received") == []
    assert await listed(on="2026-03-01") == []
    assert [one["id"] for one in (await sender.get(P)).json()["items"]] == [transfer]
    assert (await sender.get(P, params={"within": str(world["town"])})).status_code == 404
    async with statements() as executed:
        await board.get(f"{P}/{transfer}")
    assert len([one for one in executed if "SELECT" in one]) == 3
    async with statements() as executed:
        assert len((await board.get(f"{P}/{transfer}/steps")).json()["items"]) == 1
    assert len(executed) == 1
    lines = await board.get(P, headers={"Accept": "application/x-ndjson"})
    assert '"count": 2' in lines.text


async def test_a_step_runs_few_statements(
    sender: Client, receiver: Client, world: World, statements: Statements
) -> None:
    transfer = await begun(sender, world, to_organization_id=str(world["town-1"]))
    headers = {"If-Match": (await receiver.get(f"{P}/{transfer}")).headers["etag"]}
    async with statements() as executed:
        await receiver.post(
            f"{P}/{transfer}/steps", json={"step": "receive", "on": "2026-03-10"}, headers=headers
        )
    assert len(executed) == 32, executed


async def test_what_does_not_exist_or_lies_out_of_reach_is_not_told_apart(
    sender: Client, world: World
) -> None:
    foreign = await introduce(sender, world, "p5")
    assert foreign.json()["errors"][0]["code"] == "unknown_member"
    nowhere = await introduce(sender, world, "p0", to_organization_id=str(world["p0"]))
    assert nowhere.json()["errors"][0]["code"] == "unknown_destination"
    assert (await sender.get(f"{P}/{world['p0']}")).status_code == 404
    answer = await sender.post(
        f"{P}/{world['p0']}/steps", json={"step": "stamp", "on": "2026-03-02"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 404


async def test_a_request_sent_again_is_answered_again_though_the_destination_is_out_of_reach(
    sender: Client, world: World
) -> None:
    document = {
        "member_ids": [str(world["p0"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town"]),
    }
    headers = {"Idempotency-Key": "transfer-1"}
    first = await sender.post(P, json=document, headers=headers)
    again = await sender.post(P, json=document, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_suspension_lifted_during_a_stay_elsewhere_leaves_the_member_there(
    board: Client, world: World
) -> None:
    await begun(
        board,
        world,
        kind="temporary",
        to_organization_id=str(world["town-1"]),
        expected_end="2026-09-01",
        purpose="work",
    )
    path = f"/v1/members/{world['p0']}"
    for on, status in (("2026-04-01", "suspended"), ("2026-05-01", "active")):
        etag = (await board.get(path)).headers["etag"]
        document = {"effective_on": on, "activity_status": status}
        answer = await board.post(f"{path}/statuses", json=document, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
    assert (await member(board, world, "p0", "2026-05-01"))["activity_status"] == "temporarily_elsewhere"


async def test_an_arrival_is_not_struck_out_while_others_speak_of_the_member(
    board: Client, world: World
) -> None:
    arrival = {
        "from_outside": "Đảng ủy nơi khác",
        "introduced_on": "2026-03-01",
        "member": {
            "cell_id": str(world["health-1"]),
            "standing": "official",
            "since": "2026-03-10",
            "full_name": "Lê Thị Mới",
        },
        "decisions": [{"issuer": "Đảng ủy nơi khác", "number": "1-GT", "signed_on": "2026-03-01"}],
    }
    answer = await board.post(f"{P}/arrivals", json=arrival)
    assert answer.status_code == 201, answer.text
    transfer, newcomer = answer.json()["id"], answer.json()["member_id"]
    apart = {"members": [newcomer, str(world["p0"])], "reason": "Hai người khác nhau"}
    assert (await board.post("/v1/members/distinctions", json=apart)).status_code == 201
    blocked = await strike_out(board, transfer, 0)
    assert blocked.status_code == 409, blocked.text
    assert [one["kind"] for one in blocked.json()["dependent_operations"]] == ["members_distinguished"]


async def test_no_step_is_taken_on_a_day_to_come(sender: Client, board: Client, world: World) -> None:
    ahead = await introduce(sender, world, "p0", introduced_on="2199-01-01")
    assert [(one["pointer"], one["code"]) for one in ahead.json()["errors"]] == [
        ("/body/introduced_on", "day_to_come")
    ]
    transfer = await begun(sender, world)
    for name in ("receive", "refuse", "stamp", "cancel"):
        late = await step(board, transfer, name, "2199-03-20")
        assert late.status_code == 422, late.text
        assert ("/body/on", "day_to_come") in [(one["pointer"], one["code"]) for one in late.json()["errors"]]
    paper = PAPER | {"signed_on": "2199-01-01"}
    into = str(world["town-1"])
    unsigned = await step(board, transfer, "receive", "2026-03-20", cell_id=into, decisions=[paper])
    assert unsigned.json()["errors"][0]["pointer"] == "/body/decisions/0/signed_on"
    assert (await sender.get(f"{P}/{transfer}")).json()["state"] == "introduced"


async def test_whoever_is_said_to_be_active_while_a_transfer_is_open_is_still_on_the_way(
    board: Client, world: World
) -> None:
    exempted = await apply(
        board, "members", "external_id,activity_status,valid_from", "p0,exempted,2026-01-01"
    )
    transfer = await begun(board, world)
    assert (await member(board, world, "p0", "2026-03-05"))["activity_status"] == "exempted"
    taken_back = await board.post(f"/v1/imports/{exempted['id']}/reversals", json={"reason": "Nhầm"})
    assert taken_back.status_code == 200, taken_back.text
    assert (await member(board, world, "p0", "2026-03-05"))["activity_status"] == "transferring"
    correction = {"fact": "activity", "period": {"from": "2026-01-01"}, "value": None, "reason": "Nhầm"}
    await act(board, world["p0"], "corrections", **correction)
    assert (await member(board, world, "p0", "2026-03-05"))["activity_status"] == "transferring"
    await apply(board, "members", "external_id,activity_status,valid_from", "p0,active,2026-03-04")
    assert (await member(board, world, "p0", "2026-03-05"))["activity_status"] == "transferring"
    assert (await board.get("/v1/verify")).json()["sound"]
    await done(board, transfer, "receive", "2026-03-10", cell_id=str(world["town-1"]))
    assert (await member(board, world, "p0", "2026-03-10"))["activity_status"] == "active"
    assert (await board.get("/v1/verify")).json()["sound"]
