"""What asks for a reorganization: found for the day, by the policies of the place, within reach, in two statements."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from acts import elected, establish
from conftest import SignIn, Statements
from make import CAUSE, OPENED, Client, World, member, organization

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.suggestions import SuggestionKind
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

ON = "2024-03-01"
NUMBERS = ("below_minimum", "divide_into_groups", "become_grassroots_committee", "large_cell",
           "small_grassroots_committee", "too_few_cells", "become_special_upper", "delegate_upper_powers")  # fmt: skip


@pytest.fixture
async def board(sign_in: SignIn) -> Client:
    return await sign_in("provincial_organizing_board", "province")


@pytest.fixture
async def operation_id(connection: asyncpg.Connection) -> UUID:
    return await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})


async def enroll(
    connection: asyncpg.Connection, operation_id: UUID, cell: UUID, official: int, probationary: int = 0
) -> None:
    for number in range(official + probationary):
        standing = "official" if number < official else "probationary"
        await member(connection, operation_id, cell, "Trần Văn Bình", standing=standing)


async def found(client: Client, *kinds: str, **asked: Any) -> dict[str, Any]:
    params = {"on": ON, "kind": kinds, **asked}
    answer = await client.get("/v1/restructuring-suggestions", params=params)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def brief(page: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["name"], one["kind"], one["number"], one["value"], one["measure"]) for one in page["items"]]


async def test_a_cell_below_the_minimum_merges_into_a_sister_or_is_dissolved(
    board: Client, connection: asyncpg.Connection, operation_id: UUID, world: World
) -> None:
    await enroll(connection, operation_id, world["health-2"], 2)
    page = await found(board, "below_minimum", within=str(world["bloc"]))
    assert brief(page) == [
        ("Chi bộ Phòng Nghiệp vụ", "below_minimum", 2, 3, "merge_absorb"),
        ("Chi bộ Tòa án", "below_minimum", 1, 3, "dissolve"),
    ]
    cell, court = page["items"]
    assert cell == {
        "organization_id": str(world["health-1"]),
        "code": "C-health-1",
        "name": "Chi bộ Phòng Nghiệp vụ",
        "name_en": None,
        "type": "affiliated_cell",
        "kind": "below_minimum",
        "obligation": "must",
        "rule": "R-ORG-10",
        "source": "DL 21.2; 294 20.2.1",
        "value": 3,
        "number": 2,
        "committee_id": None,
        "measure": "merge_absorb",
        "becomes": None,
        "candidates": [{"id": str(world["health-2"]), "name": "Chi bộ Văn phòng"}],
    }
    assert (court["candidates"], page["unjudged"]) == ([], 0)


async def test_all_numbers_of_a_branch_are_counted_with_what_lies_below(
    board: Client, connection: asyncpg.Connection, operation_id: UUID, world: World
) -> None:
    section = await organization(
        connection, operation_id, world["health"], "sectional_committee", "Đảng bộ bộ phận"
    )
    cell = await organization(connection, operation_id, section, "affiliated_cell", "Chi bộ Khoa Nội")
    await enroll(connection, operation_id, cell, 20, 11)
    await enroll(connection, operation_id, world["court"], 29)
    page = await found(board, *NUMBERS, within=str(world["bloc"]))
    assert sorted(brief(page)) == [
        ("Chi bộ Khoa Nội", "divide_into_groups", 31, 30, None),
        ("Chi bộ Khoa Nội", "large_cell", 31, 30, "upgrade"),
        ("Chi bộ Phòng Nghiệp vụ", "below_minimum", 2, 3, "merge_absorb"),
        ("Chi bộ Tòa án", "become_grassroots_committee", 30, 30, "upgrade"),
        ("Chi bộ Tòa án", "divide_into_groups", 30, 30, None),
        ("Chi bộ Văn phòng", "below_minimum", 1, 3, "merge_absorb"),
        ("Đảng bộ bộ phận", "too_few_cells", 1, 2, "dissolve"),
    ]
    before = await found(board, *NUMBERS, within=str(world["district"]))
    assert ("Đảng bộ Thị trấn Kẻ Sặt", "small_grassroots_committee", 1, 30, "downgrade") in brief(before)


async def test_the_policies_of_the_nearest_place_rule(
    board: Client, connection: asyncpg.Connection, operation_id: UUID, world: World
) -> None:
    def said(value: Any, combine: str) -> dict[str, Any]:
        of_place = {"scope": "organization", "unit": "persons", "source": "12-QĐ/ĐUK", "confidence": "S"}
        return {**of_place, "value": value, "combine": combine}

    powers = {"usual": 4, "directly_under_province": 1}
    rows = [
        Wanted(("org.min_official_members", world["bloc"]), Period(OPENED), said(2, "max")),
        Wanted(("org.min_official_members", world["health-1"]), Period(OPENED), said(5, "max")),
        Wanted(("org.delegated_powers_min_members", world["bloc"]), Period(OPENED), said(powers, "replace")),
    ]
    await facts.overwrite(connection, facts.POLICY, operation_id, rows)
    page = await found(board, "below_minimum", "delegate_upper_powers")
    assert [(one["name"], one["number"], one["value"], one["source"]) for one in page["items"]] == [
        ("Chi bộ Khu 1", 1, 3, "DL 21.2; 294 20.2.1"),
        ("Chi bộ Phòng Nghiệp vụ", 2, 5, "12-QĐ/ĐUK"),
        ("Chi bộ Tòa án", 1, 3, "DL 21.2; 294 20.2.1"),
        ("Chi bộ Văn phòng", 1, 3, "DL 21.2; 294 20.2.1"),
        ("Đảng bộ Sở Y tế", 4, 4, "12-QĐ/ĐUK"),
        ("Đảng bộ Thị trấn Kẻ Sặt", 1, 3, "DL 21.2; 294 20.2.1"),
    ]
    key = (world["health"], "delegated_upper_powers")
    await facts.overwrite(
        connection, facts.ORGANIZATION_AUTHORITY, operation_id, [Wanted(key, Period(OPENED), {})]
    )
    assert brief(await found(board, "delegate_upper_powers")) == []


async def test_powers_come_sooner_directly_under_the_province(
    board: Client, connection: asyncpg.Connection, operation_id: UUID, world: World
) -> None:
    direct = await organization(
        connection, operation_id, world["province"], "grassroots_committee", "Đảng bộ Công ty"
    )
    cell = await organization(connection, operation_id, direct, "affiliated_cell", "Chi bộ Xưởng")
    row = {"scope": "organization", "unit": "persons", "source": "12-QĐ/TU", "confidence": "S",
           "combine": "replace", "value": {"usual": 40, "directly_under_province": 2}}  # fmt: skip
    wanted = Wanted(("org.delegated_powers_min_members", world["province"]), Period(OPENED), row)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])
    await enroll(connection, operation_id, cell, 2)
    assert brief(await found(board, "delegate_upper_powers")) == [
        ("Đảng bộ Công ty", "delegate_upper_powers", 2, 2, None)
    ]


async def test_rolls_that_are_not_complete_are_not_judged_but_told(board: Client, world: World) -> None:
    asked = {"on": "2022-12-31", "within": str(world["health"])}
    page = await found(board, *NUMBERS, **asked)
    assert (page["items"], page["unjudged"]) == ([], 3)
    known = await found(board, *NUMBERS, **asked, known_at=page["known_at"])
    assert (known["items"], known["unjudged"]) == ([], 3)
    assert (await found(board, on=ON, within=str(world["health"])))["unjudged"] == 0


async def test_seats_that_a_restructuring_took_and_nobody_fills(board: Client, world: World) -> None:
    seats = [elected(world["p0"], "secretary"), elected(world["p1"])]
    committee = await establish(board, world, size=2, seats=seats)
    for seat in (await board.get("/v1/seats", params={"committee": committee, "on": ON})).json()["items"]:
        if seat["title"] == "secretary":
            ended = await board.post(
                f"/v1/seats/{seat['id']}/endings",
                json={"ended_on": "2024-03-01", "end_reason": "restructured"},
                headers={"If-Match": '"1"'},
            )
            assert ended.status_code == 200, ended.text
    asked = ("seats_vacant", "head_missing")
    assert (await found(board, *asked, on="2024-02-29"))["items"] == []
    page = await found(board, *asked)
    assert [
        (one["kind"], one["number"], one["value"], one["committee_id"], one["rule"], one["measure"])
        for one in page["items"]
    ] == [
        ("head_missing", 0, 1, committee, "R-COM-9", None),
        ("seats_vacant", 1, 2, committee, "R-COM-9", None),
    ]
    seat = {"committee_id": committee, "from": ON} | elected(world["p3"], "secretary")
    filled = await board.post("/v1/seats", json={"seats": [seat]})
    assert filled.status_code == 201, filled.text
    assert (await found(board, *asked))["items"] == []


async def test_a_seat_lost_otherwise_is_a_vacancy_but_none_of_a_restructuring(
    board: Client, world: World
) -> None:
    await establish(board, world, size=9, seats=[elected(world["p1"])])
    assert (await found(board, "seats_vacant", "head_missing"))["items"] == []


async def test_who_has_no_committee_since_it_began_or_became_another_type(
    board: Client, connection: asyncpg.Connection, world: World
) -> None:
    async def without() -> set[str]:
        page = await found(board, "committee_missing", within=str(world["bloc"]))
        return {one["name"] for one in page["items"]}

    everyone = {"Đảng bộ Khối các cơ quan tỉnh", "Đảng bộ Sở Y tế", "Chi bộ Phòng Nghiệp vụ",
                "Chi bộ Văn phòng", "Chi bộ Tòa án"}  # fmt: skip
    assert await without() == everyone
    await establish(board, world, "health")
    await establish(board, world, "court", size=2, to="2024-02-01")
    assert await without() == everyone - {"Đảng bộ Sở Y tế", "Chi bộ Tòa án"}
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})
    for name, type in (("health", "grassroots_cell"), ("court", "affiliated_cell")):
        retyped = Wanted((world[name],), Period(date(2024, 2, 15)), {"type": type})
        await facts.overwrite(connection, facts.ORGANIZATION_TYPE, operation_id, [retyped])
    assert await without() == everyone - {"Đảng bộ Sở Y tế"}


async def test_only_what_is_within_reach_is_told_and_named(sign_in: SignIn, world: World) -> None:
    secretary = await sign_in("cell_secretary", "health-1")
    (cell,) = (await found(secretary, "below_minimum"))["items"]
    assert (cell["name"], cell["candidates"], cell["measure"]) == ("Chi bộ Phòng Nghiệp vụ", [], "dissolve")
    hidden = await secretary.get("/v1/restructuring-suggestions", params={"within": str(world["health"])})
    assert hidden.status_code == 404


async def test_pages_and_the_whole_list_say_the_same_as_does_the_same_instant(
    board: Client, world: World
) -> None:
    whole = await found(board, limit=200, total=True)
    assert whole["total"] == len(whole["items"]) > 3
    items, after = [], None
    while True:
        page = await found(board, limit=2, **({"after": after} if after else {}))
        items += page["items"]
        if (after := page["next"]) is None:
            break
    assert items == whole["items"]
    known = await found(board, limit=200, known_at=whole["known_at"])
    assert known["items"] == whole["items"]
    lines = await board.get(
        "/v1/restructuring-suggestions", params={"on": ON}, headers={"Accept": "application/x-ndjson"}
    )
    assert len(lines.text.splitlines()) == len(items) + 1


async def test_what_is_asked_by_kind_is_what_the_whole_list_says_of_it_now_and_as_known(
    board: Client, connection: asyncpg.Connection, operation_id: UUID, world: World
) -> None:
    section = await organization(
        connection, operation_id, world["health"], "sectional_committee", "Đảng bộ bộ phận"
    )
    cell = await organization(connection, operation_id, section, "affiliated_cell", "Chi bộ Khoa Nội")
    await enroll(connection, operation_id, cell, 20, 11)
    await enroll(connection, operation_id, world["court"], 30)
    row = {"scope": "organization", "unit": "persons", "source": "12-QĐ/ĐUK", "confidence": "S",
           "combine": "replace", "value": {"grassroots_committee_members_below": 40}}  # fmt: skip
    wanted = Wanted(("org.consent_required_cases", section), Period(OPENED), row)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])
    await establish(board, world, "court", size=2)
    whole = await found(board, limit=200)
    assert len({one["kind"] for one in whole["items"]}) >= 6
    for known in ({}, {"known_at": whole["known_at"]}):
        for kinds in [(kind,) for kind in SuggestionKind] + [("seats_vacant", "large_cell")]:
            told = await found(board, *kinds, limit=200, **known)
            assert told["items"] == [one for one in whole["items"] if one["kind"] in kinds], kinds


async def test_before_anything_was_known_nothing_is_told(board: Client) -> None:
    page = await found(board, known_at="2020-01-01T00:00:00Z")
    assert (page["items"], page["unjudged"]) == ([], 0)


async def test_a_page_is_two_statements(board: Client, statements: Statements) -> None:
    await found(board)
    async with statements() as executed:
        await found(board)
    assert len(executed) == 2
