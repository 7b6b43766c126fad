"""The case of 2023, loaded through the service: the real files into an empty register."""

import asyncio
import hashlib
import io
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from conftest import drop
from make import CAUSE

from app.bootstrap import bootstrap, role_urls
from app.config import Settings
from app.db import Database
from app.domain.access import Role
from app.domain.hierarchy import OrganizationType
from app.domain.imports import Asked, FileFormat, ImportKey, ImportKind, ImportMeaning, ImportMode
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.migrations import migrate
from app.models.imports import ImportRead
from app.queries import facts
from app.queries.facts import Wanted
from app.queries.register import find_organization
from app.services import history, register
from app.services.imports import run

CASE = Path(__file__).parents[2] / "examples" / "haiduong-2023"
LOADING = replace(CAUSE, today=date(2024, 1, 15))
"""Who loads the files, when the year they tell of is over."""
ROOT = register.Root(
    OrganizationType.PROVINCIAL,
    "Đảng bộ tỉnh Hải Dương",
    "Party Committee of Hai Duong Province",
    "30.000.000.000.000",
    "case",
    "province",
    date(2020, 8, 1),
    date(2023, 1, 1),
)


@pytest.fixture(scope="module")
async def case_database(admin_dsn: str, passwords: dict[str, str]) -> AsyncIterator[Database]:
    """An empty register whose root is the case's province, and someone who may import into it."""
    name = f"dangbo_case_{secrets.token_hex(4)}"
    await bootstrap(admin_dsn, passwords, name)
    urls = role_urls(admin_dsn, passwords, name)
    await asyncio.to_thread(migrate, urls.migrator)
    database = Database(Settings(), urls.application, urls.reader)
    await database.open()
    async with database.writing() as unit:
        connection = await unit.begin()
        await register.open_register(connection, CAUSE, ROOT)
    async with database.writing() as unit:
        connection = await unit.begin()
        root_id = await find_organization(connection, None, CAUSE.today)
        operation_id = await history.begin(connection, CAUSE, OperationKind.GRANTS_CREATED, {})
        role = Role.PROVINCIAL_ORGANIZING_BOARD.value
        duty = {"actor_id": CAUSE.actor.id, "role": role, "organization_id": root_id}
        wanted = Wanted((history.new_id(),), Period(CAUSE.today), duty)
        await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, [wanted])
    yield database
    await database.close()
    await drop(admin_dsn, name)


async def load(database: Database, kind: ImportKind, path: Path) -> ImportRead:
    asked = Asked(kind, ImportMode.APPLY, ImportKey.EXTERNAL_ID, "case", ImportMeaning.CHANGES, None, None)
    content = await asyncio.to_thread(path.read_bytes)
    async with database.writing() as unit:
        connection = await unit.begin("importer")
        digest = hashlib.sha256(content).digest()
        return await run.take_in(connection, LOADING, asked, io.BytesIO(content), FileFormat.CSV, digest)


async def test_the_case_comes_in_whole_and_a_second_time_changes_nothing(case_database: Database) -> None:
    organizations, members, seats, meetings = (
        CASE / f"{name}.csv" for name in ("organizations", "members", "seats", "meetings")
    )
    first = await load(case_database, ImportKind.ORGANIZATIONS, organizations)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 393), await errors(case_database)
    assert first.counts.model_dump() == {"created": 392, "changed": 0, "unchanged": 1}
    first = await load(case_database, ImportKind.MEMBERS, members)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 5692), await errors(case_database)
    assert first.counts.model_dump() == {"created": 5459, "changed": 0, "unchanged": 0}
    first = await load(case_database, ImportKind.SEATS, seats)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 1579), await errors(case_database)
    assert first.counts.model_dump() == {"created": 1579, "changed": 0, "unchanged": 0}
    first = await load(case_database, ImportKind.MEETINGS, meetings)
    assert (first.state, first.errors, first.rows) == ("applied", 0, 8219), await errors(case_database)
    assert first.counts.model_dump() == {"created": 8219, "changed": 0, "unchanged": 0}
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
    for kind, path, count in (
        (ImportKind.ORGANIZATIONS, organizations, 393),
        (ImportKind.MEMBERS, members, 5459),
        (ImportKind.SEATS, seats, 1579),
        (ImportKind.MEETINGS, meetings, 8219),
    ):
        again = await load(case_database, kind, path)
        assert (again.state, again.operation_id) == ("applied", None), await errors(case_database)
        assert again.counts.model_dump() == {"created": 0, "changed": 0, "unchanged": count}
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
