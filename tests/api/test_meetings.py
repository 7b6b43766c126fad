"""Meetings over HTTP: only the absent are typed, bases come out of the roll, corrections say all anew."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from acts import elected, establish
from conftest import SignIn, Statements
from make import CAUSE, Client, World, member

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

DAY = "2024-05-06"


def cell_meeting(world: World, cell: str = "health-1", **differing: Any) -> dict[str, Any]:
    said = {"organization_id": str(world[cell]), "body": "cell", "month": "2024-05", "held_on": DAY}
    return {name: value for name, value in (said | differing).items() if value is not None}


async def record(client: Client, *meetings: dict[str, Any], **differing: Any) -> Any:
    return await client.post("/v1/meetings", json={"meetings": list(meetings), **differing})


async def recorded(client: Client, *meetings: dict[str, Any]) -> list[str]:
    answer = await record(client, *meetings)
    assert answer.status_code == 201, answer.text
    return [one["meeting"]["id"] for one in answer.json()["items"]]


async def shown(client: Client, meeting_id: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/meetings/{meeting_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def correct(client: Client, meeting_id: str, value: Any, **differing: Any) -> Any:
    etag = (await client.get(f"/v1/meetings/{meeting_id}")).headers["etag"]
    said = {"period": {"from": DAY, "to": "2024-05-07"}, "reason": "Ghi nhầm", "value": value}
    return await client.post(
        f"/v1/meetings/{meeting_id}/corrections", json=said | differing, headers={"If-Match": etag}
    )


@pytest.fixture
async def secretary(sign_in: SignIn) -> Client:
    return await sign_in("cell_secretary", "health-1")


async def enlarge(connection: asyncpg.Connection, world: World, cell: str, official: int) -> list[UUID]:
    """More official members of a cell."""
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    return [
        await member(connection, operation_id, world[cell], f"Vũ Văn {chr(65 + n)}") for n in range(official)
    ]


async def depart(connection: asyncpg.Connection, member_id: UUID, status: str) -> None:
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_CHANGED, {})
    said = Wanted((member_id,), Period(date(2024, 1, 1)), {"status": status})
    await facts.overwrite(connection, facts.ACTIVITY, operation_id, [said])


async def test_a_secretary_types_the_absent_and_the_base_is_itemised(
    secretary: Client, connection: asyncpg.Connection, world: World
) -> None:
    more = await enlarge(connection, world, "health-1", 5)
    for one, status in zip(more, ("exempted", "exempted", "suspended"), strict=False):
        await depart(connection, one, status)
    absences = [
        {"member_id": str(one), "reason": reason}
        for one, reason in (
            (more[0], "exempted"),
            (more[3], "temporarily_elsewhere"),
            (more[4], "prosecuted"),
            (world["p1"], "without_reason"),
        )
    ]
    resolutions = [
        {"title": "Nghị quyết tháng 5", "in_favour": 2},
        {"title": "Đề nghị khen thưởng", "share": "two_thirds", "in_favour": 2},
    ]
    (meeting_id,) = await recorded(secretary, cell_meeting(world, absences=absences, resolutions=resolutions))
    found = await shown(secretary, meeting_id)
    assert found["attendance"] == {
        "on_roll": 8,
        "official": 7,
        "present": 3,
        "official_present": 2,
        "absent": {"exempted": 1, "temporarily_elsewhere": 1, "prosecuted": 1, "without_reason": 1},
        "suspended": 1,
    }
    assert found["base"] == {
        "summoned": 7,
        "left_out": {"exempted": 1, "suspended": 1, "temporarily_elsewhere": 1, "prosecuted": 1},
        "size": 3,
        "source": "294 9.3.2, 9.3.3",
    }
    assert [(one["needed"], one["carried"], one["base"]) for one in found["resolved"]] == [
        (2, True, 3),
        (2, True, 3),
    ]
    assert [(one["code"], one["value"]) for one in found["findings"]] == [("status_not_recorded", 1)]
    assert {one["full_name"] for one in found["absent"]} == {
        "Đặng Đình Quế",
        "Vũ Văn A",
        "Vũ Văn D",
        "Vũ Văn E",
    }


async def test_v_1_a_cell_of_twenty_two_needs_fourteen_of_twenty(
    secretary: Client, connection: asyncpg.Connection, world: World
) -> None:
    more = await enlarge(connection, world, "health-1", 18)
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
    await member(connection, operation_id, world["health-1"], "Vũ Thị Mai", standing="probationary")
    absences = [{"member_id": str(one), "reason": "ill"} for one in more[:3]]
    resolutions = [
        {"title": f"Nghị quyết {votes}", "share": share, "in_favour": votes}
        for share, votes in (
            ("two_thirds", 13),
            ("two_thirds", 14),
            ("simple_majority", 10),
            ("simple_majority", 11),
        )
    ]
    (meeting_id,) = await recorded(secretary, cell_meeting(world, absences=absences, resolutions=resolutions))
    found = await shown(secretary, meeting_id)
    assert (found["attendance"]["on_roll"], found["attendance"]["official_present"]) == (22, 17)
    assert found["base"]["size"] == 20
    assert [(one["needed"], one["carried"]) for one in found["resolved"]] == [
        (14, False),
        (14, True),
        (11, False),
        (11, True),
    ]


async def test_v_9_a_committee_of_nine_with_one_away_counts_eight(
    sign_in: SignIn, connection: asyncpg.Connection, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    more = await enlarge(connection, world, "health-2", 9)
    seats = [elected(one, "secretary" if n == 0 else "committee_member") for n, one in enumerate(more)]
    committee = await establish(board, world, seats=seats)
    await depart(connection, more[4], "temporarily_elsewhere")
    (meeting_id,) = await recorded(
        board,
        cell_meeting(
            world,
            "health",
            body="committee",
            absences=[{"member_id": str(more[4]), "reason": "on_duty"}],
            resolutions=[{"title": "Kế hoạch", "share": "two_thirds", "in_favour": 6}],
        ),
    )
    found = await shown(board, meeting_id)
    assert found["committee_id"] == committee
    assert (found["base"]["summoned"], found["base"]["size"]) == (9, 8)
    assert (found["resolved"][0]["needed"], found["resolved"][0]["carried"]) == (6, True)


async def test_a_meeting_not_held_says_why_and_stands_on_the_last_day_of_its_month(
    secretary: Client, world: World
) -> None:
    (meeting_id,) = await recorded(
        secretary, cell_meeting(world, held_on=None, not_held_reason="disaster_or_epidemic")
    )
    found = await shown(secretary, meeting_id)
    assert (found["held"], found["day"], found["not_held_reason"]) == (
        False,
        "2024-05-31",
        "disaster_or_epidemic",
    )
    assert (found["attendance"], found["base"]) == (None, None)


async def test_a_body_has_one_regular_meeting_a_month(secretary: Client, world: World) -> None:
    regular, _ = await recorded(secretary, cell_meeting(world), cell_meeting(world, kind="thematic"))
    named = await record(secretary, cell_meeting(world, held_on="2024-06-03"))
    assert named.json()["records"] == [regular]
    for again in (
        [cell_meeting(world, held_on="2024-06-03")],
        [cell_meeting(world, held_on=None, not_held_reason="other")],
        [cell_meeting(world, month="2024-07", held_on="2024-07-01")] * 2,
    ):
        answer = await record(secretary, *again)
        assert (answer.status_code, answer.json()["code"]) == (409, "meeting_exists")
    each = await record(
        secretary, *[cell_meeting(world, month="2024-07", held_on="2024-07-01")] * 2, bulk="each"
    )
    assert each.status_code == 200
    first, second = each.json()["items"]
    assert first["meeting"]["month"] == "2024-07"
    assert (second["refusal"]["code"], second["refusal"]["pointer"]) == ("meeting_exists", "/body/meetings/1")


async def test_what_cannot_be_is_refused_each_in_its_place(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    answer = await record(
        office,
        cell_meeting(world, "health"),
        cell_meeting(world, "health", body="committee"),
        cell_meeting(world, absences=[{"member_id": str(world["p3"]), "reason": "ill"}]),
        cell_meeting(world, held_on="2090-05-01", month="2090-05"),
        cell_meeting(world, held_on="2019-05-01", month="2019-05"),
        cell_meeting(world, resolutions=[{"title": "Nghị quyết", "in_favour": 3}]),
        cell_meeting(
            world, held_on="2022-05-01", month="2022-05", resolutions=[{"title": "A", "in_favour": 1}]
        ),
        cell_meeting(world, "town-1"),
    )
    assert codes(answer) == [
        ("/body/meetings/0/body", "body_of_another_kind"),
        ("/body/meetings/1/body", "no_committee_then"),
        ("/body/meetings/2/absences/0/member_id", "not_on_its_roll"),
        ("/body/meetings/3/held_on", "day_to_come"),
        ("/body/meetings/4/held_on", "organization_not_alive_then"),
        ("/body/meetings/5/resolutions/0/in_favour", "votes_beyond_base"),
        ("/body/meetings/6/resolutions", "base_unknown"),
        ("/body/meetings/7/organization_id", "unknown_organization"),
    ]


@pytest.mark.parametrize(
    ("differing", "code"),
    [
        ({"held_on": None}, "held_or_not"),
        ({"not_held_reason": "other"}, "held_or_not"),
        ({"held_on": None, "not_held_reason": "other", "kind": "thematic"}, "not_held_has_nothing"),
        ({"held_on": "2024-07-01"}, "month_far_from_day"),
        ({"body": "committee", "kind": "congress"}, "congress_of_a_committee"),
        (
            {"absences": [{"member_id": "00000000-0000-7000-8000-000000000000", "reason": "ill"}] * 2},
            "member_repeated",
        ),
        ({"month": "2024-13"}, "month_expected"),
    ],
)
async def test_a_meeting_that_contradicts_itself_is_malformed(
    secretary: Client, world: World, differing: dict[str, Any], code: str
) -> None:
    assert [found for _, found in codes(await record(secretary, cell_meeting(world, **differing)))] == [code]


async def test_who_only_reads_may_not_record(sign_in: SignIn, world: World) -> None:
    answer = await record(await sign_in("inspection_committee", "health"), cell_meeting(world))
    assert (answer.status_code, answer.json()["code"]) == (403, "role_may_not")


async def test_a_correction_says_absentees_anew_and_counts_the_base_anew(
    secretary: Client, connection: asyncpg.Connection, world: World
) -> None:
    more = await enlarge(connection, world, "health-1", 1)
    resolution = {"title": "Nghị quyết", "in_favour": 2}
    (meeting_id,) = await recorded(secretary, cell_meeting(world, resolutions=[resolution]))
    absences = [{"member_id": str(more[0]), "reason": "exempted"}]
    answer = await correct(secretary, meeting_id, {"absences": absences})
    assert answer.status_code == 200, answer.text
    found = answer.json()["meeting"]
    assert (found["resolved"][0]["summoned"], found["resolved"][0]["base"], found["version"]) == (3, 2, 2)
    assert [one["reason"] for one in found["absent"]] == ["exempted"]
    again = await correct(secretary, meeting_id, {"absences": absences})
    assert codes(again) == [("/body/value", "nothing_to_change")]


async def test_a_wrong_day_is_corrected_under_the_same_id(secretary: Client, world: World) -> None:
    absences = [{"member_id": str(world["p1"]), "reason": "ill"}]
    (meeting_id,) = await recorded(secretary, cell_meeting(world, absences=absences))
    assert (await correct(secretary, meeting_id, {"held_on": "2024-05-08"})).status_code == 200
    found = await shown(secretary, meeting_id)
    assert (found["day"], len(found["absent"]), found["version"]) == ("2024-05-08", 1, 2)
    far = await correct(
        secretary, meeting_id, {"month": "2024-09"}, period={"from": "2024-05-08", "to": "2024-05-09"}
    )
    assert codes(far) == [("/body/value", "month_far_from_day")]


async def test_a_meeting_struck_out_is_gone_with_all_that_was_recorded_of_it(
    secretary: Client, connection: asyncpg.Connection, world: World
) -> None:
    absences = [{"member_id": str(world["p1"]), "reason": "ill"}]
    resolutions = [{"title": "Nghị quyết", "in_favour": 2}]
    said = cell_meeting(world, absences=absences, resolutions=resolutions)
    (meeting_id,) = await recorded(secretary, said)
    assert (await correct(secretary, meeting_id, None)).json() == {"meeting": None}
    assert (await secretary.get(f"/v1/meetings/{meeting_id}")).status_code == 404
    for table in ("meeting", "absence", "resolution"):
        assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE superseded_by IS NULL") == 0
    await recorded(secretary, said)


async def test_a_roll_corrected_later_is_noted_at_the_meeting(
    sign_in: SignIn, connection: asyncpg.Connection, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")
    more = await enlarge(connection, world, "health-1", 2)
    absences = [{"member_id": str(more[0]), "reason": "without_reason"}]
    (meeting_id,) = await recorded(
        office,
        cell_meeting(world, absences=absences, resolutions=[{"title": "Nghị quyết", "in_favour": 3}]),
    )
    operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBER_LEFT, {})
    left = Wanted((more[0],), Period(date(2024, 2, 1)), {"exit_reason": "deceased"})
    await facts.overwrite(connection, facts.MEMBERSHIP, operation_id, [left])
    found = await shown(office, meeting_id)
    assert {one["code"] for one in found["findings"]} == {"absent_off_the_roll", "summoned_differs"}
    assert [one["on_roll"] for one in found["absent"]] == [False]
    assert (found["base"]["size"], found["resolved"][0]["base"]) == (3, 4)


async def test_absentees_are_named_to_who_may_read_them_and_that_is_recorded(
    sign_in: SignIn, connection: asyncpg.Connection, secretary: Client, world: World
) -> None:
    absences = [{"member_id": str(world["p1"]), "reason": "ill"}]
    (meeting_id,) = await recorded(secretary, cell_meeting(world, absences=absences))
    assert await connection.fetchval("SELECT count(*) FROM recorded_read") == 0
    await shown(await sign_in("auditor", "bloc"), meeting_id)
    rows = await connection.fetch("SELECT route, count, member_id FROM recorded_read")
    assert [tuple(row) for row in rows] == [("get_meeting", 1, None)]
    assert (await (await sign_in("auditor", "court")).get(f"/v1/meetings/{meeting_id}")).status_code == 404


async def test_meetings_are_listed_month_by_month(sign_in: SignIn, world: World) -> None:
    office = await sign_in("grassroots_office", "health")
    await recorded(
        office,
        *(cell_meeting(world, month=f"2024-0{n}", held_on=f"2024-0{n}-04") for n in (3, 1, 2)),
        cell_meeting(world, "health-2", month="2024-01", held_on=None, not_held_reason="other"),
    )

    async def months(**asked: Any) -> list[str]:
        answer = await office.get("/v1/meetings", params=asked)
        assert answer.status_code == 200, answer.text
        return [one["month"] for one in answer.json()["items"]]

    assert await months() == ["2024-01", "2024-01", "2024-02", "2024-03"]
    assert await months(organization=str(world["health-2"])) == ["2024-01"]
    assert await months(within=str(world["health"]), held="true", **{"from": "2024-02", "to": "2024-03"}) == [
        "2024-02",
        "2024-03",
    ]
    assert (await office.get("/v1/meetings", params={"within": str(world["court"])})).status_code == 404


async def test_many_meetings_are_recorded_in_as_many_statements_as_one(
    sign_in: SignIn, statements: Statements, world: World
) -> None:
    office = await sign_in("grassroots_office", "health")

    def of(year: int) -> list[dict[str, Any]]:
        return [
            cell_meeting(
                world,
                cell,
                month=f"{year}-{n:02}",
                held_on=f"{year}-{n:02}-04",
                absences=[{"member_id": str(world[who]), "reason": "ill"}],
                resolutions=[{"title": "Nghị quyết", "in_favour": 1}],
            )
            for n in range(1, 13)
            for cell, who in (("health-1", "p0"), ("health-2", "p3"))
        ]

    async with statements() as executed:
        await recorded(office, of(2023)[0])
    alone = len(executed)
    async with statements() as executed:
        await recorded(office, *of(2024))
    assert len(executed) == alone == 19
