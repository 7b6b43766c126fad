"""Authorities of organizations over HTTP: granted and revoked by decision, refused to the small, corrected."""

from typing import Any

import asyncpg
import pytest
from conftest import SignIn
from make import CAUSE, Client, World, member

from app.domain.operation import OperationKind
from app.services import history

DECISION = {"issuer": "Đảng ủy Khối", "number": "14-QĐ/ĐUK", "signed_on": "2024-01-10"}
ADMIT = "authorised_to_admit_and_expel"


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


async def change(board: Client, world: World, organization: str, on: str, **said: Any) -> Any:
    address = f"/v1/organizations/{world[organization]}"
    etag = (await board.get(address)).headers["etag"]
    return await board.post(
        f"{address}/changes", json={"effective_on": on, **said}, headers={"If-Match": etag}
    )


async def crowd(connection: asyncpg.Connection, world: World, number: int) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    for _ in range(number):
        await member(connection, operation_id, world["health-2"], "Lê Văn Bình")


async def correct(board: Client, world: World, organization: str, **said: Any) -> Any:
    address = f"/v1/organizations/{world[organization]}"
    etag = (await board.get(address)).headers["etag"]
    document = {"reason": "Nhập nhầm", **said}
    return await board.post(f"{address}/corrections", json=document, headers={"If-Match": etag})


async def open_later(board: Client, world: World) -> None:
    """The roll of one cell of the branch is complete only from a day that is far."""
    period = {"from": "2023-01-01", "to": "2150-01-01"}
    later = await correct(board, world, "health-2", fact="opening", value=None, period=period)
    assert later.status_code == 200, later.text


async def test_an_authority_takes_its_number_of_members(
    board: Client, world: World, connection: asyncpg.Connection
) -> None:
    await crowd(connection, world, 96)  # and four of the small register: a hundred
    refused = (await change(board, world, "health", "2024-02-01", **{ADMIT: True})).json()
    assert (refused["rule"], refused["code"]) == ("R-ORG-14", "too_few_for_authority")
    assert (refused["value"], refused["source"], refused["number"]) == (101, "294 22.1", 100)
    await crowd(connection, world, 1)
    granted = await change(board, world, "health", "2024-02-01", decisions=[DECISION], **{ADMIT: True})
    assert granted.status_code == 200, granted.text
    assert granted.json()["authorities"] == [{"kind": ADMIT, "since": "2024-02-01", "findings": []}]
    refused = (await change(board, world, "health", "2024-02-01", delegated_upper_powers=True)).json()
    assert (refused["value"], refused["source"]) == (400, "294 10.6.1")


async def test_only_grassroots_organizations_with_cells_hold_one(board: Client, world: World) -> None:
    for organization in ("bloc", "court", "health-1"):
        refused = await change(board, world, organization, "2024-02-01", **{ADMIT: True})
        assert refused.json()["code"] == "authority_of_grassroots_committees"


async def test_before_the_opening_counts_the_number_of_the_opening(board: Client, world: World) -> None:
    for on in ("2022-02-01", "2023-02-01"):
        refused = (await change(board, world, "health", on, **{ADMIT: True})).json()
        assert (refused["rule"], refused["number"]) == ("R-ORG-14", 4)


async def test_a_correction_is_judged_where_it_reaches_days_of_a_complete_roll(
    board: Client, world: World
) -> None:
    said = {"fact": "authority", "kind": ADMIT, "value": {"granted": True}}
    for period in (
        {"from": "2024-02-01"},
        {"from": "2022-02-01"},
        {"from": "2024-02-01", "to": "2024-03-01"},
    ):
        refused = await correct(board, world, "health", period=period, **said)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_few_for_authority")
    refused = await correct(board, world, "court", period={"from": "2022-02-01"}, **said)
    assert refused.json()["code"] == "authority_of_grassroots_committees"
    before = await correct(board, world, "health", period={"from": "2022-02-01", "to": "2023-01-01"}, **said)
    assert before.status_code == 200, before.text
    await open_later(board, world)
    unjudged = await correct(board, world, "health", period={"from": "2022-02-01"}, **said)
    (held,) = unjudged.json()["organization"]["authorities"]
    assert "not_judged" in [one["code"] for one in held["findings"]]


async def test_while_the_roll_is_not_complete_it_is_noted_as_not_judged_and_a_missing_paper_too(
    board: Client, world: World
) -> None:
    await open_later(board, world)
    granted = (await change(board, world, "health", "2022-02-01", delegated_upper_powers=True)).json()
    (held,) = granted["authorities"]
    assert (held["kind"], held["since"]) == ("delegated_upper_powers", "2022-02-01")
    assert [(one["rule"], one["code"]) for one in held["findings"]] == [
        ("R-ORG-14", "decision_not_named"),
        ("R-ORG-14", "not_judged"),
    ]
    revoked = await change(board, world, "health", "2023-06-01", delegated_upper_powers=False)
    assert revoked.json()["authorities"] == []
    address = f"/v1/organizations/{world['health']}"
    assert (await board.get(f"{address}?on=2023-05-31")).json()["authorities"][0]["since"] == "2022-02-01"
    told = (await board.get(f"{address}/history")).json()["items"]
    assert [one["value"] for one in told if one["fact"] == "authority"] == [
        {"kind": "delegated_upper_powers"}
    ]
    etag = (await board.get(address)).headers["etag"]
    said = {"fact": "authority", "kind": "delegated_upper_powers", "value": None, "reason": "Nhập nhầm",
            "period": {"from": "2022-01-01"}}  # fmt: skip
    struck = await board.post(f"{address}/corrections", json=said, headers={"If-Match": etag})
    assert struck.status_code == 200, struck.text
    assert (await board.get(f"{address}?on=2023-05-31")).json()["authorities"] == []


POWERS = "delegated_upper_powers"


async def place(board: Client, world: World, organization: str, parent: str, since: str) -> Any:
    value = {"parent_id": str(world[parent])}
    return await correct(board, world, organization, fact="placement", value=value, period={"from": since})


async def empowered(board: Client, world: World) -> None:
    """A grassroots committee is granted delegated powers; its roll is too incomplete to judge it by."""
    await open_later(board, world)
    (await change(board, world, "health", "2022-02-01", **{POWERS: True})).raise_for_status()


async def test_grassroots_organizations_stand_under_one_with_delegated_powers(
    board: Client, world: World
) -> None:
    refused = (await place(board, world, "court", "health", "2025-07-01")).json()
    assert (refused["rule"], refused["code"]) == ("R-ORG-1", "parent_type_not_allowed")
    await empowered(board, world)
    early = await place(board, world, "court", "health", "2025-06-30")
    assert (early.status_code, early.json()["rule"]) == (409, "R-ORG-1")
    placed = await place(board, world, "court", "health", "2025-07-01")
    assert placed.status_code == 200, placed.text
    assert placed.json()["organization"]["parent_id"] == str(world["health"])


async def test_delegated_powers_stay_while_a_grassroots_organization_stands_below(
    board: Client, world: World
) -> None:
    await empowered(board, world)
    (await place(board, world, "court", "health", "2025-07-01")).raise_for_status()
    for on in ("2023-06-01", "2025-07-01", "2026-03-01"):
        refused = await change(board, world, "health", on, **{POWERS: False})
        problem = refused.json()
        assert (refused.status_code, problem["rule"], problem["code"]) == (
            409,
            "R-ORG-1",
            "parent_type_not_allowed",
        )
        assert (problem["child_type"], problem["parent_type"]) == ("grassroots_cell", "grassroots_committee")
        assert problem["value"] and problem["source"] and problem["matrix"]
    said = {"fact": "authority", "kind": POWERS, "value": None}
    refused = await correct(board, world, "health", period={"from": "2026-01-01", "to": "2026-02-01"}, **said)
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-ORG-1")
    struck = await correct(board, world, "health", period={"from": "2022-01-01", "to": "2025-07-01"}, **said)
    assert struck.status_code == 200, struck.text
    (await place(board, world, "court", "province", "2025-12-01")).raise_for_status()
    assert (await change(board, world, "health", "2025-11-30", **{POWERS: False})).status_code == 409
    revoked = await change(board, world, "health", "2025-12-01", **{POWERS: False})
    assert revoked.status_code == 200, revoked.text
    assert (await change(board, world, "health", "2025-09-01", **{ADMIT: False})).status_code == 200


async def test_a_place_that_needs_delegated_powers_needs_them_on_every_day(
    board: Client, world: World
) -> None:
    await empowered(board, world)
    (await change(board, world, "health", "2026-01-01", **{POWERS: False})).raise_for_status()
    refused = await place(board, world, "court", "health", "2025-07-01")
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-ORG-1")
    said = {"fact": "placement", "value": {"parent_id": str(world["health"])}}
    (await place(board, world, "court", "province", "2025-07-01")).raise_for_status()
    for until, answer in (("2026-01-02", 409), ("2026-01-01", 200)):
        period = {"from": "2025-07-01", "to": until}
        assert (await correct(board, world, "court", period=period, **said)).status_code == answer


async def test_another_type_is_judged_over_all_its_days(board: Client, world: World) -> None:
    """Cells may stand under it up to the day on which it is known to become a cell itself."""
    said = {"fact": "type", "value": {"type": "grassroots_cell"}}
    refused = await correct(board, world, "health", period={"from": "2024-01-01"}, **said)
    assert (refused.json()["child_type"], refused.json()["parent_type"]) == (
        "affiliated_cell",
        "grassroots_cell",
    )
    for cell in ("health-1", "health-2"):
        (await place(board, world, cell, "town", "2025-01-01")).raise_for_status()
    assert (await correct(board, world, "health", period={"from": "2024-12-31"}, **said)).status_code == 409
    turned = await correct(board, world, "health", period={"from": "2025-01-01"}, **said)
    assert turned.status_code == 200, turned.text
    late = {"fact": "placement", "value": {"parent_id": str(world["health"])}}
    for until, answer in (("2025-01-02", 409), ("2025-01-01", 200)):
        period = {"from": "2024-11-01", "to": until}
        assert (await correct(board, world, "town-1", period=period, **late)).status_code == answer


async def test_a_place_is_judged_by_the_matrix_of_the_first_day_alone(board: Client, world: World) -> None:
    assert (await place(board, world, "court", "district", "2025-07-01")).status_code == 409
    assert (await place(board, world, "court", "district", "2025-06-30")).status_code == 200
