"""Who left the register by a detour, through another cell of it, comes back to the cell of the day before."""

from typing import Any

import pytest
from acts import elected, establish, read_member
from conftest import SignIn
from make import Client, World
from restructured import BOARD, absorbed, applied, carried_back, members, post, preview, reversal, stays

DAY, BETWEEN, LATER, MUCH_LATER = "2024-05-01", "2024-05-10", "2024-05-20", "2024-06-10"
PAPER = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2024-04-20"}


def handed_over(world: World, name: str) -> dict[str, Any]:
    return {"kind": "hand_over", "organizations": [str(world[name])], "outside": "Đảng bộ Bộ Y tế"}


def given_off(world: World, member: str = "p2", **more: Any) -> list[dict[str, Any]]:
    """A member of health-1 goes to health-2, which is handed over then."""
    parts = [{"to": str(world["health-2"]), "members": [str(world[member])]}]
    divided = {"kind": "split", "organization": str(world["health-1"]), "parts": parts, **more}
    return [divided, handed_over(world, "health-2")]


async def verified(sign_in: SignIn) -> bool:
    auditor = await sign_in("auditor", "province")
    return bool((await auditor.get("/v1/verify")).json()["sound"])


async def two(sign_in: SignIn) -> tuple[Client, Client]:
    return await sign_in(BOARD, "province"), await sign_in(BOARD, "province")


async def seats_of(client: Client, member: Any, on: str) -> list[Any]:
    found = await client.get("/v1/seats", params={"member": str(member), "on": on})
    return list(found.json()["items"])


async def last_stay(client: Client, member: Any) -> tuple[str | None, str, str | None]:
    return (await stays(client, member))[-1]


@pytest.mark.parametrize("survives", [True, False])
async def test_who_was_split_off_into_what_was_handed_over_comes_back_to_the_cell_that_was_divided(
    sign_in: SignIn, world: World, survives: bool
) -> None:
    proposer, approver = await two(sign_in)
    rest = {"source_survives": True} if survives else {"rest": str(world["court"])}
    one = await applied(proposer, approver, *given_off(world, **rest), on=DAY)
    assert (await read_member(approver, world["p2"], on=LATER))["exit_reason"] == "transferred_out"
    back = await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    divided = world["health-1"] if survives else back["keys"][f"#{world['health-1']}"]
    assert await stays(approver, world["p2"]) == [
        (str(world["health-1"]), "2023-01-01", DAY),
        (None, DAY, LATER),
        (str(divided), LATER, None),
    ]
    assert await members(approver, divided, LATER) == sorted(str(world[name]) for name in ("p0", "p1", "p2"))
    other = back["keys"][f"#{world['health-2']}"]
    assert await members(approver, other, LATER) == [str(world["p3"])]
    assert await verified(sign_in)


async def test_who_was_split_off_a_cell_that_became_a_committee_comes_back_as_that_is_a_cell_again(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    new = {"kind": "establish", "key": "#a", "parent": str(world["health-1"]), "type": "affiliated_cell"}
    upgraded = {
        "kind": "upgrade",
        "organization": str(world["health-1"]),
        "type": "grassroots_committee",
        "parent": str(world["bloc"]),
        "parts": [{"to": "#a", "members": [str(world["p0"]), str(world["p1"])]}],
        "rest": str(world["health-2"]),
    }
    asked = [
        ("R-ORG-10", "#a"),
        *((rule, str(world["health-1"])) for rule in ("R-ORG-10", "R-ORG-11", "R-ORG-17")),
    ]
    excuses = [{"rule": rule, "organization": key, "decision": PAPER} for rule, key in asked]
    measures = [{**new, "name": "Chi bộ Khoa Dược"}, upgraded, handed_over(world, "health-2")]
    one = await applied(proposer, approver, *measures, on=DAY, excuses=excuses)
    assert (await read_member(approver, world["p2"], on=LATER))["exit_reason"] == "transferred_out"
    draft = await reversal(proposer, one, LATER)
    few = [{"rule": "R-ORG-10", "organization": str(world["health-1"]), "decision": PAPER}]
    few += [{**few[0], "organization": f"#{world['health-2']}"}]
    draft = await post(
        proposer, f"/{draft['id']}/edits", {**draft["document"], "excuses": few}, 200, draft["version"]
    )
    seen = await preview(proposer, draft)
    assert not seen["blocked"], seen["conflicts"]
    assert seen["ledger"]["received"] == 2
    digest = {"digest": seen["digest"]}
    back = await post(proposer, f"/{draft['id']}/submissions", digest, 200, draft["version"])
    back = await post(approver, f"/{draft['id']}/approvals", digest, 200, back["version"])
    await post(approver, f"/{draft['id']}/applications", None, 200, back["digest"])
    everybody = sorted(str(world[name]) for name in ("p0", "p1", "p2"))
    assert await members(approver, world["health-1"], LATER) == everybody
    assert await verified(sign_in)


async def test_who_comes_back_to_a_cell_that_was_closed_meanwhile_goes_on_where_its_roll_went(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, *given_off(world, source_survives=True), on=DAY)
    await applied(proposer, approver, absorbed(world, "health-1", "court"), on=BETWEEN)
    draft = await reversal(proposer, one, LATER)
    assert (await preview(proposer, draft))["ledger"]["received"] == 2
    await carried_back(proposer, approver, draft)
    assert await last_stay(approver, world["p2"]) == (str(world["court"]), LATER, None)
    assert await verified(sign_in)


async def test_who_comes_back_to_a_cell_that_is_closed_later_goes_on_then_where_its_roll_goes(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    await establish(proposer, world, "health", size=2, seats=[elected(world["p1"])])
    one = await applied(proposer, approver, *given_off(world, "p1", source_survives=True), on=DAY)
    later = await applied(proposer, approver, absorbed(world, "health-1", "court"), on=MUCH_LATER)
    draft = await reversal(proposer, one, LATER)
    seen = await preview(proposer, draft)
    assert seen["ledger"]["received"] == 2
    address = f"/v1/restructurings/{draft['id']}/previews/{seen['id']}/rows"
    rows = (await proposer.get(address, params={"thing": "member"})).json()["items"]
    way = [
        (row["to_id"], row["detail"]["from"], row["detail"]["to"])
        for row in rows
        if row["id"] == str(world["p1"])
    ]
    assert sorted(way, key=lambda each: str(each[1])) == [
        (str(world["health-1"]), LATER, MUCH_LATER),
        (str(world["court"]), MUCH_LATER, None),
    ]
    back = await carried_back(proposer, approver, draft)
    assert await stays(approver, world["p1"]) == [
        (str(world["health-1"]), "2023-01-01", DAY),
        (None, DAY, LATER),
        (str(world["health-1"]), LATER, MUCH_LATER),
        (str(world["court"]), MUCH_LATER, None),
    ]
    sitting = [await seats_of(approver, world["p1"], on) for on in (LATER, MUCH_LATER)]
    assert [len(each) for each in sitting] == [1, 0]
    assert await verified(sign_in)
    reason = {"reason": "Ghi nhầm"}
    later = await post(proposer, f"/{later['id']}/annulment-proposals", reason, 200, later["version"])
    refused = await post(approver, f"/{later['id']}/annulments", reason, 409, later["version"])
    assert (refused["rule"], refused["dependent_operations"][0]["id"]) == ("R-REV-1", back["operation_id"])


async def test_who_comes_back_to_a_cell_that_is_handed_over_later_leaves_again_with_it(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, *given_off(world, source_survives=True), on=DAY)
    await applied(proposer, approver, handed_over(world, "health-1"), on=MUCH_LATER)
    await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    assert (await stays(approver, world["p2"]))[1:] == [
        (None, DAY, LATER),
        (str(world["health-1"]), LATER, MUCH_LATER),
        (None, MUCH_LATER, None),
    ]
    assert await verified(sign_in)


async def test_who_comes_back_to_a_cell_that_was_handed_over_meanwhile_stays_outside(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, *given_off(world, source_survives=True), on=DAY)
    await applied(proposer, approver, handed_over(world, "health-1"), on=BETWEEN)
    draft = await reversal(proposer, one, LATER)
    assert (await preview(proposer, draft))["ledger"]["received"] == 1
    await carried_back(proposer, approver, draft)
    assert await last_stay(approver, world["p2"]) == (None, DAY, None)
    assert await verified(sign_in)


async def test_who_comes_back_to_a_cell_that_ended_and_was_established_again_comes_to_the_new_one(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, *given_off(world, source_survives=True), on=DAY)
    closed = await applied(proposer, approver, absorbed(world, "health-1", "court"), on=BETWEEN)
    renewed = await carried_back(proposer, approver, await reversal(proposer, closed, "2024-05-15"))
    await carried_back(proposer, approver, await reversal(proposer, one, LATER))
    again = renewed["keys"][f"#{world['health-1']}"]
    assert await last_stay(approver, world["p2"]) == (again, LATER, None)
    assert await verified(sign_in)
