"""Imports over HTTP."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from app.auth import ActorDep
from app.cause import CauseDep
from app.domain.errors import FieldError, Invalid, UnsupportedMediaType
from app.domain.imports import (
    Asked,
    FileFormat,
    Filling,
    ImportAccept,
    ImportDuplicates,
    ImportKey,
    ImportKind,
    ImportMeaning,
    ImportMode,
)
from app.domain.systems import OWN_SYSTEM
from app.errors import OF_EVERY_READ, OF_EVERY_WRITE, problems
from app.language import Language
from app.models.imports import (
    ImportErrorPage,
    ImportHeldPage,
    ImportKinds,
    ImportPage,
    ImportRead,
    ImportReversalNew,
)
from app.models.scalars import Day, Id, Note, System
from app.paging import AllDaysListerDep, WholeListerDep
from app.reading import AcceptLanguage, TodaysReading
from app.routing import Route, Writing
from app.services.imports import annotations, records, reversals, run, templates
from app.services.imports.kinds import KINDS
from app.upload import StreamedWriting, UploadDep, a_file

router = APIRouter(prefix="/imports", tags=["imports"], route_class=Route, responses=problems(*OF_EVERY_READ))

_AT_ONCE = 64 * 1024

ImportId = Annotated[Id, Path(description="The import's id.")]

Key = Annotated[
    ImportKey,
    Query(
        description="By what organizations are named: ids of `system`, or codes as of the row's first day,"
        " of a committee as of its term's, of a meeting as of its own day."
    ),
]

_OWN = f"`{OWN_SYSTEM}`: the ids of this register itself."


async def _looked_at(
    _: ActorDep,
    kind: Annotated[ImportKind, Query(description="What the rows are about.")],
    key: Key = ImportKey.EXTERNAL_ID,
    system: Annotated[
        System | None,
        Query(description=f"Whose external ids these are. {_OWN} Under it nothing new can be made."),
    ] = None,
    meaning: Annotated[
        ImportMeaning, Query(description="What a difference means: true from a day, or recorded wrongly.")
    ] = ImportMeaning.CHANGES,
    effective_on: Annotated[
        Day | None, Query(description="The first day of the rows that name none in `valid_from`.")
    ] = None,
    reason: Annotated[Note | None, Query(description="Required for corrections; no personal data.")] = None,
    duplicates: Annotated[
        ImportDuplicates,
        Query(description="New persons who surely are members (R-MATCH-1): refused, or taken for others."),
    ] = ImportDuplicates.REFUSE,
) -> Asked:
    errors = []
    if system is None and (key is ImportKey.EXTERNAL_ID or not KINDS[kind].has_codes):
        errors.append(FieldError("/query/system", "system_required"))
    if reason is None and meaning is ImportMeaning.CORRECTIONS:
        errors.append(FieldError("/query/reason", "reason_required"))
    if errors:
        raise Invalid(*errors)
    return Asked(kind, ImportMode.VALIDATE, key, system, meaning, effective_on, reason, duplicates=duplicates)


async def _asked(
    mode: Annotated[ImportMode, Query(description="Only look, or look and then write.")],
    looked_at: Annotated[Asked, Depends(_looked_at)],
    accept: Annotated[
        ImportAccept,
        Query(description="All rows or none; or the sound ones (`clean`), while the others are held."),
    ] = ImportAccept.ALL,
) -> Asked:
    return replace(looked_at, mode=mode, accept=accept)


@router.post("", status_code=201, responses=problems(*OF_EVERY_WRITE), openapi_extra=a_file(*FileFormat))
async def import_file(
    asked: Annotated[Asked, Depends(_asked)], upload: UploadDep, connection: StreamedWriting, cause: CauseDep
) -> ImportRead:
    """Take in a file of rows of one kind: whole or not at all, or (`accept=clean`) as far as its rows are sound.

    Rows about one member or organization stand together, and new organizations stand with those above them: none
    is loaded while another is held. Sent again put right, what is loaded is `unchanged`. A file that cannot be read,
    that is wrong in more than 100,000 places, or of which no row is taken is kept as `refused`.

    A row of `transfers` is about the transfer on record of that member, kind and day of introduction, from that cell to
    a destination that it had; it adds the answer or a paper that is missing, and says nothing else than is recorded.
    Several rows may tell of one together. Where that one ended on its day of introduction without a reception, a row
    with another `introduction_number` than it has is about a new one; one with none, or where it has none, is refused
    (`transfer_ended_that_day`) unless it tells the same answer.
    """
    return await run.take_in(connection, cause, asked, upload.file, upload.form, upload.sha256)


_WHOLE_FILE = {"schema": {"type": "string", "format": "binary", "maxLength": 536_870_912}}


@router.post(
    "/annotations",
    response_class=Response,
    responses={**problems(*OF_EVERY_WRITE), 200: {"content": {FileFormat.XLSX.value: _WHOLE_FILE}}},
    openapi_extra=a_file(FileFormat.CSV, FileFormat.XLSX),
)
async def annotate_file(
    looked_at: Annotated[Asked, Depends(_looked_at)],
    upload: UploadDep,
    connection: StreamedWriting,
    cause: CauseDep,
    accept_language: AcceptLanguage = None,
) -> Response:
    """Look at a table of up to 200,000 rows, and give it back as XLSX with a first column of what is wrong.

    Noted as any validation, at `Location`; the rows themselves are not kept.
    """
    if upload.form is FileFormat.NDJSON:
        raise UnsupportedMediaType(
            "unsupported_media_type", accepted=[FileFormat.CSV.value, FileFormat.XLSX.value]
        )
    language = Language.of(accept_language)
    made = await annotations.annotate(
        connection, cause, looked_at, upload.file, upload.form, upload.sha256, language
    )
    headers = {
        "Location": f"/v1/imports/{made.imported.id}",
        "Content-Disposition": f'attachment; filename="{looked_at.kind}-errors.xlsx"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(made.workbook), media_type=FileFormat.XLSX.value, headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_AT_ONCE):
            yield piece


@router.get("", response_model=ImportPage)
async def list_imports(lister: AllDaysListerDep) -> Any:
    """Imports of one's own, and those into organizations where one may import the same; the latest first."""
    return await lister.answer(records.listing(lister.as_of, lister.actor), ImportPage)


@router.get("/kinds")
async def list_import_kinds(read: TodaysReading) -> ImportKinds:
    """What can be imported: the columns of each kind of file."""
    return await templates.kinds(read.connection, read.as_of)


@router.get(
    "/template",
    response_class=Response,
    responses={200: {"content": {form.value: _WHOLE_FILE for form in FileFormat}}},
)
async def get_import_template(
    lister: WholeListerDep,
    read: TodaysReading,
    kind: Annotated[ImportKind, Query(description="The kind of file.")],
    within: Annotated[
        Id | None, Query(description="Filled with what is on record of this organization and all below it.")
    ] = None,
    key: Key = ImportKey.EXTERNAL_ID,
    system: Annotated[
        System | None, Query(description=f"By whose external ids the rows name. {_OWN}")
    ] = None,
    accept_language: AcceptLanguage = None,
) -> Response:
    """A file of a kind to fill in: empty, or (`within`) filled with what is on record on the day.

    CSV as spreadsheets open it, NDJSON, or a workbook that says what its columns hold. Sent back under the same `key`
    and `system` with `meaning=changes`, each row is true from the day of the template, `valid_from`: an untouched one
    changes nothing, an empty cell keeps, one of the words `ended_by` ends, an absent row says nothing. What you may not
    see whole is empty, and so is a text that is itself one of these words. Who has no id in `system` stands there
    without one. `row_version` is the version of what the row is about (a seat, else the member or the organization):
    where it is given, and another by now, a row that would change something is refused (`row_stale`). For whoever may
    import the kind there; recorded as a list is.
    """
    accept, language = lister.request.headers.get("accept", ""), Language.of(accept_language)
    columns = await templates.columns_of(read.connection, read.as_of, kind)
    if within is None:
        file, content = await asyncio.to_thread(templates.blank, kind, columns, accept, language)
        disposition = {"Content-Disposition": f'attachment; filename="{kind}.{file.suffix}"'}
        return Response(content, media_type=file.media_type, headers=disposition)
    listing = templates.filling(lister.as_of, lister.actor, kind, Filling(within, key, system))
    return await lister.whole(listing, templates.file_of(kind, columns, accept, language), kind)


@router.get("/{import_id}")
async def get_import(read: TodaysReading, cause: CauseDep, import_id: ImportId) -> ImportRead:
    """One import: what was asked, what became of it, how many errors it has."""
    return await records.get(read.connection, cause, import_id)


@router.get("/{import_id}/errors", response_model=ImportErrorPage)
async def list_import_errors(
    lister: AllDaysListerDep, import_id: ImportId, accept_language: AcceptLanguage = None
) -> Any:
    """The errors found in a file, by row and column, with words for each.

    With `accept=clean` all of them, else the first ten thousand.
    """
    listing = records.errors(lister.as_of, lister.actor, import_id, Language.of(accept_language))
    return await lister.answer(listing, ImportErrorPage)


@router.get("/{import_id}/held", response_model=ImportHeldPage)
async def list_held_rows(
    lister: AllDaysListerDep, import_id: ImportId, accept_language: AcceptLanguage = None
) -> Any:
    """The rows that were held: what is wrong with each, whose it is, and of whom it is a duplicate.

    What stands in them is not kept. Of a file refused whole, the rows at fault.
    """
    listing = records.held(lister.as_of, lister.actor, import_id, Language.of(accept_language))
    return await lister.answer(listing, ImportHeldPage)


@router.post("/{import_id}/reversals", responses=problems(*OF_EVERY_WRITE))
async def reverse_import(
    connection: Writing, cause: CauseDep, import_id: ImportId, document: ImportReversalNew
) -> ImportRead:
    """Take back all that a file brought, while nothing later depends on it; else the list of what does (R-REV-1).

    For whoever may import the kind into all that the file was about; of transfers, for whoever may take its steps. What
    was struck out of a file of transfers is taken back already.
    """
    return await reversals.reverse(connection, cause, import_id, document)
