"""One file taken in: read, staged, judged whole, and then written whole or not at all."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import IO, Any, NamedTuple
from uuid import UUID

from asyncpg import Connection, Record

from app.domain.access import Actor, roles_for
from app.domain.errors import Forbidden, NotFound
from app.domain.import_file import batches, encoding_in, template
from app.domain.imports import (
    Asked,
    Encoding,
    FileFormat,
    ImportKind,
    ImportMode,
    ImportState,
    RowError,
    Unreadable,
)
from app.language import Language, in_words
from app.models.imports import (
    ImportColumn,
    ImportErrorItem,
    ImportKindItem,
    ImportKinds,
    ImportRead,
)
from app.paging import Listing
from app.queries import actors, reach, schema
from app.queries.asof import AsOf
from app.queries.imports import records, staging
from app.services import history
from app.services.history import Cause
from app.services.imports import workbooks
from app.services.imports.kind import Kind
from app.services.imports.kinds import KINDS, roles_by_kind

_NOTHING = {"created": 0, "changed": 0, "unchanged": 0}


async def take_in(
    connection: Connection, cause: Cause, asked: Asked, file: IO[bytes], form: FileFormat, sha256: bytes
) -> ImportRead:
    """Judge a file, and apply it where asked and sound. What is wrong is kept and writes nothing else."""
    kind = KINDS[asked.kind]
    await _require_role(connection, cause, kind)
    import_id = history.new_id()
    await staging.open_tables(connection, kind.staged)
    rows, readable, encoding = 0, False, None
    try:
        encoding = await asyncio.to_thread(encoding_in, file, form)
    except Unreadable as unreadable:
        await staging.add_errors(connection, list(unreadable.errors))
    else:
        rows, readable = await _stage(connection, kind, _batches(kind, asked, file, form, encoding))
    organization_id = None
    if readable:
        await kind.examine(connection, cause, asked)
        organization_id = await staging.common_organization(connection, cause.today)
    errors = await staging.count_errors(connection)
    counts, operation_id = dict(_NOTHING), None
    if not errors:
        counts |= await staging.count_subjects(connection, kind.subject)
        if asked.mode is ImportMode.APPLY and counts["created"] + counts["changed"]:
            operation_id = await _apply(connection, cause, asked, kind, import_id, counts)
    await actors.known(connection, cause.actor)
    await records.insert(
        connection,
        {
            "id": import_id,
            "kind": asked.kind.value,
            "mode": asked.mode.value,
            "state": _state(asked, errors).value,
            "actor_id": cause.actor.id,
            "organization_id": organization_id,
            "parameters": _parameters(asked, form, encoding),
            "effective_on": asked.effective_on,
            "sha256": sha256,
            "rows": rows,
            "counts": counts,
            "errors": errors,
            "operation_id": operation_id,
        },
    )
    await records.keep_errors(connection, import_id)
    await staging.drop_tables(connection)
    return await get(connection, cause, import_id)


async def _require_role(connection: Connection, cause: Cause, kind: Kind) -> None:
    """Who may import nothing anywhere need not wait for the file to be read."""
    roles = roles_for(kind.action)
    if not await reach.holds_anywhere(connection, cause.actor.id, roles, cause.today):
        raise Forbidden("role_may_not", action=kind.action.value, roles_that_may=roles)


class _Batch(NamedTuple):
    """Rows to stage, the errors found in them, and whether the file can be read on."""

    records: list[list[Any]]
    errors: list[RowError]
    readable: bool = True


async def _stage(connection: Connection, kind: Kind, read: Iterator[_Batch]) -> tuple[int, bool]:
    """Read the file into the staging table, a batch at a time; how many rows, and whether it could be read."""
    rows, readable = 0, True
    async with aclosing(_ahead(read)) as coming:
        async for batch in coming:
            rows += len(batch.records)
            readable = batch.readable
            await staging.add_rows(connection, kind.staged, batch.records)
            await staging.add_errors(connection, batch.errors)
    await staging.analyze(connection, "staged_row", "row")
    return rows, readable


_LARGE = 1000
"""From so many new organizations or members on, plans made for the sizes before would be far off."""


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
    kind: Kind, asked: Asked, file: IO[bytes], form: FileFormat, encoding: Encoding | None
) -> Iterator[_Batch]:
    record = staging.recorder(kind.staged)
    try:
        for batch in batches(file, form, encoding, kind.columns):
            finished = [(row, kind.finish(row, asked)) for row in batch]
            records = [record(row.number, not row.errors, values) for row, values in finished]
            yield _Batch(records, [error for row in batch for error in row.errors])
    except Unreadable as unreadable:
        yield _Batch([], list(unreadable.errors), readable=False)


async def _apply(
    connection: Connection, cause: Cause, asked: Asked, kind: Kind, import_id: UUID, counts: dict[str, int]
) -> UUID:
    operation_id = await history.begin(
        connection,
        cause,
        kind.operation,
        {"import": str(import_id), "counts": counts},
        reason=asked.reason,
        effective_on=asked.effective_on,
    )
    await kind.apply(connection, cause, operation_id)
    if counts["created"] >= _LARGE:
        await schema.refresh_statistics(connection)
    return operation_id


def _state(asked: Asked, errors: int) -> ImportState:
    if errors:
        return ImportState.REFUSED
    return ImportState.APPLIED if asked.mode is ImportMode.APPLY else ImportState.VALID


def _parameters(asked: Asked, form: FileFormat, encoding: Encoding | None) -> dict[str, Any]:
    return {
        "key": asked.key.value,
        "system": asked.system,
        "meaning": asked.meaning.value,
        "effective_on": asked.effective_on,
        "reason": asked.reason,
        "media_type": form.value,
        "encoding": encoding and encoding.value,
    }


async def get(connection: Connection, cause: Cause, import_id: UUID) -> ImportRead:
    """One import. 404 where it is neither the actor's own nor of an organization they may import into."""
    row = await records.get(connection, import_id, cause.actor.id, cause.today, roles_by_kind())
    if row is None:
        raise NotFound("not_found")
    return _to_read(row)


def listing(as_of: AsOf, actor: Actor) -> Listing:
    """The imports the actor may see, the latest first."""
    sql, arguments = records.listed(as_of, actor.id, roles_by_kind())
    return Listing(sql, arguments, {"started_at": "timestamptz", "id": "uuid"}, _to_read, descending=True)


def errors(as_of: AsOf, actor: Actor, import_id: UUID, language: Language) -> Listing:
    """The errors found in a file, in the order of its rows."""
    sql, arguments, visible = records.errors(as_of, import_id, actor.id, roles_by_kind())

    def to_item(row: Record) -> ImportErrorItem:
        return ImportErrorItem(**{name: row[name] for name in _ERROR_COLUMNS}, detail=detail(row, language))

    return Listing(sql, arguments, {"number": "integer"}, to_item, visible=visible)


def detail(error: Record, language: Language) -> str:
    """What is wrong, in words, with what was probably meant where that is told."""
    suggested = "_suggested" if "suggestion" in error["facts"] else ""
    return in_words(language, f"import.{error['code']}{suggested}", **error["facts"])


_ERROR_COLUMNS = ("number", "row", "column", "code", "facts")


def _to_read(row: Record) -> ImportRead:
    fields = {name: row[name] for name in ImportRead.model_fields if name != "sha256"}
    return ImportRead(**fields, sha256=row["sha256"].hex())


def kinds() -> ImportKinds:
    """What can be imported, column by column."""
    return ImportKinds(
        items=[
            ImportKindItem(
                kind=name,
                action=kind.action,
                columns=[
                    ImportColumn(
                        name=column.name,
                        holds=column.holds,
                        required=column.required,
                        max_length=column.longest,
                        words=list(column.words) or None,
                    )
                    for column in kind.columns
                ],
            )
            for name, kind in KINDS.items()
        ]
    )


def template_of(kind: ImportKind) -> bytes:
    """An empty CSV file of a kind."""
    return template(KINDS[kind].columns)


async def workbook_of(kind: ImportKind, language: Language) -> IO[bytes]:
    """An empty workbook of a kind."""
    return await asyncio.to_thread(workbooks.blank, KINDS[kind].columns, kind.value, language)
