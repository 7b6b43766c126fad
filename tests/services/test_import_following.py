"""Files replay restructurings as single acts do: the set-based replay against the pure rule, over drawn forests."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from asyncpg import Connection
from make import BEGAN, CAUSE, World, organization

from app.domain.change import Row, Values, change_from, correct_over
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.domain.restructuring.following import Destinations, Followed, follow, unmoved
from app.queries import facts, tree
from app.queries import following as queries
from app.queries.facts import Wanted
from app.queries.imports import following
from app.queries.imports.difference import Said
from app.queries.ranges import to_period, to_range
from app.queries.register import insert_members
from app.services import history

FIRST = date(2024, 1, 1)
LAST = 30
STANDINGS = ("official", "probationary")
OUT = {"cell_id": None, "standing": None, "exit_reason": "resigned", "exit_ground": None}
IN = {"exit_reason": None, "exit_ground": None}
Pieces = list[tuple[Period, tuple[Any, ...]]]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def stay(cell_id: UUID, standing: str) -> dict[str, Any]:
    return {"cell_id": cell_id, "standing": standing, **IN}


@dataclass
class Late:
    """What is believed of one member, if known, and what a file says: from a day on, or over bounded days."""

    known: bool
    rows: list[Row] = field(default_factory=list)
    told: list[tuple[Period, bool, Values]] = field(default_factory=list)


@dataclass
class Forest:
    """Cells that end, some to begin again, each with where its roll goes; no other cell takes their members."""

    cells: list[UUID]


async def planted(connection: Connection, operation_id: UUID, chance: random.Random, parent: UUID) -> Forest:
    """A forest of its own: most cells end on a few days, often in another that ends later or on the same day."""
    days = sorted(chance.sample(range(6, LAST - 4), 4))
    ends = [chance.choice([*days, None]) for _ in range(5)] + [None]
    cells = []
    for number, end in enumerate(ends):
        life = Period(BEGAN, None if end is None else day(end))
        cell = await organization(
            connection, operation_id, parent, "affiliated_cell", f"Chi bộ {number}", life=life
        )
        cells.append(cell)
    forest = Forest(cells)
    for cell, end in zip(cells, ends, strict=True):
        if end is None:
            continue
        others = [
            other for other, ends_on in zip(cells, ends, strict=True) if ends_on is None or ends_on >= end
        ]
        to = chance.choice([one for one in others if one != cell] + [None])
        wanted = [Wanted((cell,), Period(day(end)), {"destination_id": to})]
        await facts.overwrite(connection, facts.ROLL_DESTINATION, operation_id, wanted)
        if chance.random() < 0.2:
            again = Period(day(end + chance.randint(1, 4)))
            for table, values in (
                (facts.PLACEMENT, {"parent_id": parent}),
                (facts.ORGANIZATION_TYPE, {"type": "affiliated_cell"}),
            ):
                await facts.overwrite(connection, table, operation_id, [Wanted((cell,), again, values)])
            await tree.rebuild_ancestry(connection, [cell])
    return forest


def lived(chance: random.Random, cells: Sequence[UUID], destinations: Destinations) -> list[Row]:
    """A membership with moves, standings, exits and gaps, each stay as restructurings left it."""
    bounds = sorted(chance.sample(range(LAST), chance.randint(1, 4)))
    rows: list[tuple[Period, Values | None]] = []
    for start, end in zip(bounds, [*bounds[1:], None], strict=True):
        if rows and chance.random() < 0.25:
            if chance.random() < 0.6:
                rows.append((Period(day(start), day(end) if end else None), OUT))
            continue
        last = rows[-1][1] if rows else None
        cell = last["cell_id"] if last and last["cell_id"] and chance.random() < 0.3 else chance.choice(cells)
        rows.append((Period(day(start), day(end) if end else None), stay(cell, chance.choice(STANDINGS))))
    led = [(period, values) for period, values in follow(rows, destinations)[0] if values]
    if any(
        closed.days.overlaps(period)
        for period, values in led
        for closed in destinations.get(values["cell_id"], ())
    ):
        return lived(chance, cells, destinations)
    return led


def said(chance: random.Random, late: Late, cells: Sequence[UUID], days: Sequence[int]) -> None:
    """One row of a file, or two in turn that correct; often on the day of a restructuring."""
    on = chance.choice([chance.randint(0, LAST), *days])
    here = next((values for period, values in late.rows if period.contains(day(on))), None)
    anew = stay(chance.choice(cells), chance.choice(STANDINGS))
    if not late.known or chance.random() < 0.4:
        for _ in range(chance.randint(1, 2)):
            end = on + chance.randint(1, 12)
            open_ended = chance.random() < 0.3
            values = OUT if late.known and chance.random() < 0.2 else anew
            late.told.append((Period(day(on), None if open_ended else day(end)), True, values))
            if open_ended:
                return
            on = end + chance.choice([0, 0, 1, 3])
            anew = stay(chance.choice([anew["cell_id"], *cells[:3]]), chance.choice(STANDINGS))
    elif here is None or here["cell_id"] is None:
        late.told.append((Period(day(on)), False, {name: anew[name] for name in ("cell_id", "standing")}))
    elif chance.random() < 0.2:
        late.told.append((Period(day(on)), False, OUT))
    else:
        name = chance.choice(["cell_id", "cell_id", "standing"])
        late.told.append((Period(day(on)), False, {name: anew[name]}))


def replayed(
    late: Late, moved_on: frozenset[date], destinations: Destinations
) -> tuple[Pieces, tuple[Followed, ...]]:
    """What the pure rule makes of it."""
    written: list[tuple[Period, Values | None]] = []
    for period, bounded, edit in late.told:
        if bounded:
            written += correct_over(late.rows, period, edit)
            continue
        rows: Sequence[Row] = late.rows
        held = next((values["cell_id"] for days, values in rows if days.contains(period.start)), None)
        if "cell_id" in edit and edit["cell_id"] != held:
            rows = unmoved(rows, {one for one in moved_on if one > period.start})
        changed = change_from(rows, period.start, edit)
        written += [(days, {**values, **IN} if values["cell_id"] else values) for days, values in changed]
    pieces, ways = follow(written, destinations)
    return believed_with(late.rows, [(period, values) for period, values in pieces if values]), ways


def believed_with(rows: Sequence[Row], written: Sequence[Row]) -> Pieces:
    """What is believed with something written over it; neighbours that say the same are one."""
    over = [period for period, _ in written]
    pieces = [(left, values) for period, values in rows for left in period.subtract(over)]
    names = ("cell_id", "standing", "exit_reason")
    joined: Pieces = []
    for period, values in sorted([*pieces, *written], key=lambda one: one[0].start):
        valued = tuple(values[name] for name in names)
        if joined and joined[-1][0].end == period.start and joined[-1][1] == valued:
            period = Period(joined.pop()[0].start, period.end)
        joined.append((period, valued))
    return joined


@pytest.mark.parametrize("seed", range(4))
async def test_a_file_is_led_on_over_the_very_same_pieces_as_the_pure_rule_says(
    connection: Connection, world: World, seed: int
) -> None:
    chance = random.Random(seed)
    applied = await history.begin(connection, CAUSE, OperationKind.RESTRUCTURING_APPLIED, {})
    forests = [await planted(connection, applied, chance, world["health"]) for _ in range(8)]
    _, destinations = await queries.ways(connection, [cell for one in forests for cell in one.cells])
    ends = sorted({(one.days.start - FIRST).days for to in destinations.values() for one in to})
    members: dict[UUID, Late] = {}
    for forest in forests:
        for _ in range(40):
            late = members[history.new_id()] = Late(known=chance.random() < 0.8)
            if late.known:
                late.rows = lived(chance, forest.cells, destinations)
            said(chance, late, forest.cells, ends)
    await insert_members(connection, list(members))
    rows = [Wanted((key,), period, values) for key, late in members.items() for period, values in late.rows]
    await facts.overwrite(connection, facts.MEMBERSHIP, applied, rows)
    await connection.execute(
        "CREATE TEMPORARY TABLE said (row integer, known boolean, bounded boolean, valid daterange, member_id uuid,"
        " cell_id uuid, standing text, exit_reason text, exit_ground text) ON COMMIT DROP"
    )
    told = [(key, late.known, *one) for key, late in members.items() for one in late.told]
    await connection.executemany(
        "INSERT INTO said VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
        [
            (
                row,
                known,
                bounded,
                to_range(period),
                key,
                *map(edit.get, ("cell_id", "standing", "exit_reason")),
            )
            for row, (key, known, period, bounded, edit) in enumerate(told)
        ],
    )
    inside = Said(
        facts.MEMBERSHIP,
        "SELECT * FROM said WHERE exit_reason IS NULL",
        settled={
            name: f"CASE WHEN cell_id IS NULL THEN old_{name} END" for name in ("exit_reason", "exit_ground")
        },
    )
    out = Said(facts.MEMBERSHIP, "SELECT * FROM said WHERE exit_reason IS NOT NULL", whole=True)
    await following.find(connection, inside, out)
    wanted: dict[UUID, list[Row]] = {}
    for row in await connection.fetch("SELECT * FROM wanted_membership ORDER BY row, lower(valid)"):
        wanted.setdefault(row["member_id"], []).append((to_period(row["valid"]), dict(row)))
    led = 0
    for member_id, late in members.items():
        moved_on = await queries.moved_on(connection, member_id)
        expected, ways = replayed(late, moved_on, destinations)
        found = believed_with(late.rows, wanted.get(member_id, []))
        assert found == expected, (late, ways)
        led += bool(ways) and expected != believed_with(late.rows, [])
    assert led > 20
    assert await following.count(connection) == led
