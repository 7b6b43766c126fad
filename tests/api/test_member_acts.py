"""Status, exits, restoration and readmission over HTTP, with the votes and papers behind them."""

from datetime import date
from typing import Any

import asyncpg
import pytest
from acts import act, elected, establish
from conftest import SignIn, Statements
from make import CAUSE, Client, World

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.queries.history import seal
from app.services import history

PAPER = {"issuer": "Đảng ủy Khối các cơ quan tỉnh", "number": "12-QĐ/ĐUK", "signed_on": "2024-05-20"}


def ballot(world: World, step: str, at: str, in_favour: int, summoned: int, **more: Any) -> dict[str, Any]:
    said = {"step": step, "organization_id": str(world[at]), "held_on": "2024-05-02"}
    return said | {"summoned": summoned, "in_favour": in_favour} | more


def removal(world: World, **more: Any) -> dict[str, Any]:
    """The whole way of a removal: three votes, the upper committee's paper."""
    ballots = [
        ballot(world, "cell", "health-1", 2, 2),
        ballot(world, "grassroots", "health", 6, 9, held_on="2024-05-09"),
        ballot(world, "upper", "bloc", 8, 15, held_on="2024-05-16"),
    ]
    return {
        "effective_on": "2024-06-01",
        "exit_reason": "removed",
        "ground": "meetings_or_dues_missed",
        "ballots": ballots,
        "decided_by": str(world["bloc"]),
        "decisions": [PAPER],
    } | more


def codes(body: dict[str, Any]) -> list[str]:
    return [one["code"] for one in body["findings"]]


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


# --- leaving -----------------------------------------------------------------------------------------------


async def met(client: Client, world: World, **more: Any) -> str:
    """A meeting of health-1 at which p1 was away."""
    said = {
        "organization_id": str(world["health-1"]),
        "body": "cell",
        "month": "2024-05",
        "held_on": "2024-05-02",
        "absences": [{"member_id": str(world["p1"]), "reason": "temporarily_elsewhere"}],
    }
    answer = await client.post("/v1/meetings", json={"meetings": [said | more]})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["items"][0]["meeting"]["id"]
    return found


async def test_a_ballot_may_name_the_meeting_whose_base_it_takes(office: Client, world: World) -> None:
    meeting_id = await met(office, world)
    document = removal(world)
    document["ballots"][0] = {"step": "cell", "meeting_id": meeting_id, "in_favour": 1}
    acted = await act(office, world["p0"], "exits", **document)
    assert codes(acted) == []
    listed = (await office.get("/v1/ballots", params={"organization": str(world["health-1"])})).json()[
        "items"
    ]
    assert [
        (one["meeting_id"], one["held_on"], one["summoned"], one["left_out"], one["base"]) for one in listed
    ] == [(meeting_id, "2024-05-02", 2, {"temporarily_elsewhere": 1}, 1)]


@pytest.mark.parametrize(
    ("ballot_said", "pointer", "code"),
    [
        ({"step": "cell", "in_favour": 2}, "in_favour", "votes_beyond_base"),
        ({"step": "grassroots", "in_favour": 1}, "step", "step_of_another_body"),
        ({"step": "upper", "in_favour": 1}, "step", "step_of_another_body"),
        (
            {"step": "cell", "in_favour": 1, "meeting_id": "00000000-0000-7000-8000-000000000000"},
            "meeting_id",
            "unknown_meeting",
        ),
    ],
)
async def test_a_ballot_of_a_meeting_fits_the_meeting(
    office: Client, world: World, ballot_said: dict[str, Any], pointer: str, code: str
) -> None:
    said = {"meeting_id": await met(office, world)} | ballot_said
    document = removal(world, ballots=[said])
    refused = await act(office, world["p0"], "exits", 422, **document)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        (f"/body/ballots/0/{pointer}", code)
    ]


async def test_a_removal_with_its_votes_and_paper_leaves_nothing_to_note(
    office: Client, world: World
) -> None:
    left = await act(office, world["p0"], "exits", **removal(world))
    assert left["findings"] == []
    member = left["member"]
    assert (member["exit_reason"], member["exited_on"], member["standing"]) == ("removed", "2024-06-01", None)
    assert member["cell"]["id"] == str(world["health-1"])
    reasons = {one["action"]: one["reason"] for one in member["actions"]}
    assert reasons["exit_member"] == reasons["send_transfer"] == "not_on_the_roll"
    assert reasons["restore_member"] is reasons["readmit_member"] is None
    item = (await office.get(f"/v1/members/{world['p0']}/timeline")).json()["items"][-1]
    assert (item["exit_reason"], item["exit_ground"]) == ("removed", "meetings_or_dues_missed")
    operation = (await office.get(f"/v1/operations/{item['operation_id']}")).json()
    assert operation["kind"] == "member_left" and operation["decisions"][0]["number"] == "12-QĐ/ĐUK"
    assert operation["changes"]["decided_by"] == str(world["bloc"])


async def test_its_ballots_can_be_read_item_by_item(office: Client, world: World) -> None:
    late = ballot(world, "cell", "health-1", 2, 2, left_out={"exempted": 0})
    refused = await act(office, world["p0"], "exits", 422, **removal(world, ballots=[late]))
    assert refused["errors"][0]["code"] == "greater_than_equal"
    votes = [ballot(world, "cell", "health-1", 2, 3, left_out={"exempted": 1})]
    left = await act(office, world["p0"], "exits", **removal(world, ballots=votes))
    assert codes(left) == ["ballot_not_named", "summoned_differs"]
    assert left["findings"][0]["value"] == ["grassroots", "upper"]
    assert left["findings"][1]["value"] == 2  # official members on the roll; one is on probation
    page = (await office.get("/v1/ballots", params={"member": str(world["p0"])})).json()
    (item,) = page["items"]
    assert {
        name: item[name] for name in ("question", "step", "summoned", "left_out", "base", "in_favour")
    } == {
        "question": "exit",
        "step": "cell",
        "summoned": 3,
        "left_out": {"exempted": 1},
        "base": 2,
        "in_favour": 2,
    }
    assert item["organization_name"] == "Chi bộ Phòng Nghiệp vụ"
    for params, found in (
        ({"within": str(world["health"])}, 1),
        ({"organization": str(world["health"])}, 0),
        ({"question": "status"}, 0),
        ({"since": "2024-05-03"}, 0),
        ({"until": "2024-05-02"}, 1),
    ):
        assert len((await office.get("/v1/ballots", params=params)).json()["items"]) == found, params


async def test_a_vote_that_did_not_carry_refuses_the_exit_and_writes_nothing(
    office: Client, world: World
) -> None:
    votes = [ballot(world, "cell", "health-1", 1, 2)]
    refused = await act(office, world["p0"], "exits", 409, **removal(world, ballots=votes))
    assert (refused["rule"], refused["code"]) == ("R-VOTE-3", "vote_not_carried")
    assert (refused["value"]["numerator"], refused["source"], refused["needed"]) == (2, "294 9.3.4", 2)
    assert (await office.get("/v1/ballots")).json()["items"] == []


@pytest.mark.parametrize("decider", ["health", "health-1"])
async def test_who_has_no_authority_decides_no_removal(office: Client, world: World, decider: str) -> None:
    document = removal(world, decided_by=str(world[decider]))
    refused = await act(office, world["p0"], "exits", 409, **document)
    assert (refused["rule"], refused["code"]) == ("R-EXIT-2", "decided_without_authority")
    assert refused["value"] == ["authorised_grassroots", "upper"] and refused["source"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"decided_by": "town"}, "/body/decided_by", "not_above_the_cell"),
        ({"at": "health-2"}, "/body/ballots/0/organization_id", "not_above_the_cell"),
        ({"at": "health"}, "/body/ballots/0/step", "step_of_another_body"),
        ({"held_on": "2022-05-02"}, "/body/ballots/0/organization_id", "not_above_the_cell"),
        ({"left_out": {"suspended": 2}}, "/body/ballots/0", "base_empty"),
        ({"in_favour": 3}, "/body/ballots/0", "votes_beyond_base"),
        ({"effective_on": "2022-01-01"}, "/body/effective_on", "not_on_the_roll"),
        ({"exit_reason": "transferred_out"}, "/body/exit_reason", "exit_by_transfer"),
    ],
)
async def test_what_cannot_be_is_told_where(
    office: Client, world: World, change: dict[str, Any], pointer: str, code: str
) -> None:
    of_ballot = {"held_on", "left_out", "in_favour"} & change.keys()
    vote = ballot(world, "cell", change.get("at", "health-1"), 2, 2) | {
        name: change[name] for name in of_ballot
    }
    document = removal(world, ballots=[vote])
    document |= {name: value for name, value in change.items() if name not in of_ballot | {"at"}}
    if "decided_by" in change:
        document["decided_by"] = str(world[change["decided_by"]])
    refused = await act(office, world["p0"], "exits", 422, **document)
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in refused["errors"]}


async def test_one_on_probation_is_not_expelled(office: Client, world: World) -> None:
    document = {"effective_on": "2024-06-01", "exit_reason": "expelled"}
    refused = await act(office, world["p2"], "exits", 409, **document)
    assert (refused["rule"], refused["value"]) == ("R-EXIT-1", ["official"])
    left = await act(office, world["p2"], "exits", **document | {"exit_reason": "probation_removed"})
    assert codes(left) == ["decision_not_named", "ballot_not_named"]


async def test_a_death_needs_neither_vote_nor_paper(office: Client, world: World) -> None:
    left = await act(office, world["p0"], "exits", effective_on="2024-06-01", exit_reason="deceased")
    assert left["findings"] == [] and left["member"]["exit_reason"] == "deceased"


async def test_an_exit_does_not_run_over_what_is_known_of_later(office: Client, world: World) -> None:
    await act(office, world["p2"], "changes", effective_on="2025-03-01", standing="official")
    document = {"effective_on": "2024-06-01", "exit_reason": "deceased"}
    refused = await act(office, world["p2"], "exits", 409, **document)
    assert (refused["code"], refused["first_day"]) == ("membership_known_later", "2025-03-01")
    await act(office, world["p2"], "exits", **document | {"effective_on": "2025-03-01"})
    again = await act(office, world["p2"], "exits", 422, **document | {"effective_on": "2025-04-01"})
    assert again["errors"][0]["code"] == "not_on_the_roll"


async def test_nobody_leaves_on_the_very_first_day(office: Client, world: World) -> None:
    document = {"effective_on": "2023-01-01", "exit_reason": "resigned"}
    (refused,) = (await act(office, world["p0"], "exits", 422, **document))["errors"]
    assert (refused["pointer"], refused["code"]) == ("/body/effective_on", "before_the_second_day")
    await act(office, world["p0"], "exits", **document | {"effective_on": "2023-01-02"})


async def test_an_exit_ends_the_departure_from_activity(office: Client, world: World) -> None:
    suspended = {"effective_on": "2024-02-01", "activity_status": "suspended", "until": "2024-12-01"}
    await act(office, world["p0"], "statuses", **suspended)
    await act(office, world["p0"], "exits", effective_on="2024-06-01", exit_reason="deceased")
    items = (await office.get(f"/v1/members/{world['p0']}/timeline")).json()["items"]
    assert [(one["from"], one["to"]) for one in items if one["fact"] == "activity"] == [
        ("2024-02-01", "2024-06-01")
    ]


async def test_headcounts_follow_an_exit(office: Client, world: World) -> None:
    await act(office, world["p0"], "exits", effective_on="2024-06-01", exit_reason="deceased")
    address = f"/v1/organizations/{world['health']}/summary"
    counts = [
        (await office.get(address, params={"on": day})).json()["members"]["total"]
        for day in ("2024-05-31", "2024-06-01")
    ]
    assert counts[0] - counts[1] == 1


# --- restoring ---------------------------------------------------------------------------------------------


async def test_a_removal_found_wrong_was_never_one(office: Client, world: World) -> None:
    suspended = {"effective_on": "2024-02-01", "activity_status": "suspended", "until": "2024-12-01"}
    await act(office, world["p0"], "statuses", **suspended)
    await act(office, world["p0"], "exits", **removal(world))
    before = (await office.get("/v1/operations?order=newest&limit=1")).json()["items"][0]["recorded_at"]
    restored = await act(office, world["p0"], "restorations", decisions=[PAPER | {"number": "30-QĐ/ĐUK"}])
    assert (restored["member"]["standing"], restored["member"]["exit_reason"]) == ("official", None)
    address = f"/v1/members/{world['p0']}"
    then = [(await office.get(address, params={"on": day})).json() for day in ("2024-11-30", "2024-12-01")]
    assert [one["activity_status"] for one in then] == ["suspended", "active"]
    once = (await office.get(address, params={"on": "2024-11-30", "known_at": before})).json()
    assert once["exit_reason"] == "removed"


@pytest.mark.parametrize("reason", [None, "deceased"])
async def test_who_is_not_out_by_decision_is_not_restored(
    office: Client, world: World, reason: str | None
) -> None:
    if reason:
        await act(office, world["p0"], "exits", effective_on="2024-06-01", exit_reason=reason)
    refused = await act(office, world["p0"], "restorations", 409, decisions=[PAPER])
    assert refused["code"] == "nothing_to_restore" and "removed" in refused["exit_reasons"]


async def test_a_restoration_into_another_cell_needs_the_duty_there(
    sign_in: SignIn, office: Client, world: World
) -> None:
    await act(office, world["p0"], "exits", **removal(world))
    elsewhere = {"decisions": [PAPER], "cell_id": str(world["court"])}
    refused = await act(office, world["p0"], "restorations", 422, **elsewhere)
    assert refused["errors"][0]["code"] == "unknown_organization"
    board = await sign_in("upper_organizing_board", "bloc")
    restored = await act(board, world["p0"], "restorations", **elsewhere)
    assert restored["member"]["cell"]["id"] == str(world["court"])


# --- coming back -------------------------------------------------------------------------------------------


def return_of(world: World, **more: Any) -> dict[str, Any]:
    consent = PAPER | {"issuer": "Ban Thường vụ Tỉnh ủy", "number": "7-CV/TU"}
    return {
        "cell_id": str(world["health-2"]),
        "effective_on": "2027-06-01",
        "inducted_on": "2027-06-20",
        "consent": consent,
        "ballots": [
            ballot(world, "cell", "health-2", 1, 1, held_on="2027-04-01"),
            ballot(world, "grassroots", "health", 6, 9, held_on="2027-04-09"),
            ballot(world, "upper", "bloc", 8, 15, held_on="2027-05-16"),
        ],
        "decisions": [PAPER | {"number": "15-QĐ/ĐUK"}],
    } | more


async def test_one_removed_comes_back_on_probation_once_the_time_has_passed(
    office: Client, world: World
) -> None:
    await act(office, world["p0"], "exits", **removal(world))
    refused = await act(
        office, world["p0"], "readmissions", 409, **return_of(world, effective_on="2027-05-31")
    )
    assert (refused["rule"], refused["value"], refused["first_day"]) == ("R-READM-1", 36, "2027-06-01")
    back = await act(office, world["p0"], "readmissions", **return_of(world))
    assert back["findings"] == []
    address = f"/v1/members/{world['p0']}"
    read = (await office.get(address, params={"on": "2027-06-20"})).json()
    assert (read["standing"], read["inducted_on"], read["recognised_on"]) == (
        "probationary",
        "2027-06-20",
        None,
    )
    assert read["cell"]["id"] == str(world["health-2"])
    gone = await act(
        office,
        world["p0"],
        "exits",
        effective_on="2028-01-01",
        exit_reason="probation_removed",
        ground="other",
    )
    assert gone["member"]["exit_reason"] in ("removed", "probation_removed")
    again = await act(office, world["p0"], "readmissions", 409, **return_of(world, effective_on="2035-01-01"))
    assert (again["rule"], again["code"]) == ("R-READM-3", "readmitted_before")


async def test_what_is_not_said_of_a_return_is_noted(office: Client, world: World) -> None:
    await act(office, world["p0"], "exits", **removal(world, ground=None))
    bare = {"cell_id": str(world["health-2"]), "effective_on": "2027-06-01"}
    back = await act(office, world["p0"], "readmissions", **bare)
    assert codes(back) == ["decision_not_named", "ballot_not_named", "consent_not_named", "ground_not_named"]


async def test_an_excluding_ground_and_being_on_the_roll_refuse_a_return(
    office: Client, world: World
) -> None:
    on_the_roll = await act(office, world["p0"], "readmissions", 409, **return_of(world))
    assert on_the_roll["code"] == "nobody_to_readmit"
    await act(office, world["p0"], "exits", **removal(world, ground="activity_abandoned"))
    refused = await act(office, world["p0"], "readmissions", 409, **return_of(world))
    assert (refused["rule"], refused["source"]) == ("R-READM-2", "294 3.5.2")


# --- status ------------------------------------------------------------------------------------------------


async def test_a_status_follows_from_the_one_before(office: Client, world: World) -> None:
    await act(office, world["p0"], "statuses", effective_on="2024-03-01", activity_status="interrupted")
    exempted = {"effective_on": "2024-04-01", "activity_status": "exempted"}
    refused = await act(office, world["p0"], "statuses", 409, **exempted)
    assert (refused["type"].rpartition(":")[2], refused["open_steps"]) == (
        "step-refused",
        ["active", "suspended"],
    )
    await act(office, world["p0"], "statuses", effective_on="2024-04-01", activity_status="active")
    noted = await act(office, world["p0"], "statuses", **exempted | {"effective_on": "2024-05-01"})
    assert codes(noted) == ["decision_not_named"]


async def test_the_cell_exempts_for_age_and_the_grassroots_committee_for_the_rest(
    office: Client, world: World
) -> None:
    exempted = {
        "effective_on": "2024-03-01",
        "activity_status": "exempted",
        "decided_by": str(world["health-1"]),
    }
    refused = await act(
        office, world["p0"], "statuses", 409, **exempted, exemption_ground="mobile_work", decisions=[PAPER]
    )
    assert (refused["rule"], refused["value"]) == ("R-STATUS-1", ["grassroots", "upper"])
    allowed = await act(
        office, world["p0"], "statuses", **exempted, exemption_ground="old_age_or_weak_health"
    )
    assert allowed["findings"] == []


async def test_a_status_holds_to_the_day_named_or_to_the_next_known(office: Client, world: World) -> None:
    await act(office, world["p0"], "statuses", effective_on="2025-01-01", activity_status="exempted")
    suspended = {"effective_on": "2024-03-01", "activity_status": "suspended"}
    await act(office, world["p0"], "statuses", **suspended)
    items = (await office.get(f"/v1/members/{world['p0']}/timeline")).json()["items"]
    assert [(one["from"], one["to"]) for one in items if one["fact"] == "activity"] == [
        ("2024-03-01", "2025-01-01"),
        ("2025-01-01", None),
    ]
    empty = suspended | {"until": "2024-03-01"}
    refused = await act(office, world["p0"], "statuses", 422, **empty)
    assert refused["errors"][0]["code"] == "period_empty"


# --- the days of ballots -----------------------------------------------------------------------------------


async def test_a_ballot_is_never_later_than_the_act_which_it_decides(office: Client, world: World) -> None:
    def cell(held_on: str) -> list[dict[str, Any]]:
        return [ballot(world, "cell", "health-1", 2, 2, held_on=held_on)]

    async def refused(member: str, name: str, document: dict[str, Any]) -> None:
        found = await act(office, world[member], name, 409, **document)
        assert (found["rule"], found["code"], found["value"], found["source"]) == (
            "R-VOTE-5",
            "ballot_after_act",
            document["effective_on"],
            "design",
        )

    for ballots in (cell("2024-06-02"), [*cell("2024-05-02"), *cell("2024-06-15")]):
        await refused("p0", "exits", removal(world, ballots=ballots))
    suspended = {"effective_on": "2024-03-01", "activity_status": "suspended"}
    await refused("p0", "statuses", suspended | {"ballots": cell("2024-03-02")})
    await act(office, world["p0"], "statuses", **suspended, ballots=cell("2024-03-01"))
    await act(office, world["p0"], "exits", **removal(world, ballots=cell("2024-06-01")))
    after = [ballot(world, "cell", "health-2", 1, 1, held_on="2027-06-02")]
    await refused("p0", "readmissions", return_of(world, ballots=after))
    same_day = [ballot(world, "cell", "health-2", 1, 1, held_on="2027-06-01")]
    await act(office, world["p0"], "readmissions", **return_of(world, ballots=same_day))


async def test_a_ballot_of_a_meeting_after_the_act_is_refused(office: Client, world: World) -> None:
    meeting_id = await met(office, world)
    said = [{"step": "cell", "meeting_id": meeting_id, "in_favour": 1}]
    document = removal(world, effective_on="2024-05-01", ballots=said)
    refused = await act(office, world["p0"], "exits", 409, **document)
    assert (refused["rule"], refused["held_on"]) == ("R-VOTE-5", "2024-05-02")


# --- ballots corrected -------------------------------------------------------------------------------------


async def test_a_ballot_is_corrected_or_struck_out_and_what_was_decided_stays(
    office: Client, world: World
) -> None:
    await act(office, world["p0"], "exits", **removal(world))
    item = (await office.get("/v1/ballots?limit=1")).json()["items"][0]
    address = f"/v1/ballots/{item['id']}"
    first = await office.get(address)
    known_at = first.json()["known_at"]
    day = {"from": "2024-05-02", "to": "2024-05-03"}
    fixed = {"period": day, "reason": "Nhập nhầm", "value": {"summoned": 3, "in_favour": 2}}
    for wrong, code in (
        ({"period": {"from": "2024-05-01", "to": "2024-05-02"}}, "of_another_day"),
        ({"value": {"summoned": 3, "in_favour": 4}}, "votes_beyond_base"),
    ):
        refused = await office.post(
            f"{address}/corrections", json=fixed | wrong, headers={"If-Match": first.headers["etag"]}
        )
        assert refused.status_code == 422 and refused.json()["errors"][0]["code"] == code
    tag = {"If-Match": first.headers["etag"]}
    corrected = (await office.post(f"{address}/corrections", json=fixed, headers=tag)).json()["ballot"]
    assert (corrected["summoned"], corrected["version"]) == (3, 2)
    assert (await office.get(address, params={"known_at": known_at})).json()["summoned"] == 2
    stale = await office.post(f"{address}/corrections", json=fixed, headers=tag)
    assert stale.status_code == 412
    tag = {"If-Match": '"2"'}
    gone = await office.post(f"{address}/corrections", json=fixed | {"value": None}, headers=tag)
    assert gone.json() == {"ballot": None}
    assert (await office.get(address)).status_code == 404
    assert (await office.get(f"/v1/members/{world['p0']}")).json()["exit_reason"] == "removed"


async def test_ballots_are_one_statement(office: Client, world: World, statements: Statements) -> None:
    await act(office, world["p0"], "exits", **removal(world))
    async with statements() as counted:
        await office.get("/v1/ballots")
    assert len(counted) == 1


async def test_an_exit_ends_the_seats(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    await establish(board, world, seats=[elected(world["p0"], "secretary")])
    await act(board, world["p0"], "exits", effective_on="2024-06-01", exit_reason="deceased")
    (held,) = (await board.get("/v1/seats", params={"member": str(world["p0"]), "on": "2024-05-31"})).json()[
        "items"
    ]
    assert (held["periods"], held["end_reason"]) == ([{"from": "2024-01-01", "to": "2024-06-01"}], "deceased")


async def test_an_authorised_grassroots_committee_decides_itself(
    sign_in: SignIn, world: World, connection: asyncpg.Connection
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    votes = [
        ballot(world, "cell", "health-1", 2, 2),
        ballot(world, "authorised_grassroots", "health", 6, 9, held_on="2024-05-09"),
    ]
    document = removal(world, ballots=votes, decided_by=str(world["health"]))
    refused = await act(board, world["p0"], "exits", 409, **document)
    assert refused["rule"] == "R-EXIT-2"
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {})
    granted = Wanted((world["health"], "authorised_to_admit_and_expel"), Period(date(2024, 1, 1)), {})
    await facts.overwrite(connection, facts.ORGANIZATION_AUTHORITY, operation_id, [granted])
    await seal(connection)
    left = await act(board, world["p0"], "exits", **document)
    assert left["findings"] == []
