"""Imports of transfers over HTTP: the rules are those of single requests; what is on record takes its next step."""

from datetime import date
from uuid import uuid4

import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from import_files import counts, errors
from make import CAUSE, Client, World
from make import member as make_member
from transfer_files import OPENED, WHOLE, P, listed, member, sound, steps, transfers

from app.domain.operation import OperationKind
from app.services import history

PAPER = {"issuer": "Đảng ủy Khối", "number": "14-QĐ/ĐUK", "signed_on": "2024-01-10"}


async def counted(client: Client, world: World, cell: str, on: str) -> int:
    answer = await client.get(f"/v1/organizations/{world[cell]}/summary", params={"on": on})
    return int(answer.json()["members"]["total"])


@pytest.fixture
async def sender(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def test_a_completed_transfer_moves_the_member_and_a_second_time_changes_nothing(
    board: Client, world: World
) -> None:
    assert counts(await transfers(board, WHOLE, mode="validate")) == ("valid", 1, 0, 0)
    imported = await transfers(board, WHOLE)
    assert counts(imported) == ("applied", 1, 0, 0), await errors(board, imported)
    assert imported["organization_id"] == str(world["province"])
    for on, cell, activity in (
        ("2026-03-01", "health-1", "active"),
        ("2026-03-09", "health-1", "transferring"),
        ("2026-03-10", "town-1", "active"),
    ):
        found = await member(board, world, "p0", on)
        assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), activity)
    assert [await counted(board, world, "health-1", on) for on in ("2026-03-09", "2026-03-10")] == [3, 2]
    assert [await counted(board, world, "town-1", on) for on in ("2026-03-09", "2026-03-10")] == [1, 2]
    (transfer,) = await listed(board)
    assert (transfer["state"], transfer["due_on"], transfer["to_cell_name"]) == (
        "received",
        None,
        "Chi bộ Khu 1",
    )
    recorded = await steps(board, transfer["id"])
    assert [(one["step"], one["on"]) for one in recorded] == [
        ("introduce", "2026-03-02"),
        ("receive", "2026-03-10"),
    ]
    assert [one["decisions"] for one in recorded] == [
        [
            {
                "issuer": issuer,
                "number": number,
                "signed_on": signed_on,
                "signatory": None,
                "role": "decision",
            }
        ]
        for issuer, number, signed_on in (
            ("Chi bộ Phòng Nghiệp vụ", "7-GT", "2026-03-02"),
            ("Đảng bộ Thị trấn Kẻ Sặt", "12-TN", "2026-03-09"),
        )
    ]
    again = await transfers(board, WHOLE)
    assert (counts(again), again["operation_id"]) == (("applied", 0, 0, 1), None)
    assert again["outcomes"] == {"loaded": 0, "unchanged": 1, "duplicate": 0, "held": 0}
    assert await sound(board)


async def test_what_is_introduced_takes_its_next_step_where_the_file_now_tells_it(
    board: Client, world: World
) -> None:
    assert counts(await transfers(board, OPENED)) == ("applied", 1, 0, 0)
    (transfer,) = await listed(board)
    assert (transfer["state"], transfer["due_on"], transfer["due_rule"]) == (
        "introduced",
        "2026-04-13",
        "R-TR-7",
    )
    assert (await member(board, world, "p0", "2026-03-02"))["activity_status"] == "transferring"
    assert counts(await transfers(board, WHOLE)) == ("applied", 0, 1, 0)
    assert counts(await transfers(board, WHOLE, OPENED.replace("p0", "p1"))) == ("applied", 1, 0, 1)
    assert [one["state"] for one in await listed(board)] == ["received", "introduced"]
    assert [one["step"] for one in await steps(board, transfer["id"])] == ["introduce", "receive"]
    otherwise = WHOLE.replace("2026-03-10", "2026-03-11")
    assert await errors(board, await transfers(board, otherwise)) == [
        (1, None, "transfer_recorded_otherwise")
    ]
    assert await sound(board)


async def test_a_transfer_introduced_by_a_request_is_known(board: Client, world: World) -> None:
    document = {
        "member_ids": [str(world["p0"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town"]),
    }
    assert (await board.post(P, json=document)).status_code == 201
    assert counts(await transfers(board, OPENED.replace("7-GT", ""))) == ("applied", 0, 0, 1)
    assert counts(await transfers(board, WHOLE)) == ("applied", 0, 1, 0)
    assert (await member(board, world, "p0", "2026-03-10"))["cell"]["id"] == str(world["town-1"])


async def test_a_temporary_transfer_keeps_the_count_at_home(board: Client, world: World) -> None:
    line = "p0,temporary,,health-1,town-1,,2026-03-02,,2026-09-01,2026-03-02,,,,"
    assert counts(await transfers(board, line)) == ("applied", 1, 0, 0)
    (transfer,) = await listed(board)
    assert (transfer["state"], transfer["purpose"], transfer["due_on"], transfer["due_rule"]) == (
        "staying",
        "work",
        "2026-09-01",
        "R-TR-8",
    )
    assert [one["step"] for one in await steps(board, transfer["id"])] == ["introduce", "receive"]
    found = await member(board, world, "p0", "2026-03-10")
    assert (found["cell"]["id"], found["activity_status"]) == (
        str(world["health-1"]),
        "temporarily_elsewhere",
    )
    assert await counted(board, world, "health-1", "2026-03-10") == 3
    assert await sound(board)


async def test_who_is_taken_in_outside_is_out_and_the_paper_stands_for_the_act(
    sender: Client, board: Client, world: World
) -> None:
    line = "p0,official,,health-1,,Đảng ủy tỉnh khác,2026-03-02,,,2026-03-10,,,{},"
    refused = await transfers(sender, line.format(""))
    assert await errors(sender, refused) == [(1, "answer_number", "paper_stands_for_act")]
    imported = await transfers(sender, line.format("9-TN"))
    assert counts(imported) == ("applied", 1, 0, 0)
    assert (await member(board, world, "p0", "2026-03-10"))["exit_reason"] == "transferred_out"
    (transfer,) = await listed(board)
    (_, received) = await steps(board, transfer["id"])
    assert received["decisions"][0]["issuer"] == "Đảng ủy tỉnh khác"
    assert counts(await transfers(sender, line.format("9-TN"))) == ("applied", 0, 0, 1)
    assert await sound(board)


async def test_a_refused_transfer_stays_open(board: Client, world: World) -> None:
    line = "p0,official,,health-1,town,,2026-03-02,,,,,2026-03-05,,"
    assert counts(await transfers(board, line)) == ("applied", 1, 0, 0)
    assert [one["state"] for one in await listed(board)] == ["refused"]
    other = line.replace("town", "court").replace("2026-03-05", "")
    assert await errors(board, await transfers(board, other)) == [(1, "member", "transfer_open")]
    assert await errors(board, await transfers(board, WHOLE)) == [(1, None, "transfer_recorded_otherwise")]


async def test_what_a_single_request_refuses_is_refused_row_by_row(board: Client, world: World) -> None:
    refused = await transfers(
        board,
        "p0,official,,health-1,nowhere,,2026-03-02,,,,,,,",
        "p1,official,,health-2,town,,2026-03-02,,,,,,,",
        "p2,official,,health-1,health-1,,2026-03-02,,,,,,,",
        "p3,internal,,health-2,town-1,,2026-03-02,,,,,,,",
        "p4,temporary,,court,town-1,,2026-03-02,,2026-03-20,,,,,",
        "p5,official,,town-1,health,,2022-03-02,,,,,,,",
        "p0,official,,health-1,health-2,,2026-03-02,,,,,,,",
        "px,official,,health-1,health-2,,2026-03-02,,,,,,,",
    )
    assert await errors(board, refused) == [
        (1, "to_organization", "unknown_destination"),
        (2, "from_cell", "not_in_this_cell_then"),
        (3, "to_organization", "same_cell"),
        (4, "to_organization", "transfer_not_internal"),
        (5, "expected_end", "transfer_too_short"),
        (6, "member", "not_on_the_roll"),
        (7, "member", "transfer_of_same_member"),
        (8, "member", "unknown_member"),
    ]
    (told,) = [
        one
        for one in (await board.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
        if one["row"] == 5
    ]
    assert (told["facts"]["rule"], told["facts"]["value"]) == ("R-TR-8", 3)
    answers = await transfers(
        board,
        "p0,official,,health-1,town,,2026-03-02,,,2026-03-10,,,,",
        "p1,official,,health-1,town,,2026-03-02,,,2026-03-10,health-2,,,",
        "p3,official,,health-2,town,,2026-03-02,,,2026-03-10,nowhere,,,",
    )
    assert await errors(board, answers) == [
        (1, "received_cell", "cell_cannot_hold_members_then"),
        (2, "received_cell", "cell_not_below_destination"),
        (3, "received_cell", "cell_not_below_destination"),
    ]


async def test_terms_that_do_not_fit_together_are_refused(board: Client) -> None:
    refused = await transfers(
        board,
        "p0,official,,health-1,,,2026-03-02,,,,,,,",
        "p0,official,,health-1,town,Nơi khác,2026-03-02,,,,,,,",
        "p0,abroad,,health-1,town,,2026-03-02,,,,,,,",
        "p0,internal,,health-1,,Nơi khác,2026-03-02,,,,,,,",
        "p0,temporary,,health-1,town,,2026-03-02,,,,,,,",
        "p0,official,work,health-1,town,,2026-03-02,,2026-09-01,,,,,",
        "p0,official,,health-1,town,,2026-03-02,,,2026-03-10,,2026-03-10,,",
        "p0,official,,health-1,town,,2026-03-02,,,,town-1,,1-TN,2026-03-02",
        "p0,official,,health-1,town,,2026-03-02,,,2026-03-01,,,,2026-03-02",
        "p0,official,,health-1,,Nơi khác,2026-03-02,,,2026-03-10,town-1,,1-TN,",
        "p0,temporary,,health-1,town,,2026-03-02,,2026-03-01,,,,,",
        ",,,,town,,,,,,,,,",
        "p1,official,graduation,health-1,town,,2026-03-02,,,,,,,",
    )
    assert await errors(board, refused) == [
        (1, "to_organization", "one_destination"),
        (2, "to_organization", "one_destination"),
        (3, "to_organization", "abroad_is_outside"),
        (4, "to_outside", "transfer_not_internal"),
        (5, "expected_end", "end_required"),
        (6, "expected_end", "transfer_for_good"),
        (6, "purpose", "purpose_of_another_kind"),
        (7, "refused_on", "received_and_refused"),
        (8, "answer_number", "said_without_answer"),
        (8, "received_cell", "said_without_answer"),
        (9, "answer_number", "missing_value"),
        (9, "received_on", "step_before_last"),
        (10, "received_cell", "received_outside"),
        (11, "expected_end", "end_before_begin"),
        *((12, name, "missing_value") for name in ("from_cell", "introduced_on", "kind", "member")),
        (13, "moved_on", "graduation_day_required"),
    ]


async def test_proceedings_keep_a_transfer_from_being_introduced(
    board: Client, sign_in: SignIn, world: World
) -> None:
    inspectors = await sign_in("inspection_committee", "bloc")
    hold = {
        "member_id": str(world["p0"]),
        "ground": "inspection",
        "valid": {"from": "2026-02-01"},
        "decisions": [PAPER],
    }
    assert (await inspectors.post("/v1/holds", json=hold)).status_code == 201
    refused = await transfers(board, WHOLE)
    assert await errors(board, refused) == [(1, "member", "transfer_held")]
    (told,) = (await board.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert (told["facts"]["rule"], told["facts"]["source"]) == ("R-TR-1", "294 6.3.1đ")


async def test_each_side_has_the_duty_of_its_own_end(sender: Client, sign_in: SignIn, world: World) -> None:
    assert await errors(sender, await transfers(sender, WHOLE)) == [(1, "received_on", "import_not_allowed")]
    receiver = await sign_in("grassroots_office", "town")
    for guess in (OPENED, WHOLE, OPENED.replace("health-1", "nowhere"), OPENED.replace("p0", "px")):
        refused = await transfers(receiver, guess)
        assert await errors(receiver, refused) == [(1, "member", "unknown_member")]
    unseen = await transfers(sender, OPENED.replace("health-1", "court"))
    unknown = await transfers(sender, OPENED.replace("health-1", "nowhere"))
    assert await errors(sender, unseen) == await errors(sender, unknown)
    assert counts(await transfers(sender, OPENED)) == ("applied", 1, 0, 0)
    assert counts(await transfers(receiver, WHOLE)) == ("applied", 0, 1, 0)
    assert counts(await transfers(sender, WHOLE)) == ("applied", 0, 0, 1)


async def test_who_only_reads_may_not_introduce(sign_in: SignIn) -> None:
    await sign_in("cell_secretary", "health-1", "both")
    secretary = await sign_in("grassroots_office", "town", "both")
    refused = await transfers(secretary, OPENED)
    assert await errors(secretary, refused) == [(1, "from_cell", "import_not_allowed")]


async def test_a_destination_not_on_board_is_acted_for_with_its_paper(
    sender: Client, connection: Connection, world: World
) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    await connection.execute(
        "UPDATE organization_opening SET superseded_by = $1 WHERE organization_id = $2",
        operation_id,
        world["town"],
    )
    refused = await transfers(sender, WHOLE.replace("12-TN,2026-03-09", ","))
    assert await errors(sender, refused) == [(1, "answer_number", "paper_stands_for_act")]
    assert counts(await transfers(sender, WHOLE)) == ("applied", 1, 0, 0)


async def test_transfers_that_are_sound_come_in_without_those_at_fault(board: Client, world: World) -> None:
    lines = (
        WHOLE,
        OPENED.replace("p0", "p1").replace("town", "nowhere"),
        "p0,official,,town-1,court,,2026-04-01,,,2026-04-03,,,,",
        OPENED.replace("p0", "p2"),
    )
    imported = await transfers(board, *lines, accept="clean")
    assert imported["outcomes"] == {"loaded": 2, "unchanged": 0, "duplicate": 0, "held": 2}
    held = (await board.get(f"/v1/imports/{imported['id']}/held")).json()["items"]
    assert [(one["row"], one["faults"][0]["pointer"], one["organization_id"]) for one in held] == [
        (2, "/2/to_organization", str(world["health-1"])),
        (3, "/3/member", str(world["town-1"])),
    ]
    again = await transfers(board, *lines, accept="clean")
    assert again["outcomes"] == {"loaded": 1, "unchanged": 2, "duplicate": 0, "held": 1}
    assert (await member(board, world, "p0", "2026-04-03"))["cell"]["id"] == str(world["court"])
    last = await transfers(board, *lines, accept="clean")
    assert last["outcomes"] == {"loaded": 0, "unchanged": 3, "duplicate": 0, "held": 1}
    assert await sound(board)


async def seated(board: Client, world: World, name: str, person: str) -> None:
    made = await board.post(
        "/v1/committees",
        json={
            "organization_id": str(world[name]),
            "kind": "executive",
            "term": "2025-2030",
            "origin": "congress",
            "size": 15,
            "from": "2025-01-01",
            "to": "2030-01-01",
            "seats": [{"member_id": str(world[person]), "title": "committee_member", "basis": "elected"}],
        },
    )
    assert made.status_code == 201, made.text


async def seats(board: Client, world: World, person: str) -> list[str]:
    answer = await board.get("/v1/seats", params={"member": str(world[person]), "on": "2026-03-10"})
    return sorted(one["organization_name"] for one in answer.json()["items"])


async def test_a_reception_ends_the_seats_of_the_origin_and_a_reversal_gives_all_back(
    board: Client, world: World
) -> None:
    for name in ("health", "province"):
        await seated(board, world, name, "p0")
    imported = await transfers(board, WHOLE)
    assert await seats(board, world, "p0") == ["Đảng bộ tỉnh Thử Nghiệm"]
    (transfer,) = await listed(board)
    back = await board.post(f"/v1/imports/{imported['id']}/reversals", json={"reason": "Nhầm tệp"})
    assert back.status_code < 300, back.text
    assert await seats(board, world, "p0") == ["Đảng bộ Sở Y tế", "Đảng bộ tỉnh Thử Nghiệm"]
    found = await member(board, world, "p0", "2026-03-10")
    assert (found["cell"]["id"], found["activity_status"]) == (str(world["health-1"]), "active")
    assert [one["struck_out"] for one in await steps(board, transfer["id"])] == [True, True]
    assert counts(await transfers(board, WHOLE)) == ("applied", 1, 0, 0)
    assert await sound(board)


async def test_both_steps_of_a_file_are_struck_out_by_who_has_both_duties(
    board: Client, sign_in: SignIn, world: World
) -> None:
    await transfers(board, WHOLE)
    (transfer,) = await listed(board)
    (_, received) = await steps(board, transfer["id"])

    async def strike_out(client: Client) -> int:
        read = await client.get(f"{P}/{transfer['id']}")
        answer = await client.post(
            f"{P}/{transfer['id']}/corrections",
            json={"operation_id": received["id"], "reason": "Ghi nhầm"},
            headers={"If-Match": read.headers["etag"]},
        )
        return answer.status_code

    assert await strike_out(await sign_in("grassroots_office", "town")) == 403
    assert await strike_out(board) == 200
    assert await listed(board) == []
    assert (await member(board, world, "p0", "2026-03-10"))["cell"]["id"] == str(world["health-1"])


async def test_found_late_a_transfer_is_taken_in_with_what_is_known_of_later(
    board: Client, world: World
) -> None:
    path = f"/v1/members/{world['p2']}"
    later = {"effective_on": "2025-06-01", "standing": "official"}
    etag = (await board.get(path)).headers["etag"]
    await board.post(f"{path}/changes", json=later, headers={"If-Match": etag})
    line = "p2,official,,health-1,,Đảng ủy nơi khác,2025-02-03,,,2025-03-03,,,3-TN,"
    assert counts(await transfers(board, line)) == ("applied", 1, 0, 0)
    for on in ("2025-03-03", "2025-06-01"):
        assert (await member(board, world, "p2", on))["exit_reason"] == "transferred_out"
    within = "p3,official,,health-2,town-1,,2025-02-03,,,2025-03-03,,,,"
    assert counts(await transfers(board, within)) == ("applied", 1, 0, 0)
    assert await counted(board, world, "town-1", "2025-03-03") == 2
    before = "p3,official,,health-2,court,,2025-03-01,,,2025-03-05,,,,"
    assert await errors(board, await transfers(board, before)) == [(1, "member", "transfer_open")]
    assert await sound(board)


async def test_who_moved_otherwise_meanwhile_is_not_taken_in(board: Client, world: World) -> None:
    await transfers(board, OPENED)
    path = f"/v1/members/{world['p0']}"
    etag = (await board.get(path)).headers["etag"]
    move = {"effective_on": "2026-03-05", "cell_id": str(world["court"])}
    assert (await board.post(f"{path}/changes", json=move, headers={"If-Match": etag})).status_code == 200
    assert await errors(board, await transfers(board, WHOLE)) == [
        (1, "received_on", "member_moved_meanwhile")
    ]


async def test_many_rows_need_no_more_statements_than_one(
    board: Client, world: World, connection: Connection, statements: Statements
) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    for number in range(12):
        await make_member(
            connection, operation_id, world["health-1"], "Nguyễn Văn Mới", external_id=f"x{number}"
        )  # fmt: skip
    async with statements() as one:
        assert counts(await transfers(board, WHOLE)) == ("applied", 1, 0, 0)
    lines = [WHOLE.replace("p0", f"x{number}").replace("-GT", f"{number}-GT") for number in range(12)]
    async with statements() as many:
        assert counts(await transfers(board, *lines)) == ("applied", 12, 0, 0)
    assert len(many) <= len(one) < 100
    assert await counted(board, world, "town-1", date(2026, 3, 10).isoformat()) == 14


async def test_batches_make_no_difference(
    board: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.imports.transfers._JUDGED_AT_ONCE", 2)
    lines = [OPENED.replace("p0", name) for name in ("p0", "p1", "p2", str(uuid4()), "p2")]
    lines[-1] = lines[-1].replace("7-GT", "8-GT")
    refused = await transfers(board, *lines)
    assert await errors(board, refused) == [
        (4, "member", "unknown_member"),
        (5, "member", "transfer_of_same_member"),
    ]
    assert counts(await transfers(board, *lines[:3])) == ("applied", 3, 0, 0)


async def test_steps_and_papers_of_days_to_come_are_refused(board: Client) -> None:
    rows = (
        "p0,official,,health-1,town,,2199-03-02,7-GT,,,,,,",
        "p1,official,,health-1,town,,2026-03-02,7-GT,,2199-03-10,town-1,,12-TN,2026-03-09",
        "p3,official,,health-2,town,,2026-03-02,7-GT,,2026-03-10,town-1,,12-TN,2199-03-09",
    )
    assert await errors(board, await transfers(board, *rows)) == [
        (1, "introduced_on", "day_to_come"),
        (2, "received_on", "day_to_come"),
        (3, "answer_signed_on", "day_to_come"),
    ]
