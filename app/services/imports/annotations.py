"""A sender's own rows given back with what is wrong with them: looked at as any file, and not kept."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import IO

from asyncpg import Connection

from app.domain.errors import FieldError, Invalid
from app.domain.imports import Asked, FileFormat
from app.language import Language, in_words
from app.models.imports import ImportRead
from app.queries.imports import records
from app.queries.imports.staging import MOST_ERRORS_KEPT
from app.services.history import Cause
from app.services.imports import run
from app.services.imports.records import detail
from app.services.imports.templates import columns_of
from app.services.imports.workbooks import annotated

MOST_ROWS = 200_000
"""That are given back: writing them takes a minute, in which the database waits."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """What became of the file, and its rows with their errors as a workbook, which is the caller's."""

    imported: ImportRead
    workbook: IO[bytes]


async def annotate(
    connection: Connection,
    cause: Cause,
    asked: Asked,
    file: IO[bytes],
    form: FileFormat,
    sha256: bytes,
    language: Language,
) -> Annotated:
    """Look at a file, note that and what was found as ever, and write its rows anew with their errors."""
    imported = await run.take_in(connection, cause, asked, file, form, sha256)
    if imported.rows > MOST_ROWS:
        raise Invalid(FieldError("/body", "too_many_rows", (("most", MOST_ROWS),)))
    wrong: defaultdict[int, list[str]] = defaultdict(list)
    for error in await records.kept_errors(connection, imported.id, cause.actor.id):
        place = f"{error['column']}: " if error["column"] else ""
        wrong[error["row"]].append(place + detail(error, form, language))
    if imported.errors > MOST_ERRORS_KEPT:
        wrong[0].append(in_words(language, "import.more_errors", most=MOST_ERRORS_KEPT))
    columns = await columns_of(connection, cause.as_of, asked.kind)
    return Annotated(imported, await asyncio.to_thread(annotated, file, form, wrong, columns, language))
