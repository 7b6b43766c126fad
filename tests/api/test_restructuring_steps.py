"""What is offered of a restructuring can be done, and what is not offered is refused as it says; in every state."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from acts import create_member
from asyncpg import Connection
from conftest import SignIn
from make import Client, World, today
from restructured import (
    BOARD,
    UPPER,
    agreed,
    applied,
    document,
    machine,
    merge,
    post,
    preview,
    reversal,
    step,
    submitted,
)

from app.domain.restructuring.lifecycle import RestructuringState
from app.services.restructuring_in_hand import DUTY

REASON = {"reason": "Ghi nhầm đơn vị"}
REVERSAL = {**REASON, "effective_on": "2026-08-01"}
PATHS = {
    "edit": "edits",
    "submit": "submissions",
    "consent": "consents",
    "approve": "approvals",
    "return": "returns",
    "cancel": "cancellations",
    "apply": "applications",
    "propose_annulment": "annulment-proposals",
    "annul": "annulments",
    "keep": "annulment-refusals",
    "reverse": "reversals",
}


async def waiting_for_consent(proposer: Client, world: World) -> Any:
    """A document that founds a grassroots committee of few members, submitted."""
    paper = {"issuer": "Đảng ủy Khối", "number": "7-CV/ĐUK", "signed_on": "2024-05-01", "role": "exception"}
    founding = {"kind": "establish", "key": "#new", "parent": str(world["bloc"]), "name": "Đảng bộ mới"}
    excuse = {"rule": "R-ORG-10", "organization": "#new", "decision": paper}
    measure = {**founding, "type": "grassroots_committee"}
    return await submitted(proposer, measure, on="2024-06-01", excuses=[excuse])


async def brought_to(state: str, proposer: Client, second: Client, world: World) -> Any:
    """A restructuring of the first in a state to which the second has helped it."""
    match state:
        case "empty":
            return await post(proposer, "", {"measures": []}, 201)
        case "draft":
            return await post(proposer, "", document(merge(world)), 201)
        case "submitted":
            return await submitted(proposer, merge(world))
        case "waiting_for_consent":
            return await waiting_for_consent(proposer, world)
        case "consented":
            return await step(second, await waiting_for_consent(proposer, world), "consents")
        case "returned":
            return await step(second, await submitted(proposer, merge(world)), "returns", **REASON)
        case "cancelled":
            return await step(proposer, await submitted(proposer, merge(world)), "cancellations", **REASON)
        case "approved":
            return await agreed(proposer, second, merge(world))
        case "applied":
            return await applied(proposer, second, merge(world))
        case "annulment_proposed" | "annulled":
            one = await applied(proposer, second, merge(world))
            one = await step(second, one, "annulment-proposals", **REASON)
            return one if state == "annulment_proposed" else await step(proposer, one, "annulments", **REASON)
        case "reversed":
            name = {"kind": "rename", "organization": str(world["health-2"]), "name": "Chi bộ Tên Mới"}
            one = await applied(proposer, second, name)
            back = await post(proposer, f"/{one['id']}/reversals", REVERSAL, 201)
            seen = await preview(proposer, back)
            back = await step(proposer, back, "submissions", digest=seen["digest"])
            back = await step(second, back, "approvals")
            await post(second, f"/{back['id']}/applications", None, 200, back["digest"])
            return one
    raise AssertionError(state)


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """What is done within is rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def taken(client: Client, one: Any, name: str, digest: str) -> tuple[int, str]:
    """The answer to a step that is asked with all it needs: status and code."""
    bodies = {"edit": one["document"], "apply": None, "reverse": REVERSAL}
    agreeing = name in ("submit", "consent", "approve")
    body = {"digest": digest} if agreeing else bodies.get(name, REASON)
    match = digest if name == "apply" else one["version"]
    answer = await client.post(
        f"/v1/restructurings/{one['id']}/{PATHS[name]}", json=body, headers={"If-Match": f'"{match}"'}
    )
    return answer.status_code, "" if answer.is_success else answer.json()["code"]


STATES = ["empty", "waiting_for_consent", *(state.value for state in RestructuringState)]


@pytest.mark.parametrize("state", STATES)
async def test_what_is_offered_can_be_done_and_what_is_not_is_refused_as_it_says(
    sign_in: SignIn, world: World, connection: Connection, state: str
) -> None:
    proposer, second = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    system = await machine(sign_in, world, "bloc")
    one = await brought_to(state, proposer, second, world)
    digest = (await preview(proposer, one))["digest"] if not one["digest"] else one["digest"]
    others = [("grassroots_office", "health"), (BOARD, "province"), ("auditor", "health")]
    others += [("inspection_committee", "health"), ("grassroots_office", "health-1")]
    actors = [proposer, second, system, *[await sign_in(*other) for other in others]]
    for client in actors:
        answer = await client.get(f"/v1/restructurings/{one['id']}")
        if answer.status_code == 404 and client is not proposer:
            assert await taken(client, one, "cancel", digest) == (404, "not_found")
            continue
        seen = answer.json()
        steps = {each["step"]: each for each in seen["steps"]}
        for name in PATHS:
            async with undone(connection):
                status, code = await taken(client, seen, name, digest)
            if name == "approve" and state == "waiting_for_consent":  # there is none yet, and it is said why
                assert code in ("consent_missing", steps["consent"]["code"]), code
            elif name not in steps:
                assert (status, code) == (409, "no_such_step"), (name, code)
            elif steps[name]["allowed"]:
                # An empty document is blocked by what it lacks, not by who submits it.
                blank = state == "empty" and name == "submit"
                assert status in (200, 201) or (blank and code == "restructuring_conflict"), (name, code)
            else:
                assert (status, code) == (403, steps[name]["code"]), (name, code)
        for action in seen["actions"]:
            of_it = [each for each in seen["steps"] if DUTY[each["step"]] == action["action"]]
            assert action["allowed"] is any(each["allowed"] for each in of_it), action
            if not action["allowed"]:
                said = of_it[0]["code"] if of_it else "no_such_step"
                assert action["reason"] == said, action
        words = {"consent", "approve", "annul"}
        waits = any(each["allowed"] for each in seen["steps"] if each["step"] in words)
        for awaiting in (True, False):
            listed = await client.get("/v1/restructurings", params={"awaiting": awaiting})
            ids = {each["id"] for each in listed.json()["items"]}
            assert (one["id"] in ids) is (waits is awaiting), (awaiting, waits)


async def test_who_lost_the_duty_may_not_carry_on_what_he_proposed(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer = await sign_in("grassroots_office", "health")
    one = await post(proposer, "", document(merge(world)), 201)
    me = (await proposer.get("/v1/me")).json()["actor"]["id"]
    admin = await sign_in("admin", "province")
    (grant,) = (await admin.get("/v1/grants", params={"actor": me})).json()["items"]
    ended = await admin.post(
        f"/v1/grants/{grant['id']}/endings",
        json={"ended_on": str(today()), **REASON},
        headers={"If-Match": f'"{grant["version"]}"'},
    )
    assert ended.is_success, ended.text
    seen = (await proposer.get(f"/v1/restructurings/{one['id']}")).json()
    assert not any(each["allowed"] for each in (*seen["steps"], *seen["actions"]))
    assert await taken(proposer, seen, "cancel", "0" * 64) == (403, "role_may_not")


async def test_consent_waits_before_approval_and_each_word_for_who_can_give_it(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in("grassroots_office", "health")
    move = {"kind": "transfer", "organizations": [str(world["health-2"])], "to": str(world["town"])}
    one = await submitted(proposer, move)
    sender, receiver = await sign_in(UPPER, "bloc"), await sign_in("grassroots_office", "town")

    async def waiting(client: Client) -> bool:
        listed = await client.get("/v1/restructurings", params={"awaiting": True})
        return [each["id"] for each in listed.json()["items"]] == [one["id"]]

    assert [await waiting(each) for each in (proposer, sender, receiver)] == [False, True, True]
    await step(receiver, one, "approvals")
    assert [await waiting(each) for each in (proposer, sender, receiver)] == [False, True, False]


async def test_restructurings_are_listed_by_the_day_on_which_they_take_effect(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in(UPPER, "bloc")
    ids = [
        (await post(client, "", document(merge(world), on=on), 201))["id"]
        for on in ("2026-05-01", "2026-06-01", None)
    ]

    async def listed(**params: Any) -> set[str]:
        answer = await client.get("/v1/restructurings", params=params)
        return {each["id"] for each in answer.json()["items"]}

    assert await listed() == set(ids)
    assert await listed(since="2026-05-02") == {ids[1]}
    assert await listed(until="2026-05-31") == {ids[0]}
    assert await listed(since="2026-05-01", until="2026-06-01") == set(ids[:2])


async def test_a_restructuring_is_found_by_an_operation_of_it_and_by_what_it_reverses(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, merge(world))
    back = await reversal(proposer, one)

    async def listed(**params: Any) -> list[str]:
        answer = await approver.get("/v1/restructurings", params=params)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    one = (await approver.get(f"/v1/restructurings/{one['id']}")).json()
    assert await listed(operation=one["operation_id"]) == [one["id"]]
    assert await listed(operation=one["taken"][0]["operation_id"]) == [one["id"]]
    submitted_at = one["taken"][0]["at"]
    assert await listed(operation=one["operation_id"], known_at=submitted_at) == []
    assert await listed(operation=one["id"]) == []
    assert await listed(reverses=one["id"]) == [back["id"]]
    drafted = (await approver.get("/v1/operations", params={"kind": "restructuring_drafted"})).json()["items"]
    assert {(await listed(operation=each["id"]))[0] for each in drafted} == {one["id"], back["id"]}


async def test_who_is_to_agree_finds_the_preview_that_was_submitted(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    draft = await post(proposer, "", document(merge(world)), 201)
    assert draft["preview_id"] is None
    seen = await preview(proposer, draft)
    one = await step(proposer, draft, "submissions", digest=seen["digest"])
    assert (one["preview_id"], one["job_id"]) == (seen["id"], None)
    found = (await approver.get(f"/v1/restructurings/{draft['id']}")).json()["preview_id"]
    kept = await approver.get(f"/v1/restructurings/{draft['id']}/previews/{found}")
    assert kept.json()["digest"] == one["digest"]
    await create_member(proposer, world, "health-2", since="2026-02-15")
    other = await preview(approver, one)
    assert (
        other["digest"] != one["digest"]
    )  # what it does by now is another thing, and not what was submitted
    assert (await approver.get(f"/v1/restructurings/{draft['id']}")).json()["preview_id"] == found
    one = await step(approver, one, "returns", reason="Xem lại")
    assert (await step(proposer, one, "edits", **document(merge(world))))["preview_id"] is None


async def empowered(sign_in: SignIn, client: Client, organization: Any) -> None:
    """Who has another office already takes part in the work of an organizing board over an organization."""
    me = (await client.get("/v1/me")).json()["actor"]["id"]
    grant = {"actor": {"actor_id": me}, "role": BOARD, "organization_id": str(organization)}
    admin = await sign_in("admin", "province")
    made = await admin.post("/v1/grants", json={"grants": [{**grant, "valid": {"from": "2024-05-01"}}]})
    assert made.is_success, made.text


async def annuls(client: Client, one: Any) -> tuple[bool, bool]:
    """Whether an annulment is the actor's to carry out, and whether it is said to wait for him."""
    steps = (await client.get(f"/v1/restructurings/{one['id']}")).json()["steps"]
    listed = (await client.get("/v1/restructurings", params={"awaiting": True})).json()["items"]
    return any(each["step"] == "annul" and each["allowed"] for each in steps), bool(listed)


async def test_an_annulment_waits_for_whose_word_the_document_needed(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    move = {"kind": "transfer", "organizations": [str(world["health-2"])], "to": str(world["town"])}
    one = await applied(proposer, approver, move)
    assert str(world["bloc"]) in {each["organization_id"] for each in one["needs"]}
    other = await sign_in("auditor", "town")
    await empowered(sign_in, other, world["bloc"])
    one = await step(proposer, one, "annulment-proposals", **REASON)
    assert await annuls(other, one) == (True, True)


async def test_an_annulment_does_not_wait_for_whom_the_document_began(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    paper = {"issuer": "Đảng ủy Khối", "number": "7-CV/ĐUK", "signed_on": "2024-04-01"}
    excuses = [{"rule": "R-ORG-10", "organization": "#new", "decision": paper}]
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "name": "Chi bộ mới"}
    one = await applied(proposer, approver, {**founding, "type": "affiliated_cell"}, excuses=excuses)
    other = await sign_in("auditor", "town")
    await empowered(sign_in, other, one["keys"]["#new"])
    one = await step(proposer, one, "annulment-proposals", **REASON)
    assert await annuls(other, one) == (False, False)
