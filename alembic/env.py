"""How migrations run: as the migrator, over asyncpg, with a lock timeout so that no queue forms behind them."""

import asyncio
import importlib
import pkgutil
from typing import Literal

from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from alembic import context
from app import models

for module in pkgutil.iter_modules(models.__path__, "app.models."):
    importlib.import_module(module.name)  # fills the metadata with the tables it declares


def plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    """SQLModel's text type as SQLAlchemy's own, so that migrations need no SQLModel."""
    return "sa.String()" if kind == "type" and isinstance(item, AutoString) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        transaction_per_migration=True,
        compare_type=True,
        render_item=plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        await connection.execute(text("SET lock_timeout = '2s'"))
        await connection.commit()
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=SQLModel.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
elif (url := context.config.attributes.get("url")) is not None:
    asyncio.run(run_online(url))
else:
    raise CommandError(
        "`make migration` and `python -m app.cli migrate` know the database; alembic alone does not"
    )
