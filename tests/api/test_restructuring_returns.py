"""A reversed hand-over: the organizations are received again, and those of their members who are still outside."""

from typing import Any

import pytest
from acts import act, create_member, elected, establish, membership, read_member
from asyncpg import Connection
from conftest import SignIn
from make import Client, World
from restructured import BOARD, applied, believed, carried_back, post, preview, reversal, stays

DAY, BETWEEN, LATER = "2024-05-01", "2024-05-10", "2024-05-20"


def handed_over(world: World, name: str = "health") -> dict[str, Any]:
    return {"kind": "hand_over", "organizations": [str(world[name])], "outside": "Đảng bộ Bộ Y tế"}


async def roll(client: Client, organization: Any, on: str) -> list[tuple[str, str]]:
    answer = await client.get("/v1/members", params={"cell": str(organization), "on": on})
    assert answer.status_code == 200, answer.text
    return sorted((one["id"], one["standing"]) for one in answer.json()["items"])


def told(world: World, *members: tuple[str, str]) -> list[tuple[str, str]]:
    return sorted((str(world[name]), standing) for name, standing in members)


async def verified(sign_in: SignIn) -> bool:
    auditor = await sign_in("auditor", "province")
    return bool((await auditor.get("/v1/verify")).json()["sound"])


async def exempted(client: Client, world: World) -> None:
    said = {"effective_on": "2024-01-01", "activity_status": "exempted", "reason": "Sức khỏe yếu"}
    await act(client, world["p1"], "statuses", **said)


async def left(client: Client, member: Any) -> None:
    """Somebody who was handed over has died meanwhile."""
    said = {"fact": "membership", "period": {"from": BETWEEN}, "value": {"exit_reason": "deceased"}}
    await act(client, member, "corrections", **said, reason="Từ trần")


async def arrived(client: Client, world: World, member: str) -> None:
    """Somebody who was handed over has come back to another cell meanwhile."""
    paper = {"issuer": "Đảng ủy Bộ Y tế", "number": "5-GT", "signed_on": "2024-05-04"}
    body = {
        "from_outside": "Đảng bộ Bộ Y tế",
        "introduced_on": "2024-05-05",
        "member": {
            "member_id": str(world[member]),
            "cell_id": str(world["court"]),
            "standing": "official",
            "since": BETWEEN,
        },
        "decisions": [paper],
    }
    answer = await client.post("/v1/transfers/arrivals", json=body)
    assert answer.status_code == 201, answer.text


async def test_members_seats_and_roles_come_back_with_what_was_handed_over(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    secretary = await sign_in("cell_secretary", "health-1")
    await establish(proposer, world, "health-1", size=1, seats=[elected(world["p0"], "secretary")])
    await exempted(proposer, world)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    assert (await read_member(approver, world["p1"], on=LATER))["exit_reason"] == "transferred_out"

    draft = await reversal(proposer, one, LATER)
    kinds = [(measure["kind"], measure["outside"]) for measure in draft["document"]["measures"]]
    assert kinds == [("receive", "Đảng bộ Bộ Y tế")] * 3
    seen = await preview(proposer, draft)
    assert seen["ledger"] == {"before": 0, "received": 4, "handed_over": 0, "after": 4}
    assert {"thing": "member", "effect": "moves", "count": 4} in seen["counts"]
    rows = await proposer.get(
        f"/v1/restructurings/{draft['id']}/previews/{seen['id']}/rows", params={"thing": "member"}
    )
    again = {name: draft["keys"][f"#{world[name]}"] for name in ("health", "health-1", "health-2")}
    assert sorted((row["id"], row["from_id"], row["to_id"]) for row in rows.json()["items"]) == sorted(
        (str(world[member]), None, again[cell])
        for member, cell in (("p0", "health-1"), ("p1", "health-1"), ("p2", "health-1"), ("p3", "health-2"))
    )

    await carried_back(proposer, approver, draft)
    roll_of_1 = told(world, ("p0", "official"), ("p1", "official"), ("p2", "probationary"))
    assert await roll(approver, again["health-1"], LATER) == roll_of_1
    assert await roll(approver, again["health-2"], LATER) == told(world, ("p3", "official"))
    assert await stays(approver, world["p2"]) == [
        (str(world["health-1"]), "2023-01-01", DAY),
        (None, DAY, LATER),
        (again["health-1"], LATER, None),
    ]
    assert (await read_member(approver, world["p1"], on=LATER))["activity_status"] == "exempted"
    sitting = await approver.get("/v1/seats", params={"organization": again["health-1"], "on": LATER})
    assert [seat["member_id"] for seat in sitting.json()["items"]] == [str(world["p0"])]
    assert (await secretary.get(f"/v1/organizations/{again['health-1']}")).status_code == 200
    known = await approver.get(
        "/v1/organizations", params={"system": "test", "external_id": "health-1", "on": LATER}
    )
    assert [found["id"] for found in known.json()["items"]] == [again["health-1"]]
    assert await verified(sign_in)


async def test_who_died_or_went_another_way_meanwhile_stays_so(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    await left(proposer, world["p1"])
    await arrived(proposer, world, "p3")
    await arrived(proposer, world, "p0")
    again = {"period": {"from": "2024-05-15"}, "value": {"exit_reason": "transferred_out"}}
    await act(proposer, world["p0"], "corrections", fact="membership", reason="Chuyển đi", **again)
    draft = await reversal(proposer, one, LATER)
    assert (await preview(proposer, draft))["ledger"]["received"] == 1
    back = await carried_back(proposer, approver, draft)
    cell = back["keys"][f"#{world['health-1']}"]
    assert await roll(approver, cell, LATER) == told(world, ("p2", "probationary"))
    assert (await read_member(approver, world["p1"], on=LATER))["exit_reason"] == "deceased"
    assert (await read_member(approver, world["p3"], on=LATER))["cell"]["id"] == str(world["court"])
    assert await verified(sign_in)


async def test_what_is_found_late_of_those_handed_over_comes_back_with_them(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    late = await create_member(proposer, world, "health-2")
    assert late["exit_reason"] == "transferred_out"
    accepted = membership(world["health-1"], "official", **{"from": "2024-03-01", "to": DAY})
    await act(proposer, world["p2"], "corrections", **accepted)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    assert (await read_member(approver, world["p2"], on=LATER))["standing"] == "official"
    cell = back["keys"][f"#{world['health-2']}"]
    assert (late["id"], "official") in await roll(approver, cell, LATER)
    assert await verified(sign_in)


async def test_what_was_known_of_days_to_come_comes_back_too(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    accepted = {"effective_on": "2024-05-25", "standing": "official", "reason": "Công nhận"}
    await act(proposer, world["p2"], "changes", **accepted)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    cell = back["keys"][f"#{world['health-1']}"]
    found = [(await read_member(approver, world["p2"], on=on)) for on in (LATER, "2024-05-25")]
    assert [(one["standing"], one["cell"]["id"]) for one in found] == [
        ("probationary", cell),
        ("official", cell),
    ]
    assert await verified(sign_in)


async def test_members_who_were_brought_into_what_was_handed_over_go_back_where_they_were(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    part = {"to": str(world["health-2"]), "members": [str(world["p2"])]}
    divided = {
        "kind": "split",
        "organization": str(world["health-1"]),
        "source_survives": True,
        "parts": [part],
    }
    merged = {"kind": "merge_absorb", "sources": [str(world["court"])], "into": str(world["health-2"])}
    one = await applied(proposer, approver, divided, merged, handed_over(world, "health-2"), on=DAY)
    assert (await read_member(approver, world["p2"], on=LATER))["exit_reason"] == "transferred_out"
    draft = await reversal(proposer, one, LATER)
    assert (await preview(proposer, draft))["ledger"] == {
        "before": 2,
        "received": 3,
        "handed_over": 0,
        "after": 5,
    }
    back = await carried_back(proposer, approver, draft)
    assert (str(world["p2"]), "probationary") in await roll(approver, world["health-1"], LATER)
    again = back["keys"][f"#{world['court']}"]
    assert await roll(approver, again, LATER) == told(world, ("p4", "official"))
    assert await verified(sign_in)


async def test_a_reversed_reversal_hands_over_again_and_may_be_reversed(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    first = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    draft = await reversal(proposer, first, "2024-05-25")
    assert [measure["kind"] for measure in draft["document"]["measures"]] == ["hand_over"]
    second = await carried_back(proposer, approver, draft)
    for member in ("p0", "p1", "p2", "p3"):
        assert (await read_member(approver, world[member], on="2024-05-25"))["exit_reason"]
    third = await carried_back(proposer, approver, await reversal(proposer, second, "2024-05-28"))
    once = first["keys"][f"#{world['health-2']}"]
    again = third["keys"][f"#{once}"]
    assert await roll(approver, again, "2024-05-28") == told(world, ("p3", "official"))
    assert await verified(sign_in)


async def test_an_annulled_reversal_of_a_hand_over_leaves_no_day_different(
    sign_in: SignIn, world: World, connection: Connection
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await establish(proposer, world, "health-1", size=1, seats=[elected(world["p0"], "secretary")])
    await exempted(proposer, world)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    before = await believed(connection)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    during = await believed(connection)
    changed = {name for name in before if before[name] != during[name]}
    assert changed >= {"membership", "placement", "activity", "seat", "organization_external_id"}
    reason = {"reason": "Ghi nhầm"}
    back = await post(proposer, f"/{back['id']}/annulment-proposals", reason, 200, back["version"])
    await post(approver, f"/{back['id']}/annulments", reason, 200, back["version"])
    assert await believed(connection) == before
    assert await verified(sign_in)


async def test_a_reversal_is_refused_when_who_comes_back_is_another_than_was_previewed(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    draft = await reversal(proposer, one, LATER)
    await arrived(proposer, world, "p1")
    approved = await carried_back(proposer, approver, draft, apply=False)
    await left(proposer, world["p2"])
    refused = await post(approver, f"/{approved['id']}/applications", None, 412, approved["digest"])
    assert refused["code"] == "preview_stale"
    assert [(row["now"], row["thing"], row["id"]) for row in refused["rows"]] == [
        (False, "member", str(world["p2"]))
    ]


async def test_what_was_known_of_days_to_come_is_meant_of_the_cell_where_one_was_found_to_be(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    accepted = {"effective_on": "2024-05-25", "standing": "official", "reason": "Công nhận"}
    await act(proposer, world["p2"], "changes", **accepted)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    elsewhere = membership(world["health-2"], "probationary", **{"from": "2024-03-01", "to": DAY})
    await act(proposer, world["p2"], "corrections", **elsewhere)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    cell = back["keys"][f"#{world['health-2']}"]
    for on, standing in ((LATER, "probationary"), ("2024-05-25", "official")):
        assert (str(world["p2"]), standing) in await roll(approver, cell, on)
    assert await verified(sign_in)


async def test_what_was_known_of_the_very_day_comes_back_too(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    accepted = {"effective_on": DAY, "standing": "official", "reason": "Công nhận"}
    await act(proposer, world["p2"], "changes", **accepted)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    cell = back["keys"][f"#{world['health-1']}"]
    assert (str(world["p2"]), "official") in await roll(approver, cell, LATER)
    assert await verified(sign_in)


@pytest.mark.parametrize(("known", "found"), [("exempted", None), (None, "exempted")])
async def test_who_comes_back_takes_part_as_was_found_since(
    sign_in: SignIn, world: World, known: str | None, found: str | None
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    if known:
        await exempted(proposer, world)
    one = await applied(proposer, approver, handed_over(world), on=DAY)
    said = {"period": {"from": "2024-01-01", "to": DAY}, "value": {"status": found} if found else None}
    await act(proposer, world["p1"], "corrections", fact="activity", reason="Ghi nhầm", **said)
    await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    assert (await read_member(approver, world["p1"], on=LATER))["activity_status"] == (found or "active")
    assert await verified(sign_in)
