"""A day of the past on the tree of today, after restructurings at random: the same as follows from the bare facts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from asyncpg import Connection, Record
from descent import FOUNDED, Act, act
from make import World

from app.db import Database
from app.domain.summary import SummaryBasis
from app.queries import facts, summary
from app.queries.asof import AsOf

DAYS = (date(2023, 5, 1), date(2024, 3, 1), date(2024, 9, 1), date(2025, 2, 1))
"""The days of the restructurings."""
TODAY = date(2026, 1, 1)
ASKED = [date(2022, 6, 1), FOUNDED, *(day + timedelta(days) for day in DAYS for days in (-1, 0)), TODAY]


@dataclass
class Story:
    """Restructures the cells under two organizations; knows what there still is."""

    random: Random
    homes: Sequence[UUID]
    rolls: dict[UUID, list[UUID]] = field(default_factory=dict)
    """The members of each cell, by the cells that there are."""

    async def begin(self, doing: Act) -> None:
        for number in range(10):
            cell = await self._cell(doing, FOUNDED)
            self.rolls[cell] = [
                await doing.member(
                    cell, "Lê Văn An", standing=self.random.choice(("official", "probationary"))
                )
                for _ in range(self.random.randint(0, 4))
            ]
            if number < 2:
                await doing.say(facts.ORGANIZATION_OPENING, cell, FOUNDED, None)
                await doing.say(facts.ORGANIZATION_OPENING, cell, DAYS[0] - timedelta(30), {})

    async def go_on(self, doing: Act, on: date) -> None:
        """Some members go on days of their own, then two cells or three become others, then some go on this day."""
        await self._wander(doing, on - timedelta(self.random.randint(1, 60)))
        old = sorted(self.rolls)
        self.random.shuffle(old)
        for cell in old[: self.random.randint(2, 3)]:
            await self.random.choice((self._put, self._put, self._split, self._leave, self._rise))(
                doing, cell, on
            )
        await self._wander(doing, on, old)

    async def _cell(self, doing: Act, on: date, parent: UUID | None = None) -> UUID:
        return await doing.cell(parent or self.random.choice(self.homes), "Chi bộ", since=on)

    async def _wander(self, doing: Act, on: date, among: Sequence[UUID] = ()) -> None:
        """Not whoever came on the day: a stay has a first day before its last."""
        for cell in [one for one in among or sorted(self.rolls) if one in self.rolls][:3]:
            for one in self.rolls[cell][:1]:
                rows = await doing.connection.fetch(
                    "SELECT FROM membership WHERE member_id = $1 AND superseded_by IS NULL AND lower(valid) >= $2",
                    one,
                    on,
                )
                if not rows:
                    await self._move(doing, cell, one, self.random.choice((*sorted(self.rolls), None)), on)

    async def _move(self, doing: Act, cell: UUID, one: UUID, to: UUID | None, on: date) -> None:
        if to is None:
            gone: dict[str, object] = {"cell_id": None, "standing": None, "exit_reason": "transferred_out"}
            await doing.say(facts.MEMBERSHIP, one, on, gone)
        elif to != cell:
            await doing.move(one, to, on)
        if to != cell:
            self.rolls[cell].remove(one)
            if to is not None:
                self.rolls[to].append(one)

    async def _empty(self, doing: Act, cell: UUID, into: Sequence[UUID | None], on: date) -> None:
        for one in list(self.rolls[cell]):
            await self._move(doing, cell, one, self.random.choice(into), on)
        del self.rolls[cell]

    async def _put(self, doing: Act, cell: UUID, on: date) -> None:
        """Its members go into others, or out; late facts to one of them, or out."""
        into = self.random.sample([one for one in sorted(self.rolls) if one != cell], 2)
        await self._empty(doing, cell, self.random.choice((into[:1], into, [*into, None])), on)
        await doing.destine(cell, self.random.choice((into[0], into[0], None)), on)
        await doing.end(cell, on)

    async def _split(self, doing: Act, cell: UUID, on: date) -> None:
        into = [await self._cell(doing, on) for _ in range(2)]
        self.rolls |= {one: [] for one in into}
        await self._empty(doing, cell, into, on)
        await doing.destine(cell, into[0], on)
        await doing.end(cell, on)
        for one in into:
            await doing.edge(cell, one, on, 1, 2)

    async def _leave(self, doing: Act, cell: UUID, on: date) -> None:
        """It ends, and nothing says where its members go; now and then what became of it."""
        into = self.random.sample([one for one in sorted(self.rolls) if one != cell], 2)
        await self._empty(doing, cell, into, on)
        await doing.end(cell, on)
        if self.random.random() < 0.5:
            await doing.edge(cell, into[0], on, 1, 3)
            await doing.edge(cell, into[1], on, 2, 3)

    async def _rise(self, doing: Act, cell: UUID, on: date) -> None:
        """It becomes a committee with cells below it."""
        await doing.say(facts.ORGANIZATION_TYPE, cell, on, {"type": "sectional_committee"})
        below = [await self._cell(doing, on, cell) for _ in range(2)]
        self.rolls |= {one: [] for one in below}
        await self._empty(doing, cell, below, on)
        await doing.destine(cell, below[0], on)


class Facts:
    """The bare facts that were believed at an instant, and what follows from them."""

    @classmethod
    async def read(cls, connection: Connection, known_at: datetime) -> "Facts":
        async def of(table: str) -> list[Record]:
            return await connection.fetch(
                f"SELECT fact.*, lower(valid) AS since, upper(valid) AS until FROM {table} fact"
                " JOIN operation said ON said.id = fact.operation_id"
                " LEFT JOIN operation denied ON denied.id = fact.superseded_by"
                " WHERE said.recorded_at <= $1 AND (denied.id IS NULL OR denied.recorded_at > $1)",
                known_at,
            )

        read = cls()
        read.placements, read.openings = await of("placement"), await of("organization_opening")
        read.stays = {}
        for row in await of("membership"):
            read.stays.setdefault(row["member_id"], []).append(row)
        read.parents = {
            row["organization_id"]: row["parent_id"] for row in read.placements if _on(row, TODAY)
        }
        read.gone = read._gone(await of("roll_destination"), await of("lineage"))
        return read

    placements: list[Record]
    openings: list[Record]
    stays: dict[UUID, list[Record]]
    parents: dict[UUID, UUID | None]
    gone: dict[UUID, tuple[date, UUID | None]]

    def _gone(self, destinations: list[Record], edges: list[Record]) -> dict[UUID, tuple[date, UUID | None]]:
        gone = {
            row["cell_id"]: (row["since"], row["destination_id"]) for row in destinations if _on(row, TODAY)
        }
        for row in self.placements:
            key, until = row["organization_id"], row["until"]
            if key in gone or key in self.parents or until is None or until > TODAY:
                continue
            went = [one for one in edges if one["source_id"] == key and one["since"] == until]
            went.sort(key=lambda one: (-one["share"], one["target_id"]))
            gone[key] = (until, went[0]["target_id"] if went else row["parent_id"])
        return gone

    def branch(self, top: UUID) -> set[UUID]:
        """The organization and all below it today."""
        found = {top}
        while more := {key for key, above in self.parents.items() if above in found} - found:
            found |= more
        return found

    def onward(self, member_id: UUID, cell: UUID) -> UUID | None:
        """Where a cell that is gone leaves a member."""
        since, heir = self.gone[cell]
        stays = self.stays[member_id]
        if any(stay["cell_id"] == cell and stay["until"] == since for stay in stays):
            return next((stay["cell_id"] for stay in stays if stay["since"] == since), None) or heir
        return heir

    def counted(self, day: date) -> Counter[tuple[UUID, str]]:
        """The members of a day by the cell of today that counts them, and their standing then."""
        found: Counter[tuple[UUID, str]] = Counter()
        for member_id, stays in self.stays.items():
            for stay in stays:
                cell = stay["cell_id"] if _on(stay, day) else None
                while cell in self.gone:
                    cell = self.onward(member_id, cell)
                if cell in self.parents:
                    found[cell, stay["standing"]] += 1
        return found

    def unopened(self, day: date, branch: set[UUID], top: UUID) -> set[UUID]:
        """Whose roll, or that of what it took members from, was there on the day and not yet complete."""
        ways = {(key, heir) for key, (_, heir) in self.gone.items()} | {
            (stay["cell_id"], came["cell_id"])
            for stays in self.stays.values()
            for stay in stays
            if stay["cell_id"] in self.gone and self.gone[stay["cell_id"]][0] == stay["until"]
            for came in stays
            if came["since"] == stay["until"]
        }
        taken = set(branch)
        while more := {source for source, target in ways if target in taken} - taken:
            taken |= more
        alive = {row["organization_id"] for row in self.placements if _on(row, day)}
        late = {row["organization_id"] for row in self.openings if row["since"] > day} & alive & taken
        return {key if key in branch else top for key in late}


def _on(row: Record, day: date) -> bool:
    return bool(row["since"] <= day and (row["until"] is None or day < row["until"]))


@pytest.mark.parametrize("seed", range(3))
async def test_everyone_is_counted_where_the_bare_facts_lead(
    world: World, database: Database, connection: Connection, seed: int
) -> None:
    story = Story(Random(seed), [world["health"], world["town"]])
    instants = []
    async with act(database) as doing:
        await story.begin(doing)
    for day in DAYS:
        async with act(database) as doing:
            await story.go_on(doing, day)
        instants.append(await connection.fetchval("SELECT max(recorded_at) FROM operation"))
    for known_at, as_of in (
        (instants[-1], AsOf(TODAY, None, TODAY)),
        (instants[1], AsOf(TODAY, instants[1], TODAY)),
    ):
        bare = await Facts.read(connection, known_at)
        everywhere = [(day, bare.counted(day)) for day in ASKED]
        assert bare.gone and any(counted for _, counted in everywhere)
        for top in (world["province"], world["health"], world["town"], *sorted(story.rolls)):
            branch = bare.branch(top)
            for day, counted in everywhere if top in bare.parents else ():
                asked = (connection, as_of, day)
                rows = await summary.todays_organizations(*asked, top)
                there = Counter(
                    {(row["id"], one): row[one] for row in rows for one in ("official", "probationary")}
                )
                here = Counter({key: number for key, number in counted.items() if key[0] in branch})
                assert there == here, (seed, day)
                assert {row["id"] for row in rows} == branch
                assert {row["id"] for row in rows if row["unopened"]} == bare.unopened(day, branch, top)
                groups = await summary.members(*asked, SummaryBasis.TODAYS_TREE, top, [])
                standings: Counter[str] = Counter()
                for (_, standing), number in here.items():
                    standings[standing] += number
                assert standings == sum((Counter({one["standing"]: one["n"]}) for one in groups), Counter())
