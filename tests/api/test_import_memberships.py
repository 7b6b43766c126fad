"""Imports of memberships over HTTP: the machinery of members without their particulars, for the known alone."""

from typing import Any

from asyncpg import Connection
from conftest import SignIn
from import_files import apply, counts, errors
from make import Client, World

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
