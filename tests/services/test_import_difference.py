"""The set-based difference says what the domain's own rules of changes and corrections say."""

import random
from datetime import date, timedelta
from uuid import UUID

from asyncpg import Connection
from make import CAUSE, World

from app.domain.change import change_from, correct_over
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts
from app.queries.facts import Wanted
from app.queries.history import seal
from app.queries.imports import difference
from app.queries.imports.difference import Said
from app.queries.ranges import to_range
from app.queries.register import insert_organizations
from app.services import history

FIRST = date(2020, 1, 1)
SECTORS = ("bank", "army", "police")
Rows = list[tuple[Period, str]]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def drawn(chance: random.Random) -> tuple[Rows, Period, str]:
    """Some believed sectors with gaps, and a row of a file."""
    bounds = sorted(chance.sample(range(12), 2 * chance.randint(0, 3)))
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    rows = [(Period(day(start), day(end)), chance.choice(SECTORS)) for start, end in pairs]
    rows += [(Period(day(12), None), chance.choice(SECTORS))] if chance.random() < 0.5 else []
    start = chance.randint(0, 14)
    end = day(start + chance.randint(1, 6)) if chance.random() < 0.5 else None
    return rows, Period(day(start), end), chance.choice(SECTORS)


def by_day(rows: Rows) -> dict[date, str]:
    return {day(n): value for n in range(40) for period, value in rows if period.contains(day(n))}


async def test_the_difference_follows_the_rules_of_changes_and_corrections(
    connection: Connection, world: World
) -> None:
    chance = random.Random(20231231)
    operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    cases: dict[UUID, tuple[Rows, Period, str]] = {history.new_id(): drawn(chance) for _ in range(400)}
    await insert_organizations(connection, list(cases))
    table = facts.ORGANIZATION_SECTOR
    believed = [
        Wanted((key,), period, {"sector": value}) for key, case in cases.items() for period, value in case[0]
    ]
    await facts.overwrite(connection, table, operation_id, believed)
    await seal(connection)
    await connection.execute(
        "CREATE TEMPORARY TABLE said (row integer, known boolean, bounded boolean, valid daterange,"
        " organization_id uuid, sector text) ON COMMIT DROP"
    )
    await connection.executemany(
        "INSERT INTO said VALUES ($1, true, $2, $3, $4, $5)",
        [
            (row, period.end is not None, to_range(period), key, value)
            for row, (key, (_, period, value)) in enumerate(cases.items())
        ],
    )
    await difference.find(connection, Said(table, "SELECT * FROM said"))
    second = await history.begin(connection, CAUSE, OperationKind.ORGANIZATIONS_IMPORTED, {})
    await difference.write(connection, second, table)
    for key, (rows, period, value) in cases.items():
        edit = {"sector": value}
        valued = [(held, {"sector": said}) for held, said in rows]
        written = (
            change_from(valued, period.start, edit)
            if period.end is None
            else correct_over(valued, period, edit)
        )
        expected = by_day(rows)
        for over, values in written:
            expected |= by_day([(over, values["sector"])])
        found = [(held, values["sector"]) for held, values in await facts.believed(connection, table, (key,))]
        assert by_day(found) == expected, (rows, period, value)
    await connection.execute("DROP TABLE wanted_organization_sector, said")
    again = await connection.fetchval(
        "SELECT count(*) FROM organization_sector s WHERE s.operation_id = $1 AND EXISTS ("
        " SELECT FROM organization_sector o WHERE o.superseded_by = $1 AND o.organization_id = s.organization_id"
        " AND o.valid = s.valid AND o.sector = s.sector)",
        second,
    )
    assert again == 0, "what is believed already is not written again"
