"""Imports of meetings over HTTP: the rules are those of single requests; what is recorded is not changed."""

from typing import Any

import pytest
from conftest import SignIn, Statements
from import_files import apply, counts, errors
from make import Client, World

HEADER = "organization,body,kind,month,held_on,not_held_reason,absences"


async def meetings(client: Client, *lines: str, **params: str) -> dict[str, Any]:
    return await apply(client, "meetings", HEADER, *lines, **params)


async def listed(client: Client, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/v1/meetings", params=asked)).json()["items"]
    return found


async def shown(client: Client, meeting: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/meetings/{meeting['id']}")).json()
    return found


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


async def test_meetings_come_with_their_absent_and_a_second_time_change_nothing(
    office: Client, world: World
) -> None:
    lines = (
        "health-1,cell,,2024-05,2024-05-06,,p1=ill; p2=without_reason;",
        "health-1,cell,regular,06/2024,,disaster_or_epidemic,",
        "health-2,cell,thematic,2024-05,31/05/2024,,",
    )
    assert counts(await meetings(office, *lines, mode="validate")) == ("valid", 3, 0, 0)
    imported = await meetings(office, *lines)
    assert counts(imported) == ("applied", 3, 0, 0), await errors(office, imported)
    assert imported["organization_id"] == str(world["health"]) and imported["operation_id"]
    by = {(one["month"], one["kind"]): await shown(office, one) for one in await listed(office)}
    held = by["2024-05", "regular"]
    assert {(one["member_id"], one["reason"]) for one in held["absent"]} == {
        (str(world["p1"]), "ill"),
        (str(world["p2"]), "without_reason"),
    }
    assert (held["day"], held["attendance"]["on_roll"], held["attendance"]["present"]) == ("2024-05-06", 3, 1)
    assert (held["base"]["summoned"], held["findings"]) == (2, [])
    missed = by["2024-06", "regular"]
    assert (missed["held"], missed["day"], missed["not_held_reason"]) == (
        False,
        "2024-06-30",
        "disaster_or_epidemic",
    )
    assert by["2024-05", "thematic"]["day"] == "2024-05-31"
    again = await meetings(office, *lines)
    assert (counts(again), again["operation_id"]) == (("applied", 0, 0, 3), None)


async def test_a_meeting_recorded_by_a_request_is_known(office: Client, world: World) -> None:
    said = {
        "organization_id": str(world["health-1"]),
        "body": "cell",
        "month": "2024-05",
        "held_on": "2024-05-06",
        "absences": [{"member_id": str(world["p1"]), "reason": "ill"}],
        "resolutions": [{"title": "Nghị quyết", "in_favour": 1}],
    }
    assert (await office.post("/v1/meetings", json={"meetings": [said]})).status_code == 201
    line = "health-1,cell,,2024-05,2024-05-06,,p1=ill"
    assert counts(await meetings(office, line)) == ("applied", 0, 0, 1)


@pytest.mark.parametrize(
    "otherwise",
    [
        "health-1,cell,,2024-05,2024-05-07,,p1=ill",
        "health-1,cell,,2024-05,2024-05-06,,p1=on_duty",
        "health-1,cell,,2024-05,2024-05-06,,p0=ill",
        "health-1,cell,,2024-05,2024-05-06,,p1=ill;p0=ill",
        "health-1,cell,,2024-05,2024-05-06,,",
        "health-1,cell,,2024-05,,other,",
        "health-1,cell,extraordinary,2024-06,2024-05-20,,",
    ],
)
async def test_a_meeting_recorded_otherwise_is_not_changed_by_a_file(office: Client, otherwise: str) -> None:
    recorded = (
        "health-1,cell,,2024-05,2024-05-06,,p1=ill",
        "health-1,cell,extraordinary,2024-05,2024-05-20,,",
    )
    await meetings(office, *recorded)
    for meaning in ({}, {"meaning": "corrections", "reason": "Ghi nhầm"}):
        refused = await meetings(office, otherwise, **meaning)
        assert await errors(office, refused) == [(1, None, "meeting_recorded_otherwise")]


async def test_what_a_single_request_refuses_is_refused_row_by_row(office: Client) -> None:
    refused = await meetings(
        office,
        "health,cell,,2024-05,2024-05-06,,",
        "health,committee,,2024-05,2024-05-06,,",
        "health-1,cell,,2024-05,2024-05-06,,p0=ill;p3=ill",
        "health-1,cell,,2090-05,2090-05-01,,",
        "health-1,cell,,2090-06,,other,",
        "health-1,cell,,2019-05,2019-05-01,,",
        "health-2,cell,,2024-01,,,",
        "health-2,cell,,2024-02,2024-02-01,other,",
        "health-2,cell,thematic,2024-03,,other,",
        "health-2,cell,,2024-04,2024-07-01,,",
        "health,committee,congress,2024-06,2024-06-03,,",
        "health-2,cell,,2024-07,2024-07-01,,p3=ill;p3=on_duty",
    )
    assert await errors(office, refused) == [
        (1, "body", "body_of_another_kind"),
        (2, "body", "no_committee_then"),
        (3, "absences", "not_on_its_roll"),
        (4, "held_on", "day_to_come"),
        (5, "month", "month_not_over"),
        (6, "held_on", "organization_not_alive_then"),
        (7, "held_on", "held_or_not"),
        (8, "held_on", "held_or_not"),
        (9, "not_held_reason", "not_held_has_nothing"),
        (10, "month", "month_far_from_day"),
        (11, "kind", "congress_of_a_committee"),
        (12, "absences", "member_repeated"),
    ]
    page = (await office.get(f"/v1/imports/{refused['id']}/errors")).json()
    assert page["items"][2]["facts"] == {"number": 2}


async def test_cells_that_cannot_be_read_are_refused(office: Client) -> None:
    refused = await meetings(
        office,
        ",cell,,2024-05,2024-05-06,,",
        "health-1,,,2024-05,2024-05-06,,",
        "health-1,cell,,,2024-05-06,,",
        "health-1,cell,,2024-13,2024-05-06,,",
        "health-1,cell,,2024-05-06,2024-05-06,,",
        "health-1,cell,,2024-05,2024-05-06,,p1",
        "health-1,cell,,2024-05,2024-05-06,,=ill",
        "health-1,cell,,2024-05,2024-05-06,,p1=asleep",
        f"health-1,cell,,2024-05,2024-05-06,,{';'.join(f'x{n}=ill' for n in range(501))}",
    )
    assert await errors(office, refused) == [
        (1, "organization", "missing_value"),
        (2, "body", "missing_value"),
        (3, "month", "missing_value"),
        (4, "month", "month_expected"),
        (5, "month", "month_expected"),
        (6, "absences", "named_words_malformed"),
        (7, "absences", "named_words_malformed"),
        (8, "absences", "unknown_word"),
        (9, "absences", "too_many_named"),
    ]


async def test_a_meeting_stands_once_in_a_file(office: Client) -> None:
    refused = await meetings(
        office,
        "health-1,cell,,2024-05,2024-05-06,,",
        "health-1,cell,,2024-05,2024-05-06,,",
        "health-1,cell,regular,2024-05,2024-05-07,,",
        "health-1,cell,thematic,2024-05,2024-05-06,,",
        "health-1,cell,thematic,2024-05,2024-05-07,,",
        "health-1,cell,thematic,2024-06,2024-05-06,,",
    )
    assert await errors(office, refused) == [
        (2, "month", "meeting_repeated"),
        (3, "month", "meeting_repeated"),
        (6, "month", "meeting_repeated"),
    ]


async def test_a_committee_meets_with_those_who_sit_in_it(sign_in: SignIn, world: World) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    seats = (
        "organization,committee_kind,term,term_from,term_to,size,origin,member,title,basis",
        "health,executive,2023-2028,2024-01-15,2029-01-15,9,congress,p0,secretary,elected",
        "health,executive,2023-2028,,,,,p3,committee_member,elected",
    )
    assert counts(await apply(board, "seats", *seats)) == ("applied", 2, 0, 0)
    refused = await meetings(board, "C-health,committee,,2024-05,2024-05-06,,p1=ill", key="code")
    assert await errors(board, refused) == [(1, "absences", "not_on_its_roll")]
    line = "C-health,committee,,2024-05,2024-05-06,,p3=on_duty"
    assert counts(await meetings(board, line, key="code")) == ("applied", 1, 0, 0)
    (one,) = await listed(board)
    found = await shown(board, one)
    assert found["committee_id"] and found["attendance"]["on_roll"] == 2
    assert [absent["member_id"] for absent in found["absent"]] == [str(world["p3"])]


async def test_out_of_reach_is_told_like_missing(sign_in: SignIn, office: Client) -> None:
    refused = await meetings(
        office,
        "court,cell,,2024-05,2024-05-06,,",
        "nowhere,cell,,2024-05,2024-05-06,,",
        "health-1,cell,,2024-05,2024-05-06,,p4=ill",
        "health-1,cell,,2024-06,2024-06-06,,p1=ill;p99=ill",
    )
    assert await errors(office, refused) == [
        (1, "organization", "unknown_organization"),
        (2, "organization", "unknown_organization"),
        (3, "absences", "unknown_absentee"),
        (4, "absences", "unknown_absentee"),
    ]


async def test_who_only_reads_an_organization_may_not_record_its_meetings(sign_in: SignIn) -> None:
    secretary = await sign_in("cell_secretary", "health-1", "secretary")
    await sign_in("inspection_committee", "health", "secretary")
    line = "{},cell,,2024-05,2024-05-06,,"
    refused = await meetings(secretary, line.format("health-2"))
    assert await errors(secretary, refused) == [(1, "organization", "import_not_allowed")]
    assert counts(await meetings(secretary, line.format("health-1"))) == ("applied", 1, 0, 0)


async def test_many_rows_need_no_more_statements_than_one(office: Client, statements: Statements) -> None:
    async with statements() as one:
        assert counts(await meetings(office, "health-1,cell,,2023-01,2023-01-04,,p0=ill")) == (
            "applied", 1, 0, 0,
        )  # fmt: skip
    lines = [
        f"{cell},cell,,2024-{n:02},2024-{n:02}-04,,{who}=ill"
        for n in range(1, 13)
        for cell, who in (("health-1", "p0"), ("health-2", "p3"))
    ]
    async with statements() as many:
        assert counts(await meetings(office, *lines)) == ("applied", 24, 0, 0)
    assert len(many) <= len(one) < 70


async def test_long_files_are_judged_part_by_part(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.imports.meetings._JUDGED_AT_ONCE", 2)
    lines = [f"health-1,cell,,2024-0{n},2024-0{n}-04,,p0=ill" for n in range(1, 6)]
    refused = await meetings(office, *lines, "health-1,cell,,2024-06,2024-06-04,,p3=ill")
    assert await errors(office, refused) == [(6, "absences", "not_on_its_roll")]
    assert counts(await meetings(office, *lines)) == ("applied", 5, 0, 0)
