"""Imports of external ids over HTTP: other systems' names for what is on record."""

from typing import Any

import pytest
from conftest import SignIn
from import_files import apply, counts, errors
from make import Client, World

HEADER = "subject,known_as,other_system,other_id,valid_from"


async def ids(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "external_ids", HEADER, *lines, **params)


async def named(client: Client, resource: str, external_id: str, on: str) -> list[str]:
    params = {"system": "hr", "external_id": external_id, "on": on}
    return [one["id"] for one in (await client.get(f"/v1/{resource}", params=params)).json()["items"]]


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("upper_organizing_board", "bloc")


async def test_known_subjects_gain_ids_from_their_first_day_and_a_second_time_nothing(
    board: Client, world: World
) -> None:
    lines = ("organization,health,hr,D-1,", "member,p0,hr,M-1,", "member,p1,payroll,M-1,2024-01-01")
    imported = await ids(board, *lines)
    assert counts(imported) == ("applied", 0, 3, 0), await errors(board, imported)
    assert await named(board, "organizations", "D-1", "2020-08-01") == [str(world["health"])]
    assert await named(board, "members", "M-1", "2023-01-01") == [str(world["p0"])]
    again = await ids(board, *lines)
    assert (counts(again), again["operation_id"]) == (("applied", 0, 0, 3), None)
    told = (await board.get(f"/v1/operations/{imported['operation_id']}")).json()
    assert told["kind"] == "external_ids_imported"
    by_new_name = await ids(board, "member,M-1,archive,A-1,", system="hr")
    assert counts(by_new_name) == ("applied", 0, 1, 0)


async def test_organizations_are_named_by_codes_too(board: Client, world: World) -> None:
    imported = await ids(board, "organization,C-health,hr,D-1,", "member,p0,hr,M-1,", key="code")
    assert counts(imported) == ("applied", 0, 2, 0)
    assert await named(board, "organizations", "D-1", "2024-01-01") == [str(world["health"])]


async def test_another_id_than_the_recorded_needs_its_day_or_a_correction(
    board: Client, world: World
) -> None:
    await ids(board, "organization,health,hr,D-1,", "member,p0,hr,M-1,")
    lines = ("organization,health,hr,D-2,", "member,p0,hr,M-2,")
    assert await errors(board, await ids(board, *lines)) == [
        (1, "other_id", "other_id_recorded"),
        (2, "other_id", "other_id_recorded"),
    ]
    assert counts(await ids(board, f"{lines[0]}2024-01-01")) == ("applied", 0, 1, 0)
    assert await named(board, "organizations", "D-1", "2023-12-31") == [str(world["health"])]
    assert await named(board, "organizations", "D-2", "2024-01-01") == [str(world["health"])]
    corrected = await ids(board, *lines, meaning="corrections", reason="Ghi nhầm")
    assert counts(corrected) == ("applied", 0, 2, 0)
    assert await named(board, "organizations", "D-2", "2023-12-31") == [str(world["health"])]


async def test_an_id_names_one_and_a_row_says_it_whole(board: Client) -> None:
    await ids(board, "organization,health,hr,D-1,", "member,p0,hr,M-1,")
    refused = await ids(
        board,
        "organization,court,hr,D-1,",
        "member,p1,hr,M-1,",
        "member,p3,hr,M-3,",
        "member,p4,hr,M-3,",
        "member,p3,hr,M-4,",
        "member,p3,hr,,",
        "person,p3,hr,M-5,",
    )
    assert await errors(board, refused) == [
        (1, "other_id", "external_id_taken"),
        (2, "other_id", "external_id_taken"),
        (4, "other_id", "external_id_taken"),
        (5, "valid_from", "rows_overlap"),
        (6, "other_id", "missing_value"),
        (7, "subject", "unknown_word"),
    ]


async def test_out_of_reach_is_told_like_missing_and_duty_is_asked_for(sign_in: SignIn) -> None:
    office = await sign_in("grassroots_office", "health")
    refused = await ids(
        office,
        "organization,town,hr,D-1,",
        "organization,nowhere,hr,D-2,",
        "member,p4,hr,M-1,",
        "member,p99,hr,M-2,",
        "organization,health,hr,D-3,",
    )
    assert await errors(office, refused) == [
        (1, "known_as", "unknown_organization"),
        (2, "known_as", "unknown_organization"),
        (3, "known_as", "unknown_member"),
        (4, "known_as", "unknown_member"),
        (5, "known_as", "import_not_allowed"),
    ]
    assert counts(await ids(office, "member,p0,hr,M-1,")) == ("applied", 0, 1, 0)


async def test_ids_that_are_sound_come_in_without_those_at_fault(board: Client, world: World) -> None:
    lines = ("member,p0,hr,M-1,", "member,nobody,hr,M-2,", "organization,health,hr,D-1,")
    imported = await ids(board, *lines, accept="clean")
    assert imported["outcomes"] == {"loaded": 2, "unchanged": 0, "duplicate": 0, "held": 1}
    assert await named(board, "organizations", "D-1", "2020-08-01") == [str(world["health"])]
