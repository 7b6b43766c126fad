"""Each guard that what is taken back can meet is said as a rule, with the operation behind it, before it refuses."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from conftest import RolledBack, SignIn
from make import CAUSE, TODAY, World, organization

from app.auth import DEVELOPMENT_ISSUER
from app.domain.access import actor_of
from app.domain.errors import RuleBroken
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import FactTable, Wanted
from app.services import history
from app.services.history import Cause
from app.services.reversal import reverse
from app.services.reversal_guards import GUARDS

NAMED = {"name": "Chi bộ", "sort_key": "chi bo", "search_key": "chi bo"}
TERM = {"kind": "executive", "term": "2024-2029", "origin": "congress", "size": 3}
SECRETARY = {"title": "secretary", "basis": "elected"}
MEETING = {"body": "cell", "kind": "regular", "month": date(2024, 7, 1)}

Said = tuple[FactTable, tuple[Any, ...], Period, Mapping[str, Any] | None]


def days(start: str, end: str | None = None) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end) if end else None)


TERM_DAYS = days("2024-01-01", "2029-01-01")


class Register:
    """Writes facts past all acts, each time by an operation of its own."""

    def __init__(self, database: RolledBack, world: World) -> None:
        self.database, self.world = database, world

    async def say(self, *said: Said) -> UUID:
        async with self.database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(connection, CAUSE, OperationKind.MEMBERS_IMPORTED, {})
            for table, key, valid, values in said:
                await facts.overwrite(connection, table, operation_id, [Wanted(key, valid, values)])
            await history.touch(connection, CAUSE, operation_id)
        return operation_id

    async def founded(self, parent: UUID, kind: str, since: str, until: str | None = None) -> UUID:
        async with self.database.writing() as unit:
            connection = await unit.begin()
            operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
            life = days(since, until)
            one = await organization(connection, operation_id, parent, kind, "Chi bộ", life=life)
            await history.touch(connection, CAUSE, operation_id)
        return one

    def living(self, one: UUID, life: Period) -> list[Said]:
        return [
            (facts.PLACEMENT, (one,), life, {"parent_id": self.world["health"]}),
            (facts.ORGANIZATION_NAME, (one,), life, NAMED),
            (facts.ORGANIZATION_TYPE, (one,), life, {"type": "affiliated_cell"}),
        ]

    async def prolonged(self, *later: Callable[[UUID], Said]) -> tuple[UUID, UUID]:
        """A cell that is said to have begun a year earlier, and what is said of that year."""
        cell = await self.founded(self.world["health"], "affiliated_cell", "2025-01-01")
        earlier = await self.say(*self.living(cell, days("2024-01-01", "2025-01-01")))
        return earlier, await self.say(*(one(cell) for one in later))


Case = Callable[[Register, World], Awaitable[tuple[UUID, UUID]]]
"""What is said, and what is said on it: the operation to take back, and the one in its way."""


async def membership_unbroken(at: Register, world: World) -> tuple[UUID, UUID]:
    stay = {"cell_id": world["health-1"], "standing": "official"}
    first = await at.say((facts.MEMBERSHIP, (world["p0"],), days("2022-06-01", "2023-01-01"), stay))
    return first, await at.say((facts.MEMBERSHIP, (world["p0"],), days("2022-01-01", "2022-06-01"), stay))


async def organization_unbroken(at: Register, world: World) -> tuple[UUID, UUID]:
    cell = await at.founded(world["health"], "affiliated_cell", "2023-06-01", "2024-01-01")
    opened: Said = (facts.ORGANIZATION_OPENING, (cell,), days("2023-06-01"), None)
    await at.say(opened)
    first = await at.say(*at.living(cell, days("2024-01-01", "2025-01-01")))
    return first, await at.say(*at.living(cell, days("2025-01-01")))


async def tree_without_cycle(at: Register, world: World) -> tuple[UUID, UUID]:
    above = world["district"]
    for _ in range(6):
        above = await at.founded(above, "district", "2023-06-01")
    moving = await at.founded(above, "grassroots_committee", "2023-06-01")
    below = [await at.founded(moving, "grassroots_committee", "2023-06-01")]
    for _ in range(3):
        below.append(await at.founded(below[-1], "grassroots_committee", "2023-06-01"))
    last = await at.founded(world["district"], "grassroots_committee", "2023-06-01")
    first = await at.say((facts.PLACEMENT, (moving,), days("2024-01-01"), {"parent_id": world["district"]}))
    return first, await at.say((facts.PLACEMENT, (last,), days("2024-06-01"), {"parent_id": below[-1]}))


async def opening_in_life(at: Register, world: World) -> tuple[UUID, UUID]:
    return await at.prolonged(lambda cell: (facts.ORGANIZATION_OPENING, (cell,), days("2024-06-01"), {}))


async def committee_in_life(at: Register, world: World) -> tuple[UUID, UUID]:
    def term(cell: UUID) -> Said:
        return (
            facts.COMMITTEE,
            (history.new_id(),),
            days("2024-06-01", "2029-01-01"),
            {"organization_id": cell, **TERM},
        )

    return await at.prolonged(term)


async def meeting_in_life(at: Register, world: World) -> tuple[UUID, UUID]:
    def held(cell: UUID) -> Said:
        said = {"organization_id": cell, **MEETING}
        return facts.MEETING, (history.new_id(),), days("2024-07-05", "2024-07-06"), said

    return await at.prolonged(held)


async def seat_in_committee(at: Register, world: World) -> tuple[UUID, UUID]:
    committee = history.new_id()
    term = {"organization_id": world["health"], **TERM}
    first = await at.say((facts.COMMITTEE, (committee,), TERM_DAYS, term))
    seat = {"committee_id": committee, "member_id": world["p0"], **SECRETARY}
    return first, await at.say((facts.SEAT, (history.new_id(),), days("2024-02-01", "2029-01-01"), seat))


async def seat_of_official(at: Register, world: World) -> tuple[UUID, UUID]:
    committee = history.new_id()
    term = {"organization_id": world["health"], **TERM}
    await at.say((facts.COMMITTEE, (committee,), TERM_DAYS, term))
    recognized = {"cell_id": world["health-1"], "standing": "official"}
    first = await at.say((facts.MEMBERSHIP, (world["p2"],), days("2024-01-01"), recognized))
    seat = {"committee_id": committee, "member_id": world["p2"], **SECRETARY}
    return first, await at.say((facts.SEAT, (history.new_id(),), days("2024-02-01", "2029-01-01"), seat))


def met(world: World, meeting: UUID) -> Said:
    said = {"organization_id": world["health-1"], **MEETING}
    return facts.MEETING, (meeting,), days("2024-07-05", "2024-07-06"), said


async def record_of_meeting(at: Register, world: World) -> tuple[UUID, UUID]:
    meeting, day = history.new_id(), days("2024-07-05", "2024-07-06")
    first = await at.say(met(world, meeting))
    return first, await at.say((facts.ABSENCE, (meeting, world["p0"]), day, {"reason": "ill"}))


async def absence_on_roll(at: Register, world: World) -> tuple[UUID, UUID]:
    meeting, day = history.new_id(), days("2024-07-05", "2024-07-06")
    await at.say(met(world, meeting), (facts.ABSENCE, (meeting, world["p0"]), day, {"reason": "ill"}))
    first = await at.say((facts.ABSENCE, (meeting, world["p0"]), day, None))
    elsewhere = {"cell_id": world["health-2"], "standing": "official"}
    return first, await at.say((facts.MEMBERSHIP, (world["p0"],), days("2024-07-01"), elsewhere))


async def code_in_catalogue(at: Register, world: World) -> tuple[UUID, UUID]:
    row = await at.database.shared.fetchrow(
        "SELECT * FROM policy WHERE key = 'catalogue.sectors' AND superseded_by IS NULL"
    )
    gone, kept = list(row["value"])[:2]
    key, place = (world["court"],), days("2024-01-01")
    await at.say((facts.ORGANIZATION_SECTOR, key, place, {"sector": gone}))
    first = await at.say((facts.ORGANIZATION_SECTOR, key, place, {"sector": kept}))
    said = {name: row[name] for name in facts.POLICY.values}
    said["value"] = {code: words for code, words in row["value"].items() if code != gone}
    return first, await at.say((facts.POLICY, (row["key"], row["scope_id"]), days("2023-01-01"), said))


async def paper_told_apart(at: Register, world: World) -> tuple[UUID, UUID]:
    key, ever = (world["p0"], "hsdv"), days("2024-01-01")
    await at.say((facts.MEMBER_EXTERNAL_ID, key, ever, {"external_id": "1"}))
    first = await at.say((facts.MEMBER_EXTERNAL_ID, key, ever, {"external_id": "2"}))
    other = {"member_id": world["p0"], "system": "hsdv", "external_id": "1"}
    return first, await at.say((facts.PAPER_DISTINCTION, (history.new_id(),), ever, other))


CASES: Mapping[str, Case] = {
    one.__name__: one
    for one in (
        membership_unbroken,
        organization_unbroken,
        tree_without_cycle,
        opening_in_life,
        code_in_catalogue,
        committee_in_life,
        seat_in_committee,
        seat_of_official,
        meeting_in_life,
        record_of_meeting,
        absence_on_roll,
        paper_told_apart,
    )
}


def test_every_guard_that_can_be_met_has_a_case() -> None:
    assert CASES.keys() == GUARDS.keys()


@pytest.mark.parametrize("guard", CASES)
async def test_what_a_guard_would_refuse_is_said_with_the_later_operation(
    sign_in: SignIn, database: RolledBack, world: World, guard: str
) -> None:
    await sign_in("provincial_organizing_board", "province", "board")
    board = Cause(actor_of(DEVELOPMENT_ISSUER, "board"), TODAY)
    first, later = await CASES[guard](Register(database, world), world)

    async def take_back(operation_id: UUID) -> None:
        async with database.writing() as unit:
            await reverse(await unit.begin(), board, operation_id, OperationKind.MEMBER_CORRECTED, {})

    with pytest.raises(RuleBroken) as caught:
        await take_back(first)
    refused, said = caught.value, GUARDS[guard]
    assert (refused.message, refused.rule, refused.value) == (said.message, said.rule, said.value)
    assert refused.source and bool(refused.records) is said.places
    assert refused.facts["dependent_operations_count"] == 1
    assert [one["id"] for one in refused.facts["dependent_operations"]] == [str(later)]
    if guard != "code_in_catalogue":  # a policy is not taken back
        await take_back(later)
        await take_back(first)
