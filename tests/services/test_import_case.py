"""The case of 2023, loaded through the service: the real files into an empty register."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
from case_register import CASE, LOADING, case_register, load

from app.db import Database
from app.domain.imports import ImportKind
from app.queries.asof import AsOf
from app.queries.restructuring_suggestions import Filters
from app.services import restructuring_suggestions


@pytest.fixture(scope="module")
async def case_database(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[Database]:
    async with case_register(admin_dsn, passwords) as database:
        yield database


async def test_the_case_comes_in_whole_and_a_second_time_changes_nothing(case_database: Database) -> None:
    organizations, members, seats, meetings = (
        CASE / f"{name}.csv" for name in ("organizations", "members", "seats", "meetings")
    )
    first = await load(case_database, ImportKind.ORGANIZATIONS, organizations)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 393), await errors(case_database)
    assert first.counts.model_dump() == {"created": 392, "changed": 0, "unchanged": 1, "followed": 0}
    first = await load(case_database, ImportKind.MEMBERS, members)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 5692), await errors(case_database)
    assert first.counts.model_dump() == {"created": 5459, "changed": 0, "unchanged": 0, "followed": 0}
    first = await load(case_database, ImportKind.SEATS, seats)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 1579), await errors(case_database)
    assert first.counts.model_dump() == {"created": 1579, "changed": 0, "unchanged": 0, "followed": 0}
    first = await load(case_database, ImportKind.MEETINGS, meetings)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 8182), await errors(case_database)
    assert first.counts.model_dump() == {"created": 8182, "changed": 0, "unchanged": 0, "followed": 0}
    async with case_database.reading() as connection:
        before = await totals(connection)
        for day in (date(2023, 1, 1), date(2023, 12, 31)):
            assert await grassroots(connection, day) == 66
        assert await roll(connection, date(2023, 1, 1)) == (5051, 139)
        assert await roll(connection, date(2023, 12, 31)) == (5145, 126)
        assert await activity(connection, date(2023, 12, 31)) == {
            "exempted": 48,
            "suspended": 3,
            "temporarily_elsewhere": 19,
        }
        assert await suggested(connection, date(2023, 8, 13)) == SUGGESTED
        too_few = ("donre-10", "below_minimum", 2, "merge_absorb")
        assert await suggested(connection, date(2023, 8, 14)) == SUGGESTED | {too_few}
    for kind, path, count in (
        (ImportKind.ORGANIZATIONS, organizations, 393),
        (ImportKind.MEMBERS, members, 5459),
        (ImportKind.SEATS, seats, 1579),
        (ImportKind.MEETINGS, meetings, 8182),
    ):
        again = await load(case_database, kind, path)
        assert (again.state, again.operation_id) == ("applied", None), await errors(case_database)
        assert again.counts.model_dump() == {"created": 0, "changed": 0, "unchanged": count, "followed": 0}
    async with case_database.reading() as connection:
        assert await totals(connection) == before


async def test_the_university_without_its_parent_is_refused_whole(case_database: Database) -> None:
    path = CASE / "later" / "university-organizations.csv"
    refused = await load(case_database, ImportKind.ORGANIZATIONS, path)
    assert (refused.state, refused.errors) == ("refused", 1)
    assert await errors(case_database) == [(1, "parent", "parent_missing")]


async def errors(database: Database) -> list[tuple[object, ...]]:
    """The first errors of the last import."""
    async with database.reading() as connection:
        rows = await connection.fetch(
            'SELECT row, "column", code FROM import_error WHERE import_id ='
            " (SELECT id FROM import ORDER BY started_at DESC LIMIT 1) ORDER BY number LIMIT 20"
        )
    return [tuple(row) for row in rows]


async def totals(connection: asyncpg.Connection) -> list[int]:
    """How many rows the register has, table by table."""
    tables = (
        "operation",
        "organization",
        "placement",
        "organization_name",
        "member",
        "person",
        "membership",
        "seat",
        "meeting",
    )
    return [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]


BELOW_BLOC = """
    SELECT a.organization_id FROM organization_ancestry a
    JOIN organization_external_id x ON x.organization_id = a.ancestor_id
    WHERE x.external_id = 'bloc' AND a.valid @> $1::date"""


async def grassroots(connection: asyncpg.Connection, day: date) -> int:
    count: int = await connection.fetchval(
        f"""
        SELECT count(*) FROM organization_type t WHERE t.superseded_by IS NULL AND t.valid @> $1::date
        AND t.type IN ('grassroots_committee', 'grassroots_cell') AND t.organization_id IN ({BELOW_BLOC})
        """,
        day,
    )
    return count


async def roll(connection: asyncpg.Connection, day: date) -> tuple[int, int]:
    row = await connection.fetchrow(
        f"""
        SELECT coalesce(sum(n) FILTER (WHERE standing = 'official'), 0)::int,
               coalesce(sum(n) FILTER (WHERE standing = 'probationary'), 0)::int
        FROM headcount_change WHERE on_date <= $1 AND cell_id IN ({BELOW_BLOC})
        """,
        day,
    )
    return (row[0], row[1])


SUGGESTED = {
    ("civil-judgment", "small_grassroots_committee", 28, "downgrade"),
    *(
        (cell, kind, number, measure)
        for cell, number in (
            ("clean-water-01", 36),
            ("donre-01", 68),
            ("general-hospital-08", 34),
            ("health-01", 58),
        )
        for kind, measure in (("large_cell", "upgrade"), ("divide_into_groups", None))
    ),
}
"""What asks for a reorganization in the Bloc: who, what, the members found, the measure."""


async def suggested(connection: asyncpg.Connection, day: date) -> set[tuple[object, ...]]:
    known = await connection.fetch("SELECT organization_id, external_id FROM organization_external_id")
    names = dict(map(tuple, known))
    (bloc,) = (key for key, name in names.items() if name == "bloc")
    as_of = AsOf(day, None, LOADING.today)
    listing = await restructuring_suggestions.listing(connection, as_of, LOADING.actor, Filters(bloc))
    statement = listing.statement(after=False, limit=None, total=False)
    rows = await connection.fetch(statement, *as_of.arguments, *listing.arguments)
    items = [listing.to_item(row) for row in rows]
    return {(names[one.organization_id], one.kind.value, one.number, one.measure) for one in items}


async def activity(connection: asyncpg.Connection, day: date) -> dict[str, int]:
    rows = await connection.fetch(
        f"""
        SELECT a.status, count(*) FROM activity a JOIN membership m USING (member_id)
        WHERE a.superseded_by IS NULL AND m.superseded_by IS NULL AND a.valid @> $1::date AND m.valid @> $1::date
          AND m.cell_id IN ({BELOW_BLOC}) GROUP BY 1
        """,
        day,
    )
    return dict(map(tuple, rows))
