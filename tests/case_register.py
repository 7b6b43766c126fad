"""The case of 2023 in a register of its own: an empty one whose root is the case's province, and how files get in."""

import asyncio
import hashlib
import io
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
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

CASE = Path(__file__).parents[1] / "examples" / "haiduong-2023"
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


@asynccontextmanager
async def case_register(
    admin_dsn: str, passwords: dict[str, str], root: register.Root = ROOT
) -> AsyncIterator[Database]:
    """An empty register whose root is the case's province, and someone who may import into it."""
    name = f"dangbo_case_{secrets.token_hex(4)}"
    await bootstrap(admin_dsn, passwords, name)
    urls = role_urls(admin_dsn, passwords, name)
    await asyncio.to_thread(migrate, urls.migrator)
    database = Database(Settings(), urls.application, urls.reader)
    await database.open()
    async with database.writing() as unit:
        connection = await unit.begin()
        await register.open_register(connection, CAUSE, root)
    async with database.writing() as unit:
        connection = await unit.begin()
        root_id = await find_organization(connection, None, root.began_on)
        operation_id = await history.begin(connection, CAUSE, OperationKind.GRANTS_CREATED, {})
        role = Role.PROVINCIAL_ORGANIZING_BOARD.value
        duty = {"actor_id": CAUSE.actor.id, "role": role, "organization_id": root_id}
        wanted = Wanted((history.new_id(),), Period(CAUSE.today), duty)
        await facts.overwrite(connection, facts.ACCESS_GRANT, operation_id, [wanted])
    yield database
    await database.close()
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await admin.close()


async def load(
    database: Database, kind: ImportKind, path: Path, loading: history.Cause = LOADING
) -> ImportRead:
    asked = Asked(kind, ImportMode.APPLY, ImportKey.EXTERNAL_ID, "case", ImportMeaning.CHANGES, None, None)
    content = await asyncio.to_thread(path.read_bytes)
    async with database.writing() as unit:
        connection = await unit.begin("importer")
        digest = hashlib.sha256(content).digest()
        return await run.take_in(connection, loading, asked, io.BytesIO(content), FileFormat.CSV, digest)
