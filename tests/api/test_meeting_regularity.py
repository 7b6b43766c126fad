"""Regularity and absentees: meetings held of those due, and who missed so many without reason."""

from datetime import date
from typing import Any

import asyncpg
import pytest
from acts import establish
from conftest import SignIn, Statements
from make import CAUSE, OPENED, Client, World, today

from app.domain.nation import NATION
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history


def held(world: World, cell: str, month: str, *absent: str, **differing: Any) -> dict[str, Any]:
    absences = [{"member_id": str(world[one]), "reason": "without_reason"} for one in absent]
    said = {"organization_id": str(world[cell]), "body": "cell", "month": month, "absences": absences}
    return said | (differing or {"held_on": f"{month}-05"})


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


async def record(client: Client, *meetings: dict[str, Any]) -> None:
    answer = await client.post("/v1/meetings", json={"meetings": list(meetings)})
    assert answer.status_code == 201, answer.text


async def regularity(
    client: Client, world: World, organization: str = "health", **asked: str
) -> dict[str, Any]:
    params = {"from": "2023-01", "to": "2023-12"} | asked
    answer = await client.get(f"/v1/organizations/{world[organization]}/meeting-regularity", params=params)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def figures(item: dict[str, Any]) -> tuple[Any, ...]:
    return (*(item[name] for name in ("due", "held", "not_held", "missing")), item["regularity"]["value"])


async def test_regularity_counts_what_was_held_of_what_was_due(office: Client, world: World) -> None:
    await record(
        office,
        *(held(world, "health-1", f"2023-{n:02}") for n in range(1, 12)),
        held(world, "health-1", "2023-11", held_on="2023-11-20", kind="thematic"),
        held(world, "health-1", "2023-12", not_held_reason="other"),
        held(world, "health-2", "2023-06"),
    )
    page = await regularity(office, world)
    assert [(one["organization_name"], *figures(one)) for one in page["items"]] == [
        ("Chi bộ Phòng Nghiệp vụ", 12, 11, 1, 0, "91.7"),
        ("Chi bộ Văn phòng", 12, 1, 0, 11, "8.3"),
    ]
    assert figures(page["whole"]) == (24, 12, 1, 11, "50.0")
    assert page["items"][0]["regularity"] == {
        "value": "91.7",
        "numerator": 11,
        "denominator": 12,
        "of": "due",
        "decimals": 1,
    }
    assert page["on"] == "2023-12-31"


async def test_months_before_the_opening_and_months_not_over_are_not_due(
    office: Client, world: World
) -> None:
    page = await regularity(office, world, "health-1", **{"from": "2022-11", "to": "2023-02"})
    assert [figures(one) for one in page["items"]] == [(2, 0, 0, 2, "0.0")]
    month = f"{today():%Y-%m}"
    page = await regularity(office, world, "health-1", **{"from": month, "to": month})
    assert (page["items"], figures(page["whole"])) == ([], (0, 0, 0, 0, None))


async def test_a_cell_has_meetings_due_while_it_lives(
    office: Client, connection: asyncpg.Connection, world: World
) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})
    for table in (facts.ORGANIZATION_TYPE, facts.ORGANIZATION_OPENING):
        await facts.overwrite(
            connection, table, operation_id, [Wanted((world["health-2"],), Period(date(2023, 4, 20)), None)]
        )
    page = await regularity(office, world)
    assert [figures(one)[0] for one in page["items"]] == [12, 3]


async def test_a_committee_has_meetings_due_in_the_months_it_is_in_office(
    sign_in: SignIn, office: Client, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    for place in ("health", "bloc"):
        await establish(board, world, place, **{"from": "2023-03-10", "to": None})
    await record(office, held(world, "health", "2023-04", held_on="2023-04-02", body="committee"))
    page = await regularity(board, world, "bloc")
    committees = [one for one in page["items"] if one["body"] == "committee"]
    assert [(one["organization_id"], *figures(one)) for one in committees] == [
        (str(world["health"]), 9, 1, 0, 8, "11.1")
    ]


async def test_the_frequency_of_the_narrowest_scope_holds(
    office: Client, connection: asyncpg.Connection, world: World
) -> None:
    national = await connection.fetchval(
        "SELECT value FROM policy WHERE key = 'meeting.frequency' AND superseded_by IS NULL"
    )
    operation_id = await history.begin(connection, CAUSE, OperationKind.POLICIES_SHIPPED, {})
    row = {
        "scope": "organization",
        "value": national | {"cell": 4},
        "unit": "meetings a year",
        "combine": "replace",
        "source": "Quyết định",
        "confidence": "S",
    }
    wanted = Wanted(("meeting.frequency", world["health-2"]), Period(OPENED), row)
    await facts.overwrite(connection, facts.POLICY, operation_id, [wanted])
    assert world["health-2"] != NATION
    await record(office, *(held(world, "health-2", f"2023-{n:02}") for n in (1, 3, 4, 7, 10)))
    page = await regularity(office, world)
    assert [figures(one) for one in page["items"]] == [(12, 0, 0, 12, "0.0"), (4, 4, 0, 0, "100.0")]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [("2023-06", "2023-05", "to_before_from"), ("2018-12", "2023-12", "too_many_months")],
)
async def test_the_months_asked_about_are_some_and_not_too_many(
    office: Client, world: World, first: str, last: str, code: str
) -> None:
    answer = await office.get(
        f"/v1/organizations/{world['health']}/meeting-regularity", params={"from": first, "to": last}
    )
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/query/to", code)]


async def test_regularity_is_one_statement_also_as_it_was_known(
    office: Client, statements: Statements, world: World
) -> None:
    before = (await office.get("/v1/meetings")).json()["known_at"]
    await record(office, held(world, "health-1", "2023-06"))
    async with statements() as executed:
        assert figures((await regularity(office, world))["whole"])[1] == 1
    assert len(executed) == 1
    assert figures((await regularity(office, world, known_at=before))["whole"])[1] == 0


async def test_absentees_missed_three_months_of_the_year_without_reason(
    sign_in: SignIn, office: Client, connection: asyncpg.Connection, world: World
) -> None:
    await record(
        office,
        *(held(world, "health-1", f"2023-{n:02}", "p0", "p1") for n in (2, 5, 9)),
        held(world, "health-1", "2024-01", "p1"),
        *(held(world, "health-2", f"2023-{n:02}", "p3") for n in (1, 2)),
        held(world, "health-2", "2023-02", "p3", held_on="2023-02-20", kind="thematic"),
    )
    address = f"/v1/organizations/{world['bloc']}/absentees"
    auditor = await sign_in("auditor", "bloc")
    page = (await auditor.get(address, params={"year": 2023})).json()
    assert [(one["full_name"], one["cell_name"], one["months"]) for one in page["items"]] == [
        ("Nguyễn Văn An", "Chi bộ Phòng Nghiệp vụ", ["2023-02", "2023-05", "2023-09"]),
        ("Đặng Đình Quế", "Chi bộ Phòng Nghiệp vụ", ["2023-02", "2023-05", "2023-09"]),
    ]
    assert (page["least"], page["source"], page["on"]) == (3, "294 8.1", "2023-12-31")
    assert len((await auditor.get(address, params={"year": 2023, "months": 2})).json()["items"]) == 3
    assert (await auditor.get(address, params={"year": 2024})).json()["items"] == []
    rows = await connection.fetch("SELECT route, count FROM recorded_read ORDER BY read_at, id")
    assert [tuple(row) for row in rows] == [("list_absentees", n) for n in (2, 3, 0)]
    assert (await office.get(address, params={"year": 2023})).status_code == 404
    unruled = await auditor.get(address, params={"year": 2020})
    assert (unruled.status_code, unruled.json()["code"]) == (409, "policy_missing")


async def test_before_anything_was_known_there_is_a_list_and_no_failure(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    params = {"from": "2024-01", "to": "2024-12", "known_at": "2020-01-01T00:00:00Z"}
    answer = await client.get(f"/v1/organizations/{world['health']}/meeting-regularity", params=params)
    assert answer.status_code == 200, answer.text
