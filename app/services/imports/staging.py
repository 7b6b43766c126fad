"""A file read into the staging table, a batch at a time."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import IO, Any, NamedTuple

from asyncpg import Connection

from app.domain.import_cells import Column, with_meanings
from app.domain.import_file import batches
from app.domain.imports import Asked, Encoding, FileFormat, RowError, Unreadable
from app.queries.imports import staging
from app.services import catalogues
from app.services.imports.kind import Kind


class _Batch(NamedTuple):
    """Rows to stage, the errors found in them, and whether the file can be read on."""

    records: list[list[Any]]
    errors: list[RowError]
    readable: bool = True


async def stage(
    connection: Connection,
    kind: Kind,
    asked: Asked,
    file: IO[bytes],
    form: FileFormat,
    encoding: Encoding | None,
) -> tuple[int, bool]:
    """Read the file into the staging table, a batch at a time; how many rows, and whether it could be read."""
    rows, readable = 0, True
    columns = await as_read(connection, kind.columns)
    async with aclosing(_ahead(_batches(kind, columns, asked, file, form, encoding))) as coming:
        async for batch in coming:
            rows += len(batch.records)
            readable = batch.readable
            await staging.add_rows(connection, kind.staged, batch.records)
            await staging.add_errors(connection, batch.errors)
    await staging.analyze(connection, "staged_row", "row")
    return rows, readable


async def as_read(connection: Connection, columns: Sequence[Column]) -> Sequence[Column]:
    """The columns of a file, those of catalogues with what is said for their codes."""
    if not any(column.catalogue for column in columns):
        return columns
    said = await catalogues.words_of_all_days(connection)
    return [with_meanings(one, said[one.catalogue]) if one.catalogue else one for one in columns]


async def _ahead(read: Iterator[_Batch]) -> AsyncGenerator[_Batch, None]:
    """The batches, read in a thread of their own while the one before is being stored."""
    coming = asyncio.create_task(asyncio.to_thread(next, read, None))
    try:
        while (batch := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, read, None))
            yield batch
    finally:
        await asyncio.wait([coming])


def _batches(
    kind: Kind,
    columns: Sequence[Column],
    asked: Asked,
    file: IO[bytes],
    form: FileFormat,
    encoding: Encoding | None,
) -> Iterator[_Batch]:
    record = staging.recorder(kind.staged)
    try:
        for batch in batches(file, form, encoding, columns):
            finished = [(row, kind.finish(row, asked)) for row in batch]
            records = [record(row.number, not row.errors, values) for row, values in finished]
            yield _Batch(records, [error for row in batch for error in row.errors])
    except Unreadable as unreadable:
        yield _Batch([], list(unreadable.errors), readable=False)
