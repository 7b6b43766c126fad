"""Temporary cells over HTTP: guests stay there for a time, and nobody is a member of one."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn
from import_files import apply, errors
from make import CAUSE, Client, World, organization
from make import member as person

from app.domain.operation import OperationKind
from app.services import history

P = "/v1/transfers"
PAPER = {"issuer": "Đảng ủy Thị trấn Kẻ Sặt", "number": "4-QĐ", "signed_on": "2026-02-01"}


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


@pytest.fixture
async def camp(connection: asyncpg.Connection, world: World) -> UUID:
    """A temporary cell of the town."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    name = "Chi bộ sinh hoạt tạm thời Lớp bồi dưỡng"
    return await organization(connection, operation_id, world["town"], "temporary_cell", name)


async def sent(client: Client, member: object, to: object, status: int = 201, **differing: Any) -> Any:
    document = {
        "member_ids": [str(member)],
        "kind": "temporary",
        "purpose": "study",
        "introduced_on": "2026-03-02",
        "expected_end": "2026-09-30",
        "to_organization_id": str(to),
    } | differing
    answer = await client.post(P, json={name: one for name, one in document.items() if one is not None})
    assert answer.status_code == status, answer.text
    return answer.json()


async def step(client: Client, transfer: str, name: str, on: str, **said: Any) -> Any:
    etag = (await client.get(f"{P}/{transfer}")).headers["etag"]
    return await client.post(
        f"{P}/{transfer}/steps", json={"step": name, "on": on, **said}, headers={"If-Match": etag}
    )


async def stays(client: Client, member: object, camp: UUID) -> str:
    transfer: str = (await sent(client, member, camp))["items"][0]["transfer_id"]
    received = await step(client, transfer, "receive", "2026-03-10")
    assert (received.status_code, received.json()["to_cell_id"]) == (200, str(camp)), received.text
    return transfer


async def test_guests_stay_in_a_temporary_cell_and_count_at_home(
    board: Client, connection: asyncpg.Connection, world: World, camp: UUID
) -> None:
    async def count(organization_id: UUID) -> Any:
        found = await board.get(f"/v1/organizations/{organization_id}/summary", params={"on": "2026-05-01"})
        members = found.json()["members"]
        return members["total"], members["by_standing"]

    before = {place: await count(world[place]) for place in ("health-1", "town", "province")}
    for name in ("p0", "p1"):
        await stays(board, world[name], camp)
    assert {place: await count(world[place]) for place in before} == before
    assert (await count(camp))[0] == 0
    roll = await board.get("/v1/members", params={"within": str(camp), "on": "2026-05-01"})
    assert roll.json()["items"] == []
    guest = (await board.get(f"/v1/members/{world['p0']}", params={"on": "2026-05-01"})).json()
    assert (guest["cell"]["id"], guest["activity_status"]) == (
        str(world["health-1"]),
        "temporarily_elsewhere",
    )
    seen = await board.get(P, params={"within": str(camp), "state": "staying"})
    assert {one["member_id"] for one in seen.json()["items"]} == {str(world["p0"]), str(world["p1"])}
    months = {"from": "2026-04", "to": "2026-04"}
    regular = await board.get(f"/v1/organizations/{camp}/meeting-regularity", params=months)
    assert (regular.status_code, regular.json()["items"]) == (200, []), regular.text
    assert (await board.get("/v1/verify")).json()["sound"]


async def test_fewer_than_three_official_members_together_are_noted(
    board: Client, connection: asyncpg.Connection, world: World, camp: UUID
) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    third = await person(connection, operation_id, world["court"], "Vũ Thị Ba")

    async def noted(transfer: str, on: str = "2026-05-01") -> list[tuple[Any, ...]]:
        found = (await board.get(f"{P}/{transfer}", params={"on": on})).json()["findings"]
        return [(one["rule"], one["code"], one["value"], one["source"], one["on"]) for one in found]

    first = await stays(board, world["p0"], camp)
    await stays(board, world["p1"], camp)
    await stays(board, world["p2"], camp)  # on probation
    few = ("R-TR-10", "below_minimum", 3, "294 6.3.2d", "2026-05-01")
    assert await noted(first) == [few]
    await stays(board, third, camp)
    assert await noted(first) == []
    assert await noted(first, "2026-03-05") == []  # not there yet


async def test_nobody_is_transferred_for_good_into_a_temporary_cell(
    board: Client, world: World, camp: UUID
) -> None:
    for_good = {"purpose": None, "expected_end": None}
    for kind, member in (("official", "p0"), ("internal", "p5")):
        refused = await sent(board, world[member], camp, 409, kind=kind, **for_good)
        assert (refused["rule"], refused["value"]) == ("R-TR-10", ["temporary"])
    official = await sent(board, world["p0"], world["town"], kind="official", **for_good)
    transfer = official["items"][0]["transfer_id"]
    forwarded = await step(board, transfer, "forward", "2026-03-05", to_organization_id=str(camp))
    assert (forwarded.status_code, forwarded.json()["rule"]) == (409, "R-TR-10")
    received = await step(board, transfer, "receive", "2026-03-05", cell_id=str(camp))
    assert (received.status_code, received.json()["rule"]) == (409, "R-ORG-4")
    arrival = {
        "from_outside": "Đảng ủy nơi khác",
        "introduced_on": "2026-03-01",
        "member": {
            "cell_id": str(camp),
            "standing": "official",
            "since": "2026-03-10",
            "full_name": "Lê Thị Mới",
        },
        "decisions": [PAPER],
    }
    arrived = await board.post(f"{P}/arrivals", json=arrival)
    assert (arrived.status_code, arrived.json()["rule"]) == (409, "R-ORG-4")


async def test_a_file_brings_guests_alone_into_a_temporary_cell(
    board: Client, camp: UUID, world: World, connection: asyncpg.Connection
) -> None:
    await connection.execute(
        "INSERT INTO organization_external_id (organization_id, system, external_id, valid, operation_id)"
        " SELECT organization_id, 'test', 'camp', valid, operation_id FROM placement WHERE organization_id = $1",
        camp,
    )
    header = (
        "member,kind,purpose,from_cell,to_organization,introduced_on,introduction_number,expected_end"
        ",received_on,answer_number"
    )
    for kind, purpose, end in (("temporary", "study", "2026-09-30"), ("official", "", "")):
        line = f"p0,{kind},{purpose},health-1,camp,2026-03-02,7-GT,{end},2026-03-10,12-TN"
        taken = await apply(board, "transfers", header, line, accept="clean")
        assert (taken["outcomes"]["loaded"], taken["outcomes"]["held"]) == ((1, 0) if end else (0, 1))
    assert await errors(board, taken) == [(1, "to_organization", "temporary_cell_is_for_guests")]


async def test_the_host_chooses_the_temporary_cell_and_appoints_a_guest_its_secretary(
    board: Client, world: World, camp: UUID
) -> None:
    transfer = (await sent(board, world["p0"], world["town"]))["items"][0]["transfer_id"]
    received = await step(board, transfer, "receive", "2026-03-10", cell_id=str(camp))
    assert (received.status_code, received.json()["to_cell_id"]) == (200, str(camp)), received.text
    led = {
        "organization_id": str(camp),
        "kind": "executive",
        "term": "2026",
        "origin": "appointment",
        "size": 1,
        "from": "2026-03-15",
        "to": "2026-09-30",
        "seats": [{"member_id": str(world["p0"]), "title": "secretary", "basis": "appointed"}],
        "decisions": [PAPER],
    }
    appointed = await board.post("/v1/committees", json=led)
    assert appointed.status_code == 201, appointed.text


async def test_a_temporary_cell_has_no_meetings_of_its_own_and_so_no_base_of_votes(
    board: Client, world: World, camp: UUID
) -> None:
    for name in ("p0", "p1"):
        await stays(board, world[name], camp)
    meeting = {
        "organization_id": str(camp),
        "body": "cell",
        "month": "2026-04",
        "held_on": "2026-04-06",
        "absences": [],
    }
    answer = await board.post("/v1/meetings", json={"meetings": [meeting]})
    assert [one["code"] for one in answer.json()["errors"]] == ["body_of_another_kind"]
