"""Members over HTTP: what was recorded in error, corrected or struck out."""

from typing import Any

import pytest
from acts import act, create_member, listed_names, membership, newcomer, read_member
from conftest import SignIn
from make import World

MISSING = "00000000-0000-7000-8000-000000000000"


# --- reading -----------------------------------------------------------------------------------------------


async def test_a_wrong_birth_date_is_corrected_and_the_old_belief_stays_known(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    before = await read_member(client, world["p0"])
    proposal = await act(
        client,
        world["p0"],
        "correction-proposals",
        201,
        fact="person",
        period={"from": "2023-01-01"},
        value={"birth_date": "1970-05-03"},
        reason="Đảo ngày và tháng",
        evidence="Lý lịch đảng viên",
    )
    second = await sign_in("grassroots_office", "health")
    etag = (await second.get(f"/v1/correction-proposals/{proposal['id']}")).headers["etag"]
    confirmations = f"/v1/correction-proposals/{proposal['id']}/confirmations"
    confirmed = await second.post(confirmations, headers={"If-Match": etag})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    read = await read_member(client, world["p0"])
    assert (read["birth_date"], read["full_name"]) == ("1970-05-03", "Nguyễn Văn An")
    assert (await read_member(client, world["p0"], known_at=before["known_at"]))["birth_date"] == "1970-03-05"


@pytest.mark.parametrize(
    ("period", "value", "code"),
    [
        ({"from": "2022-01-01"}, {"sex": "male"}, "person_not_on_record"),
        ({"from": "2023-01-01"}, {}, "nothing_to_change"),
        ({"from": "2023-01-01"}, {"full_name": None}, "cannot_end"),
        ({"from": "2023-01-01", "to": "2023-01-01"}, {"sex": "male"}, "period_empty"),
        ({"from": "2023-01-01"}, None, "model_attributes_type"),
    ],
)
async def test_particulars_are_corrected_only_where_they_are_on_record(
    sign_in: SignIn, world: World, period: dict[str, str], value: dict[str, Any] | None, code: str
) -> None:
    client = await sign_in("grassroots_office", "health")
    document = {"fact": "person", "period": period, "value": value, "reason": "Thử"}
    refused = await act(client, world["p0"], "corrections", 422, **document)
    assert refused["errors"][0]["code"] == code


async def test_a_corrected_membership_replaces_what_stood_there_and_names_what_rested_on_it(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    await act(client, world["p2"], "changes", effective_on="2024-06-01", standing="official")
    document = membership(world["health-2"], "probationary", **{"from": "2022-07-01"})
    body = await act(client, world["p2"], "corrections", **document)
    assert body["member"]["cell"]["id"] == str(world["health-2"])
    assert (body["dependent_operations_count"], body["dependent_operations"][-1]["kind"]) == (
        2,
        "organizations_imported",
    )
    first = await read_member(client, world["p2"], on="2022-07-01")
    assert (first["began_on"], first["full_name"]) == ("2022-07-01", "Trần Thị Ánh")


async def test_a_member_has_one_cell_at_a_time_and_no_day_without(sign_in: SignIn, world: World) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    middle = membership(world["court"], **{"from": "2024-01-01", "to": "2025-01-01"})
    await act(client, world["p0"], "corrections", **middle)
    cells = [
        (await read_member(client, world["p0"], on=day))["cell"]["name"]
        for day in ("2023-12-31", "2024-01-01", "2025-01-01")
    ]
    assert cells == ["Chi bộ Phòng Nghiệp vụ", "Chi bộ Tòa án", "Chi bộ Phòng Nghiệp vụ"]
    for period in ({"from": "2024-01-01", "to": "2025-01-01"}, {"from": "2025-01-01"}):
        refused = await act(client, world["p0"], "corrections", 409, **membership(None, **period))
        assert refused["code"] == "membership_has_gap"


async def test_a_correction_needs_the_duty_over_every_cell_it_touches(sign_in: SignIn, world: World) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    await act(board, world["p0"], "changes", effective_on="2024-01-01", cell_id=str(world["court"]))
    court = await sign_in("grassroots_office", "court")
    taken_out = membership(world["court"], **{"from": "2023-01-01"})
    refused = await act(court, world["p0"], "corrections", 422, **taken_out)
    assert refused["errors"][0]["pointer"] == "/body/period"
    put_in = membership(world["health-2"], **{"from": "2024-01-01"})
    refused = await act(court, world["p0"], "corrections", 422, **put_in)
    assert refused["errors"][0]["pointer"] == "/body/value/cell_id"
    await act(board, world["p0"], "corrections", **taken_out)


@pytest.mark.parametrize(
    "fact",
    [
        {"fact": "person", "value": {"sex": "female"}},
        {"fact": "activity", "value": {"status": "exempted"}},
        {"fact": "identifier", "kind": "card_number", "value": {"number": "55"}},
        {"fact": "external_id", "system": "test", "value": {"external_id": "q0"}},
    ],
)
async def test_a_fact_of_a_stay_elsewhere_is_corrected_only_with_the_duty_there(
    sign_in: SignIn, world: World, fact: dict[str, Any]
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2023-01-01", "to": "2024-01-01"})
    await act(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health", "office")
    whole = {"period": {"from": "2023-06-01"}, "reason": "Ghi nhầm", **fact}
    refused = await act(office, world["p0"], "corrections", 422, **whole)
    assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
        ("/body/period", "unknown_organization")
    ]
    await sign_in("auditor", "bloc", "office")
    await act(office, world["p0"], "corrections", 403, **whole)
    await act(office, world["p0"], "corrections", **whole | {"period": {"from": "2024-01-01"}})
    await act(board, world["p0"], "corrections", **whole)


async def test_a_correction_that_takes_the_member_out_of_reach_answers_without_the_member(
    sign_in: SignIn, world: World
) -> None:
    board = await sign_in("upper_organizing_board", "bloc")
    stay = membership(world["court"], **{"from": "2023-01-01", "to": "2024-01-01"})
    await act(board, world["p0"], "corrections", **stay)
    office = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2024-01-01"}) | {"value": {"exit_reason": "deceased"}}
    assert (await act(office, world["p0"], "corrections", **left))["member"] is None
    assert (await office.get(f"/v1/members/{world['p0']}")).status_code == 404
    exited = await read_member(board, world["p0"])
    assert (exited["exit_reason"], exited["cell"]["id"]) == ("deceased", str(world["court"]))


async def test_a_record_cannot_begin_with_an_exit(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    for period in ({"from": "2022-06-01", "to": "2023-01-01"}, {"from": "2023-01-01"}):
        left = membership(None, **period) | {"value": {"exit_reason": "deceased"}}
        refused = await act(client, world["p1"], "corrections", 409, **left)
        assert refused["code"] == "exit_before_membership"
    left = membership(None, **{"from": "2024-01-01"}) | {"value": {"exit_reason": "deceased"}}
    await act(client, world["p1"], "corrections", **left)
    struck = membership(None, **{"from": "2023-01-01", "to": "2024-01-01"})
    refused = await act(client, world["p1"], "corrections", 409, **struck)
    assert refused["code"] == "exit_before_membership"


async def test_nobody_is_born_after_the_first_day_on_the_roll(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    for since, born in (("2024-02-01", "2024-02-02"), ("2024-02-01", "2025"), ("2199-01-01", "2198")):
        document = newcomer(world, since=since, birth_date=born)
        refused = (await client.post("/v1/members", json=document)).json()
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
            ("/body/birth_date", "birth_in_future")
        ]
    born = {"fact": "person", "period": {"from": "2024-01-01"}, "reason": "Ghi nhầm"}
    refused = await act(client, world["p0"], "corrections", 422, **born, value={"birth_date": "2023-01-02"})
    assert refused["errors"][0]["pointer"] == "/body/value/birth_date"
    young = await create_member(client, world, birth_date="2024-01")  # the earliest possible day decides
    earlier = membership(world["health-1"], **{"from": "2023-12-31"})
    refused = await act(client, young["id"], "corrections", 422, **earlier)
    assert (refused["errors"][0]["pointer"], refused["errors"][0]["code"]) == (
        "/body/period",
        "birth_in_future",
    )


async def test_activity_and_numbers_are_said_only_of_days_on_the_roll(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2025-03-01"}) | {"value": {"exit_reason": "deceased"}}
    await act(client, world["p1"], "corrections", **left)
    activity = {"fact": "activity", "value": {"status": "exempted"}, "reason": "Ghi nhầm"}
    number = {
        "fact": "identifier",
        "kind": "card_number",
        "value": {"number": "55"},
        "reason": "Ghi nhầm",
    }
    for fact in (activity, number):
        for period in ({"from": "2022-12-31", "to": "2024-01-01"}, {"from": "2025-02-01"}):
            refused = await act(client, world["p1"], "corrections", 422, **fact, period=period)
            assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [
                ("/body/period", "not_on_the_roll")
            ]
        on_the_roll = {"from": "2023-01-01", "to": "2025-03-01"}
        await act(client, world["p1"], "corrections", **fact, period=on_the_roll)
        struck_out = fact | {"value": None}
        await act(client, world["p1"], "corrections", **struck_out, period={"from": "2022-01-01"})


@pytest.mark.parametrize("planned_exit", [True, False])
async def test_a_departure_from_activity_ends_with_the_stay_and_a_number_outlasts_it(
    sign_in: SignIn, world: World, planned_exit: bool
) -> None:
    client = await sign_in("grassroots_office", "health")
    left = membership(None, **{"from": "2024-06-01"}) | {"value": {"exit_reason": "resigned"}}
    on = {"effective_on": "2024-03-01"}
    number = on | {"identifiers": [{"kind": "card_number", "number": "00012345"}]}
    status = on | {"activity_status": "suspended"}
    acts = [("corrections", left), ("changes", number), ("statuses", status)]
    for name, document in acts if planned_exit else reversed(acts):
        await act(client, world["p0"], name, **document)
    back = membership(world["health-1"], **{"from": "2025-06-01"})
    await act(client, world["p0"], "corrections", **back)
    seen = {
        day: await read_member(client, world["p0"], on=day)
        for day in ("2024-05-31", "2024-06-01", "2025-06-01")
    }
    assert [one["activity_status"] for one in seen.values()] == ["suspended", None, "active"]
    assert all([one["number"] for one in body["identifiers"]] == ["*****345"] for body in seen.values())


async def test_a_departure_from_activity_goes_on_in_the_next_cell(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    await act(client, world["p0"], "changes", effective_on="2024-06-01", cell_id=str(world["health-2"]))
    await act(client, world["p0"], "statuses", effective_on="2024-03-01", activity_status="exempted")
    assert (await read_member(client, world["p0"], on="2024-06-01"))["activity_status"] == "exempted"


async def test_nothing_but_the_person_is_known_before_the_first_day_on_the_roll(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    await act(client, world["p0"], "statuses", effective_on="2023-02-01", activity_status="suspended")
    numbers = [{"kind": "card_number", "number": "00012345"}]
    await act(client, world["p0"], "changes", effective_on="2023-02-01", identifiers=numbers)
    struck = membership(None, **{"from": "2023-01-01", "to": "2024-01-01"})
    await act(client, world["p0"], "corrections", **struck)
    answer = await client.get(f"/v1/members/{world['p0']}/timeline")
    assert {one["fact"]: (one["from"], one["to"]) for one in answer.json()["items"]} == {
        "person": ("2023-01-01", None),
        **dict.fromkeys(("membership", "activity", "identifier", "external_id"), ("2024-01-01", None)),
    }


async def test_a_member_struck_out_frees_the_numbers_and_ids_for_another_record(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    borne = {
        "identifiers": [{"kind": "card_number", "number": "00012345"}],
        "external_ids": {"personnel": "77"},
        "activity_status": "exempted",
    }
    mistaken = await create_member(client, world, **borne)
    await act(client, mistaken["id"], "corrections", **membership(None, **{"from": "2024-02-01"}))
    again = await create_member(client, world, cell="health-2", **borne)
    assert again["external_ids"] == {"personnel": "77"} and len(again["identifiers"]) == 1


async def test_a_member_recorded_by_mistake_is_struck_out_and_can_be_said_again(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("grassroots_office", "health")
    created = await create_member(client, world)
    body = await act(client, created["id"], "corrections", **membership(None, **{"from": "2024-02-01"}))
    assert body["member"] is None
    assert (await client.get(f"/v1/members/{created['id']}")).status_code == 404
    assert "Vũ Thị Bích" not in await listed_names(client)
    again = await client.post(
        f"/v1/members/{created['id']}/corrections",
        json=membership(world["health-1"], **{"from": "2024-02-01"}),
        headers={"If-Match": f'"{created["version"] + 1}-000000000000"'},
    )
    assert again.status_code == 200 and again.json()["member"]["standing"] == "official"


async def test_numbers_activity_and_external_ids_are_corrected(sign_in: SignIn, world: World) -> None:
    client = await sign_in("grassroots_office", "health")
    whole = {"period": {"from": "2023-01-01"}, "reason": "Ghi nhầm"}

    async def correct(**fact: Any) -> dict[str, Any]:
        return (await act(client, world["p0"], "corrections", **whole, **fact))["member"]

    number = {"fact": "identifier", "kind": "file_number"}
    assert (await correct(**number, value={"number": "030012"}))["identifiers"][0]["number"] == "***012"
    assert (await correct(**number, value=None))["identifiers"] == []
    assert (await correct(fact="activity", value={"status": "suspended"}))["activity_status"] == "suspended"
    assert (await correct(fact="activity", value={"status": "active"}))["activity_status"] == "active"
    external = {"fact": "external_id", "system": "test"}
    assert (await correct(**external, value={"external_id": "q0"}))["external_ids"] == {"test": "q0"}
    assert (await correct(**external, value=None))["external_ids"] == {}


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"cell_id": MISSING},
        {"standing": "official"},
        {"cell_id": MISSING, "standing": "official", "exit_reason": "removed"},
    ],
)
async def test_a_membership_is_in_a_cell_or_out(sign_in: SignIn, world: World, value: dict[str, str]) -> None:
    client = await sign_in("grassroots_office", "health")
    document = {"fact": "membership", "period": {"from": "2024-01-01"}, "value": value, "reason": "Thử"}
    refused = await act(client, world["p0"], "corrections", 422, **document)
    assert refused["errors"][0]["code"] == "in_a_cell_or_out"


# --- the timeline ------------------------------------------------------------------------------------------
