"""Organizations that go into others, as an act would record it, written the short way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from uuid import UUID

import asyncpg
from make import CAUSE, member, organization

from app.db import Database
from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.services import history

FOUNDED = date(2023, 1, 1)


class Act:
    """One operation: what it says of descent."""

    def __init__(self, connection: asyncpg.Connection, operation_id: UUID) -> None:
        self.connection = connection
        self.operation_id = operation_id

    async def cell(self, parent: UUID, name: str, *, since: date = FOUNDED, code: str | None = None) -> UUID:
        return await self.organization(parent, "affiliated_cell", name, since=since, code=code)

    async def organization(
        self, parent: UUID, kind: str, name: str, *, since: date = FOUNDED, code: str | None = None
    ) -> UUID:
        life = Period(since)
        return await organization(
            self.connection, self.operation_id, parent, kind, name, life=life, code=code
        )

    async def member(self, cell: UUID, name: str, *, standing: str = "official") -> UUID:
        return await member(self.connection, self.operation_id, cell, name, standing=standing, since=FOUNDED)

    async def say(
        self, table: facts.FactTable, key: UUID, since: date, values: dict[str, object] | None
    ) -> None:
        wanted = Wanted((key,), Period(since), values)
        await facts.overwrite(self.connection, table, self.operation_id, [wanted])

    async def edge(
        self, source: UUID, target: UUID, on: date, share: int = 1, whole: int = 1, measure: int = 0
    ) -> None:
        await self.say(
            facts.LINEAGE,
            history.new_id(),
            on,
            {
                "source_id": source,
                "target_id": target,
                "kind": "split_into" if whole > 1 else "absorbed_into",
                "share": share,
                "whole": whole,
                "measure": measure,
            },
        )

    async def end(self, organization_id: UUID, on: date) -> None:
        """It is no more from the day on; who is in it must have been moved."""
        for table in (
            facts.PLACEMENT,
            facts.ORGANIZATION_NAME,
            facts.ORGANIZATION_TYPE,
            facts.ORGANIZATION_CODE,
            facts.ORGANIZATION_OPENING,
        ):
            await self.say(table, organization_id, on, None)
        await tree.rebuild_ancestry(self.connection, [organization_id])

    async def move(self, member_id: UUID, cell: UUID, on: date, *, standing: str = "official") -> None:
        await self.say(facts.MEMBERSHIP, member_id, on, {"cell_id": cell, "standing": standing})

    async def destine(self, cell: UUID, to: UUID | None, on: date) -> None:
        """Where those go who are found later to have been in a cell."""
        await self.say(facts.ROLL_DESTINATION, cell, on, {"destination_id": to})

    async def merge(self, source: UUID, into: UUID, on: date) -> None:
        """A cell and its roll go into another one."""
        rows = await self.connection.fetch(
            "SELECT member_id, standing FROM membership WHERE cell_id = $1 AND superseded_by IS NULL"
            " AND upper(valid) IS NULL",
            source,
        )
        for row in rows:
            await self.move(row["member_id"], into, on, standing=row["standing"])
        await self.destine(source, into, on)
        await self.end(source, on)
        await self.edge(source, into, on)


@asynccontextmanager
async def act(database: Database) -> AsyncIterator[Act]:
    """One operation recorded in a transaction of its own."""
    async with database.writing() as unit:
        connection = await unit.begin()
        operation_id = await history.begin(connection, CAUSE, OperationKind.ORGANIZATION_CHANGED, {})
        yield Act(connection, operation_id)


def day_before(on: date) -> str:
    return (on - timedelta(days=1)).isoformat()
