"""Files about transfers on record: the next step wherever they went, missing papers, what is new and what is not."""

from typing import Any

import pytest
from conftest import SignIn
from import_files import apply, counts, errors
from make import Client, World
from transfer_files import HEADER, OPENED, WHOLE, P, listed, member, sound, steps, transfers

from app.domain.transfers import RefusalGround

LETTER = {"issuer": "Đảng ủy nơi khác", "number": "3-CV", "signed_on": "2026-03-03"}


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


@pytest.fixture
async def sender(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


@pytest.fixture
async def receiver(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "town")


async def write(client: Client, transfer: str, act: str, **said: Any) -> int:
    etag = (await client.get(f"{P}/{transfer}")).headers["etag"]
    answer = await client.post(f"{P}/{transfer}/{act}", json=said, headers={"If-Match": etag})
    return answer.status_code


async def take(client: Client, transfer: str, step: str, on: str, **said: Any) -> None:
    assert await write(client, transfer, "steps", step=step, on=on, **said) == 200


async def introduced(client: Client, world: World, **said: Any) -> str:
    document = {
        "member_ids": [str(world["p0"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town"]),
    }
    made = await client.post(P, json=document | said)
    assert made.status_code == 201, made.text
    return str(made.json()["items"][0]["transfer_id"])


async def reverse(client: Client, imported: dict[str, Any]) -> int:
    answer = await client.post(f"/v1/imports/{imported['id']}/reversals", json={"reason": "Nhầm tệp"})
    return answer.status_code


async def papers(client: Client, transfer: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (one["step"], [(paper["number"], paper["signed_on"]) for paper in one["decisions"]])
        for one in await steps(client, transfer)
    ]


async def test_forwarded_out_of_the_register_a_transfer_is_received_by_its_last_destination(
    board: Client, world: World
) -> None:
    await transfers(board, OPENED)
    (transfer,) = await listed(board)
    await take(board, transfer["id"], "forward", "2026-03-04", to_outside="Đảng ủy nơi khác")
    inside = await transfers(board, WHOLE)
    assert await errors(board, inside) == [(1, "received_cell", "received_outside")]
    assert counts(await transfers(board, WHOLE.replace("town-1", ""))) == ("applied", 0, 1, 0)
    received = (await steps(board, transfer["id"]))[-1]
    assert [(one["issuer"], one["number"]) for one in received["decisions"]] == [
        ("Đảng ủy nơi khác", "12-TN")
    ]
    assert (await member(board, world, "p0", "2026-03-10"))["exit_reason"] == "transferred_out"
    assert await sound(board)


@pytest.mark.parametrize("on", ["2026-03-02", "2026-03-04"])
async def test_forwarded_into_the_register_a_transfer_named_by_its_first_destination_is_received_in_a_cell(
    board: Client, world: World, on: str
) -> None:
    line = "p0,official,,health-1,,Đảng ủy nơi khác,2026-03-02,7-GT,,{},{},,9-TN,"
    await transfers(board, line.format("", "").replace("9-TN", ""))
    (transfer,) = await listed(board)
    town = str(world["town"])
    await take(board, transfer["id"], "forward", on, to_organization_id=town, decisions=[LETTER])
    whole = line.format("2026-03-10", "town-1")
    assert counts(await transfers(board, whole)) == ("applied", 0, 1, 0)
    assert counts(await transfers(board, whole)) == ("applied", 0, 0, 1)
    assert (await member(board, world, "p0", "2026-03-10"))["cell"]["id"] == str(world["town-1"])


async def test_a_step_recorded_without_a_paper_is_given_it_and_another_one_is_refused(
    board: Client, world: World
) -> None:
    bare = WHOLE.replace("7-GT", "").replace("12-TN,2026-03-09", ",")
    await transfers(board, bare)
    (transfer,) = await listed(board)
    given = await transfers(board, WHOLE)
    assert (counts(given), given["outcomes"]["loaded"]) == (("applied", 0, 1, 0), 1)
    both = [("introduce", [("7-GT", "2026-03-02")]), ("receive", [("12-TN", "2026-03-09")])]
    assert await papers(board, transfer["id"]) == both
    for line in (WHOLE, bare, WHOLE.replace("2026-03-09", "")):
        assert counts(await transfers(board, line)) == ("applied", 0, 0, 1)
    for found, other in (("7-GT", "99-X"), ("12-TN", "99-X"), ("2026-03-09", "2026-03-10")):
        refused = await transfers(
            board, "".join(WHOLE.rsplit(found, 1)[:1]) + other + WHOLE.rsplit(found, 1)[1]
        )
        assert await errors(board, refused) == [(1, None, "transfer_recorded_otherwise")]
    assert await reverse(board, given) == 200
    assert await papers(board, transfer["id"]) == [("introduce", []), ("receive", [])]
    assert [one["struck_out"] for one in await steps(board, transfer["id"])] == [False, False]
    assert counts(await transfers(board, WHOLE)) == ("applied", 0, 1, 0)
    assert await papers(board, transfer["id"]) == both
    assert await sound(board)


async def test_a_paper_is_given_by_the_side_whose_step_it_is_behind(
    board: Client, sender: Client, receiver: Client, world: World
) -> None:
    transfer = await introduced(board, world)
    refused = await transfers(receiver, WHOLE)
    assert await errors(receiver, refused) == [(1, "introduction_number", "import_not_allowed")]
    assert counts(await transfers(sender, OPENED)) == ("applied", 0, 1, 0)
    assert counts(await transfers(receiver, WHOLE.replace("12-TN,2026-03-09", ","))) == ("applied", 0, 1, 0)
    refused = await transfers(sender, WHOLE)
    assert await errors(sender, refused) == [(1, "answer_number", "import_not_allowed")]
    given = await transfers(receiver, WHOLE)
    assert counts(given) == ("applied", 0, 1, 0)
    assert [len(numbers) for _, numbers in await papers(board, transfer)] == [1, 1]
    assert (await reverse(sender, given), await reverse(receiver, given)) == (404, 200)


async def test_answers_followed_by_a_step_of_the_same_day_are_known(board: Client, world: World) -> None:
    refused = "p0,official,,health-1,town,,2026-03-02,7-GT,,,,2026-03-05,,"
    await transfers(board, refused)
    (transfer,) = await listed(board)
    await take(board, transfer["id"], "return", "2026-03-05")
    for line in (refused, OPENED):
        assert counts(await transfers(board, line)) == ("applied", 0, 0, 1)
    assert await errors(board, await transfers(board, WHOLE)) == [(1, None, "transfer_recorded_otherwise")]


@pytest.mark.parametrize("numbered", [True, False])
async def test_introduced_again_on_the_day_of_the_return_a_transfer_is_told_apart_by_its_paper(
    board: Client, world: World, numbered: bool
) -> None:
    paper = [{"issuer": "Chi bộ", "number": "6-GT", "signed_on": "2026-03-02"}] if numbered else []
    first = await introduced(board, world, decisions=paper)
    await take(board, first, "refuse", "2026-03-02")
    await take(board, first, "return", "2026-03-02")
    unclear = [(1, "introduction_number", "transfer_ended_that_day")]
    assert await errors(board, await transfers(board, OPENED.replace("7-GT", ""))) == unclear
    told = "p0,official,,health-1,town,,2026-03-02,,,,,2026-03-02,,"
    assert counts(await transfers(board, told)) == ("applied", 0, 0, 1)
    if not numbered:
        assert await errors(board, await transfers(board, OPENED)) == unclear
        return
    assert counts(await transfers(board, OPENED.replace("7-GT", "6-GT"))) == ("applied", 0, 0, 1)
    assert counts(await transfers(board, OPENED)) == ("applied", 1, 0, 0)
    assert sorted(one["state"] for one in await listed(board)) == ["introduced", "returned"]
    for line in (OPENED, OPENED.replace("7-GT", ""), OPENED.replace("7-GT", "6-GT")):
        assert counts(await transfers(board, line)) == ("applied", 0, 0, 1)
    assert counts(await transfers(board, WHOLE)) == ("applied", 0, 1, 0)
    assert sorted(one["state"] for one in await listed(board)) == ["received", "returned"]
    assert await sound(board)


async def test_a_refusal_says_its_ground(board: Client, world: World) -> None:
    header = f"{HEADER},refusal_ground"
    not_met, papers = RefusalGround.ADMISSION_STANDARD_NOT_MET, RefusalGround.PAPERS_NOT_IN_ORDER
    line = "p0,official,,health-1,town,,2026-03-02,7-GT,,,,2026-03-05,{},,{}"
    wrong = (line.format("", not_met), f"{WHOLE.replace('p0', 'p1')},{papers}")
    assert await errors(board, await apply(board, "transfers", header, *wrong)) == [
        (1, "answer_number", "ground_needs_paper"),
        (2, "refusal_ground", "ground_without_refusal"),
    ]
    for expected in (("applied", 1, 0, 0), ("applied", 0, 0, 1)):
        imported = await apply(board, "transfers", header, line.format("3-CV", not_met))
        assert counts(imported) == expected
    assert [(one["state"], one["refusal_ground"]) for one in await listed(board)] == [("refused", not_met)]
    assert counts(await transfers(board, line.format("3-CV", "")[:-1])) == ("applied", 0, 0, 1)
    other = await apply(board, "transfers", header, line.format("3-CV", papers))
    assert await errors(board, other) == [(1, None, "transfer_recorded_otherwise")]


@pytest.mark.parametrize("lines", [[OPENED, WHOLE], [WHOLE, OPENED], [OPENED, WHOLE.replace("7-GT", "")]])
async def test_rows_tell_of_one_transfer_together(board: Client, world: World, lines: list[str]) -> None:
    for created, changed, loaded in ((1, 0, 2), (0, 0, 0)):
        imported = await transfers(board, *lines)
        assert counts(imported) == ("applied", created, changed, 1 - created)
        outcomes = imported["outcomes"]
        assert (outcomes["loaded"], outcomes["unchanged"]) == (loaded, 2 - loaded)
    (transfer,) = await listed(board)
    assert await papers(board, transfer["id"]) == [
        ("introduce", [("7-GT", "2026-03-02")]),
        ("receive", [("12-TN", "2026-03-09")]),
    ]
    assert (await member(board, world, "p0", "2026-03-10"))["cell"]["id"] == str(world["town-1"])
    assert await sound(board)


async def test_a_row_that_says_nothing_new_beside_one_that_does_is_unchanged(board: Client) -> None:
    await transfers(board, OPENED)
    imported = await transfers(board, OPENED, WHOLE)
    assert counts(imported) == ("applied", 0, 1, 0)
    assert imported["outcomes"] == {"loaded": 1, "unchanged": 1, "duplicate": 0, "held": 0}


async def test_rows_that_contradict_each_other_about_a_transfer_do_not_stand_together(board: Client) -> None:
    lines = (OPENED, WHOLE.replace("7-GT", "8-GT"))
    assert await errors(board, await transfers(board, *lines)) == [(2, "member", "transfer_of_same_member")]
    clean = await transfers(board, OPENED, WHOLE.replace("town-1", "court"), accept="clean")
    assert clean["outcomes"] == {"loaded": 1, "unchanged": 0, "duplicate": 0, "held": 1}


async def test_each_side_takes_its_own_file_back(
    board: Client, sender: Client, receiver: Client, world: World
) -> None:
    opened = await transfers(sender, OPENED, OPENED.replace("p0", "p1"))
    received = await transfers(receiver, WHOLE)
    assert (await reverse(sender, received), await reverse(receiver, opened)) == (404, 404)
    assert await reverse(sender, opened) == 409
    assert await reverse(receiver, received) == 200
    assert [one["state"] for one in await listed(board)] == ["introduced", "introduced"]
    assert await reverse(sender, opened) == 200
    assert await listed(board) == []
    whole = await transfers(board, WHOLE)
    assert (await reverse(sender, whole), await reverse(board, whole)) == (404, 200)
    assert await sound(board)


@pytest.mark.parametrize("again", [True, False])
async def test_what_was_struck_out_of_a_file_is_taken_back_already(
    board: Client, world: World, again: bool
) -> None:
    imported = await transfers(board, WHOLE, WHOLE.replace("p0", "p1"))
    one = next(one for one in await listed(board) if one["member_id"] == str(world["p0"]))
    operation = (await steps(board, one["id"]))[0]["id"]
    assert await write(board, one["id"], "corrections", operation_id=operation, reason="Ghi nhầm") == 200
    if again:
        assert counts(await transfers(board, WHOLE)) == ("applied", 1, 0, 0)
    assert await reverse(board, imported) == 200
    for name, cell in (("p0", "town-1" if again else "health-1"), ("p1", "health-1")):
        found = await member(board, world, name, "2026-03-10")
        assert (found["cell"]["id"], found["activity_status"]) == (str(world[cell]), "active")
    assert [one["state"] for one in await listed(board)] == (["received"] if again else [])
    assert await sound(board)
