"""Due lists over HTTP, party age and the end of probation on a member: by dates, breaks and reach."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Connection
from conftest import SignIn, Statements
from make import CAUSE, OPENED, Client, World, member, shipped

from app.db import Database
from app.domain.badges import MONTHS_A_YEAR, award_before, due, early_months, reached
from app.domain.operation import OperationKind
from app.domain.partial_date import PartialDate, add_months
from app.domain.party_age import breaks, counted_since
from app.domain.period import Period
from app.domain.policy import resolve
from app.queries import facts
from app.queries.facts import Wanted
from app.services import history

ROWS = shipped("members")


class Recorder:
    """Writes members and what is said of their admission, the short way."""

    def __init__(self, connection: Connection, operation_id: UUID) -> None:
        self.connection, self.operation_id = connection, operation_id

    async def member(self, cell: UUID, name: str, standing: str = "official", **dates: str) -> UUID:
        made = await member(self.connection, self.operation_id, cell, name, standing=standing)
        rows = await facts.believed(self.connection, facts.PERSON, (made,))
        values = rows[0][1] | {field: PartialDate.parse(text) for field, text in dates.items()}
        await self.say(facts.PERSON, made, Period(OPENED), values)
        return made

    async def absent(self, member_id: UUID, period: Period, why: str) -> None:
        if why in ("interrupted", "exempted"):
            await self.say(facts.ACTIVITY, member_id, period, {"status": why})
        else:
            await self.say(facts.MEMBERSHIP, member_id, period, {"exit_reason": why})

    async def say(
        self, table: facts.FactTable, member_id: UUID, period: Period, values: dict[str, Any]
    ) -> None:
        wanted = [Wanted((member_id,), period, values)]
        await facts.overwrite(self.connection, table, self.operation_id, wanted)


Recording = Callable[[], AbstractAsyncContextManager[Recorder]]


@pytest.fixture
def recording(database: Database) -> Recording:
    """One act: `async with recording() as record:`."""

    @asynccontextmanager
    async def act() -> AsyncIterator[Recorder]:
        async with database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
            yield Recorder(connection, operation_id)

    return act


async def listed(client: Client, world: World, what: str, where: str = "province", **params: Any) -> Any:
    answer = await client.get(f"/v1/organizations/{world[where]}/{what}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_member_shows_party_age_without_what_broke_it_off(
    sign_in: SignIn, world: World, recording: Recording
) -> None:
    client = await sign_in("grassroots_office", "health")
    async with recording() as record:
        back = await record.member(world["health-1"], "Lê Văn Cao", admitted_on="2000-05-19")
        await record.absent(back, Period(date(2024, 1, 1), date(2025, 1, 1)), "removed")
        await record.absent(back, Period(date(2025, 3, 1), date(2025, 9, 1)), "interrupted")
        await record.absent(back, Period(date(2025, 10, 1), date(2025, 12, 1)), "exempted")
    address = f"/v1/members/{back}"
    body = (await client.get(address, params={"on": "2026-11-19"})).json()
    assert body["party_age"] == {
        "since": {"earliest": "2001-11-19", "latest": "2001-11-19"},
        "least": {"years": 25, "months": 0},
        "most": {"years": 25, "months": 0},
        "unknown": None,
    }
    assert body["probation_ends_on"] is None
    before = (await client.get(address, params={"on": "2023-12-31"})).json()["party_age"]
    assert before["since"]["earliest"] == "2000-05-19"
    gone = (await client.get(address, params={"on": "2024-06-01"})).json()["party_age"]
    assert gone == {"since": None, "least": None, "most": None, "unknown": "not_on_the_roll"}
    unknown = (await client.get(f"/v1/members/{world['p0']}")).json()["party_age"]["unknown"]
    assert unknown == "admission_unknown"


async def test_a_wrongful_removal_that_is_struck_out_breaks_nothing(
    sign_in: SignIn, world: World, recording: Recording
) -> None:
    client = await sign_in("grassroots_office", "health")
    async with recording() as record:
        wronged = await record.member(world["health-1"], "Lê Văn Cao", admitted_on="2000-05-19")
        await record.absent(wronged, Period(date(2024, 1, 1), date(2025, 1, 1)), "removed")
    address = f"/v1/members/{wronged}"
    removed = await client.get(address)
    assert removed.json()["party_age"]["since"]["earliest"] == "2001-05-19"
    correction = {
        "fact": "membership",
        "period": {"from": "2024-01-01", "to": "2025-01-01"},
        "value": {"cell_id": str(world["health-1"]), "standing": "official"},
        "reason": "Xóa tên sai, khôi phục",
    }
    headers = {"If-Match": removed.headers["etag"]}
    restored = await client.post(f"{address}/corrections", json=correction, headers=headers)
    assert restored.json()["member"]["party_age"]["since"]["earliest"] == "2000-05-19"


async def test_v3_probation_ends_a_year_after_the_ceremony(
    sign_in: SignIn, world: World, recording: Recording, statements: Statements
) -> None:
    client = await sign_in("grassroots_office", "health")
    dates = {"admitted_on": "2024-08-25", "inducted_on": "2024-09-15"}
    async with recording() as record:
        made = await record.member(world["health-1"], "Lê Văn Cao", "probationary", **dates)
    async with statements() as executed:
        body = (await client.get(f"/v1/members/{made}", params={"on": "2025-01-01"})).json()
    assert len(executed) == 1
    assert (body["probation_ends_on"], body["party_age"]["unknown"]) == ("2025-09-15", "not_official")
    assert (await client.get(f"/v1/members/{world['p2']}")).json()["probation_ends_on"] is None

    for by, expected in (("2025-09-14", []), ("2025-09-15", ["certain"])):
        page = await listed(client, world, "probations-ending", "health", on="2025-01-01", ends_by=by)
        assert [one["certainty"] for one in page["items"]] == expected
        assert (page["ends_by"], page["undated"]) == (by, 1)
    assert page["items"][0]["ends_on"] == {"earliest": "2025-09-15", "latest": "2025-09-15"}
    assert page["items"][0]["member"]["cell_name"] == "Chi bộ Phòng Nghiệp vụ"


async def test_a_ceremony_known_in_part_makes_the_end_possible_until_it_is_sure(
    sign_in: SignIn, world: World, recording: Recording
) -> None:
    client = await sign_in("grassroots_office", "health")
    async with recording() as record:
        await record.member(world["health-2"], "Lê Văn Cao", "probationary", inducted_on="2024-09")
    for by, expected in (("2025-08-31", []), ("2025-09-15", ["possible"]), ("2025-09-30", ["certain"])):
        page = await listed(client, world, "probations-ending", "health", on="2025-01-01", ends_by=by)
        assert [one["certainty"] for one in page["items"]] == expected


async def test_an_award_day_lists_milestones_by_years_with_what_dates_leave_open(
    sign_in: SignIn, world: World, recording: Recording, statements: Statements
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    async with recording() as record:
        for name, admitted in (
            ("Lê Văn Một", "1986-02-03"),  # 40 on the very day
            ("Lê Văn Hai", "1985-11-08"),  # 40 the day after the award before
            ("Lê Văn Ba", "1985-11-07"),  # 40 on the award before
            ("Lê Văn Bốn", "1986-02-04"),  # 40 the day after
            ("Lê Văn Năm", "1996-01"),  # 30 in January
            ("Lê Văn Sáu", "1996"),  # 30 in 2026
        ):
            await record.member(world["court"], name, admitted_on=admitted)
    asked = {"on": "2026-01-15", "award_on": "2026-02-03"}
    await listed(
        client, world, "badges-due", "bloc", **asked
    )  # a driver looks up once what arrays are made of
    async with statements() as executed:
        page = await listed(client, world, "badges-due", "bloc", **asked)
    assert len(executed) == 3
    shown = [(one["years"], one["member"]["full_name"], one["certainty"]) for one in page["items"]]
    assert shown == [
        (30, "Lê Văn Năm", "certain"),
        (30, "Lê Văn Sáu", "possible"),
        (40, "Lê Văn Hai", "certain"),
        (40, "Lê Văn Một", "certain"),
    ]
    assert page["items"][0]["reached_on"] == {"earliest": "2026-01-01", "latest": "2026-01-31"}
    assert (page["award_on"], page["undated"]) == ("2026-02-03", 4)
    assert await listed(client, world, "badges-due", "bloc", on="2026-01-15") == page
    early = await listed(client, world, "badges-due", "bloc", early=True, **asked)
    assert [one["member"]["full_name"] for one in early["items"] if one["early"]] == ["Lê Văn Bốn"]
    assert early["items"][1]["certainty"] == "certain"  # some day of the window, whichever of 1996
    assert (await listed(client, world, "badges-due", "health", **asked))["items"] == []

    whole = await client.get(
        f"/v1/organizations/{world['court']}/badges-due",
        params=asked,
        headers={"Accept": "application/x-ndjson"},
    )
    assert '"count": 4' in whole.text and '"award_on": "2026-02-03"' in whole.text
    first = await listed(client, world, "badges-due", "bloc", limit=1, total=True, **asked)
    rest = await listed(client, world, "badges-due", "bloc", after=first["next"], limit=200, **asked)
    assert first["items"] + rest["items"] == page["items"] and first["total"] == 4


async def test_another_day_than_an_award_day_is_refused_with_those_there_are(
    sign_in: SignIn, world: World
) -> None:
    client = await sign_in("upper_organizing_board", "bloc")
    answer = await client.get(
        f"/v1/organizations/{world['bloc']}/badges-due", params={"award_on": "2026-02-04"}
    )
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["pointer"], error["code"]) == (
        422,
        "/query/award_on",
        "not_an_award_day",
    )
    assert error["award_days"] == ["02-03", "05-19", "09-02", "11-07"]


@pytest.mark.parametrize("what", ["badges-due", "probations-ending"])
async def test_due_lists_are_found_where_members_are_read(sign_in: SignIn, world: World, what: str) -> None:
    client = await sign_in("cell_secretary", "health-1")
    for where, status in (("health-1", 200), ("health-2", 404), ("bloc", 404)):
        answer = await client.get(f"/v1/organizations/{world[where]}/{what}")
        assert answer.status_code == status


@pytest.mark.parametrize("early", [False, True])
async def test_the_list_reckons_like_the_rule(
    sign_in: SignIn, world: World, recording: Recording, early: bool
) -> None:
    client = await sign_in("auditor", "province")
    chance, award = random.Random(7), date(2027, 2, 3)
    days = resolve(ROWS, "badge.award_days", award).value
    table = resolve(ROWS, "badge.early_months_illness", award).value
    breaking = {"removed", "interrupted"}
    after = award_before(award, days)
    expected = set()
    async with recording() as record:
        for number in range(150):
            back = chance.choice([30, 40, 45, 50, 70])
            start = add_months(award, -back * MONTHS_A_YEAR) + timedelta(chance.randint(-900, 800))
            admitted = PartialDate.parse(start.isoformat()[: chance.choice([4, 7, 10, 10, 10])])
            name = f"Lê Văn {chr(65 + number // 26)}{chr(65 + number % 26)}"
            made = await record.member(world["town-1"], name, admitted_on=admitted.isoformat() or "")
            absences = []
            if number % 2:
                begun = OPENED + timedelta(chance.randint(1, 400))
                lost = Period(begun, begun + timedelta(chance.choice([1, 28, 31, 365, 366, 731])))
                why = chance.choice(["removed", "interrupted", "exempted", "transferred_out"])
                await record.absent(made, lost, why)
                absences.append((lost, why))
            since = counted_since(admitted, breaks(absences, breaking), award)
            assert since is not None
            for years in resolve(ROWS, "badge.milestones", award).value:
                up_to = add_months(award, early_months(years, table) if early else 0)
                said = due(reached(since, years), after, up_to)
                if said:
                    expected.add((str(made), years, said.value, since.earliest.isoformat()))
    page = await listed(
        client, world, "badges-due", on="2026-12-01", award_on=str(award), early=early, limit=200
    )
    found = {
        (one["member"]["id"], one["years"], one["certainty"], one["since"]["earliest"])
        for one in page["items"]
    }
    assert page["next"] is None and len(expected) > 15
    assert found == expected


async def test_on_the_last_day_no_award_day_lies_ahead(sign_in: SignIn, world: World) -> None:
    client = await sign_in("provincial_organizing_board", "province")
    answer = await client.get(f"/v1/organizations/{world['health']}/badges-due", params={"on": "2199-12-31"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "no_award_day_ahead")
