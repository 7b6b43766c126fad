"""Verification over HTTP: who may ask for it, and what it answers."""

import pytest
from asyncpg import Connection
from conftest import SignIn
from make import World


@pytest.mark.parametrize(
    ("role", "organization", "status"),
    [
        ("provincial_organizing_board", "province", 200),
        ("auditor", "province", 200),
        ("admin", "province", 200),
        ("inspection_committee", "province", 403),
        ("auditor", "bloc", 404),
        (None, None, 404),
    ],
)
async def test_the_register_is_verified_for_those_with_the_duty_over_its_root(
    sign_in: SignIn, role: str | None, organization: str | None, status: int
) -> None:
    client = await sign_in(role, organization)
    answer = await client.get("/v1/verify")
    assert answer.status_code == status, answer.text


async def test_the_answer_tells_every_check_its_words_and_its_offenders(
    sign_in: SignIn, connection: Connection, world: World
) -> None:
    client = await sign_in("auditor", "province")
    sound = (await client.get("/v1/verify")).json()
    assert sound["sound"] is True and sound["known_at"].endswith("Z")
    # The application may write this derived table, and nothing but verification sees that it is wrong.
    await connection.execute(
        "INSERT INTO headcount_change (cell_id, standing, on_date, n) VALUES ($1, 'official', '2024-01-01', 1)",
        world["court"],
    )
    vietnamese = {"Accept-Language": "vi"}
    broken = (await client.get("/v1/verify", headers=vietnamese)).json()
    assert broken["sound"] is False
    (one,) = (check for check in broken["checked"] if check["offending_count"])
    assert one == {
        "check": "headcounts",
        "description": "Số lượng đảng viên được suy ra khớp với danh sách sinh hoạt.",
        "offending": [str(world["court"])],
        "offending_count": 1,
    }
