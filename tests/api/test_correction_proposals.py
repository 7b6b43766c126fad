"""What the dossier says is locked: one person proposes a correction, a second one confirms it (R-MEM-1)."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest
from conftest import SignIn, Statements
from make import CAUSE, Client, World

from app.db import Database
from app.domain.operation import OperationKind
from app.queries import history as queries
from app.queries import two_persons
from app.services import history

WRONG = {
    "fact": "person",
    "period": {"from": "2023-01-01"},
    "value": {"birth_date": "1970-05-03"},
    "reason": "Đảo ngày và tháng",
    "evidence": "Lý lịch đảng viên",
}


def allowed(proposal: Any) -> list[str]:
    """The steps that the asker may take now."""
    return [one["step"] for one in proposal["steps"] if one["allowed"]]


async def at_version(client: Client, member_id: UUID) -> dict[str, str]:
    return {"If-Match": (await client.get(f"/v1/members/{member_id}")).headers["etag"]}


async def write(client: Client, member_id: UUID, act: str, document: Any) -> Any:
    headers = await at_version(client, member_id)
    return await client.post(f"/v1/members/{member_id}/{act}", json=document, headers=headers)


async def propose(client: Client, member_id: UUID, **document: Any) -> dict[str, Any]:
    answer = await write(client, member_id, "correction-proposals", WRONG | document)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(
    client: Client, proposal: dict[str, Any], act: str, status: int = 200, version: int | None = None
) -> dict[str, Any]:
    headers = {"If-Match": f'"{version or proposal["version"]}"'}
    document = None if act == "confirmations" else {"reason": "Lý lịch ghi khác"}
    address = f"/v1/correction-proposals/{proposal['id']}/{act}"
    answer = await client.post(address, json=document, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def confirm(client: Client, proposal: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return await step(client, proposal, "confirmations", status)


async def get(client: Client, proposal: dict[str, Any], **params: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/correction-proposals/{proposal['id']}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(client: Client, **params: Any) -> list[dict[str, Any]]:
    return (await client.get("/v1/correction-proposals", params=params)).json()["items"]


async def test_a_known_date_is_not_corrected_by_one_person(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    refused = await write(client, world["p0"], "corrections", WRONG)
    problem = refused.json()
    assert (refused.status_code, problem["rule"], problem["code"]) == (409, "R-MEM-1", "needs_second_person")
    assert "birth_date" in problem["value"] and problem["source"] == "06 9.2"
    assert problem["fields"] == ["birth_date"] and '"1970' not in refused.text
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
    assert proposal["fields"] == ["birth_date"]
    assert (proposal["state"], proposal["version"], allowed(proposal)) == ("pending", 1, ["withdraw"])
    async with statements() as executed:
        (item,) = await listed(second)
    assert len(executed) == 1
    assert item["proposed_at"] and item["version"] == 1
    assert {name: item[name] for name in item if name != "proposed_at"}.items() <= proposal.items()
    assert await listed(second, member=str(world["p1"])) == []
    assert len(await listed(second, within=str(world["health-1"]))) == 1
    async with statements() as executed:
        read = await get(second, proposal)
    assert len([query for query in executed if not query.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]) == 2
    assert allowed(read) == ["confirm", "refuse"]

    done = await confirm(second, read)
    assert (done["state"], done["version"], done["steps"]) == ("confirmed", 2, [])
    assert (await first.get(f"/v1/members/{world['p0']}")).json()["birth_date"] == "1970-05-03"
    assert await listed(second) == []
    kinds = [one["kind"] for one in (await first.get(f"/v1/operations?member={world['p0']}")).json()["items"]]
    assert kinds[-2:] == ["member_correction_proposed", "member_correction_confirmed"]


async def test_a_closed_proposal_can_still_be_read_with_how_it_ended(sign_in: SignIn, world: World) -> None:
    first, second = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "health")
    ended = []
    for client, act in ((second, "refusals"), (first, "withdrawals"), (second, "confirmations")):
        proposal = await propose(first, world["p0"])
        before = (await get(second, proposal))["known_at"]
        ended.append(await step(client, proposal, act))
        assert (await get(second, proposal, known_at=before))["state"] == "pending"
    refused, withdrawn, confirmed = [await get(second, one) for one in ended]
    assert [one["state"] for one in ended] == ["refused", "withdrawn", "confirmed"]
    for one, closer in ((refused, second), (withdrawn, first), (confirmed, second)):
        me = (await closer.get("/v1/me")).json()["actor"]["id"]
        assert (one["closed_by"]["id"], one["version"], one["steps"]) == (me, 2, [])
        assert one["closed_at"] > one["proposed_at"]
        closed = await step(second, one, "refusals", 409)
        assert (closed["code"], closed["state"], closed["open_steps"]) == (
            "no_such_step",
            one["state"],
            [],
        )
    assert (refused["closing_reason"], confirmed["closing_reason"]) == ("Lý lịch ghi khác", WRONG["reason"])
    assert [one["id"] for one in await listed(second, state=["refused", "confirmed"])] == [
        refused["id"],
        confirmed["id"],
    ]
    kinds = [one["kind"] for one in (await first.get(f"/v1/operations?member={world['p0']}")).json()["items"]]
    assert {"member_correction_refused", "member_correction_withdrawn"} <= set(kinds)


async def test_what_is_recorded_of_the_member_meanwhile_makes_the_read_proposal_stale(
    sign_in: SignIn, world: World
) -> None:
    first, second = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "health")
    proposal = await propose(first, world["p0"])
    change = {"effective_on": "2024-01-01", "occupation": "Bác sĩ"}
    assert (await write(first, world["p0"], "changes", change)).status_code == 200
    assert (await confirm(second, proposal, 412))["current_version"] == 2
    done = await confirm(second, await get(second, proposal))
    assert (done["state"], done["version"]) == ("confirmed", 3)
    assert (await write(first, world["p0"], "changes", change | {"occupation": None})).status_code == 200
    assert (await get(second, proposal))["version"] == 3
    address = f"/v1/correction-proposals/{proposal['id']}/confirmations"
    assert (await second.post(address)).status_code == 428


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
    (proposal,) = await listed(office)
    assert proposal["value"]["residence"] == "Số 7 phố Hàng Trống"
    assert (await get(office, proposal))["value"]["residence"] == "Số 7 phố Hàng Trống"
    assert (await get(board, proposal))["value"]["residence"] == "***"
    assert [one["value"]["residence"] for one in await listed(board)] == ["***"]
    for kind in ("text/csv", "application/x-ndjson"):
        file = await board.get("/v1/correction-proposals", headers={"Accept": kind})
        assert file.status_code == 200 and "Hàng Trống" not in file.text and "***" in file.text
    third = await sign_in("upper_organizing_board", "bloc")
    assert (await confirm(third, proposal))["value"]["residence"] == "***"
    assert (await office.get(f"/v1/members/{world['p0']}")).json()["residence"] == "Số 7 phố Hàng Trống"


async def test_nobody_decides_what_they_proposed_and_nobody_else_withdraws(
    sign_in: SignIn, world: World
) -> None:
    client, other = await sign_in("grassroots_office", "health"), await sign_in("grassroots_office", "health")
    proposal = await propose(client, world["p0"])
    for act in ("confirmations", "refusals"):
        refused = await step(client, proposal, act, 403)
        assert (refused["code"], refused["rule"]) == ("two_persons_needed", "R-MEM-1")
    refused = await step(other, proposal, "withdrawals", 403)
    assert (refused["code"], refused["rule"]) == ("only_the_proposer_withdraws", "R-MEM-1")


async def test_the_database_itself_wants_two_and_a_person(
    sign_in: SignIn, world: World, database: Database
) -> None:
    proposal = await propose(await sign_in("grassroots_office", "health"), world["p0"])
    machine = await signed_in_machine(sign_in, await sign_in("admin", "province"), world)
    own = UUID(proposal["proposed_by"]["id"])
    system = UUID((await machine.get("/v1/me")).json()["actor"]["id"])
    other = CAUSE.actor.id

    async def close(proposer: UUID, closer: UUID, actor: UUID) -> None:
        async with database.writing() as unit:
            writing = await unit.begin()
            operation_id, kind = history.new_id(), OperationKind.MEMBER_CORRECTION_CONFIRMED.value
            said = {"reason": None, "effective_on": None, "request_id": None, "changes": {}}
            await queries.insert_operation(writing, operation_id, kind, actor, **said)
            closing = (UUID(proposal["id"]), proposer, closer, "confirmed", operation_id)
            await two_persons.close(writing, "correction_proposal", *closing)

    for guard, closing in (
        ("ck_correction_proposal_closing_two_actors", (own, own, own)),
        ("fk_correction_proposal_closing_id_proposer_id", (other, own, own)),
        ("two_persons", (own, system, system)),
        ("two_persons", (own, other, own)),
    ):
        with pytest.raises(asyncpg.PostgresError) as refused:
            await close(*closing)
        assert getattr(refused.value, "constraint_name", None) == guard


async def test_a_machine_proposes_and_does_not_confirm(sign_in: SignIn, world: World) -> None:
    admin = await sign_in("admin", "province")
    office = await sign_in("grassroots_office", "health")
    machine = await signed_in_machine(sign_in, admin, world)
    proposal = await propose(office, world["p0"])
    for act in ("confirmations", "refusals"):
        refused = await step(machine, proposal, act, 403)
        assert (refused["code"], refused["rule"]) == ("machines_only_propose", "R-MEM-1")
    own = await propose(machine, world["p0"])
    assert (await step(machine, own, "withdrawals"))["state"] == "withdrawn"


async def signed_in_machine(sign_in: SignIn, admin: Client, world: World) -> Client:
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
    return machine


async def test_who_made_a_machine_client_does_not_confirm_what_it_proposed(
    sign_in: SignIn, world: World
) -> None:
    machine = await signed_in_machine(sign_in, await sign_in("admin", "province", "owner"), world)
    proposal = await propose(machine, world["p0"])
    owner = await sign_in("grassroots_office", "health", "owner")
    assert allowed(await get(owner, proposal)) == []
    assert (await confirm(owner, proposal, 403))["code"] == "two_persons_needed"
    other = await sign_in("grassroots_office", "health")
    assert (await confirm(other, proposal))["state"] == "confirmed"


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
        if role == "auditor":
            assert (await client.get("/v1/correction-proposals")).status_code == 403
        else:
            assert len(await listed(client)) == count
        if not count:
            assert (await client.get(f"/v1/correction-proposals/{proposal['id']}")).status_code == 404
            await confirm(client, proposal, 404)
