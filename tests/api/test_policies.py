"""Policies over HTTP: rows with their sources, and what they say together on a day at a place."""

from datetime import date
from typing import Any

import pytest
from conftest import SignIn, Statements
from make import CAUSE, Client, World

from app.db import Database
from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

KEY = "admission.test_limit"


async def read(client: Client, address: str = "", status: int = 200, **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/v1/policies{address}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture
async def limits(database: Database, world: World) -> None:
    """A limit of 30 days for the nation, 20 for the province, 25 for the bloc from 2024 on."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
        rows = (
            (NATION, "national", date(2000, 1, 1), 30, "S"),
            (world["province"], "province", date(2023, 1, 1), 20, "L"),
            (world["bloc"], "organization", date(2024, 1, 1), 25, "U"),
        )
        for scope_id, scope, since, value, confidence in rows:
            values = {
                "scope": scope, "value": value, "unit": "days", "combine": "min", "source": f"Văn bản {scope}",
                "confidence": confidence,
            }  # fmt: skip
            await facts.overwrite(
                connection, facts.POLICY, operation_id, [Wanted((KEY, scope_id), Period(since), values)]
            )


async def test_the_strictest_row_on_the_path_rules(
    sign_in: SignIn, world: World, limits: None, statements: Statements
) -> None:
    client = await sign_in()
    async with statements() as executed:
        ruled = await read(client, f"/{KEY}", organization=str(world["health"]), on="2024-05-05")
    assert len(executed) == 1
    assert (ruled["value"], ruled["unit"], ruled["source"]) == (20, "days", "Văn bản province")
    assert ruled["confidence"] == "likely"
    assert [(one["scope"], one["organization_id"], one["confidence"]) for one in ruled["rows"]] == [
        ("national", None, "sure"),
        ("province", str(world["province"]), "likely"),
        ("organization", str(world["bloc"]), "unsure"),
    ]
    assert (await read(client, f"/{KEY}", on="2024-05-05"))["value"] == 30
    town = await read(client, f"/{KEY}", organization=str(world["town"]), on="2022-05-05")
    assert (town["value"], len(town["rows"])) == (30, 1)


async def test_what_no_row_says_is_not_found(sign_in: SignIn, limits: None) -> None:
    client = await sign_in()
    for key, on in ((KEY, "1999-12-31"), ("no.such.key", "2024-01-01")):
        assert (await read(client, f"/{key}", 404, on=on))["code"] == "policy_unknown"
    stranger = "00000000-0000-7000-8000-000000000000"
    assert (await read(client, f"/{KEY}", 404, organization=stranger))["code"] == "not_found"
    await read(client, "/No Key", 422)


async def test_rows_list_by_key_for_a_day_or_for_all(sign_in: SignIn, world: World, limits: None) -> None:
    client = await sign_in()

    async def rows(**params: Any) -> list[tuple[str, int]]:
        return [(one["scope"], one["value"]) for one in (await read(client, key=KEY, **params))["items"]]

    assert await rows(on="2023-06-01") == [("national", 30)]
    bloc = {"organization": str(world["bloc"])}
    assert await rows(on="2023-06-01", **bloc) == [("national", 30), ("province", 20)]
    assert await rows(on="2024-06-01", **bloc) == [("national", 30), ("province", 20), ("organization", 25)]
    assert await rows(on="2023-06-01", all="true", **bloc) == await rows(on="2024-06-01", **bloc)
    two = await read(client, key=[KEY, "calendar.holidays"], all="true")
    assert {one["key"] for one in two["items"]} == {KEY, "calendar.holidays"}


async def test_policies_page_and_stay_as_once_known(
    sign_in: SignIn, world: World, database: Database, limits: None
) -> None:
    client = await sign_in()
    whole = await read(client, on="2024-01-01", limit=200, total="true")
    assert whole["next"] is None and whole["total"] == len(whole["items"])
    paged, after = [], None
    while True:
        page = await read(client, on="2024-01-01", limit=25, **({"after": after} if after else {}))
        paged += page["items"]
        after = page["next"]
        if after is None:
            break
    assert paged == whole["items"]
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
        said = {
            "scope": "national",
            "value": 10,
            "unit": "days",
            "combine": "min",
            "source": "X",
            "confidence": "S",
        }
        await facts.overwrite(
            connection, facts.POLICY, operation_id, [Wanted((KEY, NATION), Period(date(2000, 1, 1)), said)]
        )
    assert (await read(client, f"/{KEY}", on="2024-01-01"))["value"] == 10
    assert (await read(client, f"/{KEY}", on="2024-01-01", known_at=whole["known_at"]))["value"] == 30
    again = await read(client, on="2024-01-01", limit=200, total="true", known_at=whole["known_at"])
    assert again == whole


async def test_holidays_are_a_policy_with_its_source(sign_in: SignIn) -> None:
    client = await sign_in()
    holidays = await read(client, "/calendar.holidays", on="2023-09-04")
    assert holidays["source"] and holidays["value"]
    assert (await read(client, "/calendar.holidays"))["rows"][0]["scope"] == "national"
