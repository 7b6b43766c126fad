"""What nobody may say of a member, said by a single request and by a file: both refuse it alike."""

from typing import Any

import pytest
from acts import act, create_member, newcomer, read_member
from conftest import SignIn
from import_files import counts, errors, send
from make import Client, World

PAPER = {"issuer": "Đảng ủy Sở Y tế", "number": "07-QĐ/ĐU", "signed_on": "2024-01-20"}
CORRECTED = {"meaning": "corrections", "reason": "Ghi nhầm"}
AHEAD = PAPER | {"signed_on": "2199-01-01"}


async def file(client: Client, header: str, *lines: str, **params: str) -> dict[str, Any]:
    answer = await send(client, "members", header, *lines, **params)
    assert answer.status_code == 201, answer.text
    imported: dict[str, Any] = answer.json()
    return imported


async def told(client: Client, imported: dict[str, Any]) -> dict[str, Any]:
    """The first error of a refused file, whole."""
    assert imported["state"] == "refused", imported
    (first, *_) = (await client.get(f"/v1/imports/{imported['id']}/errors")).json()["items"]
    return first


@pytest.fixture
async def office(sign_in: SignIn) -> Client:
    return await sign_in("grassroots_office", "health")


@pytest.mark.parametrize(
    ("dates", "first", "then"),
    [
        ({"birth_date": "1990", "admitted_on": "1989-12-31"}, "birth_date", "admitted_on"),
        ({"birth_date": "1990-03", "youth_union_on": "1990-02"}, "birth_date", "youth_union_on"),
        ({"admitted_on": "2015-02-03", "inducted_on": "2015-02-02"}, "admitted_on", "inducted_on"),
        ({"admitted_on": "2015-02", "recognised_on": "2014"}, "admitted_on", "recognised_on"),
        ({"inducted_on": "2015-02", "recognised_on": "2015-01"}, "inducted_on", "recognised_on"),
    ],
)
async def test_dates_of_a_newcomer_that_surely_stand_in_the_wrong_order_are_refused(
    office: Client, world: World, dates: dict[str, str], first: str, then: str
) -> None:
    refused = await office.post("/v1/members", json=newcomer(world, **dates))
    problem = refused.json()
    assert (refused.status_code, problem["rule"], problem["code"]) == (409, "R-MEM-7", "dates_out_of_order")
    assert (problem["first"], problem["then"]) == (first, then) and problem["source"]
    assert first in problem["detail"] and "…" not in problem["detail"]
    header = ",".join(["external_id", "full_name", "cell", "standing", "valid_from", *dates])
    line = ",".join(["n1", "A B", "health-1", "official", "2024-02-01", *dates.values()])
    error = await told(office, await file(office, header, line))
    assert (error["column"], error["code"]) == (then, "dates_out_of_order")
    assert error["facts"] == {"rule": "R-MEM-7", "source": problem["source"], "first": first, "then": then}
    possible = {name: text[:4] for name, text in dates.items()}
    if possible[first] == possible[then]:
        await create_member(office, world, **possible)


async def test_dates_are_judged_with_those_on_record_by_changes_corrections_and_files(
    office: Client, world: World
) -> None:
    known = await create_member(
        office, world, birth_date="1980", admitted_on="2005", external_ids={"test": "q"}
    )
    said = {"effective_on": "2024-03-01", "inducted_on": "2004"}
    assert (await act(office, known["id"], "changes", 409, **said))["rule"] == "R-MEM-7"
    wrong = {"fact": "person", "period": {"from": "2024-03-01"}, "reason": "Ghi nhầm"}
    value = {"recognised_on": "2004-12"}
    assert (await act(office, known["id"], "corrections", 409, **wrong, value=value))["rule"] == "R-MEM-7"
    locked = {"birth_date": "2006"}
    proposed = await act(office, known["id"], "correction-proposals", 409, **wrong, value=locked)
    assert (proposed["rule"], proposed["then"]) == ("R-MEM-7", "admitted_on")
    for params in ({}, CORRECTED):
        refused = await file(office, "external_id,inducted_on,valid_from", "q,2004,2024-03-01", **params)
        assert await errors(office, refused) == [(1, "inducted_on", "dates_out_of_order")]
    await act(office, known["id"], "changes", **said | {"inducted_on": "2005"})
    taken = await file(office, "external_id,recognised_on,valid_from", "q,2006,2024-03-01")
    assert counts(taken) == ("applied", 0, 1, 0)


async def test_who_arrives_has_dates_in_order_and_comes_on_no_day_ahead(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("provincial_organizing_board", "province")
    who = newcomer(world, birth_date="1990", admitted_on="1985")
    arrival = {"from_outside": "Nơi khác", "introduced_on": "2024-01-02", "member": who, "decisions": [PAPER]}
    refused = await board.post("/v1/transfers/arrivals", json=arrival)
    assert (refused.status_code, refused.json()["rule"]) == (409, "R-MEM-7")
    late = await board.post(
        "/v1/transfers/arrivals", json=arrival | {"member": newcomer(world, since="2199-01-01")}
    )
    assert [(one["pointer"], one["code"]) for one in late.json()["errors"]] == [
        ("/body/member/since", "day_to_come")
    ]


async def test_no_change_makes_an_official_member_probationary(office: Client, world: World) -> None:
    said = {"effective_on": "2024-03-01", "standing": "probationary", "decisions": [PAPER]}
    refused = await act(office, world["p0"], "changes", 409, **said)
    assert (refused["rule"], refused["code"], refused["value"]) == (
        "R-MEM-8",
        "official_stays_official",
        "official",
    )
    header = "external_id,full_name,cell,standing,valid_from,valid_to"
    rows = (
        "p0,,,probationary,2024-03-01,",
        "p1,,health-2,probationary,2024-03-01,2024-06-01",
        "n1,A B,health-1,official,2023-02-01,2024-01-01",
        "n1,A B,health-2,probationary,2024-01-01,",
    )
    assert await errors(office, await file(office, header, *rows)) == [
        (1, "standing", "official_stays_official"),
        (2, "standing", "official_stays_official"),
        (4, "standing", "official_stays_official"),
    ]
    moved = await file(office, "external_id,standing,valid_from", "p0,probationary,2024-03-01", **CORRECTED)
    assert counts(moved) == ("applied", 0, 1, 0)
    recognised = await act(office, world["p2"], "changes", effective_on="2024-03-01", standing="official")
    assert recognised["standing"] == "official"
    recognised_again = await file(office, "external_id,standing,valid_from", "p0,official,2025-03-01")
    assert counts(recognised_again) == ("applied", 0, 1, 0)


async def test_a_file_changes_no_name_and_corrects_one(office: Client, world: World) -> None:
    header = "external_id,full_name,cell,standing,valid_from,valid_to"
    rows = (
        "p0,Nguyễn Văn Ân,,,2024-03-01,",
        "p1,Đặng Đình Quế,,,2024-03-01,",
        "n1,A B,health-1,official,2023-02-01,2024-01-01",
        "n1,A C,health-1,official,2024-01-01,",
    )
    refused = await file(office, header, *rows)
    assert await errors(office, refused) == [
        (1, "full_name", "name_by_decision"),
        (4, "full_name", "name_by_decision"),
    ]
    assert (await told(office, refused))["facts"] == {"rule": "R-MEM-4", "source": "06 9.1"}
    corrected = await file(office, header, rows[0], **CORRECTED)
    assert counts(corrected) == ("applied", 0, 1, 0)
    assert (await read_member(office, world["p0"]))["full_name"] == "Nguyễn Văn Ân"


@pytest.mark.parametrize("name", ["Ng^1234 <b>", "An 2", "- ."])
async def test_what_no_name_is_written_with_is_refused_everywhere(
    office: Client, world: World, name: str
) -> None:
    refused = await office.post("/v1/members", json=newcomer(world, full_name=name))
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/body/full_name", "not_a_name")
    ]
    change = {"effective_on": "2024-03-01", "full_name": name, "decisions": [PAPER]}
    assert (await act(office, world["p0"], "changes", 422, **change))["errors"][0]["code"] == "not_a_name"
    wrong = {"fact": "person", "period": {"from": "2024-03-01"}, "reason": "Ghi nhầm"}
    corrected = await act(office, world["p0"], "corrections", 422, **wrong, value={"full_name": name})
    assert corrected["errors"][0]["code"] == "not_a_name"
    for params in ({}, CORRECTED):
        rows = (f"n1,{name},health-1,official,2024-02-01", f"p0,{name},,,2024-03-01")
        refused_file = await file(office, "external_id,full_name,cell,standing,valid_from", *rows, **params)
        assert await errors(office, refused_file) == [
            (1, "full_name", "not_a_name"),
            (2, "full_name", "not_a_name"),
        ]
    found = await office.post("/v1/members/searches", json={"name": name})
    assert found.status_code == 200


@pytest.mark.parametrize(
    ("kind", "rule", "refused_on", "other_form", "form"),
    [
        ("citizen_id", "R-MEM-9", "2024-02-01", "ABC", "030085001234"),
        ("citizen_id", "R-MEM-9", "2024-02-01", "03008500123", "030085123"),
        ("card_number", "R-MEM-5", "2025-10-01", "12345678", "030085001234"),
    ],
)
async def test_numbers_have_the_form_of_their_day(
    office: Client, world: World, kind: str, rule: str, refused_on: str, other_form: str, form: str
) -> None:
    code = f"{kind}_of_another_form"
    numbered = newcomer(world, since=refused_on, identifiers=[{"kind": kind, "number": other_form}])
    refused = (await office.post("/v1/members", json=numbered)).json()
    assert (refused["rule"], refused["code"]) == (rule, code) and refused["value"]
    assert other_form not in str(refused)
    header = f"external_id,full_name,cell,standing,valid_from,{kind}"
    told_of = await told(
        office, await file(office, header, f"n1,A B,health-1,official,{refused_on},{other_form}")
    )
    assert (told_of["column"], told_of["code"]) == (kind, code)
    assert told_of["facts"] == {"rule": rule, "value": refused["value"], "source": refused["source"]}
    changed = await file(office, f"external_id,valid_from,{kind}", f"p0,{refused_on},{other_form}")
    assert await errors(office, changed) == [(1, kind, code)]
    taken = await file(office, header, f"n1,A B,health-1,official,{refused_on},{form}")
    assert counts(taken) == ("applied", 1, 0, 0)


async def test_a_number_of_before_the_form_is_sure_is_taken_by_the_day_of_its_row(office: Client) -> None:
    rows = ("p0,2024-02-01,7", "p1,2024-02-01,12345678")
    assert counts(await file(office, "external_id,valid_from,card_number", *rows)) == ("applied", 0, 2, 0)


async def test_no_paper_is_signed_on_a_day_to_come_and_acts_may_be_dated_ahead(
    office: Client, world: World
) -> None:
    ahead = {"effective_on": "2199-01-01", "activity_status": "suspended"}
    refused = await act(office, world["p0"], "statuses", 422, **ahead, decisions=[PAPER, AHEAD])
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/body/decisions/1/signed_on", "day_to_come")
    ]
    await act(office, world["p0"], "statuses", **ahead, decisions=[PAPER])
    refused_newcomer = await office.post("/v1/members", json=newcomer(world, decisions=[AHEAD]))
    assert refused_newcomer.json()["errors"][0]["code"] == "day_to_come"
