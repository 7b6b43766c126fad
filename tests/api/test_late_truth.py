"""What is found late: facts of days before a restructuring are taken, and the restructuring is replayed on them."""

from typing import Any

from acts import act, create_member, membership, newcomer
from conftest import SignIn
from import_files import apply as send_file
from import_files import errors, members
from make import Client, World
from restructured import DAY, UPPER, absorbed, apply, stays
from transfer_files import transfers

HEADER = "external_id,cell,standing,valid_from,valid_to,exit_reason"


async def memberships(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await send_file(client, "memberships", HEADER, *lines, **params)


def said(imported: dict[str, Any]) -> tuple[int, ...]:
    """How many were created, changed, unchanged, and how many of them go on elsewhere."""
    assert imported["state"] == "applied", imported
    names = ("created", "changed", "unchanged", "followed")
    return tuple(imported["counts"][name] for name in names)


async def sound(sign_in: SignIn) -> bool:
    auditor = await sign_in("auditor", "province")
    return bool((await auditor.get("/v1/verify")).json()["sound"])


def way(world: World, operation_id: str, source: str = "health-2", to: str = "health-1") -> dict[str, Any]:
    return {
        "from": DAY,
        "to": None,
        "from_cell_id": str(world[source]),
        "to_cell_id": str(world[to]),
        "operation_id": operation_id,
    }


async def test_a_member_found_late_in_a_cell_goes_where_its_roll_went(sign_in: SignIn, world: World) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    member = await create_member(office, world, "health-2")
    assert member["followed"] == [way(world, operation_id)]
    assert member["cell"]["id"] == str(world["health-1"])
    assert await stays(office, member["id"]) == [
        (str(world["health-2"]), "2024-02-01", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert await sound(sign_in)


async def test_who_would_begin_in_an_ended_cell_is_refused(sign_in: SignIn, world: World) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    answer = await office.post("/v1/members", json=newcomer(world, "health-2", since=DAY))
    assert answer.status_code == 409, answer.text
    assert answer.json()["rule"] == "R-ORG-4"


async def test_a_cell_that_is_to_end_takes_members_until_then(sign_in: SignIn, world: World) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"), on="2030-01-01")
    office = await sign_in("grassroots_office", "health")
    member = await create_member(office, world, "health-2")
    assert member["followed"] == [way(world, operation_id) | {"from": "2030-01-01"}]
    assert member["cell"]["id"] == str(world["health-2"])
    assert await sound(sign_in)


async def test_who_is_found_late_where_all_were_handed_over_is_out(sign_in: SignIn, world: World) -> None:
    measure = {"kind": "hand_over", "organizations": [str(world["health-2"])], "outside": "Đảng bộ xã khác"}
    operation_id = await apply(sign_in, measure)
    office = await sign_in("grassroots_office", "health")
    member = await create_member(office, world, "health-2", activity_status="suspended")
    assert member["followed"] == [way(world, operation_id) | {"to_cell_id": None}]
    assert member["exit_reason"] == "transferred_out"
    assert await sound(sign_in)


async def test_who_moved_before_was_not_moved_by_the_restructuring(sign_in: SignIn, world: World) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    into = {"effective_on": "2024-01-01", "cell_id": str(world["health-2"])}
    moved = await act(office, world["p0"], "changes", **into)
    assert moved["followed"] == [way(world, operation_id)]
    out = {"effective_on": "2024-01-01", "cell_id": str(world["health-1"])}
    assert (await act(office, world["p3"], "changes", **out))["followed"] == []
    assert await stays(office, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2024-01-01"),
        (str(world["health-1"]), "2024-01-01", None),
    ]
    board = await sign_in(UPPER, "bloc")
    elsewhere = {"effective_on": "2025-01-01", "cell_id": str(world["court"])}
    assert (await act(board, world["p0"], "changes", **elsewhere))["followed"] == []
    assert await stays(board, world["p0"]) == [
        (str(world["health-1"]), "2023-01-01", "2024-01-01"),
        (str(world["health-2"]), "2024-01-01", "2025-01-01"),
        (str(world["court"]), "2025-01-01", None),
    ]
    assert await sound(sign_in)


async def test_a_standing_recorded_late_goes_along(sign_in: SignIn, world: World) -> None:
    await apply(sign_in, absorbed(world, "health-1", "health-2"))
    office = await sign_in("grassroots_office", "health")
    changed = await act(office, world["p2"], "changes", effective_on="2026-04-01", standing="official")
    assert (changed["standing"], changed["cell"]["id"]) == ("official", str(world["health-2"]))
    assert await stays(office, world["p2"]) == [
        (str(world["health-1"]), "2023-01-01", "2026-04-01"),
        (str(world["health-1"]), "2026-04-01", DAY),
        (str(world["health-2"]), DAY, None),
    ]
    assert await sound(sign_in)


async def test_a_corrected_stay_goes_along(sign_in: SignIn, world: World) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    period = membership(world["health-2"], **{"from": "2024-01-01", "to": None})
    corrected = await act(office, world["p0"], "corrections", **period)
    assert corrected["followed"] == [way(world, operation_id)]
    late = membership(world["health-2"], **{"from": DAY, "to": None})
    refused = await act(office, world["p1"], "corrections", 409, **late)
    assert refused["rule"] == "R-ORG-4"
    assert await sound(sign_in)


GONE = {"effective_on": "2026-03-01", "exit_reason": "resigned"}
PAPER = {"issuer": "Đảng ủy Khối", "number": "14-QĐ/ĐUK", "signed_on": "2026-02-20"}


async def test_who_left_before_was_not_moved_and_goes_along_once_restored(
    sign_in: SignIn, world: World
) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    left = await act(office, world["p3"], "exits", **GONE)
    assert left["member"]["exit_reason"] == "resigned"
    assert await stays(office, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2026-03-01"),
        (None, "2026-03-01", None),
    ]
    restored = await act(office, world["p3"], "restorations", decisions=[PAPER])
    assert restored["followed"] == [way(world, operation_id)]
    assert (await stays(office, world["p3"]))[-1] == (str(world["health-1"]), DAY, None)
    assert await sound(sign_in)


async def test_an_exit_before_something_else_was_said_of_later_days_is_refused(
    sign_in: SignIn, world: World
) -> None:
    await apply(sign_in, absorbed(world, "health-1", "health-2"))
    office = await sign_in("grassroots_office", "health")
    await act(office, world["p2"], "changes", effective_on="2026-05-20", standing="official")
    refused = await act(office, world["p2"], "exits", 409, **GONE | {"exit_reason": "probation_removed"})
    assert (refused["code"], refused["first_day"]) == ("membership_known_later", "2026-05-20")


async def test_one_readmitted_into_a_cell_that_is_to_end_goes_along(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    await act(office, world["p0"], "exits", effective_on="2023-02-01", exit_reason="resigned")
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"), on="2030-01-01")
    back = {"cell_id": str(world["health-2"]), "effective_on": "2026-04-01"}
    readmitted = await act(office, world["p0"], "readmissions", **back)
    assert readmitted["followed"] == [way(world, operation_id) | {"from": "2030-01-01"}]
    assert await sound(sign_in)


async def step(client: Client, transfer: str, name: str, on: str, **said: Any) -> Any:
    address = f"/v1/transfers/{transfer}"
    headers = {"If-Match": (await client.get(address)).headers["etag"]}
    answer = await client.post(f"{address}/steps", json={"step": name, "on": on, **said}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def introduced(client: Client, member_id: object, to: object, on: str = "2026-03-02") -> str:
    document = {
        "member_ids": [str(member_id)],
        "kind": "official",
        "introduced_on": on,
        "to_organization_id": str(to),
    }
    answer = await client.post("/v1/transfers", json=document)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["items"][0]["transfer_id"])


async def test_a_reception_of_days_before_leads_into_the_cell_and_on(sign_in: SignIn, world: World) -> None:
    town, office = await sign_in("grassroots_office", "town"), await sign_in("grassroots_office", "health")
    transfer = await introduced(town, world["p5"], world["health"])
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    received = await step(office, transfer, "receive", "2026-04-10", cell_id=str(world["health-2"]))
    assert received["followed"] == [way(world, operation_id)]
    assert (await stays(office, world["p5"]))[1:] == [
        (str(world["health-2"]), "2026-04-10", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert await sound(sign_in)


async def test_who_was_received_elsewhere_before_was_not_moved(sign_in: SignIn, world: World) -> None:
    town, office = await sign_in("grassroots_office", "town"), await sign_in("grassroots_office", "health")
    transfer = await introduced(office, world["p3"], world["town"])
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    await step(town, transfer, "receive", "2026-04-10", cell_id=str(world["town-1"]))
    assert await stays(town, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2026-04-10"),
        (str(world["town-1"]), "2026-04-10", None),
    ]
    assert await sound(sign_in)


async def test_a_transfer_introduced_late_leads_to_whom_its_destination_became(
    sign_in: SignIn, world: World
) -> None:
    town, office = await sign_in("grassroots_office", "town"), await sign_in("grassroots_office", "health")
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    transfer = await introduced(town, world["p5"], world["health-2"])
    address = f"/v1/transfers/{transfer}"
    before = (await town.get(address, params={"on": "2026-04-30"})).json()
    assert before["to_organization_id"] == str(world["health-2"])
    assert (await town.get(address)).json()["to_organization_id"] == str(world["health-1"])
    received = await step(office, transfer, "receive", "2026-05-20")
    assert received["to_cell_id"] == str(world["health-1"])
    assert (await stays(office, world["p5"]))[-1] == (str(world["health-1"]), "2026-05-20", None)
    assert await sound(sign_in)


async def test_who_was_received_by_an_ended_cell_before_is_led_on_also_where_the_introduction_is_late(
    sign_in: SignIn, world: World
) -> None:
    town, office = await sign_in("grassroots_office", "town"), await sign_in("grassroots_office", "health")
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    transfer = await introduced(town, world["p5"], world["health-2"])
    received = await step(office, transfer, "receive", "2026-04-10")
    assert received["followed"] == [way(world, operation_id)]
    assert (await stays(office, world["p5"]))[1:] == [
        (str(world["health-2"]), "2026-04-10", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert await sound(sign_in)


async def test_an_introduction_to_a_body_that_has_ended_names_what_it_has_become(
    sign_in: SignIn, world: World
) -> None:
    town = await sign_in("grassroots_office", "town")
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    document = {
        "member_ids": [str(world["p5"])],
        "kind": "official",
        "introduced_on": DAY,
        "to_organization_id": str(world["health-2"]),
    }
    answer = await town.post("/v1/transfers", json=document)
    assert (answer.status_code, answer.json()["code"]) == (410, "destination_ended"), answer.text
    assert answer.json()["until"] == DAY
    assert [one["id"] for one in answer.json()["successors"]] == [str(world["health-1"])]
    transfer = await introduced(town, world["p5"], world["court"])
    court = await sign_in("grassroots_office", "court")
    address = f"/v1/transfers/{transfer}"
    headers = {"If-Match": (await court.get(address)).headers["etag"]}
    forward = {"step": "forward", "on": "2026-05-20", "to_organization_id": str(world["health-2"])}
    refused = await court.post(f"{address}/steps", json=forward, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (410, "destination_ended"), refused.text


async def test_a_transfer_introduced_late_leads_from_where_the_member_went(
    sign_in: SignIn, world: World
) -> None:
    town, office = await sign_in("grassroots_office", "town"), await sign_in("grassroots_office", "health")
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    transfer = await introduced(office, world["p3"], world["town"])
    before = (await office.get(f"/v1/transfers/{transfer}", params={"on": "2026-04-30"})).json()
    assert before["from_cell_id"] == str(world["health-2"])
    read = (await office.get(f"/v1/transfers/{transfer}")).json()
    assert read["from_cell_id"] == str(world["health-1"])
    await step(town, transfer, "receive", "2026-05-20", cell_id=str(world["town-1"]))
    assert (await stays(town, world["p3"]))[-1] == (str(world["town-1"]), "2026-05-20", None)
    assert len((await office.get(f"/v1/transfers/{transfer}/steps")).json()["items"]) == 2
    assert await sound(sign_in)


async def test_an_arrival_of_days_before_goes_along(sign_in: SignIn, world: World) -> None:
    operation_id = await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    document = {
        "from_outside": "Đảng ủy phường Ninh Kiều",
        "introduced_on": "2026-03-02",
        "member": newcomer(world, "health-2", since="2026-03-10"),
        "decisions": [PAPER],
    }
    answer = await office.post("/v1/transfers/arrivals", json=document)
    assert answer.status_code == 201, answer.text
    assert answer.json()["followed"] == [way(world, operation_id)]
    assert await sound(sign_in)


async def test_imported_members_found_late_go_along_and_are_counted(sign_in: SignIn, world: World) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    lines = (
        "n1,Nguyễn Văn Mới,male,,,health-2,official,,2024-01-01,,",
        "n2,Nguyễn Văn Cũ,male,,,health-1,official,,2024-01-01,,",
    )
    taken = await members(office, *lines)
    assert said(taken) == (2, 0, 0, 1)
    found = (await office.post("/v1/members/searches", json={"name": "Nguyễn Văn Mới"})).json()["items"]
    assert await stays(office, found[0]["id"]) == [
        (str(world["health-2"]), "2024-01-01", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert said(await members(office, *lines)) == (0, 0, 2, 0)


async def test_imported_moves_of_days_before_replay_the_restructuring(sign_in: SignIn, world: World) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    moved = await memberships(office, "p0,health-2,,2024-01-01,,", "p3,health-1,,2024-01-01,,")
    assert said(moved) == (0, 2, 0, 1)
    assert await stays(office, world["p0"]) == [
        (str(world["health-1"]), "2023-01-01", "2024-01-01"),
        (str(world["health-2"]), "2024-01-01", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert await stays(office, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2024-01-01"),
        (str(world["health-1"]), "2024-01-01", None),
    ]
    corrected = await memberships(
        office, "p3,health-2,official,2023-01-01,,", meaning="corrections", reason="Ghi nhầm"
    )
    assert said(corrected) == (0, 1, 0, 1)
    assert await stays(office, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2024-01-01"),
        (str(world["health-2"]), "2024-01-01", DAY),
        (str(world["health-1"]), DAY, None),
    ]


async def test_imported_transfers_of_days_before_go_along(sign_in: SignIn, world: World) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    taken = await transfers(
        board,
        "p5,official,,town-1,health,,2026-03-02,7-GT,,2026-04-10,health-2,,12-TN,",
        "p3,official,,health-2,town,,2026-03-02,8-GT,,2026-05-20,town-1,,13-TN,",
        "p0,official,,health-1,town,,2026-03-02,9-GT,,2026-04-10,town-1,,14-TN,",
    )
    assert said(taken) == (3, 0, 0, 1)
    assert (await stays(board, world["p5"]))[1:] == [
        (str(world["health-2"]), "2026-04-10", DAY),
        (str(world["health-1"]), DAY, None),
    ]
    assert await stays(board, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", DAY),
        (str(world["health-1"]), DAY, "2026-05-20"),
        (str(world["town-1"]), "2026-05-20", None),
    ]
    assert await sound(sign_in)


async def test_imported_exits_of_days_before_undo_what_was_done_to_the_member(
    sign_in: SignIn, world: World
) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in("grassroots_office", "health")
    left = await memberships(office, "p3,,,2026-03-01,,resigned")
    assert said(left) == (0, 1, 0, 0)
    assert await stays(office, world["p3"]) == [
        (str(world["health-2"]), "2023-01-01", "2026-03-01"),
        (None, "2026-03-01", None),
    ]
    assert await sound(sign_in)


TERMS = (
    "organization,committee_kind,term,term_from,term_to,size,origin,member,title,basis"
    ",valid_from,valid_to,end_reason"
)


async def terms(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await send_file(client, "seats", TERMS, *lines, **params)


async def test_imported_terms_that_outlast_their_organization_end_with_it(
    sign_in: SignIn, world: World
) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in(UPPER, "bloc")
    lines = (
        "health-2,executive,2025-2027,2025-08-01,2028-01-31,2,congress,p3,secretary,elected,,,",
        "health-2,executive,2025-2027,,,,,p0,deputy_secretary,elected,2026-02-01,2027-01-01,retirement",
        "health-2,executive,2025-2027,,,,,p1,deputy_secretary,elected,2025-09-01,2026-01-01,retirement",
    )
    assert said(await terms(office, *lines, mode="validate") | {"state": "applied"}) == (3, 0, 0, 2)
    taken = await terms(office, *lines)
    assert said(taken) == (3, 0, 0, 2)
    address = "/v1/committees"
    asked = {"organization": str(world["health-2"]), "on": "2025-10-01"}
    (found,) = (await office.get(address, params=asked)).json()["items"]
    retired = ("deputy_secretary", "retirement", "2026-01-01")
    for on, deputy in (("2025-10-01", retired), ("2026-03-01", ("deputy_secretary", None, DAY))):
        read = (await office.get(f"{address}/{found['id']}", params={"on": on})).json()
        assert read["periods"] == [{"from": "2025-08-01", "to": DAY}]
        seated = [(one["title"], one["end_reason"], one["periods"][0]["to"]) for one in read["seats"]]
        assert seated == [("secretary", None, DAY), deputy]
    assert said(await terms(office, *lines)) == (0, 0, 3, 0)
    assert await sound(sign_in)


async def test_a_file_of_a_term_that_a_restructuring_has_ended_is_known(
    sign_in: SignIn, world: World
) -> None:
    office = await sign_in(UPPER, "bloc")
    line = "health-2,executive,2025-2027,2025-08-01,2028-01-31,2,congress,p3,secretary,elected,,,"
    assert said(await terms(office, line)) == (1, 0, 0, 0)
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    assert said(await terms(office, line)) == (0, 0, 1, 0)
    late = "health-2,executive,2025-2027,2025-08-01,2028-01-31,2,congress,p0,deputy_secretary,elected,2026-02-01,,"
    assert said(await terms(office, line, late)) == (1, 0, 1, 1)
    assert await sound(sign_in)


async def test_an_imported_term_that_begins_when_the_organization_is_no_more_is_refused(
    sign_in: SignIn, world: World
) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in(UPPER, "bloc")
    begun = f"health-2,executive,2026-2028,{DAY},2028-05-01,2,congress,p3,secretary,elected,,,"
    assert [code for *_, code in await errors(office, await terms(office, begun))] == [
        "committee_outside_life"
    ]
    lines = (
        "health-2,executive,2025-2027,2025-08-01,2028-01-31,2,congress,p3,secretary,elected,,,",
        f"health-2,executive,2025-2027,,,,,p0,deputy_secretary,elected,{DAY},,",
        "health-2,executive,2025-2027,,,,,p1,deputy_secretary,elected,2025-09-01,2029-01-01,retirement",
    )
    assert await errors(office, await terms(office, *lines)) == [
        (2, "valid_from", "seat_outside_term"),
        (3, "valid_to", "seat_outside_term"),
    ]


async def test_two_records_found_to_be_one_stay_where_both_went(sign_in: SignIn, world: World) -> None:
    await apply(sign_in, absorbed(world, "health-2", "health-1"))
    office = await sign_in(UPPER, "bloc")
    second = await create_member(office, world, "health-2", since="2022-06-01", full_name="Nguyễn Văn An")
    etag = (await office.get(f"/v1/members/{world['p3']}")).headers["etag"]
    merge = {
        "duplicate_id": second["id"],
        "duplicate_version": second["version"],
        "reason": "Một người",
        "keep": ["person"],
    }
    address = f"/v1/members/{world['p3']}/merges"
    answer = await office.post(address, json=merge, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    assert [one[0] for one in await stays(office, world["p3"])][-1] == str(world["health-1"])
    assert await sound(sign_in)
