"""Applied restructurings undone after other acts: what rests on them stands in the way, what was between stays."""

from typing import Any

from acts import act, create_member, elected, establish
from conftest import SignIn
from make import Client, World
from restructured import (
    BOARD,
    DAY,
    LATER,
    UPPER,
    applied,
    carried_back,
    committee,
    document,
    members,
    merge,
    post,
    preview,
    reversal,
    stays,
)

REASON = {"reason": "Ghi nhầm đơn vị"}


async def two(sign_in: SignIn) -> tuple[Client, Client]:
    return await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")


async def unsound(sign_in: SignIn) -> list[str]:
    auditor = await sign_in("auditor", "province")
    checked = (await auditor.get("/v1/verify")).json()["checked"]
    return [one["check"] for one in checked if one["offending_count"]]


async def annulled(proposer: Client, approver: Client, one: Any, status: int = 200) -> Any:
    one = (await proposer.get(f"/v1/restructurings/{one['id']}")).json()
    one = await post(proposer, f"/{one['id']}/annulment-proposals", REASON, 200, one["version"])
    return await post(approver, f"/{one['id']}/annulments", REASON, status, one["version"])


async def introduced(client: Client, world: World) -> None:
    """p3 is on the way elsewhere, from the cell into which the merge brought him."""
    asked = {
        "member_ids": [str(world["p3"])],
        "kind": "official",
        "introduced_on": "2026-06-02",
        "to_organization_id": str(world["town"]),
    }
    answer = await client.post("/v1/transfers", json=asked)
    assert answer.status_code == 201, answer.text


async def test_a_transfer_from_where_it_had_brought_a_member_stands_in_the_way_of_an_annulment(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    await introduced(await sign_in(BOARD, "province"), world)
    refused = await annulled(proposer, approver, one, 409)
    kinds = [each["kind"] for each in refused["dependent_operations"] if each]
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1), kinds


async def test_a_transfer_of_before_that_it_had_led_on_does_not(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    await introduced(await sign_in(BOARD, "province"), world)
    one = await applied(proposer, approver, merge(world))
    assert (await annulled(proposer, approver, one))["state"] == "annulled"
    assert await unsound(sign_in) == []


async def test_a_seat_over_where_it_had_brought_a_member_stands_in_the_way(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    await committee(proposer, world["health-1"], world["p3"])
    refused = await annulled(proposer, approver, one, 409)
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1)


async def test_a_seat_over_both_cells_does_not(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    await committee(proposer, world["health"], world["p3"])
    assert (await annulled(proposer, approver, one))["state"] == "annulled"
    assert await unsound(sign_in) == []


async def test_an_annulment_puts_no_cell_below_what_has_become_a_cell(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    cells = [str(world["health-1"]), str(world["health-2"])]
    paper = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2026-04-10"}
    excuses = [{"rule": "R-ORG-10", "organization": str(world["health"]), "decision": paper}]
    away = {"kind": "transfer", "organizations": cells, "to": str(world["town"])}
    one = await applied(proposer, approver, away, excuses=excuses)
    down = {
        "kind": "downgrade",
        "organization": str(world["health"]),
        "type": "grassroots_cell",
        "parent": str(world["province"]),
    }
    await applied(proposer, approver, down, on="2026-05-10", excuses=excuses)
    refused = await annulled(proposer, approver, one, 409)
    assert (refused["rule"], refused["source"] is None) == ("R-ORG-1", False)


async def test_a_reversal_is_not_edited_to_begin_before_what_it_reverses(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    draft = await reversal(proposer, one)
    asked = {**draft["document"], "effective_on": DAY}
    refused = await post(proposer, f"/{draft['id']}/edits", asked, 422, draft["version"])
    assert refused["errors"][0]["code"] == "reversed_before_it_began"


async def sitting(client: Client, world: World, back: Any) -> Any:
    again = back["keys"][f"#{world['health-2']}"]
    answer = await client.get("/v1/seats", params={"organization": again, "on": LATER})
    return [(one["member_id"], one["periods"]) for one in answer.json()["items"]]


async def test_a_seat_that_a_reversal_gives_back_ends_when_the_member_leaves(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    await committee(proposer, world["health-2"], world["p3"])
    one = await applied(proposer, approver, merge(world))
    await act(approver, world["p3"], "exits", effective_on="2026-06-15", exit_reason="deceased", reason="Mất")
    back = await carried_back(proposer, approver, await reversal(proposer, one))
    assert await sitting(approver, world, back) == [(str(world["p3"]), [{"from": LATER, "to": "2026-06-15"}])]
    assert await unsound(sign_in) == []


async def test_a_reversal_gives_no_seat_back_to_who_has_gone_elsewhere(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    await committee(proposer, world["health-2"], world["p3"])
    one = await applied(proposer, approver, merge(world))
    gone = {"effective_on": "2026-05-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    await act(approver, world["p3"], "changes", **gone)
    assert (
        await sitting(approver, world, await carried_back(proposer, approver, await reversal(proposer, one)))
        == []
    )
    assert await unsound(sign_in) == []


async def test_who_was_found_late_in_a_cell_comes_back_with_the_others(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    late = await create_member(await sign_in("grassroots_office", "health"), world, "health-2")
    back = await carried_back(proposer, approver, await reversal(proposer, one))
    again = back["keys"][f"#{world['health-2']}"]
    assert await members(approver, again, LATER) == sorted([str(world["p3"]), late["id"]])
    assert await unsound(sign_in) == []


async def test_whose_cell_of_before_is_corrected_does_not_come_back(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    said = {
        "fact": "membership",
        "period": {"from": "2023-01-01", "to": None},
        "value": {"cell_id": str(world["health-1"]), "standing": "official"},
        "reason": "Ghi nhầm",
    }
    await act(approver, world["p3"], "corrections", **said)
    draft = await reversal(proposer, one)
    assert [each["kind"] for each in draft["document"]["measures"]] == ["establish"]


async def test_what_holds_again_carries_out_its_decision_still(sign_in: SignIn, world: World) -> None:
    proposer, approver = await two(sign_in)
    paper = {"issuer": "Đảng ủy Khối", "number": "1-QĐ/ĐU", "signed_on": "2026-04-20", "role": "decision"}
    one = await applied(proposer, approver, merge(world), decisions=[paper])
    await annulled(proposer, approver, await carried_back(proposer, approver, await reversal(proposer, one)))
    rename = {"kind": "rename", "organization": str(world["court"]), "name": "Chi bộ Tòa"}
    other = await post(proposer, "", document(rename, decisions=[paper]), 201)
    told = [each for each in (await preview(proposer, other))["conflicts"] if each["rule"] == "R-RS-2"]
    assert [each["value"] for each in told] == [one["id"]]


async def test_who_leaves_before_a_reversal_of_a_day_to_come_is_not_brought_back(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await two(sign_in)
    one = await applied(proposer, approver, merge(world))
    await carried_back(proposer, approver, await reversal(proposer, one, "2027-03-01"))
    gone = {"effective_on": "2026-12-15", "cell_id": str(world["court"]), "reason": "Chuyển công tác"}
    await act(approver, world["p3"], "changes", **gone)
    assert (await stays(approver, world["p3"]))[1:] == [
        (str(world["health-1"]), DAY, "2026-12-15"),
        (str(world["court"]), "2026-12-15", None),
    ]
    assert await unsound(sign_in) == []


def parted(world: World) -> dict[str, Any]:
    """p3 goes from health-2 to health-1."""
    part = {"to": str(world["health-1"]), "members": [str(world["p3"])]}
    return {
        "kind": "split",
        "organization": str(world["health-2"]),
        "source_survives": True,
        "parts": [part],
    }


def away(world: World) -> dict[str, Any]:
    return {"kind": "transfer", "organizations": [str(world["health-2"])], "to": str(world["town"])}


async def test_a_seat_over_where_the_cell_of_before_once_stood_stands_in_the_way(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await applied(proposer, approver, away(world), on="2026-04-01")
    one = await applied(proposer, approver, parted(world))
    await establish(proposer, world, "health", size=1, seats=[elected(world["p3"])], **{"from": LATER})
    refused = await annulled(proposer, approver, one, 409)
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1)


async def test_a_seat_over_where_the_cell_had_been_brought_stands_in_the_way(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    one = await applied(proposer, approver, away(world))
    await establish(proposer, world, "town", size=1, seats=[elected(world["p3"])], **{"from": LATER})
    refused = await annulled(proposer, approver, one, 409)
    assert (refused["rule"], refused["dependent_operations_count"]) == ("R-REV-1", 1)


async def test_a_seat_over_where_the_cell_stands_again_does_not(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await create_member(await sign_in("grassroots_office", "health"), world, "health-2")
    one = await applied(proposer, approver, parted(world), away(world))
    await establish(proposer, world, "health", size=1, seats=[elected(world["p3"])], **{"from": LATER})
    assert (await annulled(proposer, approver, one))["state"] == "annulled"
    assert await unsound(sign_in) == []
