"""Imports of memberships over HTTP: the machinery of members without their particulars, for the known alone."""

from typing import Any

import pytest
from acts import elected, establish
from asyncpg import Connection
from conftest import SignIn
from import_files import apply, counts, errors
from make import Client, World

PAPER = {"issuer": "Đảng ủy Khối", "number": "14-QĐ/ĐUK", "signed_on": "2024-01-10"}
HEADER = "external_id,cell,standing,valid_from,valid_to,exit_reason"


async def memberships(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "memberships", HEADER, *lines, **params)


async def test_known_members_move_and_leave_and_a_second_time_nothing_changes(
    sign_in: SignIn, connection: Connection, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    lines = ("p0,health-2,,2024-01-01,2025-01-01,", "p0,,,2025-01-01,,resigned", "p2,,official,2024-05-01,,")
    assert counts(await memberships(office, *lines)) == ("applied", 0, 2, 0)
    assert counts(await memberships(office, *lines)) == ("applied", 0, 0, 2)
    rows = await connection.fetch(
        "SELECT valid::text, cell_id, standing, exit_reason FROM membership"
        " WHERE member_id = $1 AND superseded_by IS NULL ORDER BY lower(valid)",
        world["p0"],
    )
    assert [tuple(row) for row in rows] == [
        ("[2023-01-01,2024-01-01)", world["health-1"], "official", None),
        ("[2024-01-01,2025-01-01)", world["health-2"], "official", None),
        ("[2025-01-01,)", None, None, "resigned"),
    ]


async def test_nobody_comes_onto_a_roll_and_out_of_reach_is_told_like_missing(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await memberships(
        office,
        "new,health-1,official,2024-01-01,,",
        "p4,health-1,,2024-01-01,,",
        "p0,town-1,,2024-01-01,,",
        "p1,health-2,,2024-01-01,,deceased",
    )
    assert await errors(office, refused) == [
        (1, "external_id", "unknown_member"),
        (2, "external_id", "unknown_member"),
        (3, "cell", "unknown_organization"),
        (4, "exit_reason", "exit_with_cell"),
    ]


CORRECTED = {"meaning": "corrections", "reason": "Ghi nhầm"}


async def test_who_left_by_decision_does_not_come_back_by_a_file(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    assert (await memberships(office, "p0,,,2024-06-01,,removed", "p1,,,2024-06-01,,transferred_out"))[
        "state"
    ] == "applied"
    back = "p0,health-1,official,2025-06-01,,"
    refused = await memberships(office, back)
    assert await errors(office, refused) == [(1, "cell", "back_by_act_alone")]
    (told,) = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert told["facts"]["rule"] == "R-READM-1" and told["facts"]["source"].startswith("294")
    leaves = "p3,,,2024-06-01,2025-01-01,resigned"
    moved = await memberships(office, leaves, "p3,health-1,official,2025-01-01,,")
    assert await errors(office, moved) == [(2, "cell", "back_by_act_alone")]
    as_before = await memberships(office, leaves)
    assert await errors(office, as_before) == [(1, "exit_reason", "membership_known_later")]
    assert counts(await memberships(office, "p1,health-1,official,2025-06-01,,")) == ("applied", 0, 1, 0)
    assert counts(await memberships(office, back, **CORRECTED)) == ("applied", 0, 1, 0)


async def test_an_exit_fits_the_standing_before_it_and_what_is_known_of_later(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await memberships(office, "p2,,,2024-06-01,,expelled", "p0,,,2024-06-01,,probation_removed")
    assert await errors(office, refused) == [
        (1, "exit_reason", "exit_of_another_standing"),
        (2, "exit_reason", "exit_of_another_standing"),
    ]
    (told, _) = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert told["facts"] == {"rule": "R-EXIT-1", "source": "294 8.1; 06 4.6"}
    new = ("n1,A B,health-1,probationary,2024-01-01,2025-01-01,", "n1,A B,,,2025-01-01,,expelled")
    header = "external_id,full_name,cell,standing,valid_from,valid_to,exit_reason"
    assert await errors(office, await apply(office, "members", header, *new)) == [
        (2, "exit_reason", "exit_of_another_standing")
    ]
    assert (await memberships(office, "p2,,official,2025-01-01,,"))["state"] == "applied"
    early = await memberships(office, "p2,,,2024-06-01,,resigned")
    assert await errors(office, early) == [(1, "exit_reason", "membership_known_later")]
    assert (await memberships(office, "p2,,,2025-01-02,,expelled"))["state"] == "applied"


async def test_a_file_takes_nobody_out_whose_transfer_is_open(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    papers = {
        "kind": "official",
        "member_ids": [str(world["p3"])],
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["town-1"]),
    }
    introduced = await office.post("/v1/transfers", json=papers)
    assert introduced.status_code < 300, introduced.text
    refused = await memberships(office, "p3,,,2026-03-05,,deceased")
    assert await errors(office, refused) == [(1, "exit_reason", "exit_with_open_transfer")]
    moved = await memberships(office, "p3,health-1,,2026-03-05,,", "p0,health-2,,2026-03-05,,")
    assert await errors(office, moved) == [(1, "cell", "move_with_open_transfer")]
    (told,) = (await office.get(f"/v1/imports/{moved['id']}/errors")).json()["items"]
    assert told["facts"] == {"transfer": introduced.json()["items"][0]["transfer_id"]}
    assert (await memberships(office, "p3,health-1,,2026-03-05,,", **CORRECTED))["state"] == "applied"


@pytest.mark.parametrize(
    "row", ["p1,health-2,,2025-01-01,,", "p1,,,2025-01-01,,transferred_out"], ids=["to a cell", "out"]
)
async def test_a_file_moves_nobody_while_proceedings_run(sign_in: SignIn, world: World, row: str) -> None:
    board = await sign_in("inspection_committee", "bloc")
    office = await sign_in("grassroots_office", "health")
    hold = {
        "member_id": str(world["p1"]),
        "ground": "inspection",
        "valid": {"from": "2024-02-01"},
        "decisions": [PAPER],
    }
    made = await board.post("/v1/holds", json=hold)
    assert made.status_code == 201, made.text
    refused = await memberships(office, row)
    ((_, _, code),) = await errors(office, refused)
    (told,) = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()["items"]
    assert (code, told["facts"]) == ("transfer_held", {"rule": "R-TR-1", "source": "294 6.3.1đ"})
    assert (await memberships(office, row, **CORRECTED))["state"] == "applied"


async def test_a_file_that_takes_members_off_the_roll_ends_their_seats(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    titles = {"p0": "secretary", "p1": "committee_member", "p3": "committee_member"}
    await establish(board, world, seats=[elected(world[name], title) for name, title in titles.items()])
    part = "p0,,probationary,2024-02-01,2024-03-01,"
    partly = await memberships(board, part, **CORRECTED)
    assert await errors(board, partly) == [(1, "valid_from", "seat_of_no_official")]
    rows = ("p0,,,2024-06-01,,deceased", "p1,,,2025-01-01,,resigned")
    imported = await memberships(board, *rows)
    assert counts(imported) == ("applied", 0, 2, 0)
    on_probation = await memberships(board, "p3,,probationary,2025-06-01,,", **CORRECTED)
    assert counts(on_probation) == ("applied", 0, 1, 0)

    async def seats() -> dict[str, Any]:
        page = await board.get("/v1/seats", params={"organization": str(world["health"]), "on": "2024-01-01"})
        return {
            one["member_id"]: (one["periods"][0]["to"], one["end_reason"]) for one in page.json()["items"]
        }

    assert await seats() == {
        str(world["p0"]): ("2024-06-01", "deceased"),
        str(world["p1"]): ("2025-01-01", "left_party"),
        str(world["p3"]): ("2025-06-01", None),
    }
    for taken in (on_probation, imported):
        back = await board.post(f"/v1/imports/{taken['id']}/reversals", json={"reason": "Nhầm tệp"})
        assert back.status_code < 300, back.text
    assert set((await seats()).values()) == {("2029-01-01", None)}


async def test_a_file_that_moves_members_ends_the_seats_they_leave(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    for name, persons in (("health", ("p0", "p1")), ("bloc", ("p0",)), ("province", ("p3",))):
        term = {
            "organization_id": str(world[name]),
            "kind": "executive",
            "term": "2023-2028",
            "origin": "congress",
            "size": 15,
            "from": "2024-01-01",
            "to": "2029-01-01",
            "seats": [
                {"member_id": str(world[one]), "title": "committee_member", "basis": "elected"}
                for one in persons
            ],
        }
        made = await board.post("/v1/committees", json=term)
        assert made.status_code == 201, made.text

    async def seats() -> set[tuple[str, str, str, str | None]]:
        items = (await board.get("/v1/seats", params={"on": "2024-01-01"})).json()["items"]
        names = {str(world[name]): name for name in ("health", "bloc", "province", "p0", "p1", "p3")}
        return {
            (
                names[one["member_id"]],
                names[one["organization_id"]],
                one["periods"][0]["to"],
                one["end_reason"],
            )
            for one in items
        }

    rows = ("p0,court,,2025-01-01,,", "p1,health-2,,2025-01-01,,", "p3,town-1,,2025-01-01,,")
    imported = await memberships(board, *rows)
    assert counts(imported) == ("applied", 0, 3, 0)
    assert await seats() == {
        ("p0", "health", "2025-01-01", "transferred_out"),
        ("p0", "bloc", "2029-01-01", None),
        ("p1", "health", "2029-01-01", None),
        ("p3", "province", "2029-01-01", None),
    }
    back = await board.post(f"/v1/imports/{imported['id']}/reversals", json={"reason": "Nhầm tệp"})
    assert back.status_code < 300, back.text
    assert {one[2:] for one in await seats()} == {("2029-01-01", None)}
