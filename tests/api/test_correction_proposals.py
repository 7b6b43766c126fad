"""What the dossier says is locked: one person proposes a correction, a second one confirms it (R-MEM-1)."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import Client, World

from app.domain.operation import OperationKind
from app.queries import history as queries
from app.services import history

WRONG = {
    "fact": "person",
    "period": {"from": "2023-01-01"},
    "value": {"birth_date": "1970-05-03"},
    "reason": "Đảo ngày và tháng",
    "evidence": "Lý lịch đảng viên",
}


async def at_version(client: Client, member_id: UUID) -> dict[str, str]:
    return {"If-Match": (await client.get(f"/v1/members/{member_id}")).headers["etag"]}


async def write(client: Client, member_id: UUID, act: str, document: Any) -> Any:
    headers = await at_version(client, member_id)
    return await client.post(f"/v1/members/{member_id}/{act}", json=document, headers=headers)


async def propose(client: Client, member_id: UUID, **document: Any) -> dict[str, Any]:
    answer = await write(client, member_id, "correction-proposals", WRONG | document)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def confirm(client: Client, member_id: UUID, proposal: dict[str, Any]) -> Any:
    headers = await at_version(client, member_id)
    return await client.post(f"/v1/correction-proposals/{proposal['id']}/confirmations", headers=headers)


async def pending(client: Client, **params: str) -> list[dict[str, Any]]:
    return (await client.get("/v1/correction-proposals", params=params)).json()["items"]


async def test_a_known_date_is_not_corrected_by_one_person(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await write(client, world["p0"], "corrections", WRONG)
    problem = refused.json()
    assert (refused.status_code, problem["rule"], problem["code"]) == (409, "R-MEM-1", "needs_second_person")
    assert "birth_date" in problem["value"] and problem["source"] == "06 9.2"
    assert problem["fields"] == ["birth_date"] and "1970" not in refused.text
    free = WRONG | {"value": {"birth_date": "1970-03-05", "home_place": "Bình Giang"}}
    assert (await write(client, world["p0"], "corrections", free)).status_code == 200


async def test_what_is_first_entered_is_not_locked_and_then_it_is(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    first = {"effective_on": "2024-01-01", "admitted_on": "1995-02"}
    assert (await write(client, world["p0"], "changes", first)).status_code == 200
    refused = await write(client, world["p0"], "changes", first | {"admitted_on": "1996"})
    assert (refused.status_code, refused.json()["code"]) == (409, "locked_only_corrected")
    assert refused.json()["fields"] == ["admitted_on"]
    assert (await write(client, world["p0"], "changes", first | {"occupation": "Bác sĩ"})).status_code == 200
    exacter = first | {"admitted_on": "1995-02-03"}
    assert (await write(client, world["p0"], "changes", exacter)).status_code == 200
    assert (await write(client, world["p0"], "changes", first)).status_code == 409
    ended = {"effective_on": "2025-01-01", "admitted_on": None}
    assert (await write(client, world["p0"], "changes", ended)).status_code == 409


async def test_a_second_person_confirms_and_the_correction_is_carried_out(
    sign_in: SignIn, world: World, statements: Statements
) -> None:
    first, second = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "health")
    proposal = await propose(first, world["p0"])
    assert proposal["value"]["birth_date"] == "1970-05-03" and proposal["proposed_at"] is None
    async with statements() as executed:
        (listed,) = await pending(second)
    assert len(executed) == 1
    assert listed | {"proposed_at": None} == proposal and listed["proposed_at"]
    assert await pending(second, member=str(world["p1"])) == []
    assert len(await pending(second, within=str(world["health-1"]))) == 1

    done = await confirm(second, world["p0"], proposal)
    assert done.status_code == 200, done.text
    assert done.json()["member"]["birth_date"] == "1970-05-03"
    assert await pending(second) == []
    assert (await confirm(second, world["p0"], proposal)).status_code == 404
    kinds = [one["kind"] for one in (await first.get(f"/v1/operations?member={world['p0']}")).json()["items"]]
    assert kinds[-2:] == ["member_correction_proposed", "member_correction_confirmed"]


async def test_a_proposal_shows_an_address_to_whom_the_member_shows_it(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    office, board = (
        await sign_in("grassroots_office", "health"),
        await sign_in("upper_organizing_board", "bloc"),
    )
    value = WRONG["value"] | {"residence": "Số 7 phố Hàng Trống"}
    seen = (await propose(board, world["p0"], value=value))["value"]
    assert (seen["birth_date"], seen["residence"]) == ("1970-05-03", "***")
    (proposal,) = await pending(office)
    assert proposal["value"]["residence"] == "Số 7 phố Hàng Trống"
    assert [one["value"]["residence"] for one in await pending(board)] == ["***"]
    for kind in ("text/csv", "application/x-ndjson"):
        listed = await board.get("/v1/correction-proposals", headers={"Accept": kind})
        assert listed.status_code == 200 and "Hàng Trống" not in listed.text and "***" in listed.text
    third = await sign_in("upper_organizing_board", "bloc")
    confirmed = await confirm(third, world["p0"], proposal)
    assert confirmed.status_code == 200 and "Hàng Trống" not in confirmed.text
    assert (await office.get(f"/v1/members/{world['p0']}")).json()["residence"] == "Số 7 phố Hàng Trống"


async def test_who_proposed_does_not_confirm(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    proposal = await propose(client, world["p0"])
    refused = await confirm(client, world["p0"], proposal)
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-MEM-1")
    assert refused.json()["code"] == "second_person_is_another"


async def test_the_database_itself_refuses_the_same_person(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    client = await sign_in("grassroots_office", "health", "one-person")
    proposal = await propose(client, world["p0"])
    proposer = await connection.fetchval(
        "SELECT actor_id FROM operation WHERE kind = 'member_correction_proposed'"
    )
    operation_id = history.new_id()
    kind = OperationKind.MEMBER_CORRECTION_CONFIRMED.value
    said = {"reason": None, "effective_on": None, "request_id": None, "changes": {}}
    await queries.insert_operation(connection, operation_id, kind, proposer, **said)
    await connection.execute(
        "UPDATE correction_proposal SET superseded_by = $1 WHERE proposal_id = $2",
        operation_id,
        UUID(proposal["id"]),
    )
    with pytest.raises(asyncpg.CheckViolationError, match="second_person"):
        await connection.execute("UPDATE operation SET recorded_at = now() WHERE id = $1", operation_id)


async def test_a_machine_proposes_and_does_not_confirm(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "province")
    office = await sign_in("grassroots_office", "health")
    system = {"name": "Hệ thống nhân sự", "organization_id": str(world["health"])}
    machine = (await admin.post("/v1/machine-clients", json=system)).json()
    key = (await admin.post(f"/v1/machine-clients/{machine['id']}/keys", json={})).json()["key"]
    grant = {
        "actor": {"actor_id": machine["id"]},
        "role": "grassroots_office",
        "organization_id": str(world["health"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    proposal = await propose(office, world["p0"])
    headers = await at_version(office, world["p0"]) | {"Authorization": f"Bearer {key}"}
    address = f"/v1/correction-proposals/{proposal['id']}/confirmations"
    refused = await office.post(address, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "machine_cannot_confirm")


async def test_who_made_a_machine_client_does_not_confirm_what_it_proposed(
    sign_in: SignIn, world: World
) -> None:
    admin = await sign_in("admin", "province", "owner")
    system = {"name": "Hệ thống nhân sự", "organization_id": str(world["health"])}
    machine_id = (await admin.post("/v1/machine-clients", json=system)).json()["id"]
    key = (await admin.post(f"/v1/machine-clients/{machine_id}/keys", json={})).json()["key"]
    grant = {
        "actor": {"actor_id": machine_id},
        "role": "grassroots_office",
        "organization_id": str(world["health"]),
        "valid": {"from": "2024-01-01"},
    }
    assert (await admin.post("/v1/grants", json={"grants": [grant]})).status_code == 201
    machine = await sign_in()
    machine.headers["Authorization"] = f"Bearer {key}"
    proposal = await propose(machine, world["p0"])
    owner = await sign_in("grassroots_office", "health", "owner")
    refused = await confirm(owner, world["p0"], proposal)
    assert (refused.status_code, refused.json()["code"]) == (409, "second_person_is_another")
    other = await sign_in("grassroots_office", "health")
    assert (await confirm(other, world["p0"], proposal)).status_code == 200


async def test_a_proposal_can_be_withdrawn_and_then_no_more_confirmed(sign_in: SignIn, world: World) -> None:
    first, second = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "health")
    proposal = await propose(first, world["p0"])
    address = f"/v1/correction-proposals/{proposal['id']}/withdrawals"
    gone = await second.post(address, json={"reason": "Lý lịch ghi khác"})
    assert (gone.status_code, gone.json()["id"]) == (200, proposal["id"])
    assert (await confirm(second, world["p0"], proposal)).status_code == 404
    assert (await first.post(address, json={"reason": "Lần nữa"})).status_code == 404


async def test_what_is_not_locked_or_not_possible_is_not_proposed(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    for value, status, code in (
        ({"home_place": "Bình Giang"}, 409, "needs_no_second_person"),
        ({"birth_date": "2024"}, 422, None),
        ({}, 422, None),
    ):
        refused = await write(client, world["p0"], "correction-proposals", WRONG | {"value": value})
        assert refused.status_code == status, refused.text
        assert code is None or refused.json()["code"] == code


async def test_proposals_are_seen_by_those_who_may_correct(sign_in: SignIn, world: World) -> None:
    proposal = await propose(await sign_in("grassroots_office", "health"), world["p0"])
    for role, where, count in (
        ("provincial_organizing_board", "province", 1),
        ("auditor", "province", 0),
        ("grassroots_office", "town", 0),
    ):
        client = await sign_in(role, where)
        assert len(await pending(client)) == count
        if not count:
            address = f"/v1/correction-proposals/{proposal['id']}/confirmations"
            assert (await client.post(address, headers={"If-Match": '"2"'})).status_code == 404
