"""The directory: every signed-in user finds every organization of a day, and no more than its place."""

from datetime import date
from typing import Any

from conftest import SignIn, Statements
from make import CAUSE, Client, World, organization

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.services import history


async def listed(client: Client, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/directory", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_whoever_is_signed_in_finds_any_organization_with_its_path(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    client = await sign_in()
    await listed(client)  # the driver asks for the types of a new connection once
    async with statements() as executed:
        page = await listed(client, q="khu 1", on="2024-01-01")
    assert len(executed) == 1
    assert page["items"] == [
        {
            "id": str(world["town-1"]),
            "code": "C-town-1",
            "name": "Chi bộ Khu 1",
            "name_en": None,
            "type": "affiliated_cell",
            "path": [
                {"id": str(world["province"]), "name": "Đảng bộ tỉnh Thử Nghiệm"},
                {"id": str(world["district"]), "name": "Đảng bộ huyện Bình Giang"},
                {"id": str(world["town"]), "name": "Đảng bộ Thị trấn Kẻ Sặt"},
            ],
        }
    ]
    unsigned = await client.get("/v1/directory", headers={"Authorization": ""})
    assert unsigned.status_code == 401


async def test_the_directory_is_narrowed_by_type_and_ids_and_pages_by_name(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in()
    cells = await listed(client, type=["affiliated_cell", "grassroots_cell"], total="true")
    assert cells["total"] == 4 and {one["type"] for one in cells["items"]} == {
        "affiliated_cell",
        "grassroots_cell",
    }
    asked = {str(world["court"]), str(world["province"])}
    some = await listed(client, id=list(asked))
    assert {one["id"] for one in some["items"]} == asked
    assert next(one for one in some["items"] if one["id"] == str(world["province"]))["path"] == []
    whole = await listed(client)
    first = await listed(client, limit=5)
    rest = await listed(client, limit=200, after=first["next"])
    assert first["items"] + rest["items"] == whole["items"] and len(whole["items"]) == 9


async def test_the_directory_of_a_day_holds_who_was_alive_then_as_known_at_an_instant(
    sign_in: SignIn, world: World, database: Database
) -> None:
    client = await sign_in()
    known_at = (await listed(client))["known_at"]
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
        life = Period(date(2021, 1, 1), date(2024, 7, 1))
        ended = await organization(
            connection, operation_id, world["health"], "affiliated_cell", "Chi bộ Cũ", life=life
        )

    async def found(**params: str) -> list[str]:
        return [one["id"] for one in (await listed(client, q="chi bo cu", **params))["items"]]

    assert await found(on="2024-06-30") == [str(ended)]
    assert await found(on="2024-07-01") == [] == await found(on="2020-12-31")
    assert await found(on="2024-06-30", known_at=known_at) == []
    before = await listed(client, on="2024-06-30", known_at=known_at)
    assert len(before["items"]) == 9
    assert before["items"][0]["path"][0]["id"] == str(world["province"])
