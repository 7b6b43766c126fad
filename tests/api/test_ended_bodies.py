"""Ended bodies stay valid for acts dated up to their end: who covers where they last stood records them."""

from typing import Any

import pytest
from acts import act, elected
from conftest import SignIn
from make import Client, World
from restructured import DAY, absorbed, apply


@pytest.fixture
async def ended(sign_in: SignIn, world: World) -> Client:
    """Who covers a grassroots organization and a cell after both have ended."""
    board = await sign_in(PROVINCIAL, "province")
    cell = absorbed(world, "health-2", "health-1")
    await apply(sign_in, cell, absorbed(world, "health", "town"), where="province", role=PROVINCIAL)
    return board


PROVINCIAL = "provincial_organizing_board"


async def sound(client: Client) -> bool:
    return bool((await client.get("/v1/verify")).json()["sound"])


async def test_a_meeting_held_before_the_end_is_recorded(
    ended: Client, sign_in: SignIn, world: World
) -> None:
    def meeting(**differing: Any) -> dict[str, Any]:
        said = {"organization_id": str(world["health-2"]), "body": "cell", "month": "2026-04"}
        return {"meetings": [said | {"held_on": "2026-04-06"} | differing]}

    answer = await ended.post("/v1/meetings", json=meeting())
    assert answer.status_code == 201, answer.text
    late = await ended.post("/v1/meetings", json=meeting(month="2026-05", held_on="2026-05-06"))
    assert late.json()["errors"][0]["code"] == "organization_not_alive_then"
    assert await sound(ended)


async def test_a_committee_of_before_the_end_is_in_office_until_then(
    ended: Client, sign_in: SignIn, world: World
) -> None:
    document = {
        "organization_id": str(world["health"]),
        "kind": "executive",
        "term": "2023-2028",
        "origin": "congress",
        "size": 9,
        "from": "2024-01-01",
        "to": "2029-01-01",
        "seats": [elected(world["p0"], "secretary")],
    }
    made = await ended.post("/v1/committees", json=document)
    assert made.status_code == 201, made.text
    committee = made.json()["id"]
    then = (await ended.get(f"/v1/committees/{committee}", params={"on": "2026-04-30"})).json()
    assert then["periods"] == [{"from": "2024-01-01", "to": DAY}]
    assert [one["periods"] for one in then["seats"]] == [then["periods"]]
    seat = {"committee_id": committee, "from": "2025-01-01", **elected(world["p1"])}
    given = await ended.post("/v1/seats", json={"seats": [seat]})
    assert given.status_code == 201, given.text
    after = await ended.post("/v1/committees", json=document | {"from": DAY, "kind": "inspection"})
    assert after.json()["code"] == "committee_outside_life"
    assert await sound(ended)


async def test_a_status_decided_before_the_end_is_recorded_with_its_votes(
    ended: Client, sign_in: SignIn, world: World
) -> None:
    votes = [
        {
            "step": "cell",
            "organization_id": str(world["health-2"]),
            "held_on": "2026-03-02",
            "summoned": 1,
            "in_favour": 1,
        }
    ]
    said = {"effective_on": "2026-03-10", "activity_status": "exempted", "ballots": votes}
    decided = await act(ended, world["p3"], "statuses", **said)
    assert decided["member"]["activity_status"] == "exempted"
    ballots = (await ended.get("/v1/ballots", params={"organization": str(world["health-2"])})).json()[
        "items"
    ]
    assert [one["held_on"] for one in ballots] == ["2026-03-02"]
    assert await sound(ended)


async def test_a_member_leaves_by_the_votes_of_bodies_that_ended_since(
    ended: Client, sign_in: SignIn, world: World
) -> None:
    votes = [
        {"step": step, "organization_id": str(world[body]), "held_on": day, "summoned": 3, "in_favour": 3}
        for step, body, day in (("cell", "health-2", "2026-03-02"), ("grassroots", "health", "2026-03-05"))
    ]
    left = await act(
        ended,
        world["p3"],
        "exits",
        effective_on="2026-03-10",
        exit_reason="resigned",
        ballots=votes,
        decided_by=str(world["bloc"]),
    )
    assert left["member"]["exit_reason"] == "resigned"
    assert await sound(ended)


async def test_a_member_is_introduced_to_a_body_that_ended_since_and_received_there(
    ended: Client, sign_in: SignIn, world: World
) -> None:
    document = {
        "member_ids": [str(world["p4"])],
        "kind": "official",
        "introduced_on": "2026-03-02",
        "to_organization_id": str(world["health"]),
    }
    answer = await ended.post("/v1/transfers", json=document)
    assert answer.status_code == 201, answer.text
    address = f"/v1/transfers/{answer.json()['items'][0]['transfer_id']}"
    etag = (await ended.get(address)).headers["etag"]
    said = {"step": "receive", "on": "2026-04-10", "cell_id": str(world["health-2"])}
    received = await ended.post(f"{address}/steps", json=said, headers={"If-Match": etag})
    assert received.status_code == 200, received.text
    assert [one["to_cell_id"] for one in received.json()["followed"]] == [str(world["health-1"])]
    assert await sound(ended)
