"""An applied restructuring reversed by a document of its own: from its day on as before; the time between stays."""

from typing import Any

import pytest
from acts import act, elected, establish
from conftest import SignIn
from make import Client, World
from restructured import (
    BOARD,
    DAY,
    LATER,
    UPPER,
    absorbed,
    applied,
    carried_back,
    committee,
    members,
    merge,
    post,
    preview,
    reversal,
)


async def test_a_reversed_merge_brings_members_committee_and_roles_back(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    secretary = await sign_in("cell_secretary", "health-2")
    await committee(proposer, world["health-2"], world["p3"])
    one = await applied(proposer, approver, merge(world))
    assert len(await members(approver, world["health-1"], LATER)) == 4

    back = await carried_back(proposer, approver, await reversal(proposer, one))
    assert (back["state"], back["reverses"]) == ("applied", one["id"])
    again = back["keys"][f"#{world['health-2']}"]
    assert await members(approver, again, LATER) == [str(world["p3"])]
    assert len(await members(approver, world["health-1"], LATER)) == 3
    assert len(await members(approver, world["health-1"], "2026-05-19")) == 4
    named = (await approver.get(f"/v1/organizations/{again}", params={"on": LATER})).json()
    assert (named["code"], named["name"]) == ("C-health-2", "Chi bộ Văn phòng")
    sitting = (await approver.get("/v1/seats", params={"organization": again, "on": LATER})).json()["items"]
    assert [seat["member_id"] for seat in sitting] == [str(world["p3"])]
    assert (await secretary.get(f"/v1/organizations/{again}")).status_code == 200
    read = (await approver.get(f"/v1/restructurings/{one['id']}")).json()
    assert (read["state"], read["taken"][-1]["step"]) == ("reversed", "reverse")


async def test_a_preview_lists_committees_seats_and_roles_that_hold_again(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    await sign_in("cell_secretary", "health-2")
    body = await committee(proposer, world["health-2"], world["p3"])
    one = await applied(proposer, approver, merge(world))
    draft = await reversal(proposer, one)
    seen = await preview(proposer, draft)
    rows = (
        await proposer.get(f"/v1/restructurings/{draft['id']}/previews/{seen['id']}/rows?effect=returns")
    ).json()["items"]
    again, was = draft["keys"][f"#{world['health-2']}"], str(world["health-2"])
    assert {(row["organization_id"], row["to_id"], row["to_name"]) for row in rows} == {
        (was, again, "Chi bộ Văn phòng")
    }
    told = {row["thing"]: row for row in rows}
    assert sorted(told) == ["committee", "grant", "seat"]
    assert told["committee"]["id"] == body["id"]
    assert told["committee"]["detail"] == {"from": LATER, "to": "2028-01-31"}
    assert told["seat"]["full_name"] is not None
    assert told["grant"]["detail"]["role"] == "cell_secretary"
    counted = [(each["thing"], each["count"]) for each in seen["counts"] if each["effect"] == "returns"]
    assert sorted(counted) == [("committee", 1), ("grant", 1), ("seat", 1)]


@pytest.mark.parametrize(("on", "leaderless"), [("2024-05-20", False), ("2024-06-10", True)])
async def test_a_preview_tells_of_no_committee_missing_that_sits_again(
    sign_in: SignIn, world: World, on: str, leaderless: bool
) -> None:
    """The term of the committee ends on 1 June: what is established again later is told to have none."""
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    await establish(
        proposer, world, "health-2", size=1, seats=[elected(world["p3"], "secretary")], to="2024-06-01"
    )
    both = {
        "kind": "merge_absorb",
        "sources": [str(world["health-2"]), str(world["court"])],
        "into": str(world["health-1"]),
    }
    one = await applied(proposer, approver, both, on="2024-05-01")
    draft = await reversal(proposer, one, on)
    told = [each for each in (await preview(proposer, draft))["conflicts"] if each["code"] == "no_committee"]
    led, unled = (draft["keys"][f"#{world[name]}"] for name in ("health-2", "court"))
    assert [set(each["organizations"]) for each in told] == [{led, unled} if leaderless else {unled}]
    assert told[0]["count"] == (2 if leaderless else 1)


async def test_who_comes_back_holds_a_seat_above_again_but_not_one_he_is_not_below(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    above = await establish(proposer, world, "health", size=2, seats=[elected(world["p3"])])
    own = await establish(
        proposer, world, "health-2", size=1, seats=[elected(world["p3"], "secretary")], to="2028-01-01"
    )

    async def sits(on: str) -> list[str]:
        found = (await approver.get("/v1/seats", params={"member": str(world["p3"]), "on": on})).json()
        return sorted(seat["committee_id"] for seat in found["items"])

    one = await applied(proposer, approver, absorbed(world, "health-2", "court"), on="2024-05-01")
    assert await sits("2024-05-01") == []
    await carried_back(proposer, approver, await reversal(proposer, one, "2024-05-20"))
    assert above in await sits("2024-05-20")
    assert len(await sits("2024-05-20")) == 2
    assert own not in await sits("2024-05-20")


async def test_who_went_elsewhere_meanwhile_gets_no_seat_back(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    await establish(proposer, world, "health", size=2, seats=[elected(world["p3"])])
    await establish(proposer, world, "health-2", size=1, seats=[elected(world["p3"], "secretary")])
    one = await applied(proposer, approver, absorbed(world, "health-2", "court"), on="2024-05-01")
    gone = {"effective_on": "2024-05-10", "cell_id": str(world["town-1"]), "reason": "Chuyển công tác"}
    await act(proposer, world["p3"], "changes", **gone)
    await carried_back(proposer, approver, await reversal(proposer, one, "2024-05-20"))
    found = await approver.get("/v1/seats", params={"member": str(world["p3"]), "on": "2024-05-20"})
    assert found.json()["items"] == []


async def test_a_reversal_begins_after_what_it_reverses(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, merge(world))
    body = {"effective_on": DAY, "reason": "Thôi sáp nhập"}
    refused = await post(proposer, f"/{one['id']}/reversals", body, 422)
    assert refused["errors"][0]["code"] == "reversed_before_it_began"


async def test_what_an_annulled_reversal_had_reversed_holds_again(sign_in: SignIn, world: World) -> None:
    proposer, approver = await sign_in(UPPER, "bloc"), await sign_in(UPPER, "bloc")
    one = await applied(proposer, approver, merge(world))
    back = await carried_back(proposer, approver, await reversal(proposer, one))
    reason = {"reason": "Ghi nhầm"}
    back = await post(proposer, f"/{back['id']}/annulment-proposals", reason, 200, back["version"])
    await post(approver, f"/{back['id']}/annulments", reason, 200, back["version"])
    again = (await approver.get(f"/v1/restructurings/{one['id']}")).json()
    assert (again["state"], again["taken"][-1]["step"]) == ("applied", "reinstate")
    assert len(await members(approver, world["health-1"], LATER)) == 4
    again = await post(proposer, f"/{one['id']}/annulment-proposals", reason, 200, again["version"])
    again = await post(approver, f"/{one['id']}/annulments", reason, 200, again["version"])
    assert again["state"] == "annulled"


async def test_words_that_cannot_be_given_stop_a_document_in_its_preview(
    sign_in: SignIn, world: World
) -> None:
    proposer = await sign_in(UPPER, "bloc")
    new = {
        "kind": "establish",
        "parent": str(world["health"]),
        "type": "affiliated_cell",
        "name": "Chi bộ Khoa Dược",
    }
    measures = [
        {**new, "key": "#a", "external_ids": {"test": "court"}, "sector": "not_known"},
        {**new, "key": "#b", "external_ids": {"other": "same"}},
        {**new, "key": "#c", "external_ids": {"other": "same"}},
    ]
    draft = await post(proposer, "", {"effective_on": DAY, "measures": measures}, 201)
    seen = await post(proposer, f"/{draft['id']}/previews", None, 201)
    stopped = {
        (one["code"], one["pointer"]) for one in seen["conflicts"] if one["rule"] in ("R-ORG-16", "R-ORG-18")
    }
    assert stopped >= {
        ("external_id_taken", "/measures/0"),
        ("sector_unknown", "/measures/0"),
        ("external_id_taken", "/measures/1"),
        ("external_id_taken", "/measures/2"),
    }


async def seats_of_the_bloc(
    proposer: Client,
    approver: Client,
    world: World,
    size: int,
    seats: list[dict[str, Any]],
    **elected_since: str,
) -> str:
    """The bloc's committee loses the seats of who leaves it, and p4 is elected its secretary; then they come back."""
    body = await establish(proposer, world, "bloc", size=size, seats=seats)
    away = {"kind": "transfer", "organizations": [str(world["health-1"])], "to": str(world["town"])}
    one = await applied(proposer, approver, away, on="2024-05-01")
    seat = {**elected(world["p4"], "secretary"), "committee_id": body, **elected_since}
    answer = await proposer.post("/v1/seats", json={"seats": [seat]})
    assert answer.status_code == 201, answer.text
    await carried_back(proposer, approver, await reversal(proposer, one, "2024-05-20"))
    return body


async def sitting(client: Client, body: str, on: str) -> list[tuple[str, str]]:
    found = (await client.get("/v1/seats", params={"committee": body, "on": on})).json()["items"]
    return sorted((seat["member_id"], seat["title"]) for seat in found)


@pytest.mark.parametrize("order", [1, -1])
async def test_a_seat_whose_place_is_taken_keeps_no_other_from_coming_back(
    sign_in: SignIn, world: World, order: int
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    seats = [elected(world["p0"], "secretary"), elected(world["p1"])][::order]
    body = await seats_of_the_bloc(proposer, approver, world, 3, seats, **{"from": "2024-05-10"})
    assert await sitting(approver, body, "2024-05-20") == sorted(
        [(str(world["p1"]), "committee_member"), (str(world["p4"]), "secretary")]
    )


async def test_no_more_sit_again_than_the_committee_has_seats_on_any_day(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    seats = [elected(world["p0"]), elected(world["p1"])]
    body = await seats_of_the_bloc(proposer, approver, world, 2, seats, **{"from": "2024-07-01"})
    assert [len(await sitting(approver, body, on)) for on in ("2024-05-20", "2024-08-01")] == [1, 2]


def excuses(*few: tuple[str, str]) -> dict[str, Any]:
    """A superior's decision that what a rule asks need not be."""
    paper = {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "77-QĐ/TU", "signed_on": "2024-04-20"}
    return {"excuses": [{"rule": rule, "organization": key, "decision": paper} for rule, key in few]}


@pytest.mark.parametrize(("kind", "back"), [("upgrade", "downgrade"), ("retype", "retype")])
async def test_who_rose_by_decision_goes_down_by_decision_and_who_did_by_law_by_law(
    sign_in: SignIn, world: World, kind: str, back: str
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    cell = str(world["health-1"])
    named = {"organization": cell} if kind == "upgrade" else {"organizations": [cell]}
    moved = {"kind": "transfer", "organizations": [cell], "to": str(world["bloc"])}
    risen = {"kind": kind, "type": "grassroots_cell", **named}
    one = await applied(proposer, approver, moved, risen, on="2024-05-01", **excuses(("R-ORG-10", cell)))
    draft = await reversal(proposer, one, "2024-05-20")
    assert [each["kind"] for each in draft["document"]["measures"]] == ["transfer", back]


async def test_a_committee_that_was_a_cell_of_its_level_goes_down_by_decision(
    sign_in: SignIn, world: World
) -> None:
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    court = str(world["court"])
    founding = {
        "kind": "establish",
        "key": "#a",
        "parent": court,
        "type": "affiliated_cell",
        "name": "Chi bộ A",
    }
    risen = {"kind": "upgrade", "organization": court, "type": "grassroots_committee", "rest": "#a"}
    few = excuses(("R-ORG-10", "#a"), *((f"R-ORG-{n}", court) for n in (10, 11, 17)))
    one = await applied(proposer, approver, founding, risen, on="2024-05-01", **few)
    draft = await reversal(proposer, one, "2024-05-20")
    assert [each["kind"] for each in draft["document"]["measures"]] == ["downgrade", "dissolve"]


async def test_what_ended_and_was_established_again_is_led_back_as_what_it_was(
    sign_in: SignIn, world: World
) -> None:
    """health-2 takes over the court cell, is renamed and goes to the town; it is absorbed, and that is reversed."""
    proposer, approver = await sign_in(BOARD, "province"), await sign_in(BOARD, "province")
    of = str(world["health-2"])
    measures = (
        absorbed(world, "court", "health-2"),
        {"kind": "rename", "organization": of, "name": "Chi bộ Khác"},
        {"kind": "transfer", "organizations": [of], "to": str(world["town"])},
    )
    first = await applied(proposer, approver, *measures, on="2024-05-01")
    second = await applied(proposer, approver, absorbed(world, "health-2", "town-1"), on="2024-05-10")
    back = await carried_back(proposer, approver, await reversal(proposer, second, "2024-05-20"))
    once = back["keys"][f"#{of}"]
    draft = await reversal(proposer, first, "2024-05-25")
    court, *others = draft["document"]["measures"]
    assert (court["kind"], court["key"]) == ("establish", f"#{world['court']}")
    moved, renamed, split = others
    assert (moved["kind"], moved["organizations"], moved["to"]) == ("transfer", [once], str(world["health"]))
    assert (renamed["kind"], renamed["organization"]) == ("rename", once)
    assert renamed["name"] == "Chi bộ Văn phòng"
    assert (split["organization"], split["parts"][0]["members"]) == (once, [str(world["p4"])])
    back = await carried_back(proposer, approver, draft)
    again = back["keys"][f"#{world['court']}"]
    assert await members(approver, again, "2024-05-25") == [str(world["p4"])]
    assert await members(approver, once, "2024-05-25") == [str(world["p3"])]
