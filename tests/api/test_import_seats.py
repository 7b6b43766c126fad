"""Imports of seats over HTTP: committees come with them, the rules are those of single requests."""

from datetime import date
from typing import Any

import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from import_files import apply, counts, errors
from make import CAUSE, Client, World, member

from app.domain.operation import OperationKind
from app.services import history

HEADER = (
    "organization,committee_kind,term,term_from,term_to,size,origin,congress_ordinal,member,title,basis"
    ",valid_from,valid_to,end_reason"
)
HEALTH = "health,executive,2023-2028,2024-01-15,2029-01-15,9,congress,3"
"""The committee as a first row tells it."""
SAME = "health,executive,2023-2028,,,,,"
"""The committee as its other rows name it."""


async def seats(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "seats", HEADER, *lines, **params)


async def committee(client: Client, world: World, on: str = "2024-06-01", at: str = "health") -> Any:
    page = await client.get("/v1/committees", params={"organization": str(world[at]), "on": on})
    (one,) = page.json()["items"]
    return (await client.get(f"/v1/committees/{one['id']}", params={"on": on})).json()


async def crowd(connection: Connection, world: World, number: int) -> None:
    """So many more official members of a cell, `x0`, `x1`, …"""
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    for n in range(number):
        await member(connection, operation_id, world["health-1"], f"Người Thứ {n}", external_id=f"x{n}")


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("upper_organizing_board", "bloc")


async def test_a_committee_comes_with_its_seats_and_a_second_time_changes_nothing(
    board: Client, world: World
) -> None:
    lines = (
        f"{HEALTH},p0,secretary,elected,,,",
        f"{SAME},p1,deputy_secretary,elected,,2025-03-01,retirement",
        f"{SAME},p3,committee_member,appointed,2024-05-01,,",
    )
    imported = await seats(board, *lines)
    assert counts(imported) == ("applied", 3, 0, 0), await errors(board, imported)
    assert imported["organization_id"] == str(world["health"]) and imported["operation_id"]
    made = await committee(board, world)
    assert (made["term"], made["size"], made["origin"], made["congress_ordinal"]) == (
        "2023-2028", 9, "congress", 3,
    )  # fmt: skip
    assert made["periods"] == [{"from": "2024-01-15", "to": "2029-01-15"}]
    assert [(one["title"], one["end_reason"], one["periods"]) for one in made["seats"]] == [
        ("secretary", None, [{"from": "2024-01-15", "to": "2029-01-15"}]),
        ("deputy_secretary", "retirement", [{"from": "2024-01-15", "to": "2025-03-01"}]),
        ("committee_member", None, [{"from": "2024-05-01", "to": "2029-01-15"}]),
    ]
    again = await seats(board, *lines)
    assert (counts(again), again["operation_id"]) == (("applied", 0, 0, 3), None)


async def test_a_term_told_no_end_lasts_as_long_as_its_policy_says(board: Client, world: World) -> None:
    line = "health,executive,2023-2028,2024-01-15,,9,congress,3,p0,secretary,elected,,,"
    assert counts(await seats(board, line, mode="validate")) == ("valid", 1, 0, 0)
    assert counts(await seats(board, line)) == ("applied", 1, 0, 0)
    assert (await committee(board, world))["periods"] == [{"from": "2024-01-15", "to": "2029-01-15"}]
    assert counts(await seats(board, line)) == ("applied", 0, 0, 1)


async def test_organizations_are_named_by_codes_as_of_the_first_day_of_the_term(
    board: Client, world: World
) -> None:
    line = f"{HEALTH.replace('health', 'C-health')},p0,secretary,elected,,,"
    assert counts(await seats(board, line, key="code")) == ("applied", 1, 0, 0)
    assert counts(await seats(board, f"{SAME},p0,secretary,,,,")) == ("applied", 0, 0, 1)


async def test_seats_join_a_committee_that_is_known_and_former_titles_end(
    board: Client, world: World
) -> None:
    await seats(board, f"{HEALTH},p0,secretary,elected,,,", f"{SAME},p1,deputy_secretary,elected,,,")
    lines = (
        f"{SAME},p3,committee_member,appointed,2024-05-01,,",
        f"{SAME},p0,secretary,,,2024-07-01,retirement",
    )
    assert counts(await seats(board, *lines)) == ("applied", 1, 1, 0)
    head = f"{SAME},p1,secretary,elected,2024-07-01,,"
    assert counts(await seats(board, head)) == ("applied", 1, 0, 0)
    assert counts(await seats(board, head, *lines)) == ("applied", 0, 0, 3)
    before, after = [await committee(board, world, on) for on in ("2024-06-30", "2024-07-01")]
    assert [(one["title"], one["end_reason"]) for one in before["seats"]] == [
        ("secretary", "retirement"),
        ("deputy_secretary", "other_title"),
        ("committee_member", None),
    ]
    assert [(one["title"], one["member_id"]) for one in after["seats"]] == [
        ("secretary", str(world["p1"])),
        ("committee_member", str(world["p3"])),
    ]


async def test_a_seat_recorded_otherwise_is_only_corrected(board: Client, world: World) -> None:
    await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    otherwise = f"{SAME},p0,secretary,appointed,2024-02-01,,"
    assert await errors(board, await seats(board, otherwise)) == [(1, None, "seat_recorded_otherwise")]
    corrected = await seats(board, otherwise, meaning="corrections", reason="Ghi nhầm")
    assert counts(corrected) == ("applied", 0, 1, 0)
    (seat,) = (await committee(board, world))["seats"]
    assert (seat["basis"], seat["periods"][0]["from"]) == ("appointed", "2024-02-01")
    retitled = f"{SAME},p0,standing_deputy,,,,"
    corrected = await seats(board, retitled, meaning="corrections", reason="Ghi nhầm")
    assert counts(corrected) == ("applied", 0, 1, 0)
    (seat,) = (await committee(board, world))["seats"]
    assert (seat["title"], seat["version"]) == ("standing_deputy", 3)


async def test_a_file_that_ends_or_corrects_a_seat_leaves_it_its_decision(
    board: Client, world: World
) -> None:
    await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    made = await committee(board, world)
    paper = {"issuer": "Đảng ủy Khối", "number": "12-QĐ/ĐUK", "signed_on": "2024-01-10"}
    given = {"committee_id": made["id"], "title": "committee_member", "basis": "appointed"}
    for who, papers in (("p1", [paper]), ("p3", [])):
        wanted = {"seats": [given | {"member_id": str(world[who])}], "decisions": papers}
        (await board.post("/v1/seats", json=wanted)).raise_for_status()

    async def missed() -> list[int]:
        sat = {one["member_id"]: one["id"] for one in (await committee(board, world))["seats"]}
        reads = [await board.get(f"/v1/seats/{sat[str(world[who])]}") for who in ("p1", "p3")]
        return [len(one.json()["findings"]) for one in reads]

    assert await missed() == [0, 1]
    ended = [f"{SAME},{who},committee_member,,,2025-07-01,retirement" for who in ("p1", "p3")]
    assert counts(await seats(board, *ended)) == ("applied", 0, 2, 0)
    assert await missed() == [0, 1]
    otherwise = [f"{SAME},{who},committee_member,,2024-02-01,2025-06-01," for who in ("p1", "p3")]
    assert counts(await seats(board, *otherwise, meaning="corrections", reason="Ghi nhầm"))[:3] == (
        "applied", 0, 2,
    )  # fmt: skip
    risen = [f"{SAME},p1,standing_deputy,elected,2025-01-01,2025-06-01,"]
    assert counts(await seats(board, *risen))[1] == 1
    assert await missed() == [0, 1]


async def test_what_is_known_of_a_committee_is_told_alike_or_not_at_all(board: Client) -> None:
    await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    otherwise = "health,executive,2023-2028,2024-01-15,2029-02-15,11,appointment,3"
    refused = await seats(
        board, f"{otherwise},p1,deputy_secretary,elected,,,", f"{SAME},p3,committee_member,elected,,,"
    )
    columns = ("origin", "size", "term_to")
    assert await errors(board, refused) == [
        (row, column, "committee_recorded_otherwise") for row in (1, 2) for column in columns
    ]


async def test_rows_of_one_committee_agree(board: Client) -> None:
    refused = await seats(
        board,
        f"{HEALTH},p0,secretary,elected,,,",
        "health,executive,2023-2028,2024-01-16,,9,congress,4,p1,deputy_secretary,elected,,,",
    )
    assert await errors(board, refused) == [
        (2, "congress_ordinal", "rows_disagree"),
        (2, "term_from", "rows_disagree"),
    ]


async def test_a_new_committee_is_told_whole_and_lies_in_the_life_of_its_organization(board: Client) -> None:
    refused = await seats(
        board,
        "health,executive,A,,,,,,p0,secretary,elected,,,",
        "health,executive,A,,,,,,p1,deputy_secretary,elected,,,",
        "court,executive,B,2020-01-01,2022-01-01,1,congress,,p4,secretary,elected,2023-02-01,,",
        "court,executive,C,2024-01-01,2024-01-01,1,congress,,p4,secretary,elected,,,",
        "court,executive,D,2019-01-01,,1,congress,,p4,secretary,elected,,,",
    )
    found = await errors(board, refused)
    assert [one for one in found if one[0] < 3] == [
        (row, column, "missing_value") for row in (1, 2) for column in ("origin", "size", "term_from")
    ]
    assert {
        (3, "term_from", "committee_outside_life"),
        (3, "valid_from", "seat_outside_term"),
        (4, "term_to", "term_empty"),
        (5, "term_from", "committee_outside_life"),
    } <= set(found)


async def test_an_organization_has_one_committee_of_a_kind_at_a_time(board: Client) -> None:
    await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    other = "health,executive,{},{},2030-01-01,9,congress,4"
    refused = await seats(
        board,
        f"{other.format('2025-2030', '2025-01-01')},p1,secretary,elected,,,",
        "court,executive,A,2024-01-01,2027-01-01,1,congress,,p4,secretary,elected,,,",
        "court,executive,B,2025-01-01,2028-01-01,1,congress,,p4,secretary,elected,,,",
    )
    assert await errors(board, refused) == [
        (1, "term_from", "committee_exists"),
        (3, "term_from", "committee_exists"),
    ]


async def test_seats_fit_the_term_the_person_and_each_other(board: Client) -> None:
    refused = await seats(
        board,
        f"{HEALTH},p0,secretary,elected,2024-01-14,,",
        f"{SAME},p2,committee_member,elected,,,",
        f"{SAME},p1,committee_member,elected,,2029-02-01,",
        f"{SAME},p3,committee_member,,,,",
        f"{SAME},p3,deputy_secretary,elected,2025-01-01,2025-01-01,",
        f"{SAME},p0,inspection_chair,elected,,,",
        f"{SAME},p1,committee_member,elected,,,retirement",
        f"{SAME},,committee_member,elected,,,",
    )
    assert await errors(board, refused) == [
        (1, "valid_from", "seat_outside_term"),
        (2, "member", "seat_of_no_official"),
        (3, "valid_to", "seat_outside_term"),
        (4, "basis", "missing_value"),
        (5, "valid_to", "period_empty"),
        (6, "title", "title_of_another_kind"),
        (7, "end_reason", "end_reason_without_end"),
        (8, "member", "missing_value"),
    ]


async def test_one_person_sits_once_and_one_heads(board: Client) -> None:
    refused = await seats(
        board,
        f"{HEALTH},p0,secretary,elected,,,",
        f"{SAME},p0,committee_member,elected,2025-01-01,,",
        f"{SAME},p1,secretary,elected,2026-01-01,,",
    )
    assert await errors(board, refused) == [(2, "member", "seat_exists"), (3, "title", "head_exists")]
    await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    refused = await seats(
        board, f"{SAME},p1,secretary,elected,2026-01-01,,", f"{SAME},p0,committee_member,elected,2024-01-15,,"
    )
    assert await errors(board, refused) == [(1, "title", "head_exists"), (2, "member", "seat_exists")]


async def test_sizes_and_shares_are_those_of_single_requests(
    board: Client, world: World, connection: Connection
) -> None:
    await crowd(connection, world, 6)
    small = HEALTH.replace(",9,", ",3,")
    refused = await seats(
        board,
        f"{small},x0,secretary,elected,,,",
        f"{SAME},x1,standing_member,elected,,,",
        f"{SAME},x2,committee_member,elected,,,",
        f"{SAME},x3,committee_member,elected,,,",
        f"{SAME},x4,committee_member,elected,2024-02-01,,",
        "health-2,executive,2024,2024-01-01,2026-07-01,7,congress,,p3,secretary,elected,,,",
        "health-2,executive,2024,,,,,,x5,committee_member,elected,,,",
    )
    assert await errors(board, refused) == [
        (2, "title", "standing_committee_too_large"),
        (5, "title", "more_elected_than_decided"),
        (6, "size", "cell_too_small_for_committee"),
        (7, "size", "cell_too_small_for_committee"),
    ]
    page = (await board.get(f"/v1/imports/{refused['id']}/errors")).json()
    assert page["items"][1]["facts"] == {
        "rule": "R-COM-4", "value": 3, "source": "294 16.2.5", "number": 4, "on": "2024-02-01",
    }  # fmt: skip


async def test_out_of_reach_is_told_like_missing(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    cell = "health-1,executive,2024,2024-01-01,2026-07-01,1,congress,"
    refused = await seats(
        office,
        "court,executive,2024,2024-01-01,2026-07-01,1,congress,,p0,secretary,elected,,,",
        "nowhere,executive,2024,2024-01-01,2026-07-01,1,congress,,p0,secretary,elected,,,",
        f"{cell},p4,secretary,elected,,,",
        f"{cell},p99,secretary,elected,,,",
        f"{HEALTH},p0,secretary,elected,,,",
    )
    assert await errors(office, refused) == [
        (1, "organization", "unknown_organization"),
        (2, "organization", "unknown_organization"),
        (3, "member", "unknown_member"),
        (4, "member", "unknown_member"),
        (5, "organization", "import_not_allowed"),
    ]
    assert counts(await seats(office, f"{cell},p0,secretary,elected,,,")) == ("applied", 1, 0, 0)


async def test_of_a_committee_out_of_reach_nothing_is_told(board: Client, sign_in: SignIn) -> None:
    town = await sign_in("upper_organizing_board", "district")
    line = "town,executive,2024,2024-01-01,2029-01-01,9,congress,,p5,secretary,elected,,,"
    assert counts(await seats(town, line)) == ("applied", 1, 0, 0)
    for guess in (line, line.replace(",9,", ",5,"), line.replace("2024,", "2025,")):
        found = await errors(board, await seats(board, guess))
        assert found == [(1, "member", "unknown_member"), (1, "organization", "unknown_organization")]


async def test_many_rows_need_no_more_statements_than_one(
    board: Client, world: World, connection: Connection, statements: Statements
) -> None:
    await crowd(connection, world, 8)
    async with statements() as one:
        await seats(board, f"{HEALTH},p0,secretary,elected,,,")
    lines = [f"{SAME},x{n},committee_member,elected,,," for n in range(8)]
    async with statements() as many:
        assert counts(await seats(board, *lines)) == ("applied", 8, 0, 0)
    assert len(many) <= len(one) < 100


async def test_a_seat_that_an_exit_has_ended_stays_ended_when_its_file_comes_again(
    board: Client, world: World, connection: Connection
) -> None:
    lines = (f"{HEALTH},p0,secretary,elected,,,", f"{SAME},p1,committee_member,elected,,,")
    await seats(board, *lines)
    (head, _) = (await committee(board, world))["seats"]
    ended = await board.post(
        f"/v1/seats/{head['id']}/endings",
        json={"ended_on": "2025-01-01", "end_reason": "retirement"},
        headers={"If-Match": (await board.get(f"/v1/seats/{head['id']}")).headers["ETag"]},
    )
    assert ended.status_code in (200, 201), ended.text
    assert counts(await seats(board, *lines)) == ("applied", 0, 0, 2)
    valid = await connection.fetchval(
        "SELECT upper(valid) FROM seat WHERE member_id = $1 AND superseded_by IS NULL", world["p0"]
    )
    assert valid == date(2025, 1, 1)


async def test_seats_that_are_sound_come_in_without_those_at_fault(board: Client, world: World) -> None:
    lines = (
        f"{HEALTH},p0,secretary,elected,,,",
        f"{SAME},p1,secretary,elected,,,",  # a second one
        f"{SAME},nobody,committee_member,elected,,,",
        f"{SAME},p3,committee_member,elected,,,",
    )
    imported = await seats(board, *lines, accept="clean")
    assert imported["outcomes"] == {"loaded": 2, "unchanged": 0, "duplicate": 0, "held": 2}
    held = (await board.get(f"/v1/imports/{imported['id']}/held")).json()["items"]
    assert [one["row"] for one in held] == [2, 3]
    made = await committee(board, world)
    assert sorted(one["title"] for one in made["seats"]) == ["committee_member", "secretary"]
    again = await seats(board, *lines, accept="clean")
    assert again["outcomes"] == {"loaded": 0, "unchanged": 2, "duplicate": 0, "held": 2}
