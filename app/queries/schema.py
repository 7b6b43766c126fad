"""The schema's revision, as SQL."""

from asyncpg import Connection


async def revision(connection: Connection) -> str | None:
    """The revision that the migrations have reached."""
    found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return found


async def refresh_statistics(connection: Connection) -> None:
    """Let the planner know the sizes that a large act has made, its own transaction's included."""
    await connection.execute("SELECT refresh_statistics()")
