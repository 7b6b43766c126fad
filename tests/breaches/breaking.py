"""What breaks the data past every guard, and the list of the ways to."""

from collections.abc import Awaitable, Callable

import asyncpg
from make import CAUSE, World

from app.domain.operation import OperationKind
from app.domain.period import Period
from app.queries import facts, tree
from app.queries.facts import Wanted
from app.services import history


class Breaker:
    """A superuser at work past every guard; all of it is rolled back."""

    def __init__(self, connection: asyncpg.Connection, world: World) -> None:
        self.connection = connection
        self.world = world

    async def run(self, statement: str, *arguments: object) -> None:
        """A statement without triggers and foreign keys."""
        await self.connection.execute("SET LOCAL session_replication_role = replica")
        await self.connection.execute(statement, *arguments)
        await self.connection.execute("SET LOCAL session_replication_role = origin")

    async def drop(self, table: str, constraint: str) -> None:
        await self.connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")

    async def fetchval(self, query: str, *arguments: object) -> object:
        return await self.connection.fetchval(query, *arguments)

    async def operation(self) -> object:
        """An operation, for facts that are added."""
        return await history.begin(self.connection, CAUSE, OperationKind.ORGANIZATION_CORRECTED, {})

    async def seal(self) -> None:
        """Make the operations known without having them judged."""
        await self.run("UPDATE operation SET recorded_at = clock_timestamp() WHERE recorded_at IS NULL")

    async def say(
        self, table: facts.FactTable, key: tuple[object, ...], valid: Period, *values: object
    ) -> None:
        """A believed fact more, where triggers do not look."""
        await self.connection.execute("SET LOCAL session_replication_role = replica")
        said = dict(zip(table.values, values, strict=True))
        await facts.overwrite(self.connection, table, await self.operation(), [Wanted(key, valid, said)])
        await self.seal()

    async def rebuild(self) -> None:
        """Ancestry as the broken placements say it, so that only the breach itself is seen."""
        organizations = await self.connection.fetch("SELECT id FROM organization")
        await tree.rebuild_ancestry(self.connection, [row["id"] for row in organizations])


Break = Callable[[Breaker], Awaitable[set[object]]]
BREACHES: list[tuple[str, Break]] = []


def breach(check: str) -> Callable[[Break], Break]:
    """A way to break the data; it answers the offenders that exactly this check must report."""

    def register(break_it: Break) -> Break:
        BREACHES.append((check, break_it))
        return break_it

    return register
