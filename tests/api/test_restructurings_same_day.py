"""Documents that take effect on one day, and the way back from each of them alone."""

from typing import Any

import pytest
from acts import act, create_member
from conftest import SignIn
from make import Client, World
from restructured import (
    BOARD,
    DAY,
    LATER,
    absorbed,
    applied,
    carried_back,
    members,
    reversal,
)


@pytest.fixture
async def two(sign_in: SignIn) -> tuple[Client, Client]:
    return await sign_in(BOARD, "province"), await sign_in(BOARD, "province")


def renamed(world: World, name: str) -> dict[str, Any]:
    return {"kind": "rename", "organization": str(world["health-2"]), "name": name}


def moved(world: World, organization: str, to: str) -> dict[str, Any]:
    return {"kind": "transfer", "organizations": [str(world[organization])], "to": str(world[to])}


async def test_who_had_come_by_another_document_of_the_day_goes_back_to_where_that_had_led(
    two: tuple[Client, Client], world: World
) -> None:
    proposer, approver = two
    await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    one = await applied(proposer, approver, absorbed(world, "health-1", "town-1"))
    back = await carried_back(proposer, approver, await reversal(proposer, one))
    again = back["keys"][f"#{world['health-1']}"]
    everybody = sorted(str(world[name]) for name in ("p0", "p1", "p2", "p3"))
    assert await members(approver, again, LATER) == everybody


@pytest.mark.parametrize("since", [DAY, "2026-04-30"])
async def test_who_had_come_into_the_cell_on_the_day_goes_back_to_it(
    sign_in: SignIn, two: tuple[Client, Client], world: World, since: str
) -> None:
    proposer, approver = two
    office = await sign_in("grassroots_office", "province")
    came = {"effective_on": since, "cell_id": str(world["health-2"]), "reason": "Chuyển công tác"}
    await act(office, world["p4"], "changes", **came)
    new = await create_member(office, world, "health-2", since=since)
    one = await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    back = await carried_back(proposer, approver, await reversal(proposer, one))
    again = back["keys"][f"#{world['health-2']}"]
    assert await members(approver, again, LATER) == sorted([str(world["p3"]), str(world["p4"]), new["id"]])


async def test_what_another_document_of_the_day_had_said_of_it_holds_again(
    two: tuple[Client, Client], world: World
) -> None:
    proposer, approver = two
    await applied(proposer, approver, renamed(world, "Chi bộ Tên Mới"), moved(world, "health-2", "town"))
    one = await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    (founding,) = [
        m for m in (await reversal(proposer, one))["document"]["measures"] if m["kind"] == "establish"
    ]
    assert (founding["name"], founding["parent"]) == ("Chi bộ Tên Mới", str(world["town"]))


@pytest.mark.parametrize("since", [DAY, "2026-04-30"])
async def test_a_sector_named_on_the_day_is_named_again(
    two: tuple[Client, Client], world: World, since: str
) -> None:
    proposer, approver = two
    address = f"/v1/organizations/{world['health-2']}"
    etag = (await proposer.get(address)).headers["etag"]
    named = {"effective_on": since, "sector": "hospital"}
    answer = await proposer.post(f"{address}/changes", json=named, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    one = await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    measures = (await reversal(proposer, one))["document"]["measures"]
    assert [(each["sector"], each["external_ids"]) for each in measures if each["kind"] == "establish"] == [
        ("hospital", {"test": "health-2"})
    ]


async def test_what_another_document_of_the_day_has_said_of_it_since_stays(
    two: tuple[Client, Client], world: World
) -> None:
    proposer, approver = two
    one = await applied(proposer, approver, renamed(world, "Chi bộ Một"), moved(world, "health-2", "town"))
    await applied(proposer, approver, renamed(world, "Chi bộ Hai"))
    measures = (await reversal(proposer, one))["document"]["measures"]
    assert [each["kind"] for each in measures] == ["transfer"]


async def test_what_another_document_of_the_day_had_begun_is_not_ended(
    two: tuple[Client, Client], world: World
) -> None:
    proposer, approver = two
    founding = {"kind": "establish", "key": "#new", "parent": str(world["health"]), "name": "Chi bộ mới"}
    paper = {"issuer": "Đảng ủy Khối", "number": "7-CV/ĐUK", "signed_on": "2024-04-01"}
    excuses = [{"rule": "R-ORG-10", "organization": "#new", "decision": paper}]
    first = await applied(proposer, approver, {**founding, "type": "affiliated_cell"}, excuses=excuses)
    new = first["keys"]["#new"]
    excuses = [{**excuses[0], "organization": new}]
    rename = {"kind": "rename", "organization": new, "name": "Chi bộ Khác"}
    one = await applied(proposer, approver, rename, excuses=excuses)
    measures = (await reversal(proposer, one))["document"]["measures"]
    assert [(each["kind"], each["name"]) for each in measures] == [("rename", "Chi bộ mới")]


def handed_over(world: World, name: str) -> dict[str, Any]:
    return {"kind": "hand_over", "organizations": [str(world[name])], "outside": "Đảng bộ Bộ Y tế"}


@pytest.mark.parametrize("out", [False, True])
@pytest.mark.parametrize("next_day", [DAY, "2026-05-02"])
async def test_who_was_found_late_goes_back_by_each_of_two_documents_as_all_do(
    sign_in: SignIn, two: tuple[Client, Client], world: World, out: bool, next_day: str
) -> None:
    """health-2 goes into health-1, and that into town-1 or out of the register; then back, one after the other."""
    proposer, approver = two
    office = await sign_in("grassroots_office", "province")
    first = await applied(proposer, approver, absorbed(world, "health-2", "health-1"))
    onward = handed_over(world, "health-1") if out else absorbed(world, "health-1", "town-1")
    second = await applied(proposer, approver, onward, on=next_day)
    late = await create_member(office, world, "health-2")
    of_2 = sorted([late["id"], str(world["p3"])])
    of_1 = sorted(str(world[name]) for name in ("p0", "p1", "p2"))
    back = await carried_back(proposer, approver, await reversal(proposer, second))
    once = back["keys"][f"#{world['health-1']}"]
    assert await members(approver, once, LATER) == sorted([*of_1, *of_2])
    back = await carried_back(proposer, approver, await reversal(proposer, first, "2026-05-25"))
    again = back["keys"][f"#{world['health-2']}"]
    assert await members(approver, again, "2026-05-25") == of_2
    assert await members(approver, once, "2026-05-25") == of_1
    auditor = await sign_in("auditor", "province")
    assert (await auditor.get("/v1/verify")).json()["sound"]
